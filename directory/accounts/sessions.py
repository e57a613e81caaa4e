"""Who is signed in, on which browsers, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from directory.accounts import tokens
from directory.models import Account, SignIn

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is kept when a browser was last seen."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: without being used, and at all."""

    idle: timedelta = timedelta(minutes=60)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Person:
    """The account of a browser that is signed in."""

    number: int
    email: str
    role: str
    has_second_factor: bool
    seen_at: datetime


def begin(session: Session, account: int, at: datetime) -> str:
    """Sign a browser in; its token."""
    token = tokens.new()
    session.add(SignIn(digest=tokens.digest(token), account=account, began_at=at, seen_at=at))
    return token


def find(session: Session, token: str, at: datetime, limits: Limits) -> Person | None:
    """Whose token this is; None when it is nobody's, or not any more."""
    asked = select(Account, SignIn.seen_at).join(SignIn, SignIn.account == Account.number)
    asked = asked.where(SignIn.digest == tokens.digest(token), ~Account.is_disabled)
    asked = asked.where(SignIn.seen_at > at - limits.idle, SignIn.began_at > at - limits.absolute)
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    account, seen_at = found
    return Person(account.number, account.email, account.role, bool(account.totp_secret), seen_at)


def is_to_be_seen(person: Person, at: datetime, limits: Limits) -> bool:
    """Is it time to write down that the browser was seen?"""
    return at - person.seen_at >= min(SEEN_EVERY, limits.idle / 4)


def see(session: Session, token: str, at: datetime) -> None:
    """The browser is in use."""
    session.execute(update(SignIn).where(SignIn.digest == tokens.digest(token)).values(seen_at=at))


def end(session: Session, token: str) -> int | None:
    """Sign one browser out; the account it was signed in to."""
    return session.scalar(delete(SignIn).where(SignIn.digest == tokens.digest(token)).returning(SignIn.account))


def end_all(session: Session, account: int) -> None:
    """Sign the account out on every browser."""
    session.execute(delete(SignIn).where(SignIn.account == account))


def count(session: Session, account: int, at: datetime, limits: Limits) -> int:
    """On how many browsers the account is signed in."""
    asked = select(func.count()).where(SignIn.account == account)
    asked = asked.where(SignIn.seen_at > at - limits.idle, SignIn.began_at > at - limits.absolute)
    return session.scalar(asked) or 0


def forget(session: Session, at: datetime, limits: Limits) -> None:
    """Take out what ended by itself."""
    ended = (SignIn.seen_at <= at - limits.idle) | (SignIn.began_at <= at - limits.absolute)
    session.execute(delete(SignIn).where(ended))
