"""Going in as a person would: accounts, forms with their hidden fields, the codes of an authenticator app."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from itertools import count
from xml.etree.ElementTree import Element

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from pages import document, faults, text_of
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from directory import database
from directory.accounts import passwords, people, second_factor
from directory.models import Account, SecurityEvent

PASSWORD = "seven green umbrellas"
OTHER = "nine purple elephants"
SECRET = second_factor.new_secret()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_numbers = count(1)


@functools.cache
def hashed(password: str = PASSWORD) -> str:
    """Hashed once for all tests: it takes a fifth of a second."""
    return passwords.hashed(password)


def an_account(engine: Engine, role: str = "administrator", secret: str = "", password: str = PASSWORD) -> str:
    """The address of a new account that has a password."""
    with database.writing(engine) as session:
        made = people.make(session, f"person{next(_numbers)}@example.org", NOON, role)
        assert isinstance(made, Account)
        made.password, made.totp_secret = hashed(password) if password else "", secret
        return made.email


def a_link(engine: Engine, email: str, at: datetime = NOON) -> str:
    with database.writing(engine) as session:
        return people.make_link(session, account_of(session, email), at)


def account_of(session: database.Session, email: str) -> Account:
    found = people.find(session, email)
    assert found is not None
    return found


def happened(engine: Engine, email: str) -> list[str]:
    """What the security log says of an account, in order."""
    with database.reading(engine) as session:
        number = account_of(session, email).number
        asked = select(SecurityEvent.what).where(SecurityEvent.account == number).order_by(SecurityEvent.number)
        return list(session.scalars(asked))


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


class Clock:
    """The app's time, which stands still until a test moves it."""

    def __init__(self, app: Flask) -> None:
        self.now = NOON
        app.extensions["clock"] = lambda: self.now

    def move(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


def form_of(answer: TestResponse, action: str = "") -> Element:
    """The form of a page whose address ends so."""
    forms = [each for each in document(answer.data).iter("form") if each.get("method") == "post"]
    return next(each for each in forms if (each.get("action") or "").endswith(action))


def fields_of(form: Element) -> dict[str, str]:
    return {str(each.get("name")): each.get("value") or "" for each in form.iter("input")}


def send(client: FlaskClient, answer: TestResponse, action: str = "", **typed: str) -> TestResponse:
    """Fill in a form of this page and send it, as a browser would."""
    form = form_of(answer, action)
    address = form.get("action") or answer.request.path
    return client.post(address, data=fields_of(form) | typed, headers={"Origin": "http://localhost"})


def sign_in(client: FlaskClient, email: str, secret: str, at: datetime, onward: str = "") -> TestResponse:
    """Sign in with password and app; the last answer."""
    page = client.get("/en/account/sign-in", query_string={"next": onward} if onward else {})
    page = send(client, page, email=email, password=PASSWORD)
    assert page.status_code == 200, page.text
    return send(client, page, "/second-factor", code=code(secret, at))


def checked(answer: TestResponse) -> str:
    """The text of a page, which is valid by the rules of the house."""
    tree = document(answer.data)
    assert faults(tree) == []
    return text_of(tree)
