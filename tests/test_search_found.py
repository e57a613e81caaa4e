"""What is found: pages, some of the words, no dead ends, the same on both engines, at the same price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from asking import SOFIA, WEDNESDAY_NOON, a_file, all_ids, ask, ids, questions, statements_of
from conftest import fill
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from directory import cities, database, search
from directory.models import ContactPoint
from directory.search import MOST_WORDS, Near, Question, Results, names
from directory.search.shelf import shelf

# Pages


def test_pages_together_are_the_whole_without_repetition(session: Session) -> None:
    whole = ids(ask(session, per_page=200))
    assert (len(whole), len(set(whole))) == (109, 109)
    pages = [ask(session, per_page=25, page=page) for page in range(1, 6)]
    assert [one for page in pages for one in ids(page)] == whole
    assert {(page.total, page.pages) for page in pages} == {(109, 5)}


@pytest.mark.parametrize("words", ["", "caritas", "caritas asylum", "caritas zzzyx qwrt"])
def test_a_page_beyond_the_end_is_empty_and_tells_the_total(session: Session, words: str) -> None:
    first, beyond = ask(session, words), ask(session, words, page=99)
    assert (ids(beyond), beyond.total, beyond.any_term) == ([], first.total, first.any_term)
    assert beyond.facets == first.facets


def test_some_of_the_words_have_pages_too(session: Session) -> None:
    whole = ask(session, "caritas zzzyx asylum", per_page=100)
    assert whole.any_term
    assert whole.total > 10
    pages = [ask(session, "caritas zzzyx asylum", per_page=10, page=page) for page in range(1, whole.pages * 10 + 1)]
    assert [one for page in pages for one in ids(page)] == ids(whole)


# Some of the words


def test_when_none_has_all_the_words_those_with_more_come_first(engine: Engine) -> None:
    names = {"a": "Red", "b": "Red blue", "c": "Green blue red", "d": "Grey"}
    fill(engine, a_file(*({"id": key, "name": name} for key, name in names.items())))
    with database.reading(engine) as session:
        found = ask(session, "red blue green yellow")
        assert (found.any_term, ids(found)) == (True, ["c", "b", "a"])
        assert not ask(session, "red blue").any_term
        assert ids(ask(session, "red blue")) == ["b", "c"]


def test_one_word_that_nobody_has_finds_nothing(session: Session) -> None:
    found = ask(session, "zzzyx")
    assert (found.total, found.any_term, found.pages) == (0, False, 1)


# No dead ends


def wider_question(results: Results, field: str) -> Question:
    """The question as the page's link asks it: without one argument; the city that was read is an argument now."""
    words = results.reading.without_city if results.reading.city else results.question.words
    empty: dict[str, Any] = {"words": "", "near": None, "open_now": False}
    return replace(results.question, **{"page": 1, "words": words, field: empty.get(field, ())})


@pytest.mark.parametrize("seed", range(2))
def test_without_results_each_way_out_leads_where_it_says(session: Session, seed: int) -> None:
    known, led = cities.atlas(session), 0
    for question in questions(80, known, seed + 20):
        results = search.find(session, question, known, WEDNESDAY_NOON, with_facets=False)
        if results.total:
            assert (results.wider, results.nearest, results.spelling) == ({}, (), "")
            continue
        for field, count in results.wider.items():
            led += 1
            found = search.find(session, wider_question(results, field), known, WEDNESDAY_NOON, with_facets=False)
            assert found.total == count > 0, (question, field)
    assert led > 2


def test_the_nearest_cities_that_have_it_come_by_distance(session: Session) -> None:
    found = ask(session, cities=("Athens",), topics="interpretation", kinds="service")
    assert (found.total, len(found.nearest)) == (0, 3)
    distances = [km for km, _, _ in found.nearest]
    assert distances == sorted(km or 0 for km in distances)
    for _, place, count in found.nearest:
        there = ask(session, cities=(place.name,), topics="interpretation", kinds="service", per_page=100)
        assert len([one for one in there.items if not one.is_nationwide]) == count > 0


