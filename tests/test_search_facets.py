"""Facets: the number beside a value is what choosing it finds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from asking import WEDNESDAY_NOON, a_file, ask, questions
from conftest import fill
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import cities, database, search, vocabulary
from directory.cities import Atlas
from directory.search import Question, Results
from directory.search.matching import FACETS

EVERYBODY = ("status", "")


def choices(results: Results, known: Atlas) -> list[tuple[str, Any, int]]:
    """(field of the question, value, how many are told for it), for all that can be chosen."""
    told: list[tuple[str, Any, int]] = []
    for field, facet in FACETS.items():
        counts = results.facets[facet]
        if facet == "city":
            told += [(field, place, counts[str(place.number)]) for place in known.places]
        elif facet == "status":
            told += [(field, key, counts.get(key, counts[""])) for key in vocabulary.STATUSES]
        elif facet in ("topic", "kind"):
            keys = vocabulary.TOPICS if facet == "topic" else vocabulary.KINDS
            told += [(field, key, counts.get(key, 0)) for key in keys]
        else:
            told += [(field, key, counts.get(key, counts.get("", 0))) for key in {*counts, "xk"} - {""}]
    return told


def chosen(session: Session, results: Results, known: Atlas, **changes: Any) -> Results:
    """The results' question with other filters, as the page's links ask it: the city that was read is a filter now."""
    words = results.reading.without_city if results.reading.city else results.question.words
    question = replace(results.question, words=words, page=1, **changes)
    return search.find(session, question, known, WEDNESDAY_NOON, with_facets=False)


@pytest.mark.parametrize("seed", range(3))
def test_a_count_is_what_choosing_the_value_finds(session: Session, seed: int) -> None:
    known = cities.atlas(session)
    for question in questions(8, known, seed):
        results = search.find(session, question, known, WEDNESDAY_NOON)
        for field, value, count in choices(results, known)[seed::3]:
            found = chosen(session, results, known, **{field: (value,)})
            has_all_words = bool(results.total) and not results.any_term
            total = 0 if has_all_words and found.any_term else found.total  # some of the words: another list
            assert count == total, (question, field, value)


def test_a_filter_does_not_narrow_its_own_facet(session: Session) -> None:
    everything = ask(session).facets
    assert ask(session, topics="housing").facets["topic"] == everything["topic"]
    assert ask(session, kinds="initiative").facets["kind"] == everything["kind"]
    assert ask(session, kinds="initiative").facets["topic"] != everything["topic"]


def test_nationwide_entries_count_in_each_city_and_are_not_local(session: Session) -> None:
    results = ask(session)
    esneux = next(str(place.number) for place in results.atlas.places if place.name == "Esneux")
    belgian = ask(session, cities=("Gent",)).total
    assert belgian > 0
    assert (results.facets["local"][esneux], results.facets["city"][esneux]) == (1, 1 + belgian)


def test_a_language_that_none_has_here_is_still_offered(session: Session) -> None:
    spoken = ask(session, cities=("Stara Zagora",), topics="social_economy").facets["language"]
    assert spoken["lt"] == 0
    assert set(spoken) == set(ask(session).facets["language"])


def test_who_does_not_say_for_whom_counts_for_everybody(engine: Engine) -> None:
    statuses = {"a": "refugee", "b": "any", "c": "", "d": "any|refugee"}
    fill(engine, a_file(*({"id": key, "residence_status": status} for key, status in statuses.items())))
    with database.reading(engine) as session:
        assert ask(session).facets["status"] == {"refugee": 4, "": 3}


def test_europes_entries_count_in_every_country(engine: Engine) -> None:
    eu = {"id": "e", "country": "EU", "city": "", "website": "https://e.example"}
    fill(engine, a_file({"id": "a"}, {"id": "b", "country": "BG", "city": "София"}, eu))
    with database.reading(engine) as session:
        facets = ask(session).facets
        assert facets["country"] == {"BE": 2, "BG": 2, "": 1}
        assert sorted(facets["city"].values()) == [2, 2]
        assert sorted(facets["local"].values()) == [1, 1]


def test_a_lone_count_tells_what_is_there_without_a_search(session: Session) -> None:
    known = cities.atlas(session)
    assert search.count(session, Question(), known) == ask(session).facets


def test_with_some_of_the_words_a_count_is_of_all_of_them_where_they_are(engine: Engine) -> None:
    """'red blue': nothing is both and about food; two are both and about health."""
    rows = [
        {"id": "a", "name": "Red", "topics": "food"},
        {"id": "b", "name": "Red blue", "topics": "health"},
        {"id": "c", "name": "Blue red", "topics": "health"},
        {"id": "d", "name": "Blue", "topics": "health"},
    ]
    fill(engine, a_file(*rows))
    with database.reading(engine) as session:
        results = ask(session, "red blue", topics="food")
        assert (results.any_term, results.total) == (True, 1)
        assert results.facets["topic"] == {"food": 1, "health": 2}
