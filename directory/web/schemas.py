"""What the open API answers, as JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, get_args

from directory import vocabulary
from directory.hours import State
from directory.search import MOST_PER_PAGE, arguments

Schema = dict[str, Any]

_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_TEXT: Final[Schema] = {"type": "string"}
_ID: Final[Schema] = {"type": "string", "minLength": 1, "description": "Its stable name, in files and addresses"}


def _one_of(keys: Iterable[str]) -> Schema:
    return {"type": "string", "enum": [*keys]}


def _object(about: str, /, **properties: Schema) -> Schema:
    """With all of these, always; more may come with a later version."""
    return {"type": "object", "description": about, "required": [*properties], "properties": properties}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _told(about: str, schema: Schema) -> Schema:
    return {**schema, "description": about}


_PROPERTIES: Final = {
    "name": _told("What stands on the door, in its own script", _TEXT),
    "city": _told("Empty where it serves a whole country", _TEXT),
    "country": _told("ISO 3166 alpha-2, or EU for all of Europe", {"type": "string", "pattern": "^[A-Z]{2}$"}),
    "nationwide": _told("It serves the whole of its country", {"type": "boolean"}),
    "topics": _told("What it helps with, the main one first; empty when not known", _list(_one_of(vocabulary.TOPICS))),
    "distance_km": {
        "type": ["number", "null"],
        "minimum": 0,
        "description": "From `near`; null without it, and where only the city is known",
    },
    "open": _told("At this moment; unknown is never guessed", _one_of(get_args(State))),
    "url": _told(
        "Its page in the language of `lang`, with all that is known", {"type": "string", "format": "uri-reference"}
    ),
}
_POSITION: Final[Schema] = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "minItems": 2,
    "maxItems": 2,
    "description": "Longitude and latitude in degrees (WGS 84)",
}
_PLACE: Final = _object("Where it is", type={"const": "Point"}, coordinates=_POSITION)


def _facet(keys: Iterable[str] | None = None) -> Schema:
    """Value → how many choosing it finds; values that nobody has are left out."""
    names = {} if keys is None else {"propertyNames": _one_of(keys)}
    return {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}, **names}


_FACETS: Final = _object(
    "For each argument: how many are found when a value of it is chosen",
    topic=_facet(vocabulary.TOPICS),
    status=_facet(vocabulary.STATUSES),
    kind=_facet(vocabulary.KINDS),
    language=_facet(),
    country=_facet(sorted(arguments.COUNTRIES)),
    city=_facet(),
)
_PROBLEM: Final = {
    "type": {"type": "string", "format": "uri-reference"},
    "title": _TEXT,
    "status": {"type": "integer", "minimum": 400, "maximum": 599},
}

SCHEMAS: Final[Schema] = {
    "ContactPoint": _object("One that was found", id=_ID, **_PROPERTIES),
    "Facets": _FACETS,
    "Page": _object(
        "What was found",
        total=_told("How many were found, on all pages", _COUNT),
        page={"type": "integer", "minimum": 1},
        per_page={"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE},
        items=_told("Best first", _list(_ref("ContactPoint"))),
        facets=_ref("Facets"),
    ),
    "Feature": _object(
        "One that was found, as RFC 7946 has it",
        type={"const": "Feature"},
        id=_ID,
        geometry={"oneOf": [_PLACE, {"type": "null"}], "description": "null where no place is known"},
        properties=_object("As in ContactPoint", **_PROPERTIES),
    ),
    "FeatureCollection": _object(
        "What was found, as RFC 7946 has it",
        type={"const": "FeatureCollection"},
        total=_told("How many were found, on all pages", _COUNT),
        features=_told("Best first", _list(_ref("Feature"))),
    ),
    "Problem": _object("An error, as RFC 9457 has it", **_PROBLEM),
    "BadArgument": _object(
        "An argument that cannot be used",
        name=_TEXT,
        value=_TEXT,
        message=_told("Why", _TEXT),
        valid=_told("What can stand there; empty where that is no list", _list(_TEXT)),
    ),
    "BadArguments": _object("All that cannot be used", **_PROBLEM, detail=_TEXT, arguments=_list(_ref("BadArgument"))),
    "Health": _object("The directory answers", status={"const": "ok"}, contact_points=_COUNT),
}
