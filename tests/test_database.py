"""Transactions and migrations: what was acknowledged stays, what was stopped never was; the tables fit the models."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from asking import LIEGE, a_file
from conftest import fill
from sqlalchemy import Engine, create_engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

import directory
from directory import database, search
from directory.importer import undoing
from directory.models import Base, Change, City, ContactPoint, ImportRun, Network, Organization, PlannedRow

MIGRATIONS = Path(directory.__file__).parent / "migrations"
PLACED = {"latitude": str(LIEGE[0]), "longitude": str(LIEGE[1]), "precision": "exact"}
GOOD: dict[str, Any] = {"name": "A", "country": "BE", "topics": ["asylum"], "website": "https://a.example/"}


def count(engine: Engine) -> int:
    with database.reading(engine) as session:
        return session.scalar(select(func.count()).select_from(ContactPoint)) or 0


# Transactions


def test_what_fails_on_the_way_never_was(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), database.writing(engine) as session:
        session.add(ContactPoint(id="a", **GOOD))
        session.flush()
        1 / 0  # noqa: B018
    assert count(engine) == 0


def test_what_a_reader_changes_by_mistake_is_not_kept(engine: Engine) -> None:
    with database.reading(engine) as session:
        session.add(ContactPoint(id="a", **GOOD))
        session.flush()
    assert count(engine) == 0


def test_a_writer_has_the_lock_before_it_reads(tmp_path: Path) -> None:
    """Otherwise two writers could both decide by what they read, and the later one would fail or overwrite."""
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    database.migrate(engine)
    other = sqlite3.connect(tmp_path / "d.sqlite", timeout=0)
    with database.writing(engine) as session:
        session.scalars(select(City)).all()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    engine.dispose()


def test_a_reader_takes_no_lock(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    database.migrate(engine)
    with database.reading(engine) as session:
        session.scalars(select(City)).all()
        with database.writing(engine) as writer:
            writer.add(ContactPoint(id="a", **GOOD))
        assert session.scalars(select(ContactPoint)).all() == []  # as it was when the reader began
    assert count(engine) == 1
    engine.dispose()


def test_an_edit_on_an_old_copy_is_noticed(engine: Engine) -> None:
    fill(engine, a_file({"id": "a"}))
    with Session(engine) as slow:
        entry = slow.scalars(select(ContactPoint)).one()
        slow.expunge(entry)
        slow.rollback()
        with database.writing(engine) as quick:
            quick.scalars(select(ContactPoint)).one().name = "First"
        slow.add(entry)
        entry.name = "Second"
        with pytest.raises(StaleDataError):
            slow.flush()


# What belongs together


def test_with_an_entry_goes_all_that_was_searched_of_it(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "name": "Lighthouse", **PLACED}, {"id": "b", **PLACED}))
    with database.writing(engine) as session:
        session.delete(session.scalars(select(ContactPoint).where(ContactPoint.id == "a")).one())
    with database.reading(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM search_text")) == 1
        assert search.find(session, search.Question(words="lighthouse")).total == 0
        assert search.find(session, search.Question()).facets["country"] == {"BE": 1, "": 0}
        assert search.find(session, search.Question(near=search.Near(*LIEGE, 500))).total == 1


def test_a_number_that_is_given_again_brings_nothing_of_its_old_entry(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "topics": "asylum"}, {"id": "b", "topics": "housing", **PLACED}))
    with database.writing(engine) as session:
        session.delete(session.scalars(select(ContactPoint).where(ContactPoint.id == "b")).one())
    fill(engine, a_file({"id": "c", "topics": "health"}))
    with database.reading(engine) as session:
        found = search.find(session, search.Question())
        assert found.facets["topic"] == {"asylum": 1, "health": 1}
        assert search.find(session, search.Question(near=search.Near(*LIEGE, 5))).total == 0


@pytest.mark.parametrize("column", ["organization_number", "network_number", "city_number"])
def test_an_entry_cannot_point_at_what_is_not_there(engine: Engine, column: str) -> None:
    values = GOOD | {column: 77} | ({"city": "Nowhere"} if column == "city_number" else {})
    with pytest.raises(IntegrityError), database.writing(engine) as session:
        session.add(ContactPoint(id="a", **values))


@pytest.mark.parametrize(
    "rows",
    [
        [City(name="A", country="BE"), City(name="A", country="BE")],
        [City(name="A", country="BE", geonames_id=1), City(name="B", country="BE", geonames_id=1)],
        [City(name="A", country="BE", latitude=50.0)],
        [City(name="A", country="BE", latitude=91.0, longitude=5.0)],
        [City(name="A", country="BE", latitude=50.0, longitude=181.0)],
        [Organization(name="A"), Organization(name="A")],
        [Network(name="A"), Network(name="A")],
    ],
    ids=[
        "city twice",
        "GeoNames twice",
        "half a place",
        "latitude",
        "longitude",
        "organization twice",
        "network twice",
    ],
)
def test_owners_and_cities_stand_once_and_where_they_can(engine: Engine, rows: list[Any]) -> None:
    copies = [type(row)(**{k: v for k, v in vars(row).items() if not k.startswith("_")}) for row in rows]
    with pytest.raises(IntegrityError), database.writing(engine) as session:
        session.add_all(copies)


@pytest.mark.parametrize("topics", [None, {}, "asylum", 3])
def test_topics_that_are_no_list_are_refused(engine: Engine, topics: Any) -> None:
    with pytest.raises(DBAPIError), database.writing(engine) as session:
        session.add(ContactPoint(id="a", **(GOOD | {"topics": topics})))


def test_a_place_that_is_no_number_is_refused(engine: Engine) -> None:
    nowhere = {"latitude": float("nan"), "longitude": float("nan"), "precision": "exact"}
    with pytest.raises(IntegrityError), database.writing(engine) as session:
        session.add(ContactPoint(id="a", **(GOOD | nowhere)))


# Migrations


def checks(engine: Engine) -> dict[str, set[tuple[str, str]]]:
    """Table → (name, condition) of its checks, as the engine tells them."""
    told = inspect(engine)
    return {
        table: {(str(check["name"]), check["sqltext"]) for check in told.get_check_constraints(table)}
        for table in Base.metadata.tables
    }


def test_migrations_make_the_checks_that_the_models_say(
    engine: Engine, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Alembic's own comparison passes over checks: a new topic without a migration would be refused by the database."""
    if engine.dialect.name == "sqlite":
        by_models = create_engine(f"sqlite:///{tmp_path}/models.sqlite")
    else:
        by_models = database.connect(request.getfixturevalue("cluster").new_database())
    Base.metadata.create_all(by_models)
    assert checks(engine) == checks(by_models)
    by_models.dispose()


