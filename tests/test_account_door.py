"""The way in as a browser walks it, on both engines: link, password, app, codes, in; and everything that must not open."""

from __future__ import annotations

import re

import pytest
from entering import (
    OTHER,
    PASSWORD,
    SECRET,
    Clock,
    a_link,
    an_account,
    checked,
    code,
    fields_of,
    form_of,
    happened,
    send,
)
from flask.testing import FlaskClient
from pages import document, text_of
from sqlalchemy import Engine


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_from_the_link_to_the_account_and_out(browser: FlaskClient, store: Engine, clock: Clock, lang: str) -> None:
    email = an_account(store, password="")
    page = browser.get(f"/{lang}/account/set-up/{a_link(store, email)}")
    checked(page)
    assert fields_of(form_of(page))["email"] == email
    page = send(browser, page, password=PASSWORD, again=PASSWORD)
    checked(page)
    secret = "".join(text_of(next(document(page.data).iter("code"))).split())
    page = send(browser, page, code=code(secret, clock.now))
    checked(page)
    codes = [text_of(each) for each in document(page.data).iter("code")]
    assert len(codes) == 10
    cookie = page.headers["Set-Cookie"]
    assert re.fullmatch(r"session=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", cookie)
    page = browser.get(f"/{lang}/account/")
    checked(page)
    assert email in page.text
    page = send(browser, page, "/sign-out")
    assert (page.status_code, page.location) == (303, f"/{lang}/account/sign-in?out=1")
    assert "session=;" in page.headers["Set-Cookie"]
    assert browser.get(f"/{lang}/account/").status_code == 302
    assert happened(store, email) == [
        *("made", "link_made", "link_used", "password_changed", "second_factor_set_up", "signed_in", "signed_out")
    ]


def test_signing_in_leads_where_one_wanted_to_go(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    email = an_account(store, secret=SECRET)
    turned = browser.get("/desk?page=2&q=é")
    assert turned.status_code == 302
    page = browser.get(turned.location)
    checked(page)
    page = send(browser, page, email=email.upper(), password=PASSWORD)
    checked(page)
    assert "Set-Cookie" not in page.headers
    page = send(browser, page, "/second-factor", code=code(SECRET, clock.now))
    assert (page.status_code, page.location) == (303, "/desk?page=2&q=%C3%A9")
    assert email in browser.get("/desk").text
    assert browser.get("/en/account/sign-in?next=/desk").location == "/desk"


@pytest.mark.parametrize(
    "onward",
    [
        *("https://evil.example/", "//evil.example/", "/\\evil.example", "///evil.example", "\t//evil.example"),
        *("javascript:alert(1)", "/en/nowhere", "desk", "/desk\r\nX: y", "/desk\\@evil.example", "@evil.example"),
        *("/en/account/sign-out", "/desk\0", "http:/evil.example", "/desk?" + "a" * 3000, "/[", "//[", ""),
    ],
)
def test_signing_in_leads_nowhere_else(browser: FlaskClient, store: Engine, clock: Clock, onward: str) -> None:
    page = browser.get("/en/account/sign-in", query_string={"next": onward})
    assert "next" not in fields_of(form_of(page))
    email = an_account(store, secret=SECRET)
    page = send(browser, page, email=email, password=PASSWORD, next=onward)
    page = send(browser, page, "/second-factor", code=code(SECRET, clock.now), next=onward)
    assert page.location == "/en/admin/imports"


def test_an_address_of_ours_after_a_whole_url_is_not_ours(browser: FlaskClient) -> None:
    page = browser.get("/en/account/sign-in", query_string={"next": "/desk?next=https://evil.example/"})
    assert fields_of(form_of(page))["next"] == "/desk?next=https://evil.example/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        *(
            ("nobody@example.org", PASSWORD),
            ("", ""),
            ("\0", "\0"),
            ("'; DROP TABLE account", "x"),
            ("x" * 3000, "y" * 3000),
        ),
        *(("\ud800", "\udfff"), ("<script>alert(1)</script>", "😀")),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(
    browser: FlaskClient, clock: Clock, email: str, password: str
) -> None:
    page = browser.get("/en/account/sign-in")
    data = fields_of(form_of(page)) | {
        "email": email.encode("utf-8", "surrogatepass"),
        "password": password.encode("utf-8", "surrogatepass"),
    }
    page = browser.post("/en/account/sign-in", data=data, headers={"Origin": "http://localhost"})
    assert page.status_code == 422
    assert "E-mail address and password do not fit together." in checked(page)
    assert b"<script>alert" not in page.data
    assert "Set-Cookie" not in page.headers


