"""Asking Nominatim: who we are, one request a second, and a clear problem for everything that can go wrong."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from geopy.extra import rate_limiter
from nominatim_server import UNREADABLE, NominatimServer

from directory.config import BadSetting, Settings
from directory.geocode import NoPlace, Server, asking, open_server

QUERY = {"street": "Rue A 13", "city": "Liège", "postalcode": "4000", "country": "BE"}
AGENT = "contact-points/9 (help@points.example)"


class Clock:
    """geopy's clock and sleep, and ours: time passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, list[float]()

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(rate_limiter, "default_timer", made.time)
    monkeypatch.setattr(rate_limiter, "sleep", made.sleep)
    return made


@pytest.fixture
def nominatim(monkeypatch: pytest.MonkeyPatch) -> Iterator[NominatimServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with NominatimServer() as server:
        yield server


def opened(url: str, timeout_s: float = 2.0, delay_s: float = 0.0) -> Server:
    made = Server(url, AGENT, delay_s, timeout_s)
    made.sleep = lambda _: None
    return made


def problem(server: Server) -> NoPlace:
    with pytest.raises(NoPlace) as raised:
        server.ask(QUERY)
    return raised.value


def test_a_question_is_structured_and_says_who_asks(nominatim: NominatimServer) -> None:
    assert opened(nominatim.url).ask(QUERY) == [nominatim.result]
    (seen,) = nominatim.seen
    assert seen.path == "/search"
    assert seen.asked == {
        "street": "Rue A 13",
        "city": "Liège",
        "postalcode": "4000",
        "countrycodes": "be",
        "format": "jsonv2",
        "addressdetails": "1",
        "limit": "1",
    }
    assert seen.headers["User-Agent"] == AGENT


def test_a_server_may_live_in_a_folder_and_its_password_is_not_told(nominatim: NominatimServer) -> None:
    server = opened(nominatim.url.replace("//", "//me:secret@") + "/geo/")
    server.ask(QUERY)
    assert nominatim.seen[0].path == "/geo/search"
    assert "Authorization" in nominatim.seen[0].headers
    assert server.provider == nominatim.url.removeprefix("http://") + "/geo"


def test_no_cookie_is_ever_given_back(nominatim: NominatimServer) -> None:
    server = opened(nominatim.url)
    for _ in range(2):
        server.ask(QUERY)
    assert not [seen for seen in nominatim.seen if "Cookie" in seen.headers]


def test_there_is_a_second_between_two_requests(nominatim: NominatimServer, clock: Clock) -> None:
    server = open_server(Settings(nominatim_url=nominatim.url, contact_email="a@b.example"))
    assert server is not None
    assert server.limited.min_delay_seconds == 1.0
    times = []
    for _ in range(3):
        server.ask(QUERY)
        times.append(clock.now)
    assert times == [0.0, 1.0, 2.0]


def test_a_failure_is_tried_again_after_longer_and_longer_pauses(nominatim: NominatimServer, clock: Clock) -> None:
    server, nominatim.mood = opened(nominatim.url, delay_s=1.0), "500"
    server.sleep = clock.sleep
    assert problem(server).problem.code == "http_status"
    assert (clock.slept, len(nominatim.seen), server.requests) == ([2.0, 6.0], 3, 3)


def test_an_answer_after_a_failure_is_an_answer(nominatim: NominatimServer) -> None:
    server, nominatim.mood = opened(nominatim.url), "500"

    def recover(_: float) -> None:
        nominatim.mood = "ok"

    server.sleep = recover
    assert server.ask(QUERY) == [nominatim.result]
    assert len(nominatim.seen) == 2


@pytest.mark.parametrize("mood", ["500", "503", "404"])
def test_an_error_page_is_told_by_its_number(nominatim: NominatimServer, mood: str) -> None:
    nominatim.mood = mood
    told = problem(opened(nominatim.url))
    assert (told.outcome, told.problem.values, mood in told.problem.sentence) == ("failed", {"status": int(mood)}, True)


@pytest.mark.parametrize("mood", [*UNREADABLE, "400"])
def test_garbage_is_a_problem_and_not_asked_for_again(nominatim: NominatimServer, mood: str) -> None:
    nominatim.mood = mood
    told = problem(opened(nominatim.url))
    assert told.outcome == "failed"
    assert told.problem.code == ("http_status" if mood == "400" else "not_json")
    assert len(nominatim.seen) == 1


@pytest.mark.parametrize("mood", ["slow", "hanging", "dripping", "huge"])
def test_nobody_waits_for_ever(nominatim: NominatimServer, monkeypatch: pytest.MonkeyPatch, mood: str) -> None:
    monkeypatch.setattr(asking, "PAUSES_SECONDS", ())
    nominatim.mood = mood
    assert problem(opened(nominatim.url, timeout_s=0.3)).problem.code == "timed_out"


@pytest.mark.parametrize("mood", ["hangup", "cut off", "loop"])
def test_a_broken_connection_is_told(nominatim: NominatimServer, mood: str) -> None:
    nominatim.mood = mood
    assert problem(opened(nominatim.url)).problem.code == "unavailable"


def test_a_server_that_is_not_there_is_told(nominatim: NominatimServer) -> None:
    nominatim.stop()
    told = problem(opened(nominatim.url))
    assert (told.outcome, told.problem.code) == ("failed", "unavailable")


def test_a_name_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: Any, **__: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert problem(opened("http://nowhere.invalid")).problem.code == "unavailable"


@pytest.mark.parametrize(
    ("mood", "said", "wait_s"),
    [("busy", "120", 120), ("busy", "", 0), ("busy", "soon", 0), ("busy", "-5", 0), ("403", "", 0)],
)
def test_a_server_that_turns_us_away_is_not_asked_again(
    nominatim: NominatimServer, mood: str, said: str, wait_s: int
) -> None:
    nominatim.mood, nominatim.retry_after = mood, said
    told = problem(opened(nominatim.url))
    assert (told.outcome, told.retry_after_s) == ("turned_away", wait_s)
    assert len(nominatim.seen) == 1


def test_a_pause_may_be_told_as_a_date(nominatim: NominatimServer) -> None:
    nominatim.mood = "busy"
    nominatim.retry_after = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 7200))
    assert 7000 < problem(opened(nominatim.url)).retry_after_s <= 7200


