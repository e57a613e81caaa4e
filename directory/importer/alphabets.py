"""Which 8-bit encodings exist, and which words make sense in them: the letters, the case and the vowels of languages.

Bulgarian in windows-1251 read as windows-1252 gives "Ïðèåìíà"; French the other way round gives "Liиge". A word that
mixes scripts, has a capital inside, or letters that no language has together, shows that the encoding is another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

_WEST: Final = (
    "àâæçéèêëîïôœùûüÿ",  # French
    "áàäéèëêíïîóöôúüûç",  # Dutch
    "äöüßéè",  # German
    "áéíóúüñ",  # Spanish
    "áàâãçéêíóôõúü",  # Portuguese
    "àèéìíîòóùú",  # Italian
    "àçèéíïòóúü",  # Catalan
    "åäöøæéü",  # Danish, Norwegian, Swedish, Finnish
)
_SAME_IN_CENTRAL: Final = "áâäçéëíîóôöúüß"
_CENTRAL: Final = (
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýžäĺľôŕ",  # Czech and Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîşţșț",  # Romanian
    "čćđšž",  # Croatian, Bosnian, Slovene
)
_BALTIC: Final = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")  # Lithuanian, Latvian, Estonian
_TURKISH: Final = ("çğıi̇öşüâîû",)
_CYRILLIC: Final = (
    "абвгдежзийклмнопрстуфхцчшщъьюяѝ",  # Bulgarian
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",  # Russian
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",  # Ukrainian
)
_SERBIAN: Final = ("абвгдђѓежзѕијклљмнњопрстћќуфхцчџш",)  # and Macedonian
_GREEK: Final = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",)
_HEBREW: Final = ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",)
_ARABIC: Final = ("ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيپچژگک",)
_VOWELS: Final = frozenset("аеиоуъюяыэёєіїј")
_FREQUENT: Final = frozenset("аоиентрсві")
"""Two letters of three are among these in every Slavic language; in a wrong encoding it is one of three."""
_MARKS: Final = frozenset("“”„«»‘’–—…•·€£§°©®™№\u00a0\u00ad½¿¡")
"""What stands beside letters in any text. The rest (¤ ¦ ‡ ƒ Ђ as in "Вђ") is a sign of the wrong encoding."""
_STRAY: Final = re.compile(r"[^\W\d_][“”„«»…•€£§°©®™№½¿¡][^\W\d_]")
_GLUED: Final = re.compile(r"[–—’”»€][^\W\d_]")
"""Capitals of windows-1251 in a Mac's encoding: —офия."""
_MEASURE: Final = re.compile(
    r"(?<![\w×÷±])(?:"
    r"(?:[0-9]+|[cdkm]?m)?[²³]|¹|[0-9]*[¼½¾]|[0-9]+[¼½¾][a-z]{1,2}|±[0-9]*|[0-9]*[×÷](?:[0-9]+[a-z]{0,2})?"
    r"|[0-9]*µ[a-z]{0,2}|(?:[0-9]+|[nA-Z])?[ºª][0-9]*|[0-9]*[¶†‡‰´¬¦]|[†¬][0-9]+"
    r")(?![\w×÷±])|(?<=\b[cdjlmnst])´(?=[^\W\d_])",
    re.IGNORECASE,
)
"""5 m², 2½ h, 10 × 5, ±10, nº 5, 3 ‰; l´aide. Glued to other letters these signs are of the wrong encoding: “ìîº”."""
_LETTERS: Final = re.compile(r"[^\W\d_²³¹¼½¾]+")
_DENSE: Final = re.compile(r"[^\x00-\x7f]{3}")
_IMPOSSIBLE: Final = re.compile("[ςךםןףץ](?=.)|ñ(?![aeiouáéíóúü])")
"""Final letters inside a word, and Gdañsk: in Spanish a vowel follows."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An encoding together with the languages that are written in it."""

    encoding: str
    alphabets: tuple[frozenset[str], ...]
    """Every word lies within one of these."""
    lone: frozenset[str] = frozenset()
    """Small letters that are a word of their own."""

    def decode(self, token: bytes) -> str:
        """The text; '\ufffd' where the encoding has no character."""
        return token.decode(self.encoding, "replace")

    def judge(self, token: bytes) -> int:
        """1: a word of these languages; 0: it says nothing; -1: it cannot be one."""
        text = _MEASURE.sub(" ", self.decode(token))
        if any(c > "\x7f" and c not in _MARKS and not c.isalpha() for c in text) or _STRAY.search(text):
            return -1
        if self._is_cyrillic and _GLUED.match(text):
            return -1
        verdicts = [self._judge_word(word) for word in _LETTERS.findall(text) if not word.isascii()]
        return min(verdicts) if -1 in verdicts else max(verdicts, default=0)

    def _judge_word(self, word: str) -> int:
        lower = word.lower()
        if len(word) == 1:
            is_initial = word.isupper() and lower in self.alphabets[0]
            return 0 if lower in self.lone or is_initial else -1
        if not (word.isupper() or word[1:] == word[1:].lower()):
            return -1
        letters = set(lower)
        if _IMPOSSIBLE.search(lower) or not any(letters <= alphabet for alphabet in self.alphabets):
            return -1
        if self._is_latin:
            is_dense = self._is_western and _DENSE.search(word)
            return -1 if is_dense or not any(c.isascii() for c in word) else 1
        if self._is_cyrillic and not letters & _VOWELS:
            return 0 if len(word) < (7 if word.isupper() else 4) else -1  # an abbreviation
        return 1

    def likelihood(self, tokens: Iterable[bytes]) -> float:
        """The share of frequent letters: capitals in KOI8-R are small letters in windows-1251, words in both.

        1.0 where it says nothing: in other scripts, and of a few letters.
        """
        letters = [c for token in tokens for c in self.decode(token).lower() if c.isalpha() and c > "\x7f"]
        if not self._is_cyrillic or len(letters) < 12:
            return 1.0
        return sum(c in _FREQUENT for c in letters) / len(letters)

    def has_measures(self, token: bytes) -> bool:
        """Does it hold a sign that may as well be a letter in another encoding: 10 × 5 or 10 Ч 5?"""
        return _MEASURE.search(self.decode(token)) is not None

    @property
    def _is_latin(self) -> bool:
        return "a" in self.alphabets[0]

    @property
    def _is_western(self) -> bool:
        return "æ" in self.alphabets[0]

    @property
    def _is_cyrillic(self) -> bool:
        return "а" in self.alphabets[0]

    def has_words_of_one_letter(self, token: bytes) -> bool:
        """Such as à."""
        return any(word in self.lone for word in _LETTERS.findall(self.decode(token)))

    def has_letters(self, token: bytes) -> bool:
        """Does it hold letters that are not ASCII, not only signs?"""
        return any(c > "\x7f" and c.isalpha() for c in self.decode(token))


