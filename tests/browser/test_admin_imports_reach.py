"""Everyone can import: axe finds nothing in any state of a run, large enough to touch, 320 px wide, in both directions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from tile_server import TileServer

from browser.administering import Office
from browser.conftest import Visit
from browser.pages import DESK, PHONE, told
from browser.test_accessibility import TARGETS, violations

NARROW = {"width": 320, "height": 640}
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
THUMBS = TARGETS.replace('"input[type=checkbox]"', '"input[type=checkbox], input[type=radio]"')
WIDER = """() => [...document.querySelectorAll("main *, nav *")]
    .filter((each) => each.checkVisibility() && !each.closest(".hidden, svg"))
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, box]) => box.left < -0.5 || box.right > innerWidth + 0.5)
    .map(([each]) => each.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, tile_server: TileServer) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"), tile_server.template)
    yield made
    made.close()


def states(page: Page, office: Office, language: str) -> Iterator[str]:
    """Opens the page of each state, with all that can be opened."""
    for name, path in office.states.items():
        page.goto(f"/{language}{path}")
        page.evaluate(OPEN_ALL)
        yield name


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_in_any_state(visit: Visit, office: Office, language: str, viewport: dict[str, int]) -> None:
    page = office.enter(visit(language, viewport, at=office.served))
    found: dict[str, list[str]] = {}
    for name in states(page, office, language):
        page.emulate_media(color_scheme="light")
        page.evaluate(AXE_SCRIPT)
        found[f"{name}, light"] = violations(page)
        page.emulate_media(color_scheme="dark")
        found[f"{name}, dark"] = violations(page, "cat.color")
    assert told(found) == ""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_target_is_as_large_as_a_thumb(visit: Visit, office: Office, language: str) -> None:
    page = office.enter(visit(language, PHONE, at=office.served))
    small = {name: page.evaluate(THUMBS) for name in states(page, office, language)}
    assert told(small) == ""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_has_to_be_scrolled_sideways_at_320_pixels(visit: Visit, office: Office, language: str) -> None:
    page = office.enter(visit(language, NARROW, at=office.served))
    wide = {name: page.evaluate(WIDER) for name in states(page, office, language)}
    assert told(wide) == ""


def test_no_button_does_nothing_without_javascript(visit: Visit, office: Office) -> None:
    page = office.enter(visit("en", PHONE, at=office.served, javascript=False))
    for name, path in office.states.items():
        page.goto(f"/en{path}")
        for button in page.locator("button:visible").all():
            assert button.get_attribute("type") == "submit", (name, button.inner_text())
            assert button.locator("xpath=ancestor::form").count() == 1, (name, button.inner_text())
