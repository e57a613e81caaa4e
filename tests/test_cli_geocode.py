"""`directory geocode` as an administrator's shell sees it: what it prints, how it ends, what a kill leaves behind."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import a_file
from click.testing import CliRunner, Result
from conftest import fill
from geocoding import CITY, EXACT, STREET, everything, place
from nominatim_server import PARIS, NominatimServer, result
from sqlalchemy import Engine

from directory import database
from directory.cli import main
from directory.geocode import asking
from directory.models import Change, GeocoderAnswer, ImportRun

KEYS = (
    "run looked_at placed sources requests remembered nothing_found refused failed edited_meanwhile left warnings "
    "stopped"
).split()
MANY = [{"id": f"p{number}", "street": f"Rue {number} A"} for number in range(5)]


@pytest.fixture
def nominatim(monkeypatch: pytest.MonkeyPatch) -> Iterator[NominatimServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(asking, "PAUSES_SECONDS", ())
    with NominatimServer() as server:
        yield server


Run = Callable[..., Result]


def variables(url: str, nominatim: NominatimServer) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "NOMINATIM_URL": nominatim.url,
        "NOMINATIM_DELAY": "0",
        "NOMINATIM_TIMEOUT": "60",
        "CONTACT_EMAIL": "help@points.example",
    }


@pytest.fixture
def run(engine: Engine, url: str, nominatim: NominatimServer) -> Run:
    def command(*arguments: str, **environment: str) -> Result:
        given = variables(url, nominatim) | environment
        return CliRunner().invoke(main, ["geocode", *arguments], env=given, catch_exceptions=False)

    return command


def test_it_says_what_it_placed(engine: Engine, run: Run) -> None:
    fill(engine, a_file(STREET, {"id": "b"}))
    ran = run()
    assert ran.exit_code == 0
    assert "Placed 2 of 2 contact points: 1 exact, 0 street, 1 city." in ran.stdout
    assert ran.stderr == ""  # no bar in pipes
    assert run().stdout == "Placed 0 of 0 contact points: 0 exact, 0 street, 0 city.\n"


def test_the_server_is_told_who_asks(engine: Engine, run: Run, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    run()
    agent = nominatim.seen[0].headers["User-Agent"]
    assert agent.startswith("contact-points/")
    assert "help@points.example" in agent


def test_json_is_one_object_with_the_same_keys_always(engine: Engine, run: Run, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET, {"id": "b", "street": "Rue B 1"}, {"id": "c", "street": "rue a 13"}))
    nominatim.results["Rue B 1"] = result(PARIS, country_code="fr")
    report = json.loads(run("--json").stdout)
    assert list(report) == KEYS
    assert report == {
        "run": report["run"],
        "looked_at": 3,
        "placed": {"exact": 2, "street": 0, "city": 1},
        "sources": {"nominatim": 2, "geonames": 1},
        "requests": 2,
        "remembered": 1,
        "nothing_found": 0,
        "refused": 1,
        "failed": 0,
        "edited_meanwhile": 0,
        "left": 0,
        "warnings": [
            {
                "contact_point": "b",
                "code": "wrong_country",
                "message": "The geocoder found it in another country: FR, not BE.",
                "values": {"found": "FR", "country": "BE"},
            }
        ],
        "stopped": None,
    }
    assert list(json.loads(run("--json").stdout)) == KEYS


def test_people_are_told_the_names_of_countries(engine: Engine, run: Run, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    nominatim.results[STREET["street"]] = result(PARIS, country_code="fr")
    assert run().stderr == "a: The geocoder found it in another country: France, not Belgium.\n"


def test_the_docs_describe_each_key() -> None:
    documented = (Path(__file__).parent.parent / "docs/geocoding.md").read_text()
    assert not [key for key in KEYS if f"`{key}`" not in documented]


def test_a_server_that_is_down_ends_with_one_and_keeps_what_was_done(
    engine: Engine, run: Run, nominatim: NominatimServer
) -> None:
    fill(engine, a_file(STREET, *MANY))
    nominatim.moods = {row["street"]: "500" for row in MANY}
    ran = run()
    assert ran.exit_code == 1
    assert "p1: The geocoder answered with the error 500." in ran.stderr
    assert "The geocoder failed 3 times in a row and is left alone now. Left for later: 2." in ran.stderr
    assert place(engine) == EXACT
    told = json.loads(run("--json").stdout)
    assert (told["stopped"], told["looked_at"], told["failed"]) == (None, 2, 2)


def test_one_failed_look_up_ends_with_one(engine: Engine, run: Run, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET, *MANY))
    nominatim.moods["Rue 1 A"] = "html"
    ran = run()
    assert (ran.exit_code, "p1: The geocoder did not answer in JSON." in ran.stderr) == (1, True)
    assert run().exit_code == 0


def test_a_refused_answer_is_a_warning(engine: Engine, run: Run, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    nominatim.result = result((50.0, 4.0))
    ran = run()
    assert (ran.exit_code, ran.stderr) == (0, "a: The geocoder found it 132 km from the centre of Liège.\n")


def test_a_limit_leaves_the_rest_for_later(engine: Engine, run: Run) -> None:
    fill(engine, a_file(*MANY))
    ran = run("--limit", "2")
    assert (ran.exit_code, "Left for later: 3." in ran.stdout) == (0, True)


def test_without_a_server_it_says_so(engine: Engine, run: Run, nominatim: NominatimServer) -> None:
    fill(engine, a_file(STREET))
    ran = run(NOMINATIM_URL="")
    assert (ran.exit_code, "NOMINATIM_URL is not set" in ran.stdout) == (0, True)
    assert (place(engine), nominatim.seen) == (CITY, [])


@pytest.mark.parametrize("arguments", [("--limit", "0"), ("--limit", "many"), ("--fly",), ("x",)])
def test_a_wrong_argument_is_a_usage_error(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_it_explains_itself(run: Run) -> None:
    ran = run("--help")
    assert (ran.exit_code, "NOMINATIM_URL" in ran.stdout) == (0, True)


def test_a_wrong_setting_is_told_in_a_sentence(run: Run) -> None:
    ran = run(CONTACT_EMAIL="")
    assert (ran.exit_code, ran.stderr.startswith("Error: NOMINATIM_URL needs CONTACT_EMAIL")) == (1, True)


def test_a_database_that_cannot_be_written_is_told_in_a_sentence(
    engine: Engine, run: Run, url: str, nominatim: NominatimServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, a_file(STREET))
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    impatient = url if url.startswith("sqlite") else f"{url}?options=-c%20lock_timeout%3D200"
    with engine.execution_options(writes=True).begin() as holder:
        if not url.startswith("sqlite"):
            holder.exec_driver_sql("UPDATE contact_point SET version = version")
        ran = run(DATABASE_URL=impatient)
    assert ran.exit_code == 1
    assert ran.stderr == "Error: The directory cannot be written now. All that was found so far is kept.\n"
    assert len(nominatim.seen) == 1


class Started:
    """The command as a process of its own, which can be killed."""

    def __init__(self, url: str, nominatim: NominatimServer, *arguments: str, **options: Any) -> None:
        environment = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", **variables(url, nominatim)}
        environment |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        command = [sys.executable, "-m", "directory", "geocode", *arguments]
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        self.process = subprocess.Popen(command, env=environment, **given)

    def end(self) -> tuple[int, bytes, bytes]:
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def until(nominatim: NominatimServer, requests: int) -> None:
    for _ in range(requests):
        assert nominatim.arrived.acquire(timeout=60)


@pytest.mark.parametrize("before", [0, 3])
def test_after_a_kill_nothing_is_asked_twice_that_was_answered(
    engine: Engine, url: str, nominatim: NominatimServer, before: int
) -> None:
    fill(engine, a_file(*MANY, {"id": "z"}))
    streets = [row["street"] for row in MANY]
    nominatim.moods[streets[before]] = "hanging"
    started = Started(url, nominatim)
    until(nominatim, before + 1)
    started.process.send_signal(signal.SIGKILL)
    assert started.end()[0] == -signal.SIGKILL
    assert [place(engine, row["id"])[3] for row in MANY] == ["nominatim"] * before + [""] * (5 - before)
    nominatim.moods.clear()
    code, out, err = Started(url, nominatim, "--json").end()
    assert (code, err, json.loads(out)["placed"]["exact"] + json.loads(out)["placed"]["street"]) == (0, b"", 5 - before)
    assert nominatim.streets == streets[: before + 1] + streets[before:]
    assert {place(engine, row["id"])[3] for row in MANY} == {"nominatim"}
    assert place(engine, "z") == CITY
    changed = [change.contact_point for change in everything(engine, Change) if change.what == "changed"]
    assert sorted(changed) == ["p0", "p1", "p2", "p3", "p4", "z"]
    runs = [made for made in everything(engine, ImportRun) if made.kind == "geocode"]
    assert [made.changed for made in runs] == [before + 1, 5 - before]
    assert {made.outcome for made in everything(engine, GeocoderAnswer)} == {"found"}


def test_two_at_once_ask_once(engine: Engine, url: str, nominatim: NominatimServer) -> None:
    fill(engine, a_file(*MANY))
    nominatim.moods[MANY[2]["street"]] = "hanging"
    first = Started(url, nominatim)
    until(nominatim, 3)
    code, out, _ = Started(url, nominatim, "--json").end()
    assert (code, json.loads(out)["stopped"]["code"]) == (1, "another_at_work")
    assert len(nominatim.seen) == 3
    first.process.kill()
    first.end()
    nominatim.moods.clear()
    assert Started(url, nominatim).end()[0] == 0
    assert len(nominatim.seen) == 6


def test_a_terminal_shows_a_bar_when_it_takes_long(engine: Engine, url: str, nominatim: NominatimServer) -> None:
    fill(engine, a_file(*MANY))
    nominatim.moods[MANY[1]["street"]] = "slow"
    terminal, other_end = pty.openpty()
    started = Started(url, nominatim, "--json", stderr=other_end)
    os.close(other_end)
    code, out, _ = started.end()
    fcntl.fcntl(terminal, fcntl.F_SETFL, os.O_NONBLOCK)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert (code, json.loads(out)["looked_at"]) == (0, 5)
    assert "Looking up places" in shown
    assert "100%" in shown
