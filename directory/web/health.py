"""For the machine that watches: is the site up, and has it something to show?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from directory.search.shelf import shelf
from directory.web import session
from directory.web.access import public

door = Blueprint("health", __name__)


@door.get("/healthz")
@public
def health() -> Response:
    """200 with the number of contact points; the error page's 503 when the database does not answer."""
    response = jsonify(status="ok", contact_points=len(shelf(session()).everybody))
    response.headers["Cache-Control"] = "no-store"
    return response
