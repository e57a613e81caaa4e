"""How a file separates and quotes its cells: in the way that makes the most known columns of its first row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from directory.importer.headers import count_known, is_header
from directory.importer.sources import Coding, Source, lines
from directory.importer.unreadable import refused
from directory.vocabulary import N_

DELIMITERS: Final = ",;\t|"
LONGEST_CELL: Final = 1 << 25
"""Characters; more than any upload has. A longer cell is a quotation mark that is never closed."""
EMPTY: Final = N_("The file is empty.")
NO_DELIMITER: Final = N_(
    "The columns of line %(line)d are not separated by comma, semicolon, tab or |. Save the table as “CSV UTF-8”."
)
MIXED: Final = N_("Line %(line)d separates its cells in another way than the rest of the file.")
NO_HEADER: Final = N_(
    "Line %(line)d is not a header. The first line must name the columns: id, name, country and others."
)
HEADER_BELOW: Final = N_("Line %(line)d is not the header; it stands on line %(below)d. Remove the lines above it.")
HEADER_UNKNOWN: Final = N_(
    "No column of line %(line)d is known. The first line must name the columns: id, name, country and others."
)
WRAPPED: Final = N_(
    "Every line stands as a whole in quotation marks, from line %(line)d on. Open the original file in Excel by "
    "“Data, From text”, and save it as “CSV UTF-8”."
)
UNCLOSED: Final = N_("The quotation mark that opens on line %(line)d is never closed.")
BAD_QUOTING: Final = N_("The quotation marks of line %(line)d do not fit: inside a quoted cell they must be doubled.")
_FIRST_LINES: Final = 30
_MOST_BLANK_LINES: Final = 10_000
_LOOKED_AT: Final = 1 << 20
"""Characters in which the header has to be found."""
_BLANK: Final = "\ufeff \t\r\n,;|\"'\xa0"
_SEPARATOR: Final = re.compile(r'\ufeff*"?sep *= *(\\t|[^ ])"?[;,\t|]*\s*', re.IGNORECASE)
_IN_APOSTROPHES: Final = re.compile(r"'[^',;\t|]*'\s*[,;\t|]")
_VALUE: Final = re.compile(r"\S+@\S+\.\S+|https?://.*|[+\d][\d\s.,:/()-]{2,}|[A-Z]{2}|[a-z]{2}-\d+")

Record = tuple[int, int, list[str]]
"""The physical lines, from 1, on which it begins and ends, and its cells."""


class _Remembering:
    """Lines on their way; the last one is kept for what is to be said of it."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        return self.last


@dataclass(frozen=True, slots=True)
class Dialect:
    """How records are cut. `first_line` is the physical line, from 1, from which they are read."""

    delimiter: str
    quote: str = '"'
    first_line: int = 1
    has_blank_before_quote: bool = False
    has_backslashes: bool = False
    """Does a backslash, not a second quotation mark, precede a quotation mark inside a cell?"""

    def records(self, text: Iterator[str]) -> Iterator[Record]:
        """Every record but blank lines; strict about quoting."""
        csv.field_size_limit(LONGEST_CELL)
        given = _Remembering(text)
        reader = csv.reader(
            given,
            delimiter=self.delimiter,
            quotechar=self.quote,
            skipinitialspace=self.has_blank_before_quote,
            escapechar="\\" if self.has_backslashes else None,
            strict=True,
        )
        skipped = self.first_line - 1
        line = self.first_line
        try:
            for cells in reader:
                last = reader.line_num + skipped
                if cells:
                    yield line, last, cells
                line = last + 1
        except csv.Error as error:
            is_open = "unexpected end" in str(error) or reader.line_num + skipped > line or "limit" in str(error)
            is_open = is_open or self._closes_by_an_opening_one(given.last)
            code, message = ("unclosed_quote", UNCLOSED) if is_open else ("bad_quoting", BAD_QUOTING)
            raise refused(code, message, line) from None

    def _closes_by_an_opening_one(self, line: str) -> bool:
        """Is the mark that seems to close a cell, too early, the one that opens another: `"Aurora,Rue 1,"Mo,Tu"`?"""
        quote, delimiter = self.quote, re.escape(self.delimiter)
        quoted = rf"(?:^|(?<={delimiter})) *{quote}[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+{quote}"
        early = re.search(rf"{quoted}(?!{delimiter}|\s*$)", line)
        return early is not None and early[0].endswith(self.delimiter + quote)

    def of(self, source: Source, coding: Coding) -> Iterator[Record]:
        """The records of a file, header first."""
        return self.records(islice(lines(source, coding), self.first_line - 1, None))


