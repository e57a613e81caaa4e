"""The open API: the same question as the results page, answered for programs as JSON and GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, NotFound, ServiceUnavailable

from directory import cities, search, vocabulary
from directory.cities import Atlas
from directory.search import Answer, BadArguments, Brief, arguments
from directory.search.counting import Counts
from directory.web import session
from directory.web.access import public
from directory.web.languages import DEFAULT, KNOWN, address

door = Blueprint("api", __name__)

PROBLEM: Final = "application/problem+json"
CLOSED_LISTS: Final = {"topic": vocabulary.TOPICS, "status": vocabulary.STATUSES, "kind": vocabulary.KINDS}


@door.get("/contact-points")
@public
def contact_points() -> Response:
    """A page of what was found, in rank order, with how many each value of a filter would find."""
    answered, briefs = _answer()
    url = _urls()
    return _json(
        {
            "total": answered.total,
            "page": answered.asked.question.page,
            "per_page": answered.asked.question.per_page,
            "items": [_item(brief, url) for brief in briefs],
            "facets": facets(answered.facets(), answered.atlas),
        }
    )


@door.get("/contact-points.geojson")
@public
def geojson() -> Response:
    """The same page as features (RFC 7946: longitude first); who has no place has no geometry."""
    answered, briefs = _answer()
    url = _urls()
    found = {"type": "FeatureCollection", "total": answered.total, "features": [_feature(b, url) for b in briefs]}
    return _json(found, "application/geo+json")


@door.get("/", defaults={"unknown": ""})
@door.get("/<path:unknown>")
@public
def nothing(unknown: str) -> Response:
    """An address that the API does not have, told in its own way."""
    raise NotFound


def _answer() -> tuple[Answer, Sequence[Brief]]:
    opened = session()
    known = cities.atlas(opened)
    question = arguments.parse(request.args.to_dict(flat=False), known)
    at = datetime.now(UTC)
    answered = search.answer(opened, question, known, at)
    return answered, search.briefs(opened, answered, at)


def _urls() -> str:
    """The address of a contact point's page in the reader's language, up to its id."""
    asked = request.args.get("lang", "")
    return address(url_for("finder.contact_point", lang=asked if asked in KNOWN else DEFAULT, id=""))


def _item(brief: Brief, url: str) -> dict[str, Any]:
    return {
        "id": brief.id,
        "name": brief.name,
        "city": brief.city,
        "country": brief.country,
        "nationwide": not brief.city,
        "topics": brief.topics,
        "distance_km": None if brief.distance_km is None else round(brief.distance_km, 3),
        "open": brief.open,
        "url": url + quote(brief.id, safe=""),
    }


def _feature(brief: Brief, url: str) -> dict[str, Any]:
    told = _item(brief, url)
    place = None if brief.latitude is None else {"type": "Point", "coordinates": [brief.longitude, brief.latitude]}
    return {"type": "Feature", "id": told.pop("id"), "geometry": place, "properties": told}


def facets(counts: Counts, known: Atlas) -> dict[str, Mapping[str, int]]:
    """Argument → value → how many choosing it finds. Values that nobody has are left out, but for status."""
    found: dict[str, Mapping[str, int]] = {name: _of_keys(counts[name], terms) for name, terms in CLOSED_LISTS.items()}
    found["language"] = {code: count for code, count in counts["language"].items() if count}
    found["country"] = {code: count for code, count in counts["country"].items() if code}
    found["city"] = {place.name: count for place in known.places if (count := counts["city"][str(place.number)])}
    return found


def _of_keys(counts: Mapping[str, int], terms: Mapping[str, vocabulary.Term]) -> Mapping[str, int]:
    rest = counts.get("", 0)
    return {key: count for key in terms if (count := counts.get(key, rest))}


def _json(told: Mapping[str, Any], kind: str = "application/json") -> Response:
    return Response(json.dumps(told, ensure_ascii=False, separators=(",", ":")), mimetype=kind)


@door.after_request
def open_to_all(response: Response) -> Response:
    """Any site's scripts may read what is open data."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


# Errors, in the one shape of RFC 9457


def problem(status: int, title: str, **more: Any) -> Response:
    told = {"type": "about:blank", "title": title, "status": status, **more}
    response = _json(told, PROBLEM)
    response.status_code = status
    return response


@door.errorhandler(BadArguments)
def bad_arguments(error: BadArguments) -> Response:
    """Which arguments cannot be used, why, and what can stand there instead."""
    wrong = [{"name": p.name, "value": p.value, "message": p.message, "valid": list(p.valid)} for p in error.problems]
    return problem(400, "Some arguments cannot be used.", detail=wrong[0]["message"], arguments=wrong)


@door.errorhandler(HTTPException)
def http(error: HTTPException) -> Response:
    return problem(error.code or 500, error.name)


@door.errorhandler(SQLAlchemyError)
def database(_: SQLAlchemyError) -> Response:
    return http(ServiceUnavailable())
