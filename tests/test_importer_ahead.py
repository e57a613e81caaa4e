"""Large files read by several processes: the same as by one, whatever becomes of the others. On each engine."""

from __future__ import annotations

import csv
import gc
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import fill
from sqlalchemy import Engine, text

from directory import database, importer
from directory.importer import ahead, helping
from directory.importer.drafting import Asked, DraftReader, Task
from directory.importer.ready import Ready
from directory.importer.rows import Draft

ROWS = 3 * ahead.FEW
COLUMNS = ("id", "name", "country", "city", "topics", "phone", "description_bg")


def cells(number: int) -> list[str]:
    """A good row, every seventh with a telephone number that is none, and one that stands twice."""
    said = f"Безплатен адвокат за бежанци {number}"
    phone = "12" if number % 7 == 0 else f"02 981 {number:04}"[:11]
    return [f"p{number if number != 5000 else 3}", f"Център „Надежда“ {number}", "BG", "София", "asylum", phone, said]


def a_file() -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([COLUMNS, *map(cells, range(ROWS))])
    return file.getvalue().encode()


def said_of(url: str) -> list[Sequence[Any]]:
    """All that was written, and all that is searched of it."""
    engine = database.connect(url)
    document = "name, body FROM search_text ORDER BY rowid"
    if engine.dialect.name == "postgresql":
        document = "document FROM search_text ORDER BY contact_point"
    with engine.connect() as connection:
        listed = (
            "id, name, topics, phones, descriptions, city_number, version, row_digest FROM contact_point ORDER BY id"
        )
        wanted = (listed, document, "facet, value, numbers FROM facet ORDER BY facet, value, block")
        found = [tuple(map(tuple, connection.execute(text(f"SELECT {each}")))) for each in wanted]
    engine.dispose()
    return found


def run(url: str, file: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "directory", "import", "--json", "--accept-valid", str(file), *more]
    return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=False)


