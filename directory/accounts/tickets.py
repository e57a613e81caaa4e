"""Tickets: what a form holds between two steps on the way in, and what a set-up link holds. Good once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from directory.accounts import tokens
from directory.models import Account, Ticket

LASTS: Final = {
    "set_up": timedelta(hours=72),
    "second_factor": timedelta(minutes=10),
    "enrolment": timedelta(minutes=30),  # an app may have to be found and installed
}


def make(session: Session, purpose: str, account: int, at: datetime, secret: str = "") -> str:
    """A new ticket of this purpose for the account. Of set-up links only the newest is good."""
    if purpose == "set_up":
        session.execute(delete(Ticket).where(Ticket.account == account, Ticket.purpose == purpose))
    token = tokens.new()
    made = Ticket(digest=tokens.digest(token), purpose=purpose, account=account, secret=secret)
    made.expires_at = at + LASTS[purpose]
    session.add(made)
    return token


def read(session: Session, purpose: str, token: str, at: datetime) -> tuple[Account, str] | None:
    """(account, secret) of a good ticket, which stays good; None for one that is unknown, used or too old.

    The account is locked until the transaction ends: nobody enters while it is being closed.
    """
    asked = select(Account, Ticket.secret).join(Ticket, Ticket.account == Account.number)
    asked = asked.where(_is_good(purpose, token, at), ~Account.is_disabled).with_for_update(of=Account, key_share=True)
    found = session.execute(asked).one_or_none()
    return None if found is None else (found[0], found[1])


def use(session: Session, purpose: str, token: str, at: datetime) -> bool:
    """Tear the ticket up; False when somebody else did, a moment ago perhaps."""
    gone = session.execute(delete(Ticket).where(_is_good(purpose, token, at)).returning(Ticket.account))
    return gone.one_or_none() is not None


def _is_good(purpose: str, token: str, at: datetime) -> ColumnElement[bool]:
    return (Ticket.digest == tokens.digest(token)) & (Ticket.purpose == purpose) & (Ticket.expires_at > at)


def void(session: Session, account: int) -> None:
    """No ticket of this account is good any more."""
    session.execute(delete(Ticket).where(Ticket.account == account))


def forget(session: Session, at: datetime) -> None:
    """Take out what is too old."""
    old = select(Ticket.digest).where(Ticket.expires_at <= at).with_for_update(skip_locked=True)
    session.execute(delete(Ticket).where(Ticket.digest.in_(old)))
