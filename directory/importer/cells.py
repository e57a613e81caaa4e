"""What a cell of each column may hold: text → value or BadCell, and value → the text an export writes."""

from __future__ import annotations

import difflib
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import phonenumbers
from babel import Locale
from babel.core import get_global
from email_validator import EmailNotValidError, validate_email

from directory import hours
from directory.models import NAME_LENGTH, TEXT_LENGTH
from directory.text import fold
from directory.vocabulary import EUROPE

SEPARATORS: Final = ";,"
CLEAR: Final = "[clear]"
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class BadCell(Exception):
    """A cell that cannot be used: a stable code, a sentence that says why, and what may be meant."""

    code: str
    message: str
    suggestion: str = ""


def a_line(text: str, longest: int = NAME_LENGTH) -> str:
    """One line of clean text."""
    if "\n" in text or "\r" in text:
        raise BadCell("newline_not_allowed", "This cell must be one line.")
    return a_text(text, longest)


def a_text(text: str, longest: int = TEXT_LENGTH) -> str:
    """Clean text of several lines: NFC, no control or direction characters."""
    for character in text:
        if character in _BIDI:
            raise BadCell("bidi_control", "Invisible characters that turn the direction of writing are not allowed.")
        if unicodedata.category(character) == "Cc" and character not in "\n\r\t":
            raise BadCell("control_character", "Invisible control characters are not allowed.")
    if len(text) > longest:
        raise BadCell("too_long", f"At most {longest} characters are allowed here; this has {len(text)}.")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def an_id(text: str) -> str:
    value = a_line(text)
    if not value or any(c.isspace() or c in "/?#\\%" for c in value):
        raise BadCell("bad_id", "An id has no blanks and none of / ? # % \\.")
    return value


def several(text: str) -> list[str]:
    """A list cell: parts between `|`, or else between `;` or `,`; blanks and repetitions dropped."""
    if "|" not in text:
        for separator in SEPARATORS:
            if separator in text:
                text = text.replace(separator, "|")
                break
    return list(dict.fromkeys(part for part in (a_line(part) for part in text.split("|")) if part))


def names(text: str) -> list[str]:
    """A list of free text: only `|` separates, for names hold commas."""
    return list(dict.fromkeys(part for part in (a_line(part) for part in text.split("|")) if part))


def one_key(text: str, keys: Iterable[str]) -> str:
    """A key of a closed list."""
    value, known = fold(text.strip()).replace(" ", "_").replace("-", "_"), list(keys)
    if value in known:
        return value
    near = difflib.get_close_matches(value, known, 1)
    raise BadCell("unknown_value", f"“{text}” is none of: {', '.join(known)}.", near[0] if near else "")


def keys(text: str, known: Iterable[str]) -> list[str]:
    known = list(known)
    return [one_key(part, known) for part in several(text)]


@lru_cache(maxsize=1)
def _language_codes() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").languages) if 2 <= len(code) <= 3)


def is_language(code: str) -> bool:
    """Is it an ISO 639 code?"""
    return code in _language_codes()


def languages(text: str) -> list[str]:
    """ISO 639 codes of spoken languages."""
    found = []
    for part in several(text):
        code = part.lower()
        if not is_language(code):
            raise BadCell("unknown_value", f"“{part}” is no ISO 639 code of a language, such as fr or ar.")
        found.append(code)
    return found


def a_country(text: str) -> str:
    """ISO 3166 alpha-2, or EU for all of Europe."""
    code = text.strip().upper()
    if code != EUROPE and (len(code) != 2 or code not in get_global("territory_zones") or not code.isalpha()):
        raise BadCell("unknown_value", f"“{text}” is no ISO 3166 code of a country, such as BE or BG (or EU).")
    return code


def degrees(text: str, most: float) -> float:
    """A coordinate in decimal degrees."""
    try:
        value = float(text.strip()) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadCell("not_a_number", f"“{text}” is not a number of degrees such as 50.63.")
    if abs(value) > most:
        raise BadCell("out_of_range", f"{text} lies outside -{most:g} to {most:g} degrees.")
    return value


def phones(text: str, country: str) -> list[str]:
    """E.164 numbers, from any format that the country uses."""
    found = []
    for part in names(text):
        try:
            number = phonenumbers.parse(part, None if country == EUROPE else country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number) or not phonenumbers.is_valid_number(number):
            raise BadCell("bad_phone", f"“{part}” is not a telephone number that can be called in {country}.")
        found.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return list(dict.fromkeys(found))


def an_email(text: str) -> str:
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise BadCell("bad_email", f"“{text}” is not an e-mail address: {error}") from None


def a_url(text: str) -> str:
    value = a_line(text, 2000)
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        is_good = False
    if not is_good or any(c.isspace() for c in value):
        raise BadCell("bad_url", f"“{text}” is not a web address that begins with http:// or https://.")
    return value


def opening_hours(text: str) -> str:
    value = a_line(text, 500)
    if not hours.is_valid(value):
        raise BadCell(
            "bad_opening_hours", f"“{text}” is not in the syntax of OpenStreetMap, such as Mo-Fr 09:00-17:00."
        )
    return value


def a_date(text: str) -> date:
    """ISO: 2026-11-23; not in the future."""
    try:
        value = date.fromisoformat(text.strip())
    except ValueError:
        raise BadCell("bad_date", f"“{text}” is not a date such as 2026-11-23.") from None
    if value > datetime.now(UTC).date():
        raise BadCell("date_in_future", f"{text} lies in the future.")
    return value
