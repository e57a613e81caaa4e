"""The public pages by name, and how to look at them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from directory.config import LANGUAGES

PAGES = {
    "home": "/",
    "home of a city": "/?city=Sofia",
    "results": "/contact-points",
    "results of a city": "/contact-points?city=Li%C3%A8ge&topic=legal_aid&status=undocumented",
    "no results": "/contact-points?q=zzqqxx&city=Huy&topic=health",
    "map": "/map",
    "map of a city": "/map?city=Sofia",
    "contact point": "/contact-points/cite-miroir",
    "contact point of which little is known": "/contact-points/liege-sada",
    "contact point closed for good": "/contact-points/cite-ccoo-catalunya",
    "contact point for a whole country": "/contact-points/stop-traite-helpline",
    "about": "/about",
    "unknown topic (400)": "/contact-points?topic=no-such-topic",
    "no such page (404)": "/no-such-page",
}
"""Name → path after `/<lang>`."""
ERROR_PAGES = r"/\w\w/(no-such-page|contact-points\?topic=no-such-topic)$"
"""Chromium writes an error to its console for the two pages that rightly answer 400 and 404."""
PHONE = {"width": 375, "height": 800}
DESK = {"width": 1280, "height": 900}
MOVING = ".leaflet-zoom-anim, .leaflet-cluster-anim, .leaflet-pan-anim"
"""What a map has while it moves."""

__all__ = ["DESK", "ERROR_PAGES", "LANGUAGES", "PAGES", "PHONE", "go", "number_in", "pins_shown", "still", "told"]


def go(page: Page, path: str, language: str = "en") -> None:
    """Open a page and wait until its map, if it has one, has drawn its places."""
    page.goto(f"/{language}{path}")
    button = page.locator("[data-map]:visible")
    if button.count():
        button.click()
    if page.locator(".folium-map").count():
        page.wait_for_selector(".folium-map[data-drawn]")
        still(page)


def still(page: Page) -> None:
    """Wait until the map has come to rest."""
    expect(page.locator(MOVING)).to_have_count(0)


def told(found: dict[str, list[str]]) -> str:
    """What was found where, a line for each; empty when nothing was."""
    return "\n".join(f"{where}: {each}" for where, faults in found.items() for each in faults)


def number_in(text: str) -> int:
    """The number that a sentence tells, in whatever digits: "110 places found" → 110."""
    return int("".join(str(int(each)) for each in text if each.isdecimal()))


def pins_shown(page: Page) -> int:
    """How many places the map shows once it rests: each pin is one, each cluster as many as it says."""
    shown: Any = page.wait_for_function(
        f"""() => document.querySelector('{MOVING}') ? null : {{ pins:
            [...document.querySelectorAll('.leaflet-marker-pane .cluster')].reduce(
                (sum, each) => sum + Number(each.textContent),
                document.querySelectorAll('.leaflet-marker-pane .marker').length) }}"""
    ).json_value()
    return int(shown["pins"])
