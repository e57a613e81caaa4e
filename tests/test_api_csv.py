"""The found set as a file: the import format, the order of the page, unchanged when it is imported again."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asking import a_file, statements_of
from conftest import fill
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory import create_app, database, exporter, importer
from directory.config import Settings
from directory.importer.columns import HEADER

PATH = "/api/contact-points.csv"
QUERIES = (
    "",
    "?q=avocat+liège",
    "?city=Sofia&topic=asylum",
    "?near=50.633,5.567&radius_km=10",
    "?q=bulgarian+helsinki",
)


@pytest.fixture
def own(seeded_file: Path, tmp_path: Path) -> Iterator[Flask]:
    """A site of the test's own, to write to."""
    shutil.copy(seeded_file, tmp_path / "d.sqlite")
    made = create_app(
        Settings(database_url=f"sqlite:///{tmp_path}/d.sqlite", tile_cache=str(tmp_path), contact_email="a@b.org")
    )
    made.testing = True
    yield made
    made.extensions["database"].dispose()


def rows(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def found_by_the_api(client: FlaskClient, query: str) -> list[str]:
    """The ids of all pages, best first."""
    ids: list[str] = []
    page = 1
    while True:
        separator = "&" if query else "?"
        told: Any = client.get(f"/api/contact-points{query}{separator}per_page=100&page={page}").get_json()
        ids += [item["id"] for item in told["items"]]
        if page * 100 >= told["total"]:
            return ids
        page += 1


@pytest.mark.parametrize("query", QUERIES)
def test_it_holds_all_that_was_found_in_the_same_order(client: FlaskClient, query: str) -> None:
    ids = [row["id"] for row in rows(client.get(PATH + query))]
    assert ids == found_by_the_api(client, query)
    assert ids


def test_it_is_a_file_that_excel_and_the_import_can_read(client: FlaskClient) -> None:
    answer = client.get(PATH)
    assert answer.data.startswith(b"\xef\xbb\xbfid,kind,name,")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contact-points.csv"'
    assert list(rows(answer)[0])[: len(HEADER)] == list(HEADER)


def test_imported_again_nothing_changes(client: FlaskClient, app: Flask) -> None:
    table = importer.read(client.get(f"{PATH}?city=Sofia").data)
    with database.reading(app.extensions["database"]) as session:
        told = importer.tallied(importer.plan(session, table))
    assert told.unchanged == told.rows > 20


def test_a_page_can_be_asked_for(client: FlaskClient) -> None:
    whole = [row["id"] for row in rows(client.get(PATH))]
    assert [row["id"] for row in rows(client.get(f"{PATH}?page=3&per_page=10"))] == whole[20:30]
    assert [row["id"] for row in rows(client.get(f"{PATH}?per_page=5"))] == whole[:5]


def test_a_formula_is_guarded(own: Flask) -> None:
    fill(own.extensions["database"], a_file({"id": "calc", "name": "'=1+1 Lighthouse", "phone": "+32 4 250 96 57"}))
    (row,) = rows(own.test_client().get(f"{PATH}?q=lighthouse"))
    assert (row["name"], row["phone"]) == ("'=1+1 Lighthouse", "'+3242509657")


def test_nothing_found_is_a_file_with_its_header(client: FlaskClient) -> None:
    answer = client.get(f"{PATH}?q=qqzzxx&exact=1")
    assert rows(answer) == []
    assert answer.data.count(b"\r\n") == 1


def test_an_argument_that_cannot_be_used_gives_no_file(client: FlaskClient) -> None:
    answer = client.get(f"{PATH}?topic=cooking")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert "Content-Disposition" not in answer.headers


def test_an_unchanged_file_is_not_made_again(own: Flask) -> None:
    client, engine = own.test_client(), own.extensions["database"]
    tag = client.get(f"{PATH}?q=asylum").headers["ETag"]
    with statements_of(engine) as told:
        again = client.get(f"{PATH}?q=asylum", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"] == "public, max-age=60"
    assert len(told) == 1
    assert "search_stamp" in told[0]
    assert client.get(f"{PATH}?q=housing", headers={"If-None-Match": tag}).status_code == 200


def test_a_write_changes_the_tag(own: Flask) -> None:
    client = own.test_client()
    tag = client.get(PATH).headers["ETag"]
    fill(own.extensions["database"], a_file({"id": "lighthouse", "name": "Lighthouse"}))
    again = client.get(PATH, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert "lighthouse" in {row["id"] for row in rows(again)}


def test_it_is_sent_compressed_while_it_is_made(client: FlaskClient) -> None:
    answer = client.get(PATH, headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "Content-Length" not in answer.headers
    assert len(answer.data) < len(client.get(PATH).data) / 2


def test_head_sends_no_file(client: FlaskClient) -> None:
    answer = client.head(PATH)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_these_come_in_their_order_whatever_the_batch(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporter, "_BATCH", 7)
    whole = list(csv.DictReader(io.StringIO("".join(exporter.as_csv(session)).removeprefix(exporter.BOM))))
    numbers = list(range(50, 20, -1))
    told = "".join(exporter.as_csv(session, [*numbers, 10**9])).removeprefix(exporter.BOM)
    ids = [row["id"] for row in csv.DictReader(io.StringIO(told))]
    assert ids == [row["id"] for row in reversed(whole[20:50])]


def test_what_is_open_now_is_another_file_in_the_next_minute(app: Flask, client: FlaskClient) -> None:
    from directory.search import Question
    from directory.web.api import _tag

    noon, later = datetime(2026, 11, 25, 11, 0, tzinfo=UTC), datetime(2026, 11, 25, 11, 1, tzinfo=UTC)
    with app.test_request_context(PATH):
        assert _tag(Question(open_now=True), noon) != _tag(Question(open_now=True), later)
        assert _tag(Question(), noon) == _tag(Question(), later)
