"""The map's pictures, from us: a visitor's browser talks to nobody else."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from directory.tiles import NoSuchTile, NoTile, TileSource
from directory.web.access import public

door = Blueprint("tiles", __name__)


@door.get("/tiles/<int:z>/<int:x>/<int:y>.png")
@public
def tile(z: int, x: int, y: int) -> AnyResponse:
    """One tile; 404 where the map ends; 503 while it cannot be had, when the page keeps its pins on a plain ground."""
    source: TileSource = current_app.extensions["tiles"]
    try:
        found = source.tile(z, x, y)
    except NoSuchTile:
        return Response(status=404, mimetype="text/plain", headers={"Cache-Control": "public, max-age=86400"})
    except NoTile as refusal:
        headers = {"Cache-Control": "no-store", "Retry-After": str(refusal.retry_after)}
        return Response(status=503, mimetype="text/plain", headers=headers)
    answer = Response(found.body, mimetype=found.content_type)
    answer.headers["Cache-Control"] = f"public, max-age={found.max_age}"
    answer.set_etag(found.etag)
    return answer.make_conditional(request)
