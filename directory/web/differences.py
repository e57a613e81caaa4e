"""Old → new of one cell, piece by piece: what stays, what goes, what comes. Long unchanged stretches are shortened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from directory.web import cells

_AROUND: Final = 40
"""Characters of an unchanged stretch that are shown on each side of a change."""
_LONGEST: Final = 300
"""Characters of one piece that comes or goes; the whole stands in the file."""
_FEW_WORDS: Final = 8
"""Shorter texts are shown whole, old and then new."""
_ALIKE: Final = 0.4
"""Texts that share less than this are shown whole, old and then new: word by word they could not be read."""
_WORDS: Final = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a cell: 'same', 'removed' or 'added'."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that differs: its column in words, the pieces, and whether they are the values of a list."""

    label: str
    pieces: Sequence[Piece]
    is_list: bool = False


def difference(column: str, old: str, new: str) -> Difference:
    """What differs in a cell, in the reader's words; `old` and `new` as an export writes them."""
    before, after = cells.cell_parts(column, old), cells.cell_parts(column, new)
    if column in cells.LISTS:
        return Difference(cells.column_label(column), list(_listed(before, after)), is_list=True)
    pieces = _written("".join(before), "".join(after))
    return Difference(cells.column_label(column), [piece for piece in pieces if piece.text])


def _listed(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """A list whose order alone changed is shown as it was and as it becomes."""
    if set(before) == set(after):
        yield Piece("removed", _short(" · ".join(before)))
        yield Piece("added", _short(" · ".join(after)))
        return
    yield from (Piece("same" if part in after else "removed", _short(part)) for part in before)
    yield from (Piece("added", _short(part)) for part in after if part not in before)


def _written(old: str, new: str) -> list[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if max(len(before), len(after)) < _FEW_WORDS or matcher.ratio() < _ALIKE:
        return [Piece("removed", _short(old)), Piece("added", _short(new))]
    pieces = []
    steps = matcher.get_opcodes()
    for at, (what, old_from, old_to, new_from, new_to) in enumerate(steps):
        gone, come = "".join(before[old_from:old_to]), "".join(after[new_from:new_to])
        if what == "equal":
            pieces.append(Piece("same", _middle(gone, is_first=at == 0, is_last=at == len(steps) - 1)))
        else:
            pieces += [Piece("removed", _short(gone)), Piece("added", _short(come))]
    return pieces


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"


def _middle(text: str, is_first: bool, is_last: bool) -> str:
    """An unchanged stretch without what nobody needs to see: only the words next to a change are kept."""
    start = "" if is_first else text[:_AROUND]
    end = "" if is_last else text[-_AROUND:]
    return text if len(text) <= len(start) + len(end) + 10 else f"{start}…{end}"
