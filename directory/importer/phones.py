"""Telephone numbers as people write them: several in one cell, with labels, prefixes and remarks → E.164."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers

from directory.importer.cells import bare, refuse_long
from directory.importer.countries import is_country
from directory.importer.problems import BadCell
from directory.vocabulary import N_

LONGEST: Final = 500

_BETWEEN: Final = re.compile(
    r"[|;\n,]|\s/\s|\s-{2,}\s|(?<=\d)\s+(?:ou|or|et|and|или|и|of|en|oder|und|o|y)\s+(?=[\d+(])", re.IGNORECASE
)
_MAYBE_BETWEEN: Final = re.compile(r"/|\s[-–—]\s")
_LABEL: Final = re.compile(
    r"(?:(?:tel|callto|sms):|(?!fax|факс|telefax|télécopie)[^\W\d_][^\W\d_.\s-]{0,14}[\s.]{0,2}[.:]\s?"
    r"|(?:t[eé]l|t[eé]l[eé]phone|phone|тел|телефон|gsm|mobile|mob|portable|telefoon|моб|t|m|p|☎|📞|📱)\s(?=[\d+(]))",
    re.IGNORECASE,
)
_REMARK: Final = re.compile(r"\s*\((?!0\))[^()\d]{1,40}\)\s*")
_EXTENSION: Final = re.compile(
    r"[\s,;]*(?:ext(?:ension)?|poste|вътр(?:ешен)?|toestel|tst|int|доб|anexo|durchwahl|x|#|;ext=)[.:=]*\s*(\d{1,6})$",
    re.IGNORECASE,
)
_DIALED: Final = re.compile(r"\(?\+?[\d\s().\-/‐-―]+")
_ROUNDED: Final = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


def phones(text: str, country: str) -> list[str]:
    """The numbers of a cell; national ones are those of the row's country."""
    written = _cleaned(text)
    if _ROUNDED.fullmatch(written):
        message = N_("Excel has rounded the telephone number “%(text)s”: write it again, beginning with + or 00.")
        raise BadCell("bad_phone", message, {"text": text})
    whole = _number(written, country)
    if whole:
        return [whole]
    parts = [part for part in map(str.strip, _BETWEEN.split(written)) if part and not _REMARK.fullmatch(part)]
    found = [number for part in parts for number in _numbers_of(part, text, country)]
    if not found:
        raise _bad(text, country)
    return list(dict.fromkeys(found))


def _cleaned(text: str) -> str:
    refuse_long(text, LONGEST)
    return "|".join(bare(line) for line in text.splitlines() if line.strip()).lstrip("'")


def extension(text: str) -> str:
    """The extension that a cell names after a number: it is not kept with the number."""
    found = _EXTENSION.search(_REMARK.sub(" ", text).strip())
    return found[1] if found and len(re.findall(r"\d", text[: found.start()])) >= 7 else ""


def _numbers_of(part: str, text: str, country: str) -> list[str]:
    """One number, or two with a slash or a dash between them."""
    if number := _number(part, country):
        return [number]
    for between in _MAYBE_BETWEEN.finditer(part):
        two = [_number(part[: between.start()], country), _number(part[between.end() :], country)]
        if all(two):
            return [number for number in two if number]
    raise _bad(part if len(part) < len(text) else text, country, text)


@lru_cache(maxsize=8192)
def _number(text: str, country: str) -> str:
    """E.164, or '' for what is not one number that can be called."""
    digits = _bare_number(text)
    if not _DIALED.fullmatch(digits) or not _is_one_run(digits):
        return ""
    if digits.startswith("00") and not is_country(country):
        digits = "+" + digits[2:]
    try:
        number = phonenumbers.parse(digits, country if is_country(country) else None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _bare_number(text: str) -> str:
    digits = _REMARK.sub(" ", text).strip()
    digits = _LABEL.sub("", digits, count=1) if _LABEL.match(digits) else digits
    return _EXTENSION.sub("", digits).strip().rstrip(".,;:")


def _is_one_run(digits: str) -> bool:
    """A plus stands first or nowhere, and no brackets are left open."""
    return digits.rfind("+") <= 1 and digits.count("(") == digits.count(")")


def _bad(text: str, country: str, cell: str = "") -> BadCell:
    place = country if is_country(country) else ""
    values = {"text": text[:100], "country": place}
    near = "|".join(_found_in(cell or text, country))
    if re.search("fax|факс|télécopie", text, re.IGNORECASE):
        return BadCell(
            "bad_phone", N_("“%(text)s” is a fax number; only telephones are listed."), values, near.split("|")[0]
        )
    digits = re.sub(r"\D", "", text)
    if text.isdigit() and 3 <= len(digits) <= 6:
        message = N_("“%(text)s” is a short number that works in one country only: put it into the description.")
        return BadCell("bad_phone", message, values)
    if not place:
        message = N_("“%(text)s” is not a telephone number with the prefix of its country, such as +32.")
        return BadCell("bad_phone", message, values, near)
    message = N_("“%(text)s” is not a telephone number that can be called in %(country)s.")
    return BadCell("bad_phone", message, values, near)


def _found_in(text: str, country: str) -> list[str]:
    """The numbers that the library finds somewhere in a text."""
    region = country if is_country(country) else None
    found = phonenumbers.PhoneNumberMatcher(text[:200], region)
    return [phonenumbers.format_number(one.number, phonenumbers.PhoneNumberFormat.E164) for one in found]
