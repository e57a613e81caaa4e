"""The cache of answers: what is known is not asked again, what failed is left alone for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.geocode.addresses import Address
from directory.geocode.places import NoPlace, Place, Problem
from directory.geocode.reading import NOMINATIM
from directory.models import GeocoderAnswer

FIRST_PAUSE: Final = timedelta(hours=1)
LONGEST_PAUSE: Final = timedelta(days=30)
NOTHING_KEPT: Final = timedelta(days=90)
"""For which "no such address" and a refused answer hold: the map grows, streets get names."""


def now() -> datetime:
    return datetime.now(UTC)


def recall(session: Session, key: bytes) -> Place | NoPlace | None:
    """What was answered: a place, or why there is none and it is too early to ask again; None: ask."""
    known = session.get(GeocoderAnswer, key)
    if known is None:
        return None
    if known.latitude is not None and known.longitude is not None:
        return Place(known.latitude, known.longitude, known.precision, NOMINATIM)
    is_early = select(GeocoderAnswer.key).where(GeocoderAnswer.key == key, GeocoderAnswer.next_try_at > now())
    return NoPlace(known.outcome, Problem(**known.problem)) if session.scalar(is_early) else None


def settled(session: Session, provider: str) -> dict[bytes, str]:
    """Key → outcome of all that is not to be asked now."""
    statement = select(GeocoderAnswer.key, GeocoderAnswer.outcome).where(
        GeocoderAnswer.provider == provider,
        or_(GeocoderAnswer.next_try_at.is_(None), GeocoderAnswer.next_try_at > now()),
    )
    return {row.key: row.outcome for row in session.execute(statement)}


def turned_away(session: Session, provider: str) -> bool:
    """Whether the server told us to leave it alone, and the time is not over."""
    statement = select(GeocoderAnswer.key).where(
        GeocoderAnswer.provider == provider,
        GeocoderAnswer.outcome == "turned_away",
        GeocoderAnswer.next_try_at > now(),
    )
    return session.scalar(statement.limit(1)) is not None


def remember(session: Session, provider: str, address: Address, answer: Place | NoPlace) -> None:
    """Keep what came of asking for this address, and when it may be asked again."""
    key = address.key(provider)
    known = session.get(GeocoderAnswer, key, with_for_update=True)
    if known is None:
        known = GeocoderAnswer(key=key, provider=provider, query=address.query, failures=0)
        session.add(known)
    known.asked_at = now()
    if isinstance(answer, Place):
        known.outcome, known.problem, known.failures, known.next_try_at = "found", {}, 0, None
        known.latitude, known.longitude, known.precision = answer.latitude, answer.longitude, answer.precision
        return
    known.outcome, known.problem = answer.outcome, answer.problem.as_dict()
    known.latitude, known.longitude, known.precision = None, None, "none"
    if answer.outcome in ("nothing", "refused"):
        known.failures, known.next_try_at = 0, now() + NOTHING_KEPT
    else:
        known.failures += 1
        known.next_try_at = now() + pause(known.failures, answer.retry_after_s)


def pause(failures: int, retry_after_s: float = 0.0) -> timedelta:
    """From an hour, doubled with each failure, to thirty days; longer than an hour where the server says so."""
    doubled = FIRST_PAUSE * (1 << min(failures - 1, 12))
    return min(max(doubled, timedelta(seconds=min(retry_after_s, 1e8))), LONGEST_PAUSE)
