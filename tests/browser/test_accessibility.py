"""Everyone can read it: axe-core finds nothing on any page, and every target is large enough for a thumb."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.pages import DESK, ERROR_PAGES, PAGES, PHONE, go, told

VIEWPORTS = {"phone": PHONE, "desk": DESK}
LANGUAGES = ("en", "ar")

# Every rule of axe-core is on: WCAG A, AA and AAA, best practices, and the experimental ones. Left out are only the
# rules that axe itself has withdrawn ("deprecated": others replace them), and no others.
RUN = """(only) => axe.run({
    resultTypes: ["violations"],
    rules: Object.fromEntries(axe.getRules()
        .map(({ ruleId, tags }) => [
            ruleId, { enabled: !tags.includes("deprecated") && (!only || tags.includes(only)) },
        ])),
})"""
TARGETS = """() => [...document.querySelectorAll(
    'button, summary, input:not([type=hidden]), a.button, a.chip, a.brand, a[href^="tel:"],'
    + '.tiles a, .languages a, .bottom ul a, [role=button]')]
    .map((each) => each.matches("input[type=checkbox]") ? each.closest("label") : each)
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .map((each) => [each.outerHTML.slice(0, 120), each.getBoundingClientRect()])
    .filter(([, box]) => box.width < 43.9 || box.height < 43.9)
    .map(([html, box]) => `${box.width.toFixed(1)} x ${box.height.toFixed(1)}: ${html}`)"""


def violations(page: Page, only: str = "") -> list[str]:
    """What axe finds, as sentences. `only`: the rules with this tag."""
    found: dict[str, Any] = page.evaluate(RUN, only)
    assert found["passes"], "axe ran no rule"
    return [
        f"{rule['id']}: {node['html'][:150]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(visit: Visit, language: str, viewport: str) -> None:
    """The dark scheme changes colors only: there the rules on color run, in the light one all of them."""
    page = visit(language, VIEWPORTS[viewport], may_fail=ERROR_PAGES)
    found: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        page.emulate_media(color_scheme="light")
        go(page, path, language)
        page.evaluate(AXE_SCRIPT)
        found[f"{name}, light"] = violations(page)
        page.emulate_media(color_scheme="dark")
        found[f"{name}, dark"] = violations(page, "cat.color")
    assert told(found) == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_what_opens(visit: Visit, language: str, scheme: str) -> None:
    page = visit(language, scheme=scheme)
    go(page, "/map?city=Namur", language)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    pin = page.locator(".marker").first
    pin.focus()
    pin.press("Enter")
    expect(page.locator(".leaflet-popup")).to_have_css("opacity", "1")
    page.locator(".leaflet-popup-content a").first.wait_for()
    page.evaluate(AXE_SCRIPT)
    assert told({"map": violations(page)}) == ""


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_target_is_as_large_as_a_thumb(visit: Visit, language: str, viewport: str) -> None:
    page = visit(language, VIEWPORTS[viewport], may_fail=ERROR_PAGES)
    small: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        go(page, path, language)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        small[name] = page.evaluate(TARGETS)
    assert told(small) == ""
