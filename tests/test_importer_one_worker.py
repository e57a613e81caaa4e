"""One run has one worker: many who look at once start one process, and a worker that died is followed by one other."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import a_file
from conftest import fill
from importing import IMPORTS, Desk, number_of
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from test_faults_killed import export

from directory import database, importer
from directory.importer import progress, runs, working
from directory.models import ImportRun

LOOKS, ROWS = 20, 5_000


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started: real ones, and every run counts as large."""
    found: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def noted(*arguments: Any, **more: Any) -> subprocess.Popen[bytes]:
        found.append(start(*arguments, **more))
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    monkeypatch.setattr(working, "SMALL_BYTES", 0)
    monkeypatch.setattr(working, "SMALL_CHANGES", 0)
    return found


def waiting(engine: Engine) -> int:
    """The number of a run on which nobody works yet."""
    with database.writing(engine) as session:
        return runs.upload(session, a_file({"id": "a"}), "a.csv").number


def at_once(look: Callable[[], Any]) -> None:
    gate = threading.Barrier(LOOKS)

    def through() -> None:
        gate.wait()
        look()

    threads = [threading.Thread(target=through) for _ in range(LOOKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_twenty_looks_at_a_large_run_start_one_process(desk: Desk, started: list[Any]) -> None:
    address = f"{IMPORTS}/{waiting(desk.engine)}"
    cookie = desk.client.get_cookie("session")
    assert cookie
    answers: list[int] = []

    def look() -> None:
        mine = desk.app.test_client()
        mine.set_cookie("session", cookie.value)
        answers.append(mine.get(address).status_code)

    at_once(look)
    assert answers == [200] * LOOKS
    desk.settled(address)
    assert len(started) == 1
    assert desk.state(address) == "planned"


def test_a_worker_that_is_killed_is_followed_by_one_other(
    engine: Engine, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = waiting(engine)
    working.begin(engine, number)
    started[0].kill()
    started[0].wait()
    working.begin(engine, number)
    assert len(started) == 1  # its claim is fresh: it could still be alive
    time.sleep(0.2)
    monkeypatch.setattr(progress, "ALIVE_SECONDS", 0.1)
    working.begin(engine, number)
    monkeypatch.setattr(progress, "ALIVE_SECONDS", 20.0)
    at_once(lambda: working.begin(engine, number))
    assert len(started) == 2
    assert started[1].wait(timeout=60) == 0
    with database.reading(engine) as session:
        assert session.get_one(ImportRun, number).state == "planned"


def test_an_undo_whose_worker_is_killed_goes_on_when_somebody_looks(
    desk: Desk, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, run = changed_by(desk.engine)
    after = export(desk.engine)
    address = str(desk.press(desk.page(f"{IMPORTS}/{run}/undo"), "/undo").headers["Location"])
    while not progress.of(desk.engine, number_of(address)).total:  # a part is written, and not committed
        assert started[0].poll() is None
    started[0].kill()
    started[0].wait()
    assert (desk.state(address), export(desk.engine)) == ("undoing", after)
    assert f"of {ROWS:,} contact points" in desk.said(address)
    assert len(started) == 1
    monkeypatch.setattr(progress, "ALIVE_SECONDS", 0.0)
    assert desk.get(f"{address}/progress").json
    monkeypatch.setattr(progress, "ALIVE_SECONDS", 20.0)
    desk.settled(address)
    assert len(started) == 2
    assert f"{ROWS:,} taken back" in desk.said(address)
    assert export(desk.engine) == before


def changed_by(engine: Engine) -> tuple[str, int]:
    """(the directory as it was, the number of a run that then changed every contact point)."""
    fill(engine, a_file(*({"id": f"p-{at}", "street": "Rue A"} for at in range(ROWS))))
    before = export(engine)
    return before, fill(engine, a_file(*({"id": f"p-{at}", "street": "Rue B"} for at in range(ROWS))))


def test_a_worker_whose_claim_went_to_another_leaves_the_run_alone(engine: Engine) -> None:
    number = waiting(engine)
    claimed = progress.claim(engine, number)
    assert claimed
    importer.work(engine, number, claimed.beat_at - 1)
    with database.reading(engine) as session:
        assert runs.unfinished(session) == [number]
    importer.work(engine, number, claimed.beat_at)
    with database.reading(engine) as session:
        assert runs.unfinished(session) == []


def test_a_claim_is_taken_over_once(engine: Engine) -> None:
    claimed = progress.claim(engine, 7)
    assert claimed
    assert progress.take_over(engine, 7, claimed.beat_at)
    assert not progress.take_over(engine, 7, claimed.beat_at)
    assert progress.of(engine, 7).is_alive


def test_a_process_that_cannot_be_started_leaves_no_claim(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "SMALL_BYTES", 0)
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    number = waiting(engine)
    with pytest.raises(OSError, match="nowhere"):
        working.begin(engine, number)
    assert not progress.of(engine, number).is_alive


def test_a_worker_that_stalled_while_it_planned_stops_when_another_has_its_run(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one does all of the work in the meantime; nothing is written twice, and nothing of it is lost."""
    number, plan, stalled = waiting(engine), working.plan, list[bool]()

    def stalls(*arguments: Any, **more: Any) -> Iterator[importer.RowPlan]:
        if not stalled:
            stalled.append(True)
            monkeypatch.setattr(progress, "ALIVE_SECONDS", -1.0)
            importer.work(engine, number)
            assert plan_of(engine, number) == ("planned", [2])
        yield from plan(*arguments, **more)

    monkeypatch.setattr(working, "plan", stalls)
    importer.work(engine, number)
    assert stalled
    assert plan_of(engine, number) == ("planned", [2])


def plan_of(engine: Engine, number: int) -> tuple[str, list[int]]:
    """(state, lines) of a plan."""
    with database.reading(engine) as session:
        run = session.get_one(ImportRun, number)
        return run.state, [row.line for row in runs.planned(session, run)]


def test_a_stalled_worker_neither_tells_of_a_run_that_is_another_s_nor_ends_it(engine: Engine) -> None:
    stalled = progress.claim(engine, 7)
    assert stalled
    other = progress.take_over(engine, 7, stalled.beat_at)
    assert other
    with pytest.raises(progress.TakenOver):
        list(progress.watched(stalled, 9, range(9)))
    stalled.release()
    assert (progress.of(engine, 7).total, progress.of(engine, 7).is_alive) == (0, True)
    other.beat(done=1, total=5)
    assert progress.of(engine, 7).total == 5


def test_a_database_that_cannot_be_asked_is_not_taken_for_another_worker(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    assert progress.claim(engine, 7)
    (tmp_path / "d.sqlite-progress").write_bytes(b"no database" * 100)
    with pytest.raises(DatabaseError):
        progress.claim(engine, 8)
    engine.dispose()
