"""A map server for tests: real HTTP on 127.0.0.1, in every mood a map server can have."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from moody_server import Handler, MoodyServer

from directory.tiles import TileSource, Upstream
from directory.web.tiles import door

AGENT = "contact-points/9.9 (https://points.example; help@points.example)"

BAD_MOODS = ["500", "busy", "empty", "html", "lying", "svg", "text", "redirect", "huge", "garbled", "truncated"]
BAD_MOODS += ["hangup"]
SLOW_MOODS = ["slow", "dripping"]


def picture(seed: str = "", size: int = 0) -> bytes:
    """A true PNG of one colored point, a different one for each seed; noise behind it fills it up to `size` bytes."""
    color = zlib.crc32(seed.encode()).to_bytes(4, "big")[:3]
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0" + color))]
    body = b"\x89PNG\r\n\x1a\n"
    for name, content in [*parts, (b"tEXt", b"noise\0" + b"~" * size), (b"IEND", b"")]:
        body += struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return body


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]


class TileServer(MoodyServer):
    """Use as `with TileServer() as server`; set `mood`, `headers` and the rest at any time; read `seen`.

    A mood is "ok", "missing", "no-store" or one of BAD_MOODS and SLOW_MOODS.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mood = "ok"
        self.headers: dict[str, str] = {"ETag": '"first"', "Last-Modified": "Mon, 06 Jul 2026 10:00:00 GMT"}
        self.size = 0
        self.delay_s = 0.0
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self._now = 0
        self._counting = threading.Lock()

    @property
    def template(self) -> str:
        return f"{self.url}/{{z}}/{{x}}/{{y}}.png"

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def enter(self, seen: Seen) -> None:
        with self._counting:
            self.seen.append(seen)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)

    def leave(self) -> None:
        with self._counting:
            self._now -= 1


class _Handler(Handler):
    owner: TileServer

    def answer(self) -> None:
        self.owner.enter(Seen(self.path, dict(self.headers.items())))
        try:
            self.owner.wait(self.owner.delay_s)
            self._answer(self.owner.mood)
        finally:
            self.owner.leave()

    def _answer(self, mood: str) -> None:
        owner = self.owner
        body = picture(self.path, owner.size)
        plain: dict[str, tuple[int, dict[str, str], bytes]] = {
            "ok": (200, {"Content-Type": "image/png", **owner.headers}, body),
            "no-store": (200, {"Content-Type": "image/png", "Cache-Control": "no-store"}, body),
            "500": (500, {"Content-Type": "image/png"}, body),
            "busy": (503, {"Content-Type": "text/plain", "Retry-After": "120"}, b"busy"),
            "missing": (404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>"),
            "empty": (200, {"Content-Type": "image/png"}, b""),
            "html": (200, {"Content-Type": "text/html"}, b"<h1>Welcome to our hotel</h1>"),
            "lying": (200, {"Content-Type": "image/png"}, b"<script>alert(1)</script>"),
            "svg": (200, {"Content-Type": "image/svg+xml"}, b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "text": (200, {"Content-Type": "text/html"}, body),
            "redirect": (302, {"Location": "/elsewhere.png"}, b""),
            "huge": (200, {"Content-Type": "image/png"}, body + b"\0" * 2_000_000),
            "garbled": (200, {"Content-Type": "image/png", "Content-Encoding": "gzip"}, b"\x1f\x8bnot gzip"),
        }
        if mood == "ok" and owner.headers.get("ETag", "-") == self.headers.get("If-None-Match"):
            self._send(304, {}, b"", length=None)
        elif mood in plain:
            status, headers, content = plain[mood]
            self._send(status, headers, content, length=len(content))
        else:
            self._misbehave(mood, body)

    def _misbehave(self, mood: str, body: bytes) -> None:
        self.close_connection = True
        if mood == "slow":
            self.owner.wait(5)
        elif mood == "truncated":
            self._send(200, {"Content-Type": "image/png"}, body[:-20], length=len(body))
        elif mood == "dripping":
            self._send(200, {"Content-Type": "image/png"}, b"", length=len(body))
            self.drip(body)
        elif mood != "hangup":
            raise AssertionError(f"no such mood: {mood}")

    def _send(self, status: int, headers: dict[str, str], body: bytes, length: int | None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Set-Cookie", "watched=you; Path=/")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)


TileServer.handler = _Handler


class Clock:
    """The wall clock and the monotonic clock of `directory.tiles`, which a test can move on."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def time(self) -> float:
        return time.time() + self.ahead_s

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead_s


def again(server: TileServer, folder: Path, limit_mb: int = 10, timeout: float = 2.0) -> Upstream:
    """The source of tiles as it is after a restart, with what the folder keeps."""
    return Upstream(server.template, folder, limit_mb, timeout, AGENT)


def visitor(source: TileSource) -> FlaskClient:
    app = Flask("test")
    app.register_blueprint(door)
    app.extensions["tiles"] = source
    return app.test_client()


def kept_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
