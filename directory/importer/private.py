"""Signs that a public text holds data of one person: a client's name with a birth date, a register number, a mobile."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from directory.vocabulary import N_

BIRTH: Final = N_("a date of birth")
REGISTER: Final = N_("a number in a register of persons")
DOCUMENT: Final = N_("the number of a document or a file")
ACCOUNT: Final = N_("the number of a bank account")
PERSON: Final = N_("a person's name with a telephone number")

_DATE: Final = r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|\d{4}-\d{2}-\d{2}|\d{1,2}\s+[^\W\d]{3,12}\s+(?:19|20)\d{2})"
_BORN: Final = re.compile(
    r"(?:\bborn\b|\bn[ée]\(?e?\)?\s?(?:le\b|:)|\bgeboren\b|\bgeb\.|\bроден[аи]?\b|\bрод\.|\bд\.\s?р\.|(?<![\d\w])°\s?(?=\d)"
    r"|birth\s?(?:date|day)|date of birth|date de naissance|geboortedatum|дата на раждане|\bd\.?o\.?b\.?\b)"
    rf".{{0,20}}?{_DATE}",
    re.IGNORECASE | re.DOTALL,
)
_TITLE: Final = (
    r"\b(?:M\.|Mme|Mlle|Mr|Mrs|Ms|Monsieur|Madame|Dhr|Mevr|Mw|De heer|Mevrouw|Herr|Frau|г-н|г-жа|господин|госпожа)\.?"
)
_NAMED: Final = r"[A-ZÀ-ÖØ-ÞА-Я]\w+"
_BORN_IN: Final = re.compile(
    rf"(?:{_TITLE}\s+{_NAMED}|\b{_NAMED}\s+[A-ZÀ-ÖØ-ÞА-Я]\.|\b[A-ZÀ-ÖØ-ÞА-Я]\.\s?{_NAMED}|\b(?:[A-ZÀ-ÖØ-ÞА-Я]\.\s?){{2}})"
    r"[^.;\n]{0,30}?\b(?:born|n[ée]\(?e?\)?|geboren|роден[аи]?)\s+(?:(?:in|en|през|във?)\s+)?(?:19|20)\d{2}\b"
)
"""A year alone is somebody's only beside a name: an association says too when it was born."""
_BELGIAN_CARD: Final = re.compile(r"(?<!\d)\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\d)")
_BELGIAN: Final = re.compile(r"(?<![\d+])(\d{2})[.\s]?(\d{2})[.\s]?(\d{2})[-\s]?(\d{3})[.\s-]?(\d{2})(?!\d)")
_BULGARIAN: Final = re.compile(r"(?<![\d+])(\d{2})(\d{2})(\d{2})\d{4}(?!\d)")
_BULGARIAN_WEIGHTS: Final = (2, 4, 8, 5, 10, 9, 7, 3, 6)
_FRENCH: Final = re.compile(
    r"(?<!\d)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2])\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)"
)
_DUTCH: Final = re.compile(r"\bBSN\b\D{0,5}\d{9}(?!\d)")
_NAMED_NUMBER: Final = re.compile(
    r"(?:\bЕГН\b|\bEGN\b|\bЛНЧ\b|\bLNCH\b|\bNISS\b|\bINSZ\b|\bNRN\b|rijksregister\w*"
    r"|registre national|numéro national|\bBIS\b)"
    r"\D{0,15}\d[\d.\s-]{5,}",
    re.IGNORECASE,
)
_DOCUMENT: Final = re.compile(
    r"(?:passe?port|паспорт|paspoort|лична карта|identity card|carte d'identité|identiteitskaart|titre de séjour"
    r"|dossier|\bOV\b|\bS\.?P\.?\b|дело|sûreté publique"
    r"|openbare veiligheid)\s{0,2}(?:n[o°r]?\.?|nr\.?|№|number|numéro|номер)?\s{0,2}:?\s{0,2}"
    r"[A-Z]{0,3}\s?\d[\d./-]{5,}",
    re.IGNORECASE,
)
_OFFICE: Final = r"\b(?:O\.?E\.?|D\.?V\.?Z\.?|IBZ)"
_OF_THE_OFFICE: Final = r"[1-9](?:\.\d{3}\.\d{3}|\d{6})(?![\d/]|[ .-]\d)"
_BELGIAN_FILE: Final = re.compile(
    rf"{_OFFICE}\s{{0,2}}(?:[Nn][o°r]?\.?|№|[Nn]uméro|[Nn]ummer|[Dd]ossier)?\s{{0,2}}:?\s{{0,2}}{_OF_THE_OFFICE}"
    rf"|(?<![\d.+/-]){_OF_THE_OFFICE}\s{{0,2}}\(?{_OFFICE}(?!\w)"
)
"""Of the Office des Étrangers, Dienst Vreemdelingenzaken: seven digits."""
_ANNEX: Final = re.compile(
    r"\b(?:annexe|bijlage|annex|приложение)\s26\s?(?:bis|ter|quater|quinquies)?\s{0,2}"
    r"(?:n[o°r]?\.?|№|numéro|nummer|номер)\s{0,2}:?\s{0,2}[A-Z]{0,3}\s?\d[\d./-]{3,}",
    re.IGNORECASE,
)
_SPANISH: Final = re.compile(r"\b([XYZ])-?(\d{7})-?([A-Z])\b")
_SPANISH_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CALLED: Final = re.compile(
    rf"(?:{_TITLE}\s+{_NAMED}|\b{_NAMED}\s+[A-ZÀ-ÖØ-ÞА-Я]\.)"
    r".{0,40}?(?:\+\d{2,3}[\s\d./-]{8,}|\b0[4-9][\d\s./-]{7,})",
    re.DOTALL,
)
_NEEDED: Final = re.compile(r"[0-9](?:[0-9]{3}|[./ -][0-9])")
"""No sign is without it."""
_SIGNS: Final = (
    (_BELGIAN_CARD, REGISTER),
    (_NAMED_NUMBER, REGISTER),
    (_BORN, BIRTH),
    (_BORN_IN, BIRTH),
    (_FRENCH, REGISTER),
    (_DUTCH, REGISTER),
    (_DOCUMENT, DOCUMENT),
    (_BELGIAN_FILE, DOCUMENT),
    (_ANNEX, DOCUMENT),
    (_CALLED, PERSON),
)


