"""What needs care: contact points that miss something a visitor needs, and how to find one of them again.

Closed ones need none. Each reason is one condition; all of them are counted in one pass over the table, once for each
state of the directory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from babel.languages import get_official_languages
from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, or_, select
from sqlalchemy.orm import Session

from directory.geocode.addresses import waiting
from directory.importer import Problem
from directory.models import ContactPoint, GeocoderAnswer
from directory.search import engines
from directory.search.engines import Phrase
from directory.search.matching import meet
from directory.search.shelf import shelf
from directory.text import words
from directory.vocabulary import N_, Term

PER_PAGE: Final = 50
MOST_FOUND: Final = 10_000
"""Contact points that words find here; whoever has so many results types another word."""
OLD_DAYS: Final = 365
"""After so many days without a check an entry needs one."""
REASONS: Final = MappingProxyType(
    {
        term.key: term
        for term in (
            Term("unreachable", N_("Cannot be reached"), N_("No telephone, no e-mail and no website is known.")),
            Term("no_place", N_("No place on the map"), N_("It has a city or a street, and no coordinates.")),
            Term(
                "only_city",
                N_("Only the city on the map"),
                N_("It has a street, and stands in the middle of its city."),
            ),
            Term("no_hours", N_("No opening hours"), N_("Nobody can see when it is open.")),
            Term("not_checked", N_("Not checked for a year"), N_("Or nobody noted when it was checked.")),
            Term(
                "untranslated", N_("Missing languages"), N_("What it does is not told in every language it should be.")
            ),
            Term("twins", N_("Possible duplicates"), N_("Another one has the same name in the same city.")),
        )
    }
)
_ACTIVE: Final = ContactPoint.status == "active"
_LONGEST_UNCHECKED: Final = (ContactPoint.verified_on.asc().nulls_first(), ContactPoint.number)
_ACCENTS: Final = r"[\u0300-\u036f]"
_PUNCTUATION: Final = r"[\s!-/:-@\[-`{-~«»“”„‟‚‘’‹›–—‑·…]+"


@dataclass(frozen=True, slots=True)
class Wish:
    """What every entry should have: a description in each of these languages, and a check not older than a year."""

    languages: tuple[str, ...]
    today: date

    @property
    def checked_since(self) -> date:
        return self.today - timedelta(days=OLD_DAYS)


def counts(session: Session, wish: Wish) -> dict[str, int]:
    """Reason → how many contact points it concerns."""
    return shelf(session).keep(("care", wish), lambda: _counts(session, wish))


def _counts(session: Session, wish: Wish) -> dict[str, int]:
    columns = [func.count().filter(_condition(session, key, wish)).label(key) for key in REASONS if key != "twins"]
    found = dict(session.execute(select(*columns).where(_ACTIVE)).one()._mapping)
    found["twins"] = len(_twins(session))
    return {key: found[key] for key in REASONS}


def listed(session: Session, reason: str, wish: Wish, page: int = 1) -> Sequence[ContactPoint]:
    """A page of the contact points that one reason concerns: the longest unchecked first, twins side by side."""
    start = (page - 1) * PER_PAGE
    if reason == "twins":
        numbers = _twins(session)[start : start + PER_PAGE]
        found = session.scalars(select(ContactPoint).where(ContactPoint.number.in_(numbers))).all()
        return sorted(found, key=lambda entry: numbers.index(entry.number))
    statement = select(ContactPoint).where(_ACTIVE, _condition(session, reason, wish))
    statement = statement.order_by(*_LONGEST_UNCHECKED)
    return session.scalars(statement.limit(PER_PAGE).offset(start)).all()


def _condition(session: Session, reason: str, wish: Wish) -> ColumnElement[bool]:
    entry = ContactPoint
    if reason == "untranslated":
        return _untranslated(session, wish)
    return {
        "unreachable": and_(func.json_array_length(entry.phones) == 0, entry.email == "", entry.website == ""),
        "no_place": and_(entry.latitude.is_(None), or_(entry.city != "", entry.street != "")),
        "only_city": and_(entry.precision == "city", entry.street != ""),
        "no_hours": entry.opening_hours == "",
        "not_checked": or_(entry.verified_on.is_(None), entry.verified_on < wish.checked_since),
    }[reason]


def _untranslated(session: Session, wish: Wish) -> ColumnElement[bool]:
    """One of the wished languages is missing, or all of the country's own."""
    own: dict[tuple[str, ...], list[str]] = {}
    for country in session.scalars(select(ContactPoint.country).distinct()):
        own.setdefault(_own_languages(country, wish), []).append(country)
    return or_(
        false(),
        *(_lacks(code) for code in wish.languages),
        *(
            and_(ContactPoint.country.in_(sorted(countries)), *(_lacks(code) for code in codes))
            for codes, countries in sorted(own.items())
            if codes
        ),
    )


