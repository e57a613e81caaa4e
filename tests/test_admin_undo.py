"""Undoing on the import pages: its own run says how far it is, pressing twice undoes once, what failed can be asked again."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import claim_of
from importing import IMPORTS, Desk, a_csv, a_row, links_of, number_of
from pages import text_of
from sqlalchemy import Engine, update

from directory import database
from directory.importer import progress, restoring, runs, undoing, working
from directory.models import Change

MOST_STATEMENTS = 8


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


@pytest.fixture
def applied(desk: Desk) -> str:
    """The page of an import that made two contact points."""
    return desk.applied(a_csv(a_row(), a_row(id="b", name="B")))


def being_undone(desk: Desk, applied: str) -> str:
    """The page of the undo, at which a worker seems to be busy."""
    with database.writing(desk.engine) as session:
        number = undoing.order(session, number_of(applied), "b@example.org").number
    assert progress.claim(desk.engine, number)
    return f"{IMPORTS}/{number}"


def undone(desk: Desk, applied: str) -> str:
    answer = desk.press(desk.page(f"{applied}/undo"), "/undo")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_the_page_of_an_undo_that_is_worked_on_says_how_far_it_is(desk: Desk, applied: str) -> None:
    address = being_undone(desk, applied)
    told = desk.get(f"{address}/progress").json
    assert told == {"is_open": True, "done": 0, "total": 0, "words": "0 of 2 contact points"}
    list(progress.watched(claim_of(desk.engine, number_of(address)), 2, range(2)))
    with desk.statements() as asked:
        page = desk.page(address)
    assert len(asked) <= MOST_STATEMENTS
    assert "What the import did is being taken back: all of it, or nothing." in text_of(page)
    assert "How far it is: 0 of 2 contact points" in text_of(page)
    assert [each.attrib for each in page.iter("meta") if each.get("http-equiv")] == [
        {"http-equiv": "refresh", "content": "3"}
    ]
    main = page.find("./body/main")
    assert main is not None
    assert list(main.iter("form")) == []  # it can be neither dropped nor stopped


def test_the_import_says_that_it_is_being_undone_and_offers_no_second_undo(desk: Desk, applied: str) -> None:
    address = being_undone(desk, applied)
    page = desk.page(applied)
    assert "This import is being undone." in text_of(page)
    assert address in links_of(page).values()
    assert "Undo…" not in text_of(page)
    assert desk.said().count("Being undone") == 2  # the import, and its undo
    assert desk.get(f"{applied}/undo", 303).headers["Location"] == applied


def test_pressing_again_leads_to_the_undo_that_is_under_way(desk: Desk, applied: str) -> None:
    sure = desk.page(f"{applied}/undo")
    address = being_undone(desk, applied)
    with database.writing(desk.engine):  # the work itself holds SQLite's one write lock
        assert desk.press(sure, "/undo").headers["Location"] == address
    assert desk.press_at(f"{address}/drop").status_code == 409
    assert len(desk.names()) == 2


def test_an_undo_that_nobody_does_is_taken_up_by_whoever_looks(desk: Desk, applied: str) -> None:
    address = being_undone(desk, applied)
    claim_of(desk.engine, number_of(address)).release()
    assert "2 taken back" in desk.said(address)
    assert desk.names() == {}


def test_what_was_removed_is_called_by_its_name(desk: Desk) -> None:
    applied = desk.applied(a_csv(a_row(name="Desk of Ann"), a_row(id="b", name="Desk of Bob")))
    address = undone(desk, applied)
    for page in (address, applied):
        with desk.statements() as asked:
            told = desk.said(page)
        assert len(asked) <= MOST_STATEMENTS
        assert ("Desk of Ann Id: a It is no longer in the directory." in told, "Desk of Bob Id: b" in told) == (
            True,
            True,
        )
        assert "Name on the door" not in told
    desk.applied(a_csv(a_row(name="Desk of Eve")))
    assert "Desk of Eve Id: a" in desk.said(address)


def test_what_was_removed_before_names_were_noted_is_called_by_its_id(desk: Desk, applied: str) -> None:
    address = undone(desk, applied)
    with database.writing(desk.engine) as session:
        session.execute(update(Change).where(Change.what == "removed").values(cells={}))
    assert "Removed a It is no longer in the directory." in desk.said(address)


def test_a_large_run_is_undone_in_a_process_of_its_own(
    desk: Desk, applied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "SMALL_CHANGES", 1)
    address = undone(desk, applied)
    assert "2 taken back" in desk.said(desk.settled(address))
    assert "This import was undone." in desk.said(applied)
    assert desk.names() == {}


def test_a_mistake_of_ours_ends_the_undo_in_a_sentence_and_it_can_be_asked_again(
    desk: Desk, applied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "restore", broken)
        address = undone(desk, applied)
    page = desk.page(address)
    assert "This import could not be undone. Nothing was changed." in text_of(page)
    assert "Something went wrong on our side while undoing (ZeroDivisionError)." in text_of(page)
    assert "Could not be undone" in desk.said()
    assert len(desk.names()) == 2
    assert desk.press_at(f"{address}/drop").status_code == 409
    assert links_of(page)["Try again"] == f"{applied}/undo"
    assert undone(desk, applied) == address
    assert "2 taken back" in desk.said(address)
    assert desk.names() == {}


def test_what_the_database_does_not_take_back_is_told_once_and_for_all(desk: Desk) -> None:
    desk.applied(a_csv(a_row(latitude="50.6", longitude="5.5")))
    applied = desk.applied(a_csv(a_row(latitude="50.7", longitude="5.5")))
    with database.writing(desk.engine) as session:  # as if the rules had become stricter since
        mine = update(Change).where(Change.run == number_of(applied))
        session.execute(mine.values(cells={"latitude": [95.0, 50.7]}))
    address = undone(desk, applied)
    assert "Something went wrong on our side while undoing (IntegrityError)." in desk.said(address)
    with database.reading(desk.engine) as session:
        assert runs.unfinished(session) == []
