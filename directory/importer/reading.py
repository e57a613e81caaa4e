"""Bytes or a path → a table of rows with their physical line numbers, or Unreadable, or Unsure. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from directory.importer import dialect, encodings, headers, signatures, sources
from directory.importer.dialect import Dialect
from directory.importer.problems import Problem
from directory.importer.sources import Coding, Source
from directory.importer.unreadable import Candidate, Unreadable, Unsure, refused
from directory.importer.verifying import UNESCAPED, Shape, is_blank, verify
from directory.vocabulary import N_

__all__ = ["MOST_BYTES", "MOST_COLUMNS", "MOST_ROWS", "Candidate", "Row", "Table", "Unreadable", "Unsure", "read"]

MOST_BYTES: Final = 25 * 1024 * 1024
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 200
MOST_LINES: Final = 2_000_000
"""Blank ones and those inside cells too; a sheet of Excel has half as many."""
TOO_LARGE: Final = N_("The file has %(found)d bytes; at most %(most)d can be read here.")
TOO_MANY_LINES: Final = N_("The file has more than %(most)d lines.")
TOO_MANY_COLUMNS: Final = N_("The file has %(found)d columns; at most %(most)d can be read here.")


class Row(NamedTuple):
    """One record: the physical line, from 1, on which it begins; its cells as they stand in the file."""

    line: int
    cells: Sequence[str]
    """Beside the table's columns, unless there is a problem."""
    problem: Problem | None = None
    """Why the row cannot be used: wrong_number_of_cells, repeated_header."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read from end to end once, and can be again."""

    header: tuple[str, ...]
    """As in the file."""
    columns: tuple[str | None, ...]
    """Beside `header`: our name of the column, or None for one that is left out."""
    encoding: str
    delimiter: str
    warnings: tuple[Problem, ...]
    """Of the file: unknown_column, lookalike_header, nameless_column, backslash_escape, no_rows."""
    count: int
    """Rows, those with a problem too; wholly blank ones are none."""
    _source: Source = field(repr=False)
    _coding: Coding = field(repr=False)
    _dialect: Dialect = field(repr=False)
    _shape: Shape = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """All rows, from the start each time; one is held in memory."""
        records = self._dialect.of(self._source, self._coding)
        next(records)
        for line, _, cells in records:
            if is_blank(cells):
                continue
            problem = self._shape.problem(line, cells)
            yield Row(line, cells if problem else self._shape.aligned(cells), problem)


def read(source: Source, encoding: str = "", has_limits: bool = True) -> Table:
    """Read a CSV file; raises Unreadable, or Unsure unless `encoding` says what a person chose."""
    if has_limits:
        _refuse_too_large(source)
    if not any(piece.strip() for piece in sources.pieces(source)):
        raise refused("empty_file", dialect.EMPTY)
    coding = _coding(source, encoding)
    way = dialect.find(source, coding)
    try:
        return _table(source, coding, way, has_limits)
    except Unreadable as plainly:
        if plainly.code not in ("bad_quoting", "unclosed_quote") or not _has_backslash(source):
            raise
        return _with_backslashes(plainly, source, coding, way, has_limits)


def _refuse_too_large(source: Source) -> None:
    found = sources.size(source)
    if found > MOST_BYTES:
        raise refused("file_too_large", TOO_LARGE, found=found, most=MOST_BYTES)
    if sum(sources.line_ends(piece) for piece in sources.pieces(source)) > MOST_LINES:
        raise refused("too_many_rows", TOO_MANY_LINES, most=MOST_LINES)


def _coding(source: Source, chosen: str) -> Coding:
    """The encoding, of what is text and may be CSV."""
    start = sources.head(source)
    signatures.refuse_other_formats(source, start)
    marked = encodings.marked(start)
    if marked is None:
        signatures.refuse_binary(start)
    codec, skip = (marked.codec, marked.skip) if marked else ("utf-8", 0)
    signatures.refuse_other_texts(start[skip : skip + 8192].decode(codec, "replace"))
    return encodings.find(source, start, chosen)


def _table(source: Source, coding: Coding, way: Dialect, has_limits: bool) -> Table:
    records = way.of(source, coding)
    line, _, labels = next(records)
    named = sum(1 for label in labels if label.strip())
    if has_limits and named > MOST_COLUMNS:
        raise refused("too_many_columns", TOO_MANY_COLUMNS, line, found=named, most=MOST_COLUMNS)
    header = headers.resolve(line, labels)
    shape = Shape.of(header, way.delimiter)
    census = verify(records, shape, MOST_ROWS if has_limits else None)
    shape = replace(shape, most=census.padded or shape.most)
    warnings = (*header.warnings, *census.warnings)
    return Table(
        header.labels, header.names, coding.name, way.delimiter, warnings, census.count, source, coding, way, shape
    )


def _has_backslash(source: Source) -> bool:
    return any(b"\\" in piece for piece in sources.pieces(source))


def _with_backslashes(plainly: Unreadable, source: Source, coding: Coding, way: Dialect, has_limits: bool) -> Table:
    """The file in the dialect of databases, if all its rows then have the right shape; else what was wrong before."""
    try:
        table = _table(source, coding, replace(way, has_backslashes=True), has_limits)
    except Unreadable:
        raise plainly from None
    column = None
    for row in table.rows():
        if row.problem:
            raise plainly
        if row.line == plainly.line:
            column = next(
                (name for name, cell in zip(table.columns, row.cells, strict=True) if way.quote in cell), None
            )
    unescaped = Problem(plainly.line, column, "backslash_escape", UNESCAPED)
    return replace(table, warnings=(*table.warnings, unescaped))
