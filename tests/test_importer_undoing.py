"""Undo restores exactly what was, keeps what somebody edited since, works once, and is itself in the history."""

from __future__ import annotations

import pytest
from asking import a_file, ask, ids
from conftest import SEED, fill
from sqlalchemy import Engine, select

from directory import database, exporter, importer
from directory.importer import entries, runs
from directory.models import Change, ContactPoint, ImportRun


def export(engine: Engine) -> str:
    with database.reading(engine) as session:
        return "".join(exporter.as_csv(session))


def undo(engine: Engine, run: int) -> tuple[int, list[str]]:
    with database.writing(engine) as session:
        undoing, kept = importer.undo(session, run, "b@example.org")
        return undoing.number, [each.id for each in kept]


def edit(engine: Engine, key: str, **cells: str) -> int:
    with database.writing(engine) as session:
        entry = entries.stored(session, [key])[key]
        told = {known.name: known.text_of(entry) for known in entries.columns_of(entry)} | cells
        done = importer.edit(session, told, "a@example.org", entry.version)
        assert done.run, done.step.problems
        return done.run.number


def test_everything_is_as_it_was(engine: Engine) -> None:
    fill(engine, SEED)
    before = export(engine)
    rows = [
        {"id": "new-one", "name": "New"},
        {
            "id": "cite-miroir",
            "name": "Changed",
            "topics": "food",
            "phone": "+32 4 250 96 57",
            "verified_on": "2026-01-01",
        },
        {"id": "liege-sada", "latitude": "50.6", "longitude": "5.5", "description_uk": "Опис", "cost": "[clear]"},
    ]
    run = fill(engine, a_file(*rows))
    assert export(engine) != before
    _, kept = undo(engine, run)
    assert export(engine) == before
    assert kept == []


def test_what_is_searched_follows(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "name": "Lantern"}))
    run = fill(engine, a_file({"id": "a", "name": "Harbor"}, {"id": "b", "name": "Harbor house"}))
    undo(engine, run)
    with database.reading(engine) as session:
        assert ids(ask(session, "lantern")) == ["a"]
        assert ask(session, "harbor").total == 0


def test_an_entry_that_was_edited_since_is_kept_and_told(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "street": "Rue A"}, {"id": "b", "street": "Rue B"}))
    run = fill(engine, a_file({"id": "a", "street": "Rue C"}, {"id": "b", "street": "Rue D"}))
    edit(engine, "a", phone="+32 4 250 96 57")
    with database.writing(engine) as session:
        undoing, (kept,) = importer.undo(session, run)
        assert (kept.id, kept.problem.code, kept.problem.column) == ("a", "edited_since", "phone")
        assert (undoing.changed, undoing.refused) == (1, 1)
    with database.reading(engine) as session:
        streets = dict(session.execute(select(ContactPoint.id, ContactPoint.street)).all())
    assert streets == {"a": "Rue C", "b": "Rue B"}


def test_undoing_backwards_needs_no_undone_change_to_stand_in_the_way(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "street": "Rue A"}))
    before = export(engine)
    first = fill(engine, a_file({"id": "a", "street": "Rue B"}))
    second = edit(engine, "a", street="Rue C")
    assert undo(engine, second)[1] == []
    assert undo(engine, first)[1] == []
    assert export(engine) == before


def test_a_run_is_undone_once(engine: Engine) -> None:
    run = fill(engine, a_file({"id": "a"}))
    undoing, _ = undo(engine, run)
    for number, code in ((run, "already_undone"), (undoing, "is_undo"), (999, "not_applied")):
        with pytest.raises(importer.CannotUndo) as cannot, database.writing(engine) as session:
            importer.undo(session, number)
        assert cannot.value.code == code


def test_a_creation_that_is_undone_is_gone_and_keeps_its_history(engine: Engine) -> None:
    run = fill(engine, a_file({"id": "a"}))
    undo(engine, run)
    with database.reading(engine) as session:
        assert session.scalars(select(ContactPoint)).all() == []
        told = [(change.what, change.is_undone, made.kind, made.by) for change, made in runs.history(session, "a")]
    assert told == [("removed", False, "undo", "b@example.org"), ("created", True, "file", "")]


def test_the_same_file_can_be_imported_again_after_its_undo(engine: Engine) -> None:
    data = a_file({"id": "a", "street": "Rue A"})
    undo(engine, fill(engine, data))
    fill(engine, data)
    with database.reading(engine) as session:
        assert session.scalars(select(ContactPoint.street)).all() == ["Rue A"]


def test_more_entries_than_a_batch_are_undone(engine: Engine) -> None:
    run = fill(engine, a_file(*({"id": f"p-{number}", "name": f"Door {number}"} for number in range(2100))))
    undo(engine, run)
    with database.reading(engine) as session:
        assert session.scalars(select(ContactPoint)).all() == []
        assert len(session.scalars(select(Change).where(Change.what == "removed")).all()) == 2100
        assert session.scalars(select(ImportRun.changed).where(ImportRun.kind == "undo")).one() == 2100
