"""What needs care: every reason finds exactly what it says, on both engines, in few statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from asking import statements_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from directory import care, database, search
from directory.care import Wish
from directory.geocode import waiting
from directory.importer import Problem
from directory.models import City, ContactPoint, GeocoderAnswer
from directory.search.shelf import shelf

TODAY = date(2026, 11, 24)
WISH = Wish(("en", "fr"), TODAY)
GOOD: dict[str, Any] = {
    "name": "Door",
    "country": "BE",
    "topics": ["food"],
    "descriptions": {"en": "Food", "fr": "Repas"},
    "street": "Rue 1",
    "latitude": 50.6,
    "longitude": 5.5,
    "precision": "exact",
    "phones": ["+3242218111"],
    "opening_hours": "Mo-Fr 09:00-17:00",
    "verified_on": TODAY,
}


def fill(engine: Engine, *entries: Mapping[str, Any]) -> None:
    """Entries that need no care but for what they say, with the ids a, b, c…"""
    with database.writing(engine) as session:
        cities: dict[tuple[str, str], City] = {}
        for id_, entry in zip("abcdefghij", entries, strict=False):
            made = ContactPoint(**{"id": id_, **GOOD, **entry})
            if made.city:
                made.place = cities.setdefault((made.city, made.country), City(name=made.city, country=made.country))
            session.add(made)
            session.flush()
            session.refresh(made, ["organization", "network"])
            search.index(session, [made], are_new=True)


def found(engine: Engine, reason: str, wish: Wish = WISH) -> list[str]:
    with database.reading(engine) as session:
        ids = [entry.id for entry in care.listed(session, reason, wish)]
        assert care.counts(session, wish)[reason] == len(ids)
    return ids


def test_an_entry_of_which_all_is_known_needs_no_care(engine: Engine) -> None:
    fill(engine, {})
    with database.reading(engine) as session:
        assert care.counts(session, WISH) == dict.fromkeys(care.REASONS, 0)


NOWHERE = {"latitude": None, "longitude": None, "precision": "none"}


@pytest.mark.parametrize(
    ("reason", "poor"),
    [
        ("unreachable", {"phones": []}),
        ("unreachable", {"phones": [], "street": "", **NOWHERE}),
        ("no_place", NOWHERE),
        ("no_place", {**NOWHERE, "street": "", "city": "Liège"}),
        ("only_city", {"precision": "city"}),
        ("no_hours", {"opening_hours": ""}),
        ("not_checked", {"verified_on": None}),
        ("not_checked", {"verified_on": TODAY - timedelta(days=366)}),
        ("untranslated", {"descriptions": {"fr": "Repas"}}),
        ("untranslated", {"descriptions": {"en": "Food", "fr": ""}}),
        ("untranslated", {"country": "BG"}),
    ],
)
def test_a_reason_finds_what_lacks_it_and_nothing_else(engine: Engine, reason: str, poor: dict[str, Any]) -> None:
    fill(engine, {}, poor, {**poor, "status": "closed"})
    assert found(engine, reason) == ["b"]


@pytest.mark.parametrize(
    ("reason", "rich"),
    [
        ("unreachable", {"phones": [], "email": "a@example.org"}),
        ("unreachable", {"phones": [], "website": "https://a.example"}),
        ("no_place", {**NOWHERE, "street": ""}),
        ("only_city", {"precision": "city", "street": ""}),
        ("not_checked", {"verified_on": TODAY - timedelta(days=365)}),
        ("untranslated", {"country": "BG", "descriptions": {"en": "a", "fr": "b", "bg": "в"}}),
        ("untranslated", {"country": "EU"}),
    ],
)
def test_what_cannot_be_better_needs_no_care(engine: Engine, reason: str, rich: dict[str, Any]) -> None:
    fill(engine, rich)
    assert found(engine, reason) == []


def test_one_of_a_countrys_languages_is_enough(engine: Engine) -> None:
    wish = Wish(("en",), TODAY)
    fill(engine, {"descriptions": {"en": "Food", "nl": "Eten"}}, {"descriptions": {"en": "Food"}})
    assert found(engine, "untranslated", wish) == ["b"]
    with database.reading(engine) as session:
        (entry,) = care.listed(session, "untranslated", wish)
        assert care.missing_languages(entry, wish) == [("nl", "fr", "de")]


@pytest.mark.parametrize("other", ["ÉCOLE  d'Été", "Ecole d’ete", "école d'été."])
def test_names_that_differ_in_spelling_only_may_be_duplicates(engine: Engine, other: str) -> None:
    school = {"name": "École d'été", "city": "Liège"}
    fill(engine, school, {"name": other, "city": "Liège"}, {"name": other, "city": "Namur"}, {**school, "name": "Cole"})
    assert sorted(found(engine, "twins")) == ["a", "b"]


def test_duplicates_stand_side_by_side(engine: Engine) -> None:
    fill(engine, {"name": "Каритас"}, {"name": "B"}, {"name": "КАРИТАС"}, {"name": "b"}, {"name": "B", "country": "NL"})
    assert found(engine, "twins") in (["a", "c", "b", "d"], ["b", "d", "a", "c"])


def test_the_longest_unchecked_comes_first(engine: Engine) -> None:
    days = [TODAY - timedelta(days=400), None, TODAY - timedelta(days=900)]
    fill(engine, *({"verified_on": day} for day in days))
    assert found(engine, "not_checked") == ["b", "c", "a"]


def test_pages_follow_one_another(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(care, "PER_PAGE", 2)
    fill(engine, *({"opening_hours": ""} for _ in range(3)))
    with database.reading(engine) as session:
        pages = [[entry.id for entry in care.listed(session, "no_hours", WISH, page)] for page in (1, 2, 3)]
    assert pages == [["a", "b"], ["c"], []]


def test_counting_everything_asks_three_times_and_then_only_whether_something_changed(engine: Engine) -> None:
    fill(engine, {"opening_hours": ""}, {"opening_hours": "", "country": "BG"})
    with database.reading(engine) as session:
        shelf(session)
    for asked in (3, 0):
        with database.reading(engine) as session, statements_of(engine) as told:
            assert care.counts(session, WISH)["no_hours"] == 2
        assert len(told) == 1 + asked, told
    with database.writing(engine) as session:
        entry = session.scalars(select(ContactPoint).where(ContactPoint.id == "a")).one()
        entry.opening_hours = "Mo 09:00-10:00"
        session.flush()
        session.refresh(entry, ["organization", "network"])
        search.index(session, [entry])
    with database.reading(engine) as session:
        assert care.counts(session, WISH)["no_hours"] == 1


def test_what_the_geocoder_said_stands_beside_what_it_did_not_find(engine: Engine) -> None:
    fill(engine, {**NOWHERE, "city": "Liège"}, {**NOWHERE, "city": "Liège", "street": "Rue 2"})
    problem = {"code": "nothing_found", "message": "The geocoder does not know this address.", "values": {}}
    with database.writing(engine) as session:
        entries = care.listed(session, "no_place", WISH)
        assert care.geocoder_answers(session, entries) == {}
        address = next(waiting(session, [entries[0].number]))
        session.add(
            GeocoderAnswer(
                key=address.key("server"),
                provider="server",
                query=address.query,
                outcome="nothing",
                problem=problem,
                asked_at=datetime.now(UTC),
            )
        )
        session.flush()
        assert care.geocoder_answers(session, entries) == {entries[0].number: Problem(None, None, **problem)}
        assert care.geocoder_answers(session, []) == {}


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("", ["c", "b", "a"]),
        ("маса", ["b"]),
        ("rue TABLE", ["c"]),
        ("tabl", ["c"]),
        ("A", ["a"]),
        ("soup%", ["a"]),
        ("%", []),
        ("' OR 1=1 --", []),
        ("table nowhere", []),
    ],
)
def test_an_entry_is_found_by_its_words_or_its_id(engine: Engine, said: str, ids: list[str]) -> None:
    fill(engine, {"name": "Soup", "status": "closed"}, {"name": "Маса"}, {"name": "La table"})
    with database.reading(engine) as session:
        entries, total = care.matching(session, said)
        assert ([entry.id for entry in entries], total) == (ids, len(ids))


TEXTS = st.dictionaries(st.sampled_from(["en", "fr", "nl", "bg", "de"]), st.sampled_from(["", "x"]))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(["BE", "BG", "CH", "EU", "XK"]), TEXTS), max_size=8))
def test_what_is_listed_as_untranslated_is_what_misses_a_language(
    engine: Engine, entries: list[tuple[str, dict[str, str]]]
) -> None:
    with Session(engine.execution_options(writes=True)) as session:
        for number, (country, texts) in enumerate(entries):
            session.add(ContactPoint(**{**GOOD, "id": f"e{number}", "country": country, "descriptions": texts}))
        session.flush()
        listed = {entry.id for entry in care.listed(session, "untranslated", WISH)}
        missing = {e.id for e in session.scalars(select(ContactPoint)) if care.missing_languages(e, WISH)}
        assert listed == missing
        assert session.scalar(select(func.count()).select_from(ContactPoint)) == len(entries)
        session.rollback()
