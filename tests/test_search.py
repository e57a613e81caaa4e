"""Search: what people type in ten languages, and what they filter by."""

from __future__ import annotations

from typing import Any

import pytest
from asking import WEDNESDAY_NOON, a_file, ask, ids
from conftest import fill
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import database, search
from directory.search import Question
from directory.search.reading import Term

LEGAL = {
    "en": "lawyer",
    "fr": "avocat",
    "bg": "адвокат",
    "nl": "advocaat",
    "es": "abogado",
    "ar": "محامي",
    "fa": "وکیل",
    "uk": "адвокат",
    "ru": "юрист",
    "tr": "avukat",
}
ASYLUM = {
    "en": "ask for asylum",
    "fr": "demande d'asile",
    "bg": "убежище",
    "nl": "asiel",
    "es": "asilo",
    "ar": "لجوء",
    "fa": "پناهندگی",
    "uk": "притулок",
    "ru": "убежище",
    "tr": "sığınma",
}


@pytest.mark.parametrize(("language", "word"), LEGAL.items(), ids=LEGAL)
def test_a_lawyer_is_found_in_ten_languages(session: Session, language: str, word: str) -> None:
    results = ask(session, word, cities=("Liège",))
    assert not results.any_term
    assert {"baj-liege", "commission-aide-juridique-liege"} <= set(ids(results)), language
    assert "legal_aid" in results.items[0].entry.topics


@pytest.mark.parametrize(("language", "word"), ASYLUM.items(), ids=ASYLUM)
def test_asylum_is_found_in_ten_languages(session: Session, language: str, word: str) -> None:
    results = ask(session, word, cities=("София",))
    assert not results.any_term
    assert "state-agency-for-refugees-hq" in ids(results), language


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("fgtb", "fgtb-liege-huy-waremme"),
        ("FGTB Liège-Huy-Waremme", "fgtb-liege-huy-waremme"),
        ("monde des possibles", "monde-des-possibles"),
        ("Каритас София", "caritas-sofia"),
        ("cite miroir", "cite-miroir"),
        ("КНСБ", "citub-migrants-sofia"),
        ("κέντρο ένταξης", "athens-migrant-integration-centre"),
        ("aktyvus", "active-youth-lithuania"),
        ("univerb", "univerbal-liege"),
    ],
)
def test_a_name_finds_its_owner_first(session: Session, typed: str, first: str) -> None:
    assert ids(ask(session, typed))[0] == first


def test_the_last_word_may_be_unfinished_and_no_other(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "name": "Butterfly garden"}))
    with database.reading(engine) as session:
        assert ids(ask(session, "garden butter")) == ["a"]
        assert ask(session, "butter garden", exact=True).any_term  # which may be a slip for "better"
        assert ids(ask(session, "ba")) == []
        assert ids(ask(session, '"butter"')) == []


def test_quoted_words_stand_together_in_that_order(engine: Engine) -> None:
    rows = {"a": "Red blue house", "b": "Blue red house", "c": "Red and blue house"}
    fill(engine, a_file(*({"id": key, "name": name} for key, name in rows.items())))
    with database.reading(engine) as session:
        assert ids(ask(session, '"red blue"')) == ["a"]
        assert ids(ask(session, "“blue red” house")) == ["b"]
        assert sorted(ids(ask(session, "red blue"))) == ["a", "b", "c"]


def test_names_go_before_meanings_and_these_before_what_is_said(engine: Engine) -> None:
    rows: list[dict[str, str]] = [
        {"id": "said", "description_en": "We also know about housing"},
        {"id": "meant", "topics": "housing"},
        {"id": "named", "name": "Housing desk"},
    ]
    fill(engine, a_file(*rows))
    with database.reading(engine) as session:
        assert ids(ask(session, "housing")) == ["named", "meant", "said"]
        assert ids(ask(session, "жилище")) == ["meant"]


def test_what_was_checked_last_comes_first_among_equals(engine: Engine) -> None:
    dates = {"a": "", "b": "2024-05-01", "c": "2025-05-01", "d": ""}
    fill(engine, a_file(*({"id": key, "verified_on": date} for key, date in dates.items())))
    with database.reading(engine) as session:
        assert ids(ask(session)) == ["c", "b", "a", "d"]


def test_words_that_say_nothing_are_passed_over_unless_nothing_else_is_said(session: Session) -> None:
    plain = ask(session, "lawyer")
    assert ids(ask(session, "I need a lawyer")) == ids(plain)
    assert ask(session, "i need a").reading.terms


@pytest.mark.parametrize("words", ["", "   ", "!?", "🙂", "\x00", "''", '""'])
def test_no_words_find_everything_that_is_active(session: Session, words: str) -> None:
    assert ask(session, words).total == 109


