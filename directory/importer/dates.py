"""Dates as people and spreadsheets write them, day first, month by number or by name."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from babel import Locale

from directory.importer.cells import bare
from directory.importer.problems import BadCell
from directory.text import fold
from directory.vocabulary import N_

NAMED_IN: Final = tuple("en fr bg nl es ar fa uk ru tr de it pt pl ro el".split())
"""Languages in which names of months and days are read."""
FIRST_YEAR: Final = 1900
LONGEST: Final = 60

_HOUR: Final = r"(?:[01]?\d|2[0-3])"
_CLOCK: Final = rf"(?:[T\s]+{_HOUR}:[0-5]\d(?::[0-5]\d(?:[.,]\d{{1,9}})?)?\s*(?:Z|UTC|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?"
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(
    rf"(\d{{1,2}})(\s?[-/.]\s?|\s)(\d{{1,2}})\2(\d{{4}}|\d{{2}})(?:\s?г\.?|\s?года?\.?)?{_CLOCK}", re.IGNORECASE
)
_WITH_NAME: Final = re.compile(r"(?:(\d{1,2})\s?)?([^\W\d]+)\s?(?:(\d{1,2})\s)?(\d{4}|\d{2})(?:\s?г\.?)?")
_ORDINAL: Final = re.compile(r"(?<=\d)\s?(?:st|nd|rd|th|er|e|-?ви|-?ри|-?ти|-?ми|-?го|º|ª)\b")
_SMALL_WORDS: Final = re.compile(r"\b(?:le|on|the|of|de|del|op|den|на|am|il|la)\b")
_EXCEL_DAYS: Final = re.compile(r"[2-6]\d{4}(?:[.,]\d+)?")
_EXCEL_BEGAN: Final = date(1899, 12, 30)
_EIGHT_DIGITS: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTHS_SAID: Final = {
    "janv": 1,
    "fev": 2,
    "febr": 2,
    "mrt": 3,
    "avr": 4,
    "juil": 7,
    "aou": 8,
    "sept": 9,
    "септ": 9,
    "okt": 10,
}


def today_somewhere() -> date:
    """The date in the east of Europe, where a day begins first: a check that was made there today is not to come."""
    return (datetime.now(UTC) + timedelta(hours=4)).date()


def a_date(text: str, today: date | None = None) -> date:
    """A day that has come; what could be another day is refused."""
    value = _iso(text) or _read(bare(text, LONGEST))
    if value.year < FIRST_YEAR:
        raise _no_date(text)
    if value > (today or today_somewhere()):
        raise BadCell("date_in_future", N_("%(text)s lies in the future."), {"text": text})
    return value


def _iso(text: str) -> date | None:
    if len(text) == 10 and text.isascii() and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    return None


def _read(text: str) -> date:
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(text, match[1], match[3], match[4])
    if match := _DAY_FIRST.fullmatch(text):
        return _day(text, match[4], match[3], match[1])
    plain = " ".join(_SMALL_WORDS.sub(" ", re.sub(r"[.,/-]", " ", _ORDINAL.sub("", fold(text)))).split())
    first, _, rest = plain.partition(" ")
    for words in (plain, rest if first in days() else ""):
        match = _WITH_NAME.fullmatch(words)
        if match and (month := months().get(match[2])) and bool(match[1]) != bool(match[3]):
            return _day(text, match[4], str(month), match[1] or match[3])
    raise _no_date(text)


def _day(text: str, year: str, month: str, day: str) -> date:
    if len(year) == 2:
        near = _made(f"20{year}", month, day)
        message = N_("“%(text)s” has a year of two digits: write it with four.")
        raise BadCell("bad_date", message, {"text": text}, near.isoformat() if near else "")
    value = _made(year, month, day)
    if value is None:
        month_first = _made(year, day, month)
        if month_first is None:
            raise _no_date(text)
        message = N_("“%(text)s” has the month before the day; it is read day first here.")
        raise BadCell("bad_date", message, {"text": text}, month_first.isoformat())
    return value


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _no_date(text: str) -> BadCell:
    if _EXCEL_DAYS.fullmatch(text):
        meant = _EXCEL_BEGAN + timedelta(days=int(text[:5]))
        message = N_("“%(text)s” is a date as Excel counts days: format the column as a date and save again.")
        return BadCell("bad_date", message, {"text": text}, meant.isoformat())
    eight = _EIGHT_DIGITS.fullmatch(text)
    meant_by_eight = _made(*eight.groups()) if eight else None
    message = N_("“%(text)s” is not a date such as 2026-11-23.")
    return BadCell("bad_date", message, {"text": text[:100]}, meant_by_eight.isoformat() if meant_by_eight else "")


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Folded name or abbreviation → month, in all the languages; a name of two months is none."""
    found: dict[str, set[int]] = {}
    for locale in map(Locale.parse, NAMED_IN):
        for context in locale.months.values():
            for width in ("wide", "abbreviated"):
                for month, name in context.get(width, {}).items():
                    found.setdefault(fold(name).strip(" ."), set()).add(int(month))
    for name, month in _MONTHS_SAID.items():
        found.setdefault(name, {month})
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1 and not name.isdigit()}


@lru_cache(maxsize=1)
def days() -> frozenset[str]:
    """Folded names and abbreviations of the days of the week, in all the languages."""
    return frozenset(
        fold(name).strip(" .")
        for locale in map(Locale.parse, NAMED_IN)
        for context in locale.days.values()
        for width in ("wide", "abbreviated")
        for name in context.get(width, {}).values()
    )
