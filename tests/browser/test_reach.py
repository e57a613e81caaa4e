"""Everyone can reach it: on a window 320 px wide, enlarged twice, and without a mouse."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.pages import DESK, ERROR_PAGES, LANGUAGES, PAGES, PHONE, go, told

NARROW = {"width": 320, "height": 640}
STICKING_OUT = """(width) => document.documentElement.scrollWidth <= width ? [] :
    [`${document.documentElement.scrollWidth} px wide`, ...[...document.querySelectorAll("body *")]
        .filter((each) => { const box = each.getBoundingClientRect(); return box.width && (box.right > width + 0.5 || box.left < -0.5); })
        .map((each) => each.outerHTML.slice(0, 120)).slice(0, 6)]"""
BROKEN = """() => [...document.querySelectorAll(".tiles b")].flatMap((label) => {
    const text = label.firstChild, range = document.createRange(), tile = label.closest("a").getBoundingClientRect();
    return [...text.data.matchAll(/[^\\s-]+/g)].filter(({ 0: word, index }) => {
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const boxes = [...range.getClientRects()];
        return new Set(boxes.map(({ top }) => top)).size !== 1
            || boxes.some(({ left, right }) => left < tile.left || right > tile.right || tile.left < 0 || tile.right > innerWidth);
    }).map(([word]) => word);
})"""
FOCUS = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
    return {
        html: at.outerHTML.slice(0, 150),
        isSeen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
}"""


def tab_to(page: Page, selector: str, most: int = 150) -> None:
    """Press Tab until the focus stands on `selector`; at every step one must see where it is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focus: dict[str, Any] = page.evaluate(FOCUS)
        assert focus["isSeen"] and focus["isMarked"], focus
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} times Tab did not reach {selector} on {page.url}, but {focus['html']}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out_of_a_window_320_px_wide(visit: Visit, language: str) -> None:
    page = visit(language, NARROW, may_fail=ERROR_PAGES)
    found: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        go(page, path, language)
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        found[name] = page.evaluate(STICKING_OUT, 320)
    assert told(found) == ""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_open_language_menu_fits_into_320_px(visit: Visit, language: str) -> None:
    page = visit(language, NARROW)
    page.goto(f"/{language}/")
    page.locator(".languages summary").click()
    assert page.evaluate(STICKING_OUT, 320) == []


@pytest.mark.parametrize("language", ["en", "bg", "ar"])
def test_a_window_640_px_wide_can_be_enlarged_to_200_percent(visit: Visit, language: str) -> None:
    """The browser's own zoom: half as many CSS pixels, each twice as large."""
    page = visit(language, {"width": 320, "height": 400}, device_scale_factor=2, may_fail=ERROR_PAGES)
    found: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        go(page, path, language)
        found[name] = page.evaluate(STICKING_OUT, 320)
    assert told(found) == ""


@pytest.mark.parametrize("language", ["en", "bg", "ar", "fa"])
def test_text_alone_can_be_enlarged_to_200_percent(visit: Visit, language: str) -> None:
    page = visit(language, {"width": 640, "height": 800}, may_fail=ERROR_PAGES)
    found: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        go(page, path, language)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found[name] = page.evaluate(STICKING_OUT, 640)
    assert told(found) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_on_the_tiles_is_broken(visit: Visit, language: str) -> None:
    """Few phones know where a Bulgarian word may be divided."""
    found: dict[str, list[str]] = {}
    for width in (320, 360, 375):
        page = visit(language, {"width": width, "height": 800})
        go(page, "/", language)
        for size in ("100%", "200%"):
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
            found[f"{width} px, {size}"] = page.evaluate(BROKEN)
    assert page.locator(".tiles b").count() > 20
    assert told(found) == ""


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_keyboard_alone_leads_from_home_to_a_contact_point(
    visit: Visit, language: str, viewport: dict[str, int]
) -> None:
    page = visit(language, viewport)
    go(page, "/", language)
    tab_to(page, ".chips a[href*='city=Li%C3%A8ge']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/?city=Li%C3%A8ge")
    tab_to(page, ".tiles a[href*='topic=housing']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact-points?**topic=housing**")
    tab_to(page, f"a[href^='/{language}/map?']:not(.bottom a)")
    page.keyboard.press("Enter")
    page.wait_for_url("**/map?**topic=housing**")
    page.wait_for_selector("[data-drawn]")
    tab_to(page, ".cards .card:first-child a")
    name = page.locator(":focus").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/contact-points/*")
    assert page.locator("h1").inner_text() == name
    tab_to(page, ".reach a, .facts a, dl a")


def test_the_first_tab_offers_to_skip_to_the_content(visit: Visit) -> None:
    page = visit()
    for path in ("/", "/contact-points", "/map", "/contact-points/cite-miroir", "/about"):
        page.goto(f"/en{path}")
        tab_to(page, ".skip", most=1)
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null"), path


def test_the_language_is_changed_by_keyboard_and_escape_closes_the_menu(visit: Visit) -> None:
    page = visit()
    go(page, "/contact-points?topic=housing")
    menu, summary = page.locator(".languages"), page.locator(".languages summary")
    tab_to(page, ".languages summary", most=4)
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, ".languages a[lang=ar]", most=12)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ar/contact-points?topic=housing")
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_every_language_of_the_menu_shows_the_same_page(visit: Visit) -> None:
    page = visit()
    for language in LANGUAGES:
        page.locator(f".languages a[lang={language}]").count() or go(page, "/contact-points/cite-miroir")
        page.locator(".languages summary").click()
        page.locator(f".languages a[lang={language}]").click()
        page.wait_for_url(f"**/{language}/contact-points/cite-miroir")
        assert page.locator("html").get_attribute("lang") == language