def _readings(alphabets: tuple[str, ...], *encodings: str, lone: str = "", more: str = "") -> list[Reading]:
    letters = tuple(frozenset(alphabet + more) for alphabet in alphabets)
    return [Reading(encoding, letters, frozenset(lone)) for encoding in encodings]


def _readings_by_language(alphabets: tuple[str, ...], *encodings: str, more: str = "") -> list[Reading]:
    """For encodings of one country: the whole file is in one of the languages, names from elsewhere aside."""
    return [
        reading
        for encoding in encodings
        for letters in alphabets
        for reading in _readings((letters,), encoding, more=more)
    ]


@lru_cache(maxsize=1)
def readings() -> tuple[Reading, ...]:
    """All that is tried, likeliest first: what Excel writes on Windows, on a Mac, as "MS-DOS", and older Linux."""
    latin, cyrillic = {"lone": "àôèéóåö", "more": ascii_lowercase}, {"lone": "".join(_CYRILLIC[:3])}
    local = ascii_lowercase + _SAME_IN_CENTRAL
    return (
        *_readings(_WEST, "cp1252", **latin),
        *_readings(_CYRILLIC, "cp1251", **cyrillic),
        *_readings(_SERBIAN, "cp1251"),
        *_readings(_WEST, "mac_roman", "cp850", **latin),
        *_readings(_CYRILLIC, "mac_cyrillic", "cp866", "koi8-r", "koi8-u", "iso8859-5", "cp855", **cyrillic),
        *_readings_by_language(_CENTRAL, "cp1250", more=local),
        *_readings_by_language(_TURKISH, "cp1254", more=local),
        *_readings_by_language((*_BALTIC, _CENTRAL[0]), "cp1257", more=ascii_lowercase + "äéóöü"),
        *_readings(_GREEK, "cp1253", "iso8859-7"),
        *_readings(_HEBREW, "cp1255"),
        *_readings(_ARABIC, "cp1256"),
        *_readings(_WEST, "iso8859-15", "cp437", **latin),
        *_readings_by_language(_CENTRAL, "iso8859-2", "cp852", "mac_latin2", more=local),
    )
