"""The way in: sign-in, second factor, set-up by link, setting up the second factor. No cookie before the end of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory.accounts import Refused, passwords, second_factor, sessions, signing_in, tickets
from directory.accounts.signing_in import Step
from directory.vocabulary import N_
from directory.web import cookies, settings
from directory.web.access import LONGEST_NEXT, arriving, has_view, safe_next
from directory.web.forms import line, text
from directory.web.languages import gettext
from directory.web.refusing import Answer, refused

door = Blueprint("entrance", __name__)

AGAIN = Refused("weak", N_("The two passwords are not the same."), "again")
LINK_OVER = Refused("over", N_("This link was used already, or it is too old."))
LONGEST_PASSWORD = passwords.LONGEST + 1
"""One more than may be: that it is too long must not be lost."""


@door.app_errorhandler(passwords.Busy)
def busy(_: passwords.Busy) -> Answer:
    """Too many passwords to look at: rather this than no public page for anybody."""
    return render_template("account/busy.html"), 503, {"Retry-After": "10"}


@dataclass(frozen=True, slots=True)
class Authenticator:
    """What an app is shown: its secret in groups of four letters, its address, and that as a picture."""

    groups: str
    uri: str
    picture: second_factor.Picture


@door.app_template_global()
def authenticator(step: Step) -> Authenticator:
    """What the page of an enrolment shows to the app."""
    issuer = settings().operator or gettext("Contact points for migrants")
    uri = second_factor.uri(step.secret, step.email, issuer)
    groups = " ".join(step.secret[at : at + 4] for at in range(0, len(step.secret), 4))
    return Authenticator(groups, uri, second_factor.picture(uri))


@door.get("/sign-in")
@arriving
def sign_in() -> Answer:
    """E-mail address and password."""
    if cookies.visitor():
        return redirect(_onward(request.args.get("next", "")))
    return render_template(
        "account/sign_in.html",
        next=safe_next(request.args.get("next", "")),
        is_unsaved="unsaved" in request.args,
        is_out="out" in request.args,
    )


@door.post("/sign-in")
@arriving
@passwords.place()
def knock() -> Answer:
    """Count the try, look at the password, go on."""
    email, password, onward = line("email"), text("password", LONGEST_PASSWORD), text("next", LONGEST_NEXT + 1)
    with cookies.writing() as session:
        knocked = signing_in.knock(session, email, cookies.now())
    if not isinstance(knocked, Refused):
        fits = passwords.fits(knocked.stored, password)
        rehashed = signing_in.rehashed(knocked, password, fits)
        with cookies.writing() as session:
            answer = signing_in.answer(session, knocked, fits, cookies.now(), _is_required(), rehashed)
        if isinstance(answer, Step):
            return _next_step(answer, onward)
        knocked = answer
    return refused("account/sign_in.html", knocked, email=email, next=safe_next(onward))


@door.get("/second-factor")
@door.get("/authenticator")
@arriving
def begin_again() -> Answer:
    """Someone came back by the address of a step alone."""
    return redirect(url_for("entrance.sign_in"))


@door.post("/second-factor")
@arriving
def second() -> Answer:
    """A code of the authenticator app, or a recovery code."""
    ticket, onward = text("ticket"), text("next", LONGEST_NEXT + 1)
    with cookies.writing() as session:
        answer = signing_in.second(session, ticket, text("code"), text("recovery"), cookies.now())
    if isinstance(answer, Step):
        return _next_step(answer, onward)
    if answer.code == "over":
        return refused("account/sign_in.html", answer, next=safe_next(onward))
    return refused("account/second_factor.html", answer, step=Step("second_factor", ticket), next=safe_next(onward))


@door.post("/authenticator")
@arriving
def enrol() -> Answer:
    """The first code of a new authenticator app; then the recovery codes, once."""
    ticket, onward = text("ticket"), text("next", LONGEST_NEXT + 1)
    with cookies.writing() as session:
        step = signing_in.enrolling(session, ticket, cookies.now())
        answer = signing_in.enrol(session, ticket, text("code"), cookies.now())
    if not isinstance(answer, Refused):
        page = render_template("account/recovery_codes.html", codes=answer.codes, onward=_onward(onward))
        return _let_in(make_response(page), answer.token)
    if isinstance(step, Refused) or answer.code == "over":
        return refused("account/sign_in.html", answer, next=safe_next(onward))
    return refused("account/enrol.html", answer, step=step, next=safe_next(onward))


@door.get("/set-up/<link>")
@arriving
def set_up(link: str) -> Answer:
    """Whoever has the link chooses a password. Opening it uses nothing up: machines look at links too."""
    with cookies.reading() as session:
        found = tickets.read(session, "set_up", link, cookies.now())
        email = found[0].email if found else ""
    if not email:
        return refused("account/link_over.html", LINK_OVER)
    return render_template("account/set_up.html", email=email, shortest=passwords.SHORTEST)


@door.post("/set-up/<link>")
@arriving
@passwords.place()
def choose(link: str) -> Answer:
    """The password is chosen, the link used up; then the second factor."""
    password = text("password", LONGEST_PASSWORD)
    with cookies.reading() as session:
        found = tickets.read(session, "set_up", link, cookies.now())
        email = found[0].email if found else ""
    if not email:
        return refused("account/link_over.html", LINK_OVER)
    weak = passwords.weakness(password, email) or (AGAIN if password != text("again", LONGEST_PASSWORD) else None)
    if weak:
        return refused("account/set_up.html", weak, email=email, shortest=passwords.SHORTEST)
    hashed = passwords.hashed(password)
    with cookies.writing() as session:
        answer = signing_in.set_up(session, link, hashed, cookies.now(), _is_required())
    if isinstance(answer, Refused):
        return refused("account/link_over.html", LINK_OVER)
    return _next_step(answer, "")


def _is_required() -> bool:
    return settings().second_factor == "required"


def _next_step(step: Step, onward: str) -> Answer:
    """The page of the next step, or in."""
    if step.name == "second_factor":
        return render_template("account/second_factor.html", step=step, next=safe_next(onward))
    if step.name == "enrolment":
        return render_template("account/enrol.html", step=step, next=safe_next(onward))
    return _let_in(redirect(_onward(onward), 303), step.token)


def _onward(address: str) -> str:
    """Where to go after sign-in: where the person wanted to go, else to the imports, else to the own account."""
    home = "admin.runs" if has_view("admin.runs") else "account.own"
    return safe_next(address) or url_for(home)


def _let_in(response: Response, token: str) -> Response:
    """The cookie; a session that this browser had ends."""
    with cookies.writing() as session:
        sessions.end(session, cookies.token())
        sessions.forget(session, cookies.now(), cookies.limits())
    return cookies.give(response, token)
