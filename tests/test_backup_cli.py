"""`directory backup` and `directory restore` as an administrator's shell sees them."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from asking import a_file
from click.testing import CliRunner, Result
from conftest import SEED
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import database
from directory.cli import backing_up, main


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def command(*arguments: str, at: str = "d", **environment: str) -> Result:
        variables = {"DATABASE_URL": f"sqlite:///{tmp_path}/{at}.sqlite", **environment}
        return CliRunner().invoke(main, arguments, env=variables, catch_exceptions=False)

    return command


@pytest.fixture
def file(run: Any, tmp_path: Path) -> Path:
    """A backup of the seed."""
    (tmp_path / "seed.csv").write_bytes(SEED)
    assert run("import", str(tmp_path / "seed.csv")).exit_code == 0
    assert run("backup", str(tmp_path / "b.zip")).exit_code == 0
    return tmp_path / "b.zip"


def test_both_say_what_they_did(run: Any, file: Path) -> None:
    again = run("backup", "--overwrite", str(file))
    size = f"{file.stat().st_size / 1e6:,.1f} MB"
    assert (again.exit_code, again.output) == (
        0,
        f"Wrote 111 contact points and all that belongs to them into {file}: {size}.\n",
    )
    restored = run("restore", str(file), at="new")
    assert restored.exit_code == 0
    assert restored.output.startswith("Restored 111 contact points and all that belongs to them, as they were on 20")
    assert json.loads(run("runs", "--json", at="new").stdout)["runs"][0]["created"] == 111
    assert run("export", at="new").stdout == run("export").stdout


def test_both_print_one_object(run: Any, file: Path) -> None:
    written = json.loads(run("backup", "--json", "--overwrite", str(file)).stdout)
    restored = json.loads(run("restore", "--json", str(file), at="new").stdout)
    assert (written["written"], written["bytes"], restored["restored"]) == (True, file.stat().st_size, True)
    assert written["tables"]["contact_point"] == 111
    shared = {"file", "made_at", "program", "revision", "tables"}
    assert {name: written[name] for name in shared} == {name: restored[name] for name in shared}
    assert set(written) == {*shared, "written", "bytes", "seconds"}
    assert set(restored) == {*shared, "restored", "seconds"}
    assert 0 < restored["seconds"] < 60


def test_only_the_owner_can_read_it(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(each.name for each in file.parent.iterdir() if "part" in each.name) == []


def test_a_file_that_is_there_stays_without_a_word(run: Any, tmp_path: Path, file: Path) -> None:
    file.write_bytes(b"old")
    told = run("backup", str(file))
    assert (told.exit_code, told.stderr) == (
        1,
        "Error: There is a file of this name. Choose another one, or say --overwrite. Nothing was written.\n",
    )
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert run("backup", str(tmp_path / "dangling")).exit_code == 1
    as_json = run("backup", "--json", str(file))
    assert (as_json.exit_code, as_json.stderr, json.loads(as_json.stdout)["code"]) == (1, "", "exists")
    assert file.read_bytes() == b"old"
    assert run("backup", "--overwrite", str(file)).exit_code == 0
    assert file.read_bytes()[:2] == b"PK"


def test_a_directory_with_something_in_it_stays_as_it_is(run: Any, file: Path) -> None:
    before = run("export").stdout
    told = run("restore", str(file))
    assert (told.exit_code, "is not empty: there is something in" in told.stderr) == (1, True)
    assert told.stderr.endswith("restore into that. Nothing was restored.\n")
    as_json = run("restore", "--json", str(file))
    answer = json.loads(as_json.stdout)
    assert (as_json.exit_code, answer["restored"], answer["code"]) == (1, False, "not_empty")
    assert set(answer) == {"restored", "file", "code", "message"}
    assert run("export").stdout == before


@pytest.mark.parametrize("held", [("admin", "create", "a@example.org", "--link"), ("import", "one.csv")])
def test_an_account_or_an_import_is_something(run: Any, file: Path, tmp_path: Path, held: tuple[str, ...]) -> None:
    (tmp_path / "one.csv").write_bytes(a_file({"id": "a"}))
    assert run(*held[:-1], str(tmp_path / held[-1]) if held[0] == "import" else held[-1], at="new").exit_code == 0
    assert run("restore", str(file), at="new").exit_code == 1


def test_a_directory_without_anything_is_filled(run: Any, file: Path) -> None:
    assert run("reindex", at="new").output == "Indexed 0 contact points.\n"
    assert run("restore", str(file), at="new").exit_code == 0
    assert run("export", at="new").stdout == run("export").stdout


def test_a_directory_that_is_not_there_is_not_backed_up_and_not_made(run: Any, tmp_path: Path) -> None:
    """A slip in a nightly job's DATABASE_URL must not write backups of nothing for years."""
    told = run("backup", str(tmp_path / "b.zip"), at="folder/typo")
    assert (told.exit_code, "There is no directory at" in told.stderr) == (1, True)
    assert not (tmp_path / "folder").exists()
    (tmp_path / "empty.sqlite").touch()
    told = run("backup", str(tmp_path / "b.zip"), at="empty")
    assert (told.exit_code, "There is no directory in the database" in told.stderr) == (1, True)
    assert not (tmp_path / "b.zip").exists()