def _lacks(language: str) -> ColumnElement[bool]:
    return func.coalesce(ContactPoint.descriptions[language].as_string(), "") == ""


def geocoder_answers(session: Session, entries: Sequence[ContactPoint]) -> dict[int, Problem]:
    """Number → why the geocoder found no place, of those contact points for which it was asked in vain."""
    addresses = list(waiting(session, [entry.number for entry in entries])) if entries else []
    if not addresses:
        return {}
    providers = session.scalars(select(GeocoderAnswer.provider).distinct()).all()
    numbers = {address.key(provider): address.number for address in addresses for provider in providers}
    statement = select(GeocoderAnswer).where(GeocoderAnswer.key.in_(numbers), GeocoderAnswer.outcome != "found")
    return {numbers[answer.key]: Problem(None, None, **answer.problem) for answer in session.scalars(statement)}


def _own_languages(country: str, wish: Wish) -> tuple[str, ...]:
    """Official languages of a country, of which one is enough; () where a wished language is among them."""
    codes = tuple(code for code in get_official_languages(country) if len(code) == 2)
    return () if set(codes) & set(wish.languages) else codes


def missing_languages(entry: ContactPoint, wish: Wish) -> list[tuple[str, ...]]:
    """The languages in which an entry is not described; several together where one of them is enough."""
    missing: list[tuple[str, ...]] = [(code,) for code in wish.languages if not entry.descriptions.get(code)]
    own = _own_languages(entry.country, wish)
    if own and not any(entry.descriptions.get(code) for code in own):
        missing.append(own)
    return missing


def _twins(session: Session) -> Sequence[int]:
    """The numbers of those that have one name in one city, or in one country, side by side."""
    return shelf(session).keep("twins", lambda: _read_twins(session))


def _read_twins(session: Session) -> Sequence[int]:
    twins = _named_alike(session).subquery()
    statement = select(twins.c.number).join(ContactPoint, ContactPoint.number == twins.c.number)
    statement = statement.where(twins.c.count > 1)
    places = (twins.c.name, ContactPoint.country, ContactPoint.city_number)
    return session.scalars(statement.order_by(*places, *_LONGEST_UNCHECKED)).all()


def _named_alike(session: Session) -> Select[Any]:
    """(number, folded name, count) of the active ones: how many have this name in this city, or in this country."""
    name: ColumnElement[Any] = func.folded(ContactPoint.name)
    if session.get_bind().dialect.name != "sqlite":
        bare = func.regexp_replace(
            func.normalize(func.lower(ContactPoint.name), literal_column("NFKD")), _ACCENTS, "", "g"
        )
        name = func.trim(func.regexp_replace(bare, _PUNCTUATION, " ", "g"))
    places = (ContactPoint.country, ContactPoint.city_number)
    named = select(ContactPoint.number, name.label("name"), *places).where(_ACTIVE).subquery()
    together = func.count().over(partition_by=[named.c.name, named.c.country, named.c.city_number])
    return select(named.c.number, named.c.name, together.label("count"))


def matching(session: Session, said: str, page: int = 1) -> tuple[Sequence[ContactPoint], int]:
    """(a page of the contact points in which all these words stand, or whose id begins so; how many there are).

    Closed ones too; without words all of them, in the order of their names.
    """
    statement = select(ContactPoint)
    if said.strip():
        statement = statement.where(or_(*_meant(session, said)))
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    shown = statement.order_by(ContactPoint.status, ContactPoint.name, ContactPoint.number)
    return session.scalars(shown.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all(), total


def _meant(session: Session, said: str) -> Iterator[ColumnElement[bool]]:
    yield ContactPoint.id.startswith(said.strip().lower(), autoescape=True)
    if phrases := [Phrase((word,), is_beginning=True) for word in words(said)[:20]]:
        yield ContactPoint.number.in_(meet(engines.find(session, phrases).values())[:MOST_FOUND].to_array().tolist())
