"""Lines, texts, ids and lists out of dirty cells."""

from __future__ import annotations

from typing import Any

import pytest

from directory.importer import cells
from directory.importer.columns import column
from directory.importer.problems import BadCell


def meaning(name: str, text: str, country: str = "BE") -> Any:
    """What a cell of this column says in a row of this country."""
    known = column(name)
    assert known
    return known.read(text, country) if known.is_of_country else known.read(text)


def refused(name: str, text: str, country: str = "BE") -> BadCell:
    with pytest.raises(BadCell) as told:
        meaning(name, text, country)
    assert told.value.message % told.value.values
    return told.value


ASKED = ("Why??? What???", "What now ???", "??? Besoin", "Защо??????", "Besoin d’aide????", "Les 24h???", "Oui?!???")
LOST = ("???", "??? ???", "5 ???", "Li???ge", "? ??????? A", "Caritas ?????", "Caritas ??? ???", "??? ??? Caritas", "COVID-?????",
        "???????? Noord", "?????? ????", "A???", "???????? ?????? IT", "ï¿½cole", "Centre пїЅ", "Liï¿½ge, ï¿½tï¿½", "CafÔøΩ", "Li´┐¢ge")  # fmt: skip
"""Question marks that ask, and those that stand in the place of letters."""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Kio\u200bsk\ufeff Noord", "Kiosk Noord"),
        ("\u00ab\u00a0Kiosk\u202fNoord\u00a0\u00bb", "« Kiosk Noord »"),
        ("Lie\u0300ge", "Liège"),
        ("Kiosk \t  Noord", "Kiosk Noord"),
        ("Noord\u200f", "Noord"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧 families", "👩\u200d👧 families"),
        ("Kiosk `Noord` ${alert(1)} \\u0041", "Kiosk `Noord` ${alert(1)} \\u0041"),
        ("İSTANBUL ılıca", "İSTANBUL ılıca"),
        ("Why? Because.", "Why? Because."),
        *((asked, asked) for asked in ASKED),
    ],
)
def test_a_line_is_cleaned_of_what_nobody_sees(text: str, line: str) -> None:
    assert cells.a_line(text) == line


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("Kiosk\nNoord", "newline_not_allowed", "Kiosk Noord"),
        ("Kiosk\u2028Noord", "newline_not_allowed", "Kiosk Noord"),
        ("Ki\x07osk", "control_character", ""),
        ("Ki\ud800osk", "control_character", ""),
        ("Ki\ufdd0osk", "control_character", ""),
        ("Kiosk\uffff", "control_character", ""),
        ("\U0010fffeKiosk", "control_character", ""),
        ("abc\u202ecba", "bidi_control", ""),
        ("\u2066abc\u2069", "bidi_control", ""),
        ("N" * 201, "too_long", ""),
        ("N" * 100_000, "too_long", ""),
        ("??????? ??????", "lossy_question_marks", ""),
        ("??. ???????? 5", "lossy_question_marks", ""),
        *((lost, "lossy_question_marks", "") for lost in LOST),
        ("Li\ufffdge", "lossy_question_marks", ""),
        ("a" + "\u0301\u0316" * 600, "too_many_combining_marks", ""),
    ],
)
def test_a_line_in_doubt_is_refused(text: str, code: str, suggestion: str) -> None:
    told = refused("name", text)
    assert (told.code, told.suggestion) == (code, suggestion)


def test_a_text_keeps_its_lines_and_what_programs_might_run() -> None:
    written = "first\r\nsecond\x85third\u2028fourth\x0bfifth"
    assert cells.a_text(written) == "first\nsecond\nthird\nfourth\nfifth"
    for hostile in ("<script>alert(1)</script>", "{{7*7}} %(secret)s", "&lt;b&gt;", "'; DROP TABLE x;--", "w" * 10_000):
        assert cells.a_text(hostile) == hostile
    assert refused("description_en", "w" * 20_001).code == "too_long"


@pytest.mark.parametrize(("name", "longest"), [("name", 200), ("description_en", 20_000)])
def test_the_limit_that_is_told_is_the_one_that_is_kept(name: str, longest: int) -> None:
    for length in (longest + 1, 8 * longest + 1):
        assert refused(name, "w" * length).values == {"longest": longest, "length": length}


@pytest.mark.parametrize(
    "text", ["=1+1", "+32 2", "-5", "@home", "\tindented", "'=quoted", "''-twice", "plain", "'tis"]
)
def test_the_guard_against_formulas_comes_off_again(text: str) -> None:
    assert cells.unguarded(cells.guarded(text)) == text.strip()
    assert cells.guarded(text)[0] not in "=+-@\t"


def test_the_other_trick_against_calculating_is_undone() -> None:
    assert cells.unguarded('="0032"') == "0032"


@pytest.mark.parametrize("text", [" ", "\u00a0", "\u200b\u3164", "\ufeff", "\u2800"])
def test_a_cell_that_shows_nothing_is_blank(text: str) -> None:
    assert cells.is_blank(text)


@pytest.mark.parametrize("text", ["[clear]", "[CLEAR]", " [Effacer] ", "[изчисти]", "[wissen]"])
def test_clearing_is_said_in_four_languages(text: str) -> None:
    assert cells.is_clear(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("BE-0001", "be-0001"), ("be-\u200b0001", "be-0001"), ("7", "7"), ("a_b.c-d", "a_b.c-d")]
    + [(text, text) for text in ("1e5a", "12e45678", "e5", "1e", "be-1e5", "0.1", "1e-a")],
)
def test_an_id_is_small_and_clean(text: str, value: str) -> None:
    assert cells.an_id(text) == value


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("bе-0001", "be-0001"),
        ("Liège 1", "liege-1"),
        ("../../etc/passwd", ""),
        ("1;DROP TABLE x", ""),
        ("<b>1</b>", ""),
        ("{{7*7}}", ""),
        ("be-0001\u202e", ""),
        ("x" * 201, ""),
        ("x" * 5000, ""),
        ("-", ""),
        ("null", ""),
        ("N/A", ""),
        ("02-janv", ""),
        ("Jan-26", ""),
        ("01.02.2026", ""),
        ("1,00E+05", ""),
        ("1001.0", "1001"),
        ("#REF!", ""),
    ],
)
def test_an_id_that_could_be_taken_for_something_else_is_refused(text: str, suggestion: str) -> None:
    told = refused("id", text)
    assert (told.code, told.suggestion) == ("bad_id", suggestion)


@pytest.mark.parametrize(
    "text", ["1.00E-05", "1E-05", "1E5", "1e999999999", "1,00E+05", "1.00E+05", "1e+05", "12.3E-06"]
)
def test_an_id_that_excel_rounded_is_refused_for_that(text: str) -> None:
    told = refused("id", text)
    assert (told.code, told.suggestion) == ("bad_id", "")
    assert told.message == "“%(text)s” looks like an id that Excel turned into a date or a number."


def test_names_hold_commas_and_lists_do_not() -> None:
    assert cells.names("Help, and more | Welcome |Welcome\n Third") == ["Help, and more", "Welcome", "Third"]
    for text in ("a|b", "a; b", "a, b", "a / b", "a\nb", "a • b", "a · b", "|a||b|"):
        assert cells.several(text) == ["a", "b"]
    assert refused("audiences", "a|" * 20_000).code == "too_long"
