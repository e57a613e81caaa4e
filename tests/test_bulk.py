"""Many rows at once: what is written is what is read, whatever it is, on each engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from conftest import fill
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory import bulk, database
from directory.models import Change, City, ContactPoint, Organization

HOSTILE = [
    "\\",
    "\\N",
    "\\.",
    "\t",
    "\n",
    "\r\n",
    "\x01",
    "a\x01b",
    "\x7f",
    "",
    " ",
    "\\x01",
    '"',
    "{}",
    "NULL",
    "a,b",
    "'",
]
MIXED = "".join(HOSTILE)
written = st.lists(st.sampled_from([*HOSTILE, "é", "ж", "𝄞", "abc"]), max_size=8).map("".join)


@given(names=st.lists(written, min_size=1, max_size=20, unique=True))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_it_was_and_is_found_by_it(engine: Engine, names: list[str]) -> None:
    with Session(engine) as session:  # taken back at the end
        bulk.insert(session, Organization, ("number", "name"), list(enumerate(names, 1)))
        held = session.scalars(select(Organization.name).order_by(Organization.number)).all()
        assert held == names
        some = names[::2]
        found = session.scalars(select(Organization.name).where(bulk.among(session, Organization.name, some))).all()
        assert set(found) == set(some)


def test_nothing_is_not_the_sign_for_nothing(engine: Engine) -> None:
    rows = [(1, "Liège", "BE", None, None, None, "\x01"), (2, "\x01", "BE", 7, -0.1, 1e-07, "")]
    names = ("number", "name", "country", "geonames_id", "latitude", "longitude", "time_zone")
    with database.writing(engine) as session:
        bulk.insert(session, City, names, rows)
        columns = [getattr(City, name) for name in names]
        assert [tuple(row) for row in session.execute(select(*columns).order_by(City.number))] == rows


def values_of(entry: ContactPoint, names: Sequence[str]) -> list[Any]:
    """SQLite knows no time zones: what it tells is UTC."""
    entry.changed_at = entry.changed_at.replace(tzinfo=entry.changed_at.tzinfo or UTC)
    return [getattr(entry, name) for name in names]


def test_each_kind_of_value_comes_back_as_it_was(engine: Engine) -> None:
    fill(engine, b"id,name,country\na,A,BE\n")
    names = [column.key for column in bulk.table_of(ContactPoint).columns]
    told = {
        "number": 2,
        "id": "b",
        "names": {"fr": MIXED},
        "alt_names": [MIXED, "ж"],
        "verified_on": date(2026, 2, 5),
        "changed_at": datetime(2026, 11, 27, 22, 5, 27, 660477, UTC),
        "row_digest": bytes(range(256)),
        "source_url": MIXED,
    }
    with database.writing(engine) as session:
        entry = session.scalars(select(ContactPoint)).one()
        row = [told.get(name, getattr(entry, name)) for name in names]
        bulk.insert(session, ContactPoint, names, [row])
        session.expire_all()
        assert values_of(session.scalars(select(ContactPoint).where(ContactPoint.id == "b")).one(), names) == row


def test_a_row_in_parts_is_one_row(engine: Engine) -> None:
    with database.writing(engine) as session:
        first, last = (bulk.ready(engine.dialect, Organization, [name]) for name in ("number", "name"))
        rows = [(first([number]), last([name])) for number, name in enumerate(HOSTILE, 1)]
        bulk.insert_ready(session, Organization, ("number", "name"), rows)
        assert session.scalars(select(Organization.name).order_by(Organization.number)).all() == HOSTILE


def test_numbers_are_found_however_many_they_are(engine: Engine) -> None:
    with database.writing(engine) as session:
        bulk.insert(session, Organization, ("number", "name"), ((number, str(number)) for number in range(1, 4)))
        asked = bulk.among(session, Organization.number, range(2, 70_000))
        assert session.scalars(select(Organization.number).where(asked).order_by(Organization.number)).all() == [2, 3]
        nobody = bulk.among(session, Organization.number, [])
        assert session.scalars(select(Organization.number).where(nobody)).all() == []


def test_what_a_table_does_not_take_fails_as_a_statement_does(engine: Engine) -> None:
    rows = [(1, "A"), (2, "A")]
    with pytest.raises(DBAPIError), database.writing(engine) as session:
        bulk.insert(session, Organization, ("number", "name"), rows)
    with database.writing(engine) as session:
        session.execute(delete(Change))
        assert session.scalars(select(Organization)).all() == []
