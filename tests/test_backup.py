"""A backup holds all that cannot be derived, as it was at one moment, and goes back into either engine to the letter."""

from __future__ import annotations

import json
import random
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import a_file, all_ids, questions
from backups import PASSING, a_full_one, backed_up, everything, restored
from conftest import ENGINES, fill
from entering import SECRET, Clock, sign_in
from sqlalchemy import Engine, func, inspect, select, text

from directory import backup, cities, create_app, database, exporter, importer
from directory.config import Settings
from directory.models import Account, Base, ContactPoint, ImportRun


@pytest.fixture(
    scope="module", params=[pytest.param(n, marks=pytest.mark.postgresql if n != "sqlite" else ()) for n in ENGINES]
)
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A directory that has something of everything, on each engine, to read from."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('full')}/directory.sqlite"
    else:
        url = request.getfixturevalue("cluster").new_database()
    made = database.connect(url)
    database.migrate(made)
    a_full_one(made)
    yield made
    made.dispose()


@pytest.fixture
def other(full: Engine, url: str, tmp_path: Path) -> Iterator[Engine]:
    """The full directory restored into an empty database of each engine."""
    backed_up(full, tmp_path / "b.zip")
    made = database.connect(url)
    restored(made, tmp_path / "b.zip")
    yield made
    made.dispose()


def test_every_row_comes_back_on_each_engine_from_each(full: Engine, other: Engine) -> None:
    before = everything(full)
    empty = [name for name, rows in before.items() if not rows]
    assert empty == [], "a table without rows shows nothing: put something into it in `a_full_one`"
    assert everything(other) == before


def test_the_same_is_found_after_a_restore(full: Engine, other: Engine) -> None:
    with database.reading(full) as before, database.reading(other) as after:
        asked = list(questions(60, cities.atlas(before)))
        found = [all_ids(before, question) for question in asked]
        assert [all_ids(after, question) for question in asked] == found
        assert sum(map(bool, found)) > 20
        assert list(exporter.as_csv(after)) == list(exporter.as_csv(before))


def test_an_import_is_undone_after_a_restore(other: Engine) -> None:
    with database.writing(other) as session:
        undoing, kept = importer.undo(session, 1)
        assert (undoing.changed, len(kept)) == (111, 0)
    with database.reading(other) as session:
        assert session.scalars(select(ContactPoint.id)).all() == ["a"]


def test_a_plan_is_applied_after_a_restore(other: Engine) -> None:
    with database.writing(other) as session:
        run = session.scalars(select(ImportRun).where(ImportRun.file_name == "waiting.csv")).one()
        assert run.state == "planned"
        importer.runs.confirm(session, run.number, run.plan_digest.hex())
        number = run.number
    importer.work(other, number)
    with database.reading(other) as session:
        assert session.scalar(select(func.count()).where(ContactPoint.id == "z-2")) == 1


def test_what_is_new_after_a_restore_gets_numbers_of_its_own(other: Engine) -> None:
    with database.reading(other) as session:
        last = session.scalar(select(func.max(ContactPoint.number))) or 0
    fill(other, a_file({"id": "new", "organization": "A new house", "city": "Huy"}))
    with database.reading(other) as session:
        assert session.scalar(select(ContactPoint.number).where(ContactPoint.id == "new")) == last + 1


def test_the_administrator_signs_in_after_a_restore(other: Engine, tmp_path: Path) -> None:
    address = other.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=address, contact_email="a@example.org", tile_cache=str(tmp_path / "tiles")))
    app.testing, clock = True, Clock(app)
    with database.reading(other) as session:
        email = session.scalars(select(Account.email)).one()
    entered = sign_in(app.test_client(), email, SECRET, clock.now)
    assert (entered.status_code, entered.location) == (303, "/en/admin/imports")
    assert "session=" in entered.headers["Set-Cookie"]
    app.extensions["database"].dispose()


def test_sqlite_is_sound_after_a_restore(other: Engine) -> None:
    if other.dialect.name == "sqlite":
        with database.reading(other) as session:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_a_backup_of_what_was_restored_is_the_same(full: Engine, other: Engine, tmp_path: Path) -> None:
    first, second = backed_up(full, tmp_path / "1.zip"), backed_up(other, tmp_path / "2.zip")
    assert first.tables == second.tables  # the sums of all lines, whichever the engine


