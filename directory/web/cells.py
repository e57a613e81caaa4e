"""The CSV format in the reader's words: its columns, what stands in a cell, and what is wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, Protocol, TypeVar

from markupsafe import Markup, escape
from phonenumbers import NumberParseException

from directory import vocabulary
from directory.importer.problems import COUNTRIES
from directory.models import PlanProblem
from directory.text import printable
from directory.vocabulary import N_
from directory.web import words
from directory.web.languages import gettext

_COLUMNS: Final = {
    "id": N_("Id"),
    "kind": N_("Kind of place"),
    "name": N_("Name on the door"),
    "alt_names": N_("Also known as"),
    "organization": N_("Organization"),
    "network": N_("Network"),
    "topics": N_("Topics"),
    "audiences": N_("Groups it serves"),
    "residence_status": N_("For people with which papers"),
    "languages": N_("Languages spoken"),
    "street": N_("Street and number"),
    "postal_code": N_("Postal code"),
    "city": N_("City"),
    "country": N_("Country"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "precision": N_("How exact the place is"),
    "place_source": N_("Where the place comes from"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "website": N_("Website"),
    "opening_hours": N_("Opening hours"),
    "cost": N_("Price"),
    "appointment": N_("Appointment"),
    "wheelchair": N_("Wheelchair"),
    "status": N_("Active or closed"),
    "verified_on": N_("Checked on"),
    "source_url": N_("Source"),
}
_IN_A_LANGUAGE: Final = {"name": N_("Name: %(language)s"), "description": N_("Description: %(language)s")}
_CLOSED: Final[Mapping[str, Mapping[str, vocabulary.Term]]] = {
    "kind": vocabulary.KINDS,
    "topics": vocabulary.TOPICS,
    "residence_status": vocabulary.STATUSES,
    "precision": vocabulary.PRECISIONS,
    "cost": vocabulary.COSTS,
    "appointment": vocabulary.APPOINTMENTS,
    "wheelchair": vocabulary.WHEELCHAIR,
    "status": vocabulary.ENTRY_STATUSES,
}
_SOURCES: Final = {
    "file": N_("a file"),
    "hand": N_("set by hand"),
    "geonames": N_("the city, by GeoNames"),
    "nominatim": N_("the address, by OpenStreetMap"),
}
_NAMED: Final[Mapping[str, Callable[[str], str]]] = {
    "languages": words.language_name,
    "country": words.country_name,
    "place_source": lambda key: gettext(_SOURCES[key]) if key in _SOURCES else key,
    "verified_on": lambda text: words.day(date.fromisoformat(text)),
    "phone": words.phone,
}
LISTS: Final = frozenset({"alt_names", "topics", "audiences", "residence_status", "languages", "phone"})
"""Columns whose cells hold several values between `|`."""
Text = TypeVar("Text", bound=str)
_log = logging.getLogger(__name__)


class Said(Protocol):
    """A problem of the ground, kept with a run or not."""

    @property
    def message(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


def column_label(name: str) -> str:
    """A column of the CSV format in the reader's words; one that we do not know as its file writes it."""
    if name in _COLUMNS:
        return gettext(_COLUMNS[name])
    kind, _, code = name.rpartition("_")
    if kind in _IN_A_LANGUAGE and len(code) == 2:
        return gettext(_IN_A_LANGUAGE[kind], language=words.language_name(code))
    return name


def cell_parts(name: str, text: str) -> list[str]:
    """What a cell of an export says, value by value: keys by their labels, codes by their names."""
    parts = text.split("|") if name in LISTS else [text]
    return [_value(name, part) for part in parts if part]


def _value(name: str, text: str) -> str:
    if name in _CLOSED:
        terms = _CLOSED[name]
        return words.label(terms, text) if text in terms else text
    try:
        return _NAMED[name](text) if name in _NAMED else text
    except (ValueError, NumberParseException):  # a plan may show only the beginning of a cell
        return text


def fixed_lists() -> list[tuple[str, list[tuple[str, str]]]]:
    """(column, [(key, label)]) of the columns in which only the words of a list can stand."""
    return [(name, [(key, words.label(terms, key)) for key in terms]) for name, terms in _CLOSED.items()]


_OURS: Final = ("kind",)
"""Values of problems that are themselves message ids."""


def problem_words(problem: Said) -> str:
    """What is wrong, as a sentence in the reader's language; in English when its translation does not fit."""
    return _filled(problem, str, lambda value: value)


def problem_with_suggestion(problem: PlanProblem) -> str:
    """The same with what may be meant, for a file that has one cell for both."""
    said = problem_words(problem)
    if not problem.suggestion:
        return said
    return gettext("%(problem)s Did you mean “%(suggestion)s”?", problem=said, suggestion=problem.suggestion)


def problem_shown(problem: Said) -> Markup:
    """The same for a page: what was typed may run in the other direction, and must not turn the sentence around."""
    return _filled(problem, escape, _isolated)


def _isolated(value: Any) -> Any:
    return Markup("<bdi>{}</bdi>").format(printable(value)) if isinstance(value, str) else value


def _told(name: str, value: Any) -> Any:
    if name in _OURS:
        return gettext(value)
    return words.country_name(value) if name in COUNTRIES and isinstance(value, str) else value


def _filled(problem: Said, text: Callable[[str], Text], shown: Callable[[Any], Any]) -> Text:
    said = text(gettext(problem.message))
    if not problem.values:
        return said
    values = {name: shown(_told(name, value)) for name, value in problem.values.items()}
    for message in (said, text(problem.message)):
        try:
            return message % values  # type: ignore[return-value]  # the text's own kind
        except (KeyError, TypeError, ValueError):
            _log.error("the values of a problem do not fit: %s", problem.message)
    return text(problem.message)
