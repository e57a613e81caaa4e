"""An administrator at work on the import pages: signed in, with a client that fills in forms as a browser does."""

from __future__ import annotations

import csv
import functools
import io
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from pages import document, faults, text_of
from sqlalchemy import Engine, event, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from directory import create_app, database
from directory.accounts import passwords, people, sessions
from directory.config import Settings, bundled
from directory.importer.runs import OPEN
from directory.models import Account, ContactPoint, ImportRun

EMAIL = "keeper@example.org"
PASSWORD = "seven green umbrellas"
IMPORTS = "/en/admin/imports"
SEED = bundled("data/seed.csv").read_bytes()


@functools.cache
def _hashed() -> str:
    return passwords.hashed(PASSWORD)


def an_administrator(engine: Engine, email: str = EMAIL) -> str:
    """A new account that may sign in with PASSWORD; the token of a session of it."""
    now = datetime.now(UTC)
    with database.writing(engine) as session:
        made = people.make(session, email, now, "administrator")
        assert isinstance(made, Account)
        made.password = _hashed()
        session.flush()
        return sessions.begin(session, made.number, now)


@functools.cache
def app_of_the_desk() -> Flask:
    """Made once: compressing the static files takes a second. Each desk gives it its own database."""
    made = create_app(Settings(database_url="sqlite://", second_factor="optional", contact_email="a@example.org"))
    made.testing = True
    return made


class Desk:
    """One administrator who is signed in, before a directory of their own."""

    def __init__(self, engine: Engine) -> None:
        self.app, self.engine = app_of_the_desk(), engine
        self.app.extensions["database"] = engine
        self.client: FlaskClient = self.app.test_client()
        self.client.set_cookie("session", an_administrator(self.engine))

    def get(self, path: str = IMPORTS, status: int = 200) -> TestResponse:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer

    def page(self, path: str = IMPORTS, status: int = 200) -> Element:
        """The tree of a page that is valid by the rules of the house."""
        tree = document(self.get(path, status).data)
        assert faults(tree) == []
        return tree

    def said(self, path: str = IMPORTS, status: int = 200) -> str:
        return text_of(self.page(path, status).find("./body/main"))

    def press(self, page: Element, action: str, **typed: object) -> TestResponse:
        """Send the form of a page whose address ends so."""
        form = form_of(page, action)
        return self.client.post(form.get("action"), data=fields_of(form) | typed)

    def send(self, data: bytes, name: str) -> TestResponse:
        """Send the upload form with a file, as a browser does; encoded here, where the client would leave a file open."""
        name = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        fields = fields_of(form_of(self.page(), "/imports"))
        boundary, body = encode_multipart(fields | {"file": FileStorage(io.BytesIO(data), name)})
        return self.client.post(IMPORTS, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    def press_at(self, address: str, **typed: object) -> TestResponse:
        """Send to an address what a form of ours would send there."""
        return self.client.post(address, data=fields_of(form_of(self.page(), "/imports")) | typed)

    def upload(self, data: bytes, name: str = "file.csv", status: int = 303) -> TestResponse:
        answer = self.send(data, name)
        assert answer.status_code == status, answer.text
        return answer

    def run(self, data: bytes, name: str = "file.csv") -> str:
        """The address of the page of a new run of this file, when it has been read."""
        return self.settled(str(self.upload(data, name).headers["Location"]))

    def settled(self, address: str) -> str:
        """The same address, when nobody works on its run any more: large files have a process of their own."""
        give_up_at = time.monotonic() + 300
        while self.state(address) in OPEN:
            assert time.monotonic() < give_up_at, "nobody does the work"
            time.sleep(0.1)
        return address

    def applied(self, data: bytes) -> str:
        """The address of the page of a run of this file that was applied."""
        address = self.run(data)
        answer = self.press(self.page(address), "/apply")
        assert answer.status_code == 303, answer.text
        assert "This import was applied." in self.said(self.settled(address))
        return address

    def names(self) -> dict[str, str]:
        """Id → name of all that is stored."""
        with database.reading(self.engine) as session:
            return {id_: name for id_, name in session.execute(select(ContactPoint.id, ContactPoint.name))}  # noqa: C416

    def state(self, address: str) -> str:
        with database.reading(self.engine) as session:
            found = session.get(ImportRun, number_of(address))
            assert found
            return found.state

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """What the database is asked meanwhile."""
        asked: list[str] = []

        def note(_: object, __: object, statement: str, *___: object) -> None:
            if statement != "BEGIN":  # SQLite's own word is an event too, PostgreSQL's is none
                asked.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        yield asked
        event.remove(self.engine, "before_cursor_execute", note)


def number_of(address: str) -> int:
    found = re.search(r"/imports/(\d+)", address)
    assert found
    return int(found[1])


def form_of(page: Element, action: str) -> Element:
    forms = [form for form in page.iter("form") if form.get("method") == "post"]
    return next(form for form in forms if (form.get("action") or "").endswith(action))


def fields_of(form: Element) -> dict[str, str]:
    return {str(field.get("name")): field.get("value") or "" for field in form.iter("input") if field.get("value")}


def links_of(page: Element) -> dict[str, str]:
    """Words → address of every link."""
    return {text_of(link): link.get("href", "") for link in page.iter("a")}


COLUMNS = ("id", "name", "country", "city", "topics", "website")


def a_row(**cells: str) -> dict[str, str]:
    row = {"id": "a", "name": "Desk", "country": "BE", "city": "Liège", "topics": "food"}
    return row | {"website": "https://a.example/"} | cells


def a_csv(*rows: Mapping[str, str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A file with these rows and the columns that any of them has."""
    names = list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)]))
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, names, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


def rows_of(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file that we sent."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
