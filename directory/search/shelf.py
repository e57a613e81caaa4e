"""What every question needs, kept in memory for as long as nothing is written: who has which value, who is where.

Sets of contact points are Roaring bitmaps of their numbers, so that filtering, counting and putting in order are a
few operations on sets whatever the engine; a set of a million costs 125 kB at most and is met with another in
hundredths of a millisecond. Sets that are kept here must never be changed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeVar

import numpy as np
from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import ContactPoint, Facet, Gone, PlaceBlock
from directory.search.derived import UNSTATED
from directory.search.index import PLACE
from directory.stamp import Kept
from directory.vocabulary import EUROPE

T = TypeVar("T")

NOBODY: Final = BitMap()
MOST_KEPT: Final = 300
"""Answers of the full text, counts, circles and moments that are kept; the oldest go first."""
MOST_ENTRIES: Final = 1000
"""Contact points that are kept; some 6 kB each."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The values of all contact points, as one state of the directory has them."""

    facets: Mapping[str, Mapping[str, BitMap]]
    everybody: BitMap
    nationwide: BitMap
    """Those that serve a whole country, or Europe."""
    checked: Sequence[BitMap]
    """Those that were checked on one day, day after day, the newest first; who was never checked is in none."""
    days: Sequence[int]
    """A contact point's number → the place of its day in `checked`; of who is in none, the place after the last."""
    kept: dict[Any, Any] = field(default_factory=dict)
    """Answers that cost something to find: phrase, circle, question or moment → what was found."""
    entries: dict[int, ContactPoint] = field(default_factory=dict)
    """Contact points that were shown, by number; detached, and not to be changed."""
    lock: Lock = field(default_factory=Lock)

    def having(self, facet: str, *values: str) -> BitMap:
        """The contact points that have one of the values."""
        held = self.facets.get(facet, {})
        return union(held[value] for value in values if value in held)

    @property
    def active(self) -> BitMap:
        return self.having("state", "active")

    @property
    def unstated(self) -> BitMap:
        """Those that do not say for which residence status."""
        return self.having("status", UNSTATED)

    def keep(self, question: Any, find: Callable[[], T]) -> T:
        """What was found for this question before, or is found now and kept."""
        if question not in self.kept:
            self.put(question, find())
        found: T = self.kept[question]
        return found

    def put(self, question: Any, found: Any) -> None:
        with self.lock:
            while len(self.kept) >= MOST_KEPT:
                del self.kept[next(iter(self.kept))]
            self.kept[question] = found

    def put_entries(self, entries: Sequence[ContactPoint]) -> None:
        if len(entries) > MOST_ENTRIES // 4:  # a whole map would drive out what people look at
            return
        with self.lock:
            while len(self.entries) + len(entries) > MOST_ENTRIES:
                del self.entries[next(iter(self.entries))]
            self.entries.update((entry.number, entry) for entry in entries)


def union(sets: Iterable[BitMap]) -> BitMap:
    """All of them in one; the sets themselves stay as they are."""
    found = [one for one in sets if one]
    if len(found) == 1:
        return found[0]
    return BitMap.union(*found) if found else NOBODY


def _days(checked: Sequence[BitMap], everybody: BitMap) -> Sequence[int]:
    days = np.full(everybody.max() + 1 if everybody else 0, len(checked), dtype=np.uint32)
    for place, held in enumerate(checked):
        days[np.array(held.to_array(), dtype=np.int64)] = place
    return array("I", days.tobytes())


def _read(session: Session) -> Shelf:
    gone = BitMap(session.scalars(select(Gone.number)))
    facets: dict[str, dict[str, BitMap]] = {}
    for facet, value, numbers in session.execute(select(Facet.facet, Facet.value, Facet.numbers)):
        values = facets.setdefault(facet, {})
        found = BitMap.deserialize(numbers)
        if gone:
            found -= gone
        values[value] = values[value] | found if value in values else found
    everybody = union(facets.get("state", {}).values())
    checked = [held for day, held in sorted(facets.get("checked", {}).items(), reverse=True) if day]
    return Shelf(
        facets={facet: {value: held for value, held in values.items() if held} for facet, values in facets.items()},
        everybody=everybody,
        nationwide=union(held for value, held in facets.get("city", {}).items() if value.startswith("all_")),
        checked=checked,
        days=_days(checked, everybody),
    )


shelf: Final = Kept(_read)
"""`shelf(session)`: the state that the session's transaction sees."""


def read_places(session: Session) -> np.ndarray[Any, Any]:
    """(number, latitude, longitude) of all that have a place, by latitude; those that are gone too."""
    blocks = session.scalars(select(PlaceBlock.places)).all()
    places = np.frombuffer(b"".join(blocks), dtype=PLACE)
    return places[np.argsort(places["latitude"], kind="stable")]


__all__ = ["EUROPE", "NOBODY", "Shelf", "read_places", "shelf", "union"]
