"""Bytes → a table of rows with their physical line numbers, or Unreadable. Nothing is guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from directory.importer.columns import REQUIRED, column

MOST_BYTES: Final = 25_000_000
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 200
DELIMITERS: Final = ",;\t|"
_LONGEST_CELL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """The file as a whole cannot be read for sure: a stable code, a sentence, the physical line where it shows."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the physical line on which it begins, and its cells by column name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its known columns, its rows, the rows of a wrong shape, and columns that mean nothing to us."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    misshapen: tuple[tuple[int, str], ...] = ()
    """(line, sentence) of rows with too many or too few cells."""
    unknown_columns: tuple[str, ...] = ()


def read(data: bytes, has_limits: bool = True) -> Table:
    """Read a CSV file in UTF-8; raise Unreadable when any part of it is in doubt."""
    if has_limits and len(data) > MOST_BYTES:
        raise Unreadable(
            "file_too_large", f"The file has {len(data):,} bytes; at most {MOST_BYTES:,} can be read here."
        )
    text = _decoded(data)
    if not text.strip():
        raise Unreadable("empty_file", "The file is empty.")
    records = _records(text, _delimiter(text))
    _, header = next(records)
    names = _names(header)
    rows, misshapen = [], []
    for line, record in records:
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(names):
            misshapen.append((line, f"This row has {len(record)} cells; the header has {len(names)}."))
            continue
        rows.append(Row(line, {name: cell for name, cell in zip(names, record, strict=True) if column(name)}))
        if has_limits and len(rows) > MOST_ROWS:
            raise Unreadable("too_many_rows", f"The file has more than {MOST_ROWS:,} rows.")
    if not rows and not misshapen:
        raise Unreadable("no_rows", "The file has a header and no rows.")
    known = tuple(name for name in names if column(name))
    return Table(known, tuple(rows), tuple(misshapen), tuple(name for name in names if not column(name)))


def _decoded(data: bytes) -> str:
    if b"\x00" in data:
        raise Unreadable("binary_content", "This is not a CSV file in UTF-8: it holds NUL bytes.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            "encoding_unknown", f"The file is not UTF-8: see line {line}. Save it as CSV UTF-8.", line
        ) from None


def _delimiter(text: str) -> str:
    """The separator that yields the most known column names in the header."""
    first = text.lstrip().splitlines()[0]
    counts = {
        d: sum(1 for name in next(csv.reader([first], delimiter=d), []) if column(_key(name))) for d in DELIMITERS
    }
    best = max(counts, key=lambda d: counts[d])
    if not counts[best]:
        raise Unreadable(
            "header_unknown", "No column of the first line is known; it must hold id, name and country.", 1
        )
    return best


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            "bad_quoting", f"The quotation marks of the row at line {line} do not fit: {error}.", line
        ) from None


def _key(name: str) -> str:
    return name.strip().lower()


def _names(header: list[str]) -> list[str]:
    names = [_key(name) for name in header]
    if len(names) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", f"The file has more than {MOST_COLUMNS} columns.", 1)
    for name in names:
        if names.count(name) > 1:
            raise Unreadable("duplicate_column", f"The column “{name}” stands twice in the header.", 1)
    if missing := [name for name in REQUIRED if name not in names]:
        raise Unreadable("missing_required_column", f"The header lacks: {', '.join(missing)}.", 1)
    return names