def to(engine: Engine, revision: str) -> None:
    """Take the tables back to how they were at a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(directory.__file__).parent / "migrations"))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_the_way_back_leaves_nothing(engine: Engine) -> None:
    fill(engine, a_file({"id": "a"}))
    to(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    database.migrate(engine)
    assert count(engine) == 0


def test_the_way_back_to_any_revision_can_be_gone_again(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "topics": ""}))
    for revision in reversed(database.revisions()):
        to(engine, revision)
        database.migrate(engine)
    assert count(engine) == 1


def test_an_undo_that_is_not_done_goes_with_its_state_and_nothing_else(engine: Engine) -> None:
    number = fill(engine, a_file({"id": "a"}))
    kept = select(ImportRun.kind, ImportRun.state, Change.contact_point).join(Change, Change.run == ImportRun.number)
    with database.writing(engine) as session:
        session.add(PlannedRow(run=number, line=2, outcome="created"))
        undoing.order(session, number)
    to(engine, "0005")
    with database.reading(engine) as session:
        assert session.scalars(select(ImportRun.number)).all() == [number]
    with pytest.raises(IntegrityError), database.writing(engine) as session:
        undoing.order(session, number)
    database.migrate(engine)
    with database.writing(engine) as session:
        undoing.order(session, number)
        assert session.execute(kept).all() == [("file", "applied", "a")]
        assert session.scalars(select(PlannedRow.line)).all() == [2]
        if engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_who_cannot_be_reached_stays_on_the_way_back_and_is_demanded_again(engine: Engine) -> None:
    fill(engine, a_file({"id": "a"}))
    with database.writing(engine) as session:
        nobody = {"name": "B", "country": "BE", "topics": []}
        session.add(ContactPoint(id="b", **nobody))
    to(engine, "0008")
    with pytest.raises(IntegrityError, match="can_be_reached"), database.writing(engine) as session:
        session.add(ContactPoint(id="c", **nobody))
    database.migrate(engine)
    with database.writing(engine) as session:
        session.add(ContactPoint(id="c", **nobody))
    with database.reading(engine) as session:
        assert session.scalars(select(ContactPoint.id).order_by(ContactPoint.id)).all() == ["a", "b", "c"]
        assert session.scalar(select(func.count()).select_from(Change)) == 1
        if engine.dialect.name == "sqlite":
            triggers = text("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            assert "search_text_follows" in session.scalars(triggers).all()
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/a/b/d.sqlite")
    database.migrate(engine)
    assert (tmp_path / "a/b/d.sqlite").is_file()
    engine.dispose()


# JSON


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (float("nan"), None),
        (float("inf"), None),
        ([10**5000], [None]),
        ([-(10**400), 10**30, {"a": float("-inf")}], [None, 1e30, {"a": None}]),
        ([2**63, 2**64, "\ud800"], [2**63, 2**64, "\ud800"]),
    ],
)
def test_every_number_is_kept_as_valid_json(engine: Engine, value: Any, kept: Any) -> None:
    with database.writing(engine) as session:
        run = ImportRun(refusal={"values": {"number": value}})
        session.add(run)
        session.flush()
        number = run.number
    with database.reading(engine) as session:
        assert session.get_one(ImportRun, number).refusal == {"values": {"number": kept}}
        written = session.scalar(text("SELECT CAST(refusal AS TEXT) FROM import_run"))
    json.loads(written, parse_constant=pytest.fail)


@pytest.mark.parametrize("written", ["NaN", "[-Infinity, 1e999]", f"[null, {'9' * 5000}]", '{"a": 9' + "9" * 400 + "}"])
def test_what_another_program_wrote_for_a_number_is_read(tmp_path: Path, written: str) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    database.migrate(engine)
    with database.writing(engine) as session:
        session.add(ImportRun())
        session.flush()
        session.execute(text("UPDATE import_run SET refusal = :written"), {"written": written})
    with database.reading(engine) as session:
        read = session.scalars(select(ImportRun)).one().refusal
    engine.dispose()
    assert read in (None, [None, None], {"a": None})


def test_the_last_file_of_migrations_is_the_last_revision() -> None:
    """By its name a start knows that there is nothing to do, without looking into the files."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head == max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
