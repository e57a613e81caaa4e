"""From a question to SQL: each function returns a condition or a statement; `finding` executes them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    CompoundSelect,
    Float,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from directory.models import City, ContactPoint, Facet
from directory.search.engines import bears, matches
from directory.search.index import EUROPE, UNSTATED, everywhere_in
from directory.search.meanings import telling
from directory.search.question import Near, Question
from directory.search.reading import Reading, Term

KM_PER_DEGREE: Final = 111.195
EARTH_KM: Final = 6371.009
FACETS: Final = {
    "topics": "topic",
    "languages": "language",
    "statuses": "status",
    "kinds": "kind",
    "cities": "city",
    "countries": "country",
}
"""The question's filters that are counted, and how the facet is called."""
LOCAL, NATIONWIDE = 0, 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that its statements need besides."""

    question: Question
    reading: Reading
    dialect: str
    any_term: bool = False
    """One of the terms is enough: for when no entry has them all."""
    open_hours: tuple[tuple[str, str, int], ...] = ()
    """The (opening hours, country, number of the city or 0) that are open at this moment."""
    near_country: str = ""

    def without(self, argument: str) -> Asked:
        """The same, with one argument of the question dropped."""
        if argument == "words":
            return replace(self, reading=Reading(), question=replace(self.question, words=""))
        dropped: dict[str, Any] = {argument: {"open_now": False, "near": None}.get(argument, ())}
        return replace(self, question=replace(self.question, **dropped))


def condition(asked: Asked) -> ColumnElement[bool]:
    """What an entry must fulfil to be found: words, filters, opening, nearness; closed ones only by their name."""
    question, terms = asked.question, asked.reading.terms
    active = ContactPoint.status == "active"
    conditions = [active]
    if terms:
        conditions = [
            matches(terms, asked.dialect, any_of=asked.any_term),
            or_(active, matches(terms, asked.dialect, "name", any_of=asked.any_term)),
        ]
    conditions += [_has(facet, values) for facet, values in _wanted(question) if values]
    if question.open_now:
        conditions.append(_is_open(asked))
    if question.near:
        conditions.append(or_(_around(question.near, asked.dialect), _has("city", _serving(asked.near_country))))
    return and_(*conditions)


def _wanted(question: Question) -> list[tuple[str, list[str]]]:
    """Facet → the values that fulfil the question: a nationwide entry serves each city, 'any' status everybody."""
    cities = [str(city.number) for city in question.cities if city.number]
    cities += [value for country in sorted({c.country for c in question.cities}) for value in _serving(country)]
    return [
        ("topic", list(question.topics)),
        ("language", list(question.languages)),
        ("kind", list(question.kinds)),
        ("status", [*question.statuses, "any", UNSTATED] if question.statuses else []),
        ("city", cities),
        ("country", [*question.countries, EUROPE] if question.countries else []),
    ]


def _is_open(asked: Asked) -> ColumnElement[bool]:
    """One of the open schedules, handed over as one JSON list: a parameter for each would reach the engines' limits."""
    city = cast(func.coalesce(ContactPoint.city_number, 0), String)
    listed = literal(json.dumps([f"{country} {city} {text}" for text, country, city in asked.open_hours]))
    if asked.dialect == "sqlite":
        each = func.json_each(listed).table_valued("value")
    else:
        each = func.json_array_elements_text(cast(listed, JSON(none_as_null=True))).table_valued("value")
    schedule = ContactPoint.country + " " + city + " " + ContactPoint.opening_hours
    return schedule.in_(select(each.c.value))


def _serving(country: str) -> list[str]:
    return [everywhere_in(country), everywhere_in(EUROPE)] if country else [everywhere_in(EUROPE)]


def _has(facet: str, values: list[str]) -> ColumnElement[bool]:
    return ContactPoint.number.in_(
        select(Facet.contact_point).where(Facet.facet == facet, Facet.value.in_(sorted(set(values))))
    )


def _around(near: Near, dialect: str) -> ColumnElement[bool]:
    """Within the radius: a box that an index can serve, then the true distance."""
    lat = near.radius_km / KM_PER_DEGREE
    lon = lat / max(0.01, math.cos(math.radians(near.latitude)))
    return and_(
        ContactPoint.latitude.between(near.latitude - lat, near.latitude + lat),
        ContactPoint.longitude.between(near.longitude - lon, near.longitude + lon),
        distance(near, dialect) <= near.radius_km,
    )


def distance(near: Near, dialect: str) -> ColumnElement[float]:
    """Kilometres over the great circle, NULL without a place. On SQLite geopy's, registered by `database`."""
    if dialect == "sqlite":
        return func.distance_km(
            ContactPoint.latitude, ContactPoint.longitude, near.latitude, near.longitude, type_=Float
        )
    phi1, phi2 = func.radians(near.latitude), func.radians(ContactPoint.latitude)
    half_lat = (phi2 - phi1) / 2
    half_lon = func.radians(ContactPoint.longitude - near.longitude) / 2
    square = func.power(func.sin(half_lat), 2) + func.cos(phi1) * func.cos(phi2) * func.power(func.sin(half_lon), 2)
    at_most_one = case((square > 1.0, 1.0), else_=square)  # least() would take 1 for no place: 20,015 km
    return 2 * EARTH_KM * func.asin(func.sqrt(at_most_one), type_=Float)


