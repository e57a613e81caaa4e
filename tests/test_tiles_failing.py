"""Map tiles: what a visitor gets when the map server cannot or will not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tile_server import BAD_MOODS, SLOW_MOODS, Clock, TileServer, again, kept_bytes, visitor

from directory import tiles
from directory.tiles import DAY, NoSuchTile, NoTile, Upstream


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(tiles, "time", clock.time)
    monkeypatch.setattr(tiles, "monotonic", clock.monotonic)
    return clock


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TileServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with TileServer() as server:
        yield server


@pytest.fixture
def upstream(server: TileServer, tmp_path: Path) -> Upstream:
    return again(server, tmp_path)


@pytest.mark.parametrize("mood", BAD_MOODS)
def test_garbage_is_never_passed_on_nor_kept(server: TileServer, upstream: Upstream, tmp_path: Path, mood: str) -> None:
    server.mood = mood
    with pytest.raises(NoTile) as refusal:
        upstream.tile(0, 0, 0)
    assert not isinstance(refusal.value, NoSuchTile)
    assert kept_bytes(tmp_path) == 0
    assert server.paths == ["/0/0/0.png"]


@pytest.mark.parametrize("mood", SLOW_MOODS)
def test_nobody_waits_much_longer_than_the_time_out(server: TileServer, tmp_path: Path, mood: str) -> None:
    upstream, server.mood = again(server, tmp_path, timeout=0.3), mood
    start = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(upstream.tile, 3, x % 4, 0) for x in range(8)]
        assert all(isinstance(one.exception(), NoTile) for one in waiting)
    assert time.monotonic() - start < 2
    assert kept_bytes(tmp_path) == 0


def test_a_server_that_is_not_there_is_no_tile(tmp_path: Path, server: TileServer, upstream: Upstream) -> None:
    server.stop()
    with pytest.raises(NoTile):
        upstream.tile(0, 0, 0)


@pytest.mark.parametrize("mood", [*BAD_MOODS, "stopped"])
def test_a_stale_tile_is_better_than_none(server: TileServer, upstream: Upstream, clock: Clock, mood: str) -> None:
    fresh = upstream.tile(0, 0, 0)
    server.mood, clock.ahead_s = mood, 8 * DAY
    if mood == "stopped":
        server.stop()
    stale = upstream.tile(0, 0, 0)
    assert (stale.body, stale.max_age) == (fresh.body, 0)


def test_a_failing_server_is_left_alone_then_tried_once(server: TileServer, upstream: Upstream, clock: Clock) -> None:
    server.mood = "500"
    for pause in range(3):
        clock.ahead_s = pause * 31
        for x in range(10):
            with pytest.raises(NoTile) as refusal:
                upstream.tile(5, x, 0)
            assert 0 < refusal.value.retry_after <= 30
        assert len(server.seen) == pause + 1
    server.mood, clock.ahead_s = "ok", 93
    for x in range(10):
        upstream.tile(5, x, 0)


def test_a_server_that_names_its_pause_gets_it(server: TileServer, upstream: Upstream, clock: Clock) -> None:
    server.mood = "busy"
    with pytest.raises(NoTile) as refusal:
        upstream.tile(0, 0, 0)
    assert refusal.value.retry_after == 120
    server.mood, clock.ahead_s = "ok", 100
    with pytest.raises(NoTile):
        upstream.tile(0, 0, 0)
    clock.ahead_s = 121
    upstream.tile(0, 0, 0)


def test_while_one_finds_out_whether_the_server_is_back_the_others_do_not_wait(
    server: TileServer, tmp_path: Path, clock: Clock
) -> None:
    upstream, server.mood = again(server, tmp_path, timeout=1.0), "hangup"
    with pytest.raises(NoTile):
        upstream.tile(0, 0, 0)
    server.mood, clock.ahead_s = "slow", 31
    with ThreadPoolExecutor(1) as pool:
        probe = pool.submit(upstream.tile, 1, 0, 0)
        while len(server.seen) < 2:
            time.sleep(0.005)
        start = time.monotonic()
        with pytest.raises(NoTile):
            upstream.tile(1, 1, 1)
        assert time.monotonic() - start < 0.5
        assert isinstance(probe.exception(), NoTile)


def test_a_tile_that_does_not_exist_is_asked_for_once_and_stops_nothing(server: TileServer, upstream: Upstream) -> None:
    server.mood = "missing"
    for _ in range(3):
        with pytest.raises(NoSuchTile):
            upstream.tile(9, 0, 0)
    server.mood = "ok"
    upstream.tile(9, 1, 0)
    assert server.paths == ["/9/0/0.png", "/9/1/0.png"]


def test_the_log_says_what_failed_but_not_where_anybody_looked(
    server: TileServer, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    server.stop()
    answer = visitor(upstream).get("/tiles/17/67777/44444.png", environ_base={"REMOTE_ADDR": "192.0.2.77"})
    assert answer.status_code == 503
    assert "127.0.0.1" in caplog.text
    assert not [secret for secret in ("67777", "44444", "192.0.2.77") if secret in caplog.text]
