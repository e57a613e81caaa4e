"""One file → its rows, of which nothing is believed before it was looked at."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, BinaryIO, Final

from sqlalchemy import Table

from directory.backup import manifest
from directory.backup.holding import tables_at
from directory.backup.manifest import Part
from directory.backup.refused import Refused, damaged
from directory.backup.rows import LONGEST_BYTES, Reader

_NO_ZIP: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError, OverflowError)
"""What `zipfile` raises for bytes that are no ZIP, or one with a wrong byte in it."""
_MANIFEST_BYTES: Final = 1 << 20
_AT_ONCE: Final = 1 << 18
_TOLD_ROWS: Final = 500


@contextmanager
def opened(file: BinaryIO) -> Iterator[Backup]:
    """A backup and what it says of itself; raises Refused where it is none, or one that this program cannot restore."""
    with _as_told():
        archive = zipfile.ZipFile(file)
    with archive:
        yield Backup(archive)


@contextmanager
def _as_told() -> Iterator[None]:
    """Meanwhile a file that is no ZIP, or cannot be read, is told in a sentence."""
    try:
        yield
    except _NO_ZIP:
        raise Refused("not_a_backup", "This file is no backup of a directory, or a part of it is missing.") from None
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> Refused:
    return Refused("cannot_read", f"The backup cannot be read ({os.strerror(error.errno or 0)}).")


class Backup:
    """A file that is open."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        with _as_told():
            self.manifest = manifest.read(self._manifest())
        self.tables = tables_at(self.manifest.revision)
        self._look_at_members()

    def _manifest(self) -> bytes:
        infos = [info for info in self._archive.infolist() if info.filename == manifest.MEMBER]
        if len(infos) != 1:
            raise zipfile.BadZipFile
        with self._archive.open(infos[0]) as member:
            return member.read(_MANIFEST_BYTES)  # of a longer one the rest is missing, and that is no JSON

    def _look_at_members(self) -> None:
        """All tables of the revision with all their columns, as large as the manifest says, and no others."""
        parts, known = self.manifest.tables, {table.name: table for table in self.tables}
        for name, table in known.items():
            if name not in parts or parts[name].columns != [column.name for column in table.c]:
                raise damaged(f"the table {name} is missing, or has other columns.")
        infos = self._archive.infolist()
        found = sorted((info.filename, info.file_size) for info in infos if info.filename != manifest.MEMBER)
        if parts.keys() != known.keys() or found != sorted((f"{name}.jsonl", parts[name].bytes) for name in parts):
            raise damaged("its members are not those that its manifest says.")

    def check(self, tell: Callable[[int], object]) -> None:
        """Read every row; raises Refused for the first thing that is not what was written."""
        for table in self.tables:
            for number, _ in enumerate(self.rows(table), 1):
                if number % _TOLD_ROWS == 0:
                    tell(_TOLD_ROWS)
            tell(self.manifest.tables[table.name].rows % _TOLD_ROWS)

    def rows(self, table: Table) -> Iterator[tuple[Any, ...]]:
        """The rows of a table; raises Refused where they are not what was written, at the latest after the last one."""
        part = self.manifest.tables[table.name]
        try:
            with self._archive.open(f"{table.name}.jsonl") as member, io.BufferedReader(member, _AT_ONCE) as lines:  # type: ignore[type-var]  # it reads as a file
                yield from _rows(table, part, lines)
        except _NO_ZIP:
            raise damaged(f"the table {table.name} is not what was written.") from None
        except OSError as error:
            raise _unreadable(error) from None


def _rows(table: Table, part: Part, lines: BinaryIO) -> Iterator[tuple[Any, ...]]:
    reader, digest, rows = Reader(table), sha256(), 0
    while written := lines.readline(LONGEST_BYTES + 1):
        rows += 1
        if rows > part.rows or len(written) > LONGEST_BYTES:
            raise zipfile.BadZipFile
        digest.update(written)
        yield reader.read(written)
    if rows != part.rows or digest.hexdigest() != part.sha256:
        raise zipfile.BadZipFile
