"""A full disk, a lock, PostgreSQL away, two at once: nothing half done, nothing old lost, and it is said."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from asking import a_file
from backups import backed_up, everything, restored, silent
from click.testing import CliRunner
from conftest import Cluster, fill
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from test_faults import command, many
from test_faults_killed import in_a_child

from directory import backup, database
from directory.backup import Refused
from directory.cli import main
from directory.models import ImportRun


def address(engine: Engine) -> str:
    engine.dispose()
    return engine.url.render_as_string(hide_password=False)


def a_large_one(engine: Engine, megabytes: int) -> None:
    """Put something into a directory that no compression makes smaller."""
    with database.writing(engine) as session:
        session.add(ImportRun(content=random.Random(7).randbytes(megabytes << 20)))


def test_a_full_disk_leaves_no_half_backup_and_keeps_the_old_one(engine: Engine, small_disk: Path) -> None:
    fill(engine, a_file({"id": "a"}))
    old = backed_up(engine, small_disk / "old.zip")
    a_large_one(engine, 8)
    for arguments in (("backup", f"{small_disk}/new.zip"), ("backup", "--overwrite", f"{small_disk}/old.zip")):
        told = command(*arguments, url=address(engine))
        sentence = "Error: The file cannot be written (No space left on device). Nothing was written.\n"
        assert (told.returncode, told.stderr, told.stdout) == (1, sentence, "")
        assert [each.name for each in small_disk.iterdir()] == ["old.zip"]
    with (small_disk / "old.zip").open("rb") as file, backup.opened(file) as found:
        found.check(silent)
        assert found.manifest == old


def test_a_full_disk_leaves_an_empty_directory(engine: Engine, small_disk: Path, tmp_path: Path) -> None:
    a_large_one(engine, 8)
    backed_up(engine, tmp_path / "large.zip")
    told = command("restore", str(tmp_path / "large.zip"), url=f"sqlite:///{small_disk}/d.sqlite")
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert "full" in told.stderr
    fill(engine, a_file({"id": "a"}))
    with database.writing(engine) as session:
        session.connection().exec_driver_sql("UPDATE import_run SET content = NULL")
    backed_up(engine, tmp_path / "small.zip")
    told = command("restore", str(tmp_path / "small.zip"), url=f"sqlite:///{small_disk}/d.sqlite")
    assert told.returncode == 0, told.stderr


def test_whoever_writes_is_not_in_the_way_of_a_backup(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    database.migrate(engine)
    other = sqlite3.connect(tmp_path / "d.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told = command("backup", str(tmp_path / "b.zip"), url=address(engine), timeout=10)
    assert told.returncode == 0, told.stderr
    other.close()


def test_a_restore_waits_for_whoever_writes_and_says_so(
    engine: Engine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    file = tmp_path / "b.zip"
    backed_up(engine, file)
    with database.writing(engine) as session:
        session.connection().exec_driver_sql("INSERT INTO network (number, name) VALUES (7, 'Somebody is at work')")
        ran = CliRunner().invoke(main, ["restore", str(file)], env={"DATABASE_URL": url}, catch_exceptions=False)
        assert (ran.exit_code, "lock" in ran.stderr, "Nothing was written" in ran.stderr) == (1, True, True)
        session.rollback()
    restored(engine, file)


def test_nobody_writes_during_a_restore(engine: Engine, url: str, tmp_path: Path) -> None:
    fill(engine, many(3))
    backed_up(engine, tmp_path / "b.zip")
    with engine.execution_options(writes=True).begin() as connection:
        database.take_down(connection)
    database.migrate(engine)
    refused: list[str] = []

    def write(_: int) -> None:
        insert = "INSERT INTO network (number, name) VALUES (7, 'Somebody comes between')"
        try:
            if engine.dialect.name == "sqlite":
                sqlite3.connect(str(engine.url.database), timeout=0.1).execute(insert)
            else:
                with psycopg.connect(url) as other:
                    other.execute("SET lock_timeout = '100ms'")
                    other.execute(insert.encode())
        except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable) as error:
            refused.append(str(error))

    with (tmp_path / "b.zip").open("rb") as file, backup.opened(file) as found, database.writing(engine) as session:
        backup.restore(session, found, write)
    assert len(refused) > 5
    assert everything(engine)["network"] == []


def test_what_somebody_writes_just_before_a_restore_stays(engine: Engine, url: str, tmp_path: Path) -> None:
    """It is not seen before it is committed, and would be taken down with the tables."""
    backed_up(engine, tmp_path / "b.zip")
    asked = [sys.executable, "-m", "directory", "restore", "--json", str(tmp_path / "b.zip")]
    with database.writing(engine) as session:
        session.connection().exec_driver_sql("INSERT INTO network (number, name) VALUES (7, 'Just in time')")
        environment = {**os.environ, "DATABASE_URL": url}
        process = subprocess.Popen(asked, env=environment, stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            process.communicate(timeout=4)
    told = json.loads(process.communicate(timeout=60)[0])
    assert (process.returncode, told["code"]) == (1, "not_empty")
    assert [name for _, name in everything(engine)["network"]] == ["Just in time"]


def test_two_restores_at_once_restore_once(engine: Engine, url: str, tmp_path: Path) -> None:
    fill(engine, many(300))
    backed_up(engine, tmp_path / "b.zip")
    before = everything(engine)
    with engine.execution_options(writes=True).begin() as connection:
        database.take_down(connection)
    engine.dispose()
    asked = [sys.executable, "-m", "directory", "restore", "--json", str(tmp_path / "b.zip")]
    environment = {**os.environ, "DATABASE_URL": url}
    started = [subprocess.Popen(asked, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [json.loads(process.communicate(timeout=120)[0]) for process in started]
    assert sorted(process.returncode for process in started) == [0, 1]
    assert sorted(each.get("code", "") for each in told) == ["", "not_empty"]
    assert everything(engine) == before


def test_two_backups_into_one_file_do_not_mix(tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    with backup.appearing(target) as first:
        first.write(b"first")
        with pytest.raises(Refused, match="Another backup is being written"), backup.appearing(target):
            pass
    assert target.read_bytes() == b"first"


def test_what_a_kill_left_is_overwritten_and_private_again(tmp_path: Path) -> None:
    (tmp_path / ".b.zip.part").write_bytes(b"half of a backup")
    (tmp_path / ".b.zip.part").chmod(0o644)
    with backup.appearing(tmp_path / "b.zip") as file:
        file.write(b"new")
    assert (tmp_path / "b.zip").read_bytes() == b"new"
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["b.zip"]


def test_a_file_that_comes_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    for name in ("linked", "moved"):
        if name == "moved":  # as on a file system that has no links
            monkeypatch.setattr(os, "link", no_links)
        target = tmp_path / name
        with pytest.raises(Refused, match="There is a file of this name"), backup.appearing(target) as file:
            file.write(b"ours")
            target.write_bytes(b"theirs")
        assert target.read_bytes() == b"theirs"
        with backup.appearing(tmp_path / f"{name}-2") as file:
            file.write(b"ours")
        assert (tmp_path / f"{name}-2").read_bytes() == b"ours"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["linked", "linked-2", "moved", "moved-2"]


def test_a_file_that_comes_in_the_last_moment_is_kept(tmp_path: Path) -> None:
    """Between the last look and the new name there is no time for anybody."""
    target = tmp_path / "b.zip"

    def write() -> None:
        names = ("os.link", "os.rename")  # said before it is done
        sys.addaudithook(lambda name, _: target.write_bytes(b"theirs") and None if name in names else None)
        with pytest.raises(Refused, match="There is a file of this name"), backup.appearing(target) as file:
            file.write(b"ours")

    assert in_a_child(write) == 0
    assert target.read_bytes() == b"theirs"


@pytest.mark.postgresql
def test_postgresql_that_is_away_or_stops_in_the_middle_is_told(own_cluster: Cluster, tmp_path: Path) -> None:
    engine = database.connect(own_cluster.new_database())
    database.migrate(engine)
    fill(engine, many(5))
    backed_up(engine, tmp_path / "b.zip")
    before, empty = everything(engine), database.connect(own_cluster.new_database())
    database.migrate(empty)
    untouched = everything(empty)
    with (
        pytest.raises(OperationalError),
        database.writing(empty) as session,
        (tmp_path / "b.zip").open("rb") as file,
        backup.opened(file) as found,
    ):
        backup.restore(session, found, lambda _: own_cluster.stop())
    for arguments in (("backup", f"{tmp_path}/new.zip"), ("restore", f"{tmp_path}/b.zip")):
        told = command(*arguments, url=address(empty))
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
        assert told.stderr.startswith("Error: The database cannot be used now")
    assert [each.name for each in tmp_path.iterdir()] == ["b.zip"]
    own_cluster.start()
    empty.dispose()
    assert everything(empty) == untouched
    restored(empty, tmp_path / "b.zip")
    engine.dispose()
    assert everything(empty) == everything(engine) == before
    empty.dispose()
    engine.dispose()
