"""One pass over all records, so that reading them afterwards cannot fail: quoting, limits, the number of rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from directory.importer.dialect import DELIMITERS, MIXED, UNCLOSED, Record, first_record
from directory.importer.headers import Header, is_header, name_of, nameless
from directory.importer.problems import Problem
from directory.importer.unreadable import refused
from directory.vocabulary import N_

TOO_MANY_ROWS: Final = N_("The file has more than %(most)d rows.")
WRONG_NUMBER: Final = N_("This row has %(found)d cells; the header has %(expected)d.")
REPEATED: Final = N_("This row is the header again.")
UNESCAPED: Final = N_(
    "Quotation marks inside cells are written with a backslash, as databases do; they are read without it."
)
NO_ROWS: Final = N_("The file has a header and no rows.")
_COUNTRY: Final = re.compile(r'\s*"?(?:[A-Za-z]{2}|[^\W\d_][\w -]{3,})"?\s*')
_NOTHING: Final = " \t\r\n\xa0\u2007\u202f\u3000\x1a"
_EXAMINED: Final = 100
_FEWEST: Final = 4
"""Columns below which a text may look like rows by chance."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rows of a file look like: at least to its last named column, at most `most` cells."""

    header: Header
    delimiter: str
    most: int
    least: int
    id_place: int
    country_place: int

    @classmethod
    def of(cls, header: Header, delimiter: str) -> Shape:
        labels, names = header.labels, header.names
        least = max(place for place, label in enumerate(labels) if label.strip()) + 1
        return cls(header, delimiter, len(labels), least, names.index("id"), names.index("country"))

    def problem(self, line: int, cells: Sequence[str]) -> Problem | None:
        """What is wrong with a row as a whole."""
        if not self.least <= len(cells) <= self.most:
            values = {"found": len(cells), "expected": len(self.header.labels)}
            return Problem(line, None, "wrong_number_of_cells", WRONG_NUMBER, values)
        if name_of(cells[self.country_place]) == "country" and is_header(cells):
            return Problem(line, None, "repeated_header", REPEATED)
        return None

    def aligned(self, cells: list[str]) -> list[str]:
        """As many cells as the header has; those more or less are blank."""
        missing = len(self.header.labels) - len(cells)
        return cells if not missing else cells[:missing] if missing < 0 else cells + [""] * missing

    def holds_rows(self, cells: Sequence[str]) -> bool:
        """Is one of the cells the text of whole rows, swallowed by a quotation mark that was never closed?"""
        if self.least < _FEWEST:
            return False
        return any("\n" in cell or "\r" in cell for cell in cells) and any(
            self._is_rows(place, re.split(r"\r\n?|\n", cell)) for place, cell in enumerate(cells)
        )

    def _is_rows(self, place: int, fragments: Sequence[str]) -> bool:
        """Rows inside a cell: lines that are whole rows, or the end of one followed by the beginning of the next."""
        if len(fragments) < 2:
            return False
        whole = (fragment for fragment in fragments[1:-1] if fragment.count(self.delimiter) >= self.least - 1)
        if any(self._is_row(fragment) for fragment in whole):
            return True
        to_come = self.least - 1 - place
        seems_cut = 0 <= to_come <= fragments[0].count(self.delimiter) and place <= fragments[-1].count(self.delimiter)
        return seems_cut and place > self.id_place and self._begins_a_row(fragments[-1].split(self.delimiter))

    def _is_row(self, text: str) -> bool:
        cells = first_record([text], self.delimiter)
        return self.least <= len(cells) and self._begins_a_row(cells)

    def _begins_a_row(self, cells: Sequence[str]) -> bool:
        """Is there an id without blanks, and, if the cells reach as far, a country?"""
        if self.id_place >= len(cells) or not re.fullmatch(r'"?[^\s,;|"]+"?', cells[self.id_place]):
            return False
        return self.country_place >= len(cells) or bool(_COUNTRY.fullmatch(cells[self.country_place]))


def is_blank(cells: Sequence[str]) -> bool:
    """Nothing but blanks, or the sign with which MS-DOS ended a file?"""
    return not cells[0].strip(_NOTHING) and not "".join(cells).strip(_NOTHING)


@dataclass(slots=True)
class Census:
    """What the pass finds: the number of rows, of those in good shape, and what is worth a warning."""

    shape: Shape
    count: int = 0
    good: int = 0
    widths: set[int] = field(default_factory=set)
    are_extras_blank: bool = True
    valued: set[int] = field(default_factory=set)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        nameless_ones = tuple(nameless(self.shape.header, place) for place in sorted(self.valued))
        return (*nameless_ones, *(() if self.count else (Problem(None, None, "no_rows", NO_ROWS),)))

    @property
    def padded(self) -> int:
        """The width of all rows when each, unlike the header, ends with the same number of blank cells; or 0."""
        is_padded = self.count > 1 and not self.good and len(self.widths) == 1 and self.are_extras_blank
        return max(self.widths) if is_padded and min(self.widths) > self.shape.most else 0


def verify(records: Iterable[Record], shape: Shape, most_rows: int | None) -> Census:
    """Look at every record after the header; raises Unreadable for quoting, mixed delimiters and too many rows."""
    census = Census(shape)
    unnamed = [place for place, label in enumerate(shape.header.labels) if not label.strip()]
    for line, last, cells in records:
        if is_blank(cells):
            continue
        census.count += 1
        if most_rows is not None and census.count > most_rows:
            raise refused("too_many_rows", TOO_MANY_ROWS, line, most=most_rows)
        if last > line and shape.holds_rows(cells):
            raise refused("unclosed_quote", UNCLOSED, line)
        if problem := shape.problem(line, cells):
            _note_misshapen(census, problem, cells)
            continue
        census.good += 1
        if unnamed:
            census.valued.update(place for place in unnamed if place < len(cells) and cells[place].strip())
    return census


def _note_misshapen(census: Census, problem: Problem, cells: Sequence[str]) -> None:
    shape = census.shape
    if problem.code != "wrong_number_of_cells":
        return
    census.widths.add(len(cells))
    census.are_extras_blank &= not "".join(cells[shape.most :]).strip()
    row = shape.delimiter.join(cells)
    if shape.least < 3 or len(cells) > shape.least / 2 or census.count - census.good > _EXAMINED:
        return
    for other in DELIMITERS:
        if other != shape.delimiter and len(first_record([row], other)) == shape.least:
            raise refused("delimiter_mixed", MIXED, problem.line)
