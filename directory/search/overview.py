"""The directory as a whole: how much it holds, how fresh it is, whom to call in danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models import ContactPoint, Facet
from directory.vocabulary import EUROPE


@dataclass(frozen=True, slots=True)
class Numbers:
    """Active contact points, the cities and countries they are in, and the newest date on which one was checked."""

    contact_points: int
    cities: int
    countries: int
    checked_on: date | None


def numbers(session: Session) -> Numbers:
    """Count the active contact points, one statement."""
    country = func.nullif(ContactPoint.country, EUROPE)
    row = session.execute(
        select(
            func.count(),
            func.count(ContactPoint.city_number.distinct()),
            func.count(country.distinct()),
            func.max(ContactPoint.verified_on),
        ).where(ContactPoint.status == "active")
    ).one()
    return Numbers(*row)


def helplines(session: Session, countries: Sequence[str] = ()) -> list[ContactPoint]:
    """Whom to call about trafficking and violence: entries mainly for that, with a telephone; nationwide ones first."""
    statement = (
        select(ContactPoint)
        .join(Facet, Facet.contact_point == ContactPoint.number)
        .where(Facet.facet == "topic", Facet.value == "exploitation", ContactPoint.status == "active")
        .where(func.json_array_length(ContactPoint.phones) > 0)
        .order_by(ContactPoint.country, ContactPoint.city != "", ContactPoint.number)
    )
    if countries:
        statement = statement.where(ContactPoint.country.in_(countries))
    first: dict[str, ContactPoint] = {}
    for entry in session.scalars(statement):
        if entry.topics[:1] == ["exploitation"]:
            first.setdefault(entry.country, entry)
    return list(first.values())
