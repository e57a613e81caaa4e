"""The sets behind the answers: questions by chance on both engines, and what is kept is never out of date."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from asking import WEDNESDAY_NOON, a_file, ask, ids, questions
from conftest import fill
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from directory import cities, database, search, stamp
from directory.models import ContactPoint, Gone
from directory.search import Question
from directory.search.hearing import FEW
from directory.search.matching import FACETS, layers
from directory.search.shelf import shelf

# Both engines

SEEDS = range(100, 112)


@pytest.fixture(scope="module")
def answers() -> dict[int, list[Any]]:
    """What the first engine answered, for the second to be compared with."""
    return {}


@pytest.mark.parametrize("seed", SEEDS)
def test_thousands_of_questions_have_one_answer(session: Session, seed: int, answers: dict[int, list[Any]]) -> None:
    known, told = cities.atlas(session), []
    for question in questions(200, known, seed):
        answered = search.answer(session, question, known, WEDNESDAY_NOON)
        told.append((answered.numbers, answered.total, answered.any_term, answered.facets()))
    assert answers.setdefault(seed, told) == told


@pytest.mark.parametrize("seed", range(200, 206))
def test_any_count_is_what_choosing_its_value_finds(session: Session, seed: int) -> None:
    """One facet of each question, with all of its values; `test_search_facets` has what lies between them."""
    known = cities.atlas(session)
    for turn, question in enumerate(questions(30, known, seed)):
        answered = search.answer(session, question, known, WEDNESDAY_NOON)
        if answered.any_term or not answered.total:
            continue
        field = list(FACETS)[turn % len(FACETS)]
        for value, count in answered.facets()[FACETS[field]].items():
            chosen = _value(field, value, known)
            if chosen is not None:
                asked = replace(answered.asked.question, words=_words(answered), page=1, **{field: (chosen,)})
                found = search.answer(session, asked, known, WEDNESDAY_NOON)
                assert (0 if found.any_term else found.total) == count, (question, field, value)


def _words(answered: search.Answer) -> str:
    reading = answered.asked.reading
    return reading.without_city if reading.city else answered.asked.question.words


def _value(field: str, value: str, known: cities.Atlas) -> Any:
    """What the question asks for a facet's value; None for what cannot be asked for alone."""
    if field == "cities":
        return next(place for place in known.places if str(place.number) == value)
    return value or None


# Sets


@given(st.lists(st.frozensets(st.integers(0, 40)), min_size=1, max_size=7))
@settings(max_examples=60)
def test_layers_say_who_is_in_how_many(sets: list[frozenset[int]]) -> None:
    found = layers([BitMap(one) for one in sets])
    for missing, layer in enumerate(found):
        at_least = len(sets) - missing
        assert set(layer) == {n for n in range(41) if sum(n in one for one in sets) >= at_least}


def test_a_last_word_that_many_have_is_not_a_beginning(engine: Engine) -> None:
    few = [{"id": f"f{n}", "name": "Garden"} for n in range(FEW - 1)]
    fill(engine, a_file(*few, {"id": "long", "name": "Gardeners"}))
    with database.reading(engine) as session:
        assert ask(session, "garden").total == FEW
    fill(engine, a_file({"id": "one-more", "name": "Garden"}))
    with database.reading(engine) as session:
        assert ask(session, "garden").total == FEW
        assert "long" not in ids(ask(session, "garden", per_page=100))


# What is kept


def test_a_change_is_found_at_once_by_who_asked_before(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "name": "Lighthouse", "topics": "food"}))
    with database.reading(engine) as session:
        assert ask(session, "lighthouse").total == 1
        assert ask(session, topics="housing").total == 0
    fill(engine, a_file({"id": "a", "name": "Windmill", "topics": "housing"}))
    with database.reading(engine) as session:
        assert ask(session, "lighthouse").total == 0
        assert ids(ask(session, "windmill", topics="housing")) == ["a"]
        assert ask(session).facets["topic"] == {"housing": 1}


