"""One's own account: another password, another phone, new recovery codes, signing out everywhere."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
from entering import OTHER, PASSWORD, SECRET, Clock, an_account, checked, code, happened, send, sign_in
from flask.testing import FlaskClient
from pages import document, text_of
from sqlalchemy import Engine
from test_pages import counted

FORMS = {
    "/password": {"password": OTHER, "again": OTHER},
    "/new-authenticator": {},
    "/recovery-codes": {},
}


@pytest.fixture
def email(browser: FlaskClient, store: Engine, clock: Clock) -> str:
    """The address of who is signed in in this browser."""
    made = an_account(store, secret=SECRET)
    sign_in(browser, made, SECRET, clock.now)
    return made


@pytest.fixture
def elsewhere(browser: FlaskClient, email: str, clock: Clock) -> FlaskClient:
    """The same person's other browser."""
    other = browser.application.test_client()
    sign_in(other, email, SECRET, clock.move(minutes=1))
    assert other.get("/desk").status_code == 200
    return other


@pytest.mark.parametrize("lang", ["en", "ar", "fr"])
def test_the_page_is_valid_and_asks_the_database_little(browser: FlaskClient, email: str, lang: str) -> None:
    counting: AbstractContextManager[list[str]] = counted(browser.application)
    with counting as statements:
        page = browser.get(f"/{lang}/account/")
    checked(page)
    assert len(statements) <= 6, statements


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_changed_without_the_password(browser: FlaskClient, store: Engine, email: str, form: str) -> None:
    before = happened(store, email)
    page = send(browser, browser.get("/en/account/"), form, current="wrong wrong wrong", **FORMS[form])
    assert page.status_code == 422
    assert "This is not your password." in checked(page)
    assert happened(store, email) == [*before, "refused"]
    wrong = [each for each in document(page.data).iter("input") if each.get("aria-invalid")]
    assert len(wrong) == 1


@pytest.mark.parametrize("form", FORMS)
def test_guessing_there_is_throttled_too(browser: FlaskClient, email: str, form: str) -> None:
    page = browser.get("/en/account/")
    answers = [send(browser, page, form, current="wrong", **FORMS[form]).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_another_password_signs_out_everywhere_else(
    browser: FlaskClient, elsewhere: FlaskClient, store: Engine, email: str
) -> None:
    before = browser.get_cookie("session")
    page = send(browser, browser.get("/en/account/"), "/password", current=PASSWORD, password=OTHER, again=OTHER)
    assert page.status_code == 303
    assert "Your password is changed." in checked(browser.get(page.location))
    assert browser.get_cookie("session") != before
    assert elsewhere.get("/desk").status_code == 302
    page = browser.application.test_client().get("/en/account/sign-in")
    assert send(browser, page, email=email, password=PASSWORD).status_code == 422
    assert happened(store, email)[-2:] == ["password_changed", "refused"]


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short", "short", "at least 12"),
        (OTHER, OTHER + "x", "not the same"),
        (PASSWORD, PASSWORD, "password that you have now"),
        ("qwertyuiop123", "qwertyuiop123", "Many people"),
    ],
)
def test_a_password_that_is_not_accepted_changes_nothing(
    browser: FlaskClient, store: Engine, email: str, password: str, again: str, told: str
) -> None:
    before = happened(store, email)
    sent: dict[str, Any] = {"current": PASSWORD, "password": password, "again": again}
    page = send(browser, browser.get("/en/account/"), "/password", **sent)
    assert page.status_code == 422
    assert told in checked(page)
    assert PASSWORD not in page.text
    assert happened(store, email) == before


def test_a_new_phone_takes_the_place_of_the_old(
    browser: FlaskClient, elsewhere: FlaskClient, email: str, clock: Clock
) -> None:
    page = send(browser, browser.get("/en/account/"), "/new-authenticator", current=PASSWORD)
    checked(page)
    secret = "".join(text_of(next(document(page.data).iter("code"))).split())
    assert secret != SECRET
    page = send(browser, page, code=code(secret, clock.now))
    checked(page)
    assert browser.get("/desk").status_code == 200
    assert elsewhere.get("/desk").status_code == 302
    clock.move(minutes=2)
    page = send(elsewhere, elsewhere.get("/en/account/sign-in"), email=email, password=PASSWORD)
    assert send(elsewhere, page, "/second-factor", code=code(SECRET, clock.now)).status_code == 422
    assert send(elsewhere, page, "/second-factor", code=code(secret, clock.now)).status_code == 303


def test_new_recovery_codes_are_shown_once_and_one_of_them_opens(
    browser: FlaskClient, email: str, clock: Clock, store: Engine
) -> None:
    before = browser.get_cookie("session")
    page = send(browser, browser.get("/en/account/"), "/recovery-codes", current=PASSWORD)
    checked(page)
    codes = [text_of(each) for each in document(page.data).iter("code")]
    assert len(codes) == 10
    assert browser.get_cookie("session") != before
    page = browser.get("/en/account/")
    assert "10 recovery codes left" in checked(page)
    assert codes[0] not in page.text
    other = browser.application.test_client()
    page = send(other, other.get("/en/account/sign-in"), email=email, password=PASSWORD)
    page = send(other, page, "/second-factor", recovery=codes[0].upper())
    assert page.status_code == 303
    assert "9 recovery codes left" in other.get("/en/account/").text
    assert happened(store, email)[-2:] == ["recovery_code_used", "signed_in"]


def test_signing_out_everywhere(browser: FlaskClient, elsewhere: FlaskClient, store: Engine, email: str) -> None:
    assert "signed in on 2 browsers" in checked(browser.get("/en/account/"))
    page = send(browser, browser.get("/en/account/"), "/sign-out-everywhere")
    assert page.status_code == 303
    assert browser.get("/desk").status_code == elsewhere.get("/desk").status_code == 302
    assert happened(store, email)[-1] == "signed_out_everywhere"


def test_one_sees_what_happened_to_ones_own_account_only(browser: FlaskClient, store: Engine, email: str) -> None:
    other = browser.application.test_client()
    send(other, other.get("/en/account/sign-in"), email=email, password=OTHER)
    send(other, other.get("/en/account/sign-in"), email=an_account(store), password=OTHER)
    said = [text_of(each) for each in document(browser.get("/en/account/").data).iter("li")]
    assert len([each for each in said if each.endswith("Wrong password")]) == 1
    assert len([each for each in said if "UTC Signed in" in each]) == 1
