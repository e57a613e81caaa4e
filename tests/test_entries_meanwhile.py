"""What somebody typed for a contact point that another person removed, closed or changed meanwhile is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from desk import DESK, FULL, Desk, fields, form_of, links, said
from pages import document, faults
from sqlalchemy.orm import Session

from directory import database, importer


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    """Signed in at an empty directory, on each engine."""
    made = Desk(url)
    yield made
    made.engine.dispose()


def take_back(desk: Desk) -> None:
    """Somebody else takes back what was made first."""
    with database.writing(desk.engine) as session:
        importer.undo(session, 1, "other@example.org")


def test_what_was_typed_for_one_that_was_removed_meanwhile_is_kept_and_can_be_saved_as_a_new_one(desk: Desk) -> None:
    desk.write(**FULL)
    form = form_of(desk.get("full/edit"))
    take_back(desk)
    answer = desk.post(form, f"{DESK}/full/edit", {"street": "Rue 7", "name_de": "Das Tor"})
    assert answer.status_code == 409
    page = document(answer.data)
    assert faults(page) == []
    assert "This contact point was removed in the meantime" in said(page)
    assert f"{DESK}/full/history" in links(page)
    assert desk.stored("full") is None
    saved = desk.post(form_of(page, "/new"), "", {})
    assert saved.headers["Location"].startswith(f"{DESK}/full/history")
    again = fields(form_of(desk.get("full/edit")))
    assert again | {"form": ""} == fields(form) | {"form": "", "street": "Rue 7", "name_de": "Das Tor", "version": "3"}


def test_closing_one_that_was_removed_meanwhile_leads_to_its_history(desk: Desk) -> None:
    desk.write(**FULL)
    form = form_of(desk.get("full/edit"), "/status")
    take_back(desk)
    assert "no longer there" in said(desk.get(desk.post(form, "", {}).headers["Location"]))
    assert desk.client.post(f"{DESK}/nobody/status", data=fields(form)).status_code == 404


def test_what_is_removed_while_it_is_saved_is_kept_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(**FULL)
    form, edit = form_of(desk.get("full/edit")), importer.edit

    def too_late(session: Session, *told: Any) -> importer.Edit:
        importer.undo(session, 1, "other@example.org")
        return edit(session, *told)

    monkeypatch.setattr(importer, "edit", too_late)
    answer = desk.post(form, f"{DESK}/full/edit", {"street": "Rue 7"})
    assert answer.status_code == 409
    assert fields(form_of(document(answer.data), "/new"))["street"] == "Rue 7"


def test_a_language_that_somebody_removed_meanwhile_is_kept_where_it_was_typed(desk: Desk) -> None:
    desk.write(**FULL)
    form = form_of(desk.get("full/edit"))
    desk.write(id="full", name="Poort", country="BE", name_de="", name_uk="")
    answer = desk.post(form, f"{DESK}/full/edit", {"name_de": "Das Tor"})
    assert answer.status_code == 422
    page = document(answer.data)
    assert "Both of you changed: Name: German" in said(page)
    assert desk.post(form_of(page), f"{DESK}/full/edit", {}).status_code == 303
    stored = desk.stored("full")
    assert stored is not None
    assert (stored.names.get("de"), stored.names.get("uk")) == ("Das Tor", None)


def test_what_was_closed_meanwhile_is_said_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.write(**FULL)
    form = form_of(desk.get("full/edit"))
    desk.write(id="full", name="Poort", country="BE", status="closed")
    page = document(desk.post(form, f"{DESK}/full/edit", {"street": "Rue 7"}).data)
    assert "This contact point is closed." in said(page)
    desk.post(form_of(page), f"{DESK}/full/edit", {})
    stored = desk.stored("full")
    assert stored is not None
    assert (stored.street, stored.is_closed) == ("Rue 7", True)


def test_whoever_is_overtaken_again_and_again_gets_the_form_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(**FULL)
    form = form_of(desk.get("full/edit"))

    def overtaken(*_: Any) -> importer.Edit:
        raise importer.Overtaken

    monkeypatch.setattr(importer, "edit", overtaken)
    answer = desk.post(form, f"{DESK}/full/edit", {"street": "Rue 7"})
    assert answer.status_code == 422
    page = document(answer.data)
    assert faults(page) == []
    assert "Somebody changed this contact point while you were writing" in said(page)
    assert fields(form_of(page))["street"] == "Rue 7"
