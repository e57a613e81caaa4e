"""Bytes → table → plan → apply: all problems told at once with line, column and code; nothing written on error."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import SEED, fill
from hypothesis import given
from hypothesis import strategies as st
from planned import planned
from sqlalchemy import Engine, select

from directory import database, importer, search
from directory.importer import HEADER, Unreadable, Unsure
from directory.importer.planning import told_cells
from directory.models import ContactPoint

HEAD = "id,name,country,topics,city,website,phone\n"
ROW = "a,Desk,BE,asylum|housing,Liège,https://a.example/,04 221 81 11\n"


def stored(engine: Engine) -> dict[str, ContactPoint]:
    with database.reading(engine) as session:
        return {entry.id: entry for entry in session.scalars(select(ContactPoint))}


def test_the_seed_has_the_format_and_again_changes_nothing(engine: Engine) -> None:
    assert SEED.decode().splitlines()[0].split(",") == list(HEADER)
    assert len(planned(engine, SEED).of("created")) == 111
    fill(engine, SEED)
    before = {key: (entry.version, entry.changed_at) for key, entry in stored(engine).items()}
    assert len(planned(engine, SEED).of("unchanged")) == 111
    fill(engine, SEED)
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


def test_a_blank_name_or_country_keeps_the_stored_one_and_lends_it_to_the_row(engine: Engine) -> None:
    fill(engine, (HEAD + ROW.replace("Desk", "=Desk")).encode())
    told = planned(engine, "id,name,country,phone,postal_code\na,, ,04 222 22 22,4000\n")
    assert not told.problems and not told.warnings
    assert told.of("changed")[0].cells == {
        "phone": (["+3242218111"], ["+3242222222"]),
        "postal_code": ("", "4000"),
    }
    fill(engine, b"id,name,country,phone\nA,,,04 222 22 22\n")
    entry = stored(engine)["a"]
    assert (entry.name, entry.country, entry.phones) == ("=Desk", "BE", ["+3242222222"])
    fill(engine, b"id,name,country,phone\nA,,,04 222 22 22\n")
    assert stored(engine)["a"].version == 2
    told = planned(engine, "id,name,country,phone\na,,,12\n")
    assert [(p.line, p.column, p.code) for p in told.problems] == [(2, "phone", "bad_phone")]


@pytest.mark.parametrize(
    ("row", "columns"),
    [("b,,", ["name", "country"]), (",,BE", ["name"]), ("a,[clear],", ["name"]), ("a,,[clear]", ["country"])],
)
def test_a_new_entry_has_a_name_and_a_country_and_no_entry_loses_them(
    engine: Engine, row: str, columns: list[str]
) -> None:
    fill(engine, (HEAD + ROW).encode())
    told = planned(engine, f"id,name,country\n{row}\n")
    assert [(p.column, p.code) for p in told.problems] == [(name, "missing_value") for name in columns]


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
        ("languages", "elvish", "unknown_value"),
        ("country", "Atlantis", "unknown_value"),
        ("latitude", "nan", "not_a_number"),
        ("latitude", "5_1.2", "not_a_number"),
        ("latitude", "91", "out_of_range"),
        ("phone", "12", "bad_phone"),
        ("email", "nobody", "bad_email"),
        ("website", "javascript:alert(1)", "bad_url"),
        ("website", "https://[", "bad_url"),
        ("opening_hours", "when we like", "bad_opening_hours"),
        ("verified_on", "31/31/2025", "bad_date"),
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
    told = planned(engine, ",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    assert [(p.line, p.column, p.code) for p in told.problems] == [(2, column, code)]
    assert not told.of("created")


def test_all_problems_of_a_row_are_told_at_once_with_what_may_be_meant(engine: Engine) -> None:
    told = planned(engine, HEAD + ",,XX,asylm,Liège,nowhere,abc\n")
    assert sorted(p.column or "" for p in told.problems) == ["country", "name", "topics", "website"]
    assert {p.suggestion for p in told.problems if p.column == "topics"} == {"asylum"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a,A,EU,asylum,Liège,,", "unknown_value"),
        ("a,A,BE,asylum,Liège", "wrong_number_of_cells"),
    ],
)
def test_a_row_that_is_not_whole_is_refused(engine: Engine, row: str, code: str) -> None:
    assert [p.code for p in planned(engine, HEAD + row + "\n").problems] == [code]


def test_half_a_place_is_refused(engine: Engine) -> None:
    head = "id,name,country,topics,website,latitude,longitude,precision\n"
    assert (
        planned(engine, head + "a,A,BE,asylum,https://a.example/,50.6,,\n").problems[0].code == "incomplete_coordinates"
    )
    assert planned(engine, head + "a,A,BE,asylum,https://a.example/,50.6,5.5,none\n").problems[0].column == "precision"
    made = planned(engine, head + "a,A,BE,asylum,https://a.example/,50.6,5.5,\n")
    assert told_cells(made.of("created")[0])["precision"] == ("none", "exact")


def test_a_precision_without_a_place_is_left_out_and_told(engine: Engine) -> None:
    file = "id,name,country,topics,website,precision\na,A,BE,asylum,https://a.example/,exact\n"
    told = planned(engine, file)
    assert [(w.column, w.code) for w in told.warnings] == [("precision", "incomplete_coordinates")]
    fill(engine, file.encode())
    assert (stored(engine)["a"].precision, stored(engine)["a"].latitude) == ("none", None)
    told = planned(engine, file.replace("A,BE,", "A,BE,housing|"))
    assert [(w.column, w.code) for w in told.warnings] == [("precision", "incomplete_coordinates")]
    assert [*told.of("changed")[0].cells] == ["topics"]


def test_an_id_that_stands_twice_is_refused_where_it_comes_again(engine: Engine) -> None:
    told = planned(engine, HEAD + ROW + ROW.replace("Desk", "Other"))
    assert [(p.line, p.code) for p in told.problems] == [(3, "duplicate_id")]


def test_the_same_row_again_does_nothing_and_is_told(engine: Engine) -> None:
    told = planned(engine, HEAD + ROW + ROW)
    assert [step.outcome for step in told.steps] == ["created", "unchanged"]
    assert [(warning.line, warning.code) for warning in told.warnings] == [(3, "duplicate_row")]


def test_a_row_without_an_id_is_found_again(engine: Engine) -> None:
    fill(engine, HEAD.encode() + ROW.replace("a,", ",", 1).encode() + ",Помощ,BG,asylum,София,,\n".encode())
    assert sorted(stored(engine)) == ["be-desk-liege", *[key for key in stored(engine) if key.startswith("bg-")]]
    told = planned(engine, HEAD + ROW.replace("a,", ",", 1) + ",Помощ,BG,asylum,София,,\n")
    assert [step.outcome for step in told.steps] == ["unchanged", "unchanged"]


def test_a_topic_may_be_unknown_and_is_missed(engine: Engine) -> None:
    told = planned(engine, HEAD + "a,A,BE,,Liège,,\n")
    assert [(warning.column, warning.code) for warning in told.warnings] == [("topics", "missing_value")]
    assert len(told.of("created")) == 1


def test_id_name_and_country_are_enough_and_who_cannot_be_reached_is_told(engine: Engine) -> None:
    told = planned(engine, "id,name,country,status\na,A,BE,\nb,B,BE,closed\n")
    assert [(warning.line, warning.column, warning.code) for warning in told.warnings] == [
        (2, "topics", "missing_value"),
        (2, None, "missing_value"),
        (3, "topics", "missing_value"),
    ]
    fill(engine, b"id,name,country\na,A,BE\n")
    assert stored(engine)["a"].name == "A"


def test_the_same_name_in_the_same_city_may_be_the_same_place(engine: Engine) -> None:
    fill(engine, (HEAD + ROW).encode())
    told = planned(engine, HEAD + ROW.replace("a,Desk", "b,Desk") + ROW.replace("a,Desk", "c,Desk"))
    assert [(warning.line, warning.code) for warning in told.warnings] == [
        (2, "possible_duplicate"),
        (3, "possible_duplicate"),
    ]
    assert "a" in told.warnings[0].values["id"]


@pytest.mark.parametrize("row", ["b,DÉSK,BE,,liege", "b,desk,BE,,Liège", "b,Dësk,BE,,LIÈGE"])
def test_a_stored_entry_may_be_the_same_place_however_it_is_written(engine: Engine, row: str) -> None:
    fill(engine, b"id,name,country,description_en,city\na,Desk,BE,,Li\xc3\xa8ge\nn,Desk,BE,,\n")
    head = "id,name,country,description_en,city\n"
    told = planned(engine, f"{head}{row}\nc,Desk,BE,,Huy\nd,DESK,BE,,\n")
    alike = [(one.line, one.values["id"]) for one in told.warnings if one.code == "possible_duplicate"]
    assert alike == [(2, "a"), (4, "n")]


def test_a_place_that_is_kept_in_another_country_is_told(engine: Engine) -> None:
    fill(engine, b"id,name,country,latitude,longitude\na,A,BE,50.64,5.57\nb,B,BE,50.64,5.57\n")
    told = planned(engine, "id,name,country\na,A,BG\nb,B 2,BE\n")
    strays = [(one.line, one.column) for one in told.warnings if one.code == "outside_country"]
    assert strays == [(2, "country")]
    assert [set(step.cells) for step in told.of("changed")] == [{"country"}, {"name"}]


def test_an_older_check_than_the_sites_is_told(engine: Engine) -> None:
    head = "id,name,country,topics,website,verified_on\n"
    fill(engine, (head + "a,A,BE,asylum,https://a.example/,2026-05-01\n").encode())
    told = planned(engine, head + "a,B,BE,asylum,https://a.example/,2026-04-01\n")
    assert [(warning.column, warning.code) for warning in told.warnings] == [("verified_on", "newer_on_site")]


def test_lines_are_counted_as_an_editor_counts_them(engine: Engine) -> None:
    head = "id,name,country,topics,website,description_en\n"
    told = planned(
        engine, head + 'a,A,BE,asylum,https://a.example/,"two\nlines"\n\nb,B,BE,cooking,https://b.example/,x\n'
    )
    assert [p.line for p in told.problems] == [5]


def test_an_unknown_column_is_told_and_not_used(engine: Engine) -> None:
    made = planned(engine, "id,name,country,topics,website,colour,name_xx\na,A,BE,asylum,https://a.example/,red,x\n")
    assert [(w.column, w.code) for w in made.warnings] == [("colour", "unknown_column"), ("name_xx", "unknown_column")]
    assert len(made.of("created")) == 1


cells = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='",'), max_size=12)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HEADER, cells)), min_size=1, max_size=3))
def test_any_cells_are_planned_or_told(seeded: Engine, rows: list[dict[str, Any]]) -> None:
    text = ",".join(HEADER) + "\n" + "".join(",".join(row[name] for name in HEADER) + "\n" for row in rows)
    try:
        table = importer.read(text.encode())
    except (Unreadable, Unsure):
        return
    with database.reading(seeded) as session:
        tally = importer.tallied(importer.plan(session, table))
    assert tally.rows == table.count