@pytest.mark.parametrize(
    ("typed", "meant"), [("lawyr", "lawyer"), ("avocta", "avocat"), ("адвакат", "адвокат"), ("asylm", "asylum")]
)
def test_a_slip_of_the_finger_is_told_the_nearest_words_where_they_were_meant_exactly(
    session: Session, typed: str, meant: str
) -> None:
    found = ask(session, typed, exact=True)
    assert (found.total, found.spelling) == (0, meant)
    assert ask(session, meant).total


def test_nonsense_has_no_spelling(session: Session) -> None:
    assert ask(session, "xyzzyqu").spelling == ""


# Both engines


@pytest.fixture(scope="module")
def answers() -> dict[str, list[tuple[list[str], int, bool, object]]]:
    """What the first engine answered, for the second to be compared with."""
    return {}


@pytest.mark.parametrize("seed", range(3))
def test_both_engines_find_the_same_in_the_same_order(
    session: Session, seed: int, answers: dict[str, list[tuple[list[str], int, bool, object]]]
) -> None:
    known = cities.atlas(session)
    told = []
    for question in questions(80, known, seed + 50):
        found = search.find(session, question, known, WEDNESDAY_NOON)
        told.append((ids(found), found.total, found.any_term, found.facets))
    assert answers.setdefault(f"questions {seed}", told) == told
    assert sum(1 for _, total, _, _ in told if total) > 40


def test_an_entry_is_never_found_twice_on_any_page(session: Session) -> None:
    for question in questions(25, cities.atlas(session), 99):
        found = all_ids(session, question)
        assert len(found) == len(set(found))


# The price


def costly(session: Session) -> Iterator[Question]:
    place = cities.atlas(session).here("Stara Zagora")
    assert place is not None
    everything = Question("caritas zzzyx", (place,), ("BG",), ("housing",), ("bg",), ("refugee",), ("service",), True)
    yield everything
    yield Question("caritas zzzyx asylum", open_now=True, per_page=5)
    yield Question("caritas zzzyx asylum", per_page=5, page=2)
    yield Question("caritas zzzyx asylum", open_now=True, per_page=5, page=99, near=Near(*SOFIA))
    yield Question("zzzyx qwrt", open_now=True, page=2)
    yield Question()
    yield from questions(40, cities.atlas(session), 5)


def test_any_question_costs_six_statements_at_most_and_as_many_for_another_spelling(
    seeded: Engine, session: Session
) -> None:
    names.spellings(session)  # read once per process
    for question in list(costly(session)):
        shelf(session).kept.clear()
        with statements_of(seeded) as told, database.reading(seeded) as fresh:
            found = search.find(fresh, question, at=WEDNESDAY_NOON)
        as_typed = found.total and not found.any_term and not found.typed
        assert 1 <= len(told) <= (6 if as_typed else 12 + len(question.words.split())), (question, told)


def test_the_city_comes_along(seeded: Engine, session: Session) -> None:
    found = ask(session, "caritas")
    with statements_of(seeded) as told:
        assert any(one.entry.place and one.entry.place.name for one in found.items)
    assert told == []


def test_who_runs_it_comes_along_with_one_contact_point(seeded: Engine, session: Session) -> None:
    (entry,) = (search.get(session, one.entry.id) for one in ask(session, "caritas").items[:1])
    with statements_of(seeded) as told:
        assert entry and entry.organization and entry.organization.name
        assert entry.place
        assert entry.network is None
    assert told == []


def test_one_that_was_looked_at_before_is_found_with_its_city(seeded: Engine) -> None:
    with database.reading(seeded) as session:
        shelf(session).entries.clear()
        first = search.get(session, "cite-miroir")
        others = ask(session, cities="Liège", per_page=4)
        again = ask(session, "cite miroir")
        assert first and first.id not in ids(others)
    assert [one.entry.place.name for one in again.items if one.entry.place][0] == "Liège"


