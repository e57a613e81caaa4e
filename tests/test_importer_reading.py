"""Bytes → a table with physical lines, or Unreadable with a code and a line; nothing is guessed, nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from import_adapter import CASES

from directory.importer.reading import MOST_BYTES, Row, Table, Unreadable, Unsure, read

HEAD = "id,name,country,city,topics\r\n"
ROW = "a{0},Desk {0},BE,City,asylum\r\n"
ROWS = "".join(ROW.format(n) for n in range(3, 3000))


def rows(data: str | bytes) -> list[tuple[int, list[str]]]:
    return [(row.line, list(row.cells)) for row in read(data.encode() if isinstance(data, str) else data).rows()]


def problems(data: str) -> list[tuple[int, str]]:
    return [(row.line, row.problem.code) for row in read(data.encode()).rows() if row.problem]


def warnings(data: str) -> list[tuple[int | None, str | None, str]]:
    return [(problem.line, problem.column, problem.code) for problem in read(data.encode()).warnings]


def refusal(data: str | bytes, has_limits: bool = True) -> tuple[str, int | None]:
    with pytest.raises(Unreadable) as refused:
        read(data.encode() if isinstance(data, str) else data, has_limits=has_limits)
    assert "%" not in str(refused.value)
    return refused.value.code, refused.value.line


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_and_line_end(delimiter: str, end: str) -> None:
    table = read((HEAD + ROW.format(1)).replace(",", delimiter).replace("\r\n", end).encode())
    assert (table.delimiter, table.count, table.warnings) == (delimiter, 1, ())
    assert list(table.rows()) == [Row(2, ["a1", "Desk 1", "BE", "City", "asylum"], None)]


def test_the_separator_that_excel_writes_above_is_honored() -> None:
    for line in ("sep=;\r\n", '"sep=;"\r\n', "SEP=;\n", "Sep = ;\n"):
        assert rows(line + (HEAD + ROW.format(1)).replace(",", ";")) == [(3, ["a1", "Desk 1", "BE", "City", "asylum"])]
    assert read(b"sep=\\t\n" + HEAD.replace(",", "\t").encode()).delimiter == "\t"


def test_lines_are_physical_ones() -> None:
    text = "\r\n;;\n" + 'id;name;country\r1;"two\nlines";BE\r\n\n;;\r\n2;x;BE\n\n3;y;BE'
    assert [line for line, _ in rows(text)] == [4, 8, 10]


def test_only_carriage_return_and_line_feed_end_a_line() -> None:
    cell = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"
    assert rows(f"id,name,country\n1,{cell},BE\n2,{cell},BE\n") == [(2, ["1", cell, "BE"]), (3, ["2", cell, "BE"])]


def test_rows_of_nothing_are_no_rows() -> None:
    table = read((HEAD + ROW.format(1) + ",,,,\r\n , ,,\xa0,\r\n,\r\n\x1a").encode())
    assert table.count == len(list(table.rows())) == 1


def test_a_row_of_the_wrong_shape_is_told_and_the_others_stay() -> None:
    text = HEAD + ROW.format(1) + "a2,Desk,2,BE,City,asylum\r\na3,Desk\r\n" + ROW.format(4)
    assert problems(text) == [(3, "wrong_number_of_cells"), (4, "wrong_number_of_cells")]
    assert read(text.encode()).count == 4
    assert rows(text)[1] == (3, ["a2", "Desk", "2", "BE", "City", "asylum"])


def test_the_header_in_the_middle_is_told() -> None:
    again = "Id,Nom,Pays,Ville,Thèmes\r\n"
    assert problems(HEAD + ROW.format(1) + again + ROW.format(2)) == [(3, "repeated_header")]


def test_blank_cells_at_the_end_of_every_row_are_padding() -> None:
    padded = HEAD + "".join(ROW.format(n).replace("\r\n", ",,\r\n") for n in range(2))
    assert rows(padded)[1] == (3, ["a1", "Desk 1", "BE", "City", "asylum"])
    assert rows(HEAD.replace("\r\n", ",,\r\n") + ROW.format(1))[0][1] == [
        "a1",
        "Desk 1",
        "BE",
        "City",
        "asylum",
        "",
        "",
    ]
    assert problems(padded + ROW.format(3)) == [(2, "wrong_number_of_cells"), (3, "wrong_number_of_cells")]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("", "empty_file", None),
        ("\ufeff \r\n\t\n", "empty_file", None),
        (";;;\n;;;\n", "empty_file", None),
        ("sep=;\n", "empty_file", None),
        ("\n" * 20_000 + HEAD, "header_missing", 1),
        ("id:name:country\n1:a:BE\n", "delimiter_unknown", 1),
        ("id,name;country\n1,a;BE\n", "delimiter_mixed", 1),
        (HEAD + ROW.format(1) + ROW.format(2).replace(",", ";"), "delimiter_mixed", 3),
        (HEAD + ROW.format(1) + 'a2,"Desk,BE,City,asylum\r\n' + ROWS, "unclosed_quote", 3),
        (
            HEAD + ROW.format(1) + 'a2,"Desk,BE,City,asylum\r\n' + ROWS + 'z,Desk",BE,City,asylum\r\n',
            "unclosed_quote",
            3,
        ),
        (HEAD + 'a2,"Desk,BE,City,asylum\r\na3,Desk",BE,City,asylum\r\n', "unclosed_quote", 2),
        (HEAD + 'a2,Desk,BE,City,"asylum\r\na3,Desk,BE,City,asylum"\r\n', "unclosed_quote", 2),
        (HEAD + 'a2,"Desk,BE,City,asylum\r\na3,"Desk, 3",BE,City,asylum\r\n', "unclosed_quote", 2),
        ('id,"name,country,city\n' + ROWS, "unclosed_quote", 1),
        (HEAD + 'a1,"Desk,BE,City,"asylum, food"\r\n' + ROWS, "unclosed_quote", 2),
        (HEAD + '"a1,Desk,BE,"City",asylum\r\n' + ROWS, "unclosed_quote", 2),
        ((HEAD + 'a1,"Desk,BE,City,"asylum"\r\n').replace(",", "|"), "unclosed_quote", 2),
        (HEAD + 'a1,"Desk, "big" one",BE,City,asylum\r\n', "bad_quoting", 2),
        (HEAD + 'a1,""Desk"",BE,City,asylum\r\n', "bad_quoting", 2),
        (HEAD + 'a1,"Le "Pont" asbl",BE,City,asylum\r\n', "bad_quoting", 2),
        ('"id,name,country"\n"1,""a, b"",BE"\n', "bad_quoting", 1),
    ],
)
def test_a_file_that_cannot_be_read_for_sure_is_refused(data: str, code: str, line: int | None) -> None:
    assert refusal(data) == (code, line)


def test_text_of_several_lines_with_commas_swallows_nothing() -> None:
    text = "Languages: Arabic, Farsi, Dari, Pashto\r\nMon, Tue, Wed, Thu, Fri\r\n\r\nsee x,y,z"
    assert rows(HEAD + f'a1,Desk,BE,"{text}",asylum\r\n') == [(2, ["a1", "Desk", "BE", text, "asylum"])]


def test_quotation_marks_inside_a_cell_are_kept() -> None:
    assert rows(HEAD + 'a1,Le "Pont" asbl,BE,5" pipe,asylum\r\n')[0][1][1:4] == ['Le "Pont" asbl', "BE", '5" pipe']
    assert rows('id, name, country\n1, "Foo, bar", BE\n')[0][1] == ["1", "Foo, bar", "BE"]
    assert rows("'id','name','country'\n'1','a, \"b\"','BE'\n")[0][1] == ["1", 'a, "b"', "BE"]


def test_backslashes_of_databases_are_read_and_told() -> None:
    escaped = HEAD + 'a1,"He said \\"hi\\", ok",BE,City,asylum\r\n'
    assert rows(escaped)[0][1][1] == 'He said "hi", ok'
    assert warnings(escaped) == [(2, "name", "backslash_escape")]
    kept = HEAD + ROW.format(1) + "a2,l\\'accueil,BE,City,asylum\r\n"
    assert rows(kept)[1][1][1] == "l\\'accueil"
    assert warnings(kept) == []


def test_a_header_without_rows_is_worth_a_warning() -> None:
    assert warnings(HEAD) == [(None, None, "no_rows")]


def test_limits_hold_for_uploads_only() -> None:
    many, wide = HEAD + ROWS * 17, HEAD.strip() + "".join(f",c{n}" for n in range(196)) + "\r\n"
    assert refusal(many) == ("too_many_rows", 50_002)
    assert read(many.encode(), has_limits=False).count == 50_949
    assert refusal(wide) == ("too_many_columns", 1)
    assert len(read(wide.encode(), has_limits=False).header) == 201
    assert refusal(HEAD.encode() + b"x" * MOST_BYTES) == ("file_too_large", None)
    assert refusal(HEAD + "\n" * 2_000_000) == ("too_many_rows", None)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_large_file_is_never_held_in_memory(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "large.csv"
    file.write_text(HEAD + f"a,{('Liège' + ' ' * 60) * 800},BE,City,asylum\r\n" * 400, encoding, newline="")
    read(file, has_limits=False)
    tracemalloc.start()
    table = read(file, has_limits=False)
    count = sum(1 for _ in table.rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == table.count == 400
    assert peak < 8_000_000 < file.stat().st_size / 2


def test_a_path_and_its_bytes_are_read_alike(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes((HEAD + ROWS).encode("utf-16"))
    assert list(read(file).rows()) == list(read(file.read_bytes()).rows())


def test_rows_can_be_read_again() -> None:
    table = read((HEAD + ROWS).encode())
    first = next(table.rows())
    assert list(table.rows())[0] == first == next(table.rows())


OURS = ("encoding", "dialect", "header", "shape", "not-csv")
LISTED = json.loads((CASES / "expectations.json").read_text())["cases"] if CASES.exists() else []


@pytest.mark.parametrize("case", [c for c in LISTED if c["group"] in OURS], ids=lambda case: case["id"])
def test_the_import_cases(case: dict) -> None:
    seen = outcome(CASES / case["file"])
    assert any(agrees(expected, seen) for expected in (case["expect"], *case["also_acceptable"])), seen


def outcome(source: Path) -> dict:
    try:
        table = read(source)
    except Unreadable as refused:
        return {"outcome": "reject_file", "told": [(refused.code, refused.line)], "sentence": str(refused)}
    except Unsure as unsure:
        return {"outcome": "ask_user", "told": [], "offered": [c.encoding for c in unsure.candidates]}
    told = [(row.problem.code, row.line) for row in table.rows() if row.problem]
    found = {(w.code, w.line, w.column) for w in table.warnings}
    return {"outcome": "accept", "told": told, "found": found, "encoding": table.encoding, "delimiter": table.delimiter}


def agrees(expected: dict, seen: dict) -> bool:
    """As far as reading goes: what only the cells' values show is left aside."""
    if expected["outcome"].split("_")[0] != seen["outcome"].split("_")[0]:
        return False
    errors = expected.get("errors", [])
    if seen["outcome"] == "accept":
        errors = [e for e in errors if e["code"] in ("wrong_number_of_cells", "repeated_header")]
        of_files = {"unknown_column", "lookalike_header", "nameless_column", "no_rows"}
        wanted = {(w["code"], w["line"], w["column"]) for w in expected.get("warnings", []) if w["code"] in of_files}
        if not wanted <= seen["found"] or any(expected.get(k, seen[k]) != seen[k] for k in ("encoding", "delimiter")):
            return False
    mentioned = [word for error in errors for word in error.get("message_mentions", [])]
    return (
        [(error["code"], error["line"]) for error in errors] == seen["told"]
        and all(word in seen.get("sentence", "") for word in mentioned)
        and expected.get("candidates_include", "") in ("", *seen.get("offered", []))
    )


