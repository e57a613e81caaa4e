"""The description of the API: valid, complete, and true of every answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy.orm import Session

from directory import cities
from directory.search import BadArguments, arguments
from directory.vocabulary import TOPICS


@pytest.fixture
def told(client: FlaskClient) -> Any:
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    return answer.get_json()


def faults(told: Any, schema: str, instance: Any) -> list[str]:
    """What an answer has that the description does not allow."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": told["components"]}
    checker = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(instance)]


def parameters(told: Any) -> dict[str, Any]:
    return {each["name"]: each["schema"] for each in told["components"]["parameters"].values()}


def test_it_is_valid(told: Any) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(told).iter_errors()] == []


def test_every_address_for_programs_is_described(told: Any, app: Flask) -> None:
    served = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(("api.", "health."))}
    assert set(told["paths"]) == {path for path in served if not path.startswith("/api/<") and path != "/api/"}


class Seen(Mapping[str, list[str]]):
    """Arguments that remember which of them were looked at."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> list[str]:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_the_arguments_are_those_that_are_read(told: Any, session: Session) -> None:
    seen = Seen()
    arguments.parse(seen, cities.atlas(session))
    assert set(parameters(told)) == seen.names
    for path in ("", ".geojson", ".csv"):
        asked = told["paths"][f"/api/contact-points{path}"]["get"]["parameters"]
        assert {each["$ref"].rpartition("/")[2] for each in asked} == seen.names


def test_each_value_that_is_described_is_taken(told: Any, session: Session) -> None:
    atlas = cities.atlas(session)
    for name, schema in parameters(told).items():
        listed = schema.get("items", schema).get("enum", [])
        limits = [schema[limit] for limit in ("minimum", "maximum", "default") if limit in schema]
        for value in (*listed, *limits):
            arguments.parse({name: [str(value)]}, atlas)


@pytest.mark.parametrize("name", ["radius_km", "page", "per_page", "q", "topic", "country", "language", "open", "lang"])
def test_what_lies_beyond_the_described_limits_is_refused(told: Any, session: Session, name: str) -> None:
    schema = parameters(told)[name]
    beyond = {
        "maximum": lambda most: most + 1,
        "minimum": lambda least: least - 1,
        "exclusiveMinimum": lambda least: least,
    }
    values = [str(beyond[limit](schema[limit])) for limit in beyond if limit in schema]
    values += ["a" * (schema["maxLength"] + 1)] if "maxLength" in schema else []
    values += ["nonsense"] if "enum" in schema or "enum" in schema.get("items", {}) else []
    assert values
    for value in values:
        with pytest.raises(BadArguments):
            arguments.parse({name: [value]}, cities.atlas(session))


QUESTIONS = (
    "",
    "?q=avocat+gratuit+liège",
    "?near=50.633,5.567&radius_km=20&per_page=100",
    "?city=Sofia&topic=asylum&topic=housing&status=undocumented&lang=bg",
    "?open=now&language=fr",
    "?q=bulgarian+helsinki&exact=1",
    "?q=qqzzxx",
    "?page=50",
)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("suffix", "schema"), [("", "Page"), (".geojson", "FeatureCollection")])
def test_every_answer_is_as_described(client: FlaskClient, told: Any, suffix: str, schema: str, question: str) -> None:
    answer = client.get(f"/api/contact-points{suffix}{question}").get_json(force=True)
    assert faults(told, schema, answer) == []
    assert set(answer) == set(told["components"]["schemas"][schema]["properties"])


def test_an_item_has_what_is_described_and_no_more(client: FlaskClient, told: Any) -> None:
    schemas = told["components"]["schemas"]
    (item,) = client.get("/api/contact-points?per_page=1").get_json()["items"]
    (feature,) = client.get("/api/contact-points.geojson?per_page=1").get_json(force=True)["features"]
    assert set(item) == set(schemas["ContactPoint"]["properties"])
    assert set(feature["properties"]) == set(schemas["Feature"]["properties"]["properties"]["properties"])


@pytest.mark.parametrize("query", ["topic=cooking", "near=x&page=0", "q=%00"])
def test_a_refusal_is_as_described(client: FlaskClient, told: Any, query: str) -> None:
    answer = client.get(f"/api/contact-points?{query}")
    assert answer.status_code == 400
    assert faults(told, "BadArguments", answer.get_json(force=True)) == []


def test_other_errors_and_health_are_as_described(client: FlaskClient, told: Any) -> None:
    assert faults(told, "Problem", client.get("/api/nothing").get_json(force=True)) == []
    assert faults(told, "Health", client.get("/healthz").get_json()) == []


def test_an_answer_that_differs_is_noticed(client: FlaskClient, told: Any) -> None:
    answer = client.get("/api/contact-points").get_json()
    answer["items"][0]["open"] = "perhaps"
    del answer["items"][1]["name"]
    assert len(faults(told, "Page", answer)) == 2


def test_the_headers_that_are_described_are_sent(client: FlaskClient, told: Any) -> None:
    for path, methods in told["paths"].items():
        described = methods["get"]["responses"]["200"].get("headers", {})
        sent = client.get(path).headers
        assert [name for name in described if name not in sent] == []


def test_each_topic_is_explained(told: Any) -> None:
    about = told["components"]["parameters"]["topic"]["description"]
    assert all(f"`{key}`: {term.label}" in about for key, term in TOPICS.items())
