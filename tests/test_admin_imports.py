"""The import pages: upload → what would change, cell by cell → apply → undo; what is wrong is said where it is."""

from __future__ import annotations

import pytest
from importing import EMAIL, IMPORTS, Desk, a_csv, a_row, links_of, rows_of
from pages import document, text_of
from sqlalchemy import Engine


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_the_first_page_says_what_a_file_should_be_like(desk: Desk) -> None:
    said = desk.said()
    assert "A CSV file as Excel or LibreOffice write it" in said
    assert "Nothing was imported yet." in said


def test_a_file_is_planned_applied_and_undone(desk: Desk) -> None:
    address = desk.run(a_csv(a_row(), a_row(id="b", name="B")), "été.csv")
    plan = desk.page(address)
    said = text_of(plan)
    assert "été.csv" in said
    assert "Apply (new: 2, changed: 0)" in said
    assert desk.names() == {}
    assert desk.press(plan, "/apply").headers["Location"] == address
    assert desk.names() == {"a": "Desk", "b": "B"}
    done = desk.page(address)
    assert f"Applied by: {EMAIL}" in text_of(done)
    sure = desk.page(links_of(done)["Undo…"])
    assert "Undo this import?" in text_of(sure)
    answer = desk.press(sure, "/undo")
    assert answer.status_code == 303
    assert desk.names() == {}
    assert "2 taken back" in desk.said(answer.headers["Location"])
    assert "This import was undone." in desk.said(address)
    assert "Undone" in desk.said()


def test_each_cell_is_shown_old_and_new(desk: Desk) -> None:
    desk.applied(a_csv(a_row(topics="food|health", street="Rue A 1")))
    plan = desk.page(desk.run(a_csv(a_row(topics="food|housing", street="Rue B 2", cost="free"))))
    cells = {text_of(cell.find("dt")): cell.find("dd") for cell in plan.findall(".//dl[@class='cells']/div")}
    assert set(cells) == {"Street and number", "Topics", "Price"}
    told = {label: [(part.tag, text_of(part)) for part in cell] for label, cell in cells.items() if cell is not None}
    assert told["Topics"] == [
        ("span", "Food and clothes"),
        ("del", "Removed: Health"),
        ("ins", "Added: A place to live or sleep"),
    ]
    assert told["Price"] == [("ins", "Added: Free of charge")]
    assert told["Street and number"] == [("del", "Removed: Rue A 1"), ("ins", "Added: Rue B 2")]
