"""The database locked, the disk full, PostgreSQL stopped in the middle, two imports at once: all or nothing, and said."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from asking import a_file
from conftest import Cluster, fill
from desk import DESK, SOUP, Desk, form_of
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import OperationalError
from test_faults_killed import export

from directory import database, importer
from directory.importer import progress, runs
from directory.models import Change, ContactPoint, ImportRun


def confirmed(engine: Engine, data: bytes) -> int:
    with database.writing(engine) as session:
        number = runs.upload(session, data, "new.csv").number
    importer.work(engine, number)
    with database.writing(engine) as session:
        found = runs.get(session, number)
        assert found
        assert found.state == "planned", found.refusal
        runs.confirm(session, number, found.plan_digest.hex())
    return number


def state(engine: Engine, number: int) -> str:
    with database.reading(engine) as session:
        return session.scalars(select(ImportRun.state).where(ImportRun.number == number)).one()


def command(*arguments: str, url: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.run(
        [sys.executable, "-m", "directory", *arguments], env=environment, capture_output=True, text=True, **more
    )


def many(count: int, **cells: str) -> bytes:
    return a_file(*({"id": f"p-{number}", "name": f"Door {number}", **cells} for number in range(count)))


def test_a_locked_database_is_told_and_the_work_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    database.migrate(engine)
    number = confirmed(engine, many(3))
    other = sqlite3.connect(tmp_path / "d.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        importer.work(engine, number)
    other.execute("ROLLBACK")
    assert state(engine, number) == "confirmed"
    importer.work(engine, number)
    assert state(engine, number) == "applied"
    engine.dispose()


def test_a_page_says_why_nothing_can_be_written_while_an_import_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    desk = Desk(f"sqlite:///{tmp_path}/d.sqlite")
    other = sqlite3.connect(tmp_path / "d.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    form = form_of(desk.get(f"{DESK}/new"))
    page = desk.post(form, f"{DESK}/new", SOUP)
    assert page.status_code == 503
    assert "Perhaps a large import is being written just now" in page.text
    assert "Perhaps" not in desk.client.get("/en/nothing").text
    other.execute("ROLLBACK")
    assert desk.post(form, f"{DESK}/new", SOUP).status_code == 303


def test_a_full_disk_is_told_and_nothing_is_half_done(small_disk: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{small_disk}/d.sqlite"
    engine = database.connect(url)
    database.migrate(engine)
    fill(engine, many(5))
    before = export(engine)
    file = tmp_path / "big.csv"
    file.write_bytes(many(3000, description_en="Advice on rights at work, in nine languages. " * 8))
    done = command("import", str(file), url=url)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "full" in done.stderr
    assert "Nothing was written" in done.stderr
    engine.dispose()
    assert export(engine) == before
    fill(engine, many(6))
    engine.dispose()


def test_two_commands_at_once_lose_nothing(url: str, tmp_path: Path) -> None:
    engine = database.connect(url)
    database.migrate(engine)
    fill(engine, many(40))
    files = []
    for number, cells in enumerate(({"street": "Rue A"}, {"email": "a@example.org"}, {"cost": "free"})):
        files.append(tmp_path / f"{number}.csv")
        files[-1].write_bytes(many(60, **cells))
    environment = {**os.environ, "DATABASE_URL": url}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "directory", "import", str(file)], env=environment, stderr=subprocess.PIPE, text=True
        )
        for file in files
    ]
    for file, process in zip(files, started, strict=True):
        _, told = process.communicate(timeout=120)
        if process.returncode:
            assert "Nothing was written: run it again" in told
            assert command("import", str(file), url=url).returncode == 0
    with database.reading(engine) as session:
        complete = select(func.count()).where(
            ContactPoint.street == "Rue A", ContactPoint.email == "a@example.org", ContactPoint.cost == "free"
        )
        assert session.scalar(complete) == 60
        assert session.scalar(select(func.count()).select_from(ContactPoint)) == 60
        versions = dict(session.execute(select(ContactPoint.id, ContactPoint.version)).all())
        changed = session.execute(select(Change.contact_point, func.count()).group_by(Change.contact_point))
        assert versions == dict(changed.all())  # each version has its change in the history
    engine.dispose()


def test_two_undos_at_once_undo_once(url: str) -> None:
    engine = database.connect(url)
    database.migrate(engine)
    fill(engine, many(40))
    before = export(engine)
    number = fill(engine, many(300, street="Rue A"))
    asked = [sys.executable, "-m", "directory", "undo", str(number), "--json"]
    environment = {**os.environ, "DATABASE_URL": url}
    started = [subprocess.Popen(asked, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [json.loads(process.communicate(timeout=120)[0]) for process in started]
    assert sorted(process.returncode for process in started) == [0, 1, 1]
    assert sorted(each.get("code", "") for each in told) == ["", "already_undone", "already_undone"]
    assert export(engine) == before
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).where(Change.what == "removed")) == 260
    engine.dispose()


@pytest.mark.postgresql
@pytest.mark.parametrize("after", ["SELECT setval", "SELECT city.number", "SELECT contact_point"])
def test_postgresql_that_stops_in_the_middle_loses_nothing(own_cluster: Cluster, after: str) -> None:
    engine = database.connect(own_cluster.new_database())
    database.migrate(engine)
    fill(engine, many(5))
    before = export(engine)
    number = confirmed(engine, many(20, street="Rue A"))
    stopped = []

    def stop(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not stopped and statement.startswith(after):
            stopped.append(own_cluster.stop())

    event.listen(engine, "before_cursor_execute", stop)
    with pytest.raises(OperationalError):
        importer.work(engine, number)
    assert stopped
    own_cluster.start()
    engine.dispose()
    assert (state(engine, number), export(engine)) == ("confirmed", before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "ALIVE_SECONDS", 0.0)
        importer.work(engine, number)
    assert state(engine, number) == "applied"
    engine.dispose()


@pytest.mark.postgresql
def test_the_command_says_that_postgresql_is_away(own_cluster: Cluster, tmp_path: Path) -> None:
    url = own_cluster.new_database()
    file = tmp_path / "f.csv"
    file.write_bytes(many(1))
    own_cluster.stop()
    done = command("import", str(file), url=url)
    own_cluster.start()
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "Nothing was written" in done.stderr
