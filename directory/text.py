"""Folding: one spelling for what is stored and what is asked, so that both can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SPECIAL: Final = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "ı": "i",
        "ħ": "h",
        "ς": "σ",
        "ё": "е",
        "ґ": "г",
        # Arabic and Persian letters that people type for one another
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ک": "ك",
        "ة": "ه",
        "ۀ": "ه",
        "ـ": None,
        "ء": None,
        "\u200c": " ",
        "\u200b": None,
        "\u200d": None,
        "\ufeff": None,
        "\u00ad": None,
    }
)
_APOSTROPHES: Final = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_ELISION: Final = re.compile(r"\b(?:l|d|s|c|n|m|t|j|qu)['’ʼ](?=\w)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
LONGEST_WORD: Final = 100
"""Characters of a word that count; PostgreSQL refuses words of more than 2,046 bytes."""


class _Letters(dict[int, str]):
    """Character → what it folds to, worked out when it is first met: an import folds a million texts."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded_letter(chr(code))
        return folded


def _folded_letter(letter: str) -> str:
    folded, before = letter, ""
    while folded != before:
        before = folded
        bare = "".join(c for c in unicodedata.normalize("NFKD", folded.casefold()) if not unicodedata.combining(c))
        digits = "".join(str(unicodedata.digit(c, c)) if c.isdigit() else c for c in bare)
        folded = unicodedata.normalize("NFC", digits.translate(_SPECIAL))
    return folded


_LETTERS: Final = _Letters()


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Case, accents, ligatures, Arabic letter forms and digits folded away; idempotent.

    "Réfugiés" → "refugies", "Straße" → "strasse", "لِييج" → "لييج", "٢٤" → "24".
    """
    return text.lower() if text.isascii() else text.casefold().translate(_LETTERS)


def words(text: str) -> list[str]:
    """The folded words of a text in order: "l'accueil des réfugiés" → ["accueil", "des", "refugies"]."""
    plain = _ELISION.sub(" ", text)
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(_APOSTROPHES.sub("", plain)))]


def folded_phrase(text: str) -> str:
    """The folded words of a text joined by single blanks: what phrases and names are compared by."""
    return " ".join(words(text))
