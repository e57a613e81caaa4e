"""Undo restores exactly what was, keeps what somebody edited since, works once, and is itself in the history."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from asking import a_file, ask, ids
from conftest import SEED, fill
from desk import FULL
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from directory import database, exporter, importer
from directory.importer import entries, runs, undoing
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


OTHER = FULL | {
    "kind": "institution",
    "name": "Gate",
    "name_nl": "Gate",
    "alt_names": "E",
    "organization": "P",
    "network": "[clear]",
    "description_en": "Another text",
    "topics": "health",
    "residence_status": "any",
    "languages": "bg",
    "street": "Vitosha 1",
    "postal_code": "1000",
    "city": "Sofia",
    "country": "BG",
    "latitude": "42.7",
    "longitude": "23.3",
    "precision": "exact",
    "phone": "[clear]",
    "email": "b@example.org",
    "website": "https://b.example/",
    "opening_hours": "24/7",
    "cost": "free",
    "appointment": "no",
    "wheelchair": "[clear]",
    "status": "closed",
    "verified_on": "2026-01-01",
    "source_url": "[clear]",
}
"""Another value in most columns of FULL; a blank cell keeps what was."""


TOGETHER = {"latitude", "longitude", "precision", "city", "country"}
"""One without the others would be refused."""


def stored(engine: Engine) -> tuple[Any, ...]:
    """All that is kept of the contact points but what tells that they changed, and what finds them."""
    columns = [c for c in ContactPoint.__table__.c if c.name not in ("version", "changed_at", "row_digest")]
    with database.reading(engine) as session:
        rows = session.execute(select(*columns).order_by(ContactPoint.number)).all()
        facets = {(f, value): n for f, values in ask(session).facets.items() for value, n in values.items() if n}
        return rows, facets, [ids(ask(session, word)) for word in ("poort", "gate", "agimont", "vitosha")]


def row_of(key: str, names: set[str]) -> dict[str, str]:
    """A row that changes these columns; a blank cell keeps what is stored."""
    names = names | TOGETHER if names & TOGETHER else names
    return {name: value if name in names else "" for name, value in OTHER.items()} | {
        "id": key,
        "name": OTHER["name"],
        "country": OTHER["country"] if "country" in names else FULL["country"],
    }


@given(st.lists(st.sets(st.sampled_from(sorted(OTHER.keys() - {"id"}))), min_size=1, max_size=5))
@settings(max_examples=15)
def test_each_entry_gets_its_own_values_back_whatever_else_changed(engine: Engine, changed: list[set[str]]) -> None:
    fill(engine, a_file(*(FULL | {"id": f"e-{at}"} for at in range(5))))
    before = stored(engine)
    run = fill(engine, a_file(*(row_of(f"e-{at}", names) for at, names in enumerate(changed))))
    assert stored(engine) != before
    undo(engine, run)
    assert stored(engine) == before


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
    for number, code in ((run, "already_undone"), (undoing, "is_undo"), (999, "no_such_run")):
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


def test_what_was_edited_since_is_kept_in_every_batch(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "BATCH", 2)
    keys = [f"p-{number}" for number in range(5)]
    fill(engine, a_file(*({"id": key, "street": "Rue A"} for key in keys)))
    run = fill(engine, a_file(*({"id": key, "street": "Rue B"} for key in keys)))
    for key in ("p-0", "p-3"):
        edit(engine, key, street="Rue C")
    assert undo(engine, run)[1] == ["p-0", "p-3"]
    with database.reading(engine) as session:
        streets = session.scalars(select(ContactPoint.street).order_by(ContactPoint.id)).all()
        (made,) = session.scalars(select(ImportRun).where(ImportRun.kind == "undo"))
        told = [problem.values["id"] for problem in runs.of_the_file(session, made)]
    assert streets == ["Rue C", "Rue A", "Rue A", "Rue C", "Rue A"]
    assert (told, made.rows, made.changed, made.refused) == (["p-0", "p-3"], 5, 3, 2)


def test_an_edit_that_is_just_being_written_is_kept(engine: Engine) -> None:
    """The undo waits for it, and then sees it: two at once never lose an update."""
    fill(engine, a_file({"id": "a", "street": "Rue A"}))
    run = fill(engine, a_file({"id": "a", "street": "Rue B"}))
    kept: list[str] = []
    waiting = threading.Thread(target=lambda: kept.extend(undo(engine, run)[1]))
    with database.writing(engine) as session:
        told = {"id": "a", "name": "A", "country": "BE", "street": "Rue C"}
        assert importer.edit(session, told, "a@example.org", 2).run
        waiting.start()
        time.sleep(0.5)  # it looks at the contact point meanwhile
    waiting.join()
    assert kept == ["a"]
    with database.reading(engine) as session:
        assert session.scalars(select(ContactPoint.street)).all() == ["Rue C"]


def order(engine: Engine, run: int) -> int:
    with database.writing(engine) as session:
        return undoing.order(session, run, "b@example.org").number


def test_an_undo_that_is_ordered_twice_is_one_and_nothing_is_undone_yet(engine: Engine) -> None:
    run = fill(engine, a_file({"id": "a"}))
    before = export(engine)
    ordered = order(engine, run)
    assert order(engine, run) == ordered
    assert export(engine) == before
    with database.reading(engine) as session:
        made = session.get_one(ImportRun, ordered)
        assert (made.kind, made.state, made.undoes, made.by, made.rows) == ("undo", "undoing", run, "b@example.org", 1)
        assert runs.unfinished(session) == [ordered]


def test_an_undo_that_is_ordered_is_done_by_whoever_comes_first(engine: Engine) -> None:
    run = fill(engine, a_file({"id": "a"}))
    ordered = order(engine, run)
    assert undo(engine, run) == (ordered, [])
    importer.work(engine, ordered)
    with database.reading(engine) as session:
        assert [change.what for change, _ in runs.history(session, "a")] == ["removed", "created"]
    with pytest.raises(importer.CannotUndo):
        order(engine, run)


def test_an_undo_that_is_ordered_cannot_be_dropped_or_undone(engine: Engine) -> None:
    ordered = order(engine, fill(engine, a_file({"id": "a"})))
    with pytest.raises(runs.NotNow), database.writing(engine) as session:
        runs.drop(session, ordered)
    with pytest.raises(importer.CannotUndo):
        order(engine, ordered)
