"""The open API: the same question as the results page, answered for programs as JSON, GeoJSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from directory import cities, exporter, search, stamp, vocabulary
from directory.cities import Atlas
from directory.search import Answer, Brief, Question, arguments
from directory.search.counting import Counts
from directory.web import openapi, problems, session, settings
from directory.web.access import public
from directory.web.downloads import download
from directory.web.headers import PAGE_SECONDS
from directory.web.keeping import kept
from directory.web.languages import DEFAULT, KNOWN, address

door = Blueprint("api", __name__)

EVERYTHING: Final = 2**31
"""More contact points than there are: a file holds all that was found."""


@door.get("/api/contact-points")
@public
def contact_points() -> Response:
    """A page of what was found, in rank order, with how many each value of a filter would find."""
    return Response(_found(), mimetype="application/json")


@kept
def _found() -> str:
    answered, briefs = _answer()
    url = _urls()
    return _written(
        {
            "total": answered.total,
            "page": answered.asked.question.page,
            "per_page": answered.asked.question.per_page,
            "items": [_item(brief, url) for brief in briefs],
            "facets": facets(answered.facets(), answered.atlas),
        }
    )


@door.get("/api/contact-points.geojson")
@public
def geojson() -> Response:
    """The same page as features (RFC 7946: longitude first); who has no place has no geometry."""
    answered, briefs = _answer()
    url = _urls()
    found = {"type": "FeatureCollection", "total": answered.total, "features": [_feature(b, url) for b in briefs]}
    return _json(found, "application/geo+json")


@door.get("/api/contact-points.csv")
@public
def csv() -> Response:
    """All that was found in the import format, in rank order; a page of it where one is asked for."""
    question, at = _question(), datetime.now(UTC)
    if not (request.args.get("page") or request.args.get("per_page")):
        question = replace(question, per_page=EVERYTHING)
    tag = _tag(question, at)
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = download(lambda opened: _as_csv(opened, question, at), "contact-points.csv", "text/csv")
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={PAGE_SECONDS}"
    return response


@door.get("/openapi.json")
@public
def described() -> Response:
    """What there is to ask, in the words of OpenAPI."""
    return _json(openapi.document(settings()))


@door.get("/api/", defaults={"unknown": ""})
@door.get("/api/<path:unknown>")
@public
def nothing(unknown: str) -> Response:
    """An address that the API does not have, told in its own way."""
    raise NotFound


def _question() -> Question:
    return arguments.parse(request.args.to_dict(flat=False), cities.atlas(session()))


def _answer() -> tuple[Answer, Sequence[Brief]]:
    opened, question, at = session(), _question(), datetime.now(UTC)
    answered = search.answer(opened, question, cities.atlas(opened), at)
    return answered, search.briefs(opened, answered, at)


def _as_csv(opened: Session, question: Question, at: datetime) -> Iterator[str]:
    found = search.answer(opened, question, cities.atlas(opened), at)
    yield from exporter.as_csv(opened, found.numbers)


def _tag(question: Question, at: datetime) -> str:
    """What a file depends on, so that an unchanged one is neither made nor sent again."""
    minute = at.strftime("%Y-%m-%dT%H:%M") if question.open_now else ""
    return blake2b(f"{stamp.of(session())} {question} {minute}".encode(), digest_size=12).hexdigest()


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
    found: dict[str, Mapping[str, int]] = {
        name: _of_keys(counts[name], terms) for name, terms in arguments.FILTERS.items()
    }
    found["language"] = {code: count for code, count in counts["language"].items() if count}
    found["country"] = {code: count for code, count in counts["country"].items() if code}
    found["city"] = {place.name: count for place in known.places if (count := counts["city"][str(place.number)])}
    return found


def _of_keys(counts: Mapping[str, int], terms: Mapping[str, vocabulary.Term]) -> Mapping[str, int]:
    rest = counts.get("", 0)
    return {key: count for key in terms if (count := counts.get(key, rest))}


def _json(told: Mapping[str, Any], kind: str = "application/json") -> Response:
    return Response(_written(told), mimetype=kind)


def _written(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


door.after_request(problems.open_to_all)
