"""Map tiles: what the map server sees of us, and what is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tile_server import AGENT, Clock, TileServer, again, kept_bytes, picture, visitor

from directory import tiles
from directory.tiles import DAY, NoSuchTile, Upstream


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


# What the map server sees of us


def test_twenty_waiting_threads_make_one_request(server: TileServer, upstream: Upstream) -> None:
    server.delay_s = 0.2
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: upstream.tile(3, 1, 2), range(20)))
    assert server.paths == ["/3/1/2.png"]
    assert {one.body for one in found} == {picture("/3/1/2.png")}


def test_at_most_two_connections_at_once(server: TileServer, upstream: Upstream) -> None:
    server.delay_s = 0.05
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda x: upstream.tile(4, x, 0), range(16)))
    assert (len(server.seen), server.most_at_once) == (16, 2)


def test_the_user_agent_is_honest_and_nothing_else_is_told(server: TileServer, upstream: Upstream) -> None:
    upstream.tile(0, 0, 0)
    upstream.tile(1, 0, 0)
    assert {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"} >= server.seen[1].headers.keys()
    assert server.seen[1].headers["User-Agent"] == AGENT


def test_nothing_of_the_visitor_is_sent(server: TileServer, upstream: Upstream) -> None:
    secret = {"Referer": "https://points.example/fa/map?status=undocumented", "User-Agent": "secret phone"}
    secret |= {"Cookie": "secret=1", "X-Forwarded-For": "192.0.2.77", "Accept-Language": "fa", "DNT": "1"}
    answer = visitor(upstream).get("/tiles/2/1/1.png?status=undocumented", headers=secret)
    assert answer.status_code == 200
    told = str(server.seen)
    assert server.paths == ["/2/1/1.png"]
    assert not [word for word in ("secret", "undocumented", "192.0.2.77", "fa'", "DNT", "Referer") if word in told]


def test_the_map_server_cannot_mark_us_with_a_cookie(server: TileServer, upstream: Upstream) -> None:
    upstream.tile(0, 0, 0)
    upstream.tile(1, 0, 0)
    assert "Cookie" not in server.seen[1].headers


def test_no_header_asks_for_more_than_a_cached_answer(server: TileServer, upstream: Upstream) -> None:
    upstream.tile(0, 0, 0)
    assert not {"Cache-Control", "Pragma"} & server.seen[0].headers.keys()


@pytest.mark.parametrize("where", [(20, 0, 0), (2, 4, 0), (2, 0, 4), (0, 1, 0), (-1, 0, 0), (3, -1, 0), (10**9, 0, 0)])
def test_out_of_range_never_reaches_the_map_server(
    server: TileServer, upstream: Upstream, where: tuple[int, int, int]
) -> None:
    with pytest.raises(NoSuchTile):
        upstream.tile(*where)
    assert server.seen == []


def test_the_user_agent_names_product_version_and_contact() -> None:
    assert tiles.user_agent("", "").startswith("contact-points/")
    assert tiles.user_agent("a@b.example", "https://b.example").endswith(" (https://b.example; a@b.example)")


@pytest.mark.parametrize("email", ["a@b.example\r\nCookie: x", "помощ@пример.бг", ") x/1 ("])
def test_a_strange_contact_address_cannot_break_the_header(server: TileServer, tmp_path: Path, email: str) -> None:
    agent = tiles.user_agent(email, "")
    assert agent.isascii() and agent.isprintable()
    Upstream(server.template, tmp_path, 10, 2.0, agent).tile(0, 0, 0)
    assert server.seen[0].headers["User-Agent"] == agent


# What is kept


def test_the_cache_survives_a_restart(server: TileServer, tmp_path: Path) -> None:
    before = again(server, tmp_path).tile(5, 16, 10)
    after = again(server, tmp_path).tile(5, 16, 10)
    assert len(server.seen) == 1
    assert (before.body, before.etag, before.content_type) == (after.body, after.etag, "image/png")


@pytest.mark.parametrize(
    ("headers", "days"),
    [
        ({}, 7),
        ({"Cache-Control": "max-age=60"}, 7),
        ({"Cache-Control": "no-cache"}, 7),
        ({"Cache-Control": "public, max-age=1728000, stale-while-revalidate=604800"}, 20),
        ({"Cache-Control": "max-age=60, s-maxage=864000"}, 10),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 7),
        ({"Expires": "0"}, 7),
        ({"Cache-Control": "max-age=" + "9" * 400}, 365),
    ],
)
def test_a_tile_is_kept_as_the_headers_say_but_seven_days_at_least(
    server: TileServer, upstream: Upstream, clock: Clock, headers: dict[str, str], days: int
) -> None:
    server.headers = headers
    assert upstream.tile(0, 0, 0).max_age == pytest.approx(days * DAY, abs=5)
    clock.ahead_s = days * DAY - 60
    upstream.tile(0, 0, 0)
    assert len(server.seen) == 1
    clock.ahead_s = days * DAY + 60
    upstream.tile(0, 0, 0)
    assert len(server.seen) == 2


def test_no_store_is_obeyed(server: TileServer, upstream: Upstream, tmp_path: Path) -> None:
    server.mood = "no-store"
    assert upstream.tile(0, 0, 0).max_age == 0
    assert kept_bytes(tmp_path) == 0


def test_an_expired_tile_is_asked_for_with_its_etag_and_date(
    server: TileServer, upstream: Upstream, clock: Clock
) -> None:
    first = upstream.tile(0, 0, 0)
    clock.ahead_s = 8 * DAY
    second = upstream.tile(0, 0, 0)
    assert server.seen[1].headers["If-None-Match"] == '"first"'
    assert server.seen[1].headers["If-Modified-Since"] == "Mon, 06 Jul 2026 10:00:00 GMT"
    assert (second.body, second.max_age > 6 * DAY) == (first.body, True)
    upstream.tile(0, 0, 0)
    assert len(server.seen) == 2
    clock.ahead_s = 16 * DAY
    upstream.tile(0, 0, 0)
    assert server.seen[2].headers["If-None-Match"] == '"first"'


def test_a_changed_tile_replaces_the_old_one(server: TileServer, upstream: Upstream, clock: Clock) -> None:
    old = upstream.tile(0, 0, 0)
    server.headers, server.size, clock.ahead_s = {"ETag": '"second"'}, 99, 8 * DAY
    new = upstream.tile(0, 0, 0)
    assert new.body == picture("/0/0/0.png", 99)
    assert new.etag != old.etag


def test_the_cache_stays_within_its_bound_and_drops_what_was_used_longest_ago(
    server: TileServer, tmp_path: Path
) -> None:
    upstream, server.size = again(server, tmp_path, limit_mb=1), 40_000
    for x in range(40):
        upstream.tile(6, x, 0)
        for path in tmp_path.iterdir():  # every tile grows an hour older, but the first one is used each time
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3600))
        upstream.tile(6, 0, 0)
        assert kept_bytes(tmp_path) <= 1024 * 1024
    assert len(server.seen) == 40
    assert kept_bytes(tmp_path) > 600_000
    upstream.tile(6, 39, 0)
    assert len(server.seen) == 40
    upstream.tile(6, 1, 0)
    assert len(server.seen) == 41


def test_two_processes_share_the_cache_within_its_bound(server: TileServer, tmp_path: Path) -> None:
    one, other, server.size = again(server, tmp_path, 1), again(server, tmp_path, 1), 12_000
    for x in range(128):
        (one if x % 2 else other).tile(7, x, 0)
        assert kept_bytes(tmp_path) <= 1024 * 1024
    seen = len(server.seen)
    one.tile(7, 126, 0)
    other.tile(7, 127, 0)
    assert len(server.seen) == seen


def test_only_our_own_files_are_ever_removed(server: TileServer, tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_bytes(b"x" * 2_000_000)
    again(server, tmp_path, limit_mb=1).tile(0, 0, 0)
    assert (tmp_path / "thesis.odt").exists()


@pytest.mark.parametrize("damage", [b"", b"\n\n", b"garbage", b"\xff\xfe\n{}\n", None])
def test_a_damaged_file_is_as_good_as_none(server: TileServer, tmp_path: Path, damage: bytes | None) -> None:
    good = again(server, tmp_path).tile(0, 0, 0)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    assert again(server, tmp_path).tile(0, 0, 0) == good
    assert len(server.seen) == 2


def test_a_full_disk_costs_no_tile(
    server: TileServer, upstream: Upstream, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tiles.tempfile, "NamedTemporaryFile", full)
    assert upstream.tile(0, 0, 0).body == picture("/0/0/0.png")
    assert "No space left" in caplog.text
