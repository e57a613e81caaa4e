"""Everyone gets everywhere: on the narrowest window, zoomed, with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.pages import DESK, ERROR_PAGES, LANGUAGES, PAGES, go, told

NARROW = {"width": 320, "height": 640}
ZOOMED = {"width": 640, "height": 450}
FOCUSED = """() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    return { text: at.innerText?.trim() || at.getAttribute("aria-label") || at.id, href: at.getAttribute("href") ?? "",
             isVisible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
}"""


def sideways(page: Page) -> list[str]:
    """What makes a page wider than its window."""
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{width} px too wide"] if width > 0 else []


@pytest.mark.parametrize("language", LANGUAGES)
def test_320_pixels_are_wide_enough(visit: Visit, language: str) -> None:
    page = visit(language, NARROW, may_fail=ERROR_PAGES)
    found: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        page.goto(f"/{language}{path}")
        for details in page.locator("details:not(.languages) > summary").all():
            details.click()
        found[name] = sideways(page)
    assert told(found) == ""


def test_the_language_menu_fits_too(visit: Visit) -> None:
    for language in ("en", "ar"):
        page = visit(language, NARROW)
        page.goto(f"/{language}/")
        page.locator(".languages summary").click()
        assert sideways(page) == []


@pytest.mark.parametrize("language", ("en", "fa"))
def test_twice_the_size_is_readable(visit: Visit, language: str) -> None:
    """A window of 640 px at 200 % has 320 CSS pixels: zoom as a browser does it, by doubling the text as well."""
    page = visit(language, ZOOMED, may_fail=ERROR_PAGES)
    found: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        page.goto(f"/{language}{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found[name] = sideways(page)
    assert told(found) == ""


def tab_to(page: Page, href: str, most: int = 120) -> None:
    """Press Tab until the focus is on a link that leads there; it must be visible all the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        assert at["isVisible"], f"the focus is not visible on {at}"
        if href in at["href"]:
            return
    raise AssertionError(f"no Tab leads to {href}")


def test_the_keyboard_walks_from_home_to_a_contact_point(visit: Visit) -> None:
    page = visit("en", DESK)
    page.goto("/en/")
    tab_to(page, "city=Li%C3%A8ge")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/?city=Li%C3%A8ge")
    tab_to(page, "topic=legal_aid")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact-points?**")
    tab_to(page, "/en/map?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/map?**")
    tab_to(page, "/en/contact-points/")
    page.keyboard.press("Enter")
    expect(page.locator("article.entry h1")).to_be_visible()


def test_the_first_tab_skips_to_the_content(visit: Visit) -> None:
    page = visit("en")
    page.goto("/en/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_language_menu_opens_closes_and_leads_by_keyboard(visit: Visit) -> None:
    page = visit("en")
    go(page, "/contact-points?city=Sofia")
    page.locator(".languages summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="العربية")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="العربية")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.get_by_role("link", name="العربية").press("Enter")
    page.wait_for_url("**/ar/contact-points?city=Sofia")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
