"""What stands in a cell: clean lines, texts, ids and lists, whatever Excel, a web page or a keyboard left in them.

Every reader takes the text of a cell without blanks around it and gives a value, or raises BadCell. A value that is
written and read again stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from directory.importer.lookalikes import as_latin
from directory.importer.problems import BadCell
from directory.models import NAME_LENGTH, TEXT_LENGTH
from directory.text import NO_CHARACTERS
from directory.vocabulary import N_

CLEAR: Final = "[clear]"
_CLEARING: Final = frozenset({CLEAR, "[effacer]", "[изчисти]", "[wissen]"})

_NEW_LINE: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL: Final = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f{NO_CHARACTERS}]")
_INVISIBLE: Final = re.compile("[\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\u3164\uffa0\u115f\u1160]")
_JOINER: Final = re.compile("(?<![^\\sA-Za-z])[\u200c\u200d]+|[\u200c\u200d]+(?![^\\sA-Za-z])")
"""Zero-width joiners mean something inside Persian, Hindi and emoji, not beside blanks and Latin letters."""
_ANY_JOINER: Final = re.compile("[\u200c\u200d]")
_DIRECTION: Final = re.compile("[\u200e\u200f\u061c]")
_MANY_MARKS: Final = 500
_RUN_OF_MARKS: Final = re.compile(
    f"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1dc0-\u1dff\u20d0-\u20ff]{{{_MANY_MARKS}}}"
)
"""Sorting the accents of one letter takes the square of their number."""
_BLANKS: Final = re.compile(r"[^\S\n]+")
_NOTHING: Final = re.compile(
    "[\\s\u00ad\u034f\u061c\u180e\ufff9-\ufffb\u200b-\u200f\u2060-\u2064\ufeff\u2800\u3164\uffa0\u115f\u1160]*"
)
FILLERS: Final = "\u2800\u3164\uffa0\u115f\u1160"
"""Characters that print nothing although Unicode counts them as letters."""

_EXCEL_ERROR: Final = re.compile(
    r"#{3,}|#[¡¿]?[^\W\d_a-z/]{2,16}(?:/0)?\s?[!?]|#(?:N/?[ABDV]|Н/?Д|NV|НД|YOK|GETTING_DATA)|(?:Err|ERR):\d{3}",
)
_FORMULA: Final = re.compile("'+[=+\\-@\t\r]")
_MADE_TEXT: Final = re.compile(r'="(.*)"', re.DOTALL)
_DOUBT: Final = re.compile("[?¿؟？]")
_LOST: Final = re.compile(r"\?{3,}")
_ASKED: Final = re.compile(
    r"(?<![\w?])(?=\w*[^\W\d_])(\w{2,})\?++(?!\w)|^\?{1,3}(?![?\w])|(?<![?\w])\?{1,3}$"  # Why???, ??? Why, why ???
)
_LOST_TWICE: Final = ("ï¿½", "пїЅ", "ÔøΩ", "´┐¢", "я┐╜")
"""The sign of a lost letter, itself damaged: in UTF-8, read in an encoding of Windows, of a Mac, of MS-DOS."""
_WORD: Final = re.compile(r"[^\W\d_]{2}")

LISTED: Final = re.compile(r"[|;\n•·]")
LONGEST_ID: Final = NAME_LENGTH
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_NEARLY_ID: Final = re.compile(r"[\w\s.-]+")
_NO_ID: Final = frozenset("null none nil nan na n.a n.a. undefined true false id -".split())
_MONTH: Final = (
    r"(?:jan|janv|fev|feb|mar|mars|mrt|maa|apr|avr|mai|may|mei|jun|juin|jul|juil|aug|aou|aout|sep|sept|oct|okt|nov|dec)"
)
_MADE_DATE: Final = re.compile(
    rf"\d{{1,2}}-{_MONTH}\.?(?:-\d{{2,4}})?|{_MONTH}\.?-\d{{2,4}}|\d{{1,2}}[.-]\d{{1,2}}[.-]\d{{4}}"
)
_MADE_NUMBER: Final = re.compile(r"(\d+)\.0+")
_ROUNDED: Final = re.compile(r"\d(?:[.,]\d+)?e\d+|\d+(?:[.,]\d+)?e[+-]\d+")
"""“1.00e-05”, and “1e5”, which the next spreadsheet makes of it; “12e4567” is a hash."""


def is_blank(text: str) -> bool:
    """Whether a cell shows nothing: blanks, zero-width characters, fillers, `=""` as programs write an empty one."""
    return _NOTHING.fullmatch(text) is not None or _NOTHING.fullmatch(unguarded(text.strip())) is not None


def is_clear(text: str) -> bool:
    """Whether a cell asks to empty what is stored."""
    return text.strip().casefold() in _CLEARING


def guarded(text: str) -> str:
    """As an export writes it, so that Excel takes it for text and not for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") or _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Without the apostrophe of `guarded`; `="0032"`, the other trick to keep Excel from calculating, is undone too."""
    if _FORMULA.match(text):
        return text[1:].strip()
    made = _MADE_TEXT.fullmatch(text)
    return made[1].replace('""', '"').strip() if made else text


