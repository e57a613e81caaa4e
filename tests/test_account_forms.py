"""No form but ours, from our own pages, for this very session, changes anything; and fifty at once open nothing."""

from __future__ import annotations

import http.client
import shutil
import threading
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import ENGINES, Served, fill
from conftest import SEED as DATA
from entering import OTHER, PASSWORD, SECRET, Clock, an_account, checked, fields_of, form_of, happened, send, sign_in
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pages import document
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from directory import database
from directory.web import forms

HERE = {"Origin": "http://localhost"}
ELSEWHERE: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": ""},
]


def without_our_field(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in fields_of(form_of(answer)).items() if name != forms.FIELD}


def refused(answer: TestResponse) -> bool:
    said = checked(answer)
    return answer.status_code == 403 and "Nothing was changed." in said and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("token", [None, "", "x", "1.2", "9999999999.AAAA", "é" * 99, "\0", "9" * 5000])
def test_a_form_of_nobody_without_our_field_is_refused(browser: FlaskClient, clock: Clock, token: str | None) -> None:
    data = without_our_field(browser.get("/en/account/sign-in")) | {"email": "a@example.org", "password": "x"}
    if token is not None:
        data[forms.FIELD] = token
    assert refused(browser.post("/en/account/sign-in", data=data, headers=HERE))


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_from_elsewhere_is_refused(
    browser: FlaskClient, store: Engine, clock: Clock, headers: dict[str, str]
) -> None:
    data = fields_of(form_of(browser.get("/en/account/sign-in"))) | {"email": "a@example.org", "password": "x"}
    assert refused(browser.post("/en/account/sign-in", data=data, headers=headers))
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    assert refused(browser.post("/desk", data=fields_of(form_of(browser.get("/desk"))), headers=headers))


@pytest.mark.parametrize("headers", [HERE, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {}])
def test_our_form_from_here_is_taken(
    browser: FlaskClient, store: Engine, clock: Clock, headers: dict[str, str]
) -> None:
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    assert browser.post("/desk", data=fields_of(form_of(browser.get("/desk"))), headers=headers).status_code == 200


def test_a_form_of_nobody_lies_open_for_a_day(browser: FlaskClient, clock: Clock) -> None:
    page = browser.get("/en/account/sign-in")
    clock.move(hours=23.9)
    assert send(browser, page, email="nobody@example.org", password="x").status_code == 422
    clock.move(hours=0.1)
    assert refused(send(browser, page, email="nobody@example.org", password="x"))


def test_a_form_of_one_session_is_refused_in_another(browser: FlaskClient, store: Engine, clock: Clock) -> None:
    open_form = fields_of(form_of(browser.get("/en/account/sign-in")))
    other = browser.application.test_client()
    sign_in(other, an_account(store, secret=SECRET), SECRET, clock.now)
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    mine, theirs = (fields_of(form_of(each.get("/desk"))) for each in (browser, other))
    for data in (theirs, open_form, {}, {forms.FIELD: ""}):
        assert refused(browser.post("/desk", data=data, headers=HERE))
    assert browser.post("/desk", data=mine, headers=HERE).status_code == 200


def test_the_field_is_another_each_time_so_that_compression_tells_nothing(
    browser: FlaskClient, store: Engine, clock: Clock
) -> None:
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    tokens = {fields_of(form_of(browser.get("/desk")))[forms.FIELD] for _ in range(5)}
    assert len(tokens) == 5
    assert len({forms._unmasked(each) for each in tokens}) == 1


@given(st.text(max_size=120))
def test_what_is_no_mask_hides_nothing(sent: str) -> None:
    assert len(forms._unmasked(sent)) in (0, 32)


def test_who_was_signed_out_meanwhile_is_told_that_nothing_was_saved(browser: FlaskClient, clock: Clock) -> None:
    turned = browser.post("/desk", data={"text": "much work"})
    assert turned.status_code == 303
    assert "What you sent was not saved" in checked(browser.get(turned.location))


def test_a_form_that_is_far_too_large_is_refused_calmly(browser: FlaskClient, clock: Clock) -> None:
    answer = browser.post("/en/account/sign-in", data={"email": "x" * 2_000_000}, headers=HERE)
    assert answer.status_code == 413
    checked(answer)


def ask(served: Served, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=120)) as connection:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection.request(method, path, urlencode(data) if data else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.fixture(params=[pytest.param(n, marks=pytest.mark.postgresql if n != "sqlite" else ()) for n in ENGINES])
def open_house(request: pytest.FixtureRequest, seeded_file: Path, tmp_path: Path) -> Any:
    """(the production server, its database) on each engine."""
    if request.param == "sqlite":
        shutil.copy(seeded_file, tmp_path / "d.sqlite")
        url = f"sqlite:///{tmp_path}/d.sqlite"
    else:
        url = request.getfixturevalue("cluster").new_database()
    engine = database.connect(url)
    database.migrate(engine)
    if request.param != "sqlite":
        fill(engine, DATA)
    served = Served(tmp_path, DATABASE_URL=url, TILES="http://127.0.0.1:9/{z}/{x}/{y}.png")
    yield served, engine
    served.stop()
    engine.dispose()


def test_of_fifty_guesses_at_once_five_are_looked_at_and_the_public_is_served_meanwhile(open_house: Any) -> None:
    served, engine = open_house
    email = an_account(engine, secret=SECRET)
    statuses: list[int] = []
    start = threading.Barrier(50)
    _, page = ask(served, "GET", "/en/account/sign-in")
    form = next(each for each in document(page).iter("form") if each.get("method") == "post")
    data = fields_of(form) | {"email": email, "password": OTHER}

    def guess() -> None:
        start.wait()
        statuses.append(ask(served, "POST", "/en/account/sign-in", data)[0])

    guesses = [threading.Thread(target=guess) for _ in range(50)]
    for each in guesses:
        each.start()
    public = [ask(served, "GET", "/en/about")[0] for _ in range(10)]
    for each in guesses:
        each.join()
    assert statuses.count(422) == 5
    assert {*statuses} <= {422, 429, 503}, "no place to look at it, and so not counted"
    assert len(statuses) == 50
    assert public == [200] * 10
    assert happened(engine, email).count("refused") == 5
    right = ask(served, "POST", "/en/account/sign-in", data | {"password": PASSWORD})
    assert right[0] == 429, "the right password is not looked at either: nobody learns that it is right"
    log = served.log.read_text()
    assert "refused: account" in log
    assert email not in log
    assert OTHER not in log


def test_whoever_comes_back_to_the_address_of_a_form_finds_a_page(
    browser: FlaskClient, store: Engine, clock: Clock
) -> None:
    """A refused form stands at the address of its step: the links to other languages, and a reload, ask for it again."""
    sign_in(browser, an_account(store, secret=SECRET), SECRET, clock.now)
    told = {"id": "x", "link": "x", "number": 1, "lang": "en"}
    urls = browser.application.url_map.bind("localhost")
    posted = [rule for rule in browser.application.url_map.iter_rules() if "POST" in (rule.methods or ())]
    posted = [rule for rule in posted if "sign_out" not in rule.endpoint]  # after it there is nothing to come back to
    addresses = {urls.build(rule.endpoint, {name: told[name] for name in rule.arguments}, "POST") for rule in posted}
    assert len(addresses) > 12
    found = {address: browser.get(address).status_code for address in addresses}
    assert {status for status in found.values() if status == 405 or status >= 500} == set(), found
