"""Map tiles for visitors who never meet the map server: a polite cache in front of one, or a local MBTiles file."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from pathlib import Path
from threading import BoundedSemaphore
from time import monotonic, time
from typing import Protocol
from urllib.parse import quote

import requests
from markupsafe import Markup
from urllib3.exceptions import HTTPError

from directory.config import BadSetting, Settings

log = logging.getLogger(__name__)

DAY = 24 * 60 * 60
KEEP_AT_LEAST = 7 * DAY  # the OSM Foundation's tile usage policy: as the headers say, or at least seven days
PAUSE_SECONDS = 30  # for which a map server that failed is left alone
BIGGEST = 1024 * 1024  # bytes; an honest raster tile has a tenth of it
CONNECTIONS = 2  # to the map server, from each of our processes
BLOCK = 4096  # bytes; what even the smallest file takes on a disk


class NoTile(Exception):
    """There is no tile to give now; `retry_after`: in how many seconds it is worth asking again."""

    def __init__(self, reason: str, retry_after: int = PAUSE_SECONDS) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class NoSuchTile(NoTile):
    """The map has no tile at this place: asking again will not help."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of the map. `max_age`: seconds for which a browser need not ask again."""

    body: bytes
    content_type: str
    etag: str
    max_age: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose map it is: plain text, never HTML, and perhaps an http(s) address to link it to."""

    text: str
    link: str = ""


OSM = Attribution("© OpenStreetMap contributors", "https://www.openstreetmap.org/copyright")


class TileSource(Protocol):
    """What gives tiles: `tile` raises NoSuchTile where the map ends, NoTile when it cannot be had now."""

    attribution: Attribution
    max_zoom: int

    def tile(self, z: int, x: int, y: int) -> Tile: ...


def open_tiles(settings: Settings) -> TileSource:
    """The source that TILES names; raise BadSetting when it cannot be used. Does not talk to the map server yet."""
    if re.search(r"://|\{", settings.tiles):
        if settings.tile_cache_mb < 1 or settings.tile_timeout <= 0:
            raise BadSetting("TILE_CACHE_MB must be at least 1 (map servers ask for it) and TILE_TIMEOUT more than 0")
        if "openstreetmap.org" in settings.tiles and not (settings.contact_email or settings.public_url):
            log.warning("Set CONTACT_EMAIL: OpenStreetMap lends its tiles to servers that say how to reach them")
        who, folder = user_agent(settings.contact_email, settings.public_url), Path(settings.tile_cache)
        source: TileSource = Upstream(settings.tiles, folder, settings.tile_cache_mb, settings.tile_timeout, who)
    else:
        source = MBTiles(Path(settings.tiles))
    source.attribution = read_attribution(settings.tiles_attribution) or source.attribution
    if not source.attribution.text:
        log.warning("Set TILES_ATTRIBUTION: the map file does not say whose map it is")
    return source


def user_agent(contact_email: str, public_url: str) -> str:
    """Who asks: product, version and, where set, how to reach its operator. Always a valid header value."""
    try:
        product = f"contact-points/{version('contact-points')}"
    except PackageNotFoundError:  # a checkout that was never installed
        product = "contact-points/0"
    reachable = "; ".join(quote(text, safe=":/?&=+@.,~-_#%") for text in (public_url, contact_email) if text)
    return f"{product} ({reachable})" if reachable else product


def read_attribution(html: str) -> Attribution | None:
    """The words of a credit line and its link; of several links OpenStreetMap's, whose license asks for it."""
    links = re.findall(r"""href\s*=\s*["']?(https?://[^"'\s>]+)""", html, re.IGNORECASE)
    links.sort(key=lambda link: "openstreetmap.org" not in link)
    text = Markup(html).striptags()  # noqa: S704 - taken out of HTML here, never put into it
    return Attribution(text, links[0] if links else "") if text else None


def picture_type(body: bytes) -> str:
    """The content type of a raster picture by its first bytes; empty for anything else."""
    kinds = {rb"\x89PNG\r\n\x1a\n": "image/png", rb"\xff\xd8\xff": "image/jpeg", rb"RIFF....WEBP": "image/webp"}
    return next((kind for start, kind in kinds.items() if re.match(start, body, re.DOTALL)), "")


def digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _refuse_outside(max_zoom: int, z: int, x: int, y: int) -> None:
    if not (0 <= z <= max_zoom and 0 <= x < 2**z and 0 <= y < 2**z):
        raise NoSuchTile("outside the map")


