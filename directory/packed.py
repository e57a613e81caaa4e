"""Many texts by a key, kept as a few hundred long ones.

A hundred thousand keys as objects of their own take six times the memory, and each look at one writes into it (Python
counts its uses there), so that processes that part soon have a copy each of what they could share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Packed:
    """Key → texts, in the order in which they came. Neither holds tabs or line breaks, and keys are not empty."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._lines: dict[tuple[str, int], str] = {}
        """(first letter, letters) of keys → a line for each text: key, tab, text."""
        self.add(pairs)

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep more texts; whoever looks meanwhile sees all of those of a key's length, or none."""
        more: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for key, text in pairs:
            more[key[0], len(key)].append(f"\n{key}\t{text}\n")
        for start, lines in more.items():
            self._lines[start] = self._lines.get(start, "") + "".join(lines)

    def __contains__(self, key: str) -> bool:
        return f"\n{key}\t" in self._lines.get((key[:1], len(key)), "")

    def __getitem__(self, key: str) -> list[str]:
        """The texts of a key; [] for one that is not known."""
        lines, start, found = self._lines.get((key[:1], len(key)), ""), f"\n{key}\t", []
        at = lines.find(start)
        while at >= 0:
            at += len(start)
            found.append(lines[at : lines.index("\n", at)])
            at = lines.find(start, at)
        return found
