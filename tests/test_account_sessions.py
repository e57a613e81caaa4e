"""Sessions, cookies and headers of who is signed in, on both engines; what the public never sees, and the log neither."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from entering import (
    NOON,
    OTHER,
    PASSWORD,
    SECRET,
    Clock,
    a_link,
    account_of,
    an_account,
    checked,
    code,
    fields_of,
    form_of,
    send,
    sign_in,
)
from flask import Flask
from flask.testing import FlaskClient
from pages import document, text_of
from sqlalchemy import Engine

from directory import database
from directory.accounts import passwords, throttle


def test_a_session_ends_by_itself(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    for _ in range(13):
        assert browser.get("/desk").status_code == 200
        clock.move(minutes=55)
    assert browser.get("/desk").status_code == 200
    clock.move(minutes=60)
    assert browser.get("/desk").status_code == 302
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    began = clock.now
    while clock.now - began < timedelta(hours=12):
        assert browser.get("/desk").status_code == 200
        clock.move(minutes=30)
    assert browser.get("/desk").status_code == 302


def test_signing_in_again_gives_another_session_and_ends_the_former(
    browser: FlaskClient, store: Engine, clock: Clock
) -> None:
    email = an_account(store, secret=SECRET)
    form, tokens = browser.get("/en/account/sign-in"), []
    for _ in range(2):
        page = send(browser, form, email=email, password=PASSWORD)
        page = send(browser, page, "/second-factor", code=code(SECRET, clock.move(minutes=1)))
        found = browser.get_cookie("session")
        assert found is not None
        tokens.append(found.value)
    assert tokens[0] != tokens[1]
    other = browser.application.test_client()
    other.set_cookie("session", tokens[0])
    assert other.get("/desk").status_code == 302
    assert browser.get("/desk").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 3000, "é", "'--"])
def test_a_made_up_cookie_opens_nothing(browser: FlaskClient, clock: Clock, token: str) -> None:
    browser.set_cookie("session", token)
    assert browser.get("/desk").status_code == 302


def test_with_https_the_cookie_is_the_hosts_alone(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    email = an_account(store, secret=SECRET)
    https = {"base_url": "https://example.org"}
    page = browser.get("/en/account/sign-in", **https)
    data = fields_of(form_of(page)) | {"email": email, "password": PASSWORD}
    page = browser.post("/en/account/sign-in", data=data, headers={"Sec-Fetch-Site": "same-origin"}, **https)
    data = fields_of(form_of(page, "/second-factor")) | {"code": code(SECRET, clock.now)}
    page = browser.post("/en/account/second-factor", data=data, headers={"Origin": "https://example.org"}, **https)
    pattern = r"__Host-session=[\w-]{43}; Secure; HttpOnly; Path=/; SameSite=Lax"
    assert re.fullmatch(pattern, page.headers["Set-Cookie"])
    assert browser.get("/desk", **https).status_code == 200


def test_an_account_of_another_role_gets_403_at_the_desk_and_its_own_page(
    browser: FlaskClient, store: Engine, clock: Clock
) -> None:
    sign_in(browser, an_account(store, "staff", SECRET), SECRET, clock.now)
    assert browser.get("/desk").status_code == 403
    assert browser.get("/en/account/").status_code == 200


def test_public_pages_neither_read_nor_set_the_cookie(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    before = {path: browser.get(path) for path in ("/en/about", "/en/", "/en/nowhere", "/healthz")}
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    for path, former in before.items():
        answer = browser.get(path)
        assert answer.data == former.data
        assert answer.headers.get("Cache-Control") == former.headers.get("Cache-Control")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    assert before["/en/about"].headers["Cache-Control"] == "public, max-age=60"
    assert "No cookies, no tracking." in before["/en/about"].text


def test_pages_behind_the_door_are_never_kept_nor_indexed(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    link = a_link(store, an_account(store, password=""))
    answers = [browser.get(path) for path in ("/en/account/sign-in", f"/en/account/set-up/{link}", "/desk")]
    answers.append(sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now))
    answers += [browser.get(path) for path in ("/en/account/", "/desk")]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "ETag" not in answer.headers
        assert "No cookies" not in answer.text


def test_no_secret_reaches_the_log(
    browser: FlaskClient, store: Engine, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    email = an_account(store, password="")
    link = a_link(store, email)
    with caplog.at_level(logging.DEBUG):
        page = browser.get(f"/en/account/set-up/{link}")
        enrolment = send(browser, page, password=PASSWORD, again=PASSWORD)
        secret = "".join(text_of(next(document(enrolment.data).iter("code"))).split())
        send(browser, enrolment, code="123123")
        codes = send(browser, enrolment, code=code(secret, clock.now))
        for _ in range(7):
            send(browser, browser.application.test_client().get("/en/account/sign-in"), email=email, password=OTHER)
    cookie = browser.get_cookie("session")
    assert cookie is not None
    said = caplog.text
    assert "directory.security" in said
    for word in ("signed in", "second factor refused", "refused: account", "throttled", "link used"):
        assert word in said
    hidden = [PASSWORD, OTHER, link, secret, "123123", code(secret, clock.now), cookie.value, email, "127.0.0.1"]
    hidden += [text_of(each) for each in document(codes.data).iter("code")]
    hidden += [fields_of(form_of(enrolment))["ticket"]]
    assert not [each for each in hidden if each in said]


def test_disabling_shuts_the_person_out_at_once(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    from directory.accounts import people

    email = an_account(store, secret=SECRET)
    sign_in(browser, email, SECRET, clock.now)
    with database.writing(store) as session:
        people.disable(session, account_of(session, email), NOON)
    assert browser.get("/desk").status_code == 302


def test_a_page_does_not_wait_for_a_writer_to_note_that_it_was_seen(
    browser: FlaskClient, store: Engine, clock: Clock
) -> None:
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    with database.writing(store) as session:
        session.connection()  # as a long import does: SQLite has one writer
        for _ in range(20):
            clock.move(minutes=2)
            assert browser.get("/desk").status_code == 200
    clock.move(minutes=19)
    assert browser.get("/desk").status_code == 200
    clock.move(minutes=59)
    assert browser.get("/desk").status_code == 200, "seen again as soon as the lock was free"


def test_where_the_second_factor_is_optional_the_password_is_enough_until_it_is_required(
    browser: FlaskClient, store: Engine, clock: Clock, house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    optional = replace(house.extensions["settings"], second_factor="optional")
    with monkeypatch.context() as patched:
        patched.setitem(house.extensions, "settings", optional)
        page = browser.get("/en/account/sign-in")
        page = send(browser, page, email=an_account(store), password=PASSWORD)
        assert (page.status_code, page.location) == (303, "/en/admin/imports")
        assert "only your password protects your account" in checked(browser.get("/en/account/"))
        assert browser.get("/desk").status_code == 200
    assert browser.get("/desk").status_code == 302


def test_when_too_many_passwords_are_to_be_looked_at_a_page_says_so(
    browser: FlaskClient, store: Engine, clock: Clock
) -> None:
    page, email, taken = browser.get("/en/account/sign-in"), an_account(store, secret=SECRET), 0
    while passwords._places.acquire(blocking=False):
        taken += 1
    try:
        for _ in range(throttle.FREE_TRIES + 1):
            busy = send(browser, page, email=email, password=PASSWORD)
    finally:
        passwords._places.release(taken)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "10")
    assert "Your password was not looked at." in checked(busy)
    page = send(browser, page, email=email, password=PASSWORD)
    assert "Code of your app" in checked(page), "what was not looked at was not counted"
