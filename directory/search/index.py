"""The search index, written in the transaction that writes the contact points: a search never finds what is not there.

The words of each stand in the engine's own full text (`engines`). Facets and places stand in blocks of many numbers,
which are written once, at the end: to write them anew for every thousand of a large import took a tenth of the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from pyroaring import BitMap
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, joinedload

from directory import bulk, stamp
from directory.models import ContactPoint, Facet, Gone, PlaceBlock
from directory.search import engines
from directory.search.derived import Entry, Searched, everywhere_in, searched

BATCH: Final = 1000
BLOCK_BITS: Final = 16
"""A row of `facet` tells of 2^16 numbers: what one container of a Roaring bitmap holds."""
PLACE_BLOCK_BITS: Final = 12
PLACE: Final = np.dtype([("number", "<u4"), ("latitude", "<f8"), ("longitude", "<f8")])
_LOCK: Final = 4207002
_UPSERT: Final = (
    "INSERT INTO {table} ({keys}, {value}) VALUES ({places}) "
    "ON CONFLICT ({keys}) DO UPDATE SET {value} = excluded.{value}"
)

Key = tuple[str, str, int]
"""Facet, value, block."""
Numbered = tuple[int, int | None, Searched]
"""The number of a contact point and of its city, and what is searched of it."""


def hold_index(session: Session) -> None:
    """One writer at a time, to the end of the transaction: blocks are read, changed, written. SQLite has only one."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


@contextmanager
def indexing(session: Session) -> Iterator[Indexing]:
    """Meanwhile what is searched is written for contact points that are in the database."""
    hold_index(session)
    found = Indexing(session)
    yield found
    found.end()


