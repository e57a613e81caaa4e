"""Asking the directory: a question in, what was found out. At most six statements."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory.cities import Atlas, Place, atlas
from directory.models import ContactPoint
from directory.search import counting, ranking
from directory.search.hearing import hear
from directory.search.index import everywhere_in
from directory.search.matching import Asked, found, layers
from directory.search.opening import open_at
from directory.search.places import circle
from directory.search.question import Question
from directory.search.reading import Reading, filler, known, read
from directory.search.shelf import shelf

NEAR_A_COUNTRY_KM: Final = 150
SPELLING_LIKENESS: Final = 0.75
RELATED: Final = 4


@dataclass(frozen=True, slots=True)
class Found:
    """One contact point with its distance in km (where a point was asked for)."""

    entry: ContactPoint
    distance_km: float | None = None
    is_nationwide: bool = False
    """It stands in the group of what serves the whole country."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a question found: a page of contact points in rank order, the total, and counts per facet value."""

    question: Question
    reading: Reading
    items: tuple[Found, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    """'topic' → key → how many are found when it is chosen (city: by its number)."""
    atlas: Atlas
    any_term: bool = False
    """No entry has all the words; these have some."""
    wider: Mapping[str, int] = field(default_factory=dict)
    """Argument → how many would be found without it; only when nothing was found."""
    nearest: tuple[tuple[float | None, Place, int], ...] = ()
    """(km, city, count) of cities that have it; only when nothing was found there."""
    spelling: str = ""
    """The nearest words we know; only when nothing was found."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.question.per_page))


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What answers a question, before any contact point is loaded."""

    asked: Asked
    everything: BitMap
    numbers: list[int]
    """The contact points of the page that was asked for, best first."""
    atlas: Atlas

    @property
    def total(self) -> int:
        return len(self.everything)

    @property
    def any_term(self) -> bool:
        """None has all the words; these have some."""
        return self.asked.any_term and bool(self.everything)

    def distance_km(self, number: int) -> float | None:
        return self.asked.circle.distance(number) if self.asked.circle else None

    def is_nationwide(self, number: int) -> bool:
        """It stands in the group of what serves the whole country."""
        return ranking.has_groups(self.asked) and number in self.asked.shelf.nationwide

    def facets(self) -> counting.Counts:
        return counting.counts(self.asked, self.atlas)


def answer(session: Session, question: Question, known_cities: Atlas, at: datetime) -> Answer:
    """Which contact points answer a question, as things stand at `at` (aware); five statements at most."""
    reading = read(question.words, known_cities, place_is_given=bool(question.cities or question.near))
    if reading.city:
        question = replace(question, cities=(reading.city,))
    asked = _asked(session, question, reading, known_cities, at)
    everything = found(asked)
    if not everything and len(asked.hearing.terms) > 1:
        asked = replace(asked, any_term=True)
        everything = found(asked)
    numbers = ranking.page(asked, everything, question.offset, question.per_page)
    return Answer(asked, everything, numbers, known_cities)


def _asked(session: Session, question: Question, reading: Reading, known_cities: Atlas, at: datetime) -> Asked:
    held = shelf(session)
    return Asked(
        question,
        reading,
        held,
        hearing=hear(session, held, reading),
        open_now=open_at(session, held, at) if question.open_now else BitMap(),
        circle=circle(session, held, question.near) if question.near else None,
        near_country=_country_around(question, known_cities),
    )


def find(
    session: Session,
    question: Question,
    known_cities: Atlas | None = None,
    at: datetime | None = None,
    with_facets: bool = True,
) -> Results:
    """The contact points that answer a question, as things stand at `at` (aware; now by default)."""
    answered = answer(session, question, known_cities or atlas(session), at or datetime.now(UTC))
    results = Results(
        question=answered.asked.question,
        reading=answered.asked.reading,
        items=_load(session, answered),
        total=answered.total,
        facets=answered.facets() if with_facets else {},
        atlas=answered.atlas,
        any_term=answered.any_term,
    )
    return results if answered.total else _ways_out(session, answered.asked, results)


def count(session: Session, question: Question, known_cities: Atlas) -> Mapping[str, Mapping[str, int]]:
    """How many are found per facet value, without finding them; words are not read."""
    return counting.counts(Asked(question, Reading(), shelf(session)), known_cities)


def _country_around(question: Question, known_cities: Atlas) -> str:
    if not question.near:
        return ""
    nearest = known_cities.nearest(question.near.latitude, question.near.longitude)
    return nearest[0][1].country if nearest and nearest[0][0] <= NEAR_A_COUNTRY_KM else ""


def _load(session: Session, answered: Answer) -> tuple[Found, ...]:
    """The contact points themselves; one that was deleted a moment ago is left out."""
    entries = {entry.number: entry for entry in _entries(session, answered.numbers)}
    return tuple(
        Found(entries[number], answered.distance_km(number), answered.is_nationwide(number))
        for number in answered.numbers
        if number in entries
    )


def _entries(session: Session, numbers: Sequence[int]) -> list[ContactPoint]:
    if not numbers:
        return []
    return list(session.scalars(_whole().where(ContactPoint.number.in_(numbers))))


def _whole() -> Any:
    return select(ContactPoint).options(
        joinedload(ContactPoint.organization), joinedload(ContactPoint.network), joinedload(ContactPoint.place)
    )


def get(session: Session, id: str) -> ContactPoint | None:  # noqa: A002  # the field's name in files and addresses
    """The contact point of this id, with its organization, network and city."""
    entry: ContactPoint | None = session.scalars(_whole().where(ContactPoint.id == id)).one_or_none()
    return entry


def related(session: Session, entry: ContactPoint) -> list[ContactPoint]:
    """Other active entries of the same organization."""
    if not entry.organization_number:
        return []
    statement = (
        _whole()
        .where(ContactPoint.organization_number == entry.organization_number, ContactPoint.number != entry.number)
        .where(ContactPoint.status == "active")
        .order_by(ContactPoint.city_number != entry.city_number, ContactPoint.number)
        .limit(RELATED)
    )
    return list(session.scalars(statement))


def alternatives(session: Session, entry: ContactPoint) -> list[ContactPoint]:
    """Where to go instead or as well: active entries sharing most topics, in the same city or serving the country."""
    held = shelf(session)
    here = held.having("city", str(entry.city_number or ""), everywhere_in(entry.country))
    others = (held.active & here & held.having("country", entry.country)) - BitMap([entry.number])
    shared = layers([held.having("topic", topic) for topic in dict.fromkeys(entry.topics)])
    numbers = ranking.first(others & shared[-1], [others - held.nationwide, *shared], RELATED)
    return in_order(_entries(session, numbers), numbers)


def in_order(entries: Sequence[ContactPoint], numbers: Sequence[int]) -> list[ContactPoint]:
    by_number = {entry.number: entry for entry in entries}
    return [by_number[number] for number in numbers if number in by_number]


def _ways_out(session: Session, asked: Asked, results: Results) -> Results:
    """Nothing found is no dead end: which filter to drop, which city has it, how a word may be spelled."""
    question = asked.question
    given = [
        name for name in ("topics", "languages", "statuses", "kinds", "cities", "countries") if getattr(question, name)
    ]
    given += ["open_now"] * question.open_now + ["near"] * bool(question.near) + ["words"] * bool(asked.reading.terms)
    counts = {argument: _total(_without(session, asked, argument, results.atlas)) for argument in given}
    return replace(
        results,
        wider={argument: counts[argument] for argument in given if counts[argument]},
        nearest=_nearest(results) if question.cities or question.near else (),
        spelling=_spelling(asked.reading, results.atlas),
    )


def _total(asked: Asked) -> int:
    """How many have all the words, else how many have some."""
    return len(found(replace(asked, any_term=False)) or found(replace(asked, any_term=True)))


def _without(session: Session, asked: Asked, argument: str, known_cities: Atlas) -> Asked:
    """The question without an argument. Where no place is given any more, one among the words counts again."""
    less = asked.without(argument)
    if argument == "words" or less.question.cities or less.question.near:
        return less
    reading = read(asked.reading.without_city if asked.reading.city else less.question.words, known_cities)
    cities = (reading.city,) if reading.city else ()
    hearing = hear(session, less.shelf, reading)
    return replace(less, reading=reading, hearing=hearing, question=replace(less.question, cities=cities))


def _nearest(results: Results) -> tuple[tuple[float | None, Place, int], ...]:
    question, local = results.question, results.facets.get("local", {})
    here = question.near or question.cities[0]
    if here.latitude is None or here.longitude is None:
        return ()
    by_distance = results.atlas.nearest(here.latitude, here.longitude)
    having = [(km, place, local[str(place.number)]) for km, place in by_distance if local.get(str(place.number))]
    return tuple(having[:3])


def _spelling(reading: Reading, known_cities: Atlas) -> str:
    """The question with its unknown words replaced by the nearest known ones; '' where there is none."""
    if not reading.terms:
        return ""
    vocabulary = [*known(), *known_cities.names()]
    said, is_changed = [], False
    for term in reading.terms:
        phrase = " ".join(term.words)
        near = [] if term.meanings else difflib.get_close_matches(phrase, vocabulary, 1, SPELLING_LIKENESS)
        is_changed = is_changed or bool(near and near[0] not in filler())
        said.append(near[0] if near else phrase)
    return " ".join(said) if is_changed else ""