def refuse_excel_error(text: str) -> None:
    if _EXCEL_ERROR.fullmatch(text):
        raise BadCell("excel_error", N_("“%(text)s” is an error that Excel wrote here, not a value."), {"text": text})


def is_lost(text: str) -> bool:
    """Whether letters were replaced by question marks when the file was saved: “?????? ????”, “Li\ufffdge”.

    Marks after a whole word, and up to three before or after other words, are punctuation.
    """
    if "\ufffd" in text or any(sign in text for sign in _LOST_TWICE):
        return True
    if not _LOST.search(text):
        return False
    left = _ASKED.sub(r"\1", text) if _WORD.search(text) else text
    return _LOST.search(left) is not None and left.count("?") * 4 > len(re.sub(r"\s", "", left))


def is_doubted(text: str) -> bool:
    """Whether who wrote a key is not sure of it: “yes?”."""
    return _DOUBT.search(text) is not None


def lost() -> BadCell:
    return BadCell(
        "lossy_question_marks",
        N_("Letters were lost when this file was saved: question marks stand in their place. Save it as CSV UTF-8."),
    )


def _cleaned(text: str, longest: int, is_line: bool = False) -> str:
    """NFC, one kind of line break, nothing invisible; BadCell for what must not be there."""
    if len(text) > 8 * longest:  # what is invisible does not count, within reason
        refuse_long(text, longest)
    if len(text) > _MANY_MARKS and _RUN_OF_MARKS.search(text):
        raise BadCell("too_many_combining_marks", N_("One letter carries very many accents."))
    text = _NEW_LINE.sub("\n", text)
    refuse_controls(text)
    text = _INVISIBLE.sub("", text)
    if is_line:
        text = _BLANKS.sub(" ", _DIRECTION.sub("", text))
    return unicodedata.normalize("NFC", _JOINER.sub("", text.strip())).strip()


def refuse_controls(text: str) -> None:
    """Of a text that has one kind of line break."""
    if _BIDI.search(text):
        raise BadCell("bidi_control", N_("Invisible characters that turn the direction of writing are not allowed."))
    if _CONTROL.search(text):
        raise BadCell("control_character", N_("Invisible control characters are not allowed."))


def refuse_long(text: str, longest: int) -> None:
    if len(text) > longest:
        raise BadCell(
            "too_long",
            N_("At most %(longest)s characters are allowed here; this has %(length)s."),
            {"longest": longest, "length": len(text)},
        )


def _is_plain(text: str) -> bool:
    """Nothing to clean, which is what nearly every cell is like: told without looking at single characters."""
    return text.isprintable() and (text.isascii() or _is_plain_unicode(text)) and "  " not in text and "??" not in text


