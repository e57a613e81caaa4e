"""Whose number, address or name it is: typed in any notation, grammatical case, order or language."""

from __future__ import annotations

import pytest
from asking import a_file, ask, ids
from conftest import fill
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import database
from directory.search import names
from directory.search.addresses import read_as


@pytest.mark.parametrize(
    ("typed", "whose"),
    [
        ("+32 4 232 40 30", "surya-liege"),
        ("0032 4/232.40.30", "surya-liege"),
        ("04 232 40 30", "surya-liege"),
        ("٠٤ ٢٣٢ ٤٠ ٣٠", "surya-liege"),
        ("0800 12 800", "unia-liege"),
        ("(02) 807-30-30", "commission-protection-against-discrimination"),
        ("KZD@kzd.bg", "commission-protection-against-discrimination"),
        ("somebody@cripel.be", "cripel"),
        ("https://www.caritas-sofia.org/bg/contact", "caritas-sofia"),
        ("caritas-sofia.org", "caritas-sofia"),
        ("refugee.bg", "refugee-bg-information-portal"),
    ],
)
def test_a_number_or_an_address_finds_whose_it_is(session: Session, typed: str, whose: str) -> None:
    assert whose in ids(ask(session, typed))[:2]


def test_a_number_or_an_address_of_nobody_finds_nothing(session: Session) -> None:
    assert not any(ask(session, typed).total for typed in ("+32 4 000 00 01", "nobody@example.org", "example.org"))


@given(st.text(alphabet="0123456789+()/. -@abж\u0661", max_size=20))
def test_any_number_or_address_is_read(typed: str) -> None:
    assert all(read_as(typed))
    assert read_as(typed.upper()) == read_as(typed)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("българския хелзинкски комитет", "bulgarian-helsinki-committee-refugee-legal-aid"),
        ("болгарского хельсинкского комитета", "bulgarian-helsinki-committee-refugee-legal-aid"),
        ("агенция бежанци", "state-agency-for-refugees-hq"),
        ("при омбудсмана", "ombudsman-bulgaria"),
        ("комисията за дискриминация", "commission-protection-against-discrimination"),
        ("каритас в софии", "caritas-sofia"),
        ("Caritas Sofia'da", "caritas-sofia"),
        ("sofia caritas", "caritas-sofia"),
        ("sindicato ugt madrid", "ugt-spain-migrations"),
        ("مفوضية اللاجئين", "unhcr-bulgaria"),
        ("ACNUR Sofía", "unhcr-bulgaria"),
    ],
)
def test_a_name_is_found_in_any_case_order_and_language(session: Session, typed: str, first: str) -> None:
    assert ids(ask(session, typed))[0] == first


def test_one_of_the_words_in_another_case_is_enough_beside_the_others(engine: Engine) -> None:
    rows = {"a": "Комитет на съседите", "b": "Съвет на съседите", "c": "Комитет"}
    fill(engine, a_file(*({"id": key, "name": name} for key, name in rows.items())))
    with database.reading(engine) as session:
        assert ids(ask(session, "комитетът съседи")) == ["a"]
        assert ids(ask(session, '"комитетът съседи"')) == []


def test_what_is_called_otherwise_elsewhere_is_found_by_what_is_said_of_it(session: Session) -> None:
    for typed in ("croix rouge sofia", "Червен кръст София", "الصليب الأحمر صوفيا", "Kızılhaç Sofya"):
        assert ids(ask(session, typed))[0] == "bureau-information-services-foreign-citizens-sofia", typed
    for typed in ("psycholoog luik", "психолог льеж", "روانشناس لیژ", "psicólogo lieja"):
        assert ids(ask(session, typed))[0] == "tabane-liege", typed


def test_beside_a_topic_a_status_is_only_for_whom(session: Session) -> None:
    assert set(ids(ask(session, "lawyer for refugees liège"))) >= {"baj-liege", "commission-aide-juridique-liege"}


def test_who_is_open_now_comes_first(session: Session) -> None:
    found = ask(session, "open now liège")
    assert set(ids(found)[:2]) == {"unia-liege", "cite-miroir"}
    assert found.total == ask(session, "liège").total


def test_a_country_that_is_named_is_where_it_must_be(session: Session) -> None:
    found = ask(session, "bring my wife and kids to Belgium", per_page=100)
    assert found.any_term
    assert {one.entry.country for one in found.items} == {"BE"}


def test_a_city_of_the_directory_goes_before_a_large_one_elsewhere(session: Session) -> None:
    place = ask(session, "Красный крест София").reading.city
    assert place
    assert place.name == "Sofia"


def test_the_names_of_new_entries_are_known_at_once(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "name": "Snowdrop"}))
    with database.reading(engine) as session:
        known = names.spellings(session)
        assert "snovdrop" not in known
    fill(engine, a_file({"id": "b", "name": "Marigold"}))
    with database.reading(engine) as session:
        assert names.spellings(session) is known
        assert ids(ask(session, "marigolt")) == ["b"]
