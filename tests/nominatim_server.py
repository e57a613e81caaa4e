"""A Nominatim for tests: real HTTP on 127.0.0.1 that speaks /search (structured, jsonv2), in every mood it can have."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from moody_server import Handler, MoodyServer

LIEGE, PARIS, VERVIERS = (50.6337, 5.5675), (48.8566, 2.3522), (50.5891, 5.8624)
BRUSSELS = (50.8503, 4.3517)
"""In Belgium, and 90 km from Liège; Verviers is 21 km away."""

BODIES: dict[str, tuple[int, str, bytes]] = {
    "500": (500, "application/json", b'{"error": {"code": 500}}'),
    "503": (503, "text/plain", b"busy"),
    "403": (403, "text/html", b"<h1>Access blocked</h1>"),
    "404": (404, "text/html", b"<h1>Not found</h1>"),
    "400": (400, "application/json", b'{"error": {"code": 400, "message": "bad"}}'),
    "html": (200, "text/html", b"<h1>Welcome to our hotel</h1>"),
    "empty": (200, "application/json", b""),
    "bytes": (200, "application/json", b"\xff\xfe\x00\x81"),
    "cut": (200, "application/json", b'[{"lat": "50.6'),
    "deep": (200, "application/json", b"[" * 100_000),
    "gzip": (200, "application/json", b"\x1f\x8bnot gzip"),
    "huge": (200, "application/json", b" " * 3_000_000 + b"[]"),
    "null": (200, "application/json", b"null"),
    "object": (200, "application/json", b'{"lat": "50.6", "lon": "5.5"}'),
    "error object": (200, "application/json", b'{"error": "Unable to geocode"}'),
    "text": (200, "application/json", b'"Li\xc3\xa8ge"'),
    "numbers": (200, "application/json", b"[1, 2]"),
    "nan": (200, "application/json", b'[{"lat": NaN, "lon": 5.5, "address": {"country_code": "be"}}]'),
    "endless number": (200, "application/json", b'[{"lat": ' + b"9" * 5000 + b"}]"),
}
"""Mood → status, content type and body of answers that no place can be read from."""
UNREADABLE = ("html", "empty", "bytes", "cut", "deep", "gzip", "endless number")
UNUSABLE = ("null", "object", "error object", "text", "numbers", "nan")


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    path: str
    asked: dict[str, str]
    headers: dict[str, str]


def result(place: tuple[float, float] = LIEGE, rank: int = 30, **details: str) -> dict[str, Any]:
    """A result as the real server writes it: a house in Liège unless something else is said."""
    kinds = {30: ("place", "house"), 26: ("highway", "residential"), 16: ("boundary", "administrative")}
    category, kind = kinds[rank]
    address = {"road": "Rue A", "city": "Liège", "postcode": "4000", "country": "Belgique", "country_code": "be"}
    return {
        "place_id": 1,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0",
        "osm_type": "way",
        "osm_id": 2,
        "lat": str(place[0]),
        "lon": str(place[1]),
        "category": category,
        "type": kind,
        "place_rank": rank,
        "importance": 0.1,
        "addresstype": kind,
        "name": "",
        "display_name": "13, Rue A, Liège, Belgique",
        "address": ({"house_number": "13"} if rank == 30 else {}) | address | details,
    }


class NominatimServer(MoodyServer):
    """Use as `with NominatimServer() as server`. Set `mood`, or `moods` by street, and `results` by street, at any time.

    A mood is "ok", "nothing", one of BODIES, or "busy" (429), "hangup", "cut off", "slow", "hanging", "held", "dripping", "loop".
    """

    def __init__(self) -> None:
        super().__init__()
        self.mood = "ok"
        self.moods: dict[str, str] = {}
        self.result: dict[str, Any] = result()
        self.results: dict[str, dict[str, Any]] = {}
        self.retry_after = ""
        self.seen: list[Seen] = []
        self.arrived = threading.Semaphore(0)
        self.released = threading.Event()
        """Set it to have all "held" requests answered."""

    @property
    def streets(self) -> list[str]:
        """What was asked for, in order."""
        return [seen.asked.get("street", "") for seen in self.seen]


class _Handler(Handler):
    owner: NominatimServer

    def answer(self) -> None:
        url = urlsplit(self.path)
        asked = dict(parse_qsl(url.query))
        self.owner.seen.append(Seen(url.path, asked, dict(self.headers.items())))
        self.owner.arrived.release()
        street = asked.get("street", "")
        mood = self.owner.moods.get(street, self.owner.mood)
        if mood in ("ok", "nothing"):
            found = [self.owner.results.get(street, self.owner.result)] if mood == "ok" else []
            self._send(200, "application/json; charset=utf-8", json.dumps(found).encode())
        elif mood in BODIES:
            self._send(*BODIES[mood])
        else:
            self._misbehave(mood)

    def _misbehave(self, mood: str) -> None:
        self.close_connection = True
        body = json.dumps([self.owner.result]).encode()
        if mood == "busy":
            self._send(429, "text/html", b"slow down", {"Retry-After": self.owner.retry_after})
        elif mood == "loop":
            self._send(302, "text/html", b"", {"Location": self.path})
        elif mood == "slow":
            self.owner.wait(1)
            self._send(200, "application/json", body)
        elif mood == "hanging":
            self.owner.wait(600)
        elif mood == "held":
            self.owner.released.wait(60)
            self._send(200, "application/json", body)
        elif mood == "cut off":
            self._send(200, "application/json", body[:-20], {"Content-Length": str(len(body))})
        elif mood == "dripping":
            self._send(200, "application/json", b"", {"Content-Length": str(len(body))})
            self.drip(body)
        elif mood != "hangup":
            raise AssertionError(f"no such mood: {mood}")

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        sent = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Set-Cookie": "you=1; Path=/",
            **(headers or {}),
        }
        for name, value in sent.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


NominatimServer.handler = _Handler
