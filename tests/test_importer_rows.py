"""A row's texts → values, problems, warnings."""

from __future__ import annotations

import string
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_importer_cells import meaning

from directory import vocabulary
from directory.importer import cells
from directory.importer.columns import HEADER, column
from directory.importer.countries import languages
from directory.importer.rows import Draft, RowReader

TODAY = date(2026, 11, 24)
HEAD = ("id", "name", "country", "topics", "latitude", "longitude", "phone", "verified_on", "description_en")


def read(header: tuple[str | None, ...] = HEAD, **texts: str) -> Draft:
    row = {"id": "a-1", "name": "A", "country": "BE"} | texts
    return RowReader(header, TODAY).read(2, [row.get(name or "", "") for name in header])


def told(draft: Draft) -> list[tuple[str | None, str]]:
    return [(problem.column, problem.code) for problem in draft.problems]


def doubted(draft: Draft) -> list[tuple[str | None, str]]:
    return [(problem.column, problem.code) for problem in draft.warnings]


def test_a_row_gives_the_values_of_its_cells_and_no_others() -> None:
    draft = read(
        topics="legal_aid, housing", latitude="50,63", longitude="5.57", phone="04 221 81 11", verified_on="1/10/2026"
    )
    assert draft.values == {
        "id": "a-1",
        "name": "A",
        "country": "BE",
        "topics": ["legal_aid", "housing"],
        "latitude": 50.63,
        "longitude": 5.57,
        "phone": ["+3242218111"],
        "verified_on": date(2026, 10, 1),
    }
    assert not draft.problems and not draft.warnings


@pytest.mark.parametrize("written", ['=""', '=" "', '="\u200b"', "\u2800"])
@pytest.mark.parametrize("name", [name for name in HEADER if name != "id"])
def test_what_shows_nothing_is_blank_however_it_is_written(name: str, written: str) -> None:
    draft = read(HEADER, **{name: written})
    assert name not in draft.values
    assert told(draft) == ([(name, "missing_value")] if name in ("name", "country") else [])


@pytest.mark.parametrize("name", [name for name in HEADER if name not in ("id", "name", "country")])
def test_what_is_wrapped_means_what_it_would_mean_bare(name: str) -> None:
    assert read(HEADER, **{name: '="[clear]"'}).values[name] == read(HEADER, **{name: "[clear]"}).values[name]
    assert told(read(HEADER, **{name: '="#N/A"'})) == [(name, "excel_error")]


def test_all_problems_of_a_row_are_told_at_once_with_line_and_sentence() -> None:
    draft = read(id="a b", name="", country="XX", topics="asylm", latitude="91", verified_on="46296")
    assert told(draft) == [
        ("id", "bad_id"),
        ("name", "missing_value"),
        ("country", "unknown_value"),
        ("topics", "unknown_value"),
        ("latitude", "out_of_range"),
        ("verified_on", "bad_date"),
    ]
    assert {problem.line for problem in draft.problems} == {2}
    assert all("%(" not in problem.sentence for problem in draft.problems)


def test_a_row_may_have_no_id_and_must_have_a_name_and_a_country() -> None:
    draft = read(id="", name="\u200b\u3164", country=" ")
    assert "id" not in draft.values
    assert told(draft) == [("name", "missing_value"), ("country", "missing_value")]
    assert told(read(id="[clear]", name="[CLEAR]")) == [("id", "missing_value"), ("name", "missing_value")]


def test_clear_empties_and_a_blank_cell_says_nothing() -> None:
    draft = read(
        topics="[clear]", latitude="[effacer]", phone="[изчисти]", description_en="[wissen]", longitude="\u00a0"
    )
    assert draft.values == {
        "id": "a-1",
        "name": "A",
        "country": "BE",
        "topics": [],
        "latitude": None,
        "phone": [],
        "description_en": "",
    }


def test_an_emptied_list_is_the_rows_own() -> None:
    first, second = read(topics="[clear]"), read(topics="[clear]")
    first.values["topics"].append("x")
    assert second.values["topics"] == []


def test_a_repeated_list_is_the_rows_own() -> None:
    reader = RowReader(("id", "name", "country", "topics"))
    first, second = (reader.read(line, ["a", "A", "BE", "asylum"]) for line in (2, 3))
    first.values["topics"].append("x")
    assert second.values["topics"] == ["asylum"]


@pytest.mark.parametrize(
    "error",
    [
        "#REF!",
        "#N/A",
        "#VALEUR!",
        "#NOM?",
        "#ИМЕ?",
        "#СТОЙНОСТ!",
        "#WAARDE!",
        "#DIV/0!",
        "#DIV/0 !",
        "#NOM\u00a0?",
        "#¡REF!",
        "#########",
        "Err:502",
    ],
)
def test_an_error_that_excel_wrote_is_no_value(error: str) -> None:
    draft = read(name=error, topics=error, latitude=error, verified_on=error, id=error)
    assert told(draft) == [
        ("id", "bad_id"),
        ("name", "excel_error"),
        ("topics", "excel_error"),
        ("latitude", "excel_error"),
        ("verified_on", "excel_error"),
    ]


