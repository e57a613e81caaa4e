"""Suggestions while somebody types, as a keyboard, a finger and a screen reader meet them."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browser.conftest import Visit, Watch
from browser.pages import DESK, PHONE, go


def type_in(page: Page, text: str) -> None:
    page.get_by_role("combobox").press_sequentially(text)


def test_the_keyboard_reaches_and_takes_a_suggestion(visit: Visit) -> None:
    page = visit()
    go(page, "/")
    type_in(page, "lawyer sof")
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    expect(options.first).to_contain_text("lawyer Sofia")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    expect(box).to_be_focused()
    box.press("ArrowUp")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile(r"/en/contact-points\?city=Sofia&q=lawyer$"))


def test_escape_closes_and_keeps_what_was_typed_and_enter_searches_for_it(visit: Visit) -> None:
    page = visit()
    go(page, "/")
    type_in(page, "caritas")
    box = page.get_by_role("combobox")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("caritas")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("Enter")
    page.wait_for_url(re.compile(r"/en/contact-points\?q=caritas$"))


def test_arrows_open_the_suggestions_again_after_escape(visit: Visit) -> None:
    """As the combobox pattern of ARIA has it: down to the first, up to the last, with Alt to none."""
    page = visit()
    go(page, "/")
    type_in(page, "so")
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    expect(options.nth(1)).to_be_visible()
    for key, chosen in (("ArrowDown", options.first), ("ArrowUp", options.last)):
        box.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        box.press(key)
        expect(chosen).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
        expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Escape")
    box.press("Alt+ArrowDown")
    expect(options.first).to_be_visible()
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    expect(box).to_have_value("so")
    box.press("Escape")
    box.fill("s")
    box.press("ArrowDown")  # too little to suggest anything for
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")


def test_a_finger_takes_a_name_and_comes_to_its_page(visit: Visit) -> None:
    page = visit("fr", has_touch=True)
    go(page, "/", "fr")
    page.get_by_role("combobox").tap()
    type_in(page, "univerb")
    page.get_by_role("option", name=re.compile("Univerbal")).first.tap()
    page.wait_for_url("**/fr/contact-points/univerbal-liege")


def test_a_topic_keeps_the_filters_that_were_chosen(visit: Visit) -> None:
    page = visit("en", DESK)
    go(page, "/contact-points?country=BE&kind=service")
    type_in(page, "housi")
    page.get_by_role("option").filter(has_text="A place to live").click()
    page.wait_for_url(re.compile("topic=housing"))
    assert "country=BE" in page.url
    assert "kind=service" in page.url


def test_nothing_is_asked_before_two_letters_and_only_the_last_of_quick_ones(
    visit: Visit, watches: list[Watch]
) -> None:
    page = visit()
    go(page, "/")
    type_in(page, "s")
    page.wait_for_timeout(400)
    type_in(page, "ofia")
    expect(page.get_by_role("option").first).to_be_visible()
    asked = [url for url in watches[0].asked if "/suggestions" in url]
    assert asked[-1].endswith("?q=sofia")
    assert not [url for url in asked if url.endswith("?q=s")]
    assert page.context.cookies() == []


@pytest.mark.parametrize(("language", "typed"), [("en", "so"), ("ar", "لي")])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_suggestions_are_accessible_and_stay_in_the_window(
    visit: Visit, language: str, typed: str, viewport: dict[str, int], scheme: str
) -> None:
    page = visit(language, viewport, scheme)
    go(page, "/", language)
    type_in(page, typed)
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_role("combobox").press("ArrowDown")
    expect(page.get_by_role("status").filter(has_text=re.compile(r"\d"))).to_have_count(1)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    box = page.get_by_role("listbox").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= viewport["width"]


def test_without_javascript_the_box_is_a_search_field(visit: Visit) -> None:
    page = visit("en", javascript=False)
    go(page, "/")
    expect(page.get_by_role("searchbox")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_count(0)
