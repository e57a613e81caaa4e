"""What is searched of a contact point, derived from its row: its facets, its place, and its folded words.

The words are those of its names, and of everything else that is said about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple, Protocol

from directory.search import engines
from directory.search.addresses import reached
from directory.search.engines import Words
from directory.stems import stem
from directory.text import folded_phrase, spellings

UNSTATED: Final = "unstated"
_MOST_FOLDED: Final = 16384
_MOST_PAIRS: Final = 4096


class Searched(NamedTuple):
    """What is searched of a contact point: all but the numbers that the database gives to it and its city."""

    facets: tuple[tuple[str, str], ...]
    country: str
    place: tuple[float, float] | None
    """Latitude, longitude."""
    words: Words


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


class _Pairs(dict[tuple[str, str], tuple[str, str]]):
    """Facet and value → the same object each time: a thousand entries go to another process with each pair once."""

    def __missing__(self, pair: tuple[str, str]) -> tuple[str, str]:
        if len(self) >= _MOST_PAIRS:
            self.clear()
        self[pair] = pair
        return pair


_pair: Final = _Pairs().__getitem__


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
        self[word] = found = folded_phrase(word)
        return found


_folded: Final = _Folded()


def _words(text: str) -> str:
    """The folded words of a text, word by word."""
    return " ".join(filter(None, map(_folded.__getitem__, text.split())))


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
    return Searched(tuple(map(_pair, _facets_of(entry))), entry.country, place, _words_of(entry, dialect))


def _words_of(entry: Entry, dialect: str) -> Words:
    """The words of its names in all their spellings, and those of what is said about it, for an engine."""
    written = (entry.name, *entry.names.values(), *entry.alt_names)
    own = [_words(name) for name in written]
    others = [other for name in written for other in spellings(name)]
    owners = [owner.name for owner in (entry.organization, entry.network) if owner]  # not the name on this door
    body = [*owners, *entry.descriptions.values(), entry.street, entry.city, *entry.audiences, entry.postal_code]
    said = " ".join([_words(" ".join(body)), *map(called, own), *_bases(own), *map(called, reached(entry))])
    return engines.ready(dialect, " ".join([*own, *others]), said)
