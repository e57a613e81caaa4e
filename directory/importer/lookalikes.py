"""Letters of one alphabet that look like letters of another: how “bе-0001” is told from “be-0001”."""

from __future__ import annotations

import re
from typing import Final

_CYRILLIC: Final = "аеорсухіјѕԁһԛԝтмквнАВЕКМНОРСТХІЈЅУҮԌ"
_LATIN: Final = "aeopcyxijsdhqwtmkbhABEKMHOPCTXIJSYYG"
_GREEK: Final = "οναρυικτχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_LATIN_FOR_GREEK: Final = "ovapyiktxABEZHIKMNOPTYX"
_TO_LATIN: Final = str.maketrans(_CYRILLIC + _GREEK, _LATIN + _LATIN_FOR_GREEK)
_TO_CYRILLIC: Final = str.maketrans("aeopcyxijsABEKMHOPCTXIJSY", "аеорсухіјѕАВЕКМНОРСТХІЈЅУ")
_OTHER: Final = re.compile("[\u0370-\u052f]")
_LATIN_LETTER: Final = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
_WORD: Final = re.compile(r"[^\W\d_]+")


def as_latin(text: str) -> str:
    """With Latin letters in place of their Cyrillic and Greek look-alikes."""
    return text.translate(_TO_LATIN)


def mixed_words(text: str) -> list[str]:
    """Words that hold letters of more than one of the Latin, Greek and Cyrillic alphabets."""
    if text.isascii() or not (_OTHER.search(text) and _LATIN_LETTER.search(text)):
        return []
    return [word for word in _WORD.findall(text) if _OTHER.search(word) and _LATIN_LETTER.search(word)]


def in_one_script(word: str) -> str:
    """The word in the one alphabet that all its letters could belong to; '' where none is."""
    latin = word.translate(_TO_LATIN)
    if not _OTHER.search(latin):
        return latin
    cyrillic = word.translate(_TO_CYRILLIC)
    return "" if _LATIN_LETTER.search(cyrillic) else cyrillic


def is_disguised(word: str) -> bool:
    """Wholly of Cyrillic or Greek letters that all look Latin: “аррӏе”, “хе”."""
    return bool(_OTHER.match(word)) and not _OTHER.search(word.translate(_TO_LATIN).replace("ӏ", "l"))
