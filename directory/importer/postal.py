"""Postal codes of Europe by country, as people write them; those of other countries are taken as they are.

Source: the patterns of GeoNames, narrowed where a country's first digits are known (Belgium has no 0999).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from directory.importer.cells import a_line
from directory.importer.problems import BadCell
from directory.vocabulary import N_

LONGEST: Final = 20
_BRITISH: Final = r"(GIR 0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})"
_PATTERNS: Final = {
    "AD": r"AD ?\d{3}", "AL": r"\d{4}", "AM": r"\d{4}", "AT": r"[1-9]\d{3}", "AZ": r"(AZ ?)?\d{4}", "BA": r"\d{5}",
    "BE": r"[1-9]\d{3}", "BG": r"[1-9]\d{3}", "BY": r"\d{6}", "CH": r"[1-9]\d{3}", "CY": r"\d{4}",
    "CZ": r"\d{3} ?\d{2}", "DE": r"\d{5}", "DK": r"\d{4}", "EE": r"\d{5}", "ES": r"(0[1-9]|[1-4]\d|5[0-2])\d{3}",
    "FI": r"\d{5}", "FO": r"\d{3}", "FR": r"(0[1-9]|[1-8]\d|9[0-8])\d{3}", "GB": _BRITISH, "GE": r"\d{4}",
    "GG": _BRITISH, "GI": r"GX11 ?1AA", "GR": r"\d{3} ?\d{2}", "HR": r"\d{5}", "HU": r"[1-9]\d{3}",
    "IE": r"[AC-FHKNPRTV-Y](\d{2}|6W) ?[0-9AC-FHKNPRTV-Y]{4}", "IM": _BRITISH, "IS": r"\d{3}", "IT": r"\d{5}",
    "JE": _BRITISH, "LI": r"94\d{2}", "LT": r"\d{5}", "LU": r"\d{4}", "LV": r"(LV-)?\d{4}", "MC": r"980\d{2}",
    "MD": r"(MD-?)?\d{4}", "ME": r"\d{5}", "MK": r"\d{4}", "MT": r"[A-Z]{3} ?\d{2,4}", "NL": r"[1-9]\d{3} ?[A-Z]{2}",
    "NO": r"\d{4}", "PL": r"\d{2}-\d{3}", "PT": r"[1-9]\d{3}(-\d{3})?", "RO": r"\d{6}", "RS": r"\d{5}",
    "RU": r"\d{6}", "SE": r"\d{3} ?\d{2}", "SI": r"[1-9]\d{3}", "SJ": r"\d{4}", "SK": r"\d{3} ?\d{2}",
    "SM": r"4789\d", "TR": r"\d{5}", "UA": r"\d{5}", "VA": r"00120", "XK": r"\d{5}",
}  # fmt: skip
_COUNTRY_BEFORE: Final = {
    "AT": "A", "BE": "B", "BG": "BG", "CH": "CH", "CZ": "CZ", "DE": "D", "DK": "DK", "EE": "EE", "ES": "E", "FI": "FIN",
    "FR": "F", "GR": "GR", "HR": "HR", "HU": "H", "IS": "IS", "IT": "I", "LT": "LT", "LU": "L", "NL": "NL", "NO": "N",
    "PL": "PL", "PT": "P", "RO": "RO", "SE": "S", "SI": "SLO", "SK": "SK",
}  # fmt: skip
"""What people put before a postal code of another country: “B-4000”, “D-10115”."""
_DECIMALS: Final = re.compile(r"(\d+)[.,]0+")
_LOOK_LIKE_DIGITS: Final = str.maketrans("OoОоIlІ", "0000111")


def a_postal_code(text: str, country: str) -> str:
    """A postal code of the country, without the sign of the country before it; in capitals."""
    value = a_line(text, LONGEST)
    pattern = _pattern(country)
    if pattern is None:
        return value
    value = value.upper() if value.isascii() else value
    if pattern.fullmatch(value):
        return value
    bare = re.sub(rf"^(?:{country}|{_COUNTRY_BEFORE.get(country, country)})[ -]{{0,3}}", "", value)
    if pattern.fullmatch(bare):
        return bare
    message = N_("“%(text)s” is no postal code of %(country)s.")
    raise BadCell("bad_postal_code", message, {"text": text, "country": country}, _near(value, pattern))


@lru_cache(maxsize=256)
def _pattern(country: str) -> re.Pattern[str] | None:
    return re.compile(_PATTERNS[country]) if country in _PATTERNS else None


def _near(text: str, pattern: re.Pattern[str]) -> str:
    """What Excel or a finger made of it undone: “1000.0”, a lost zero, the letter O."""
    whole = _DECIMALS.fullmatch(text)
    digits = (whole[1] if whole else text).translate(_LOOK_LIKE_DIGITS)
    tries = (digits, f"0{digits}", re.sub(r"\s", "", digits), f"{digits[:2]}-{digits[2:]}")
    return next((one for one in tries if one != text and pattern.fullmatch(one)), "")
