"""What people mean who write in their own way: from where they come, Cyrillic on a Latin keyboard, the wrong layout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asking import a_file, ask, ids
from conftest import fill
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import database
from directory.search import Results


@pytest.fixture(scope="module")
def session(seeded: Engine) -> Iterator[Session]:
    with database.reading(seeded) as session:
        yield session


def first_three_help_with(found: Results, topic: str) -> bool:
    shown = [item.entry for item in found.items[:3]]
    return len(shown) == 3 and all(topic in entry.topics for entry in shown)


@pytest.mark.parametrize("words", ["diploma from syria", "сирия диплом", "من سوريا شهادة", "diplôme Burkina Faso"])
def test_where_somebody_comes_from_is_no_place_to_look_in(session: Session, words: str) -> None:
    found = ask(session, words)
    assert (found.reading.city, found.typed) == (None, "")
    assert first_three_help_with(found, "qualifications")


@pytest.mark.parametrize("words", ["i am from eritrea", "من السودان", "Afganistán"])
def test_who_only_says_from_where_is_shown_asylum_and_papers(session: Session, words: str) -> None:
    shown = ask(session, words).items[:3]
    assert shown
    assert all({"asylum", "residence_permits"} & set(item.entry.topics) for item in shown)


def test_an_association_named_after_a_country_is_found_by_it(engine: Engine) -> None:
    fill(engine, a_file({"id": "syria", "name": "Amis de la Syrie"}, {"id": "other", "name": "Amis du monde"}))
    with database.reading(engine) as session:
        assert ids(ask(session, "amis syrie"))[0] == "syria"
        assert ids(ask(session, "Сирия"))[:1] == ["syria"]


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("jilishte", "housing"),
        ("zhilishte", "housing"),
        ("obezshtetenie", "social_security"),
        ("bejanec", "asylum"),
        ("4ujdenec diskriminaciq", "anti_discrimination"),
        ("prevoda4", "interpretation"),
    ],
)
def test_cyrillic_is_understood_as_people_type_it_on_a_latin_keyboard(session: Session, words: str, topic: str) -> None:
    assert first_three_help_with(ask(session, words), topic)


@pytest.mark.parametrize("words", ["lekar sofiq", "lekar Sofia", "lekar sofiya"])
def test_a_city_too(session: Session, words: str) -> None:
    city = ask(session, words).reading.city
    assert city
    assert city.name == "Sofia"


def test_a_word_before_the_city_is_finished(session: Session) -> None:
    """“war” is not the beginning of Waremme when Liège follows."""
    assert [term.is_last for term in ask(session, "war liege").reading.terms] == [False]
    assert [term.is_last for term in ask(session, "liege war").reading.terms] == [True]


def test_where_nobody_has_the_topic_those_with_the_nearest_come_first(engine: Engine) -> None:
    rows = [
        {"id": "cafe", "name": "Café", "topics": "culture_society", "description_en": "Sells food of the world"},
        {"id": "aid", "name": "Aid", "topics": "emergency"},
        {"id": "welfare", "name": "Welfare", "topics": "social_security"},
    ]
    fill(engine, a_file(*rows))
    with database.reading(engine) as session:
        assert ids(ask(session, "food")) == ["aid", "cafe", "welfare"]


@pytest.mark.parametrize(
    ("typed", "city"),
    [(";bnkj km';", "Liège"), ("fldjrfn cjabz", "Sofia"), ("рщізшефд дшупу", "Liège")],
)
def test_the_layout_is_taken_of_which_most_is_understood(session: Session, typed: str, city: str) -> None:
    found = ask(session, typed).reading.city
    assert found
    assert found.name == city


HELP = ("допомога Софія", "потрібна допомога софія", "помощ София", "помощь в Софии", "help Sofia", "ayuda Sofía")


@pytest.mark.parametrize("words", HELP)
def test_who_only_asks_for_help_in_a_city_is_shown_all_that_is_there(session: Session, words: str) -> None:
    assert ids(ask(session, words)) == ids(ask(session, "Sofia"))


@pytest.mark.parametrize("words", ["допоможіть", "أحتاج مساعدة", "yardım", "کمک"])
def test_who_only_asks_for_help_is_shown_all(session: Session, words: str) -> None:
    assert ask(session, words).total == ask(session).total


@pytest.mark.parametrize(
    ("words", "city"),
    [("avocat seraing", "Seraing"), ("médecin mons", "Mons"), ("Видин", "Vidin"), ("Шумен", "Shumen")],
)
def test_a_small_city_where_nobody_is_listed_is_a_place_and_no_slip(session: Session, words: str, city: str) -> None:
    found = ask(session, words)
    assert found.reading.city
    assert (found.reading.city.name, found.typed) == (city, "")
    assert found.total or found.nearest


def test_an_age_is_no_house_number(engine: Engine) -> None:
    fill(engine, a_file({"id": "house", "street": "Rue Haute 16"}, {"id": "kids", "topics": "children_youth"}))
    with database.reading(engine) as session:
        assert ids(ask(session, "my son is 16")) == ["kids"]
        assert ids(ask(session, "rue haute 16"))[0] == "house"
        assert ("16", "haute") in {term.words for term in ask(session, 'children "16 haute"').reading.terms}


def test_a_short_word_is_not_read_as_other_keys_would_write_it_by_its_stem_alone(session: Session) -> None:
    assert ask(session, "reine").question.words != "кушту"


@pytest.mark.parametrize(
    "words", ["nurse diploma equivalence", "признаване на диплома медицинска сестра", "soy medica convalido"]
)
def test_beside_a_diploma_a_profession_says_who_asks(session: Session, words: str) -> None:
    assert first_three_help_with(ask(session, words), "qualifications")


def test_keys_that_stand_elsewhere_on_a_french_keyboard(session: Session) -> None:
    found = ask(session, "qvocqt")
    assert (found.question.words, found.typed) == ("avocat", "qvocqt")
    assert first_three_help_with(found, "legal_aid")


def test_an_acronym_with_dots_is_one_word(session: Session) -> None:
    assert ids(ask(session, "C.P.A.S. de Liège"))[0] == "liege-cpas"


def test_a_latin_acronym_in_cyrillic_letters(session: Session) -> None:
    found = ask(session, "цпас льеж")
    assert (found.typed, found.question.words) == ("цпас льеж", "CPAS льеж")
    assert ids(found)[0] == "liege-cpas"


def test_a_word_that_says_nothing_is_dropped_though_another_one_sounds_like_it(session: Session) -> None:
    assert [term.words for term in ask(session, "имам нужда от адвокат").reading.terms] == [("advokat",)]


def test_what_other_keys_write_is_no_word_of_another_script(session: Session) -> None:
    """On a Bulgarian keyboard it would be "юю,,йй", which sounds like "juju"."""
    assert ask(session, "zzqqxx").total == 0
