"""Which encoding a file is in: proven, asked for, or refused; never guessed.

The order: byte order mark, NUL bytes that alternate (UTF-16), strict UTF-8, broken UTF-8, then 8-bit word by word.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from directory.importer.alphabets import readings
from directory.importer.eight_bit import recognize
from directory.importer.problems import Problem
from directory.importer.sources import Coding, Source, first_error, line_at, opened, pieces, size
from directory.importer.unreadable import Unreadable, refused
from directory.vocabulary import N_

UTF_8: Final = Coding("utf-8", "utf-8")
UNSUPPORTED: Final = N_(
    "The file is in the encoding %(encoding)s, which is not read here. "
    "Save the table as “CSV UTF-8” in Excel or LibreOffice."
)
INVALID: Final = N_(
    "The file is in %(encoding)s, but line %(line)d holds bytes that are no character in it: it was cut there, or put "
    "together from files in different encodings. Mend that line, and save the table as “CSV UTF-8”."
)
UNKNOWN: Final = N_(
    "The letters of this file make sense in no known encoding; see line %(line)d. "
    "Save the table as “CSV UTF-8” in Excel or LibreOffice."
)
_UNPAIRED: Final = re.compile("[\udc80-\udcff]")
_LETTER: Final = (
    "[\u00a0-\u017f\u0370-\u052f\u05d0-\u05ea\u0600-\u06ff\u2010-\u203a\u20ac\u2116\u3000-\u9fff\uac00-\ud7a3]"
)
_PLAUSIBLE: Final = re.compile(_LETTER)
_WORD_IN_UTF_8: Final = re.compile(f"{_LETTER}{{3}}")
_UTF_7: Final = re.compile(rb"(?:^|[\s\w.,;'\"])\+(?:[A-Za-z0-9+/]{3,})-")
_MARKS: Final = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF32_LE: Coding("UTF-32", ""),
    codecs.BOM_UTF32_BE: Coding("UTF-32", ""),
    codecs.BOM_UTF16_LE: Coding("utf-16", "utf-16-le"),
    codecs.BOM_UTF16_BE: Coding("utf-16", "utf-16-be"),
    b"+/v8": Coding("UTF-7", ""),
    b"+/v9": Coding("UTF-7", ""),
    b"\x84\x31\x95\x33": Coding("GB 18030", ""),
    b"\x0e\xfe\xff": Coding("SCSU", ""),
    b"\xdd\x73\x66\x73": Coding("UTF-EBCDIC", ""),
}
"""Byte order marks; those without a codec are not read. UTF-32's begins as UTF-16's does, so it stands first."""


def known(encoding: str) -> Coding:
    """The encoding that a person chose; raises Unreadable for one that is not read."""
    try:
        codec = codecs.lookup(encoding.strip()).name
    except (LookupError, ValueError):
        codec = ""
    eight_bit = {codecs.lookup(reading.encoding).name: reading.encoding for reading in readings()}
    if codec in ("utf-8", "utf-8-sig"):
        return UTF_8
    if codec in ("utf-16", "utf-16-le", "utf-16-be"):
        return Coding("utf-16", "utf-16-le" if codec == "utf-16" else codec)
    if codec == "iso8859-1":
        return Coding("iso8859-1", "iso8859-1")
    if codec in eight_bit:
        return Coding(eight_bit[codec], eight_bit[codec])
    raise refused("encoding_unsupported", UNSUPPORTED, encoding=encoding)


def marked(start: bytes) -> Coding | None:
    """What the byte order mark, or else the place of NUL bytes, proves. A repeated mark is skipped too."""
    for mark, coding in _MARKS.items():
        if start.startswith(mark):
            if not coding.codec:
                raise refused("encoding_unsupported", UNSUPPORTED, encoding=coding.name)
            skip = len(mark)
            while start.startswith(mark, skip):
                skip += len(mark)
            return Coding(coding.name, coding.codec, skip)
    return _by_nul_bytes(start[:4096])


def _by_nul_bytes(start: bytes) -> Coding | None:
    zeros = [start[place::4].count(0) * 4 / len(start) for place in range(4)] if len(start) > 3 else []
    if not any(zeros):
        return None
    if (min(zeros[2:]) > 0.9 and zeros[0] < 0.05) or (min(zeros[:2]) > 0.9 and zeros[3] < 0.05):
        raise refused("encoding_unsupported", UNSUPPORTED, encoding="UTF-32")
    if _is_utf_16(start, "utf-16-le", zeros[1::2], zeros[0::2]):
        return Coding("utf-16", "utf-16-le")
    if _is_utf_16(start, "utf-16-be", zeros[0::2], zeros[1::2]):
        return Coding("utf-16", "utf-16-be")
    return None


def _is_utf_16(start: bytes, codec: str, high: list[float], low: list[float]) -> bool:
    """Latin text has a NUL in most high bytes; in another alphabet the high bytes are few, and NUL in line ends."""
    if min(high) > 0.3 and max(low) < 0.05:
        return True
    if any(low) or sum(byte < 0x20 for byte in start[codec == "utf-16-le" :: 2]) < 0.8 * (len(start) // 2):
        return False
    try:
        text = codecs.getincrementaldecoder(codec)().decode(start)
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(c) in ("Cc", "Cn", "Co") and c not in "\t\r\n" for c in text)


def find(source: Source, start: bytes, chosen: str = "") -> Coding:
    """The encoding of a file, in which all of it decodes; raises Unreadable or Unsure. `start` are its first bytes."""
    if proven := marked(start):
        _must_decode(source, proven)
        return proven
    if chosen:
        coding = known(chosen)
        _must_decode(source, coding)
        return coding
    _refuse_what_looks_like_ascii(start)
    broken_at = first_error(source, UTF_8)
    if broken_at is None:
        return UTF_8
    if _has_utf_8(source):
        raise _invalid(source, UTF_8, broken_at)
    _refuse_ebcdic(start[:400])
    found = recognize(source)
    if found is None:
        raise _invalid(source, UTF_8, broken_at) if _is_cut(source, broken_at) else _unknown(source, broken_at)
    return Coding(found, found)


def _refuse_what_looks_like_ascii(start: bytes) -> None:
    if not start.isascii():
        return
    for match in _UTF_7.finditer(start):
        text = match[0][match[0].index(b"+") :].decode("utf-7", "replace")
        if text and all(c.isalpha() and c > "\x7f" for c in text):
            raise refused("encoding_unsupported", UNSUPPORTED, encoding="UTF-7")
    if b"\x1b$" in start:
        raise refused("encoding_unsupported", UNSUPPORTED, encoding="ISO 2022")


def _refuse_ebcdic(start: bytes) -> None:
    """Of what is no UTF-8: “é” in it is “Cz” in EBCDIC."""
    letters = sum(c.isascii() and (c.isalnum() or c in ",;_ ") for c in start.decode("cp500"))
    if letters > 0.8 * len(start) and sum(byte > 0x7F for byte in start) > 0.6 * len(start):
        raise refused("encoding_unsupported", UNSUPPORTED, encoding="EBCDIC")


def _must_decode(source: Source, coding: Coding) -> None:
    broken_at = first_error(source, coding)
    if broken_at is not None:
        raise _invalid(source, coding, broken_at)


def _is_cut(source: Source, broken_at: int) -> bool:
    """Is all that is broken the begin of a character, at the end?"""
    left = size(source) - broken_at
    if left > 3:
        return False
    with opened(source) as stream:
        stream.seek(broken_at)
        try:
            return not codecs.getincrementaldecoder("utf-8")().decode(stream.read())
        except UnicodeDecodeError:
            return False


def _invalid(source: Source, coding: Coding, offset: int) -> Unreadable:
    line = line_at(source, coding, offset)
    return refused("encoding_invalid_byte", INVALID, line, encoding=coding.name.upper())


def _unknown(source: Source, offset: int) -> Unreadable:
    """Of the file as a whole: the line is where to look first."""
    return Unreadable(Problem(None, None, "encoding_unknown", UNKNOWN, {"line": line_at(source, UTF_8, offset)}))


def _has_utf_8(source: Source) -> bool:
    """Are there whole words in UTF-8, or so many characters of several bytes that it is no chance?"""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    invalid = valid = 0
    for piece in pieces(source):
        text = decoder.decode(piece)
        invalid += len(_UNPAIRED.findall(text))
        valid += len(_PLAUSIBLE.findall(text))
        if _WORD_IN_UTF_8.search(text):
            return True
        if invalid > 20_000:
            break
    return valid > 0 and (valid >= invalid or valid * 5 >= invalid > 10)