def _is_plain_unicode(text: str) -> bool:
    return (
        unicodedata.is_normalized("NFC", text)
        and text[:1] not in FILLERS
        and "\ufffd" not in text
        and "¿½" not in text
        and "їЅ" not in text
        and "øΩ" not in text
        and "┐" not in text
    )


def a_line(text: str, longest: int = NAME_LENGTH) -> str:
    """One line of clean text, with single blanks."""
    if len(text) <= longest and _is_plain(text):
        return text.strip()
    value = _cleaned(text, longest, is_line=True)
    if "\n" in value:
        raise BadCell(
            "newline_not_allowed", N_("This cell must be one line."), suggestion=" ".join(value.split())[:longest]
        )
    if is_lost(value):
        raise lost()
    refuse_long(value, longest)
    return value


def a_text(text: str, longest: int = TEXT_LENGTH) -> str:
    """Clean text of several lines."""
    if len(text) <= longest and _is_plain(text):
        return text.strip()
    value = _cleaned(text, longest)
    if is_lost(value):
        raise lost()
    refuse_long(value, longest)
    return value


def bare(text: str, longest: int = 2000) -> str:
    """What a number, an address or a key is read from: one line without anything invisible."""
    refuse_long(text, longest)
    if text.isascii() and text.isprintable():
        return text.strip()
    return _cleaned(_ANY_JOINER.sub("", text), longest, is_line=True)


def an_id(text: str) -> str:
    """A stable name of an entry: small ASCII letters, digits and - _ . after a first letter or digit."""
    value = text.lower()
    if not (len(value) <= LONGEST_ID and _ID.fullmatch(value)):
        try:
            value = bare(text).lower()
        except BadCell as bad:
            raise BadCell("bad_id", bad.message, bad.values) from None
    if len(value) > LONGEST_ID:
        raise BadCell("bad_id", N_("An id has at most %(longest)s characters."), {"longest": LONGEST_ID})
    whole = _MADE_NUMBER.fullmatch(value)
    if whole or _MADE_DATE.fullmatch(value) or _ROUNDED.fullmatch(value):
        raise BadCell(
            "bad_id",
            N_("“%(text)s” looks like an id that Excel turned into a date or a number."),
            {"text": text},
            whole[1] if whole else "",
        )
    if not _ID.fullmatch(value) or value in _NO_ID:
        raise _no_id(text, value)
    return value


def _no_id(text: str, value: str) -> BadCell:
    meant = as_latin(value)
    if meant != value and _ID.fullmatch(meant):
        message = N_("“%(text)s” has letters of another alphabet that look like Latin ones.")
        return BadCell("bad_id", message, {"text": text}, meant)
    message = N_("“%(text)s” is no id: Latin letters, digits and - _ . only, and a letter or digit first.")
    plain = re.sub(r"[^a-z0-9._-]+", "-", unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode())
    plain = plain.strip("-._") if _NEARLY_ID.fullmatch(value) else ""
    return BadCell("bad_id", message, {"text": text[:NAME_LENGTH]}, plain if plain not in _NO_ID else "")


def names(text: str) -> list[str]:
    """A list of free text: only `|` and line breaks separate, for names hold commas. Repetitions are dropped."""
    refuse_long(text, TEXT_LENGTH)
    if "|" not in text and "\n" not in text and "\r" not in text:
        return [value] if (value := a_line(text)) else []
    parts = _NEW_LINE.sub("\n", text).replace("\n", "|").split("|")
    return list(dict.fromkeys(value for part in parts if (value := a_line(part.strip()))))


def several(text: str) -> list[str]:
    """The parts of a list cell between `|`, `;`, `•` or line breaks, else between commas or slashes."""
    refuse_long(text, TEXT_LENGTH)
    parts = [part.strip(" -*\t") for part in LISTED.split(_NEW_LINE.sub("\n", text))]
    if len(parts) == 1:
        parts = [part.strip() for part in re.split(r",|\s/\s", text)]
    return [part for part in parts if part]
