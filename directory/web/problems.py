"""Errors as programs read them: one shape for all of the open API, that of RFC 9457."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Response, request

from directory.search import BadArguments

MIMETYPE: Final = "application/problem+json"
PLACES: Final = ("/api/", "/openapi.json")
"""Where programs ask."""


def are_wanted() -> bool:
    """Does a program ask, so that a page for people would be no answer?"""
    return request.path.startswith(PLACES)


def problem(status: int, title: str, **more: Any) -> Response:
    told = {"type": "about:blank", "title": title, "status": status, **more}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return open_to_all(Response(body, status, mimetype=MIMETYPE))


def of_arguments(error: BadArguments) -> Response:
    """Which arguments cannot be used, why, and what can stand there instead."""
    wrong = [{"name": p.name, "value": p.value, "message": p.message, "valid": list(p.valid)} for p in error.problems]
    return problem(400, "Some arguments cannot be used.", detail=wrong[0]["message"], arguments=wrong)


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