@pytest.mark.parametrize("mood", ["500", "busy", "html", "hangup", "400"])
def test_no_log_repeats_the_address(
    nominatim: NominatimServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], mood: str
) -> None:
    nominatim.mood = mood
    problem(opened(nominatim.url))
    written = caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in ("Rue", "13", "4000") if secret in written]


PUBLIC = "https://nominatim.openstreetmap.org"


def test_without_an_address_nobody_is_asked() -> None:
    assert open_server(Settings(contact_email="a@b.example")) is None


def test_the_public_server_may_be_asked_by_who_says_who_they_are() -> None:
    server = open_server(Settings(nominatim_url=PUBLIC, contact_email="a@b.example"))
    assert server is not None
    assert server.provider == "nominatim.openstreetmap.org"


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"nominatim_url": PUBLIC, "contact_email": ""}, "CONTACT_EMAIL"),
        ({"nominatim_url": PUBLIC, "nominatim_delay": 0.5}, "NOMINATIM_DELAY"),
        ({"nominatim_url": PUBLIC, "nominatim_timeout": 0.0}, "NOMINATIM_TIMEOUT"),
        ({"nominatim_url": "nominatim.example"}, "NOMINATIM_URL"),
        ({"nominatim_url": "ftp://nominatim.example"}, "NOMINATIM_URL"),
        ({"nominatim_url": "https://"}, "NOMINATIM_URL"),
        ({"nominatim_url": "https://[::1"}, "NOMINATIM_URL"),
        ({"nominatim_url": "https://a.example:port"}, "NOMINATIM_URL"),
        ({"nominatim_url": "https://a.example/?key=1"}, "NOMINATIM_URL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(settings: dict[str, Any], name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        open_server(Settings(**({"contact_email": "a@b.example"} | settings)))
