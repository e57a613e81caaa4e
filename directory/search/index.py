"""What is searched, derived from a contact point's row: its facets, its place, and its folded words.

Written in the transaction that writes the row, so that a search never finds what is not there. The words stand
in the engine's own full text (`engines`): those of its names, and everything else that is said about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from pyroaring import BitMap
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, joinedload

from directory import stamp
from directory.models import ContactPoint, Facet, Gone, PlaceBlock
from directory.search import engines
from directory.search.addresses import reached
from directory.search.engines import Words
from directory.stems import stem
from directory.text import spellings, words
from directory.vocabulary import EUROPE

UNSTATED: Final = "unstated"
BATCH: Final = 1000
BLOCK_BITS: Final = 16
"""A row of `facet` tells of 2^16 numbers: what one container of a Roaring bitmap holds."""
PLACE_BLOCK_BITS: Final = 12
PLACE: Final = np.dtype([("number", "<u4"), ("latitude", "<f8"), ("longitude", "<f8")])
_LOCK: Final = 4207002
_MOST_FOLDED: Final = 16384
_UPSERT: Final = (
    "INSERT INTO {table} ({keys}, {value}) VALUES ({places}) "
    "ON CONFLICT ({keys}) DO UPDATE SET {value} = excluded.{value}"
)

Key = tuple[str, str, int]
"""Facet, value, block."""


class Searched(NamedTuple):
    """What is searched of a contact point: all but the numbers that the database gives to it and its city."""

    facets: tuple[tuple[str, str], ...]
    country: str
    place: tuple[float, float] | None
    """Latitude, longitude."""
    words: Words


Numbered = tuple[int, int | None, Searched]
"""The number of a contact point and of its city, and what is searched of it."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


class Entry(Protocol):
    """What is read of a contact point: the model itself, or a plain object with the same attributes."""

    number: int
    kind: str
    name: str
    names: dict[str, str]
    alt_names: list[str]
    descriptions: dict[str, str]
    topics: list[str]
    audiences: list[str]
    statuses: list[str]
    languages: list[str]
    street: str
    postal_code: str
    city: str
    city_number: int | None
    country: str
    latitude: float | None
    longitude: float | None
    precision: str
    phones: list[str]
    email: str
    website: str
    cost: str
    wheelchair: str
    status: str
    verified_on: date | None

    @property
    def organization(self) -> Named | None: ...
    @property
    def network(self) -> Named | None: ...


def everywhere_in(country: str) -> str:
    """The value of the facet `city` for what serves a whole country: every city of the country finds it."""
    return f"all_{country}"


@lru_cache(maxsize=4096)
def _pair(facet: str, value: str) -> tuple[str, str]:
    """The same object each time: a thousand entries go to another process with each pair once."""
    return facet, value


def _facets_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """(facet, value) pairs but for the city. `any` status stands alone; `unstated` marks entries that do not say."""
    yield "kind", entry.kind
    yield "country", entry.country
    if entry.topics:
        yield "main", entry.topics[0]
    for topic in entry.topics:
        yield "topic", topic
    for language in entry.languages:
        yield "language", language
    if not entry.statuses:
        yield "status", UNSTATED
    else:
        yield from (("status", s) for s in (["any"] if "any" in entry.statuses else entry.statuses))
    yield "state", entry.status
    yield "precision", entry.precision
    yield "checked", str(entry.verified_on or "")
    if entry.phones:
        yield "call", "phone"
    if entry.cost:
        yield "cost", entry.cost
    if entry.wheelchair:
        yield "wheelchair", entry.wheelchair


class _Folded(dict[str, str]):
    """Word → its folded words. They come again and again; a cache that asks more of each look-up took twice as long."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_FOLDED:
            self.clear()
        self[word] = found = " ".join(words(word))
        return found


_folded: Final = _Folded()


def _words(text: str) -> str:
    """The folded words of a text, word by word."""
    return " ".join([found for word in text.split() if (found := _folded[word])])


def called(folded: str) -> str:
    """A whole name, folded, as one word that nobody can type: who bears exactly this name comes first."""
    return "¤" + blake2b(folded.encode(), digest_size=8).hexdigest()


def base(stem: str) -> str:
    """What is left of a name's word without its endings, as a word that nobody can type."""
    return f"¤¤{stem}"


@lru_cache(maxsize=16384)
def _base_of(word: str) -> str:
    bare = stem(word)
    return base(bare) if bare != word else ""


def _bases(names: Iterable[str]) -> Iterable[str]:
    return filter(None, map(_base_of, dict.fromkeys(" ".join(names).split())))


