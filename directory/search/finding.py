"""Asking the database: a question in, what was found out. At most six statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session, joinedload

from directory import hours
from directory.cities import Atlas, Place, atlas
from directory.models import ContactPoint, Facet
from directory.search import statements
from directory.search.index import EUROPE, UNSTATED, everywhere_in
from directory.search.question import Question
from directory.search.reading import Reading, read, with_kin
from directory.search.spelling import respelled
from directory.search.statements import LOCAL, Asked

NEAR_A_COUNTRY_KM: Final = 150
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
    only_kin: bool = False
    """Nobody helps with what was asked for; these help with something near to it."""
    typed: str = ""
    """What was typed, where these results are for a nearer spelling: `question.words`."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.question.per_page))


def find(
    session: Session,
    question: Question,
    known_cities: Atlas | None = None,
    at: datetime | None = None,
    with_facets: bool = True,
) -> Results:
    """The contact points that answer a question, as things stand at `at` (aware; now by default)."""
    at = at or datetime.now(UTC)
    known_cities = known_cities or atlas(session)
    reading = _read(session, question.words, known_cities, bool(question.cities or question.near))
    typed_question = question
    if reading.city:
        question = replace(question, cities=(reading.city,))
    asked = Asked(
        question,
        reading,
        session.get_bind().dialect.name,
        open_hours=open_hours(session, at) if question.open_now else (),
        near_country=_country_around(question, known_cities),
    )
    asked, rows, total = _page(session, asked)
    if asked.any_term or not total:
        meant = _respelled(session, typed_question, known_cities, at, with_facets)
        if meant and (meant.total if not total or meant.reading.city != reading.city else not meant.any_term):
            return replace(meant, typed=typed_question.words)
    facets = _facets(session, asked, known_cities) if with_facets else {}
    results = Results(
        question=question,
        reading=reading,
        items=_load(session, rows),
        total=total,
        facets=facets,
        atlas=known_cities,
        any_term=asked.any_term and bool(total),
        only_kin=asked.reading is not reading and bool(total),
    )
    return results if total else _ways_out(session, asked, results)


def _read(session: Session, words: str, known_cities: Atlas, place_is_given: bool = False) -> Reading:
    """A city without entries that an entry is named after is no place: "helsinki committee"."""
    reading = read(words, known_cities, place_is_given)
    if reading.city and not reading.city.number:
        named = statements.is_named(reading.city_words, session.get_bind().dialect.name)
        if session.execute(named).first():
            return read(words, known_cities, place_is_given, large_cities=False)
    return reading


def _respelled(
    session: Session, question: Question, known_cities: Atlas, at: datetime, with_facets: bool
) -> Results | None:
    """What a nearer spelling finds, for words that are found nowhere together as they were typed."""
    if question.exact or not (words := respelled(session, question.words, known_cities)):
        return None
    return find(session, replace(question, words=words, exact=True), known_cities, at, with_facets)


def _page(session: Session, asked: Asked) -> tuple[Asked, Sequence[Row[Any]], int]:
    """The rows of a page and the total; when no entry has all the words, those that have some of them."""
    some = replace(asked, any_term=True) if len(asked.reading.terms) > 1 else asked
    if not (kin := with_kin(asked.reading)):
        return _rows(session, asked, some)
    found = _rows(session, asked, some)
    return found if found[2] else _rows(session, replace(asked, reading=kin), replace(some, reading=kin))


def _rows(session: Session, asked: Asked, some: Asked) -> tuple[Asked, Sequence[Row[Any]], int]:
    if asked.question.offset:  # a page may lie beyond the end, so its rows cannot tell the total
        with_all, with_some = session.execute(statements.totals(asked)).one()
        asked, total = (asked, with_all) if with_all else (some, with_some)
        return asked, session.execute(statements.page(asked)).all() if total else (), total
    rows = session.execute(statements.page(asked)).all()
    if not rows and some is not asked:
        asked, rows = some, session.execute(statements.page(some)).all()
    return asked, rows, rows[0].total if rows else 0


def count(session: Session, question: Question, known_cities: Atlas) -> Mapping[str, Mapping[str, int]]:
    """How many are found per facet value, without finding them; words are not read."""
    return _facets(session, Asked(question, Reading(), session.get_bind().dialect.name), known_cities)


def open_hours(session: Session, at: datetime) -> tuple[tuple[str, str, int], ...]:
    """The (opening hours, country, number of the city or 0) that are open at a moment, one statement."""
    return tuple(
        (text, country, city)
        for text, country, city, zone in session.execute(statements.schedules())
        if hours.now(text, country, zone or hours.time_zone_of(country) or "UTC", at).state == "open"
    )


