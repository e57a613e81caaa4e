"""Pages that are kept in memory: the same for everybody, and never older than what was written."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from asking import a_file, statements_of
from conftest import fill
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from jinja2 import Template

from directory import create_app
from directory.config import Settings
from directory.web import cards
from directory.web.languages import KNOWN
from directory.web.openings import opening_of
from directory.web.pieces import piece

PATH = "/en/contact-points?city=Li%C3%A8ge"


@pytest.fixture
def own(seeded_file: Path, tmp_path: Path) -> Iterator[Flask]:
    """A site of the test's own, to write to."""
    shutil.copy(seeded_file, tmp_path / "d.sqlite")
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/d.sqlite", tile_cache=str(tmp_path), contact_email="a@b.org"
    )
    made = create_app(settings)
    made.testing = True
    yield made
    made.extensions["database"].dispose()


@contextmanager
def written_by(app: Flask) -> Iterator[list[str | None]]:
    """The templates that are written inside."""
    names: list[str | None] = []

    def note(_: Flask, template: Template, **__: object) -> None:
        names.append(template.name)

    with template_rendered.connected_to(note, app):
        yield names


def body(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_a_page_that_was_asked_for_is_not_made_again(own: Flask) -> None:
    client = own.test_client()
    first = body(client, PATH)
    with statements_of(own.extensions["database"]) as told, written_by(own) as written:
        assert body(client, PATH) == first
    assert written == []
    assert len(told) == 1
    assert "search_stamp" in told[0]


def test_an_answer_of_the_api_is_kept_until_something_is_written(own: Flask) -> None:
    client, asked = own.test_client(), "/api/contact-points?city=Li%C3%A8ge&q=lighthouse"
    first = body(client, asked)
    with statements_of(own.extensions["database"]) as told:
        assert body(client, asked) == first
    assert len(told) == 1
    assert '"lighthouse"' not in first
    fill(own.extensions["database"], a_file({"id": "lighthouse", "name": "Lighthouse", "verified_on": "2026-11-01"}))
    assert '"lighthouse"' in body(client, asked)


@pytest.mark.parametrize("other", [PATH.replace("/en/", "/fr/"), PATH + "&topic=housing", PATH + "&page=2"])
def test_another_address_is_another_page(own: Flask, other: str) -> None:
    client = own.test_client()
    assert body(client, other) != body(client, PATH)
    assert body(client, other) == body(own.test_client(), other)


def test_what_is_written_is_seen_at_once(own: Flask) -> None:
    client = own.test_client()
    asked = PATH + "&q=lighthouse"
    assert "/contact-points/lighthouse" not in body(client, asked)
    fill(own.extensions["database"], a_file({"id": "lighthouse", "name": "Lighthouse", "verified_on": "2026-11-01"}))
    assert "/contact-points/lighthouse" in body(client, asked)


def test_who_sends_a_cookie_is_answered_anew(own: Flask) -> None:
    client = own.test_client()
    body(client, PATH)
    client.set_cookie("session", "1")
    with written_by(own) as written:
        body(client, PATH)
    assert "finder/results.html" in written


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_a_page_made_of_kept_pieces_is_the_page_made_anew(own: Flask, lang: str) -> None:
    client, path = own.test_client(), PATH.replace("/en/", f"/{lang}/")
    client.set_cookie("session", "1")
    for other in KNOWN:
        body(client, PATH.replace("/en/", f"/{other}/"))
    of_kept_pieces = body(client, path)
    for kept in (piece, cards._facts, cards._badge, cards._spoken, opening_of):
        kept.cache_clear()
    assert body(client, path) == of_kept_pieces


@pytest.mark.parametrize(
    ("macro", "values"),
    [
        ("badge", ("topic", "<b>")),
        ("choice", ("city", "\"'><b>", "<b>", "")),
        ("choice_finds", ("<b>",)),
        ("opening_badge", ("open", "<b>")),
    ],
)
def test_what_a_piece_is_given_is_escaped(app: Flask, macro: str, values: tuple[str, ...]) -> None:
    with app.app_context():
        written = piece(macro, *values)
    assert "<b>" not in written
    assert "&lt;b&gt;" in written
