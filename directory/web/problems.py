"""Errors as programs read them: one shape for all of the open API, that of RFC 9457."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Response, g, request

from directory.search import BadArguments
from directory.web.languages import DEFAULT, KNOWN, gettext

MIMETYPE: Final = "application/problem+json"
PLACES: Final = ("/api/", "/openapi.json")
"""Where programs ask."""


def are_wanted() -> bool:
    """Does a program ask, so that a page for people would be no answer?"""
    return request.path.startswith(PLACES)


def problem(status: int, title: str, **more: Any) -> Response:
    """An error; its `title`, a message id, is said in the language that was asked for."""
    _speak()
    told = {"type": "about:blank", "title": gettext(title), "status": status, **more}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    response = open_to_all(Response(body, status, mimetype=MIMETYPE))
    response.content_language.add(g.lang)
    return response


def of_arguments(error: BadArguments, title: str) -> Response:
    """Which arguments cannot be used, why, and what can stand there instead."""
    _speak()
    wrong = [
        {"name": bad.name, "value": bad.value, "message": gettext(bad.message), "valid": list(bad.valid)}
        for bad in error.problems
    ]
    return problem(400, title, detail=wrong[0]["message"], arguments=wrong)


def _speak() -> None:
    """Speak the language of the argument `lang`: what a browser asks for says nothing of who reads the program."""
    asked = request.args.get("lang", "")
    g.lang = asked if asked in KNOWN else DEFAULT


def open_to_all(response: Response) -> Response:
    """Any site's scripts may read what is open data, and ask whether it changed."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Content-Disposition, ETag"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":  # a browser asks before it sends If-None-Match for a script
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "*"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