def test_what_is_gone_by_the_ten_thousand_is_taken_out_with_the_next_change(engine: Engine) -> None:
    """More than a statement has arguments."""
    with database.writing(engine) as session:
        session.execute(insert(Gone), [{"number": number} for number in range(1_000, 71_000)])
    fill(engine, a_file({"id": "a", "name": "Lighthouse"}))
    with database.reading(engine) as session:
        assert ids(ask(session)) == ["a"]
        assert not session.scalars(select(Gone.number)).all()


def test_what_is_taken_back_was_never_kept(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "name": "Lighthouse"}))
    with database.reading(engine) as session:
        before = ask(session).facets
    with pytest.raises(ZeroDivisionError), database.writing(engine) as session:
        entry = session.scalars(_whole()).one()
        entry.topics = ["health"]
        session.flush()
        search.index(session, [entry])
        assert ask(session).facets["topic"] == {"health": 1}
        1 / 0  # noqa: B018
    with database.reading(engine) as session:
        assert ask(session).facets == before


def test_a_reader_that_began_before_a_change_sees_what_was(tmp_path: Any) -> None:
    """On SQLite, where a transaction reads one state from its beginning to its end."""
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    database.migrate(engine)
    fill(engine, a_file({"id": "a", "name": "Lighthouse"}))
    with database.reading(engine) as slow:
        assert ask(slow).total == 1
        fill(engine, a_file({"id": "b", "name": "Lighthouse"}))
        with database.reading(engine) as quick:
            assert ask(quick, "lighthouse").total == 2
        assert ask(slow, "lighthouse").total == 1
    engine.dispose()


def test_each_write_has_a_stamp_of_its_own(engine: Engine) -> None:
    seen = []
    for name in "abc":
        fill(engine, a_file({"id": name}))
        with database.reading(engine) as session:
            seen.append(stamp.of(session))
    with database.writing(engine) as session:
        session.delete(session.scalars(_whole().where(ContactPoint.id == "a")).one())
    with database.reading(engine) as session:
        seen.append(stamp.of(session))
    assert len(set(seen)) == 4
    assert stamp.NOTHING_WRITTEN not in seen


def test_sets_are_as_they_were_after_any_question(session: Session) -> None:
    """They are shared by all who ask: a question that changed one would falsify the next answer."""
    held = shelf(session)
    before = {
        (facet, value): having.serialize() for facet, sets in held.facets.items() for value, having in sets.items()
    }
    for question in questions(60, cities.atlas(session), 9):
        search.find(session, question, at=WEDNESDAY_NOON)
    after = {
        (facet, value): having.serialize() for facet, sets in held.facets.items() for value, having in sets.items()
    }
    assert after == before


def test_indexing_as_new_and_anew_write_the_same(engine: Engine) -> None:
    fill(engine, a_file(*({"id": f"n{n}", "name": f"Door {n}", "topics": "food|health"} for n in range(30))))
    with database.reading(engine) as session:
        before = [(ids(ask(session, words)), ask(session, words).facets) for words in ("", "door", "health")]
    with database.writing(engine) as session:
        last, done = search.reindex(session)
        assert (done, search.reindex(session, last)) == (30, (last, 0))
    with database.reading(engine) as session:
        assert [(ids(ask(session, words)), ask(session, words).facets) for words in ("", "door", "health")] == before


def _whole() -> Any:
    from sqlalchemy.orm import joinedload

    owners = joinedload(ContactPoint.organization), joinedload(ContactPoint.network)
    return select(ContactPoint).options(*owners)


def test_an_empty_directory_answers_too(engine: Engine) -> None:
    with database.reading(engine) as session:
        found = search.find(session, Question(words="asylum", near=search.Near(50.0, 5.0)))
        assert (found.total, found.items) == (0, ())
        assert search.numbers(session).contact_points == 0
        assert search.helplines(session) == []
