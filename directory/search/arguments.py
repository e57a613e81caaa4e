"""The arguments of an address ⇄ a question. Results, map, API and exports take the same ones.

`topic`, `language`, `status`, `kind`, `city` and `country` repeat. An argument that is given and empty counts as
not given (a form sends them so); a value that cannot be used is told with what could stand there instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from babel import Locale

from directory import vocabulary
from directory.cities import Atlas, Place
from directory.config import LANGUAGES
from directory.search.question import MOST_PER_PAGE, MOST_RADIUS_KM, MOST_WORDS, PER_PAGE, RADIUS_KM, Near, Question
from directory.text import printable
from directory.vocabulary import EUROPE, N_

Arguments = Mapping[str, Sequence[str]]
T = TypeVar("T")

MOST_PAGES: Final = 100_000
COUNTRIES: Final = frozenset(
    code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()
) | {EUROPE}
SPOKEN: Final = frozenset(code for code in map(str, Locale("en").languages) if 2 <= len(code) <= 3)
FILTERS: Final = {"topic": vocabulary.TOPICS, "status": vocabulary.STATUSES, "kind": vocabulary.KINDS}


@dataclass(frozen=True, slots=True)
class BadArgument:
    """An argument that cannot be used: its name, its value, why (a message id), and the values that can."""

    name: str
    value: str
    message: str
    valid: tuple[str, ...] = ()


class BadArguments(Exception):
    """Some arguments of an address cannot be used."""

    def __init__(self, problems: Sequence[BadArgument]) -> None:
        super().__init__(", ".join(problem.name for problem in problems))
        self.problems = tuple(problems)


class _Reader:
    """Reads argument after argument and remembers what is wrong, so that all of it is told at once."""

    def __init__(self, arguments: Arguments) -> None:
        self._arguments = arguments
        self.problems: list[BadArgument] = []

    def all(self, name: str) -> list[str]:
        said = (printable(" ".join(value.split())).strip() for value in self._arguments.get(name, ()))
        return [value for value in said if value]

    def refuse(self, name: str, value: str, message: str, valid: Iterable[str] = ()) -> None:
        self.problems.append(BadArgument(name, value[:100], message, tuple(valid)))

    def keys(self, name: str, known: Iterable[str], message: str, listed: Iterable[str]) -> tuple[str, ...]:
        good = []
        for value in dict.fromkeys(self.all(name)):
            if value in known:
                good.append(value)
            elif value.upper() in known:  # country=be
                good.append(value.upper())
            else:
                self.refuse(name, value, message, listed)
        return tuple(good)

    def one(self, name: str, read: Callable[[str], T], message: str, default: T) -> T:
        for value in self.all(name)[:1]:
            try:
                return read(value)
            except ValueError:
                self.refuse(name, value, message)
        return default


def parse(arguments: Arguments, atlas: Atlas) -> Question:
    """The question that an address asks; raises BadArguments with all that cannot be used."""
    reader = _Reader(arguments)
    if any("\x00" in value for values in arguments.values() for value in values):
        reader.refuse("q", "", N_("The address holds characters that no text has."))
        raise BadArguments(reader.problems)
    reader.keys("lang", LANGUAGES, N_("This is not one of our languages."), LANGUAGES)
    chosen = {name: reader.keys(name, terms, N_("This is not in our list."), terms) for name, terms in FILTERS.items()}
    radius_km = reader.one(
        "radius_km", _radius, N_("The distance must be a number of kilometres up to 500."), RADIUS_KM
    )
    point = reader.one("near", _point, N_("The place must be two numbers, such as 50.633,5.567."), None)
    question = Question(
        words=reader.one("q", _words, N_("The text is too long: 300 characters at most."), ""),
        cities=_cities(reader, atlas),
        countries=reader.keys("country", COUNTRIES, N_("This is not the code of a country."), _countries_of(atlas)),
        topics=chosen["topic"],
        languages=reader.keys("language", SPOKEN, N_("This is not the code of a language."), LANGUAGES),
        statuses=chosen["status"],
        kinds=chosen["kind"],
        open_now=bool(reader.keys("open", ("now",), N_("This is not in our list."), ("now",))),
        exact=bool(reader.keys("exact", ("1",), N_("This is not in our list."), ("1",))),
        near=Near(*point, radius_km) if point else None,
        page=reader.one("page", _whole(MOST_PAGES), N_("The page must be a number from 1."), 1),
        per_page=reader.one("per_page", _whole(MOST_PER_PAGE), N_("A page holds 1 to 100 results."), PER_PAGE),
    )
    if reader.problems:
        raise BadArguments(reader.problems)
    return question


def _words(value: str) -> str:
    if len(value) > MOST_WORDS:
        raise ValueError
    return value


def _radius(value: str) -> float:
    radius_km = float(value)
    if not 0 < radius_km <= MOST_RADIUS_KM:
        raise ValueError
    return radius_km


def _point(value: str) -> tuple[float, float] | None:
    latitude, longitude = (float(part) for part in value.split(","))
    if not (math.isfinite(latitude) and abs(latitude) <= 90 and math.isfinite(longitude) and abs(longitude) <= 180):
        raise ValueError
    return latitude, longitude


def _whole(most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most):
            raise ValueError
        return int(value)

    return read


def _cities(reader: _Reader, atlas: Atlas) -> tuple[Place, ...]:
    found: list[Place] = []
    for value in reader.all("city"):
        place = atlas.resolve(value)
        if place is None:
            known = [place.name for place in atlas.places]
            reader.refuse("city", value, N_("We do not know a city of this name."), sorted(known))
        elif place not in found:
            found.append(place)
    return tuple(found)


def _countries_of(atlas: Atlas) -> list[str]:
    return sorted({place.country for place in atlas.places})


def of(question: Question) -> dict[str, Any]:
    """The arguments that ask this question, without what is the default: for links."""
    near = question.near
    asked: dict[str, Any] = {
        "q": question.words,
        "city": [place.name for place in question.cities],
        "country": list(question.countries),
        "topic": list(question.topics),
        "language": list(question.languages),
        "status": list(question.statuses),
        "kind": list(question.kinds),
        "open": "now" if question.open_now else "",
        "exact": "1" if question.exact and question.words else "",
        "near": f"{near.latitude:g},{near.longitude:g}" if near else "",
        "radius_km": f"{near.radius_km:g}" if near and near.radius_km != RADIUS_KM else "",
        "page": question.page if question.page > 1 else "",
        "per_page": question.per_page if question.per_page != PER_PAGE else "",
    }
    return {name: value for name, value in asked.items() if value}
