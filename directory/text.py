"""Folding: one spelling for what is stored and what is asked, so that both can be compared.

Accents, case, ligatures and letter forms fold away (`fold`); then Cyrillic and Greek become the Latin letters that
people write them with, and the Latin spellings of one sound become one (`sounded`): "Каритас", "Karitas" and
"Caritas" are "karitas", "София", "Sofija", "Sofiya" and "Sofia" are "sofia". What is stored, searched and looked up
are `words`, which are both.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

NO_CHARACTERS: Final = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF)
)
"""Code points that Unicode gives to no character, as a range of a pattern; no page may hold them."""
_IN_NO_PAGE: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{NO_CHARACTERS}]")
LONGEST_WORD: Final = 100
"""Characters of a word that count; PostgreSQL refuses words of more than 2,046 bytes."""


def _pairs(text: str) -> dict[str, str]:
    """Letter → what it is written with: "ж:zh ь:" → {"ж": "zh", "ь": ""}."""
    return dict(pair.split(":") for pair in text.split())


_WRITTEN: Final = {
    **_pairs("ł:l đ:d ð:d ø:o ı:i ħ:h ŧ:t ə:e ɛ:e ɔ:o ς:σ ґ:г þ:th æ:ae œ:oe ß:ss ĳ:ij"),
    # Arabic and Persian letters that people type for one another, and the marks that they leave out
    **_pairs("أ:ا إ:ا آ:ا ٱ:ا ى:ي ی:ي ئ:ي ې:ي ے:ي ؤ:و ک:ك ة:ه ۀ:ه ہ:ه ھ:ه ە:ه ـ: ء:"),
    **dict.fromkeys("\u200b\u200d\u2060\ufeff\u00ad", ""),
    "\u200c": " ",  # the Persian joiner parts words
}
_SOUNDS: Final = str.maketrans(
    {
        **_pairs("а:a б:b в:v г:g д:d е:e з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:h э:e ы:i і:i"),
        **_pairs("ж:zh ц:ts ч:ch ш:sh щ:sht ъ:a ь: ю:iu я:ia є:ie ђ:d ј:i љ:li њ:ni ћ:c џ:dzh ѕ:dz"),
        **_pairs("α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:ks ο:o π:p ρ:r σ:s τ:t υ:i φ:f χ:ch ψ:ps ω:o"),
        **_pairs("j:i y:i q:k x:ks"),
    }
)
"""The Latin letters that Cyrillic and Greek ones are written with; j, y, q and x are other ways to write a sound."""
_OTHER_SPELLINGS: Final = (
    # what a letter is also written with, by people and by other systems: all of a line at once
    _pairs("ъ:u ц:c ж:j щ:sch х:ch χ:h ου:u ευ:ev αυ:av μπ:b"),
    _pairs("ъ:y ц:c х:x я:q ч:4 ш:6 χ:x ευ:ef αυ:af β:b"),
    _pairs("ъ: ц:tz г:h и:y в:w"),
    _pairs("ъ:u ж:j ц:c я:q ч:4 ш:6 щ:6t"),
    _pairs("ж:j ц:c"),
    _pairs("ъ:u ж:j"),
    _pairs("ъ:u"),
    _pairs("ä:ae ö:oe ü:ue ø:oe å:aa"),
)


_CONCERNED: Final = tuple(frozenset("".join(others)) for others in _OTHER_SPELLINGS)
"""The letters that each of these looks for."""
_NOT_CONCERNED: Final = re.compile(f"[^{''.join(sorted(frozenset().union(*_CONCERNED)))}]*")
"""A small text that is spelled in one way only."""


class _Letters(dict[int, str]):
    """Character → what it folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded_letter(chr(code))
        return folded


def _folded_letter(letter: str) -> str:
    folded, before = letter, ""
    while folded != before:
        before = folded
        bare = "".join(c for c in unicodedata.normalize("NFKD", folded.casefold()) if not unicodedata.combining(c))
        digits = "".join(str(unicodedata.digit(c, c)) if c.isdigit() else c for c in bare)
        folded = unicodedata.normalize("NFC", "".join(_WRITTEN.get(c, c) for c in digits))
    return folded