def test_every_table_is_in_a_backup_or_left_out_for_a_reason(engine: Engine, tmp_path: Path) -> None:
    held = set(backed_up(engine, tmp_path / "b.zip").tables)
    assert held | set(backup.LEFT_OUT) == set(Base.metadata.tables) | {"search_text", "alembic_version"}
    assert not held & set(backup.LEFT_OUT)
    assert set(backup.LEFT_OUT) - {"search_text", "alembic_version"} == PASSING, "is it surely derived, or passing?"
    assert all(backup.LEFT_OUT.values())
    known = {name for name in inspect(engine).get_table_names() if not name.startswith("search_text_")}
    assert known == held | set(backup.LEFT_OUT)


def test_a_backup_is_one_moment_however_long_it_takes(engine: Engine, url: str, tmp_path: Path) -> None:
    fill(engine, a_file({"id": "a"}, {"id": "b", "organization": "Old house"}))
    before, written = everything(engine), []

    def write(_: int) -> None:
        """Somebody changes everything each time that some rows were read, and does not wait."""
        number = len(written)
        written.append(fill(engine, a_file({"id": "a", "street": f"Rue {number}"}, {"id": f"new-{number}"})))

    with backup.appearing(tmp_path / "b.zip") as target, database.snapshot(engine) as session:
        backup.write(session, target, write)
    assert len(written) > 3
    assert everything(engine) != before
    other = database.connect(f"sqlite:///{tmp_path}/other.sqlite")
    restored(other, tmp_path / "b.zip")
    assert everything(other) == before
    other.dispose()


def test_a_snapshot_cannot_write_on_postgresql(engine: Engine) -> None:
    with database.snapshot(engine) as session:
        if engine.dialect.name == "postgresql":
            with pytest.raises(Exception, match="read-only transaction"):
                session.execute(text("UPDATE search_stamp SET value = 0"))
    with database.writing(engine) as session:  # the connection is as it was
        session.execute(text("UPDATE search_stamp SET value = 0"))


def test_anybody_can_read_it_with_unzip(full: Engine, tmp_path: Path) -> None:
    backed_up(full, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        told = json.loads(archive.read("manifest.json"))
        part = told["tables"]["contact_point"]
        rows = [
            dict(zip(part["columns"], json.loads(line), strict=True)) for line in archive.open("contact_point.jsonl")
        ]
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o600}
    assert (told["format_version"], len(rows), part["rows"]) == (1, 112, 112)
    assert json.loads(next(row for row in rows if row["id"] == "a")["topics"]) == ["food"]


def test_a_row_that_holds_a_file_is_read_alone() -> None:
    at_once = {table.name: backup.holding.rows_at_once(table) for table in backup.tables_at(database.revisions()[-1])}
    assert {name for name, number in at_once.items() if number == 1} == {"import_run"}


def test_many_files_take_no_more_memory_than_one(tmp_path: Path) -> None:
    first, second = (database.connect(f"sqlite:///{tmp_path}/{name}.sqlite") for name in ("first", "second"))
    database.migrate(first)
    backed_up(first, tmp_path / "empty.zip")  # what it needs once
    with database.writing(first) as session:
        for number in range(24):
            session.add(ImportRun(content=random.Random(number).randbytes(2 << 20)))
            session.flush()
            session.expunge_all()
    for do in (lambda: backed_up(first, tmp_path / "b.zip"), lambda: restored(second, tmp_path / "b.zip")):
        tracemalloc.start()
        do()
        assert tracemalloc.get_traced_memory()[1] < 64 << 20  # one of 2 MB takes 42 for a moment, while it is read
        tracemalloc.stop()
    first.dispose()
    second.dispose()


def test_an_empty_directory_is_backed_up_and_restored(engine: Engine, tmp_path: Path) -> None:
    assert backed_up(engine, tmp_path / "b.zip").rows == 1  # the key
    with database.snapshot(engine) as session:
        assert backup.count(session) == 1
    restored(engine, tmp_path / "b.zip")
    with database.reading(engine) as session:
        key = session.scalar(text("SELECT count(*) FROM door_key"))
    assert key == 1
