"""Slower and slower for who tries again and again; nobody is locked out for good, and nobody's address is kept.

A try is counted before it is looked at, under a lock: of any number of tries at once only as many are looked at as
would be one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.accounts import tokens
from directory.models import Throttle

FREE_TRIES: Final = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wait:
    """This try is not looked at, nor counted. `is_new`: the first one during this wait."""

    until: datetime
    is_new: bool


def count(session: Session, kind: str, name: str, at: datetime) -> Wait | None:
    """Count a try of this kind at this name; None when it may be looked at. In a writing session only."""
    row = _locked(session, tokens.keyed(session, kind, name), at)
    if row.tries >= FREE_TRIES and at < row.free_at:  # a free one may have waited for the lock behind a later one
        is_new, row.is_told = not row.is_told, True
        return Wait(row.free_at, is_new)
    row.tries = row.tries + 1 if at - row.counted_at < FORGOTTEN_AFTER else 1
    row.counted_at, row.free_at, row.is_told = at, at + _wait(row.tries), False
    return None


def _locked(session: Session, digest: bytes, at: datetime) -> Throttle:
    """The row, which nobody else can read for writing until this transaction ends."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    fresh = {"digest": digest, "tries": 0, "free_at": at, "counted_at": at, "is_told": False}
    session.execute(insert(Throttle).values(fresh).on_conflict_do_nothing())
    asked = select(Throttle).where(Throttle.digest == digest).with_for_update()
    return session.scalars(asked.execution_options(populate_existing=True)).one()


def _wait(tries: int) -> timedelta:
    if tries < FREE_TRIES:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(tries - FREE_TRIES, 10)), LONGEST_WAIT)


def clear(session: Session, kind: str, name: str) -> None:
    """The right answer was given: what was tried before is forgotten."""
    session.execute(delete(Throttle).where(Throttle.digest == tokens.keyed(session, kind, name)))


def forget(session: Session, at: datetime) -> None:
    """Take out what does not count any more."""
    old = select(Throttle.digest).where(Throttle.counted_at < at - FORGOTTEN_AFTER).with_for_update(skip_locked=True)
    session.execute(delete(Throttle).where(Throttle.digest.in_(old)))
