"""PostgreSQL stopped in the middle of looking up places: said clearly, all that was kept stays, the rest comes later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from asking import a_file
from conftest import Cluster, fill
from geocoding import everything, place
from geocoding import run as look_up
from nominatim_server import NominatimServer
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from test_cli_geocode import MANY, Started, until

from directory import database
from directory.geocode import asking
from directory.models import Change, GeocoderAnswer, ImportRun

pytestmark = pytest.mark.postgresql
STREETS = [row["street"] for row in MANY]


@pytest.fixture
def nominatim(monkeypatch: pytest.MonkeyPatch) -> Iterator[NominatimServer]:
    monkeypatch.setattr(asking, "PAUSES_SECONDS", ())
    with NominatimServer() as server:
        yield server


@pytest.fixture
def directory(own_cluster: Cluster) -> Iterator[Engine]:
    """A directory on a PostgreSQL of its own, with five addresses that wait for their places."""
    engine = database.connect(own_cluster.new_database())
    database.migrate(engine)
    fill(engine, a_file(*MANY))
    engine.dispose()
    yield engine
    engine.dispose()


def placed(engine: Engine) -> list[str]:
    """The ids of what has got a place, and that as much is answered and noted."""
    found = [row["id"] for row in MANY if place(engine, row["id"])[3] == "nominatim"]
    changed = [change.contact_point for change in everything(engine, Change) if change.what == "changed"]
    assert sorted(changed) == found
    assert len(everything(engine, GeocoderAnswer)) == len(found)
    assert sum(run.changed for run in everything(engine, ImportRun) if run.kind == "geocode") == len(found)
    return found


@pytest.mark.parametrize("before", [0, 2])
def test_the_command_says_it_and_goes_on_later_where_it_was(
    own_cluster: Cluster, directory: Engine, nominatim: NominatimServer, before: int
) -> None:
    url = directory.url.render_as_string(hide_password=False)
    nominatim.moods[STREETS[before]] = "held"
    started = Started(url, nominatim)
    until(nominatim, before + 1)
    own_cluster.stop()
    nominatim.released.set()
    code, out, err = started.end()
    assert (code, out) == (1, b"")
    assert err == b"Error: The directory cannot be written now. All that was found so far is kept.\n"
    assert nominatim.streets == STREETS[: before + 1]
    code, _, err = Started(url, nominatim).end()
    assert (code, b"Traceback" in err) == (1, False)  # it is still away
    own_cluster.start()
    assert placed(directory) == ["p0", "p1", "p2", "p3", "p4"][:before]
    code, out, err = Started(url, nominatim, "--json").end()
    assert (code, err, json.loads(out)["looked_at"]) == (0, b"", 5 - before)
    assert placed(directory) == ["p0", "p1", "p2", "p3", "p4"]
    assert nominatim.streets == STREETS[: before + 1] + STREETS[before:]


@pytest.mark.parametrize(
    "moment",
    ["INSERT INTO geocoder_answer", "INSERT INTO import_run", "UPDATE contact_point", "INSERT INTO change", "commit"],
)
def test_what_was_being_written_is_written_whole_or_not_at_all(
    own_cluster: Cluster, directory: Engine, nominatim: NominatimServer, moment: str
) -> None:
    stopped: list[bool] = []

    def stop(*_: Any) -> None:
        if not stopped and len(nominatim.seen) == 1:
            own_cluster.stop()
            stopped.append(True)

    def stop_at(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith(moment):
            stop()

    event.listen(directory, "before_cursor_execute", stop_at)
    if moment == "commit":
        event.listen(directory, "commit", stop)
    with pytest.raises(OperationalError):
        look_up(directory, nominatim)
    assert stopped
    own_cluster.start()
    directory.dispose()
    assert placed(directory) == []
    look_up(directory, nominatim)
    assert placed(directory) == ["p0", "p1", "p2", "p3", "p4"]
    assert nominatim.streets == [STREETS[0], *STREETS]