def kind(text: str) -> str:
    """What seems to be told of one person (a message id), or ''."""
    if not _NEEDED.search(text):
        return ""
    if any(_is_belgian(*match.groups()) for match in _BELGIAN.finditer(text)):
        return REGISTER
    if any(_is_bulgarian(match[0]) for match in _BULGARIAN.finditer(text)):
        return REGISTER
    if any(_is_spanish(*match.groups()) for match in _SPANISH.finditer(text)):
        return REGISTER
    if any(_is_iban(match[0]) for match in _IBAN.finditer(text)):
        return ACCOUNT
    return next((told for sign, told in _SIGNS if sign.search(text)), "")


def _is_belgian(year: str, month: str, day: str, number: str, check: str) -> bool:
    """National register: yymmdd, order, check = 97 - rest of 97; with a 2 before it for those born from 2000."""
    digits = int(year + month + day + number)
    if not (int(month) % 20 <= 12 and int(day) <= 31 and int(number)):
        return False
    return int(check) in (97 - digits % 97, 97 - (2_000_000_000 + digits) % 97)


def _is_spanish(first: str, digits: str, check: str) -> bool:
    """NIE, of foreigners: the letter is that of the rest of 23, with X, Y, Z for 0, 1, 2."""
    return _SPANISH_LETTERS[int(str("XYZ".index(first)) + digits) % 23] == check


def _is_iban(text: str) -> bool:
    """ISO 13616: the first four characters go to the end, letters count from 10; the rest of 97 is 1."""
    written = text.replace(" ", "")
    return int("".join(str(int(character, 36)) for character in written[4:] + written[:4])) % 97 == 1


def _is_bulgarian(text: str) -> bool:
    """EGN: yymmdd (month + 20 before 1900, + 40 from 2000), order, check digit of weights."""
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
    century = 1800 if 20 < month <= 32 else 2000 if month > 40 else 1900
    try:
        date(century + year, month % 20, day)
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_BULGARIAN_WEIGHTS, text, strict=False))
    return total % 11 % 10 == int(text[9])