def safe(data: bytes) -> Table | None:
    try:
        table = read(data)
    except (Unreadable, Unsure) as refused:
        assert str(refused)
        return None
    assert sum(1 for _ in table.rows()) == table.count
    return table


PIECES = st.sampled_from(
    [
        b"id",
        b"name",
        b"country",
        b",",
        b";",
        b"\n",
        b"\r",
        b'"',
        b"'",
        b"\\",
        b"\x00",
        b"BE",
        b"\xe9",
        b"a",
        b"\xd0\xb0",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.binary(), st.lists(PIECES, max_size=60).map(b"".join), st.text().map(str.encode)))
@example(b'id,name,country\n"')
@example(b"sep=\x00\n")
@example(b"\xff\xfe")
@example(b"PK\x03\x04")
def test_any_bytes_are_read_refused_or_asked_about(data: bytes) -> None:
    safe(data)
    safe(b"id,name,country\r\n" + data)


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
TABLES = st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=8)


@settings(max_examples=200)
@given(
    TABLES,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp1252"]),
)
def test_what_was_written_is_read_or_refused_never_changed(
    written: list[tuple[str, ...]], delimiter: str, end: str, encoding: str
) -> None:
    written = [tuple(cell.encode(encoding, "ignore").decode(encoding) for cell in row) for row in written]
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if any(c in cell for row in written for cell in row for c in "\r\n") else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["id", "name", "country", "city"])
    expected, nothing = [], " \t\r\n\xa0\u2007\u202f\u3000\x1a"
    for row in written:
        text = buffer.getvalue()
        line = text.count("\n") + text.count("\r") - text.count("\r\n") + 1
        writer.writerow(row)
        if "".join(row).strip(nothing):
            expected.append((line, list(row)))
    if table := safe(buffer.getvalue().encode(encoding)):
        read_back = [(row.line, list(row.cells)) for row in table.rows() if not row.problem]
        assert read_back == expected