def searched(entry: Entry, dialect: str) -> Searched:
    """What is searched of an entry, for a database of this dialect."""
    place = None
    if entry.latitude is not None and entry.longitude is not None:
        place = entry.latitude, entry.longitude
    return Searched(tuple([_pair(*one) for one in _facets_of(entry)]), entry.country, place, _words_of(entry, dialect))


def _words_of(entry: Entry, dialect: str) -> Words:
    """The words of its names in all their spellings, and those of what is said about it, for an engine."""
    written = (entry.name, *entry.names.values(), *entry.alt_names)
    own = [_words(name) for name in written]
    others = [other for name in written for other in spellings(name)]
    owners = [owner.name for owner in (entry.organization, entry.network) if owner]  # not the name on this door
    body = [*owners, *entry.descriptions.values(), entry.street, entry.city, *entry.audiences, entry.postal_code]
    said = " ".join([_words(" ".join(body)), *map(called, own), *_bases(own), *map(called, reached(entry))])
    return engines.ready(dialect, " ".join([*own, *others]), said)


def hold_index(session: Session) -> None:
    """One writer at a time, to the end of the transaction: blocks are read, changed, written. SQLite has only one."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def index(session: Session, entries: Iterable[Entry], are_new: bool = False) -> None:
    """Write what is searched of these entries, anew unless they `are_new` and nothing of them was ever written.

    They must be in the database, with organization and network loaded.
    """
    dialect = session.get_bind().dialect.name
    write_index(session, [(entry.number, entry.city_number, searched(entry, dialect)) for entry in entries], are_new)


def write_index(session: Session, found: Sequence[Numbered], are_new: bool = False) -> None:
    """Write what is searched of contact points that are in the database; see `index`."""
    if not found:
        return
    hold_index(session)
    numbers = [number for number, _, _ in found]
    gone = session.scalars(select(Gone.number)).all()
    left = BitMap(gone if are_new else [*gone, *numbers])
    _write_facets(session, found, left)
    _write_places(session, found, left)
    said: list[engines.Said] = [(number, *one.words) for number, _, one in found]
    engines.write(session, said, numbers if not are_new else ())
    if gone:
        session.execute(delete(Gone).where(Gone.number.in_(gone)))
    stamp.renew(session)


def _write_facets(session: Session, found: Iterable[Numbered], left: BitMap) -> None:
    """Take the numbers that `left` out of every value that has them, and put the entries where they belong now."""
    added: dict[Key, list[int]] = defaultdict(list)
    for number, city, one in found:
        block = number >> BLOCK_BITS
        added["city", str(city) if city else everywhere_in(one.country), block].append(number)
        for facet, value in one.facets:
            added[facet, value, block].append(number)
    blocks = {number >> BLOCK_BITS for number in left} | {block for _, _, block in added}
    held = _held(session, sorted(blocks))
    changed: list[tuple[str, str, int, bytes]] = []
    emptied: list[Key] = []
    for key in held.keys() | added.keys() if left else added.keys():
        before = held.get(key, BitMap())
        after = (before - left) | BitMap(added.get(key, ()))
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


def _write_places(session: Session, found: Iterable[Numbered], left: BitMap) -> None:
    added: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for number, _, one in found:
        if one.place:
            added[number >> PLACE_BLOCK_BITS].append((number, *one.place))
    blocks = sorted({number >> PLACE_BLOCK_BITS for number in left} | added.keys())
    statement = select(PlaceBlock.block, PlaceBlock.places).where(PlaceBlock.block.in_(blocks))
    held = {block: places for block, places in session.execute(statement)}  # noqa: C416  # a Result is no mapping
    gone = np.array(left.to_array(), dtype=np.uint32)
    rows = []
    for block in blocks:
        before = np.frombuffer(held.get(block, b""), dtype=PLACE)
        kept = before[~np.isin(before["number"], gone)] if len(gone) else before
        rows.append((block, kept.tobytes() + np.array(added[block], dtype=PLACE).tobytes()))
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
    statement = (
        select(ContactPoint)
        .options(joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
        .where(ContactPoint.number > after)
        .order_by(ContactPoint.number)
        .limit(BATCH)
    )
    batch = session.scalars(statement).all()
    index(session, batch)
    return (batch[-1].number if batch else after), len(batch)


__all__ = [
    "EUROPE",
    "UNSTATED",
    "Searched",
    "everywhere_in",
    "hold_index",
    "index",
    "reindex",
    "searched",
    "write_index",
]
