"""Bytes → table → plan → apply: all problems told at once with line, column and code; nothing written on error."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import SEED, fill
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from directory import database, importer, search
from directory.importer import HEADER, Plan, Unreadable
from directory.models import ContactPoint

HEAD = "id,name,country,topics,city,website,phone\n"
ROW = "a,Desk,BE,asylum|housing,Liège,https://a.example/,04 221 81 11\n"


def plan(engine: Engine, text: str) -> Plan:
    with database.reading(engine) as session:
        return importer.plan(session, importer.read(text.encode()))


def stored(engine: Engine) -> dict[str, ContactPoint]:
    with database.reading(engine) as session:
        return {entry.id: entry for entry in session.scalars(select(ContactPoint))}


def test_the_seed_has_the_format_and_again_changes_nothing(engine: Engine) -> None:
    assert SEED.decode().splitlines()[0].split(",") == list(HEADER)
    assert len(fill(engine, SEED).created) == 111
    before = {key: (entry.version, entry.changed_at) for key, entry in stored(engine).items()}
    again = fill(engine, SEED)
    assert (len(again.created), len(again.changed), len(again.unchanged)) == (0, 0, 111)
    assert {key: (entry.version, entry.changed_at) for key, entry in stored(engine).items()} == before


def test_what_is_stored_is_what_was_written(engine: Engine) -> None:
    fill(engine, (HEAD + ROW).encode())
    entry = stored(engine)["a"]
    assert entry.phones == ["+3242218111"]
    assert entry.topics == ["asylum", "housing"]
    assert (entry.city, entry.kind, entry.status, entry.precision) == ("Liège", "contact_point", "active", "none")
    with database.reading(engine) as session:
        found = search.find(session, search.Question(words="desk"))
        assert found.items[0].entry.place is not None
        assert found.items[0].entry.place.time_zone == "Europe/Brussels"


def test_a_blank_cell_keeps_and_clear_empties_and_an_absent_column_is_untouched(engine: Engine) -> None:
    fill(engine, (HEAD + ROW).encode())
    fill(engine, b"id,name,country,website,phone\na,New name,BE,,[clear]\n")
    entry = stored(engine)["a"]
    assert (entry.name, entry.website, entry.phones, entry.topics) == (
        "New name",
        "https://a.example/",
        [],
        ["asylum", "housing"],
    )
    assert entry.version == 2
    with database.reading(engine) as session:
        assert search.find(session, search.Question(words="new name")).total == 1
        assert search.find(session, search.Question(words='"desk"')).total == 0


def test_an_absent_row_is_untouched(engine: Engine) -> None:
    fill(engine, (HEAD + ROW + ROW.replace("a,", "b,", 1)).encode())
    fill(engine, b"id,name,country\nb,Only b,BE\n")
    assert {key: entry.name for key, entry in stored(engine).items()} == {"a": "Desk", "b": "Only b"}


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("topics", "cooking", "unknown_value"),
        ("residence_status", "king", "unknown_value"),
        ("kind", "shop", "unknown_value"),
        ("languages", "klingon", "unknown_value"),
        ("country", "Belgica", "unknown_value"),
        ("latitude", "nan", "not_a_number"),
        ("latitude", "5_1.2", "not_a_number"),
        ("latitude", "91", "out_of_range"),
        ("phone", "12", "bad_phone"),
        ("email", "nobody", "bad_email"),
        ("website", "javascript:alert(1)", "bad_url"),
        ("website", "https://[", "bad_url"),
        ("opening_hours", "when we like", "bad_opening_hours"),
        ("verified_on", "31/12/2025", "bad_date"),
        ("verified_on", "2999-01-01", "date_in_future"),
        ("name", "x" * 201, "too_long"),
        ("name", '"two\nlines"', "newline_not_allowed"),
        ("name", "a\u202eb", "bidi_control"),
        ("name", "a\x07b", "control_character"),
        ("id", "a b", "bad_id"),
    ],
)
def test_a_bad_cell_is_told_with_line_column_and_code(engine: Engine, column: str, cell: str, code: str) -> None:
    cells = {"id": "a", "name": "A", "country": "BE", "topics": "asylum", "website": "https://a.example/"}
    cells[column] = cell
    told = plan(engine, ",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    assert [(p.line, p.column, p.code) for p in told.problems] == [(2, column, code)]
    assert not told.created


def test_all_problems_of_a_row_are_told_at_once_with_what_may_be_meant(engine: Engine) -> None:
    told = plan(engine, HEAD + ",,XX,asylm,Liège,nowhere,abc\n")
    assert [p.column for p in told.problems] == ["country", "id", "name", "phone", "topics", "website"]
    assert {p.suggestion for p in told.problems if p.column == "topics"} == {"asylum"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a,A,BE,,Liège,,", "missing_value"),
        ("a,A,BE,asylum,,,", "missing_value"),
        ("a,A,EU,asylum,Liège,,", "unknown_value"),
        ("a,A,BE,asylum,Liège", "wrong_number_of_cells"),
    ],
)
def test_a_row_that_is_not_whole_is_refused(engine: Engine, row: str, code: str) -> None:
    assert [p.code for p in plan(engine, HEAD + row + "\n").problems] == [code]


def test_half_a_place_is_refused(engine: Engine) -> None:
    head = "id,name,country,topics,website,latitude,longitude,precision\n"
    assert plan(engine, head + "a,A,BE,asylum,https://a.example/,50.6,,\n").problems[0].code == "incomplete_coordinates"
    assert (
        plan(engine, head + "a,A,BE,asylum,https://a.example/,,,exact\n").problems[0].code == "incomplete_coordinates"
    )
    made = plan(engine, head + "a,A,BE,asylum,https://a.example/,50.6,5.5,\n")
    assert made.created[0].cells["precision"] == ("none", "exact")


def test_an_id_that_stands_twice_is_refused_where_it_comes_again(engine: Engine) -> None:
    told = plan(engine, HEAD + ROW + ROW)
    assert [(p.line, p.code) for p in told.problems] == [(3, "duplicate_id")]


def test_lines_are_counted_as_an_editor_counts_them(engine: Engine) -> None:
    head = "id,name,country,topics,website,description_en\n"
    told = plan(engine, head + 'a,A,BE,asylum,https://a.example/,"two\nlines"\n\nb,B,BE,cooking,https://b.example/,x\n')
    assert [p.line for p in told.problems] == [5]


def test_an_unknown_column_is_told_and_not_used(engine: Engine) -> None:
    made = plan(engine, "id,name,country,topics,website,colour,name_xx\na,A,BE,asylum,https://a.example/,red,x\n")
    assert [(w.column, w.code) for w in made.warnings] == [("colour", "unknown_column"), ("name_xx", "unknown_column")]
    assert len(made.created) == 1


@pytest.mark.parametrize("delimiter", (",", ";", "\t", "|"))
def test_the_delimiter_is_the_one_that_makes_known_columns(delimiter: str) -> None:
    text = f"id{delimiter}name{delimiter}country\na{delimiter}A, B; C{delimiter}BE\n"
    if delimiter in ",;":
        text = text.replace("A, B; C", '"A, B; C"')
    assert importer.read(b"\xef\xbb\xbf" + text.encode()).rows[0].cells == {
        "id": "a",
        "name": "A, B; C",
        "country": "BE",
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (b"id,name,country\n", "no_rows"),
        (b"id,name\na,A\n", "missing_required_column"),
        (b"what,is,this\n1,2,3\n", "header_unknown"),
        (b"id,name,name,country\na,A,A,BE\n", "duplicate_column"),
        ("id,name,country\na,Liège,BE\n".encode("cp1252"), "encoding_unknown"),
        ("id,name,country\na,A,BE\n".encode("utf-16"), "binary_content"),
        (b"PK\x03\x04\x00\x00", "binary_content"),
        (b'id,name,country\na,"A,BE\n', "bad_quoting"),
        (b"id,name,country" + b",x" * 200 + b"\n", "too_many_columns"),
        (b"id,name,country\n" + b"a" * 25_000_001, "file_too_large"),
    ],
)
def test_a_file_in_doubt_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        importer.read(data)
    assert refused.value.code == code


def test_more_rows_than_a_form_can_take_are_refused_but_not_by_the_command() -> None:
    data = b"id,name,country\n" + b"a,A,BE\n" * 50_001
    with pytest.raises(Unreadable, match="too_many_rows"):
        importer.read(data)
    assert len(importer.read(data, has_limits=False).rows) == 50_001


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: ("id,name,country\n" + text).encode("utf-8", "replace"))
)
def test_any_bytes_are_a_table_or_unreadable(data: bytes) -> None:
    try:
        table = importer.read(data)
    except Unreadable as refused:
        assert refused.code
    else:
        assert table.rows or table.misshapen


cells = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='",'), max_size=12)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HEADER, cells)), min_size=1, max_size=3))
def test_any_cells_are_planned_or_told(seeded: Engine, rows: list[dict[str, Any]]) -> None:
    text = ",".join(HEADER) + "\n" + "".join(",".join(row[name] for name in HEADER) + "\n" for row in rows)
    try:
        table = importer.read(text.encode())
    except Unreadable:
        return
    with database.reading(seeded) as session:
        made = importer.plan(session, table)
    told = {problem.line for problem in made.problems}
    assert len(told) + len(made.changes) + len(made.unchanged) >= len(table.rows)
