"""Looking up what is missing, on both engines: what is asked, what is kept, what is left alone, what is never touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from asking import a_file
from conftest import fill
from geocoding import CITY, EXACT, STREET, everything, place, run
from nominatim_server import LIEGE, PARIS, UNREADABLE, UNUSABLE, NominatimServer, result
from sqlalchemy import Engine

from directory.geocode import answers, asking
from directory.models import GeocoderAnswer


@pytest.fixture
def nominatim(monkeypatch: pytest.MonkeyPatch) -> Iterator[NominatimServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(asking, "PAUSES_SECONDS", ())
    with NominatimServer() as server:
        yield server


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the clock of the cache on."""
    true_now = answers.now

    def move(**by: float) -> None:
        at: datetime = true_now() + timedelta(**by)
        monkeypatch.setattr(answers, "now", lambda: at)

    return move


def test_each_contact_point_gets_the_best_place_there_is(engine: Engine, nominatim: NominatimServer) -> None:
    rows = [STREET, {"id": "b"}, {"id": "c", "street": "Rue B"}, {"id": "d", "street": "Rue C 1"}]
    fill(engine, a_file(*rows, {"id": "e", "city": "", "website": "https://e.example"}))
    nominatim.results["Rue B"] = result(rank=26)
    nominatim.moods["Rue C 1"] = "nothing"
    report = run(engine, nominatim)
    assert [place(engine, key) for key in "abcd"] == [EXACT, CITY, (*LIEGE, "street", "nominatim"), CITY]
    assert place(engine, "e") == (None, None, "none", "")
    assert (report.done, report.placed, report.requests, report.left) == (4, 4, 3, 0)
    assert [(id_, told.code) for id_, told in report.warnings] == [("d", "nothing_found")]
    assert report.stopped is None


def test_without_a_server_only_geonames_is_used(engine: Engine) -> None:
    fill(engine, a_file(STREET, {"id": "b", "city": "Trou-de-Bra", "street": "Rue B 1"}))
    report = run(engine)
    assert (place(engine), place(engine, "b")[2], report.placed) == (CITY, "none", 1)
    assert run(engine).done == 0


def test_a_centre_becomes_a_door_when_there_is_a_server(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    run(engine)
    assert run(engine, nominatim).placed == 1
    assert place(engine) == EXACT
    assert run(engine, nominatim).done == 0


def test_a_closed_contact_point_is_not_looked_up(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET | {"status": "closed"}))
    assert run(engine, nominatim).total == 0


def test_one_door_of_two_contact_points_is_asked_for_once(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET, {"id": "b", "street": "rue a 13 (2nd floor)"}))
    report = run(engine, nominatim)
    assert (place(engine), place(engine, "b"), len(nominatim.seen)) == (EXACT, EXACT, 1)
    assert report.outcomes["remembered"] == 1


@pytest.mark.parametrize("mood", [*UNREADABLE, *UNUSABLE, "500", "503", "403", "busy", "hangup", "cut off", "hanging"])
def test_whatever_the_server_does_the_city_is_there_and_the_reason_too(
    engine: Engine, nominatim: NominatimServer, mood: str
) -> None:
    fill(engine, a_file(STREET))
    nominatim.mood = mood
    report = run(engine, nominatim)
    assert (place(engine), report.done) == (CITY, 1)
    ((id_, told),) = report.warnings
    assert (id_, "%" in told.sentence) == ("a", False)
    (kept,) = everything(engine, GeocoderAnswer)
    assert (kept.outcome, kept.problem["code"]) == (("failed", "turned_away")[mood in ("403", "busy")], told.code)


def test_a_lie_is_refused_and_remembered(engine: Engine, nominatim: NominatimServer, ahead: Any) -> None:
    fill(engine, a_file(STREET))
    nominatim.result = result(PARIS, country_code="fr")
    report = run(engine, nominatim)
    assert (place(engine), report.outcomes["refused"], report.warnings[0][1].code) == (CITY, 1, "wrong_country")
    nominatim.result = result()
    ahead(days=89)
    assert run(engine, nominatim).done == 0
    ahead(days=91)
    assert run(engine, nominatim).placed == 1
    assert (place(engine), len(nominatim.seen)) == (EXACT, 2)


def test_nothing_found_holds_for_ninety_days(engine: Engine, nominatim: NominatimServer, ahead: Any) -> None:
    fill(engine, a_file(STREET))
    nominatim.mood = "nothing"
    for days, requests in ((0, 1), (89, 1), (91, 2), (91 + 89, 2)):
        ahead(days=days)
        run(engine, nominatim)
        assert len(nominatim.seen) == requests