def page(asked: Asked) -> Select[Any]:
    """(number, group, km, total) of the page that was asked for, best first."""
    question = asked.question
    group = case((ContactPoint.city == "", NATIONWIDE), else_=LOCAL) if has_groups(question) else literal(LOCAL)
    km = distance(question.near, asked.dialect) if question.near else null()
    order: list[Any] = _by_whole_name(asked)
    if has_groups(question):
        order.append(group)
    if question.statuses:
        order.append(func.json_array_length(ContactPoint.statuses) == 0)
    order += [*_by_match(asked), *_by_wish(asked)]
    if question.near:
        order += [ContactPoint.precision == "city", km]  # the way to a city's centre is no way to a door
    order += [_cannot_be_called(asked), ContactPoint.verified_on.is_(None)]
    order += [ContactPoint.verified_on.desc(), ContactPoint.number]
    columns = select(ContactPoint.number, group.label("group"), km.label("km"), func.count().over().label("total"))
    return columns.where(condition(asked)).order_by(*order).limit(question.per_page).offset(question.offset)


def has_groups(question: Question) -> bool:
    """What serves a whole country stands apart when a place was asked for."""
    return bool(question.cities or question.near)


def _by_whole_name(asked: Asked) -> list[Any]:
    """Who bears exactly the name that was typed comes before all others, closed or not, here or elsewhere."""
    phrase = " ".join(asked.reading.phrase)
    return [case((bears(phrase, asked.dialect), 0), else_=1)] if phrase else []


def _by_match(asked: Asked) -> list[Any]:
    """Active before closed; more terms first (`any_term`); names, as typed first, before meanings before the rest."""
    terms, dialect = asked.reading.terms, asked.dialect
    if not terms:
        return []
    order: list[Any] = [ContactPoint.status == "closed"]
    if asked.any_term:
        order.append(
            sum((case((matches([t], dialect), 0), else_=len(telling(t.words)) or 1) for t in terms), literal(0))
        )
    any_of = asked.any_term
    ways = [(matches(terms, dialect, "name", any_of), 1), (matches(terms, dialect, "meaning", any_of), 2)]
    if len(asked.reading.phrase) > 1:
        ways.insert(0, (matches([Term(asked.reading.phrase)], dialect, "name"), 0))
    return [*order, case(*ways, else_=3)]


def _cannot_be_called(asked: Asked) -> ColumnElement[int]:
    """Who has a telephone comes first, but not before the owner of a name that was asked for."""
    callable_first = [(func.json_array_length(ContactPoint.phones) > 0, 0)]
    if terms := asked.reading.terms:
        callable_first.insert(0, (matches(terms, asked.dialect, "name", asked.any_term), 0))
    return case(*callable_first, else_=1)


def _by_wish(asked: Asked) -> list[Any]:
    """What was wished for without being demanded ("free"), then what is mainly for the topics that were asked."""
    order: list[Any] = [case((matches([wish], asked.dialect, "meaning"), 0), else_=1) for wish in asked.reading.wishes]
    topics = {*asked.question.topics, *(v for t in asked.reading.terms for f, v in t.meanings if f == "topic")}
    if topics:
        first = cast(ContactPoint.topics, String)
        order.append(case((or_(*(first.like(f'["{topic}"%') for topic in sorted(topics))), 0), else_=1))
    return order


def is_named(words: Sequence[str], dialect: str) -> Select[Any]:
    """Whether these words stand in the name of any entry: "helsinki" does in a committee's."""
    return select(ContactPoint.number).where(matches([Term(tuple(words))], dialect, "name")).limit(1)


def is_said(word: str, dialect: str) -> Select[Any]:
    """Whether a word stands anywhere in an entry."""
    return select(ContactPoint.number).where(matches([Term((word,))], dialect)).limit(1)


def totals(asked: Asked) -> Select[Any]:
    """(how many have all the words, how many have some of them)."""
    return select(*(_total(replace(asked, any_term=any_term)).scalar_subquery() for any_term in (False, True)))


def _total(asked: Asked, *columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns, func.count()).select_from(ContactPoint).where(condition(asked))


def _ways(asked: Asked) -> list[Asked]:
    """With all the words, and with some of them where that was needed: another filter may find all of them."""
    return [replace(asked, any_term=any_term) for any_term in sorted({False, asked.any_term})]


def counts(asked: Asked) -> CompoundSelect[Any]:
    """(any_term, facet, value, count), each facet counted without its own filter; languages with none too."""
    parts = []
    for way in _ways(asked):
        any_term = literal(way.any_term).label("any_term")
        for argument, facet in FACETS.items():
            found = select(ContactPoint.number).where(condition(way.without(argument)))
            parts.append(
                select(any_term, literal(facet).label("facet"), Facet.value, func.count().label("count"))
                .where(Facet.facet == facet, Facet.contact_point.in_(found))
                .group_by(Facet.value)
            )
        none = select(any_term, literal("language"), Facet.value, literal(0)).where(Facet.facet == "language")
        parts.append(none.distinct())
    return union_all(*parts)


def wider(without: Mapping[str, Asked]) -> CompoundSelect[Any]:
    """(any_term, argument, count): how many would be found by each of these, which lack one argument."""
    return union_all(
        *(
            _total(way, literal(way.any_term), literal(argument))
            for argument, asked in without.items()
            for way in _ways(asked)
        )
    )


def schedules() -> Select[str, str, int, str]:
    """(opening hours, country, number of the city or 0, its time zone): the different ones there are."""
    city = func.coalesce(ContactPoint.city_number, 0)
    return (
        select(ContactPoint.opening_hours, ContactPoint.country, city, func.coalesce(City.time_zone, ""))
        .outerjoin(City, City.number == ContactPoint.city_number)
        .where(ContactPoint.opening_hours != "")
        .distinct()
    )
