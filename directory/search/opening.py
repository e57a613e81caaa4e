"""Who is open at a moment: computed once for each minute and kept until then."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache

from pyroaring import BitMap
from sqlalchemy import JSON, Select, String, cast, func, literal, select
from sqlalchemy.orm import Session

from directory import hours
from directory.models import City, ContactPoint
from directory.search.shelf import Shelf

_CITY = func.coalesce(ContactPoint.city_number, 0)


@lru_cache(maxsize=8192)
def _told(text: str, country: str, zone: str, minute: datetime) -> hours.Now:
    return hours.now(text, country, zone, minute)


def now(text: str, country: str, zone: str | None, at: datetime) -> hours.Now:
    """What `hours.now` says; kept for that minute, because many contact points have the same hours."""
    return _told(text, country, zone or "", at.astimezone(UTC).replace(second=0, microsecond=0))


def state_at(text: str, country: str, zone: str | None, at: datetime) -> hours.State:
    """Open, closed or unknown, by the clock of the city's zone, else of its country's, else UTC for all of Europe."""
    return now(text, country, zone or hours.time_zone_of(country) or "UTC", at).state if text else "unknown"


def open_at(session: Session, shelf: Shelf, at: datetime) -> BitMap:
    """The contact points that are open for sure at a moment; two statements at most."""
    minute = at.astimezone(UTC).replace(second=0, microsecond=0)
    return shelf.keep(("open", minute), lambda: _open_at(session, at))


def _open_at(session: Session, at: datetime) -> BitMap:
    told = [
        f"{country} {city} {text}"
        for text, country, city, zone in session.execute(_schedules())
        if state_at(text, country, zone, at) == "open"
    ]
    if not told:
        return BitMap()
    schedule = ContactPoint.country + " " + cast(_CITY, String) + " " + ContactPoint.opening_hours
    return BitMap(session.scalars(select(ContactPoint.number).where(schedule.in_(_each(session, told)))))


def _each(session: Session, texts: list[str]) -> Select[str]:
    """The texts as one parameter: one for each would reach the engines' limits."""
    listed = literal(json.dumps(texts))
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(listed).table_valued("value")
    else:
        each = func.json_array_elements_text(cast(listed, JSON(none_as_null=True))).table_valued("value")
    return select(each.c.value)


def _schedules() -> Select[str, str, int, str]:
    """(opening hours, country, number of the city or 0, its time zone): the different ones there are."""
    return (
        select(ContactPoint.opening_hours, ContactPoint.country, _CITY, func.coalesce(City.time_zone, ""))
        .outerjoin(City, City.number == ContactPoint.city_number)
        .where(ContactPoint.opening_hours != "")
        .distinct()
    )