def test_a_new_contact_point_at_a_resting_address_gets_its_city(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    nominatim.mood = "nothing"
    run(engine, nominatim)
    fill(engine, a_file(STREET | {"id": "b"}))
    assert run(engine, nominatim).placed == 1
    assert (place(engine, "b"), len(nominatim.seen)) == (CITY, 1)


def test_what_failed_is_left_alone_for_longer_and_longer(
    engine: Engine, nominatim: NominatimServer, ahead: Any
) -> None:
    fill(engine, a_file(STREET))
    nominatim.mood, hours = "500", 0.0
    for failures, pause_hours in enumerate((1, 2, 4, 8, 16), 1):
        ahead(hours=hours)
        run(engine, nominatim)
        assert len(nominatim.seen) == failures
        ahead(hours=hours + pause_hours - 0.01)
        assert run(engine, nominatim).done == 0
        hours += pause_hours + 0.01
    nominatim.mood = "ok"
    ahead(hours=hours)
    assert run(engine, nominatim).placed == 1
    (kept,) = everything(engine, GeocoderAnswer)
    assert (kept.outcome, kept.failures, kept.next_try_at, kept.problem) == ("found", 0, None, {})


def test_a_pause_grows_to_thirty_days_and_no_further() -> None:
    assert [answers.pause(failures) / timedelta(hours=1) for failures in (1, 2, 3, 10, 11, 1000)] == [
        1,
        2,
        4,
        512,
        720,
        720,
    ]
    assert answers.pause(1, 7200.0) == timedelta(hours=2)
    assert answers.pause(1, 1e300) == timedelta(days=30)


MANY = [{"id": f"p{number}", "street": f"Rue {number} A"} for number in range(8)]


@pytest.mark.parametrize("mood", ["500", "html", "hangup", "null", "stopped"])
def test_a_server_that_is_down_is_left_alone_after_three_and_all_get_their_city(
    engine: Engine, nominatim: NominatimServer, mood: str
) -> None:
    fill(engine, a_file(*MANY))
    nominatim.mood = mood
    if mood == "stopped":
        nominatim.stop()
    report = run(engine, nominatim)
    assert report.stopped is not None
    assert (report.stopped.code, "3 times" in report.stopped.sentence) == ("server_down", True)
    assert (report.outcomes["failed"], report.requests, report.placed, report.left) == (3, 3, 8, 5)
    assert {place(engine, row["id"]) for row in MANY} == {CITY}


def test_a_server_that_is_down_takes_no_centre_away(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(*MANY))
    run(engine)
    nominatim.stop()
    report = run(engine, nominatim)
    assert (report.outcomes["failed"], report.placed, report.run, report.left) == (3, 0, None, 5)
    assert {place(engine, row["id"]) for row in MANY} == {CITY}


def test_single_failures_do_not_stop_the_run(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(*MANY))
    nominatim.moods = {row["street"]: "500" for number, row in enumerate(MANY) if number % 4}
    report = run(engine, nominatim)
    assert (report.stopped and report.stopped.code, report.outcomes["failed"]) == ("server_down", 3)
    nominatim.moods = {MANY[4]["street"]: "500", MANY[5]["street"]: "html"}
    report = run(engine, nominatim)
    assert (report.stopped, report.outcomes["failed"], report.outcomes["found"]) == (None, 2, 2)


def test_a_server_that_turns_us_away_is_left_alone_as_long_as_it_says(
    engine: Engine, nominatim: NominatimServer, ahead: Any
) -> None:
    fill(engine, a_file(*MANY))
    nominatim.mood, nominatim.retry_after = "busy", str(5 * 3600)
    report = run(engine, nominatim)
    assert (report.stopped and report.stopped.code, len(nominatim.seen), report.placed) == ("turned_away", 1, 8)
    nominatim.mood = "ok"
    ahead(hours=4.9)
    report = run(engine, nominatim)
    assert (report.stopped and report.stopped.code, len(nominatim.seen), report.left) == ("turned_away", 1, 7)
    ahead(hours=5.1)
    assert run(engine, nominatim).sources["nominatim"] == 8


def test_a_limit_is_kept_and_the_next_run_goes_on(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(*MANY))
    for left in (5, 2, 0):
        assert run(engine, nominatim, 3).left == left
    assert nominatim.streets == [row["street"] for row in MANY]


def test_what_rests_does_not_use_up_the_limit(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(*MANY))
    nominatim.mood = "nothing"
    run(engine, nominatim, 2)
    assert run(engine, nominatim, 2).done == 2
    assert nominatim.streets == [row["street"] for row in MANY[:4]]


def test_another_server_is_asked_anew(engine: Engine, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    nominatim.mood = "nothing"
    run(engine, nominatim)
    with NominatimServer() as other:
        assert run(engine, other).placed == 1
    assert place(engine) == EXACT
