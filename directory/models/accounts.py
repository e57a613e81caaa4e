"""Accounts of those who keep the directory, what lets them in, and what happened at the door.

Whatever opens the door (tokens, links, codes) stands here only as its SHA-256, passwords as Argon2id. The secret of
an authenticator app has to be readable: whoever can read the database can compute its codes, but not the password.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.models.tables import Base, Moment, one_of

EMAIL_LENGTH = 254
ROLES = ("administrator", "staff")
PURPOSES = ("set_up", "second_factor", "enrolment")
"""What a ticket is good for: choosing a password; giving the second factor; setting up the second factor."""
EVENTS = (
    *("made", "disabled", "reset", "link_made", "link_used"),
    *("signed_in", "refused", "throttled", "second_factor_refused", "recovery_code_used"),
    *("signed_out", "signed_out_everywhere"),
    *("password_changed", "second_factor_set_up", "recovery_codes_made"),
)


class Account(Base):
    """A person who may enter."""

    __tablename__ = "account"
    __table_args__ = (one_of("role", ROLES),)

    number: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
    """As `people.address_of` writes it: one spelling for one address."""
    role: Mapped[str] = mapped_column(String(20), default="administrator")
    password: Mapped[str] = mapped_column(String(200), default="")
    """Argon2id in its own notation; '' until the person has chosen one."""
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    """The authenticator app's secret in base32; '' where no second factor is set up."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """The last half minute (since 1970) whose code was accepted: no code counts twice."""
    is_disabled: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment, default=lambda: datetime.now(UTC))


class SignIn(Base):
    """A browser that is signed in. The row is the session; without it the browser's token opens nothing."""

    __tablename__ = "sign_in"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.number", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    """To the minute: a page that is only looked at shall not write each time."""


class Ticket(Base):
    """One step on the way in, or a set-up link: good once, until it expires."""

    __tablename__ = "ticket"
    __table_args__ = (one_of("purpose", PURPOSES),)

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    account: Mapped[int] = mapped_column(ForeignKey("account.number", ondelete="CASCADE"), index=True)
    secret: Mapped[str] = mapped_column(String(64), default="")
    """Of an enrolment: the secret that the app was shown."""
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class RecoveryCode(Base):
    """A code that stands in once for the authenticator app."""

    __tablename__ = "recovery_code"

    account: Mapped[int] = mapped_column(ForeignKey("account.number", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class Throttle(Base):
    """How often somebody tried lately, by the keyed hash of what was tried: nobody's address on the internet."""

    __tablename__ = "throttle"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    free_at: Mapped[datetime] = mapped_column(Moment)
    """When the next try is looked at."""
    counted_at: Mapped[datetime] = mapped_column(Moment, index=True)
    is_told: Mapped[bool] = mapped_column(default=False)
    """This wait already stands in the security log: a flood of tries does not flood the log."""


class SecurityEvent(Base):
    """Something that happened at the door; never a password, a token, a code or an address."""

    __tablename__ = "security_event"
    __table_args__ = (one_of("what", EVENTS), Index("ix_security_event_account", "account", "number"))

    number: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int | None] = mapped_column(ForeignKey("account.number", ondelete="CASCADE"))
    """None: somebody tried an account that does not exist."""
    what: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class DoorKey(Base):
    """The one random key with which forms are signed and names are hashed; made with the table."""

    __tablename__ = "door_key"

    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))
