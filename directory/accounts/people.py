"""The accounts themselves: made, found, reset and closed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from directory.accounts import events, second_factor, sessions, throttle, tickets
from directory.accounts.refused import Refused
from directory.models import Account, RecoveryCode, SecurityEvent
from directory.models.accounts import EMAIL_LENGTH
from directory.vocabulary import N_

_NO_TEXT = dict.fromkeys([0, *range(0xD800, 0xE000)], "\N{REPLACEMENT CHARACTER}")
"""What no database keeps as text."""


def address_of(text: str) -> str:
    """One spelling for one e-mail address, and something to look up for anything else that was typed."""
    return unicodedata.normalize("NFKC", text.translate(_NO_TEXT).strip()).casefold()[:EMAIL_LENGTH]


def find(session: Session, email: str) -> Account | None:
    """The account of an address, closed ones too."""
    return session.scalars(select(Account).where(Account.email == address_of(email))).one_or_none()


def make(session: Session, email: str, at: datetime, role: str = "administrator") -> Account | Refused:
    """A new account, which nobody can use yet."""
    try:
        address = address_of(
            validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized
        )
    except (EmailNotValidError, UnicodeError):
        return Refused("unknown", N_("This is not an e-mail address: %(email)s"), "email", {"email": address_of(email)})
    if find(session, address) is not None:
        return Refused("taken", N_("There is an account for %(email)s already."), "email", {"email": address})
    account = Account(email=address, role=role, made_at=at)
    session.add(account)
    session.flush()
    events.record(session, "made", account.number, at)
    return account


def set_password(session: Session, account: Account, hashed: str, at: datetime) -> None:
    """Another password: every browser is signed out, every link and pending step is void."""
    account.password = hashed
    session.flush()
    sessions.end_all(session, account.number)
    tickets.void(session, account.number)
    throttle.clear(session, "password", account.email)
    events.record(session, "password_changed", account.number, at)


def make_link(session: Session, account: Account, at: datetime) -> str:
    """The token of a set-up link with which the person chooses a password, once, within three days."""
    events.record(session, "link_made", account.number, at)
    return tickets.make(session, "set_up", account.number, at)


def reset(session: Session, account: Account, at: datetime) -> str:
    """Begin again: no password, no second factor, nobody signed in, open again if it was closed; a set-up link."""
    account.password, account.totp_secret, account.is_disabled = "", "", False
    _shut(session, account)
    session.execute(delete(RecoveryCode).where(RecoveryCode.account == account.number))
    for kind, name in (("password", account.email), ("second_factor", str(account.number))):
        throttle.clear(session, kind, name)
    events.record(session, "reset", account.number, at)
    return make_link(session, account, at)


def disable(session: Session, account: Account, at: datetime) -> None:
    """Close an account; what it did stays in the history."""
    account.is_disabled = True
    _shut(session, account)
    events.record(session, "disabled", account.number, at)


def _shut(session: Session, account: Account) -> None:
    session.flush()  # locks the account: who is on the way in comes before this or not at all
    sessions.end_all(session, account.number)
    tickets.void(session, account.number)


@dataclass(frozen=True, slots=True)
class Row:
    """An account in a list. `state`: 'closed', 'waiting' for its first password, or 'open'."""

    email: str
    role: str
    state: str
    has_second_factor: bool
    recovery_codes: int
    signed_in_at: datetime | None


def listed(session: Session) -> Sequence[Row]:
    """All accounts by their address."""
    last = select(SecurityEvent.account, func.max(SecurityEvent.at).label("at"))
    entered = last.where(SecurityEvent.what == "signed_in").group_by(SecurityEvent.account).subquery()
    asked = select(Account, entered.c.at).outerjoin(entered, entered.c.account == Account.number)
    return [
        Row(
            account.email,
            account.role,
            "closed" if account.is_disabled else "open" if account.password else "waiting",
            bool(account.totp_secret),
            second_factor.recovery_codes_left(session, account.number),
            at,
        )
        for account, at in session.execute(asked.order_by(Account.email))
    ]