class MBTiles:
    """A local raster map in one SQLite file, opened anew and read-only for each tile: safe for threads and forks."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise BadSetting(f"TILES: there is no file {path} (a map server's address begins with https://)")
        self._uri = f"{path.resolve().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(self._uri, uri=True)) as file:
                facts = dict(file.execute("SELECT name, value FROM metadata").fetchall())
                first = file.execute("SELECT CAST(tile_data AS BLOB) FROM tiles LIMIT 1").fetchone()
                deepest = facts.get("maxzoom") or file.execute("SELECT max(zoom_level) FROM tiles").fetchone()[0]
            self.max_zoom = min(int(deepest or 0), 30)
        except (sqlite3.Error, ValueError) as problem:
            raise BadSetting(f"TILES: {path} cannot be read as an MBTiles file ({problem})") from problem
        if facts.get("format") == "pbf" or not first or not picture_type(first[0] or b""):
            raise BadSetting(f"TILES: {path} holds no PNG, JPEG or WebP tiles; vector tiles (pbf) cannot be shown")
        self.attribution = read_attribution(str(facts.get("attribution") or "")) or Attribution("")

    def tile(self, z: int, x: int, y: int) -> Tile:
        """Read one tile. MBTiles count rows from the south, visitors from the north."""
        _refuse_outside(self.max_zoom, z, x, y)
        one = "SELECT CAST(tile_data AS BLOB) FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        try:
            with closing(sqlite3.connect(self._uri, uri=True)) as file:
                row = file.execute(one, (z, x, 2**z - 1 - y)).fetchone()
        except sqlite3.Error as problem:
            raise NoTile(f"the MBTiles file cannot be read now ({problem})") from problem
        body = (row and row[0]) or b""
        if not picture_type(body):
            raise NoSuchTile("the MBTiles file has no picture here")
        return Tile(body, picture_type(body), digest(body), DAY)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a map server once answered. An empty body: it has no such tile. Its own ETag and Last-Modified."""

    body: bytes
    expires_at: float  # seconds since 1970
    etag: str = ""
    modified: str = ""

    @property
    def fresh_for(self) -> int:
        return max(0, int(self.expires_at - time()))


class Shelf:
    """Tiles on disk, shared by processes. A file's mtime is its last use; one that cannot be read is not there."""

    def __init__(self, folder: Path, limit_mb: int) -> None:
        self._folder, self._limit = folder, limit_mb * 1024 * 1024 // BLOCK
        self._unseen = 0  # blocks written since the folder was looked through
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as problem:
            raise BadSetting(f"TILE_CACHE: tiles cannot be kept in {folder} ({problem.strerror})") from problem
        self.sweep()

    def read(self, address: str) -> Kept | None:
        path = self._folder / f"{digest(address.encode())}.tile"
        try:
            seal, _, content = path.read_bytes().partition(b"\n")
            if seal.decode() != digest(content):
                return None
            path.touch()
            facts, _, body = content.partition(b"\n")
            return Kept(body, **json.loads(facts))
        except (OSError, ValueError, TypeError):  # TypeError: sealed by another version of ours
            return None

    def write(self, address: str, kept: Kept) -> None:
        """Keep it, all or nothing. A full disk costs speed, never the tile."""
        facts = json.dumps({"expires_at": kept.expires_at, "etag": kept.etag, "modified": kept.modified})
        content = facts.encode() + b"\n" + kept.body
        try:
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".new.tile", delete=False) as new:
                new.write(digest(content).encode() + b"\n" + content)
            Path(new.name).replace(self._folder / f"{digest(address.encode())}.tile")
        except OSError as problem:
            log.warning("A map tile could not be kept: %s", problem.strerror)
        self._unseen += ceil(len(content) / BLOCK)
        if self._unseen > self._limit // 32:
            self.sweep()

    def sweep(self) -> None:
        """Keep what was used last, up to 7/8 of the limit: four processes may each add 1/32 before they look again."""
        self._unseen = used = 0
        found = []
        for path in self._folder.glob("*.tile"):
            with suppress(OSError):  # another process was quicker
                found.append((path.stat(), path))
        for facts, path in sorted(found, key=lambda one: one[0].st_mtime, reverse=True):
            used += ceil(facts.st_size / BLOCK)
            if used > self._limit * 7 // 8:
                with suppress(OSError):
                    path.unlink()


