"""Columns, cells, differences and problems in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as st
from importing import app_of_the_desk

from directory import geocode
from directory.importer import HEADER, Problem, keeping
from directory.importer.rows import RowReader
from directory.models.imports import OUTCOMES, STATES
from directory.web import cells, import_words
from directory.web.differences import Piece, difference


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with app_of_the_desk().test_request_context("/en/"):
        yield


@pytest.mark.parametrize("name", [*HEADER, "name_uk", "description_ar", "place_source"])
def test_every_column_has_a_label_of_its_own(name: str) -> None:
    labels = {each: cells.column_label(each) for each in (*HEADER, "name_uk", "description_ar", "place_source")}
    assert labels[name] != name
    assert list(labels.values()).count(labels[name]) == 1


def test_a_column_that_is_not_known_is_called_as_its_file_calls_it() -> None:
    assert [cells.column_label(name) for name in ("Couleur", "name_", "_en", "")] == ["Couleur", "name_", "_en", ""]


def test_every_state_and_outcome_has_words() -> None:
    assert set(import_words.STATES) == set(STATES)
    assert set(import_words.OUTCOMES) == {*OUTCOMES, "removed"}


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("topics", "food|legal_aid", ["Food and clothes", "Legal help"]),
        ("topics", "food|lega", ["Food and clothes", "lega"]),
        ("residence_status", "undocumented", ["People without papers"]),
        ("languages", "fr|ar|xx", ["French", "Arabic", "xx"]),
        ("country", "BE", ["Belgium"]),
        ("country", "EU", ["All of Europe"]),
        ("phone", "+3242218111", ["+32 4 221 81 11"]),
        ("phone", "many…", ["many…"]),
        ("verified_on", "2025-01-31", ["January 31, 2025"]),
        ("verified_on", "soon", ["soon"]),
        ("wheelchair", "no", ["Not wheelchair accessible"]),
        ("place_source", "hand", ["set by hand"]),
        ("alt_names", "A, B|C", ["A, B", "C"]),
        ("description_fr", "a|b", ["a|b"]),
        ("street", "", []),
    ],
)
def test_a_cell_says_what_it_means(column: str, text: str, said: list[str]) -> None:
    assert cells.cell_parts(column, text) == said


@pytest.mark.parametrize(
    ("message", "values", "said"),
    [
        ("The id “%(id)s” is taken.", {"id": "100 % %s %(x)s"}, "The id “100 % %s %(x)s” is taken."),
        ("100 % sure", {}, "100 % sure"),
        ("It lacks %(one)s.", {"another": "x"}, "It lacks %(one)s."),
        ("%(found)d cells", {"found": "many"}, "%(found)d cells"),
        ("50 % of %(what)s", {"what": "x"}, "50 % of %(what)s"),
        ("“%(string)s”", {"string": "x", "domain": "y", "num": 3}, "“x”"),
    ],
)
def test_a_problem_is_a_sentence_whatever_its_values(message: str, values: dict[str, str], said: str) -> None:
    assert cells.problem_words(Problem(1, None, "code", message, values)) == said


def test_what_was_typed_stands_apart_in_a_problem_on_a_page() -> None:
    problem = Problem(1, None, "code", "“%(value)s” is <not> %(most)d long.", {"value": "<b>שלום %s", "most": 3})
    assert cells.problem_shown(problem) == "“<bdi>&lt;b&gt;שלום %s</bdi>” is &lt;not&gt; 3 long."
    lying = Problem(1, None, "code", "%(found)d & more", {"found": "many"})
    assert cells.problem_shown(lying) == "%(found)d &amp; more"


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        ("en", "“12” is no postal code of Belgium."),
        ("uk", "«12» — не поштовий індекс цієї країни: Бельгія."),
    ],
)
def test_a_problem_names_a_country_in_the_readers_language(reader: str, said: str) -> None:
    problem = RowReader(["postal_code", "country"]).read(2, ["12", "BE"]).problems[0]
    with app_of_the_desk().test_request_context(f"/{reader}/"):
        g.lang = reader
        assert cells.problem_words(problem) == said
        assert "<bdi>12</bdi>" in cells.problem_shown(problem)


def test_the_geocoders_problem_names_both_countries() -> None:
    message = "The geocoder found it in another country: %(found)s, not %(country)s."
    problem = geocode.Problem("wrong_country", message, {"found": "FR", "country": "BE"})
    assert cells.problem_words(problem) == "The geocoder found it in another country: France, not Belgium."


words = st.lists(st.sampled_from(["eau", "feu", "air", "terre", "\n", "x" * 30, "été"]), max_size=30).map(" ".join)


def whole(pieces: list[Piece], what: str) -> str:
    return "".join(piece.text for piece in pieces if piece.what in ("same", what))


@given(words, words)
def test_pieces_are_the_old_text_without_what_comes_and_the_new_without_what_goes(old: str, new: str) -> None:
    pieces = list(difference("street", old, new).pieces)
    changed = [piece.text for piece in pieces if piece.what != "same"]
    assert all(piece.text for piece in pieces)
    if not any("…" in piece.text for piece in pieces):
        assert (whole(pieces, "removed"), whole(pieces, "added")) == (old, new)
    assert bool(changed) == (old != new) or old == new


topics = st.lists(st.sampled_from(["food", "health", "housing", "legal_aid"]), unique=True).map("|".join)


@given(topics, topics)
def test_pieces_of_a_list_are_its_values(old: str, new: str) -> None:
    told = {
        what: [p.text for p in difference("topics", old, new).pieces if p.what == what] for what in ("removed", "added")
    }
    gone = set(cells.cell_parts("topics", old)) - set(cells.cell_parts("topics", new))
    come = set(cells.cell_parts("topics", new)) - set(cells.cell_parts("topics", old))
    if gone or come:
        assert (set(told["removed"]), set(told["added"])) == (gone, come)


def test_a_change_of_order_is_shown_as_one() -> None:
    pieces = difference("topics", "food|health", "health|food").pieces
    assert [(piece.what, piece.text) for piece in pieces] == [
        ("removed", "Food and clothes · Health"),
        ("added", "Health · Food and clothes"),
    ]


LONG = "Nous aidons les personnes sans papiers. " * 40


def test_of_a_long_text_only_the_words_around_the_change_are_shown() -> None:
    old, new = keeping.shown("description_fr", LONG + "Le lundi. " + LONG, LONG + "Le jeudi. " + LONG)
    pieces = difference("description_fr", old, new).pieces
    assert [piece.text for piece in pieces if piece.what != "same"] == ["lundi. ", "jeudi. "]
    assert sum(len(piece.text) for piece in pieces) < 120
