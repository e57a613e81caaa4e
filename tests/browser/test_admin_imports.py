"""An administrator's walk in a real browser: a French Excel file with errors → plan → fix → apply → on the map → undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import claim_of
from importing import a_csv, a_row
from playwright.sync_api import Page, expect
from tile_server import TileServer

from browser.administering import Office
from browser.conftest import Visit
from browser.pages import DESK, PHONE, go, pins_shown

EXCEL = (
    "id;nom;pays;ville;thèmes;téléphone;site web;latitude;longitude\r\n"
    "zebre-accueil;Zébrulon – Point d’accueil de l’été;Belgique;Liège;legal_aid|housing;04 221 81 11;"
    "https://a.example/;50,6402;5,5718\r\n"
    "zebre-ecole;Zébrulon – École;Belgique;Liège;langauge_course;04 221 81;https://b.example/;50,6410;5,5720\r\n"
).encode("cp1252")
SEARCH = "/contact-points?q=Z%C3%A9brulon"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, tile_server: TileServer) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"), tile_server.template)
    yield made
    made.close()


def send(page: Page, file: Path) -> None:
    page.get_by_label("Choose a CSV file").set_input_files(file)
    page.get_by_role("button", name="Show what it would change").press("Enter")


def found(visit: Visit, office: Office, path: str = SEARCH) -> Page:
    """What a visitor finds, with a browser that kept nothing."""
    page = visit(viewport=DESK, at=office.served)
    go(page, path)
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_administrators_walk(visit: Visit, office: Office, tmp_path: Path, javascript: bool) -> None:
    page = office.enter(visit(viewport=PHONE, at=office.served, javascript=javascript))
    (tmp_path / "contacts.csv").write_bytes(EXCEL)
    page.goto("/en/admin/imports")
    send(page, tmp_path / "contacts.csv")
    expect(page.get_by_role("heading", level=1)).to_contain_text("contacts.csv")
    expect(page.locator(".card.refused")).to_contain_text("Zébrulon – École")
    expect(page.locator(".card.refused .problems")).to_contain_text("Did you mean: language_course")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the refused rows, to mend them").click()
    refused = downloading.value.path().read_text("utf-8-sig")
    page.get_by_role("button", name="Apply (new: 1, changed: 0, left out: 1)").press("Enter")
    expect(page.get_by_text("This import was applied.")).to_be_visible()

    mended = refused.replace("langauge_course", "language_course").replace("04 221 81;", "04 221 81 12;")
    mended = mended.replace("04 221 81,", "04 221 81 12,")
    (tmp_path / "mended.csv").write_text(mended, "utf-8-sig")
    page.goto("/en/admin/imports")
    send(page, tmp_path / "mended.csv")
    page.get_by_role("button", name="Apply (new: 1, changed: 0)").press("Enter")
    expect(page.get_by_text("This import was applied.")).to_be_visible()
    page.get_by_role("link", name="Zébrulon – École").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zébrulon – École")
    expect(found(visit, office).get_by_role("heading", level=1)).to_have_text("2 places found")
    assert pins_shown(found(visit, office, SEARCH.replace("contact-points", "map"))) == 2

    for name in ("mended.csv", "contacts.csv"):
        page.goto("/en/admin/imports")
        page.locator(".run", has_text=name).first.get_by_role("link").click()
        page.get_by_role("link", name="Undo…").press("Enter")
        page.get_by_role("button", name="Undo it").press("Enter")
        expect(page.get_by_text("1 taken back")).to_be_visible()
    expect(found(visit, office).get_by_role("heading", level=1)).to_have_text("Nothing found for this")


def test_a_file_can_be_dropped_into_the_page(visit: Visit, office: Office) -> None:
    page = office.enter(visit(viewport=DESK, at=office.served))
    page.goto("/en/admin/imports")
    page.evaluate(
        """(text) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], "dropped-here.csv", { type: "text/csv" }));
            const area = document.querySelector(".drop");
            for (const name of ["dragenter", "dragover", "drop"]) {
                area.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
            }
        }""",
        a_csv(a_row(id="drop-1")).decode(),
    )
    page.get_by_role("button", name="Show what it would change").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("dropped-here.csv")
    page.get_by_role("button", name="Drop this import").click()
    expect(page.get_by_text("This import was dropped.")).to_be_visible()


def test_the_page_follows_the_work_and_takes_it_up_when_the_worker_is_gone(visit: Visit, office: Office) -> None:
    number = office.waiting(1_000, 50_000)
    page = office.enter(visit(viewport=DESK, at=office.served))
    page.goto(f"/en/admin/imports/{number}")
    expect(page.locator("[data-words]")).to_have_text("0 of 50,000 rows")
    office.tell(number, 1, 4_000)
    expect(page.locator("[data-words]")).to_have_text("0 of 4,000 rows")
    claim_of(office.engine, number).release()
    expect(page.get_by_role("button", name="Apply (new: 1, changed: 0)")).to_be_visible()


def test_without_javascript_the_page_looks_again_by_itself(visit: Visit, office: Office) -> None:
    number = office.waiting(0, 50_000)
    page = office.enter(visit(viewport=DESK, at=office.served, javascript=False))
    page.goto(f"/en/admin/imports/{number}")
    expect(page.get_by_role("progressbar")).to_be_visible()
    claim_of(office.engine, number).release()
    expect(page.get_by_role("button", name="Apply (new: 1, changed: 0)")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_undo_is_followed_to_its_end_and_so_is_one_that_was_left(
    visit: Visit, office: Office, javascript: bool
) -> None:
    number = office.being_undone(office.import_(a_csv(a_row(id="followed")), "followed.csv"))
    page = office.enter(visit(viewport=DESK, at=office.served, javascript=javascript))
    page.goto(f"/en/admin/imports/{number}")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("[data-words]")).to_have_text("0 of 1 contact point")
    claim_of(office.engine, number).release()  # its worker is gone
    expect(page.get_by_text("1 taken back")).to_be_visible()


def test_a_file_that_is_too_large_is_told_and_does_not_break_the_connection(
    visit: Visit, office: Office, tmp_path: Path
) -> None:
    (tmp_path / "large.csv").write_bytes(b"id,name,country\r\n" + b"a,b,c\r\n" * 6_000_000)
    page = office.enter(visit(viewport=DESK, at=office.served, may_fail="/admin/imports$"))
    page.goto("/en/admin/imports")
    send(page, tmp_path / "large.csv")
    expect(page.get_by_role("alert")).to_have_text("This file is larger than 25 MB. Split it into several files.")
    (tmp_path / "small.csv").write_bytes(a_csv(a_row(id="small")))
    send(page, tmp_path / "small.csv")
    expect(page.get_by_role("heading", level=1)).to_contain_text("small.csv")


def test_the_times_are_those_of_the_readers_clock(visit: Visit, office: Office) -> None:
    page = office.enter(visit(viewport=DESK, at=office.served, timezone_id="Asia/Tokyo"))
    page.goto("/en/admin/imports")
    time = page.locator("time").first
    said = page.evaluate("(at) => new Date(at).getHours() % 12 || 12", time.get_attribute("datetime"))
    expect(time).to_contain_text(f"{said}:")
    expect(time).not_to_contain_text("UTC")
