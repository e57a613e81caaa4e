"""The opening hours of a cell: OpenStreetMap's syntax, or words that can be translated into it for certain."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from directory import hours
from directory.importer.cells import a_line, refuse_long
from directory.importer.problems import BadCell
from directory.importer.week import in_osm_syntax
from directory.vocabulary import N_

LONGEST: Final = 500
LONGEST_NIGHT_HOURS: Final = 16
"""A night shelter opens for some 14 hours; more than this is a closing time that stands before the opening."""

_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_QUOTED: Final = re.compile('"[^"]*"')
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAY: Final = r"(\d{1,2})(?!\d|:\d\d(?!:))"
_DATE: Final = re.compile(
    rf"(?:(?<![-,\d])(\d{{4}})\s*)?\b({'|'.join(_MONTHS)})\s*{_DAY}(?:\s*-\s*{_DAY})?", re.IGNORECASE
)
"""“2026 Feb 20-28”; in “Feb 10:00-12:00” stands no day."""
_A_LEAP_YEAR: Final = 2024
_SAYS_WHEN: Final = re.compile(
    r'\d:\d\d|24/7|(?<!open )"[^"]*"|\b(?:off|closed|unknown|sunrise|sunset|dawn|dusk)\b', re.IGNORECASE
)
_RULE: Final = re.compile(r'(?:[^;"]|"[^"]*")+')
_ALL_DAY: Final = r"24\s?h?\s?(?:/|sur|op)\s?24"
_ALL_WEEK: Final = r"7\s?j?(?:ours)?\s?(?:/|sur|op)\s?7"
_ALWAYS: Final = re.compile(
    rf"{_ALL_DAY}[\s,]+(?:et )?{_ALL_WEEK}|{_ALL_WEEK}[\s,]+(?:et )?{_ALL_DAY}|24h?\s?/\s?7"
    r"|денонощно|нон-?стоп|around the clock"
)
_APPOINTMENT: Final = re.compile(
    r"(?:uniquement |only |enkel |само |alleen )?(?:sur (?:rendez-vous|rdv)|by appointment(?: only)?|op afspraak"
    r"|с (?:предварителен )?час|с предварителна уговорка|nach vereinbarung|con cita previa)",
    re.IGNORECASE,
)


def opening_hours(text: str, country: str = "") -> str:
    """Hours that a machine can read, and that open before they close."""
    value = _line(text)
    if _read(value):
        return value
    if _ALWAYS.fullmatch(value.casefold()):
        return "24/7"
    meant = in_osm_syntax(text, country)
    if meant and _read(meant):
        return meant
    raise _bad(value)


@lru_cache(maxsize=4096)
def _read(text: str) -> bool:
    """Whether it is valid and says when."""
    return (
        text.isprintable()
        and text == " ".join(text.split())
        and hours.is_valid(text)
        and _says_when(text)
        and all(_is_possible(*span) for span in _spans(text))
        and all(_has_days(*found.groups()) for found in _DATE.finditer(_QUOTED.sub("", text)))
    )


def _spans(text: str) -> Iterator[tuple[int, int, int, int]]:
    """(hour, minute, hour, minute) of each opening and closing that stands outside quotation marks."""
    for span in _SPAN.finditer(_QUOTED.sub("", text)):
        hour, minute, end_hour, end_minute = map(int, span.groups())
        yield hour, minute, end_hour, end_minute


def _says_when(text: str) -> bool:
    """Whether each rule does; "Mo-Fr", "open" and "Mo-Fr open" alone would mean day and night."""
    return all(_SAYS_WHEN.search(rule) for rule in _RULE.findall(text) if rule.strip())


def _is_possible(hour: int, minute: int, end_hour: int, end_minute: int) -> bool:
    opens, closes = hour * 60 + minute, end_hour * 60 + end_minute
    lasts = closes - opens if closes > opens else closes - opens + 24 * 60
    return opens < 24 * 60 and minute < 60 and end_minute < 60 and (closes > opens or lasts <= LONGEST_NIGHT_HOURS * 60)


def _has_days(year: str | None, month: str, *days: str | None) -> bool:
    """Whether the month has these days; the library takes 31 of each. Without a year February has 29."""
    last = monthrange(int(year or _A_LEAP_YEAR), _MONTHS.index(month.lower()) + 1)[1]
    return all(int(day) <= last for day in days if day)


def _line(text: str) -> str:
    refuse_long(text, 2 * LONGEST)
    try:
        return a_line(text, LONGEST)
    except BadCell as bad:
        if bad.code != "newline_not_allowed":
            raise
    return a_line(re.sub(r"\s*[\r\n]+\s*", "; ", text), LONGEST)


def _bad(text: str) -> BadCell:
    values = {"text": text[:200]}
    if _APPOINTMENT.fullmatch(text.strip(" .")):
        message = N_("“%(text)s” says no hours: put it in quotation marks, or into the column “appointment”.")
        return BadCell("bad_opening_hours", message, values, f'"{text}"')
    if hours.is_valid(text) and not _says_when(text):
        message = N_("“%(text)s” says no hours: write them as in Mo-Fr 09:00-17:00, or leave the cell empty.")
        return BadCell("bad_opening_hours", message, values)
    if hours.is_valid(text) and any(span[2:] < span[:2] and not _is_possible(*span) for span in _spans(text)):
        message = N_("“%(text)s” has hours that end before they begin.")
        return BadCell("bad_opening_hours", message, values)
    message = N_("“%(text)s” cannot be read for certain: write opening hours such as Mo-Fr 09:00-12:00,13:00-17:00.")
    return BadCell("bad_opening_hours", message, values)