_LETTERS: Final = _Letters()
_GREEK_U: Final = re.compile("(?<=[αεο])υ")
_SOFT_C: Final = re.compile("c(?=[ei])")
_HARD_C: Final = re.compile("c(?!h)")
_KH: Final = re.compile("k+h")
_PH: Final = re.compile("p+h")
_LONG_I: Final = re.compile("ii+")
_APOSTROPHE: Final = re.compile("['’ʼ`´]")
_APOSTROPHES: Final = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
_ELISION: Final = re.compile(r"\b(?:l|d|s|c|n|m|t|j|qu)['’ʼ](?=\w)", re.IGNORECASE)
_TURKISH_CASE: Final = re.compile(
    r"(?<=\w\w)['’ʼ](?:[dt][ea]n?|y?[eaıiuü]|[yn]?[ıiuü]n?|n[dt][ea]n?|l[ıiuü])(?!\w)", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W_]+")
_DOTTED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_]\.?(?![^\W_])")
"""“C.P.A.S.” is a word."""


def printable(text: str) -> str:
    """A text without the invisible characters that come with copied text and that no page may hold (HTML, 3.2.5)."""
    return text if text.isprintable() else _IN_NO_PAGE.sub("", text)


def fold(text: str) -> str:
    """Case, accents, ligatures, Arabic letter forms and digits folded away, each script kept; idempotent.

    "Réfugiés" → "refugies", "Straße" → "strasse", "Ёжик" → "ежик", "لِييج" → "لييج", "٢٤" → "24".
    """
    return text.lower() if text.isascii() else _folded(text)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return text.casefold().translate(_LETTERS)


def sounded(folded: str) -> str:
    """A folded text in the Latin letters that its sounds are written with; idempotent. Arabic stays Arabic.

    "бежанци" → "bezhantsi", "κεντρο" → "kentro", "sofiya" → "sofia", "caritas" → "karitas".
    """
    if not folded.isascii():
        folded = _GREEK_U.sub("u", folded)
    return _one_sound(folded.translate(_SOUNDS))


def _one_sound(text: str) -> str:
    """One spelling for a sound that people write in several ways: c/k, ts/c, kh/h, ph/f, ya/ja/ia, shch/sht."""
    if "c" in text:
        text = _HARD_C.sub("k", _SOFT_C.sub("ts", text))
    if "h" in text:
        text = _PH.sub("f", _KH.sub("h", text)).replace("shch", "sht")
    return _LONG_I.sub("i", text) if "ii" in text else text


def words(text: str) -> list[str]:
    """The folded words of a text in order: "l'accueil des réfugiés" → ["akkueil", "des", "refugies"]."""
    if text.isascii() and text.isalnum():  # one plain word, as most texts are that are folded word by word
        return [sounded(text.lower())[:LONGEST_WORD]]
    plain = _without_apostrophes(text)
    if "." in plain:
        plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), plain)
    return [word[:LONGEST_WORD] for word in _WORD.findall(sounded(fold(plain)))]


def spelled_words(text: str) -> list[str]:
    """The folded words of a text as they are spelled, in their own script: what labels and ids are read by."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(_without_apostrophes(text)))]


def spelled_phrase(text: str) -> str:
    """The folded words of a text as they are spelled, joined by single blanks."""
    return " ".join(spelled_words(text))


def _without_apostrophes(text: str) -> str:
    if not _APOSTROPHE.search(text):
        return text
    return _APOSTROPHES.sub("", _TURKISH_CASE.sub("", _ELISION.sub(" ", text)))


def folded_phrase(text: str) -> str:
    """The folded words of a text joined by single blanks: what phrases and names are compared by."""
    return " ".join(words(text))


def spellings(text: str) -> list[str]:
    """Other ways in which people write a name in Latin letters, folded: "Център" → ["tsentur", "tsentyr", "tsentr"]."""
    if text.isascii() or _NOT_CONCERNED.fullmatch(unicodedata.normalize("NFC", text.lower())):
        return []
    ways = zip(*map(_spellings, text.split()), strict=True)
    return list(dict.fromkeys(" ".join(filter(None, way)) for way in ways))[1:]


@lru_cache(maxsize=16384)
def _spellings(word: str) -> tuple[str, ...]:
    """A word as it is and in each of the other ways, folded; names are made of the same words again and again."""
    plain = folded_phrase(word)
    lowered = unicodedata.normalize("NFC", word.lower())
    if word.isascii() or _NOT_CONCERNED.fullmatch(lowered):
        return (plain,) * (1 + len(_OTHER_SPELLINGS))
    found = [plain]
    for others, concerned in zip(_OTHER_SPELLINGS, _CONCERNED, strict=True):
        other = lowered
        if not concerned.isdisjoint(lowered):
            for letters, written in others.items():
                other = other.replace(letters, written)
        found.append(plain if other == lowered else folded_phrase(other))
    return tuple(found)
