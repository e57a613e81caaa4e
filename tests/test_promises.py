"""What the site promises: nothing watched, nothing from elsewhere, bad input explained, nothing personal kept."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pages import ERRORS, PAGES, document, text_of
from werkzeug.datastructures import MultiDict

from directory import create_app
from directory.config import Settings
from directory.vocabulary import TOPICS

EVERY = [*PAGES.values(), *(path for path, _ in ERRORS.values())]
ROUTES = (
    "/en/",
    "/ar/contact-points",
    "/bg/map",
    "/fr/map/points",
    "/en/about",
    "/",
    "/healthz",
    "/en/contact-points/cepag",
)
NAMES = (
    *("endpoint", "_scheme", "_anchor", "_method", "_external", "values", "id"),
    "q",
    "city",
    "country",
    "topic",
    "language",
    "status",
    "kind",
    "open",
    "near",
    "radius_km",
    "page",
    "per_page",
    "lang",
)


@pytest.mark.parametrize("path", EVERY)
def test_no_page_sets_a_cookie_or_names_another_site_to_load_from(client: FlaskClient, path: str) -> None:
    answer = client.get(path.format(lang="en"))
    assert "Set-Cookie" not in answer.headers
    tree = document(answer.data)
    loaded = [e.get("src") for e in tree.iter() if e.get("src")]
    loaded += [e.get("href") for e in tree.iter("link") if e.get("rel") in ("stylesheet", "icon", "preload")]
    assert all(str(address).startswith("/static/") for address in loaded), loaded


@pytest.mark.parametrize("path", EVERY)
def test_every_page_has_the_strict_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path.format(lang="en")).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered(client: FlaskClient) -> None:
    answer = client.get("/en/", base_url="https://example.org")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_https_is_remembered_where_only_the_address_of_the_site_tells_of_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_by_people = replace(client.application.extensions["settings"], public_url="https://example.org")
    monkeypatch.setitem(client.application.extensions, "settings", seen_by_people)
    assert "Strict-Transport-Security" in client.get("/en/", headers={"Cache-Control": "no-cache"}).headers


def test_a_nonce_is_new_each_time_and_only_where_a_script_needs_it(client: FlaskClient) -> None:
    def nonce(path: str) -> str | None:
        found = re.search(r"'nonce-([^']+)'", client.get(path).headers["Content-Security-Policy"])
        return found[1] if found else None

    assert nonce("/en/about") is None
    assert nonce("/en/map") != nonce("/en/map") is not None


@pytest.mark.parametrize("path", PAGES.values())
def test_a_page_may_be_kept_and_is_not_sent_again_unchanged(client: FlaskClient, path: str) -> None:
    first = client.get(path.format(lang="en"))
    assert first.headers["Cache-Control"] == "public, max-age=60"
    for encoding in ("identity", "gzip", "br"):
        asking = {"Accept-Encoding": encoding}
        first = client.get(path.format(lang="en"), headers=asking)
        again = client.get(path.format(lang="en"), headers=asking | {"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Security-Policy" not in again.headers


def test_static_files_are_kept_for_ever_under_the_name_of_their_content(client: FlaskClient) -> None:
    tree = document(client.get("/en/map").data)
    addresses = [e.get("src") or e.get("href") for e in (*tree.iter("script"), *tree.iter("link"))]
    static = [address for address in addresses if address and address.startswith("/static/")]
    assert len(static) == 8
    for address in static:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert client.get(re.sub(r"/static/\w+/", "/static/000000000000/", address)).status_code == 404


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("topic=xyz", "legal_aid"),
        ("status=king", "undocumented"),
        ("kind=shop", "institution"),
        ("city=Nowhereville", "Sofia"),
        ("country=XX", "BG"),
        ("language=klingonish", "fr"),
        ("open=yesterday", "now"),
        ("near=abc", "50.633,5.567"),
        ("near=nan,5", "50.633,5.567"),
        ("near=91,5", "50.633,5.567"),
        ("near=50,5&radius_km=-1", "up to 500"),
        ("page=-1", "from 1"),
        ("page=1.5", "from 1"),
        ("page=" + "9" * 400, "from 1"),
        ("per_page=1000", "1 to 100"),
        ("lang=xx", "Français"),
        ("q=" + "a" * 10_000, "300 characters"),
        ("q=%00", "characters that no text has"),
    ],
)
def test_a_bad_argument_is_explained_with_what_can_stand_there(client: FlaskClient, query: str, told: str) -> None:
    for path in ("/en/contact-points", "/en/map", "/en/map/points", "/en/"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert told in text_of(document(answer.data))


def test_a_wrong_topic_lists_all_topics(client: FlaskClient) -> None:
    links = {a.get("href") for a in document(client.get("/en/contact-points?topic=xyz").data).iter("a")}
    assert {f"/en/contact-points?topic={key}" for key in TOPICS} <= links


@pytest.mark.parametrize(
    "words", ("'; DROP TABLE contact_point; --", "😀😀", "NEAR(a b)", '"', "a* OR b:c", "%_\\", "<script>")
)
def test_any_text_is_only_text(client: FlaskClient, words: str) -> None:
    answer = client.get("/en/contact-points", query_string={"q": words})
    assert answer.status_code == 200
    assert b"<script>" not in answer.data.replace(b"<script src", b"")


@pytest.mark.parametrize("code", [0x01, 0x0B, 0x7F, 0x9D, 0xFDD0, 0xFFFE, 0x1FFFF])
def test_what_no_page_may_hold_does_not_come_back(client: FlaskClient, code: int) -> None:
    for name in NAMES:
        for path in ("/en/contact-points", "/ar/map", "/en/"):
            tree = document(client.get(path, query_string={name: f"legal {chr(code)}aid"}).data)
            assert chr(code) not in text_of(tree)


arguments = st.lists(
    st.tuples(st.sampled_from(NAMES), st.text(max_size=40) | st.sampled_from(["now", "0", "-1", "1e9", "Sofia", "any"]))
)


@given(st.sampled_from(ROUTES), arguments)
def test_whatever_the_arguments_there_is_never_a_500(app: Flask, route: str, pairs: list[tuple[str, str]]) -> None:
    app.testing = False  # the error pages as visitors get them
    try:
        answer = app.test_client().get(route, query_string=MultiDict(pairs))
    finally:
        app.testing = True
    assert answer.status_code in (200, 301, 302, 304, 400, 404)


@given(st.text(max_size=60))
def test_whatever_the_path_there_is_never_a_500(app: Flask, path: str) -> None:
    app.testing = False
    try:
        status = app.test_client().get(f"/en/contact-points/{path}".replace("?", "")).status_code
    finally:
        app.testing = True
    assert status in (200, 301, 308, 400, 404)


def test_a_database_that_is_gone_gives_a_calm_503_and_tells_the_log_nothing_personal(
    tmp_path: object, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.sqlite", contact_email="a@example.org"))
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get("/en/contact-points?q=mysecret&status=undocumented")
        health = app.test_client().get("/healthz")
    assert (answer.status_code, health.status_code) == (503, 503)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "mysecret" not in caplog.text
    assert "undocumented" not in caplog.text
    app.extensions["database"].dispose()


def test_a_view_that_does_not_say_who_may_enter_is_closed(app: Flask) -> None:
    made = create_app(app.extensions["settings"])
    made.add_url_rule("/silent", view_func=lambda: "open?")
    assert made.test_client().get("/silent").status_code == 403
    made.extensions["database"].dispose()
