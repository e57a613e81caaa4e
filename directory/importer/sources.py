"""Where the bytes come from: an upload in memory or a file of any size, read from the start as often as needed."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from directory.vocabulary import N_

Source = bytes | Path
LONGEST_LINE: Final = 1 << 26
"""Bytes without a line end after which a file is no table."""
PIECE: Final = 1 << 18
"""Bytes that are looked at in one go."""
CHANGED: Final = N_("The file changed while it was read. Nothing was written: import it again.")


@dataclass(frozen=True, slots=True)
class Coding:
    """How bytes become text: the name people know, Python's codec, and the bytes of byte order marks to skip."""

    name: str
    codec: str
    skip: int = 0


def size(source: Source) -> int:
    """In bytes."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def state(file: Path) -> tuple[int, ...]:
    """What tells that a file is another one than before: device, number, bytes, time of the last change; () for none.

    A file that is read piece by piece, again and again, must be the same from the first time to the last.
    """
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    stream: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    with stream:
        yield stream


def head(source: Source) -> bytes:
    """The first bytes."""
    with opened(source) as stream:
        return stream.read(PIECE)


def pieces(source: Source, skip: int = 0) -> Iterator[bytes]:
    """All bytes after `skip`, piece by piece."""
    with opened(source) as stream:
        stream.seek(skip)
        yield from iter(partial(stream.read, PIECE), b"")


def lines(source: Source, coding: Coding) -> Iterator[str]:
    """The physical lines with their ends: CR, LF or CRLF, and nothing else, ends a line."""
    with opened(source) as stream:
        stream.seek(coding.skip)
        with io.TextIOWrapper(stream, encoding=coding.codec, newline="") as text:
            yield from text


def line_ends(text: str | bytes) -> int:
    """How many lines end in it."""
    if isinstance(text, bytes):
        return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def first_error(source: Source, coding: Coding) -> int | None:
    """The offset of the first byte that is no character, or that makes a line longer than LONGEST_LINE; or None."""
    decoder = codecs.getincrementaldecoder(coding.codec)()
    at, held, line_start = coding.skip, 0, coding.skip
    for piece in pieces(source, coding.skip):
        try:
            text = decoder.decode(piece)
        except UnicodeDecodeError as error:
            return at - held + error.start
        held = len(decoder.getstate()[0])
        at += len(piece)
        if "\n" in text or "\r" in text:
            line_start = at
        elif at - line_start > LONGEST_LINE:
            return at
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return at - held
    return None


def line_at(source: Source, coding: Coding, offset: int) -> int:
    """The physical line, from 1, on which the byte at this offset stands."""
    decoder = codecs.getincrementaldecoder(coding.codec)("replace")
    line, left, was_return = 1, offset - coding.skip, False
    for piece in pieces(source, coding.skip):
        text = decoder.decode(piece[:left])
        line += line_ends(text) - (was_return and text.startswith("\n"))
        was_return = text.endswith("\r")
        left -= len(piece)
        if left <= 0:
            break
    return line