class Indexing:
    """What is searched, written batch by batch in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._numbers: defaultdict[Key, BitMap] = defaultdict(BitMap)
        """What comes to the rows of `facet`."""
        self._places: defaultdict[int, list[Any]] = defaultdict(list)
        """What comes to those of `place_block`: arrays of PLACE."""
        self._left, self._is_empty = BitMap(), True

    def write(self, found: Sequence[Numbered], are_new: bool = False) -> None:
        """Of these contact points, each once, anew unless they `are_new` and nothing of them was ever written."""
        if not found:
            return
        self._is_empty = False
        numbers = [number for number, _, _ in found]
        if not are_new:
            self._left.update(numbers)
        for key, listed in _by_key(found).items():
            self._numbers[key].update(listed)
        for block, places in _by_place(found).items():
            self._places[block].append(np.array(places, dtype=PLACE))
        said: list[engines.Said] = [(number, *one.words) for number, _, one in found]
        engines.write(self._session, said, numbers if not are_new else ())

    def end(self) -> None:
        """Write what stands in blocks, and take out what is gone."""
        if self._is_empty:
            return
        gone = self._session.scalars(select(Gone.number)).all()
        self._left.update(gone)
        _write_facets(self._session, self._numbers, self._left)
        _write_places(self._session, self._places, self._left)
        if gone:
            self._session.execute(delete(Gone).where(bulk.among(self._session, Gone.number, gone)))
        stamp.renew(self._session)


def index(session: Session, entries: Iterable[Entry], are_new: bool = False) -> None:
    """Write what is searched of these entries, anew unless they `are_new` and nothing of them was ever written.

    They must be in the database, with organization and network loaded.
    """
    with indexing(session) as found:
        found.write(numbered(session, entries), are_new)


def numbered(session: Session, entries: Iterable[Entry]) -> list[Numbered]:
    """What is searched of entries that are in the database, with organization and network loaded."""
    dialect = session.get_bind().dialect.name
    return [(entry.number, entry.city_number, searched(entry, dialect)) for entry in entries]


def _by_key(found: Iterable[Numbered]) -> dict[Key, list[int]]:
    """The numbers that come to each row of `facet`."""
    blocks: dict[int, dict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, city, one in found:
        listed = blocks[number >> BLOCK_BITS]
        listed["city", str(city) if city else everywhere_in(one.country)].append(number)
        for pair in one.facets:
            listed[pair].append(number)
    return {(*pair, block): numbers for block, listed in blocks.items() for pair, numbers in listed.items()}


def _by_place(found: Iterable[Numbered]) -> dict[int, list[tuple[int, float, float]]]:
    """What comes to each row of `place_block`."""
    blocks: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for number, _, one in found:
        if one.place:
            blocks[number >> PLACE_BLOCK_BITS].append((number, *one.place))
    return blocks


def _write_facets(session: Session, added: dict[Key, BitMap], left: BitMap) -> None:
    """Take the numbers that `left` out of every value that has them, and put the entries where they belong now."""
    blocks = {number >> BLOCK_BITS for number in left} | {block for _, _, block in added}
    held = _held(session, sorted(blocks))
    changed: list[tuple[str, str, int, bytes]] = []
    emptied: list[Key] = []
    for key in held.keys() | added.keys() if left else added.keys():
        before = held.get(key, BitMap())
        after = (before - left) | added.get(key, BitMap())
        if after and after != before:
            changed.append((*key, after.serialize()))
        elif not after:
            emptied.append(key)
    _upsert(session, "facet", ("facet", "value", "block"), "numbers", changed)
    for facet, value, block in emptied:
        session.execute(delete(Facet).where(Facet.facet == facet, Facet.value == value, Facet.block == block))


def _held(session: Session, blocks: Sequence[int]) -> dict[Key, BitMap]:
    statement = select(Facet.facet, Facet.value, Facet.block, Facet.numbers).where(Facet.block.in_(blocks))
    return {(facet, value, block): BitMap.deserialize(held) for facet, value, block, held in session.execute(statement)}


def _write_places(session: Session, added: dict[int, list[Any]], left: BitMap) -> None:
    blocks = sorted({number >> PLACE_BLOCK_BITS for number in left} | added.keys())
    statement = select(PlaceBlock.block, PlaceBlock.places).where(PlaceBlock.block.in_(blocks))
    held = {block: places for block, places in session.execute(statement)}  # noqa: C416  # a Result is no mapping
    gone = np.array(left.to_array(), dtype=np.uint32)
    rows = []
    for block in blocks:
        before = np.frombuffer(held.get(block, b""), dtype=PLACE)
        kept = before[~np.isin(before["number"], gone)] if len(gone) else before
        rows.append((block, np.concatenate([kept, *added.get(block, ())]).tobytes()))
    _upsert(session, "place_block", ("block",), "places", rows)


def _upsert(session: Session, table: str, keys: Sequence[str], value: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        mark = "?" if session.get_bind().dialect.name == "sqlite" else "%s"
        places = ", ".join([mark] * (len(keys) + 1))
        statement = _UPSERT.format(table=table, keys=", ".join(keys), value=value, places=places)
        session.connection().exec_driver_sql(statement, list(rows))


def reindex(session: Session, after: int = 0) -> tuple[int, int]:
    """Write a batch of contact points anew, the next ones after number `after`; (the last number, how many).

    The caller commits batch after batch: readers keep reading, and other writers come between.
    """
    hold_index(session)  # before reading: what somebody writes meanwhile must not be indexed as it was
    batch = _after(session, after)
    index(session, batch)
    return (batch[-1].number if batch else after), len(batch)


def index_all(session: Session) -> Iterator[int]:
    """Write all contact points, where nothing is written of any, in one transaction; yields how many of each batch."""
    last = 0
    with indexing(session) as found:
        while batch := _after(session, last):
            found.write(numbered(session, batch), are_new=True)
            last = batch[-1].number
            session.expunge_all()
            yield len(batch)


def _after(session: Session, number: int) -> Sequence[ContactPoint]:
    """The next contact points after this number, as what is searched of them is told."""
    statement = (
        select(ContactPoint)
        .options(joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
        .where(ContactPoint.number > number)
        .order_by(ContactPoint.number)
        .limit(BATCH)
    )
    return session.scalars(statement).all()
