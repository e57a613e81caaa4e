"""A line whose quotation marks do not fit, and whose end is certain all the same: its row is refused, not its file.

What a cell of it says is never used. Where the cells seem to begin and end shows that the line is a whole row, so
that the next line begins another one; and it is how the row comes back to be mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 10_000
"""Characters of a line that is looked at; of a longer one nothing is certain."""


class Misquoted(list[str]):
    """The one cell is the line as it stands in the file."""

    def readings(self, delimiter: str, quote: str) -> Iterator[list[str]]:
        """Where its cells may begin and end, with all that a quoted cell holds kept as it stands.

        A quotation mark before a delimiter ends a cell; where several stand there, only an odd number may do so; or
        none of them means anything, if their number is even: an odd one might leave a cell open.
        """
        text, q, end = self[0].rstrip("\r\n"), re.escape(quote), rf"(?={re.escape(delimiter)}|$)"
        if len(text) > LONGEST:
            return
        for closing in (q + end, rf"(?<!{q}){q}(?:{q}{q})*{end}"):
            if cells := _cells(text, delimiter, quote, re.compile(closing)):
                yield cells
        if text.count(quote) % 2 == 0:
            yield text.split(delimiter)


def _cells(text: str, delimiter: str, quote: str, closing: re.Pattern[str]) -> list[str]:
    """The cells of a line; none when a quoted one is not closed."""
    cells, at = [], 0
    while True:
        if text.startswith(quote, at):
            closed = closing.search(text, at + 1)
            if closed is None:
                return []
            cells.append(text[at + 1 : closed.end() - 1])
            at = closed.end()
        else:
            end = text.find(delimiter, at)
            end = end if end >= 0 else len(text)
            cells.append(text[at:end])
            at = end
        if at == len(text):
            return cells
        at += 1
