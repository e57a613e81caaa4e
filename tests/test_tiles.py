"""Map tiles: what the map server sees of us, what is kept, and what a visitor gets when things go wrong."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tile_server import BAD_MOODS, SLOW_MOODS, TileServer, picture

from directory import tiles
from directory.config import BadSetting, Settings
from directory.tiles import DAY, Attribution, MBTiles, NoSuchTile, NoTile, TileSource, Upstream, open_tiles
from directory.web.access import entry_of
from directory.web.tiles import door, tile

AGENT = "contact-points/9.9 (https://points.example; help@points.example)"


class Clock:
    """The wall clock and the monotonic clock of `directory.tiles`, which a test can move on."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def time(self) -> float:
        return time.time() + self.ahead_s

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s


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


def again(server: TileServer, folder: Path, limit_mb: int = 10, timeout: float = 2.0) -> Upstream:
    return Upstream(server.template, folder, limit_mb, timeout, AGENT)


def visitor(source: TileSource) -> FlaskClient:
    app = Flask("test")
    app.register_blueprint(door)
    app.extensions["tiles"] = source
    return app.test_client()


def kept_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


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


# When the map server cannot or will not


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


# A local file


def mbtiles(path: Path, rows: list[tuple[int, int, int, bytes]], **facts: str) -> Path:
    """An MBTiles file as others write it: rows of zoom, column, row from the south, picture."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
        file.executemany("INSERT INTO metadata VALUES (?, ?)", facts.items())
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    return path


def test_mbtiles_rows_are_counted_from_the_south(tmp_path: Path) -> None:
    rows = [(2, x, y, picture(f"{x} {y} from the south")) for x in range(4) for y in range(4)]
    source = MBTiles(mbtiles(tmp_path / "a map #1?.mbtiles", rows, format="png"))
    assert source.tile(2, 1, 0).body == picture("1 3 from the south")
    assert source.tile(2, 3, 3).body == picture("3 0 from the south")


def test_mbtiles_end_where_their_tiles_end(tmp_path: Path) -> None:
    source = MBTiles(mbtiles(tmp_path / "m", [(3, 0, 0, picture()), (3, 1, 7, b"")], format="png"))
    assert source.max_zoom == 3
    for where in [(3, 5, 5), (3, 1, 0), (4, 0, 0), (3, 8, 0), (2, 0, 0), (3, 0, -1)]:
        with pytest.raises(NoSuchTile):
            source.tile(*where)


def test_mbtiles_serve_many_threads(tmp_path: Path) -> None:
    rows = [(4, x, y, picture(f"{x}/{y}")) for x in range(16) for y in range(16)]
    source = MBTiles(mbtiles(tmp_path / "m", rows))
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda n: source.tile(4, n % 16, 15 - n // 16).body, range(256))
    assert list(found) == [picture(f"{n % 16}/{n // 16}") for n in range(256)]


def test_mbtiles_are_never_written_and_may_go_away(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "m", [(0, 0, 0, picture())])
    before, source = path.read_bytes(), MBTiles(path)
    source.tile(0, 0, 0)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])
    path.unlink()
    with pytest.raises(NoTile) as refusal:
        source.tile(0, 0, 0)
    assert not isinstance(refusal.value, NoSuchTile)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [(picture(), "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"RIFF\n\n\0\0WEBPVP8 ", "image/webp")],
)
def test_the_content_type_is_what_the_picture_is(tmp_path: Path, body: bytes, kind: str) -> None:
    answer = visitor(MBTiles(mbtiles(tmp_path / "m", [(0, 0, 0, body)], format="png"))).get("/tiles/0/0/0.png")
    assert (answer.status_code, answer.headers["Content-Type"], answer.data) == (200, kind, body)


# What the operator says


def test_a_file_says_whose_map_it_is_and_the_operator_may_say_it_better(tmp_path: Path) -> None:
    credit = '&copy; <a href="https://tiler.example">Tiler</a> <b>©</b> <a href="https://www.openstreetmap.org/copyright">OSM</a>'
    path = str(mbtiles(tmp_path / "m", [(0, 0, 0, picture())], attribution=credit, maxzoom="14"))
    source = open_tiles(Settings(tiles=path))
    assert source.attribution == Attribution("© Tiler © OSM", "https://www.openstreetmap.org/copyright")
    assert source.max_zoom == 14
    source = open_tiles(Settings(tiles=path, tiles_attribution='<a href="javascript:alert(1)">City & Co</a>'))
    assert source.attribution == Attribution("City & Co")


def test_a_file_that_names_nobody_is_credited_to_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = open_tiles(Settings(tiles=str(mbtiles(tmp_path / "m", [(0, 0, 0, picture())]))))
    assert source.attribution == Attribution("")
    assert "TILES_ATTRIBUTION" in caplog.text


def test_the_default_is_openstreetmap_and_wants_a_contact(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert open_tiles(Settings(tile_cache=str(tmp_path))).attribution == tiles.OSM
    assert "CONTACT_EMAIL" in caplog.text
    caplog.clear()
    open_tiles(Settings(tile_cache=str(tmp_path), contact_email="help@points.example"))
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("https://t.example/{z}/{x}.png", "must hold {z}, {x} and {y}"),
        ("https://{s}.t.example/{z}/{x}/{y}.png", "nothing else in braces"),
        ("https://t.example/{z}/{x}/{-y}.png", "must hold {z}, {x} and {y}"),
        ("t.example/{z}/{x}/{y}.png", "must begin with https://"),
        ("file:///etc/{z}/{x}/{y}", "must begin with https://"),
        ("https:///{z}/{x}/{y}", "must begin with https://"),
        ("/no/such/map.mbtiles", "there is no file"),
        ("https//t.example", "there is no file"),
    ],
)
def test_a_source_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path, template: str, words: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        open_tiles(Settings(tiles=template, tile_cache=str(tmp_path)))
    assert words in str(refusal.value)


def test_files_that_are_no_raster_map_are_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a map " * 100)
    sqlite3.connect(tmp_path / "other").close()
    mbtiles(tmp_path / "vector", [(0, 0, 0, b"\x1f\x8b...")], format="pbf")
    mbtiles(tmp_path / "none", [], format="png")
    mbtiles(tmp_path / "deep", [(0, 0, 0, picture())], maxzoom="very")
    reasons = {"text": "cannot be read", "other": "cannot be read", "vector": "pbf", "none": "no PNG", "deep": "very"}
    for name, reason in reasons.items():
        with pytest.raises(BadSetting, match=reason):
            open_tiles(Settings(tiles=str(tmp_path / name)))


def test_a_cache_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="TILE_CACHE"):
        open_tiles(Settings(tile_cache=str(tmp_path / "file" / "tiles")))
    with pytest.raises(BadSetting, match="TILE_CACHE_MB"):
        open_tiles(Settings(tile_cache=str(tmp_path), tile_cache_mb=0))
    with pytest.raises(BadSetting, match="TILE_TIMEOUT"):
        open_tiles(Settings(tile_cache=str(tmp_path), tile_timeout=0))


# The door


def test_everybody_may_see_the_map() -> None:
    assert entry_of(tile) == "public"


def test_a_tile_comes_with_what_lets_a_browser_keep_it(server: TileServer, upstream: Upstream) -> None:
    answer = visitor(upstream).get("/tiles/2/1/3.png")
    assert (answer.status_code, answer.data) == (200, picture("/2/1/3.png"))
    assert answer.headers["Content-Type"] == "image/png"
    kept, _, seconds = answer.headers["Cache-Control"].partition("max-age=")
    assert (kept, int(seconds) > 6 * DAY) == ("public, ", True)
    assert not {"Set-Cookie", "Vary"} & set(answer.headers.keys())


def test_a_browser_that_has_the_tile_gets_304(upstream: Upstream) -> None:
    browser = visitor(upstream)
    etag = browser.get("/tiles/0/0/0.png").headers["ETag"]
    answer = browser.get("/tiles/0/0/0.png", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
    assert "max-age=" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/tiles/20/0/0.png", "/tiles/1/2/0.png", "/tiles/1/-1/0.png", "/tiles/1/0/0.jpg"])
def test_where_the_map_ends_is_404(upstream: Upstream, server: TileServer, path: str) -> None:
    assert visitor(upstream).get(path).status_code == 404
    assert server.seen == []


def test_a_tile_that_cannot_be_had_now_is_503_and_not_kept(server: TileServer, upstream: Upstream) -> None:
    server.mood = "html"
    answer = visitor(upstream).get("/tiles/0/0/0.png")
    assert (answer.status_code, answer.data) == (503, b"")
    assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("30", "no-store")