def test_helped_the_command_writes_what_one_process_writes(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(a_file())
    url = engine.url.render_as_string(hide_password=False)
    done = run(url, file)
    report = json.loads(done.stdout)["files"][0]
    assert report["counts"] == {"created": 5141, "changed": 0, "unchanged": 0, "refused": 859}
    assert [problem["line"] for problem in report["problems"]][:3] == [2, 9, 16]
    assert report["problems"] == sorted(report["problems"], key=lambda problem: int(problem["line"]))
    helped = said_of(url)
    with engine.begin() as connection:
        for table in ("change", "contact_point", "search_text", "facet", "search_gone", "place_block"):
            connection.execute(text(f"DELETE FROM {table}"))
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER SEQUENCE contact_point_number_seq RESTART"))
    with database.writing(engine) as session:
        number = importer.runs.upload(session, b"", "alone.csv").number
        importer.apply(session, number, importer.plan(session, importer.read(file)))
    assert not multiprocessing.active_children()
    alone = said_of(url)
    for one, other in zip(helped, alone, strict=True):
        assert one[:50] == other[:50]
        assert one == other


@dataclass
class APart:
    asked: list[Asked] = field(default_factory=list)


def parts(count: int = 8, rows: int = 500) -> Iterator[APart]:
    for at in range(count):
        yield APart([Asked(at * rows + n + 2, cells(at * rows + n), is_new=True) for n in range(rows)])


TASK = Task(COLUMNS, "file", "sqlite")


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """As in our own commands, and with helpers from the first row on. The lines that no helper read."""
    lines: set[int] = set()

    read_all = DraftReader.read_all

    def watched(reader: DraftReader, asked: Iterable[Asked]) -> list[Draft]:
        found = read_all(reader, asked)
        lines.update(draft.line for draft in found)
        return found

    monkeypatch.setattr(DraftReader, "read_all", watched)  # in this process only: the helpers import the module anew
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    with helping.hard_work(helping.MANY_BYTES):
        yield lines
    assert not multiprocessing.active_children()


@pytest.mark.usefixtures("read_here")
def test_drafts_come_in_the_order_of_the_file() -> None:
    lines = [draft.line for _, drafts in ahead.drafts(TASK, parts()) for draft in drafts]
    assert lines == list(range(2, 4002))


def test_who_works_hard_is_helped_with_many_rows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    rows = ahead.FEW // 4
    for count, expected in ((3, 0), (8, 1)):
        with helping.hard_work(helping.MANY_BYTES - 1):
            assert helping.works_hard()
            assert sum(len(drafts) for _, drafts in ahead.drafts(TASK, parts(count, rows))) == count * rows
            assert len(multiprocessing.active_children()) == expected
        assert not multiprocessing.active_children()
    assert not helping.works_hard()


def test_a_garbage_collector_that_looked_seldom_looks_again() -> None:
    before = gc.get_threshold(), sys.getswitchinterval()
    with helping.hard_work():
        assert gc.get_threshold() != before[0]
    assert (gc.get_threshold(), sys.getswitchinterval()) == before


def slowly(found: Iterator[tuple[APart, list[Draft]]], read_here: set[int]) -> Iterator[list[Draft]]:
    """As slowly as rows are written: helpers have time to start, and to read most of them."""
    is_helped = False
    for _, drafts in found:
        yield drafts
        is_helped = is_helped or drafts[0].line not in read_here
        time.sleep(0 if is_helped else 0.3)


def test_helpers_make_ready_what_is_written_while_others_are(read_here: set[int]) -> None:
    found = [draft for drafts in slowly(ahead.drafts(TASK, parts(60)), read_here) for draft in drafts]
    assert [draft.line for draft in found] == list(range(2, 30_002))
    by_helpers = [draft for draft in found if draft.line not in read_here and not draft.problems]
    assert by_helpers
    for draft in by_helpers:
        assert isinstance(draft.new, Ready)
        assert "advokat" in draft.new.searched.words[1]


def test_killed_helpers_lose_nothing(read_here: set[int]) -> None:
    lines, killed = [], 0
    for drafts in slowly(ahead.drafts(TASK, parts(60)), read_here):
        lines += [draft.line for draft in drafts]
        if drafts[0].line not in read_here:
            for helper in multiprocessing.active_children():
                assert helper.pid
                os.kill(helper.pid, signal.SIGKILL)
                killed += 1
    assert killed
    assert lines == list(range(2, 30_002))


def test_a_mistake_in_a_helper_is_told_here(read_here: set[int]) -> None:
    def broken() -> Iterator[APart]:
        yield from parts(4)
        while True:
            yield APart([Asked(3, [1, 2, 3], is_new=True)])  # type: ignore[list-item]

    with pytest.raises(AttributeError):
        list(slowly(ahead.drafts(TASK, broken()), read_here))


def test_helpers_end_when_nobody_wants_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    with pytest.raises(KeyboardInterrupt), helping.hard_work(helping.MANY_BYTES):
        for _ in ahead.drafts(TASK, parts()):
            assert multiprocessing.active_children()
            raise KeyboardInterrupt
    assert not multiprocessing.active_children()


def test_helpers_end_with_a_command_that_was_killed(tmp_path: Path) -> None:
    file, url = tmp_path / "large.csv", f"sqlite:///{tmp_path}/d.sqlite"
    file.write_bytes(a_file() + b"".join(b"q%d,A,BE,Li\xc3\xa8ge,asylum,,\n" % number for number in range(40_000)))
    command = [sys.executable, "-m", "directory", "import", "--no-limits", str(file)]
    started = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url}, start_new_session=True)
    until = time.monotonic() + 60
    while len(family := _group(started.pid)) < 3:
        assert started.poll() is None
        assert time.monotonic() < until, family
        time.sleep(0.05)
    started.kill()
    started.wait()
    while _group(started.pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def _group(leader: int) -> list[int]:
    """The living processes of a session, by Linux's own list."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = each.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == leader and state != "Z":
            found.append(int(each.parent.name))
    return found


def test_a_program_that_calls_the_importer_stays_one_process(engine: Engine) -> None:
    good = b"\n".join(line for line in a_file().splitlines() if b",12," not in line and b"5000" not in line)
    fill(engine, good)
    assert not multiprocessing.active_children()