def find(source: Source, coding: Coding) -> Dialect:
    """The dialect of a file; raises Unreadable when it is empty, or when none makes a header of ours."""
    before, start = _first_lines(source, coding)
    if not start:
        raise refused("empty_file", EMPTY)
    told = _SEPARATOR.fullmatch(start[0])
    first = next((n for n, line in enumerate(start) if n >= bool(told) and line.strip()), None)
    if first is None:
        raise refused("empty_file", EMPTY)
    delimiters = {"\\t": "\t"}.get(told[1], told[1]) if told else DELIMITERS
    quote = "'" if _IN_APOSTROPHES.match(start[first]) else '"'
    ways = [Dialect(delimiter, quote, before + first + 1) for delimiter in delimiters]
    labels = {way: first_record(start[first:], way.delimiter, way.quote) for way in ways}
    best = max(ways, key=lambda way: (count_known(labels[way]), len(labels[way])))
    _refuse_what_is_no_header(best, labels, start[first:])
    has_blank = re.search(f"{re.escape(best.delimiter)} +{best.quote}", "".join(start))
    return replace(best, has_blank_before_quote=bool(has_blank))


def _first_lines(source: Source, coding: Coding) -> tuple[int, list[str]]:
    """How many blank lines a file begins with, and the lines after them."""
    kept: list[str] = []
    before = length = 0
    for line in lines(source, coding):
        if not kept and not line.strip(_BLANK):
            before += 1
            if before > _MOST_BLANK_LINES:
                raise refused("header_missing", NO_HEADER, 1)
            continue
        kept.append(line[:_LOOKED_AT])
        length += len(line)
        if len(kept) >= _FIRST_LINES or length > _LOOKED_AT:
            break
    return before, kept


def first_record(text: Sequence[str], delimiter: str, quote: str = '"') -> tuple[str, ...]:
    """The cells of the first record that is not blank, read generously."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=delimiter, quotechar=quote, skipinitialspace=True)
    try:
        return tuple(next((record for record in reader if any(cell.strip() for cell in record)), ()))
    except csv.Error:
        return ()


def _refuse_what_is_no_header(best: Dialect, labels: dict[Dialect, tuple[str, ...]], text: Sequence[str]) -> None:
    """Raise the Unreadable that says best why the first record, on the first of these lines, is no header of ours."""
    line, found = best.first_line, labels[best]
    if is_header(found):
        return
    begins = (n for n in range(1, len(text)) if text[n].strip(_BLANK))
    below = next((n for n in begins if any(is_header(_first_from(text, n, way)) for way in labels)), None)
    if below is not None:
        raise refused("header_missing", HEADER_BELOW, line, below=line + below)
    row, known = text[0].strip(), count_known(found)
    if row.count('"') % 2 and is_header(row.split(best.delimiter)):
        raise refused("unclosed_quote", UNCLOSED, line)
    if len(found) == 1 and row.startswith('"') and is_header(_split(found[0])):
        raise refused("bad_quoting", WRAPPED, line)
    if is_header(_split(row)):
        raise refused("delimiter_mixed", MIXED, line)
    if known < 2 and any(_VALUE.fullmatch(cell.strip()) for cell in found):
        raise refused("header_missing", NO_HEADER, line)
    if known < 2 and is_header(re.split(r"[^\w-]+", row)):
        raise refused("delimiter_unknown", NO_DELIMITER, line)
    if not known:
        raise refused("header_unknown", HEADER_UNKNOWN, line)


def _first_from(text: Sequence[str], line: int, way: Dialect) -> tuple[str, ...]:
    return first_record(text[line:], way.delimiter, way.quote)


def _split(row: str) -> list[str]:
    """By all delimiters at once."""
    return re.split(f"[{DELIMITERS}]", row)
