"""Contact points by id and by number, and beside one of them: those of the same organization, and alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pyroaring import BitMap
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from directory.models import ContactPoint
from directory.search import ranking
from directory.search.derived import everywhere_in
from directory.search.matching import layers
from directory.search.shelf import shelf

RELATED: Final = 4
_LISTED: Final = (
    select(ContactPoint)
    .options(joinedload(ContactPoint.place))
    .where(ContactPoint.number.in_(bindparam("numbers", expanding=True)))
)
"""Contact points with their city, without who runs them. Made once: to make a statement costs as much as to run it."""


def numbered(session: Session, numbers: Sequence[int]) -> list[ContactPoint]:
    return list(session.scalars(_LISTED, {"numbers": numbers})) if numbers else []


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
    return in_order(numbered(session, numbers), numbers)


def in_order(entries: Sequence[ContactPoint], numbers: Sequence[int]) -> list[ContactPoint]:
    by_number = {entry.number: entry for entry in entries}
    return [by_number[number] for number in numbers if number in by_number]
