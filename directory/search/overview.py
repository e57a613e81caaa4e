"""The directory as a whole: how much it holds, how fresh it is, whom to call in danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import ContactPoint
from directory.search.ranking import first
from directory.search.shelf import shelf
from directory.vocabulary import EUROPE

_WHERE: Final = ("city", "country")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Active contact points, the cities and countries they are in, and the newest date on which one was checked."""

    contact_points: int
    cities: int
    countries: int
    checked_on: date | None


def numbers(session: Session) -> Numbers:
    """Count the active contact points; no statement but the stamp."""
    held = shelf(session)
    active = held.active
    places = {facet: {v for v, having in held.facets.get(facet, {}).items() if having & active} for facet in _WHERE}
    days = (day for day, having in held.facets.get("checked", {}).items() if day and having & active)
    newest = max(days, default="")
    return Numbers(
        contact_points=len(active),
        cities=sum(value.isdigit() for value in places["city"]),
        countries=len(places["country"] - {EUROPE}),
        checked_on=date.fromisoformat(newest) if newest else None,
    )


def helplines(session: Session, countries: Sequence[str] = ()) -> list[ContactPoint]:
    """Whom to call about trafficking and violence: entries mainly for that, with a telephone; nationwide ones first."""
    held = shelf(session)
    callable_ones = held.active & held.having("main", "exploitation") & held.having("call", "phone")
    chosen: list[int] = []
    for country in sorted(countries or held.facets.get("country", {})):
        chosen += first(callable_ones & held.having("country", country), [held.nationwide], 1)
    entries = session.scalars(select(ContactPoint).where(ContactPoint.number.in_(chosen))).all() if chosen else ()
    return sorted(entries, key=lambda entry: entry.country)
