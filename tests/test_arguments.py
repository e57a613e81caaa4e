"""The arguments of an address ⇄ a question: both ways, and what is told about those that cannot be used."""

from __future__ import annotations

from typing import Any

import pytest
from asking import questions
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory import cities, database, vocabulary
from directory.cities import Atlas
from directory.config import LANGUAGES
from directory.search import BadArguments, Near, Question
from directory.search.arguments import BadArgument, of, parse


@pytest.fixture
def atlas(session: Session) -> Atlas:
    return cities.atlas(session)


def lists(**arguments: Any) -> dict[str, list[str]]:
    """Arguments as an address has them: name → values."""
    return {name: [*map(str, v)] if isinstance(v, list) else [str(v)] for name, v in arguments.items()}


def refused(arguments: dict[str, list[str]], atlas: Atlas) -> tuple[BadArgument, ...]:
    with pytest.raises(BadArguments) as told:
        parse(arguments, atlas)
    return told.value.problems


def test_no_arguments_ask_for_everything(atlas: Atlas) -> None:
    assert parse({}, atlas) == Question()
    assert of(Question()) == {}


def test_every_argument_is_read(atlas: Atlas) -> None:
    asked = parse(
        lists(
            q="  avocat \n gratuit ",
            city=["Лиеж", "Sofia", "luik"],
            country=["BE", "EU"],
            topic=["health", "food", "health"],
            language="ar",
            status="refugee",
            kind="service",
            open="now",
            near="50.633,5.567",
            radius_km="7.5",
            page="3",
            per_page="100",
            lang="fa",
        ),
        atlas,
    )
    assert [place.name for place in asked.cities] == ["Liège", "Sofia"]
    assert (asked.words, asked.topics, asked.open_now) == ("avocat gratuit", ("health", "food"), True)
    assert (asked.countries, asked.languages, asked.statuses, asked.kinds) == (
        ("BE", "EU"),
        ("ar",),
        ("refugee",),
        ("service",),
    )
    assert (asked.near, asked.page, asked.per_page) == (Near(50.633, 5.567, 7.5), 3, 100)


def test_a_question_survives_its_address(atlas: Atlas) -> None:
    for question in questions(150, atlas):
        assert parse(lists(**of(question)), atlas) == question


@pytest.mark.parametrize(
    "name", ["q", "city", "country", "topic", "language", "status", "kind", "open", "near", "page"]
)
def test_an_empty_argument_counts_as_not_given(atlas: Atlas, name: str) -> None:
    assert parse({name: ["", "  "]}, atlas) == Question()


def test_an_address_says_nothing_that_goes_without_saying() -> None:
    assert of(Question(near=Near(50.5, 5.25))) == {"near": "50.5,5.25"}
    assert of(Question(topics=("food",), page=2)) == {"topic": ["food"], "page": 2}


def test_a_point_keeps_its_digits(atlas: Atlas) -> None:
    near = Near(42.6977082, 23.3218675)
    kept = parse(lists(**of(Question(near=near))), atlas).near
    assert kept is not None
    assert (kept.latitude, kept.longitude) == pytest.approx((near.latitude, near.longitude), abs=0.0001)


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [
        ("topic", "xyz", tuple(vocabulary.TOPICS)),
        ("status", "king", tuple(vocabulary.STATUSES)),
        ("kind", "shop", tuple(vocabulary.KINDS)),
        ("language", "klingon", LANGUAGES),
        ("language", "xx", LANGUAGES),
        ("lang", "de", LANGUAGES),
        ("open", "later", ("now",)),
    ],
)
def test_a_value_that_is_not_in_the_list_is_told_with_the_list(
    atlas: Atlas, name: str, value: str, valid: tuple[str, ...]
) -> None:
    (problem,) = refused({name: [value]}, atlas)
    assert (problem.name, problem.value, problem.valid) == (name, value, valid)
    assert problem.message.endswith(".")


def test_an_unknown_place_is_told_with_those_we_have(atlas: Atlas) -> None:
    (city,) = refused({"city": ["Nowhereville"]}, atlas)
    assert {"Liège", "Sofia"} <= set(city.valid)
    (country,) = refused({"country": ["Belgium"]}, atlas)
    assert {"BE", "BG"} <= set(country.valid)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("near", v) for v in ("here", "50.6", "50,5,5", "91,0", "0,181", "nan,0", "0,inf", ",", "50.6;5.5")),
        *(("radius_km", v) for v in ("0", "-1", "501", "nan", "inf", "far", "1e9")),
        *(("page", v) for v in ("0", "-1", "1.5", "two", "٣", "100001", "9" * 40)),
        *(("per_page", v) for v in ("0", "101", "all", "²")),
        ("q", "x" * 301),
    ],
)
def test_a_value_out_of_bounds_is_told(atlas: Atlas, name: str, value: str) -> None:
    (problem,) = refused({name: [value]}, atlas)
    assert (problem.name, problem.value) == (name, value[:100])


@pytest.mark.parametrize("name", ["q", "city", "topic", "near"])
def test_characters_that_no_text_has_are_refused(atlas: Atlas, name: str) -> None:
    assert len(refused({name: ["a\x00b"]}, atlas)) == 1


def test_what_no_page_may_hold_is_left_out_of_a_question(atlas: Atlas) -> None:
    asked = parse(lists(q="l\x92aide\x0bjuridique\ufffe", topic="food\uffff", city="\x7f"), atlas)
    assert asked == Question(words="laide juridique", topics=("food",))


def test_all_that_cannot_be_used_is_told_at_once(atlas: Atlas) -> None:
    told = refused(lists(topic=["food", "xyz", "abc"], city="Nowhereville", page="0", status="refugee"), atlas)
    assert sorted((problem.name, problem.value) for problem in told) == [
        ("city", "Nowhereville"),
        ("page", "0"),
        ("topic", "abc"),
        ("topic", "xyz"),
    ]


NAMES = ("q", "city", "country", "topic", "language", "status", "kind", "open", "near", "radius_km", "page", "per_page")


@given(st.dictionaries(st.sampled_from([*NAMES, "lang", "other"]), st.lists(st.text(max_size=20), max_size=2)))
def test_any_address_is_a_question_or_told(seeded_atlas: Atlas, arguments: dict[str, list[str]]) -> None:
    try:
        question = parse(arguments, seeded_atlas)
    except BadArguments as told:
        assert told.problems
    else:
        assert parse(lists(**of(question)), seeded_atlas) == question


@pytest.fixture(scope="module")
def seeded_atlas(seeded_file: Any) -> Any:
    engine = database.connect(f"sqlite:///{seeded_file}")
    with database.reading(engine) as session:
        known = cities.atlas(session)
    engine.dispose()
    return known


def test_a_country_may_be_written_small(atlas: Atlas) -> None:
    assert parse({"country": ["be", "Bg"]}, atlas).countries == ("BE", "BG")