def test_too_many_tries_are_told_when_to_come_again(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    email = an_account(store, secret=SECRET)
    page = browser.get("/ar/account/sign-in")
    for _ in range(5):
        page = send(browser, page, email=email, password=OTHER)
        assert page.status_code == 422
    page = send(browser, page, email=email, password=PASSWORD)
    checked(page)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "30")
    assert fields_of(form_of(page))["email"] == email, "what was typed stays"
    page = browser.get("/en/account/sign-in")
    assert "Try again in 30 seconds." in send(browser, page, email=email, password=PASSWORD).text
    clock.move(seconds=30)
    assert "Code of your app" in checked(send(browser, page, email=email, password=PASSWORD))
    assert happened(store, email) == ["made", *["refused"] * 5, "throttled"]


def test_a_wrong_code_is_said_beside_the_field_and_the_next_one_opens(
    browser: FlaskClient, store: Engine, clock: Clock
) -> None:
    page = browser.get("/en/account/sign-in")
    page = send(browser, page, email=an_account(store, secret=SECRET), password=PASSWORD)
    page = send(browser, page, "/second-factor", code="\0000000")
    checked(page)
    assert page.status_code == 422
    field = next(each for each in document(page.data).iter("input") if each.get("id") == "code")
    assert (field.get("aria-invalid"), field.get("autocomplete")) == ("true", "one-time-code")
    said = {each.get("id"): text_of(each) for each in document(page.data).iter("p")}
    assert any("not right" in said[str(id)] for id in str(field.get("aria-describedby")).split())  # noqa: A001
    page = send(browser, page, "/second-factor", code=code(SECRET, clock.now))
    assert page.status_code == 303


def test_a_step_that_took_too_long_begins_again(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    page = browser.get("/en/account/sign-in")
    page = send(browser, page, email=an_account(store, secret=SECRET), password=PASSWORD)
    clock.move(minutes=10)
    page = send(browser, page, "/second-factor", code=code(SECRET, clock.now))
    assert page.status_code == 410
    assert "Please sign in again." in checked(page)
    assert browser.get("/en/account/second-factor").location == "/en/account/sign-in"


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short", "short", "at least 12"),
        (PASSWORD, OTHER, "not the same"),
        ("password1234", "password1234", "Many people"),
        ("a" * 2000, "a" * 2000, "at most 1000"),
        ("\0" * 12, "\0" * 12, "can be typed"),
    ],
)
def test_a_password_that_is_not_accepted_does_not_use_the_link_up(
    browser: FlaskClient, store: Engine, clock: Clock, password: str, again: str, told: str
) -> None:
    page = browser.get(f"/en/account/set-up/{a_link(store, an_account(store, password=''))}")
    refused = send(browser, page, password=password, again=again)
    assert refused.status_code == 422
    assert told in checked(refused)
    assert send(browser, page, password=PASSWORD, again=PASSWORD).status_code == 200


def test_a_link_is_good_once_and_for_three_days(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    link = a_link(store, an_account(store, password=""))
    page = browser.get(f"/en/account/set-up/{link}")
    send(browser, page, password=PASSWORD, again=PASSWORD)
    for used in (browser.get(f"/en/account/set-up/{link}"), send(browser, page, password=OTHER, again=OTHER)):
        assert used.status_code == 410
        assert "used already" in checked(used)
    old = a_link(store, an_account(store, password=""))
    clock.move(hours=72)
    assert browser.get(f"/en/account/set-up/{old}").status_code == 410
    assert browser.get("/en/account/set-up/%00%ED%A0%80").status_code == 410
