"""The desk in a real browser: one contact point from its first mistake to its closing, by keyboard, with and without
JavaScript, in both directions of writing and on the narrowest phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from conftest import Served
from desk import FULL, SOUP_ID
from entering import PASSWORD, an_account
from playwright.sync_api import Locator, Page, expect
from tile_server import TileServer

from browser.conftest import Visit
from browser.pages import DESK, PHONE, told
from browser.test_accessibility import TARGETS, violations
from directory import database, importer

NARROW = {"width": 320, "height": 640}
MISTAKES = r"/admin/contact-points/"
"""Chromium writes an error to its console when a form rightly comes back with 422."""
PAGES = {
    "list": "/admin/contact-points?q=poort",
    "care": "/admin/care",
    "languages missing": "/admin/care?reason=untranslated",
    "new": "/admin/contact-points/new",
    "edit": "/admin/contact-points/full/edit",
    "history": "/admin/contact-points/full/history",
}


class At:
    """Where the desk is, and who sits there."""

    email = ""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, tile_server: TileServer) -> Iterator[Served]:
    """A directory of one contact point, changed once, and an administrator."""
    folder = tmp_path_factory.mktemp("desk")
    url = f"sqlite:///{folder}/directory.sqlite"
    engine = database.connect(url)
    database.migrate(engine)
    with database.writing(engine) as session:
        importer.edit(session, FULL, "other@example.org")
        importer.edit(session, {**FULL, "street": "Rue Haute 3", "topics": "food|health"}, "other@example.org", 1)
    At.email = an_account(engine)
    made = Served(folder, DATABASE_URL=url, TILES=tile_server.template, SECOND_FACTOR="optional")
    yield made
    made.stop()
    engine.dispose()


def sign_in(page: Page, language: str = "en", onward: str = "/admin/contact-points") -> None:
    page.goto(f"/{language}{onward}")
    page.locator("#email").fill(At.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(re.compile(re.escape(onward)))


def reach(page: Page, target: Locator) -> None:
    """Tab forward until the focus is there, as a person without a mouse does."""
    expect(target).to_have_count(1)
    for _ in range(250):
        if target.evaluate("(each) => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never comes to {target}")


def press(page: Page, target: Locator) -> None:
    """Enter, on what leads to another page."""
    reach(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, field: str, text: str) -> None:
    reach(page, page.locator(f"#{field}"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def named(page: Page, role: str, name: str) -> Locator:
    return page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_contact_point_from_its_first_mistake_to_its_closing(visit: Visit, javascript: bool) -> None:
    page = visit("en", DESK, javascript=javascript, may_fail=MISTAKES)
    sign_in(page)
    make_with_a_mistake(page)
    expect(as_visitors_see_it(page)).to_contain_text("Warm soup")
    describe_in_french(page)
    take_back(page)
    close(page)
    expect(as_visitors_see_it(page)).to_contain_text("Closed for good")
    page.goto(f"/en/admin/contact-points/{SOUP_ID}/history")  # as it was, for the next one to walk here
    for _ in range(2):
        press(page, named(page, "button", "Take this change back"))
    expect(page.locator("main")).to_contain_text("no longer there")


def test_the_history_tells_times_in_the_readers_zone(visit: Visit) -> None:
    page = visit("en", DESK)
    sign_in(page, onward="/admin/contact-points/full/history")
    expect(page.locator("time")).to_have_count(2)
    for time in page.locator("time").all():
        expect(time).not_to_contain_text("UTC")


def as_visitors_see_it(page: Page) -> Locator:
    """From the history to the public page, asked anew: it may be kept for a minute."""
    press(page, page.locator("main .chips a").first)
    page.reload()
    return page.locator("main")


def make_with_a_mistake(page: Page) -> None:
    press(page, named(page, "link", "A new contact point"))
    write(page, "name", "Soupe du jour")
    write(page, "description_en", "Warm soup")
    reach(page, page.locator("[name=topics][value=food]"))
    page.keyboard.press("Space")
    reach(page, page.locator("#country"))
    page.keyboard.type("Belg")
    write(page, "city", "Liège")
    write(page, "email", "soup@")
    press(page, named(page, "button", "Save"))
    expect(named(page, "heading", "Not saved yet. Please mend this:")).to_be_in_viewport()
    expect(page.locator("section.wrong")).to_be_focused()
    reach(page, page.locator("section.wrong a"))
    page.keyboard.press("Enter")
    expect(page.locator("#email")).to_be_focused()
    expect(page.locator("#email")).to_have_attribute("aria-invalid", "true")
    write(page, "email", "soup@example.org")
    press(page, named(page, "button", "Save"))
    expect(named(page, "heading", "Saved")).to_be_visible()


def describe_in_french(page: Page) -> None:
    page.goto(f"/fr/admin/contact-points/{SOUP_ID}/edit")
    write(page, "description_fr", "De la soupe chaude")
    press(page, page.locator("button.main"))
    expect(page.locator("ins").first).to_contain_text("De la soupe chaude")
    expect(as_visitors_see_it(page)).to_contain_text("De la soupe chaude")


def take_back(page: Page) -> None:
    page.goto(f"/en/admin/contact-points/{SOUP_ID}/history")
    press(page, named(page, "button", "Take this change back"))
    expect(page.locator("main")).to_contain_text("The change was taken back.")
    expect(as_visitors_see_it(page)).to_contain_text("Warm soup")
    expect(page.locator("main")).not_to_contain_text("De la soupe chaude")


def close(page: Page) -> None:
    page.goto(f"/en/admin/contact-points/{SOUP_ID}/edit")
    reach(page, page.get_by_text("Close it…"))
    page.keyboard.press("Enter")
    press(page, named(page, "button", "Yes, close it for good"))
    expect(page.locator(".changes h2").first).to_have_text("Closed for good")


def test_a_pin_that_is_put_by_hand_is_the_place(visit: Visit) -> None:
    page = visit("ar", PHONE)
    sign_in(page, "ar", "/admin/contact-points/full/edit")
    reach(page, page.locator("[data-pin] button").first)
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    put = page.locator("#latitude").input_value()
    press(page, page.locator("button.main"))
    expect(page.locator(".changes li").first.locator("ins").first).to_contain_text(put.rstrip("0"))
    page.goto("/ar/admin/contact-points/full/edit")
    expect(page.locator(".pin-map .marker")).to_be_visible()
    assert float(page.locator("#latitude").input_value()) == float(put)


def test_the_focus_is_never_under_the_bar_that_saves(visit: Visit) -> None:
    page = visit("en", NARROW)
    sign_in(page, onward="/admin/contact-points/full/edit")
    page.locator("#name").focus()
    hidden = []
    for _ in range(120):
        page.keyboard.press("Tab")
        hidden += page.evaluate(
            """() => { const it = document.activeElement, bar = document.querySelector(".save");
                if (!it || bar.contains(it) || !document.querySelector(".entry-form").contains(it)) return [];
                return it.getBoundingClientRect().top >= bar.getBoundingClientRect().top - 4 ? [it.outerHTML] : []; }"""
        )
    assert hidden == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("viewport", [NARROW, PHONE, DESK], ids=["narrow", "phone", "desk"])
def test_every_page_is_readable(visit: Visit, language: str, viewport: dict[str, int]) -> None:
    """Nothing for axe, no sideways scrolling, every target as large as a thumb; also of the form that came back."""
    page = visit(language, viewport, may_fail=MISTAKES)
    sign_in(page, language)
    found: dict[str, list[str]] = {}
    for name, path in {**PAGES, "mistakes": PAGES["new"]}.items():
        page.goto(f"/{language}{path}")
        if name == "mistakes":
            page.locator("#email").fill("a@")
            page.locator("button.main").click()
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        page.evaluate(AXE_SCRIPT)
        found[name] = violations(page) + page.evaluate(TARGETS)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found[name] += [f"{wide} pixels too wide"] if wide > 0 else []
    assert told(found) == ""