def test_question_marks_in_place_of_letters_are_told_in_any_column() -> None:
    assert told(read(name="?????? ????", topics="??????", phone="??? ???")) == [
        ("name", "lossy_question_marks"),
        ("topics", "lossy_question_marks"),
        ("phone", "lossy_question_marks"),
    ]


def test_the_guard_of_an_export_is_taken_off() -> None:
    assert read(name="'=1+1", phone="'+3242218111", description_en="''-x").values["name"] == "=1+1"
    assert read(phone="'+3242218111").values["phone"] == ["+3242218111"]


def test_a_wrong_country_spoils_no_telephone() -> None:
    assert told(read(country="Belguim", phone="04 221 81 11")) == [("country", "unknown_value")]


def test_swapped_coordinates_are_refused_with_the_pair_that_fits() -> None:
    draft = read(latitude="4.4025", longitude="51.2194")
    assert told(draft) == [("latitude", "swapped_coordinates")]
    assert draft.problems[0].suggestion == "51.2194, 4.4025"


def test_a_place_outside_the_country_is_doubted_where_it_strays() -> None:
    assert doubted(read(latitude="42.6977", longitude="23.3219")) == [("latitude", "outside_country")]
    assert doubted(read(latitude="51.2194", longitude="-4.4025")) == [("longitude", "outside_country")]
    assert doubted(read(latitude="42.6977", longitude="23.3219", country="EU")) == []


def test_null_island_is_nobodys_place() -> None:
    assert told(read(latitude="0", longitude="0,0")) == [("latitude", "null_island")]


def test_both_coordinates_may_stand_in_one_cell_when_the_other_is_blank() -> None:
    draft = read(latitude="50.63, 5.57")
    assert (draft.values["latitude"], draft.values["longitude"], told(draft)) == (50.63, 5.57, [])
    assert told(read(latitude="50.63, 5.57", longitude="5.6")) == [("latitude", "not_a_number")]


def test_half_a_place_is_left_to_the_plan() -> None:
    draft = read(latitude="50.63")
    assert not draft.problems and "longitude" not in draft.values


def test_an_extension_is_dropped_aloud() -> None:
    draft = read(phone="04 221 81 11 ext. 12")
    assert (draft.values["phone"], doubted(draft)) == (["+3242218111"], [("phone", "bad_phone")])


def test_unknown_columns_short_rows_and_long_rows_are_passed_over() -> None:
    reader = RowReader(("id", None, "colour", "name", "country"))
    assert reader.read(2, ["a", "x", "red", "A", "BE", "more"]).values == {"id": "a", "name": "A", "country": "BE"}
    assert reader.read(2, ["a"]).values == {"id": "a"}
    assert RowReader(("id", "name")).read(2, ["a", "A"]).problems == []


ANYTHING = (
    st.text(max_size=30)
    | st.text(string.punctuation + string.digits + " \n\t’–°йА́éÃ\u200b\u200c\u202e\u3164\ufffd", max_size=20)
    | st.sampled_from(
        [
            "Mo-Fr 9-17",
            "lundi 9h-12h",
            "+32 4 221 81 11",
            "fr|nl",
            "x@y.org",
            "www.x.org",
            "50,1",
            "BE",
            "[clear]",
            "1/2/2026",
        ]
    )
)
ROWS = st.fixed_dictionaries(dict.fromkeys(HEADER, ANYTHING))
READER = RowReader(HEADER, TODAY)


def export(values: dict[str, Any]) -> list[str]:
    known = {name: column(name) for name in HEADER}
    return [cells.guarded(one.text(values[name])) if one and name in values else "" for name, one in known.items()]


@given(ROWS, st.sampled_from(["BE", "BG", "EU"]))
def test_any_row_is_read_and_what_is_written_is_read_alike(row: dict[str, str], country: str) -> None:
    draft = READER.read(2, [*(row | {"country": country}).values()])
    again = READER.read(2, export(draft.values))
    for name, value in draft.values.items():
        if value not in ("", [], None):
            assert again.values.get(name) == value, name
    assert not {problem.column for problem in again.problems} & {*draft.values} - {"name", "latitude"}
    for problem in (*draft.problems, *draft.warnings):
        assert problem.sentence and problem.code and problem.line == 2


@given(
    st.lists(st.sampled_from([*vocabulary.TOPICS]), unique=True),
    st.lists(st.sampled_from(["fr", "nl", "prs", "ckb"]), unique=True),
)
def test_lists_are_written_and_read_alike(topics: list[str], spoken: list[str]) -> None:
    known = column("topics")
    assert known and meaning("topics", known.text(topics)) == topics
    assert languages("|".join(spoken)) == spoken
