"""kill -9 before every statement of applying, on both engines: nothing half done, nothing acknowledged lost."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable, Collection
from typing import Any

import pytest
from asking import a_file
from conftest import fill
from sqlalchemy import Engine, event, func, select

from directory import database, exporter, importer
from directory.importer import progress, runs, undoing
from directory.models import Change, ContactPoint, Facet, ImportRun

OLD = a_file({"id": "a", "street": "Rue A"}, {"id": "b"})
NEW = a_file({"id": "a", "street": "Rue B"}, {"id": "c", "organization": "New house"}, {"id": "d", "city": "Huy"})


def in_a_child(do: Callable[[], None]) -> int:
    """Do something in a process of its own; returns the signal that ended it, 0 when it came to its end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads; the child only uses its own
        child = os.fork()
    if child == 0:
        try:
            do()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def killed_at(engine: Engine, moment: int, do: Callable[[Engine], Any], also: Collection[str] = ()) -> bool:
    """Do something with an engine of its own, killed before its statement of this number; False when it had fewer.

    `also`: names of Python's audit events that count as well.
    """

    def die() -> None:
        mine = database.connect(engine.url.render_as_string(hide_password=False))
        done = [0]

        def count(*_: Any) -> None:
            done[0] += 1
            if done[0] == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(mine, "before_cursor_execute", count)
        event.listen(mine, "commit", count)
        if also:
            sys.addaudithook(lambda name, _: count() if name in also else None)
        do(mine)

    return in_a_child(die) == signal.SIGKILL


def export(engine: Engine) -> str:
    with database.reading(engine) as session:
        return "".join(exporter.as_csv(session))


def counts(engine: Engine) -> tuple[int, ...]:
    with database.reading(engine) as session:
        tables = (ContactPoint, Change, Facet)
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


@pytest.fixture
def confirmed(engine: Engine) -> int:
    """A run that is confirmed and not yet applied."""
    fill(engine, OLD)
    with database.writing(engine) as session:
        run = runs.upload(session, NEW, "new.csv")
        number = run.number
    importer.work(engine, number)
    with database.writing(engine) as session:
        found = runs.get(session, number)
        assert found
        runs.confirm(session, number, found.plan_digest.hex())
    engine.dispose()
    return number


def state(engine: Engine, number: int) -> str:
    with database.reading(engine) as session:
        return session.scalars(select(ImportRun.state).where(ImportRun.number == number)).one()


def test_a_worker_killed_anywhere_leaves_all_or_nothing_and_another_ends_its_work(
    engine: Engine, confirmed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "ALIVE_SECONDS", 0.0)
    before, counted = export(engine), counts(engine)
    moment, last = 0, ""
    while True:
        moment += 1
        engine.dispose()
        was_killed = killed_at(engine, moment, lambda mine: importer.work(mine, confirmed))
        last = state(engine, confirmed)
        if last == "applied":
            break
        assert was_killed
        assert (last, export(engine), counts(engine)) == ("confirmed", before, counted), f"killed at {moment}"
    assert moment > 10  # it was killed at many moments before the one commit
    importer.work(engine, confirmed)
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Change).where(Change.run == confirmed)) == 3
        assert set(session.scalars(select(ContactPoint.id))) == {"a", "b", "c", "d"}


def test_reading_that_is_killed_anywhere_is_begun_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "ALIVE_SECONDS", 0.0)
    fill(engine, OLD)
    before = export(engine)
    moment = 0
    while True:
        moment += 1
        with database.writing(engine) as session:
            number = runs.upload(session, NEW, "new.csv").number
        engine.dispose()
        was_killed = killed_at(engine, moment, lambda mine, number=number: importer.work(mine, number))  # type: ignore[misc]
        importer.work(engine, number)
        assert state(engine, number) == "planned"
        with database.reading(engine) as session:
            found = runs.get(session, number)
            assert found
            assert (len(runs.planned(session, found)), found.created, found.changed) == (3, 2, 1)
        if not was_killed:
            break
    assert moment > 5
    assert export(engine) == before


def test_an_undo_that_is_killed_anywhere_never_was(engine: Engine) -> None:
    fill(engine, OLD)
    before = export(engine)
    run = fill(engine, NEW)
    after = export(engine)
    moment = 0

    def undo(mine: Engine) -> None:
        with database.writing(mine) as session:
            importer.undo(session, run)

    while True:
        moment += 1
        engine.dispose()
        was_killed = killed_at(engine, moment, undo)
        now = export(engine)
        if now == before:
            break
        assert was_killed
        assert now == after, f"killed at {moment}"
    assert moment > 5


def ordered(engine: Engine) -> int:
    """An undo that is ordered and not yet carried out, of a run that changed one entry and made two."""
    fill(engine, OLD)
    run = fill(engine, NEW)
    with database.writing(engine) as session:
        number = undoing.order(session, run).number
    engine.dispose()
    return number


def test_a_worker_killed_while_undoing_leaves_all_or_nothing_and_another_ends_its_work(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "ALIVE_SECONDS", 0.0)
    number = ordered(engine)
    before, counted = export(engine), counts(engine)
    moment = 0
    while True:
        moment += 1
        engine.dispose()
        was_killed = killed_at(engine, moment, lambda mine: importer.work(mine, number))
        if state(engine, number) == "applied":
            break
        assert was_killed
        assert (state(engine, number), export(engine), counts(engine)) == ("undoing", before, counted), moment
    assert moment > 10  # it was killed at many moments before the one commit
    undone = export(engine)
    importer.work(engine, number)
    assert export(engine) == undone
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Change).where(Change.run == number)) == 3
        assert set(session.scalars(select(ContactPoint.id))) == {"a", "b"}
        assert session.scalars(select(ContactPoint.street).where(ContactPoint.id == "a")).all() == ["Rue A"]
