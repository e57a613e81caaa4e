"""One's own account: password, authenticator app, recovery codes, signing out, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from babel.dates import format_datetime
from flask import Blueprint, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session

from directory.accounts import Refused, events, passwords, people, second_factor, sessions, signing_in
from directory.accounts.signing_in import Knock
from directory.models import Account
from directory.vocabulary import N_
from directory.web import cookies
from directory.web.access import person, signed_in
from directory.web.forms import text
from directory.web.languages import gettext, locale
from directory.web.refusing import Answer, refused

door = Blueprint("account", __name__)

T = TypeVar("T")

AGAIN = Refused("weak", N_("The two passwords are not the same."), "again")
SAME = Refused("weak", N_("This is the password that you have now."), "password")
LONGEST_PASSWORD = passwords.LONGEST + 1


@door.get("/")
@signed_in
def own() -> Answer:
    """One's own account."""
    return render_template("account/own.html", **_known())


def _known() -> dict[str, object]:
    """What the page shows besides its forms."""
    with cookies.reading() as session:
        happened = [(each.at, gettext(events.WORDS[each.what])) for each in events.latest(session, person().number)]
        return {
            "person": person(),
            "happened": happened,
            "browsers": sessions.count(session, person().number, cookies.now(), cookies.limits()),
            "codes_left": second_factor.recovery_codes_left(session, person().number),
            "shortest": passwords.SHORTEST,
        }


@door.app_template_global()
def moment_words(at: datetime) -> str:
    """A time to the minute, in the reader's manner, and of which zone it is."""
    return gettext("%(time)s UTC", time=format_datetime(at, "medium", locale=locale()))


@door.get("/<any(password, 'recovery-codes', 'new-authenticator'):step>")
@signed_in
def back(step: str) -> Answer:
    """Whoever comes back to the address of a step, by a link to another language perhaps, sees the account."""
    return redirect(url_for("account.own"))


@door.post("/password")
@signed_in
@passwords.place()
def change_password() -> Answer:
    """Another password; every other browser is signed out, this one gets a new session."""
    password = text("password", LONGEST_PASSWORD)
    weak = passwords.weakness(password, person().email) or _not_again(password)
    knocked, fits = (weak, False) if weak else _looked_at()
    if isinstance(knocked, Refused):
        return _refused("password", knocked)
    hashed = passwords.hashed(password) if fits else ""
    with cookies.writing() as session:
        account = signing_in.confirm(session, knocked, fits, cookies.now())
        if isinstance(account, Account):
            people.set_password(session, account, hashed, cookies.now())
            token = sessions.begin(session, account.number, cookies.now())
    if isinstance(account, Refused):
        return _refused("password", account)
    return cookies.give(redirect(url_for("account.own", done="password"), 303), token)


def _not_again(password: str) -> Refused | None:
    if password != text("again", LONGEST_PASSWORD):
        return AGAIN
    return SAME if password == text("current", LONGEST_PASSWORD) else None


def _looked_at() -> tuple[Knock | Refused, bool]:
    """The try at the present password, counted, and whether it fits."""
    with cookies.writing() as session:
        knocked = signing_in.knock(session, person().email, cookies.now())
    if isinstance(knocked, Refused):
        return knocked, False
    return knocked, passwords.fits(knocked.stored, text("current", LONGEST_PASSWORD))


def _refused(form: str, why: Refused) -> Answer:
    return refused("account/own.html", why, form=form, **_known())


def _confirmed(step: Callable[[Session, Account], T]) -> T | Refused:
    """Do what needs the present password, and whoever it is once more; or why it is not done."""
    knocked, fits = _looked_at()
    if isinstance(knocked, Refused):
        return knocked
    with cookies.writing() as session:
        account = signing_in.confirm(session, knocked, fits, cookies.now())
        return account if isinstance(account, Refused) else step(session, account)


@door.post("/recovery-codes")
@signed_in
@passwords.place()
def renew_codes() -> Answer:
    """Ten new recovery codes in place of the old ones; shown once."""
    made = _confirmed(_new_codes)
    if isinstance(made, Refused):
        return _refused("codes", made)
    codes, token = made
    page = render_template("account/recovery_codes.html", codes=codes, onward=url_for("account.own"))
    return cookies.give(make_response(page), token)


def _new_codes(session: Session, account: Account) -> tuple[list[str], str]:
    """(recovery codes, token of the new session)."""
    codes = second_factor.new_recovery_codes(session, account.number)
    events.record(session, "recovery_codes_made", account.number, cookies.now())
    sessions.end(session, cookies.token())
    return codes, sessions.begin(session, account.number, cookies.now())


@door.post("/new-authenticator")
@signed_in
@passwords.place()
def new_authenticator() -> Answer:
    """Another authenticator app, or the first; the old one holds until the new one has shown a code."""
    step = _confirmed(lambda session, account: signing_in.begin_enrolment(session, account, cookies.now()))
    if isinstance(step, Refused):
        return _refused("authenticator", step)
    return render_template("account/enrol.html", step=step, next=url_for("account.own"))


@door.post("/sign-out")
@signed_in
def sign_out() -> Answer:
    """Sign this browser out."""
    with cookies.writing() as session:
        signing_in.sign_out(session, cookies.token(), cookies.now())
    return cookies.take(redirect(url_for("entrance.sign_in", out=1), 303))


@door.post("/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> Answer:
    """Sign every browser out, this one too."""
    with cookies.writing() as session:
        signing_in.sign_out_everywhere(session, person().number, cookies.now())
    return cookies.take(redirect(url_for("entrance.sign_in", out=1), 303))
