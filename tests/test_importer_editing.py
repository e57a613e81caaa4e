"""A contact point changed by hand: the checks of a file, a history, an undo, and nobody's work is overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from asking import a_file, statements_of
from conftest import fill
from sqlalchemy import Engine, select

from directory import database, importer
from directory.importer import Edit, runs, wholes
from directory.models import ContactPoint

GOOD = {"id": "a", "name": "Door", "country": "BE", "city": "Liège", "topics": "food"}


def edit(engine: Engine, version: int = 0, **cells: str) -> Edit:
    with database.writing(engine) as session:
        done = importer.edit(session, GOOD | cells, "a@example.org", version)
        if done.run:
            session.expunge(done.run)
        return done


def codes(done: Edit) -> list[tuple[str | None, str]]:
    return [(problem.column, problem.code) for problem in done.step.problems]


def stored(engine: Engine) -> ContactPoint:
    with database.reading(engine) as session:
        return session.scalars(select(ContactPoint).where(ContactPoint.id == "a")).one()


def test_a_new_one_is_made_with_its_history(engine: Engine) -> None:
    done = edit(engine)
    assert done.run
    assert (done.run.kind, done.run.created, done.run.by) == ("hand", 1, "a@example.org")
    with database.reading(engine) as session:
        assert [change.what for change, _ in runs.history(session, "a")] == ["created"]


def test_what_was_typed_for_a_new_one_is_in_its_history_even_after_its_undo(engine: Engine) -> None:
    run = edit(engine, verified_on="2026-01-02", topics="food|health").run
    assert run
    with database.writing(engine) as session:
        importer.undo(session, run.number)
    with database.reading(engine) as session:
        (removed, _), (created, _) = runs.history(session, "a")
    assert (removed.what, created.what) == ("removed", "created")
    assert created.cells == {
        "name": ["", "Door"],
        "topics": [[], ["food", "health"]],
        "city": ["", "Liège"],
        "country": ["", "BE"],
        "verified_on": [None, "2026-01-02"],
    }


def test_a_blank_cell_empties(engine: Engine) -> None:
    edit(engine, street="Rue A", topics="food|health")
    edit(engine, version=1, street="", topics="food")
    assert (stored(engine).street, stored(engine).topics) == ("", ["food"])


def test_all_that_is_wrong_is_told_and_nothing_written(engine: Engine) -> None:
    done = edit(engine, name="", email="nobody", opening_hours="sometimes")
    assert set(codes(done)) >= {
        ("name", "missing_value"),
        ("email", "bad_email"),
        ("opening_hours", "bad_opening_hours"),
    }
    assert done.run is None
    with database.reading(engine) as session:
        assert session.scalars(select(ContactPoint)).all() == []


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(engine: Engine) -> None:
    edit(engine)
    edit(engine, version=1, street="Rue A")
    assert codes(edit(engine, version=1, street="Rue B")) == [(None, "edited_since")]
    assert stored(engine).street == "Rue A"


def test_an_id_that_is_taken_is_no_new_entry(engine: Engine) -> None:
    edit(engine)
    assert codes(edit(engine, name="Another")) == [("id", "duplicate_id")]


def test_saving_without_a_change_makes_no_history(engine: Engine) -> None:
    edit(engine)
    done = edit(engine, version=1)
    assert (done.run, done.step.outcome, stored(engine).version) == (None, "unchanged", 1)


def test_a_place_set_by_hand_is_kept_from_files(engine: Engine) -> None:
    edit(engine, latitude="50.64", longitude="5.57")
    assert stored(engine).place_source == "hand"
    fill(engine, a_file({"id": "a", "latitude": "50.6", "longitude": "5.5", "precision": "city", "street": "Rue B"}))
    kept = stored(engine)
    assert (kept.latitude, kept.precision, kept.place_source, kept.street) == (50.64, "exact", "hand", "Rue B")
    fill(engine, a_file({"id": "a", "latitude": "[clear]", "longitude": "[clear]"}))
    fill(engine, a_file({"id": "a", "latitude": "50.6", "longitude": "5.5"}))
    assert (stored(engine).latitude, stored(engine).place_source) == (50.6, "file")


@pytest.mark.parametrize("text", ["\x00", "\ud800", "'", '"', "a\r\nb", "=1+1", "\u202e", "x" * 300])
def test_any_text_is_stored_or_told(engine: Engine, text: Any) -> None:
    done = edit(engine, street=text, description_en=text)
    assert bool(done.run) != bool(done.step.problems)


def test_a_file_that_would_overwrite_an_edit_says_so(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "street": "Rue A"}))
    edit(engine, version=1, street="Rue B")
    with database.reading(engine) as session:
        table = importer.read(a_file({"id": "a", "street": "Rue C"}))
        (step,) = importer.plan(session, table)
    assert [(warning.column, warning.code) for warning in step.warnings] == [("street", "newer_on_site")]


def test_what_was_edited_is_asked_in_one_statement_and_only_of_what_was_edited(engine: Engine) -> None:
    fill(engine, a_file({"id": "a"}, {"id": "b"}))
    for street in ("Rue A", "Rue B"):
        fill(engine, a_file({"id": "a", "street": street}, {"id": "b", "street": street}))
    edit(engine, version=3, street="Rue C", cost="free")
    fill(engine, a_file({"id": "a", "street": "Rue D"}, {"id": "b", "street": "Rue D"}))
    with statements_of(engine) as told, database.reading(engine) as session:
        found = wholes.hand_edits(session, ["b", "a"])
    assert {key: sorted(columns) for key, columns in found.items()} == {"a": ["cost"]}
    assert len(told) == 1
