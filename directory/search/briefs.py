"""What was found, in few words: for programs, and for whoever needs no more than a line of each contact point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.hours import State
from directory.models import City, ContactPoint
from directory.search.finding import Answer
from directory.search.opening import state_at


@dataclass(frozen=True, slots=True)
class Brief:
    """One contact point that was found, in few words."""

    id: str
    name: str
    city: str
    country: str
    topics: Sequence[str]
    latitude: float | None
    longitude: float | None
    distance_km: float | None
    open: State


_COLUMNS: Final = (
    select(
        ContactPoint.number,
        ContactPoint.id,
        ContactPoint.name,
        ContactPoint.city,
        ContactPoint.country,
        ContactPoint.topics,
        ContactPoint.latitude,
        ContactPoint.longitude,
        ContactPoint.opening_hours,
        func.coalesce(City.time_zone, "").label("time_zone"),
    )
    .select_from(ContactPoint)
    .outerjoin(City, City.number == ContactPoint.city_number)
)


def briefs(session: Session, answered: Answer, at: datetime) -> list[Brief]:
    """The contact points of an answer's page, best first, one statement."""
    if not answered.numbers:
        return []
    found = {
        row.number: Brief(
            *row[1:8],
            distance_km=answered.distance_km(row.number),
            open=state_at(row.opening_hours, row.country, row.time_zone, at),
        )
        for row in session.execute(_COLUMNS.where(ContactPoint.number.in_(answered.numbers)))
    }
    return [found[number] for number in answered.numbers if number in found]
