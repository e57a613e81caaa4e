"""The open API in the words of OpenAPI 3.1: its paths, arguments, answers and errors.

What an argument may be comes from the lists and limits that read it (`search.arguments`, `vocabulary`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from directory import vocabulary
from directory.config import LANGUAGES, Settings
from directory.search import MOST_PER_PAGE, MOST_RADIUS_KM, MOST_WORDS, PER_PAGE, RADIUS_KM, arguments
from directory.web.problems import MIMETYPE
from directory.web.schemas import SCHEMAS

VERSION: Final = "1.0.0"
"""Of the API: what is added changes the second number, what breaks its readers the first."""
Told = dict[str, Any]

_ABOUT: Final = """\
Contact points for migrants and other places that help them, as open data: without a key, without cookies, for any site.

All three addresses take the same arguments as the page of results. `city`, `country`, `topic`, `language`, `status` and
`kind` repeat: one of the values has to match; different arguments all have to. An empty value counts as none given, an
unknown argument is ignored, an unknown value answers 400 and tells what can stand there.

Answers may be kept for a minute and have an ETag: ask again with If-None-Match."""


@lru_cache(maxsize=4)
def document(settings: Settings) -> Told:
    """The description as it is served. Not to be changed."""
    contact = {"contact": {"email": settings.contact_email}} if settings.contact_email else {}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Contact points for migrants", "version": VERSION, "description": _ABOUT, **contact},
        "servers": [{"url": settings.public_url.rstrip("/") or "/"}],
        "paths": {path: {"get": told} for path, told in _paths().items()},
        "components": {
            "parameters": {each["name"]: each for each in _parameters()},
            "responses": _RESPONSES,
            "headers": _HEADERS,
            "schemas": SCHEMAS,
        },
    }


def _paths() -> Told:
    page = _json("application/json", "Page")
    features = _json("application/geo+json", "FeatureCollection")
    table = {"text/csv": {"schema": {"type": "string"}}}
    all_of_it = "All that was found, as a table in the format that the directory imports; with page or per_page a page"
    return {
        "/api/contact-points": _asking("contactPoints", "A page of what was found, best first, with facets", page),
        "/api/contact-points.geojson": _asking("contactPointsAsGeoJson", "The same page on the map", features),
        "/api/contact-points.csv": _asking("contactPointsAsCsv", all_of_it, table, "Content-Disposition"),
        "/openapi.json": _answering("description", "This description", {"application/json": {"schema": {}}}),
        "/healthz": {
            "operationId": "health",
            "summary": "Whether the directory answers, and how many contact points it has",
            "responses": {"200": {"description": "It does", "content": _json("application/json", "Health")}},
        },
    }


def _asking(name: str, summary: str, content: Told, *headers: str) -> Told:
    """A path that takes a question."""
    told = _answering(name, summary, content, *headers)
    told["responses"]["400"] = _ref("responses", "BadArguments")
    return {**told, "parameters": [_ref("parameters", each["name"]) for each in _parameters()]}


def _answering(name: str, summary: str, content: Told, *more: str) -> Told:
    headers = {each: _ref("headers", each) for each in (*_HEADERS_OF_ALL, *more)}
    found = {"description": summary, "headers": headers, "content": content}
    others = {"304": _ref("responses", "Unchanged"), "default": _ref("responses", "Problem")}
    return {"operationId": name, "summary": summary, "responses": {"200": found, **others}}


def _ref(kind: str, name: str) -> Told:
    return {"$ref": f"#/components/{kind}/{name}"}


def _json(mimetype: str, schema: str) -> Told:
    return {mimetype: {"schema": _ref("schemas", schema)}}


# Arguments


def _parameters() -> list[Told]:
    return [
        _one(
            "q", "What is needed and where, in any language: words, names, a city", type="string", maxLength=MOST_WORDS
        ),
        _each(
            "city",
            "The name of a city in any language; an unknown one answers 400. What serves its country is found too",
            None,
        ),
        _each("country", "ISO 3166 alpha-2; EU for what serves all of Europe", sorted(arguments.COUNTRIES)),
        _each("topic", f"What it helps with. {_labels(vocabulary.TOPICS)}", vocabulary.TOPICS),
        _each("language", "What is spoken there: ISO 639", sorted(arguments.SPOKEN)),
        _each(
            "status",
            f"For whom. Those that do not state it are found too, after the others. {_labels(vocabulary.STATUSES)}",
            vocabulary.STATUSES,
        ),
        _each("kind", f"What it is. {_labels(vocabulary.KINDS)}", vocabulary.KINDS),
        _one("open", "Only what is open now, for sure", enum=["now"]),
        _one("exact", "The words as they are typed: no nearer spelling is looked for", enum=["1"]),
        _one("near", "latitude,longitude in degrees (WGS 84), such as 50.633,5.567", type="string", pattern=_POINT),
        _one(
            "radius_km",
            "How far around `near` to look",
            type="number",
            exclusiveMinimum=0,
            maximum=MOST_RADIUS_KM,
            default=RADIUS_KM,
        ),
        _one("page", "Which page", type="integer", minimum=1, maximum=arguments.MOST_PAGES, default=1),
        _one("per_page", "How many on a page", type="integer", minimum=1, maximum=MOST_PER_PAGE, default=PER_PAGE),
        _one(
            "lang",
            "The reader's language: of the pages that `url` leads to, and of errors",
            enum=[*LANGUAGES],
            default=LANGUAGES[0],
        ),
    ]


_DEGREES: Final = r"-?\d{1,3}(\.\d{1,15})?"
_POINT: Final = rf"^{_DEGREES},{_DEGREES}$"


def _one(name: str, about: str, **schema: Any) -> Told:
    return {"name": name, "in": "query", "description": about, "schema": schema}


def _each(name: str, about: str, values: Iterable[str] | None) -> Told:
    """An argument that repeats."""
    item: Told = {"type": "string", "minLength": 1} if values is None else {"enum": [*values]}
    return _one(name, about, type="array", items=item)


def _labels(terms: Mapping[str, vocabulary.Term]) -> str:
    return "; ".join(f"`{key}`: {term.label}" for key, term in terms.items())


# Answers

_HEADERS_OF_ALL: Final = ("ETag", "Cache-Control", "Access-Control-Allow-Origin")
_HEADERS: Final[Told] = {
    "ETag": {"description": "Another one when something changed", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long it may be kept", "schema": {"type": "string"}},
    "Access-Control-Allow-Origin": {"description": "Any site's scripts may read it", "schema": {"const": "*"}},
    "Content-Disposition": {"description": "The name of the file", "schema": {"type": "string"}},
}
_PROBLEM: Final = _json(MIMETYPE, "Problem")
_RESPONSES: Final[Told] = {
    "Unchanged": {"description": "Nothing changed since the answer with this ETag"},
    "BadArguments": {"description": "Some arguments cannot be used", "content": _json(MIMETYPE, "BadArguments")},
    "Problem": {"description": "Why there is no answer", "content": _PROBLEM},
}