def test_what_was_shown_is_not_loaded_again(seeded: Engine, session: Session) -> None:
    first = ask(session, "caritas")
    with database.reading(seeded) as another, statements_of(seeded) as told:
        again = ask(another, "caritas")
    assert ids(again) == ids(first)
    assert not [statement for statement in told if "contact_point.name" in statement]


def test_what_is_kept_belongs_to_no_session_and_ends_no_transaction(seeded: Engine) -> None:
    with database.reading(seeded) as session:
        shelf(session).entries.clear()
        ask(session, cities="Liège")
        began = session.get_transaction()
        found = ask(session, "caritas")
        assert session.get_transaction() is began
        entries = [one.entry for one in found.items]
        assert not any(known in session for known in (*entries, *(entry.place for entry in entries if entry.place)))


# Anything at all

LETTERS = st.text(st.characters(), max_size=MOST_WORDS)
PIECES = st.lists(
    st.sampled_from(["caritas", "AND", '"', "*", "liège", "(", ":", "free", "🙂", "لاجئ", "'", "\\", "\x00", "㌀㌀"]),
    max_size=9,
).map(" ".join)


@settings(max_examples=120)
@given(words=LETTERS | PIECES)
def test_whatever_is_typed_is_answered(seeded: Engine, words: str) -> None:
    with database.reading(seeded) as session:
        found = search.find(session, Question(words=words), at=WEDNESDAY_NOON)
        assert found.total >= len(found.items)
        assert bool(found.items) == bool(found.total)


@pytest.mark.parametrize(
    "words", ["㌀" * 300, "ﷺ" * 300, "a " * 150, "work " * 60, " ".join(map(chr, range(0x430, 0x4A0))), "𞤀" * 300]
)
def test_the_longest_questions_are_answered(session: Session, words: str) -> None:
    assert ask(session, words).total >= 0


def test_a_word_without_end_is_kept_and_found(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "description_en": "x" * 20_000}, {"id": "b"}))
    with database.reading(engine) as session:
        assert ids(ask(session, "x" * 300)) == ["a"]


# One entry and what stands beside it


def test_a_contact_point_is_got_by_its_id(session: Session) -> None:
    entry = search.get(session, "cite-miroir")
    assert entry is not None
    assert entry.place is not None
    assert entry.place.name == "Liège"
    assert search.get(session, "nobody") is None


def test_related_entries_are_of_the_same_organization_and_active(session: Session) -> None:
    for entry in session.scalars(select(ContactPoint)).all():
        for other in search.related(session, entry):
            assert other.organization_number == entry.organization_number is not None
            assert other.id != entry.id
            assert not other.is_closed


def test_alternatives_share_a_topic_and_are_here_or_serve_the_country(session: Session) -> None:
    closed = search.get(session, "bulgarian-helsinki-committee-refugee-legal-aid")
    assert closed is not None
    others = search.alternatives(session, closed)
    assert len(others) == 4
    for other in others:
        assert set(other.topics) & set(closed.topics)
        assert other.city in (closed.city, "")
        assert (other.country, other.status) == ("BG", "active")


def test_the_numbers_of_the_directory_count_what_is_active(session: Session) -> None:
    numbers = search.numbers(session)
    active = session.scalars(select(ContactPoint).where(ContactPoint.status == "active")).all()
    assert numbers.contact_points == len(active) == 109
    assert numbers.cities == len({entry.city for entry in active} - {""})
    assert numbers.countries == len({entry.country for entry in active} - {"EU"})
    assert numbers.checked_on == max(entry.verified_on for entry in active if entry.verified_on)


def test_whom_to_call_in_danger_is_one_for_each_country_with_a_telephone(session: Session) -> None:
    found = search.helplines(session)
    assert len({entry.country for entry in found}) == len(found) > 0
    assert all(entry.phones and entry.topics[0] == "exploitation" for entry in found)
    assert [entry.country for entry in search.helplines(session, ("BE",))] == ["BE"]
