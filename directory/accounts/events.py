"""The security log: what happened at the door, to whom and when. Never a password, a token, a code or an address."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.models import SecurityEvent
from directory.vocabulary import N_

KEPT: Final = timedelta(days=365)
UNKNOWN_KEPT: Final = timedelta(days=1)
"""Tries of accounts that do not exist: written so that they take as long as others, and soon forgotten."""
WORDS: Final = MappingProxyType(
    {
        "made": N_("The account was made"),
        "disabled": N_("The account was closed"),
        "reset": N_("The account was reset: new password and second factor needed"),
        "link_made": N_("A set-up link was made"),
        "link_used": N_("The set-up link was used"),
        "signed_in": N_("Signed in"),
        "refused": N_("Wrong password"),
        "throttled": N_("Too many tries: told to wait"),
        "second_factor_refused": N_("Wrong code"),
        "recovery_code_used": N_("A recovery code was used"),
        "signed_out": N_("Signed out"),
        "signed_out_everywhere": N_("Signed out everywhere"),
        "password_changed": N_("The password was changed"),
        "second_factor_set_up": N_("The authenticator app was set up"),
        "recovery_codes_made": N_("New recovery codes were made"),
    }
)
_WARNINGS: Final = frozenset({"refused", "throttled", "second_factor_refused", "recovery_code_used", "disabled"})
_log = logging.getLogger("directory.security")
_log.addHandler(logging.NullHandler())  # a command at a terminal says itself what it did; the server writes the log


def record(session: Session, what: str, account: int | None, at: datetime) -> None:
    """Write an event down, in the database and in the log of the process."""
    session.add(SecurityEvent(what=what, account=account, at=at))
    who = "an account that does not exist" if account is None else f"account {account}"
    _log.log(logging.WARNING if what in _WARNINGS else logging.INFO, "%s: %s", what.replace("_", " "), who)


def latest(session: Session, account: int, most: int = 20) -> Sequence[SecurityEvent]:
    """What happened to an account, the newest first."""
    asked = select(SecurityEvent).where(SecurityEvent.account == account)
    return session.scalars(asked.order_by(SecurityEvent.number.desc()).limit(most)).all()


def forget(session: Session, at: datetime) -> None:
    """Take out what is too old."""
    session.execute(delete(SecurityEvent).where(SecurityEvent.at < at - KEPT))
    unknown = SecurityEvent.account.is_(None) & (SecurityEvent.at < at - UNKNOWN_KEPT)
    session.execute(delete(SecurityEvent).where(unknown))
