"""Static files: ours, and Leaflet's from its packages. Named by their content, kept for ever, compressed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import brotli
import zopfli.gzip
from flask import Flask, Response, abort, request, url_for
from xstatic.pkg import leaflet, leaflet_markercluster

from directory.config import bundled
from directory.web.access import public

_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
_LEAFLET: Final = Path(leaflet.BASE_DIR)
_CLUSTER: Final = Path(leaflet_markercluster.BASE_DIR)
FOREIGN: Final = {
    "leaflet.js": _LEAFLET / "leaflet.js",
    "leaflet.css": _LEAFLET / "leaflet.css",
    "leaflet.markercluster.js": _CLUSTER / "leaflet.markercluster.js",
}
"""What is served from packages. Leaflet's pictures are not: we draw our own pins."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, plain and compressed."""

    content_type: str
    digest: str
    plain: bytes
    gzipped: bytes
    brotlied: bytes


def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    digest = blake2b(plain, digest_size=6).hexdigest()
    # zopfli: 4 % smaller than zlib's best, which is a second of Leaflet on a slow line
    return Asset(
        _TYPES[path.suffix],
        digest,
        plain,
        zopfli.gzip.compress(plain, numiterations=5),
        brotli.compress(plain, quality=11),
    )


def serve(app: Flask) -> None:
    """Read all files once; `asset('site.css')` in a template is the address that changes with the content."""
    ours = {path.name: path for path in bundled("static").iterdir() if path.suffix in _TYPES}
    assets = {name: _read(path) for name, path in (ours | FOREIGN).items()}

    @app.get("/static/<digest>/<name>")
    @public
    def static_file(digest: str, name: str) -> Response:
        found = assets.get(name)
        if found is None or found.digest != digest:
            abort(404)
        response = Response(
            content_type=found.content_type + ("" if "png" in found.content_type else "; charset=utf-8")
        )
        if request.accept_encodings.quality("br"):
            response.data, response.content_encoding = found.brotlied, "br"
        elif request.accept_encodings.quality("gzip"):
            response.data, response.content_encoding = found.gzipped, "gzip"
        else:
            response.data = found.plain
        response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    @lru_cache(maxsize=64)
    def under(_: str, name: str) -> str:
        return url_for("static_file", digest=assets[name].digest, name=name)

    @app.template_global()
    def asset(name: str) -> str:
        return under(request.script_root, name)
