"""The work on a run: planned once, applied once, made again when the directory changed, gone on with after a death."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from asking import a_file
from conftest import claim_of, fill
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError

from directory import database, importer
from directory.importer import progress, runs, working
from directory.models import Change, ContactPoint, ImportRun, PlannedRow, PlanProblem


def upload(engine: Engine, data: bytes, name: str = "update.csv") -> int:
    with database.writing(engine) as session:
        number = runs.upload(session, data, name, "a@example.org").number
    working.begin(engine, number)
    return number


def seen(engine: Engine, number: int) -> ImportRun:
    with database.reading(engine) as session:
        run = runs.get(session, number)
        assert run
        return run


def confirm(engine: Engine, number: int, digest: bytes | None = None) -> None:
    with database.writing(engine) as session:
        shown = runs.get(session, number)
        assert shown
        runs.confirm(session, number, (digest or shown.plan_digest).hex(), "b@example.org")


def apply(engine: Engine, number: int) -> ImportRun:
    confirm(engine, number)
    working.begin(engine, number)
    return seen(engine, number)


def streets(engine: Engine) -> dict[str, str]:
    with database.reading(engine) as session:
        return dict(session.execute(select(ContactPoint.id, ContactPoint.street)).all())


def test_a_plan_is_kept_and_nothing_written(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "street": "Rue A"}, {"id": "b"}))
    number = upload(engine, a_file({"id": "a", "street": "Rue B"}, {"id": "b"}, {"id": "c"}, {"id": "d", "email": "x"}))
    run = seen(engine, number)
    assert (run.state, run.rows, run.created, run.changed, run.unchanged, run.refused) == ("planned", 4, 1, 1, 1, 1)
    with database.reading(engine) as session:
        rows = runs.planned(session, run)
        assert [(row.line, row.outcome, row.contact_point) for row in rows] == [
            (2, "changed", "a"),
            (4, "created", "c"),
            (5, "refused", "d"),
        ]
        assert rows[0].cells == {"street": ["Rue A", "Rue B"]}
        (group,) = (each for each in runs.groups(session, run) if not each.is_warning)
        assert (group.code, group.column, group.count) == ("bad_email", "email", 1)
    assert streets(engine) == {"a": "Rue A", "b": ""}


def test_a_confirmed_plan_is_applied_under_its_run(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "street": "Rue A"}))
    number = upload(engine, a_file({"id": "a", "street": "Rue B"}, {"id": "c", "street": "Rue C"}))
    run = apply(engine, number)
    assert (run.state, run.by, run.applied_by) == ("applied", "a@example.org", "b@example.org")
    assert run.applied_at is not None
    assert streets(engine) == {"a": "Rue B", "c": "Rue C"}
    with database.reading(engine) as session:
        done = [change for change, _ in runs.changes(session, run)]
        assert [(change.what, change.cells) for change in done] == [
            ("changed", {"street": ["Rue A", "Rue B"]}),
            ("created", {}),
        ]


def test_pressing_twice_applies_once(engine: Engine) -> None:
    number = upload(engine, a_file({"id": "a"}))
    digest = seen(engine, number).plan_digest
    confirm(engine, number)
    confirm(engine, number)
    working.begin(engine, number)
    confirm(engine, number, digest)
    working.begin(engine, number)
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Change)) == 1


def test_a_plan_that_no_longer_fits_is_made_again_and_nothing_written(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "street": "Rue A"}))
    number = upload(engine, a_file({"id": "a", "street": "Rue B"}, {"id": "c"}))
    shown = seen(engine, number).plan_digest
    fill(engine, a_file({"id": "a", "street": "Rue Z"}))
    run = apply(engine, number)
    assert (run.state, run.is_renewed, run.plan_digest != shown) == ("planned", True, True)
    assert streets(engine) == {"a": "Rue Z"}
    with database.reading(engine) as session:
        row, _ = runs.planned(session, run)
        assert row.cells == {"street": ["Rue Z", "Rue B"]}
    assert apply(engine, number).state == "applied"
    assert streets(engine) == {"a": "Rue B", "c": ""}


def test_an_older_plan_than_the_one_shown_cannot_be_confirmed(engine: Engine) -> None:
    number = upload(engine, a_file({"id": "a"}))
    with pytest.raises(runs.NotNow):
        confirm(engine, number, b"another")


def test_of_two_administrators_the_second_sees_what_the_first_did(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "street": "Rue A"}))
    first = upload(engine, a_file({"id": "a", "street": "Rue B"}))
    second = upload(engine, a_file({"id": "a", "street": "Rue C"}))
    assert apply(engine, first).state == "applied"
    assert apply(engine, second).state == "planned"
    assert streets(engine) == {"a": "Rue B"}


@pytest.mark.parametrize(
    ("do", "states"),
    [
        (lambda session, number: runs.drop(session, number), {"applied", "dropped"}),
        (lambda session, number: runs.choose_encoding(session, number, "cp1251"), {"planned", "applied", "dropped"}),
        (lambda session, number: runs.confirm(session, number, "00"), {"dropped"}),
    ],
)
def test_what_does_not_fit_the_state_is_refused(engine: Engine, do: Callable[..., Any], states: set[str]) -> None:
    number = upload(engine, a_file({"id": "a"}))
    for state in sorted(states):
        with database.writing(engine) as session:
            found = runs.held(session, number)
            assert found
            found.state = state
        with pytest.raises(runs.NotNow), database.writing(engine) as session:
            do(session, number)


def test_a_dropped_run_forgets_its_file_and_its_plan(engine: Engine) -> None:
    number = upload(engine, a_file({"id": "a"}))
    with database.writing(engine) as session:
        runs.drop(session, number)
    with database.reading(engine) as session:
        run = runs.get(session, number)
        assert run
        assert (run.state, runs.content(run)) == ("dropped", b"")
        assert session.scalars(select(PlannedRow)).all() == []


def test_a_file_that_changes_nothing_cannot_be_applied(engine: Engine) -> None:
    data = a_file({"id": "a"})
    fill(engine, data)
    number = upload(engine, data)
    assert seen(engine, number).unchanged == 1
    with pytest.raises(runs.NotNow):
        confirm(engine, number)


def test_the_administrator_says_how_the_file_is_written(engine: Engine) -> None:
    number = upload(engine, b"id,name,country,city,topics\r\nx,\xe9\xe8\xe0\xf9,BE,Huy,food\r\n")
    assert seen(engine, number).state == "asking"
    with database.writing(engine) as session:
        runs.choose_encoding(session, number, "cp1251")
    working.begin(engine, number)
    assert (seen(engine, number).state, seen(engine, number).encoding) == ("planned", "cp1251")


def test_an_unreadable_file_is_refused_with_its_reason(engine: Engine) -> None:
    run = seen(engine, upload(engine, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))
    assert run.state == "refused"
    refusal = runs.refusal(run)
    assert refusal
    assert refusal.code == "looks_like_workbook"


def test_a_file_name_is_never_a_path(engine: Engine) -> None:
    assert seen(engine, upload(engine, a_file({"id": "a"}), "..\\../evil\n.csv")).file_name == "evil.csv"


def test_work_that_died_is_taken_up_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.writing(engine) as session:
        number = runs.upload(session, a_file({"id": "a", "email": "x"}), "f.csv").number
    assert progress.claim(engine, number)
    with database.writing(engine) as session:  # as far as a worker came before it was killed
        found = runs.held(session, number)
        assert found
        found.state = "reading"
        session.add(PlanProblem(run=number, line=2, column="email", code="left_behind", message="x"))
    working.begin(engine, number)
    assert seen(engine, number).state == "reading"  # it gave a sign of life a moment ago
    monkeypatch.setattr(progress, "ALIVE_SECONDS", 0.0)
    time.sleep(0.01)
    working.begin(engine, number)
    assert seen(engine, number).state == "planned"
    with database.reading(engine) as session:
        assert session.scalars(select(PlanProblem.code)).all() == ["bad_email"]


def test_one_worker_at_a_time(engine: Engine) -> None:
    assert progress.claim(engine, 7)
    assert not progress.claim(engine, 7)
    claim_of(engine, 7).release()
    assert progress.claim(engine, 7)


def test_progress_is_seen_while_the_write_lock_is_held(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_EVERY_SECONDS", 0.0)
    progress.claim(engine, 1)
    told = []
    with database.writing(engine):
        for _ in progress.watched(claim_of(engine, 1), 1200, range(1200)):
            told.append(progress.of(engine, 1))
    assert {step.done for step in told} >= {500, 1000}
    assert told[-1].total == 1200
    assert told[-1].is_alive


def test_a_mistake_of_ours_ends_the_run_in_a_sentence(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(working, "plan", broken)
    run = seen(engine, upload(engine, a_file({"id": "a"})))
    refusal = runs.refusal(run)
    assert refusal
    assert (run.state, refusal.code, "ZeroDivisionError" in refusal.sentence) == ("refused", "failed", True)


def test_what_the_database_refuses_for_good_ends_the_run_in_a_sentence(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> Any:
        tries.append(True)
        raise IntegrityError("", None, ValueError("CHECK constraint failed"))

    tries: list[bool] = []
    number = upload(engine, a_file({"id": "a"}))
    monkeypatch.setattr(working, "apply", refused)
    run = apply(engine, number)
    refusal = runs.refusal(run)
    assert refusal
    assert (run.state, refusal.code, "while writing (IntegrityError)" in refusal.sentence) == (
        "refused",
        "failed",
        True,
    )
    assert len(tries) == 2
    working.begin(engine, number)
    assert len(tries) == 2


def test_what_the_database_refuses_leaves_nothing_of_the_row_in_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    row = {"id": "a", "name": "Nom de Quelqu'un", "street": "Rue Secrète 7"}
    number = upload(engine, a_file(row))
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "sqlite":
            fail = "CREATE TRIGGER no BEFORE INSERT ON contact_point BEGIN SELECT RAISE(ABORT, 'no'); END"
        else:
            fail = "ALTER TABLE contact_point ADD CONSTRAINT no CHECK (length(name) < 5)"
        connection.exec_driver_sql(fail)
    assert apply(engine, number).state == "refused"
    assert f"run {number}: IntegrityError" in caplog.text
    assert "applying.py" in caplog.text, "where it happened is told"
    assert not [value for value in (*row.values(), "Quelqu") if len(value) > 1 and value in caplog.text]


def test_who_wrote_at_the_same_time_is_seen_by_a_second_look(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused_once(*arguments: Any) -> Any:
        monkeypatch.setattr(working, "apply", importer.apply)
        raise IntegrityError("", None, ValueError("UNIQUE constraint failed"))

    number = upload(engine, a_file({"id": "a"}))
    monkeypatch.setattr(working, "apply", refused_once)
    assert apply(engine, number).state == "applied"


def test_a_large_file_is_worked_on_in_a_process_of_its_own(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "SMALL_BYTES", 10)
    number = upload(engine, a_file({"id": "a"}))
    for _ in range(300):
        if seen(engine, number).state == "planned":
            break
        time.sleep(0.1)
    assert seen(engine, number).state == "planned"
    assert importer.HEADER


def test_what_was_dropped_while_it_was_read_stays_dropped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_and_dropped(data: bytes, encoding: str) -> importer.Table:
        with database.writing(engine) as session:
            session.execute(update(ImportRun).values(state="dropped"))
        return importer.read(data, encoding)

    monkeypatch.setattr(working, "read", read_and_dropped)
    for data in (a_file({"id": "a"}), b"PK\x03\x04"):
        number = upload(engine, data)
        assert seen(engine, number).state == "dropped"
    with database.reading(engine) as session:
        assert session.scalars(select(PlannedRow)).all() == []
