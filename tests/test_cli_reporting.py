"""What `directory import` tells of a file: bounded for people, whole as JSON, and only of a file that stayed one file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import a_file
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from directory import database, importer
from directory.cli import main, reporting
from directory.importer import keeping
from directory.models import ContactPoint, ImportRun, PlannedRow, PlanProblem

MANY = 2_500
MOST = reporting.MOST_SAID


def run(engine: Engine, *arguments: str) -> Result:
    address = engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(main, ("import", *arguments), env={"DATABASE_URL": address}, catch_exceptions=False)


def count(engine: Engine, table: type[Any], *where: Any) -> int:
    with database.reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Every second row is refused, the others have no topic."""
    path = tmp_path / "many.csv"
    rows = ({"id": f"p-{at}", "name": f"Door {at}", "topics": "", "email": "x" if at % 2 else ""} for at in range(MANY))
    path.write_bytes(a_file(*rows))
    return path


def test_people_are_told_the_first_and_how_many_more(engine: Engine, file: Path) -> None:
    told = run(engine, "--accept-valid", str(file)).output.splitlines()
    assert len([line for line in told if ", email: " in line]) == MOST
    assert len([line for line in told if ", topics: " in line]) == MOST
    more = MANY // 2 - MOST
    assert f"{file}: and {more} more problems. All of them: --json." in told
    assert f"{file}: and {more} more warnings. All of them: --json." in told


def test_all_of_them_are_kept_with_the_run(engine: Engine, file: Path) -> None:
    run(engine, "--accept-valid", str(file))
    for is_warning in (True, False):
        assert count(engine, PlanProblem, PlanProblem.is_warning.is_(is_warning)) == MANY // 2
    assert count(engine, PlannedRow, PlannedRow.outcome == "refused") == MANY // 2


def test_nothing_of_a_refused_file_is_kept(engine: Engine, file: Path) -> None:
    assert run(engine, str(file)).exit_code == 1
    for table in (ContactPoint, ImportRun, PlannedRow, PlanProblem):
        assert count(engine, table) == 0


def test_json_tells_all_of_them_and_is_one_object_for_all_files(engine: Engine, file: Path) -> None:
    told = json.loads(run(engine, "--dry-run", "--json", str(file), str(file)).stdout)
    first, second = told["files"]
    assert first == second
    assert list(first)[-3:] == ["counts", "problems", "warnings"]
    assert {len(first[name]) for name in ("problems", "warnings")} == {MANY // 2}
    assert first["warnings"][-1]["line"] == MANY


def test_people_are_told_the_name_of_a_country_and_programs_its_code(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "strays.csv"
    path.write_bytes(a_file({"id": "a", "country": "BE", "latitude": "42.7", "longitude": "23.3"}))
    assert "The place 42.7, 23.3 does not lie in Belgium." in run(engine, "--dry-run", str(path)).stderr
    told = json.loads(run(engine, "--dry-run", "--json", str(path)).stdout)["files"][0]["warnings"][-1]
    assert told["message"] == "The place 42.7, 23.3 does not lie in BE."


def test_what_is_told_is_not_collected(engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million of them would take a gigabyte: what is kept at a time is a part of the file."""
    kept: list[int] = []
    keep = keeping.keep_problems

    def noted(session: Any, number: int, problems: Any, are_warnings: bool = False) -> None:
        kept.append(len(problems))
        keep(session, number, problems, are_warnings)

    monkeypatch.setattr(keeping, "keep_problems", noted)
    run(engine, "--accept-valid", str(file))
    assert max(kept) == 1_000
    assert sum(kept) == MANY


def test_a_name_that_is_no_text_is_told(engine: Engine, file: Path) -> None:
    odd = file.with_name(os.fsdecode(b"odd\xff.csv"))
    file.rename(odd)
    done = run(engine, "--dry-run", "--json", str(odd))
    assert json.loads(done.stdout)["files"][0]["file"].endswith("odd�.csv")


def appended(file: Path) -> None:
    with file.open("ab") as more:
        more.write(b"late,Late,BE,Huy,,\r\n")


def rewritten(file: Path) -> None:
    """As long as before."""
    file.write_bytes(file.read_bytes().replace(b"Door", b"Gate"))


def in_another_shape(file: Path) -> None:
    file.write_bytes(b'\xff\xfe"' * 9)


def replaced(file: Path) -> None:
    """By one that pretends to be as old."""
    before = file.stat()
    other = file.with_name("other.csv")
    other.write_bytes(file.read_bytes())
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)


@pytest.mark.parametrize("change", [appended, rewritten, in_another_shape, replaced, Path.unlink])
@pytest.mark.parametrize("option", ["--accept-valid", "--dry-run"])
def test_a_file_that_changes_while_it_is_read_is_refused_in_a_sentence(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], option: str
) -> None:
    plan = importer.plan

    def late(*arguments: Any, **more: Any) -> Iterator[importer.RowPlan]:
        change(file)
        yield from plan(*arguments, **more)

    monkeypatch.setattr(reporting, "_KEPT_BYTES", 10)
    monkeypatch.setattr(importer, "plan", late)
    done = run(engine, option, str(file))
    assert done.exit_code == 1
    assert "The file changed while it was read. Nothing was written: import it again." in done.output
    assert count(engine, ContactPoint) == count(engine, ImportRun) == 0


def test_a_file_that_changes_before_it_is_understood_is_refused_too(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = importer.read

    def late(*arguments: Any) -> importer.Table:
        file.unlink()
        return read(*arguments)

    monkeypatch.setattr(reporting, "_KEPT_BYTES", 10)
    monkeypatch.setattr(reporting, "read", late)
    done = run(engine, str(file))
    assert (done.exit_code, "The file changed" in done.output) == (1, True)


def test_a_large_file_that_stays_as_it_is_is_written(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "_KEPT_BYTES", 10)
    run(engine, "--accept-valid", str(file))
    assert count(engine, ContactPoint) == MANY // 2
