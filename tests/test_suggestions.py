"""While somebody types: small answers, in any script, that cost little and tell nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import statements_of
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import cities, database
from directory.search import suggesting
from directory.search.suggesting import suggest
from directory.vocabulary import TOPICS

LABELS = {key: term.label for key, term in TOPICS.items()}


def asked(client: FlaskClient, typed: str, language: str = "en") -> list[dict[str, Any]]:
    answer = client.get(f"/{language}/suggestions", query_string={"q": typed})
    assert answer.status_code == 200
    assert len(answer.data) < 1000
    found: list[dict[str, Any]] = json.loads(answer.data)
    return found


@pytest.mark.parametrize(
    ("typed", "language", "kind", "value"),
    [
        ("so", "en", "city", "Sofia"),
        ("льє", "uk", "city", "Liège"),
        ("لي", "ar", "city", "Liège"),
        ("law", "en", "topic", "legal_aid"),
        ("адвок", "bg", "topic", "legal_aid"),
        ("وک", "fa", "topic", "legal_aid"),
        ("карит", "bg", "name", "caritas-sofia"),
        ("karit", "en", "name", "caritas-sofia"),
        ("monde des p", "fr", "name", "monde-des-possibles"),
        ("كاريت", "ar", "name", "caritas-sofia"),
        ("كريبل", "ar", "name", "cripel"),
        ("bulgarian red c", "en", "organization", ""),
    ],
)
def test_cities_topics_and_names_are_suggested(
    client: FlaskClient, typed: str, language: str, kind: str, value: str
) -> None:
    found = [one["value"] for one in asked(client, typed, language) if one["kind"] == kind]
    assert value in found or (kind == "organization" and found)


def test_the_words_before_a_city_stay(client: FlaskClient) -> None:
    assert {"kind": "city", "text": "Liège", "value": "Liège", "rest": "free lawyer"} in asked(
        client, "free lawyer liè"
    )


@pytest.mark.parametrize("typed", ["", " ", "s", "ж", "\x00", "!?", "x" * 301, "zzzyx"])
def test_too_little_or_too_much_suggests_nothing(client: FlaskClient, typed: str) -> None:
    assert asked(client, typed) == []


def test_an_answer_is_kept_for_a_minute_and_sets_no_cookie(client: FlaskClient) -> None:
    answer = client.get("/en/suggestions?q=sofia")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers


@settings(max_examples=60)
@given(typed=st.text(max_size=40) | st.sampled_from(["ca", "со", "центъ", "le ", "aide ju", "ре"]))
def test_whatever_is_typed_is_answered_small(app: Flask, typed: str) -> None:
    asked(app.test_client(), typed.encode("utf-8", "ignore").decode())


def test_a_suggestion_costs_three_statements_at_most(seeded: Engine) -> None:
    with database.reading(seeded) as session:
        cities.atlas(session)  # kept until something is written
    with statements_of(seeded) as told, database.reading(seeded) as session:
        suggest(session, "caritas so", cities.atlas(session), LABELS)
    assert len(told) <= 3


@pytest.fixture(scope="module")
def answers() -> dict[str, list[suggesting.Suggestion]]:
    """What the first engine suggested, for the second to be compared with."""
    return {}


@pytest.mark.parametrize("typed", ["ca", "sofia", "center", "цент", "le", "migr", "fgtb l"])
def test_both_engines_suggest_the_same(
    session: Session, typed: str, answers: dict[str, list[suggesting.Suggestion]]
) -> None:
    found = suggest(session, typed, cities.atlas(session), LABELS)
    assert found
    assert answers.setdefault(typed, found) == found
