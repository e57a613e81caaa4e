"""The open API: what programs read is what the results page shows, in one shape, errors too."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory import cities, create_app, database, search, vocabulary
from directory.config import Settings
from directory.search import Question
from directory.web.access import public

PATH = "/api/contact-points"
WHOLE = {
    "id",
    "name",
    "city",
    "country",
    "nationwide",
    "topics",
    "distance_km",
    "open",
    "url",
}


def asked(client: FlaskClient, suffix: str = "", **arguments: Any) -> Any:
    answer = client.get(f"{PATH}{suffix}?{urlencode(arguments, doseq=True)}")
    assert answer.status_code == 200
    return answer.get_json(force=True)


def test_it_finds_what_the_results_page_finds(client: FlaskClient, app: Flask) -> None:
    told = asked(client, q="avocat", city="Liège", per_page=7, page=2)
    with database.reading(app.extensions["database"]) as session:
        place = cities.atlas(session).here("Liège")
        assert place is not None
        found = search.find(session, Question(words="avocat", cities=(place,), per_page=7, page=2))
    assert [item["id"] for item in told["items"]] == [one.entry.id for one in found.items]
    assert (told["total"], told["page"], told["per_page"]) == (found.total, 2, 7)


def test_an_item_says_what_the_contract_says(client: FlaskClient) -> None:
    items = asked(client, near="50.6337,5.5675", radius_km=20, per_page=100)["items"]
    assert all(item.keys() == WHOLE for item in items)
    assert {item["open"] for item in items} <= {"open", "closed", "unknown"}
    assert all((item["city"] == "") == item["nationwide"] for item in items)
    distances = [item["distance_km"] for item in items if not item["nationwide"]]
    assert distances and max(distances) <= 20
    assert {item["distance_km"] for item in items if item["nationwide"]} == {None}


@pytest.mark.parametrize("lang", ["", "fr", "ar"])
def test_an_item_leads_to_its_page_in_the_readers_language(client: FlaskClient, lang: str) -> None:
    item = asked(client, q="caritas", lang=lang)["items"][0]
    assert item["url"].startswith(f"/{lang or 'en'}/contact-points/")
    assert client.get(item["url"]).status_code == 200


def test_a_facet_is_what_choosing_it_finds(client: FlaskClient) -> None:
    facets = asked(client, q="legal")["facets"]
    assert facets.keys() == {"topic", "status", "kind", "language", "country", "city"}
    assert facets["status"].keys() <= vocabulary.STATUSES.keys()
    for argument, counts in facets.items():
        for value, count in list(counts.items())[:4]:
            assert asked(client, q="legal", **{argument: value})["total"] == count > 0, (argument, value)


def test_geojson_has_longitude_first_and_no_place_for_who_has_none(client: FlaskClient) -> None:
    told = asked(client, ".geojson", city="Liège", per_page=100)
    assert told["type"] == "FeatureCollection"
    assert [feature["id"] for feature in told["features"]] == [
        item["id"] for item in asked(client, city="Liège", per_page=100)["items"]
    ]
    places = [feature["geometry"] for feature in told["features"]]
    assert None in places
    here = [place["coordinates"] for place in places if place]
    assert here and all(5 < longitude < 6 and 50 < latitude < 51 for longitude, latitude in here)


def problem(answer: TestResponse, status: int) -> Any:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    told = answer.get_json(force=True)
    assert told["status"] == status
    assert told["title"]
    return told


def test_an_argument_that_cannot_be_used_is_told_with_what_can(client: FlaskClient) -> None:
    told = problem(client.get(f"{PATH}?topic=cooking&page=0"), 400)
    by_name = {wrong["name"]: wrong for wrong in told["arguments"]}
    assert set(by_name["topic"]["valid"]) == set(vocabulary.TOPICS)
    assert by_name["page"]["message"]


@pytest.mark.parametrize("lang", ["", "en", "fr", "ar", "xx"])
def test_errors_are_told_in_the_language_that_is_asked_for(client: FlaskClient, lang: str) -> None:
    asked = {"Accept-Language": "bg"}  # of whoever runs the program, not of who reads it
    answer = client.get(f"{PATH}?page=0&lang={lang}", headers=asked)
    told, spoken = problem(answer, 400), lang if lang in ("fr", "ar") else "en"
    messages = {wrong["name"]: wrong["message"] for wrong in told["arguments"]}
    assert (
        messages["page"]
        == {
            "en": "The page must be a number from 1.",
            "fr": "La page doit être un nombre à partir de 1.",
            "ar": "رقم الصفحة يبدأ من 1.",
        }[spoken]
    )
    assert answer.headers["Content-Language"] == spoken
    assert (
        problem(client.get(f"/api/nothing?lang={lang}", headers=asked), 404)["title"]
        == ({"en": "This page does not exist", "fr": "Cette page n’existe pas", "ar": "هذه الصفحة غير موجودة"}[spoken])
    )


@pytest.mark.parametrize("path", ["/api/contact-point", "/api/", "/api/contact-points.xml"])
def test_another_address_is_told_in_the_same_shape(client: FlaskClient, path: str) -> None:
    problem(client.get(path), 404)


ADDRESSES = (PATH, f"{PATH}.geojson", f"{PATH}.csv", "/openapi.json")


@pytest.mark.parametrize("path", [*ADDRESSES, f"{PATH}?topic=cooking", "/api/nothing"])
def test_any_site_may_read_it(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in headers["Access-Control-Expose-Headers"]
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("path", ADDRESSES)
def test_any_sites_scripts_may_ask_whether_it_changed(client: FlaskClient, path: str) -> None:
    asking = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    headers = client.options(path, headers=asking | {"Access-Control-Request-Headers": "if-none-match"}).headers
    assert headers["Access-Control-Allow-Origin"] == headers["Access-Control-Allow-Headers"] == "*"
    assert "GET" in headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_nothing_can_be_written(client: FlaskClient, path: str) -> None:
    answer = client.post(path)
    problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_and_health_say_which_methods_they_know(client: FlaskClient) -> None:
    for path in ("/healthz", "/en/contact-points"):
        answer = client.delete(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", ADDRESSES[:3])
def test_what_breaks_is_told_in_the_same_shape(tmp_path: Path, path: str) -> None:
    made = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.sqlite", contact_email="a@example.org"))
    problem(made.test_client().get(path), 503)
    made.extensions["database"].dispose()


def test_a_fault_of_ours_is_told_in_the_same_shape(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.view_functions, "api.contact_points", public(lambda: 1 / 0))
    problem(app.test_client().get(PATH), 500)


@pytest.mark.parametrize("suffix", ["", ".geojson", ".csv"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, suffix: str) -> None:
    first = client.get(PATH + suffix)
    again = client.get(PATH + suffix, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_it_sets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get(f"{PATH}?q=asylum").headers


@pytest.mark.parametrize("page", [2, 50])
def test_a_page_beyond_the_end_is_empty(client: FlaskClient, page: int) -> None:
    told = asked(client, q="cite miroir", page=page, per_page=100)
    assert told["items"] == []
    assert told["total"] > 0
