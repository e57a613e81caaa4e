"""Map tiles: what a browser is told, and what tiles the operator may choose."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from tile_server import TileServer, again, picture, visitor

from directory import tiles
from directory.config import BadSetting, Settings
from directory.tiles import DAY, Attribution, MBTiles, NoSuchTile, NoTile, Upstream, open_tiles
from directory.web.access import entry_of
from directory.web.tiles import tile


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TileServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with TileServer() as server:
        yield server


@pytest.fixture
def upstream(server: TileServer, tmp_path: Path) -> Upstream:
    return again(server, tmp_path)


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
