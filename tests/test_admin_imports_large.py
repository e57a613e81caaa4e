"""The import pages stay usable with 50,000 rows and 2,000 errors, and ask the database a few times only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from importing import IMPORTS, Desk, a_csv, a_row, links_of, rows_of
from pages import text_of
from sqlalchemy import Engine

from directory import database

ROWS, ERRORS = 50_000, 2_000
MOST_STATEMENTS, MOST_BYTES = 8, 200_000


def statements(desk: Desk, path: str) -> list[str]:
    with desk.statements() as asked:
        desk.get(path)
    return asked


def test_every_page_asks_the_database_at_most_eight_times(engine: Engine) -> None:
    desk = Desk(engine)
    done = desk.applied(a_csv(*(a_row(id=f"a{at}") for at in range(60))))
    bad = [a_row(id=f"a{at}", name="New", email="x" if at % 2 else "") for at in range(60)]
    plan = desk.run(a_csv(*bad, a_row(id="b", topics="x"), a_row(id="c", colour="red"), a_row(id="d"), a_row(id="d")))
    undone = desk.press(desk.page(f"{done}/undo"), "/undo").headers["Location"]
    asking = desk.run(a_csv(a_row(name="Škoda žena", city="Paris"), encoding="cp1250"))
    unreadable = desk.run(b"PK\x03\x04")
    links = [link for link in links_of(desk.page(plan)).values() if link.startswith(f"{plan}?")]
    assert len(links) > 5
    for path in (IMPORTS, done, f"{done}?page=2", plan, *links, undone, f"{undone}?show=kept", asking, unreadable):
        asked = statements(desk, path)
        assert len(asked) <= MOST_STATEMENTS, (path, asked)


@pytest.fixture(scope="module")
def large() -> bytes:
    """Every 25th row has an error, of four kinds."""
    errors = ({"email": "nobody"}, {"topics": "fod"}, {"latitude": "95", "longitude": "5"}, {"name": ""})
    step = ROWS // ERRORS
    return a_csv(
        *(
            a_row(id=f"r{at}", name=f"Desk {at}", street=f"Street {at}")
            | (errors[at // step % 4] if at % step == 0 else {})
            for at in range(ROWS)
        )
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("large")
    engine = database.connect(f"sqlite:///{folder}/directory.sqlite")
    database.migrate(engine)
    yield Desk(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def planned(desk: Desk, large: bytes) -> str:
    return desk.run(large, "large.csv")


def test_a_large_plan_is_grouped_and_paged(desk: Desk, planned: str) -> None:
    page = desk.page(planned)
    assert "Apply (new: 48,000, changed: 0, left out: 2,000)" in text_of(page)
    links = links_of(page)
    for column in ("E-mail", "Topics", "Latitude", "Name on the door"):
        only = links[f"500 rows · {column}"]
        assert "Page 1 of 10" in desk.said(only)
        assert "Page 10 of 10" in desk.said(only.replace("#rows", "&page=10"))
    refused = links["Refused (2,000)"].replace("#rows", "")
    assert "Page 40 of 40" in desk.said(f"{refused}&page=40")
    assert "Page 1,000 of 1,000" in desk.said(f"{planned}?page=1000")


def test_a_page_of_a_large_plan_is_small_and_asks_little(desk: Desk, planned: str) -> None:
    for path in (planned, f"{planned}?page=1000", f"{planned}?show=refused", f"{planned}?code=bad_email&column=email"):
        with desk.statements() as asked:
            answer = desk.get(path)
        assert len(answer.data) < MOST_BYTES, path
        assert len(asked) <= MOST_STATEMENTS, asked


def test_all_refused_rows_of_a_large_file_come_back(desk: Desk, planned: str) -> None:
    rows = rows_of(desk.get(f"{planned}/refused.csv").data)
    assert len(rows) == ERRORS
    assert rows[-1]["id"] == f"r{ROWS - ROWS // ERRORS}"


def test_a_large_file_is_applied_and_undone(desk: Desk, planned: str) -> None:
    assert desk.press(desk.page(planned), "/apply").status_code == 303
    desk.settled(planned)
    assert "48,000 new" in desk.said(planned)
    assert len(desk.names()) == ROWS - ERRORS
    assert "Page 960 of 960" in desk.said(f"{planned}?page=960")
    refused = f"{planned}?show=refused"
    with desk.statements() as asked:
        answer = desk.get(refused)
    assert len(answer.data) < MOST_BYTES
    assert len(asked) <= MOST_STATEMENTS
    assert "Page 40 of 40" in desk.said(f"{refused}&page=40")
    assert "Page 10 of 10" in desk.said(links_of(desk.page(refused))["500 rows · E-mail"].replace("#rows", "&page=10"))
    undoing = desk.press(desk.page(f"{planned}/undo"), "/undo").headers["Location"]
    assert "48,000 taken back" in desk.said(desk.settled(undoing))
    assert desk.names() == {}