def test_the_directory_itself_is_not_overwritten_by_its_backup(run: Any, file: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "d.sqlite")
    for target in ("d.sqlite", "link"):
        told = run("backup", "--overwrite", str(tmp_path / target))
        assert (told.exit_code, "is the directory itself" in told.stderr) == (1, True)
    assert run("restore", str(file), at="new").exit_code == 0


def test_wrong_usage_is_told_as_such(run: Any, tmp_path: Path) -> None:
    for wrong in (("backup",), ("restore",), ("restore", f"{tmp_path}/nowhere.zip"), ("restore", str(tmp_path))):
        ran = run(*wrong)
        assert (ran.exit_code, "Error: " in ran.stderr) == (2, True)
    assert run("backup", str(tmp_path)).exit_code == 2
    assert run("backup", "-").exit_code == 2
    assert "one FILE" in run("backup", "--help").output
    assert "all of FILE or nothing" in run("restore", "--help").output
    assert not any(tmp_path.iterdir())


def test_a_place_where_nothing_can_be_written_is_told(run: Any, file: Path, tmp_path: Path) -> None:
    for target, told in (
        (tmp_path / "no/folder/b.zip", "No such file or directory"),
        (file / "b.zip", "Not a directory"),
        (tmp_path / ("x" * 255), "File name too long"),
        (Path("/proc/b.zip"), ""),
    ):
        ran = run("backup", str(target))
        assert (ran.exit_code, "The file cannot be written (" in ran.stderr, told in ran.stderr) == (1, True, True)


def test_a_file_that_is_no_database_is_told(run: Any, file: Path, tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("This is no database at all." * 99)
    for command in (("backup", str(tmp_path / "new.zip")), ("restore", str(file))):
        told = run(*command, at="text")
        assert (told.exit_code, "file is not a database" in told.stderr) == (1, True)
    assert not (tmp_path / "new.zip").exists()


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "any").write_bytes(content)
    variables = {"DATABASE_URL": f"sqlite:///{tmp_path}/any.sqlite"}
    ran = CliRunner().invoke(main, ["restore", str(tmp_path / "any")], env=variables, catch_exceptions=False)
    assert (ran.exit_code, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert ran.stderr.endswith(". Nothing was restored.\n")
    assert not (tmp_path / "any.sqlite").exists()


def test_a_value_that_its_column_cannot_hold_is_told_when_it_can_still_be_mended(
    run: Any, file: Path, tmp_path: Path
) -> None:
    """SQLite keeps what it is given; a backup that cannot be restored would be found out too late."""
    for column, value in (("version", "'three'"), ("verified_on", "'yesterday'"), ("names", "'{'")):
        engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
        with database.writing(engine) as session:
            kept = session.connection().exec_driver_sql(f"SELECT {column} FROM contact_point WHERE number = 5").scalar()
            session.connection().exec_driver_sql(f"UPDATE contact_point SET {column} = {value} WHERE number = 5")
        told = run("backup", str(tmp_path / "new.zip"))
        assert (told.exit_code, "contact_point" in told.stderr, told.stderr.count("\n")) == (1, True, 1)
        assert not (tmp_path / "new.zip").exists()
        with database.writing(engine) as session:
            session.connection().exec_driver_sql(f"UPDATE contact_point SET {column} = ? WHERE number = 5", (kept,))
        engine.dispose()
    assert run("backup", str(tmp_path / "new.zip")).exit_code == 0


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, b"Backing up"), (60.0, b"")])
def test_a_bar_is_shown_on_a_terminal_when_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, seconds: float, shown: bytes
) -> None:
    monkeypatch.setattr(backing_up, "BAR_AFTER_SECONDS", seconds)
    ours, theirs = os.openpty()
    with open(theirs, "w", encoding="utf-8") as terminal:  # noqa: PTH123  # a number, not a path
        monkeypatch.setattr(sys, "stderr", terminal)
        with backing_up._bar(10, "Backing up") as tell:
            tell(4)
            tell(6)
        terminal.write("end")
        terminal.flush()
        told = b""
        while not told.endswith(b"end"):  # a terminal gives what it has
            told += os.read(ours, 10_000)
    os.close(ours)
    assert (shown in told, b"100%" in told) == (True, bool(shown))


def test_a_pipe_is_told_nothing_but_the_outcome(run: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backing_up, "BAR_AFTER_SECONDS", 0.0)
    ran = run("restore", str(file), at="new")
    assert (ran.stderr, ran.stdout.count("\n")) == ("", 1)
