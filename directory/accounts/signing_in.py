"""The way in: count the try, look at the password, then at the second factor, or set it up.

Between counting and looking no transaction is open: a password takes a fifth of a second, and the directory has one
writer. So the door calls `knock`, `passwords.fits` and `answer` in turn, in a `passwords.place`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from directory.accounts import events, passwords, people, second_factor, sessions, throttle, tickets
from directory.accounts.refused import Refused, wait
from directory.models import Account
from directory.vocabulary import N_

WRONG = Refused("wrong", N_("E-mail address and password do not fit together."))
WRONG_NOW = Refused("wrong", N_("This is not your password."), "current")
OVER = Refused("over", N_("This took too long, or was done already. Please sign in again."))
CODE = Refused("wrong", N_("This code is not right, or was used already. Please wait for the next one."), "code")
RECOVERY = Refused("wrong", N_("This is not one of your recovery codes, or it was used already."), "recovery")


@dataclass(frozen=True, slots=True)
class Knock:
    """A try that was counted: the account, if there is one, and the password it had then ('': nobody fits)."""

    email: str
    account: int | None
    stored: str


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: 'second_factor' or 'enrolment' with its ticket, or 'in' with the token of the session."""

    name: str
    token: str
    email: str = ""
    secret: str = ""
    """Of an enrolment: what the app is to be shown."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The second factor is set up and the browser signed in; the recovery codes are known only now."""

    token: str
    codes: list[str]


def knock(session: Session, email: str, at: datetime) -> Knock | Refused:
    """Count a try at an account's password, whether the account exists or not."""
    address = people.address_of(email)
    account = people.find(session, address)
    if waiting := throttle.count(session, "password", address, at):
        return _told(session, account.number if account else None, waiting, at)
    _forget(session, at)
    is_open = account is not None and not account.is_disabled
    return Knock(address, account.number if account else None, account.password if account and is_open else "")


def _told(session: Session, account: int | None, waiting: throttle.Wait, at: datetime) -> Refused:
    if waiting.is_new:
        events.record(session, "throttled", account, at)
    return wait(waiting.until)


def _forget(session: Session, at: datetime) -> None:
    for each in (throttle, tickets, events):
        each.forget(session, at)


def confirm(
    session: Session, knocked: Knock, fits: bool, at: datetime, wrong: Refused = WRONG_NOW
) -> Account | Refused:
    """The account, now that its password was given; what was tried before is forgotten."""
    account = session.get(Account, knocked.account or 0, with_for_update={"key_share": True})
    is_same = account is not None and account.password == knocked.stored and not account.is_disabled
    if account is None or not fits or not is_same:
        events.record(session, "refused", knocked.account, at)
        return wrong
    throttle.clear(session, "password", knocked.email)
    return account


def answer(
    session: Session, knocked: Knock, fits: bool, at: datetime, is_required: bool, rehashed: str = ""
) -> Step | Refused:
    """What follows from the password. `is_required`: nobody enters without a second factor."""
    account = confirm(session, knocked, fits, at, WRONG)
    if isinstance(account, Refused):
        return account
    account.password = rehashed or account.password
    return go_on(session, account, at, is_required)


def rehashed(knocked: Knock, password: str, fits: bool) -> str:
    """The password hashed anew, when it fits and was hashed with yesterday's parameters; else ''."""
    return passwords.hashed(password) if fits and passwords.is_outdated(knocked.stored) else ""


def go_on(session: Session, account: Account, at: datetime, is_required: bool) -> Step:
    """The step after a good password or a set-up link."""
    if account.totp_secret:
        return Step("second_factor", tickets.make(session, "second_factor", account.number, at), account.email)
    return begin_enrolment(session, account, at) if is_required else Step("in", enter(session, account, at))


def begin_enrolment(session: Session, account: Account, at: datetime) -> Step:
    """Show an app a new secret. The old one holds until a code of the new one was given."""
    secret = second_factor.new_secret()
    ticket = tickets.make(session, "enrolment", account.number, at, secret)
    return Step("enrolment", ticket, account.email, secret)


def enter(session: Session, account: Account, at: datetime) -> str:
    """Signed in: the token of a new session."""
    events.record(session, "signed_in", account.number, at)
    return sessions.begin(session, account.number, at)


def second(session: Session, ticket: str, code: str, recovery: str, at: datetime) -> Step | Refused:
    """The second factor: a code of the app, or else a recovery code."""
    found = tickets.read(session, "second_factor", ticket, at)
    if found is None:
        return OVER
    account, _ = found
    if waiting := throttle.count(session, "second_factor", str(account.number), at):
        return _told(session, account.number, waiting, at)
    is_recovery = bool(recovery and not code)
    if is_recovery:
        fits = second_factor.use_recovery_code(session, account.number, recovery)
    else:
        fits = second_factor.accept(session, account, code, at)
    if not fits:
        events.record(session, "second_factor_refused", account.number, at)
        return RECOVERY if is_recovery else CODE
    if not tickets.use(session, "second_factor", ticket, at):
        return OVER
    throttle.clear(session, "second_factor", str(account.number))
    if is_recovery:
        events.record(session, "recovery_code_used", account.number, at)
    return Step("in", enter(session, account, at))


def enrolling(session: Session, ticket: str, at: datetime) -> Step | Refused:
    """An enrolment that is under way."""
    found = tickets.read(session, "enrolment", ticket, at)
    return OVER if found is None else Step("enrolment", ticket, found[0].email, found[1])


def enrol(session: Session, ticket: str, code: str, at: datetime) -> Enrolled | Refused:
    """Set the second factor up when the app shows the right code; every other browser is signed out."""
    found = tickets.read(session, "enrolment", ticket, at)
    if found is None:
        return OVER
    account, secret = found
    if waiting := throttle.count(session, "second_factor", str(account.number), at):
        return _told(session, account.number, waiting, at)
    step = second_factor.step_of(secret, code, at)
    if step is None:
        events.record(session, "second_factor_refused", account.number, at)
        return CODE
    if not tickets.use(session, "enrolment", ticket, at):
        return OVER
    throttle.clear(session, "second_factor", str(account.number))
    account.totp_secret, account.totp_step = secret, step
    codes = second_factor.new_recovery_codes(session, account.number)
    sessions.end_all(session, account.number)
    tickets.void(session, account.number)
    events.record(session, "second_factor_set_up", account.number, at)
    return Enrolled(enter(session, account, at), codes)


def set_up(session: Session, link: str, hashed: str, at: datetime, is_required: bool) -> Step | Refused:
    """The first password, or a new one, by a set-up link."""
    found = tickets.read(session, "set_up", link, at)
    if found is None or not tickets.use(session, "set_up", link, at):
        return OVER
    events.record(session, "link_used", found[0].number, at)
    people.set_password(session, found[0], hashed, at)
    return go_on(session, found[0], at, is_required)


def sign_out(session: Session, token: str, at: datetime) -> None:
    """Sign one browser out."""
    account = sessions.end(session, token)
    if account is not None:
        events.record(session, "signed_out", account, at)


def sign_out_everywhere(session: Session, account: int, at: datetime) -> None:
    """Sign every browser of the account out."""
    sessions.end_all(session, account)
    tickets.void(session, account)
    events.record(session, "signed_out_everywhere", account, at)