class Upstream:
    """A map server, asked politely: each tile once, two connections, left alone for a while after it failed."""

    def __init__(self, template: str, folder: Path, limit_mb: int, timeout: float, user_agent: str) -> None:
        self.attribution, self.max_zoom = OSM, 19
        self._template, self._host, self._timeout = template, _host(template), timeout
        self._shelf = Shelf(folder, limit_mb)
        self._session = requests.Session()  # uses the operator's HTTPS_PROXY, like the rest of the machine
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": user_agent, "Accept": "image/*", "Accept-Encoding": "identity"})
        self._session.stream = True  # so that a body without end is not read to the end
        self._turns = [BoundedSemaphore() for _ in range(256)]  # a tile always has the same one
        self._slots = BoundedSemaphore(CONNECTIONS)
        self._resume_at = 0.0  # on the monotonic clock; 0: the map server did well when last asked

    def tile(self, z: int, x: int, y: int) -> Tile:
        """From the cache, or else from the map server; a stale tile rather than none."""
        _refuse_outside(self.max_zoom, z, x, y)
        address = self._template.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
        kept = self._shelf.read(address)
        if kept is None or not kept.fresh_for:
            try:
                kept = self._renewed(address)
            except NoTile:
                if kept is None:
                    raise
        if not kept.body:
            raise NoSuchTile("the map server has no tile here")
        return Tile(kept.body, picture_type(kept.body), digest(kept.body), kept.fresh_for)

    def _renewed(self, address: str) -> Kept:
        """Fetch it. Who wants the same tile meanwhile waits and finds it kept; nobody waits for ever."""
        with _turn(self._turns[hash(address) % len(self._turns)], 2 * self._timeout):
            kept = self._shelf.read(address)
            if kept and kept.fresh_for:
                return kept
            with _turn(self._slots, self._timeout):
                fetched = self._asked(address, kept)
            if fetched.fresh_for:
                self._shelf.write(address, fetched)
            return fetched

    def _asked(self, address: str, kept: Kept | None) -> Kept:
        """One request, unless the map server failed lately; each failure starts the next pause."""
        wait = self._resume_at - monotonic()
        if wait > 0:
            raise NoTile("the map server failed lately", ceil(wait))
        if self._resume_at:  # this request finds out whether it is back; meanwhile the others go on without
            self._resume_at = monotonic() + PAUSE_SECONDS
        try:
            fetched = self._request(address, kept)
        except NoTile as failure:
            self._resume_at = monotonic() + failure.retry_after
            log.warning("The map server %s: %s; paused for %s s", self._host, failure, failure.retry_after)
            raise
        self._resume_at = 0.0
        return fetched

    def _request(self, address: str, kept: Kept | None) -> Kept:
        known = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified} if kept and kept.body else {}
        headers = {name: value for name, value in known.items() if value}
        give_up_at, body = monotonic() + self._timeout, b""
        try:
            with self._session.get(address, headers=headers, timeout=self._timeout, allow_redirects=False) as answer:
                while piece := answer.raw.read1(BIGGEST):
                    body += piece
                    if len(body) > BIGGEST or monotonic() > give_up_at:
                        raise NoTile("its answer is too big or too slow")
            return _understood(answer.status_code, answer.headers, body, kept)
        except (HTTPError, OSError, ValueError) as problem:
            raise NoTile(type(problem).__name__) from problem  # not its text: that could hold a key


@contextmanager
def _turn(semaphore: BoundedSemaphore, seconds: float) -> Iterator[None]:
    if not semaphore.acquire(timeout=seconds):
        raise NoTile("too many wait for the map server", ceil(seconds))
    try:
        yield
    finally:
        semaphore.release()


def _understood(status: int, headers: Mapping[str, str], body: bytes, kept: Kept | None) -> Kept:
    """Believe only a picture, 'as before' about a picture that we have, or 'no such tile'."""
    etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
    if status in {204, 404, 410}:
        return Kept(b"", time() + DAY)
    if status == 304 and kept and kept.body:
        return Kept(kept.body, time() + lifetime(headers), etag or kept.etag, modified or kept.modified)
    if status != 200:
        asked = re.fullmatch(r"\d{1,6}", headers.get("Retry-After", ""))
        raise NoTile(f"it answered {status}", min(max(int(asked[0]) if asked else 0, PAUSE_SECONDS), 3600))
    if not headers.get("Content-Type", "").startswith("image/") or not picture_type(body):
        raise NoTile("it answered with something that is not a picture")
    return Kept(body, time() + lifetime(headers), etag, modified)


def lifetime(headers: Mapping[str, str]) -> float:
    """Seconds to keep an answer: as its headers say, but at least seven days; 0 when they forbid to keep it."""
    said = headers.get("Cache-Control", "").lower()
    if re.search(r"\b(no-store|private)\b", said):
        return 0
    seconds = 0.0
    if stated := re.search(r"\bs-maxage=\"?(\d+)", said) or re.search(r"\bmax-age=\"?(\d+)", said):
        seconds = float(stated[1])
    else:
        with suppress(ValueError, OverflowError):
            seconds = parsedate_to_datetime(headers.get("Expires", "")).timestamp() - time()
    return min(max(seconds, KEEP_AT_LEAST), 365 * DAY)


def _host(template: str) -> str:
    if sorted(set(re.findall(r"\{([^}]*)\}", template))) != ["x", "y", "z"]:
        raise BadSetting("TILES must hold {z}, {x} and {y}, and nothing else in braces")
    if found := re.match(r"https?://(?:[^/@\s]*@)?([^/@\s{}]+)/", template):
        return found[1]
    raise BadSetting("TILES must begin with https:// or http:// and the name of a server")