# Filters


def held(session: Session, **filters: Any) -> list[Any]:
    question = Question(**filters, per_page=200)
    return [found.entry for found in search.find(session, question, at=WEDNESDAY_NOON).items]


def test_values_of_one_filter_add_up_and_filters_narrow(session: Session) -> None:
    both = held(session, topics=("housing", "health"))
    assert both
    assert all({"housing", "health"} & set(entry.topics) for entry in both)
    assert len(both) == len({e.id for t in ("housing", "health") for e in held(session, topics=(t,))})
    narrow = held(session, topics=("housing", "health"), kinds=("institution",), countries=("BE",))
    assert narrow
    expected = [e for e in both if e.kind == "institution" and e.country in ("BE", "EU")]
    assert {e.id for e in narrow} == {e.id for e in expected} < {e.id for e in both}


def test_spoken_languages_are_a_filter_and_words_too(session: Session) -> None:
    arabic = held(session, languages=("ar",))
    assert arabic
    assert all("ar" in entry.languages for entry in arabic)
    for name in ("arabic", "арабски", "العربية"):
        assert {e.id for e in arabic} <= set(ids(ask(session, name))), name


def test_a_status_finds_who_names_it_or_says_any_first_then_who_does_not_say(session: Session) -> None:
    found = held(session, statuses=("undocumented",))
    stated = [bool(entry.statuses) for entry in found]
    assert stated == sorted(stated, reverse=True)
    assert {True, False} == set(stated)
    assert all({"undocumented", "any"} & set(e.statuses) for e in found if e.statuses)
    everything = held(session)
    others = {e.id for e in everything} - {e.id for e in found}
    assert others == {e.id for e in everything if e.statuses and not {"undocumented", "any"} & set(e.statuses)}
    assert "bns-romania-migrant-workers-office" in others


def test_two_statuses_find_who_names_either(engine: Engine) -> None:
    statuses = {"a": "refugee", "b": "undocumented", "c": "eu_citizen", "d": "", "e": "any"}
    fill(engine, a_file(*({"id": key, "residence_status": status} for key, status in statuses.items())))
    with database.reading(engine) as session:
        assert ids(ask(session, statuses=("refugee", "undocumented"))) == ["a", "b", "e", "d"]


@pytest.mark.parametrize("word", ["free", "gratuit", "безплатно", "مجانا", "бесплатно"])
def test_a_price_can_be_asked_for_in_words(session: Session, word: str) -> None:
    found = ask(session, word, cities=("Liège",))
    assert "cripel" in ids(found)
    assert found.items[0].entry.cost == "free" or "free" in str(found.items[0].entry.names).lower()


# Closed entries

CLOSED = "bulgarian-helsinki-committee-refugee-legal-aid"


def test_a_closed_entry_is_found_by_its_name_only_and_comes_last(session: Session) -> None:
    by_name = ids(ask(session, "helsinki committee"))
    assert CLOSED in by_name
    assert CLOSED not in ids(ask(session, per_page=100)) + ids(ask(session, "legal aid refugees", per_page=100))
    both = [found.entry.is_closed for found in ask(session, "bulgarian", per_page=100).items]
    assert both == sorted(both)
    assert both[-1]


def test_a_closed_entry_follows_the_filters_too(session: Session) -> None:
    assert CLOSED in ids(ask(session, "helsinki", countries="BG"))
    assert CLOSED not in ids(ask(session, "helsinki", countries="BE"))


# Engines' own syntax

SYNTAX = [
    '"',
    '"unclosed',
    "'",
    "''; DROP TABLE contact_point; --",
    "caritas AND",
    "OR OR",
    "NOT caritas",
    "NEAR(caritas sofia, 2)",
    "caritas*",
    "*",
    "name:caritas",
    "{name meaning} : caritas",
    "-caritas",
    "^caritas",
    "(caritas",
    "caritas)",
    "caritas + sofia",
    "%",
    "100% _",
    "\\",
    "\\'",
    "a & b | !c <-> d",
    "caritas:*AB",
    "<2>",
    "topic_legal_aid",
    "🙂 caritas 🙂",
    "\ud800",
    "\x00caritas",
    "$1 %s %(a)s :a ?",
]


@pytest.mark.parametrize("words", SYNTAX)
def test_the_engines_syntax_is_only_text(session: Session, words: str) -> None:
    plain = " ".join(search.reading.folded_words(words))
    assert ids(ask(session, words)) == ids(ask(session, plain))


def test_the_tokens_of_the_index_cannot_be_typed(session: Session) -> None:
    terms = ask(session, "topic_legal_aid").reading.terms
    assert all("_" not in word for term in terms for word in term.words)
    assert all(isinstance(term, Term) for term in terms)
