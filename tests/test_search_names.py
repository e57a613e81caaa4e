"""Names: each finds its entry first, however it is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from asking import ask, ids
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from directory import cities, database
from directory.models import ContactPoint
from directory.search.likeness import Spellings
from directory.search.spelling import in_latin
from directory.text import folded_phrase

OFFICIAL = dict(
    pair.split(":")
    for pair in (
        "а:a б:b в:v г:g д:d е:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:h ц:ts ч:ch ш:sh щ:sht "
        "ъ:a ь:y ю:yu я:ya"
    ).split()
)
"""The Bulgarian state's transliteration (law of 2009)."""


def names(session: Session) -> Iterator[tuple[str, ContactPoint]]:
    for entry in session.scalars(select(ContactPoint).order_by(ContactPoint.number)):
        for name in (entry.name, *entry.names.values(), *entry.alt_names):
            yield name, entry


def test_every_name_finds_its_entry_first(session: Session) -> None:
    bearers: dict[str, set[str]] = {}
    for name, entry in names(session):
        bearers.setdefault(folded_phrase(name), set()).add(entry.id)
    missed = [
        (name, entry.id, ids(found)[:3])
        for name, entry in names(session)
        if not set(ids(found := ask(session, name))[:1]) <= bearers[folded_phrase(name)] or not found.total
    ]
    assert not missed


def bare(text: str) -> str:
    """Without accents; й and ї are letters of their own."""
    decomposed = unicodedata.normalize("NFD", text.replace("й", "\0"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("\0", "й")


@settings(max_examples=60)
@given(st.data())
def test_case_accents_and_script_change_nothing_that_a_name_finds(seeded: Engine, data: st.DataObject) -> None:
    with database.reading(seeded) as session:
        name, _ = data.draw(st.sampled_from(list(names(session))))
        plain = ask(session, name)
        for other in (name.upper(), name.lower(), bare(name), latin(name)):
            found = ask(session, other)
            assert (set(ids(found)), found.total) == (set(ids(plain)), plain.total), other


def latin(name: str) -> str:
    return "".join(OFFICIAL.get(letter, letter) for letter in name.lower())


@pytest.mark.parametrize(
    "typed", ["Софии", "Sofya'da", "Sofija", "София", "Sofiya", "صوفيا", "بصوفيا", "ΣΟΦΙΑ", "Софія"]
)
def test_a_city_is_meant_in_any_script_and_case(session: Session, typed: str) -> None:
    place = ask(session, f"caritas {typed}").reading.city
    assert place is not None
    assert place.name == "Sofia"


@pytest.mark.parametrize("typed", ["كريبل", "كريبل لييج", "كريبيل"])
def test_a_name_in_arabic_letters_is_found_without_its_short_vowels(session: Session, typed: str) -> None:
    assert ids(ask(session, typed))[0] == "cripel"


def test_consonants_tell_a_name_only_where_one_has_them_and_they_are_four() -> None:
    named = Spellings(["CRIPEL", "Apatride", "Migrant", "Migranti", "Étranger", "Bébé"])
    typed = {"kribl": "CRIPEL", "abtrd": "Apatride", "mgrnt": "", "bb": "", "kribt": "", "": ""}
    assert {word: named.with_consonants_of(word) for word in typed} == typed
    assert in_latin("kribl", named) == ""  # whoever writes Latin letters writes vowels too


@pytest.mark.parametrize("typed", ["пари", "name", "sofa", "reading", "caritas", "most"])
def test_a_word_that_only_looks_like_a_city_is_none(session: Session, typed: str) -> None:
    assert ask(session, typed, exact=True).reading.city is None


@pytest.mark.parametrize("typed", ["пловдив адвокат", "адвокат в Пловдиве", "lawyer plovdiv", "avocat Plovdiv"])
def test_a_large_city_without_entries_is_a_place_too(session: Session, typed: str) -> None:
    found = ask(session, typed)
    assert [(place.name, place.number) for place in found.question.cities] == [("Plovdiv", None)]
    assert found.total
    assert {item.entry.country for item in found.items} <= {"BG", "EU"}


def test_a_city_that_an_entry_is_named_after_is_part_of_the_name(session: Session) -> None:
    assert cities.elsewhere("helsinki") is not None
    assert ask(session, "helsinki committee").reading.city is None
