"""What looking up leaves in the directory, on both engines: history, the hand of people, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking import a_file, ask, ids
from conftest import fill
from geocoding import AGENT, CENTRE, CITY, EXACT, STREET, everything, place, run, stored
from nominatim_server import LIEGE, NominatimServer
from sqlalchemy import Engine, select

from directory import database, geocode, importer
from directory.geocode import Server
from directory.geocode.alone import alone
from directory.models import Change, ContactPoint, GeocoderAnswer, ImportRun
from directory.search import Near


@pytest.fixture
def nominatim(monkeypatch: pytest.MonkeyPatch) -> Iterator[NominatimServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with NominatimServer() as server:
        yield server


@pytest.mark.parametrize("precision", ["exact", "city"])
@pytest.mark.parametrize("source", ["file", "hand"])
def test_what_people_set_is_never_looked_up(
    engine: Engine, nominatim: NominatimServer, precision: str, source: str
) -> None:
    fill(engine, a_file(STREET | {"latitude": "50.6", "longitude": "5.5", "precision": precision}))
    with database.writing(engine) as session:
        session.scalars(select(ContactPoint)).one().place_source = source
    assert run(engine, nominatim).total == 0
    assert (place(engine), nominatim.seen) == ((50.6, 5.5, precision, source), [])


def test_every_place_is_in_the_history_with_what_was_there_before(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file({"id": "a"}, {"id": "b", "street": "Rue A 13"}, {"id": "c", "street": "Rue A 14"}))
    run(engine)
    with database.writing(engine) as session:
        session.scalars(select(ContactPoint).where(ContactPoint.id == "b")).one().row_digest = b"as in the file "
    first, second = (stored(engine, key) for key in "ab")
    report = run(engine, nominatim)
    runs = [made for made in everything(engine, ImportRun) if made.kind == "geocode"]
    assert [(made.state, made.rows, made.changed, made.by) for made in runs] == [
        ("applied", 3, 3, ""),
        ("applied", 2, 2, ""),
    ]
    assert runs[1].number == report.run
    assert runs[1].applied_at is not None
    made = [change for change in everything(engine, Change) if change.run == report.run]
    assert [(change.contact_point, change.what) for change in made] == [("b", "changed"), ("c", "changed")]
    assert made[0].cells == {
        "latitude": [CENTRE[0], LIEGE[0]],
        "longitude": [CENTRE[1], LIEGE[1]],
        "precision": ["city", "exact"],
        "place_source": ["geonames", "nominatim"],
    }
    after = stored(engine, "b")
    assert (after.version, after.row_digest) == (second.version + 1, b"")
    assert after.changed_at > second.changed_at
    assert stored(engine).version == first.version


def test_the_first_place_of_all_changes_from_nothing(engine: Engine) -> None:
    fill(engine, a_file({"id": "a"}))
    run(engine)
    (change,) = [change for change in everything(engine, Change) if change.what == "changed"]
    assert change.cells == {
        "latitude": [None, CENTRE[0]],
        "longitude": [None, CENTRE[1]],
        "precision": ["none", "city"],
        "place_source": ["", "geonames"],
    }


def test_a_run_that_changes_nothing_leaves_no_trace(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    run(engine, nominatim)
    before = len(everything(engine, ImportRun))
    assert run(engine, nominatim).run is None
    assert len(everything(engine, ImportRun)) == before


def test_what_was_placed_is_still_found(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET | {"name": "Blue door"}))
    run(engine, nominatim)
    with database.reading(engine) as session:
        assert ids(ask(session, "blue door", near=Near(*LIEGE, 1.0))) == ["a"]


def test_an_entry_edited_while_the_server_thinks_is_left_as_it_is(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET, {"id": "b", "street": "Rue B 13"}))

    class Editing(Server):
        def ask(self, query: Any) -> Any:
            if query["street"] == "Rue A 13":
                with database.writing(engine) as session:  # SQLite's lock is free while we wait
                    session.scalars(select(ContactPoint).where(ContactPoint.id == "a")).one().street = "Rue C 5"
            return super().ask(query)

    server = Editing(nominatim.url, AGENT, 0.0, 2.0)
    *_, report = geocode.run(engine, server)
    server.close()
    assert (report.edited, report.placed, report.left) == (1, 1, 1)
    assert (stored(engine).street, place(engine)) == ("Rue C 5", (None, None, "none", ""))
    assert place(engine, "b") == EXACT
    assert len(everything(engine, GeocoderAnswer)) == 2
    assert run(engine, nominatim).placed == 1
    assert nominatim.streets == ["Rue A 13", "Rue B 13", "Rue C 5"]


def test_an_entry_that_got_its_place_during_the_run_is_not_asked_for(
    engine: Engine, nominatim: NominatimServer
) -> None:
    fill(engine, a_file(STREET, {"id": "b", "street": "Rue B 13"}))
    server = Server(nominatim.url, AGENT, 0.0, 2.0)
    reports = geocode.run(engine, server)
    next(reports)
    next(reports)
    with database.writing(engine) as session:
        entry = session.scalars(select(ContactPoint).where(ContactPoint.id == "b")).one()
        entry.latitude, entry.longitude, entry.precision, entry.place_source = 50.0, 5.0, "exact", "hand"
    *_, report = reports
    server.close()
    assert (report.edited, nominatim.streets) == (1, ["Rue A 13"])
    assert place(engine, "b") == (50.0, 5.0, "exact", "hand")


def test_a_second_geocoder_asks_nobody(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    with alone(engine):
        report = run(engine, nominatim)
    assert (report.stopped and report.stopped.code, nominatim.seen) == ("another_at_work", [])
    assert run(engine, nominatim).placed == 1


def undo(engine: Engine, number: int | None) -> list[str]:
    """The ids that were kept because somebody edited them since."""
    assert number
    with database.writing(engine) as session:
        return [kept.id for kept in importer.undo(session, number)[1]]


NOWHERE = (None, None, "none", "")


def test_what_was_made_by_an_import_goes_with_its_undo_although_it_was_placed_since(engine: Engine) -> None:
    made = fill(engine, a_file({"id": "a"}))
    looked_up = run(engine).run
    assert undo(engine, made) == []
    assert everything(engine, ContactPoint) == []
    assert undo(engine, looked_up) == []  # it has nothing left to take back
    assert everything(engine, ContactPoint) == []


def test_a_place_goes_with_the_address_for_which_it_was_looked_up(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file({"id": "a", "street": "", "city": "", "website": "https://a.example/"}))
    changed = fill(engine, a_file(STREET))
    looked_up = run(engine, nominatim).run
    assert place(engine) == EXACT
    assert undo(engine, changed) == []
    assert (stored(engine).street, stored(engine).city, place(engine)) == ("", "", NOWHERE)
    assert undo(engine, looked_up) == []
    assert place(engine) == NOWHERE


def test_a_place_stays_where_the_undone_import_had_not_touched_the_address(engine: Engine) -> None:
    fill(engine, a_file({"id": "a"}))
    changed = fill(engine, a_file({"id": "a", "cost": "free"}))
    looked_up = run(engine).run
    assert undo(engine, changed) == []
    assert (stored(engine).cost, place(engine)) == ("", CITY)
    assert undo(engine, looked_up) == []
    assert place(engine) == NOWHERE


def test_a_place_from_a_file_comes_back_over_one_that_was_looked_up_since(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "latitude": "50.6", "longitude": "5.5"}))
    cleared = fill(engine, a_file({"id": "a", "latitude": "[clear]", "longitude": "[clear]"}))
    run(engine)
    assert undo(engine, cleared) == []
    assert place(engine) == (50.6, 5.5, "exact", "file")


def test_a_look_up_is_not_undone_under_a_later_one_nor_under_a_hand(engine: Engine, nominatim: NominatimServer) -> None:
    made = fill(engine, a_file(STREET))
    first, second = run(engine).run, run(engine, nominatim).run
    assert undo(engine, first) == ["a"]
    assert place(engine) == EXACT
    by_hand = {"id": "a", "name": "Door", "country": "BE", "latitude": "50.5", "longitude": "5.4", "precision": "exact"}
    with database.writing(engine) as session:
        assert importer.edit(session, by_hand, "a@example.org", stored(engine).version).run
    assert undo(engine, second) == ["a"]
    assert undo(engine, made) == ["a"]