def _country_around(question: Question, known_cities: Atlas) -> str:
    if not question.near:
        return ""
    nearest = known_cities.nearest(question.near.latitude, question.near.longitude)
    return nearest[0][1].country if nearest and nearest[0][0] <= NEAR_A_COUNTRY_KM else ""


def _load(session: Session, rows: Any) -> tuple[Found, ...]:
    numbers = [row.number for row in rows]
    if not numbers:
        return ()
    entries = {entry.number: entry for entry in session.scalars(_whole().where(ContactPoint.number.in_(numbers)))}
    return tuple(Found(entries[row.number], row.km, row.group != LOCAL) for row in rows)


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
    same = select(Facet.contact_point, func.count().label("shared")).where(
        Facet.facet == "topic", Facet.value.in_(entry.topics), Facet.contact_point != entry.number
    )
    shared = same.group_by(Facet.contact_point).subquery()
    is_here = or_(ContactPoint.city_number == entry.city_number, ContactPoint.city == "")
    statement = (
        _whole()
        .join(shared, shared.c.contact_point == ContactPoint.number)
        .where(ContactPoint.status == "active", ContactPoint.country == entry.country, is_here)
        .order_by(ContactPoint.city == "", shared.c.shared.desc(), ContactPoint.number)
        .limit(RELATED)
    )
    return list(session.scalars(statement))


def _facets(session: Session, asked: Asked, known_cities: Atlas) -> dict[str, dict[str, int]]:
    """Counts per value, each telling what choosing it finds: entries with all the words, else those with some."""
    rows = session.execute(statements.counts(asked)).all()
    counted, with_some = (
        _counted((row for row in rows if row.any_term == any_term), known_cities) for any_term in (False, True)
    )
    if not asked.any_term:
        return counted
    return {
        facet: {key: counted[facet].get(key) or counted[facet].get("") or count for key, count in counts.items()}
        for facet, counts in with_some.items()
    }


def _counted(rows: Iterable[Any], known_cities: Atlas) -> dict[str, dict[str, int]]:
    """Nationwide entries count in each city of their country, entries for everybody in each status ('': only these)."""
    counted: dict[str, dict[str, int]] = {facet: {} for facet in statements.FACETS.values()}
    for _, facet, value, count in rows:
        counted[facet][value] = counted[facet].get(value, 0) + count
    status, city, country = counted["status"], counted["city"], counted["country"]
    for_all = status.pop(UNSTATED, 0) + status.pop("any", 0)
    counted["status"] = {key: count + for_all for key, count in status.items()} | {"": for_all}
    europe = country.pop(EUROPE, 0)
    counted["country"] = {key: count + europe for key, count in country.items()} | {"": europe}
    counted["city"] = {
        str(place.number): city.get(str(place.number), 0)
        + city.get(everywhere_in(place.country), 0)
        + city.get(everywhere_in(EUROPE), 0)
        for place in known_cities.places
    }
    counted["local"] = {str(place.number): city.get(str(place.number), 0) for place in known_cities.places}
    return counted


def _ways_out(session: Session, asked: Asked, results: Results) -> Results:
    """Nothing found is no dead end: which filter to drop, which city has it, how a word may be spelled."""
    question = asked.question
    given = [
        name for name in ("topics", "languages", "statuses", "kinds", "cities", "countries") if getattr(question, name)
    ]
    given += ["open_now"] * question.open_now + ["near"] * bool(question.near) + ["words"] * bool(asked.reading.terms)
    ways = {argument: _without(session, asked, argument, results.atlas) for argument in given}
    rows = session.execute(statements.wider(ways)) if ways else ()
    counts: dict[str, int] = {}
    for _, argument, count in sorted(rows):  # with all the words first, as it would be found
        counts[argument] = counts.get(argument) or count
    return replace(
        results,
        wider={argument: counts[argument] for argument in given if counts[argument]},
        nearest=_nearest(results) if question.cities or question.near else (),
        spelling=respelled(session, question.words, results.atlas) if question.exact else "",
    )


def _without(session: Session, asked: Asked, argument: str, known_cities: Atlas) -> Asked:
    """The question without an argument. Where no place is given any more, one among the words counts again."""
    less = asked.without(argument)
    if argument == "words" or less.question.cities or less.question.near:
        return less
    words = asked.reading.without_city if asked.reading.city else less.question.words
    reading = _read(session, words, known_cities)
    cities = (reading.city,) if reading.city else ()
    return replace(less, reading=reading, question=replace(less.question, cities=cities))


def _nearest(results: Results) -> tuple[tuple[float | None, Place, int], ...]:
    question, local = results.question, results.facets.get("local", {})
    here = question.near or question.cities[0]
    if here.latitude is None or here.longitude is None:
        return ()
    by_distance = results.atlas.nearest(here.latitude, here.longitude)
    having = [(km, place, local[str(place.number)]) for km, place in by_distance if local.get(str(place.number))]
    return tuple(having[:3])
