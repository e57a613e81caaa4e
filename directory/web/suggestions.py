"""Suggestions for the search box while somebody types. Small, kept for a minute, and nothing is remembered."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Blueprint, Response, request

from directory import cities, vocabulary
from directory.search import MOST_WORDS
from directory.search.suggesting import Suggestion, suggest
from directory.web import session, words
from directory.web.access import public
from directory.web.languages import gettext

door = Blueprint("suggestions", __name__)

MOST_BYTES: Final = 1000
LONGEST: Final = 70
"""Letters of a name that are shown."""


@door.get("/suggestions")
@public
def suggestions() -> Response:
    """What `q` may become: a list of kind, text, value and, before a city, the rest."""
    typed = " ".join(request.args.get("q", "").replace("\x00", "").split())
    if len(typed) > MOST_WORDS:
        return _answer([])
    labels = {key: gettext(term.label) for key, term in vocabulary.TOPICS.items()}
    return _answer([_told(one) for one in suggest(session(), typed, cities.atlas(session()), labels)])


def _told(one: Suggestion) -> dict[str, str]:
    text = words.city_name(one.text) if one.kind == "city" else one.text
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
    told = {"kind": one.kind, "text": short, "value": one.value, "rest": one.rest}
    return {name: value for name, value in told.items() if value}


def _answer(found: list[dict[str, Any]]) -> Response:
    """As many as fit; what is left out is what is least likely meant."""
    while len(body := json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()) >= MOST_BYTES:
        found = found[:-1]
    return Response(body, mimetype="application/json")
