"""A quotation mark that does not fit is its row's fault where that row ends for certain, else the file's."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from importing import Desk, links_of, rows_of
from sqlalchemy import Engine
from test_importer_reading import HEAD, ROW, problems, refusal, rows

from directory.importer.reading import Unreadable, read

GOOD = [ROW.format(1), ROW.format(2)]


@pytest.mark.parametrize(
    "bad",
    [
        'x,"Le "Pont" asbl",BE,City,asylum',
        'x,"Le 5" pipe",BE,City,asylum',
        'x,"Centre "Pont"",BE,City,asylum',
        '"x","a "b" c","BE","City","asylum"',
        'x,"Pont" association,BE,City,asylum',
        '"x" ,"Pont","BE","City","asylum"',
    ],
)
def test_a_line_that_is_a_whole_row_is_refused_alone(bad: str) -> None:
    for text in (f"{HEAD}{GOOD[0]}{bad}\r\n{GOOD[1]}", f"{HEAD}{bad}\r\n" + "".join(GOOD)):
        line = text[: text.index(bad)].count("\n") + 1
        assert problems(text) == [(line, "bad_quoting")]
        good = [cells for at, cells in rows(text) if at != line]
        assert good == [["a1", "Desk 1", "BE", "City", "asylum"], ["a2", "Desk 2", "BE", "City", "asylum"]]
    last = f"{HEAD}{''.join(GOOD)}{bad}"
    assert problems(last) == [(4, "bad_quoting")]


def test_it_is_told_as_it_stands_in_the_file() -> None:
    bad = 'x,"Le "Pont" asbl",BE,City,asylum'
    (row,) = [row for row in read(f"{HEAD}{GOOD[0]}{bad}\r\n{GOOD[1]}".encode()).rows() if row.problem]
    assert row.problem is not None
    assert row.problem.sentence.endswith(f"In the file it is: {bad}")
    assert row.cells == ["x", 'Le "Pont" asbl', "BE", "City", "asylum"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + 'x,"Le "Pont" asbl",BE,City,asylum\r\n', 2),  # nothing is good
        (HEAD + 'x,"a "b" c",BE,City,asylum\r\n' + GOOD[0], 2),  # as many bad as good
        (HEAD + "".join(GOOD) + 'x,"Le "Pont" asbl, BE,City,asylum\r\n', 4),  # a cell stays open
        (HEAD + "".join(GOOD) + 'x,"He said ""hi"", "yes", ok",BE,City,asylum\r\n', 4),
        (HEAD + "".join(GOOD) + 'x,"Po"nt,"BE,City,asylum\r\n', 4),
        (HEAD + "".join(GOOD) + 'x,"Le "Pont", a, b",BE,City,asylum\r\n', 4),  # more cells than columns
        (HEAD + 'x,"a "b" c",BE,City,asylum\r\nand more,of it,in,its,text\r\n' + "".join(GOOD), 2),
        (HEAD + 'x,"a "b" c",BE,City,asylum\r\nshort,BE\r\n' + "".join(GOOD), 2),  # no row follows
        (HEAD + 'y,"",,,\r\nx,"a "b" c",BE,City,asylum\r\n' + "".join(GOOD), 3),  # no row goes before
        (HEAD + 'x,"a "b", 1",c,d\r\ne",BE,City,asylum\r\n' + "".join(GOOD), 2),  # no country where it would stand
        ('id,"na"me",country\r\nx,y,BE\r\nz,y,BE\r\n', 1),
    ],
)
def test_where_the_row_ends_is_not_certain_and_the_file_is_refused(text: str, line: int) -> None:
    assert refusal(text) == ("bad_quoting", line)


def test_quotation_marks_of_databases_are_still_read_as_theirs() -> None:
    text = HEAD + "".join(GOOD) + 'x,"He said \\"hi\\" there",BE,City,asylum\r\n'
    assert rows(text)[2][1][1] == 'He said "hi" there'
    assert problems(text) == []


def test_other_quotation_marks_and_delimiters() -> None:
    text = "'id';'name';'country'\n'1';'l'eau';'BE'\n'2';'b';'BE'\n'3';'c';'BE'\n"
    assert problems(text) == [(2, "bad_quoting")]
    assert [cells for _, cells in rows(text)] == [["1", "l'eau", "BE"], ["2", "b", "BE"], ["3", "c", "BE"]]


NAMES = st.lists(st.text("ab c,;", min_size=1, max_size=9).map(lambda text: f"x{text}x"), min_size=2, max_size=8)


def written(names: list[str], start: int = 0) -> list[str]:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([f"a{n}", name, "BE"] for n, name in enumerate(names, start))
    return file.getvalue().splitlines(keepends=True)


@given(NAMES, st.data())
def test_a_stray_quotation_mark_costs_its_own_row_and_changes_no_other(names: list[str], data: st.DataObject) -> None:
    text = data.draw(st.text('1",\r\n', min_size=1))
    at = data.draw(st.integers(0, len(names)))
    before, bad, after = written(names[:at]), f'x,"{text}",BE\r\n', written(names[at:], at)
    lines = bad.splitlines(keepends=True)
    try:
        list(csv.reader(io.StringIO(bad, newline=""), strict=True))
        assume(False)  # it fits after all
    except csv.Error:
        pass
    try:
        table = read("".join(["id,name,country\r\n", *before, bad, *after]).encode())
    except Unreadable as refused:
        assert refused.code in ("bad_quoting", "unclosed_quote")
        return
    told = {row.line: row for row in table.rows()}
    good = {line: list(row.cells) for line, row in told.items() if not row.problem}
    later = 2 + at + len(lines)
    expected = {2 + n: [f"a{n}", names[n], "BE"] for n in range(at)}
    assert good == expected | {later + n: [f"a{at + n}", name, "BE"] for n, name in enumerate(names[at:])}


def test_such_a_row_comes_back_to_be_mended(engine: Engine) -> None:
    desk = Desk(engine)
    head = "id,name,country,topics,website\n"
    good = "".join(f"a{n},Desk {n},BE,food,https://a.example/\n" for n in range(2))
    address = desk.run(f'{head}x,"Le "Pont" asbl",BE,food,https://a.example/\n{good}'.encode())
    plan = desk.page(address)
    assert 'In the file it is: x,"Le "Pont" asbl",BE,food,https://a.example/' in desk.said(address)
    refused = desk.get(links_of(plan)["Download the refused rows, to mend them"]).data
    desk.press(plan, "/apply")
    assert desk.names() == {"a0": "Desk 0", "a1": "Desk 1"}
    (row,) = rows_of(refused)
    assert (row["import_line"], row["name"]) == ("2", 'Le "Pont" asbl')
    desk.press(desk.page(desk.run(refused)), "/apply")
    assert desk.names()["x"] == 'Le "Pont" asbl'
