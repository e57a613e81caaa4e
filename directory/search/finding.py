"""Asking the directory: a question in, what was found out. At most six statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from pyroaring import BitMap
from sqlalchemy.orm import Session

from directory.cities import Atlas, Place, atlas
from directory.models import ContactPoint
from directory.search import counting, ranking
from directory.search.entries import numbered
from directory.search.hearing import hear, is_said
from directory.search.matching import Asked, found
from directory.search.opening import open_at
from directory.search.places import circle
from directory.search.question import Question
from directory.search.reading import Reading, nearest_kin, nowhere, read, with_kin
from directory.search.shelf import Shelf, shelf
from directory.search.spelling import respelled
from directory.stamp import is_writing

NEAR_A_COUNTRY_KM: Final = 150


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
    only_kin: bool = False
    """Nobody helps with what was asked for; these help with something near to it."""
    typed: str = ""
    """What was typed, where these results are for a nearer spelling: `question.words`."""

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
    typed: str = ""
    """What was typed, where this answers a nearer spelling."""

    @property
    def total(self) -> int:
        return len(self.everything)

    @property
    def any_term(self) -> bool:
        """None has all the words; these have some."""
        return (self.asked.any_term or self.asked.hearing.is_partial) and bool(self.everything)

    @property
    def only_kin(self) -> bool:
        """Nobody of these helps with what was asked for, but with something near to it."""
        return bool(self.asked.kin) and bool(self.everything) and not self.everything & self.asked.first

    def distance_km(self, number: int) -> float | None:
        return self.asked.circle.distance(number) if self.asked.circle else None

    def is_nationwide(self, number: int) -> bool:
        """It stands in the group of what serves the whole country."""
        return ranking.has_groups(self.asked) and number in self.asked.shelf.nationwide

    def facets(self) -> counting.Counts:
        return counting.counts(self.asked, self.atlas)


def answer(session: Session, question: Question, known_cities: Atlas, at: datetime) -> Answer:
    """Which contact points answer a question, as things stand at `at` (aware); five statements at most.

    Where none has all the words, those of a nearer spelling: as many statements again, and one for each strange word.
    """
    as_typed = _as_typed(session, question, known_cities, at)
    if question.exact or _is_found(as_typed.asked):
        return as_typed
    if not as_typed.asked.question.cities and (small := _in_a_small_city(session, question, known_cities)):
        return _as_typed(session, question, known_cities, at, small)
    if not (words := respelled(session, question.words, known_cities)):
        return as_typed
    meant = _as_typed(session, replace(question, words=words, exact=True), known_cities, at)
    return replace(meant, typed=question.words) if _is_better(meant.asked, as_typed.asked) else as_typed


def _is_better(meant: Asked, typed: Asked) -> bool:
    """Whether another spelling finds more; whatever the filters, so that each choice of one keeps the spelling."""
    if _is_found(meant):
        return True
    adds = meant.reading.city != typed.reading.city or not found(typed.only_words(any_term=True))
    return (adds or _understood(meant) > _understood(typed)) and bool(found(meant.only_words(any_term=True)))


def _is_found(asked: Asked) -> bool:
    """Whether somebody has all that was said, whatever the filters."""
    return not asked.hearing.is_partial and bool(found(asked.only_words()))


def _understood(asked: Asked) -> int:
    """How many of the terms say something of some contact point."""
    return sum(bool(heard.anywhere) for heard in (*asked.hearing.terms, *asked.hearing.wishes))


def _in_a_small_city(session: Session, question: Question, known_cities: Atlas) -> Reading | None:
    """The question read with the small cities where nobody is listed: no slip of the finger is sought in "Seraing"."""
    if question.near:
        return None
    reading = read(question.words, known_cities, beyond=known_cities.around)
    is_one = reading.city and not reading.city.number and not is_said(session, shelf(session), reading.city_words)
    return reading if is_one else None


def _as_typed(
    session: Session, question: Question, known_cities: Atlas, at: datetime, reading: Reading | None = None
) -> Answer:
    """With all the words, else with some of them; where they are filler and nobody says them, as if none were said."""
    reading = reading or _read(session, question.words, known_cities, bool(question.cities or question.near))
    if reading.city:
        question = replace(question, cities=(reading.city,))
    asked = _asked(session, question, reading, known_cities, at)
    everything = found(asked)
    if reading.says_nothing and not found(asked.only_words()):
        asked = _asked(session, question, Reading(phrase=reading.phrase), known_cities, at)
        everything = found(asked)
    if not everything and len(asked.hearing.terms) > 1:
        asked = replace(asked, any_term=True)
        everything = found(asked)
    numbers = ranking.page(asked, everything, question.offset, question.per_page)
    return Answer(asked, everything, numbers, known_cities)


def _read(session: Session, words: str, known_cities: Atlas, place_is_given: bool = False) -> Reading:
    """A city without entries that an entry is named after is no place: "helsinki committee"."""
    reading = read(words, known_cities, place_is_given)
    if reading.city and not reading.city.number and is_said(session, shelf(session), reading.city_words, in_name=True):
        return read(words, known_cities, place_is_given, beyond=nowhere)
    return reading


def _asked(session: Session, question: Question, reading: Reading, known_cities: Atlas, at: datetime) -> Asked:
    held = shelf(session)
    asked = Asked(
        question,
        reading,
        held,
        hearing=hear(session, held, reading),
        open_now=open_at(session, held, at) if question.open_now or reading.open_now else BitMap(),
        circle=circle(session, held, question.near) if question.near else None,
        near_country=_country_around(question, known_cities),
    )
    return _or_kin(session, asked)


def _or_kin(session: Session, asked: Asked) -> Asked:
    """Where nobody in the directory helps with a topic, those who help with something near to it are meant too."""

    def nobody_has(topic: str) -> bool:
        return not asked.shelf.having("topic", topic)

    reading = with_kin(asked.reading, nobody_has)
    if reading == asked.reading:
        return asked
    first = found(asked.only_words()) or found(asked.only_words(any_term=True))
    kin = asked.shelf.having("topic", *nearest_kin(asked.reading, nobody_has))
    return replace(asked, reading=reading, hearing=hear(session, asked.shelf, reading), first=first, kin=kin)


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
        only_kin=answered.only_kin,
        typed=answered.typed,
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
    entries = _kept_entries(session, answered.asked.shelf, answered.numbers)
    return tuple(
        Found(entries[number], answered.distance_km(number), answered.is_nationwide(number))
        for number in answered.numbers
        if number in entries
    )


def _kept_entries(session: Session, held: Shelf, numbers: Sequence[int]) -> dict[int, ContactPoint]:
    """Contact points by number, for reading only: what the best answers to many questions are is loaded once."""
    found = {number: entry for number in numbers if (entry := held.entries.get(number))}
    unknown = [number for number in numbers if number not in found]
    if not unknown:
        return found
    if is_writing(session):
        loaded = numbered(session, unknown)
    else:
        with Session(session.connection()) as apart:  # they belong to no session once it is closed
            loaded = numbered(apart, unknown)
        held.put_entries(loaded)
    return found | {entry.number: entry for entry in loaded}


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
        spelling=respelled(session, question.words, results.atlas) if question.exact else "",
    )


def _total(asked: Asked) -> int:
    """How many have all the words, else how many have some."""
    return len(found(replace(asked, any_term=False)) or found(replace(asked, any_term=True)))


def _without(session: Session, asked: Asked, argument: str, known_cities: Atlas) -> Asked:
    """The question without an argument. Where no place is given any more, one among the words counts again."""
    less = asked.without(argument)
    if argument == "words" or less.question.cities or less.question.near:
        return less
    words = asked.reading.without_city if asked.reading.city else less.question.words
    reading = _read(session, words, known_cities)
    cities = (reading.city,) if reading.city else ()
    hearing = hear(session, less.shelf, reading)
    less = replace(less, reading=reading, hearing=hearing, question=replace(less.question, cities=cities))
    return _or_kin(session, less)


def _nearest(results: Results) -> tuple[tuple[float | None, Place, int], ...]:
    question, local = results.question, results.facets.get("local", {})
    here = question.near or question.cities[0]
    if here.latitude is None or here.longitude is None:
        return ()
    by_distance = results.atlas.nearest(here.latitude, here.longitude)
    having = [(km, place, local[str(place.number)]) for km, place in by_distance if local.get(str(place.number))]
    return tuple(having[:3])
