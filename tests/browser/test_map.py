"""The map: the same answer as the list, by mouse and by keyboard, with or without its pictures."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Served, fill
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.pages import DESK, go, number_in, pins_shown, still
from directory import database

HOSTILE = '</script><img src=x onerror="alert(1)"> ${1+1} `'
TILES = r"/tiles/"


def open_first_pin(page: Page) -> None:
    """Come closer by keyboard until a pin opens its popup."""
    for _ in range(6):
        pins = page.locator(".leaflet-marker-pane .marker")
        (pins if pins.count() else page.locator(".leaflet-marker-pane .cluster")).first.focus()
        page.keyboard.press("Enter")
        still(page)
        if page.locator(".leaflet-popup").count():
            return
    raise AssertionError("no pin opened")


@pytest.mark.parametrize("query", ("", "?city=Sofia", "?topic=legal_aid&status=undocumented", "?q=caritas"))
def test_the_map_shows_every_place_that_the_list_found(visit: Visit, query: str) -> None:
    page = visit("en", DESK)
    go(page, f"/map{query}")
    points = page.request.get(f"/en/map/points{query}").json()
    assert int(page.locator(".folium-map").get_attribute("data-drawn") or 0) == len(points["points"])
    assert pins_shown(page) == len(points["points"])
    assert number_in(page.locator("h1").inner_text()) == points["total"]
    go(page, f"/contact-points{query}")
    assert number_in(page.locator("h1").inner_text()) == points["total"]


@pytest.mark.parametrize("path", ["/map?city=Sofia", "/contact-points/cite-miroir"])
def test_the_scale_is_metric_only(visit: Visit, path: str) -> None:
    page = visit("en", DESK)
    go(page, path)
    lines = page.locator(".leaflet-control-scale-line")
    expect(lines).to_have_count(1)
    expect(lines).to_have_text(re.compile(r"^\d+ k?m$"))


def test_every_pin_and_cluster_has_a_name(visit: Visit) -> None:
    page = visit("en", DESK)
    go(page, "/map")
    names = page.locator(".leaflet-marker-pane > *").evaluate_all(
        "all => all.map(e => [e.getAttribute('aria-label'), e.tabIndex])"
    )
    assert names
    assert all(name and tab == 0 for name, tab in names), names
    assert any(re.search(r"\d+ contact points here", name) for name, _ in names)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_cluster_opens_by_keyboard_and_the_next_tab_stays_in_the_map(visit: Visit, key: str) -> None:
    page = visit("en", DESK)
    go(page, "/map")
    before = page.locator(".leaflet-marker-pane .cluster").all_inner_texts()
    page.locator(".leaflet-marker-pane .cluster").first.focus()
    page.keyboard.press(key)
    expect(page.locator(".leaflet-zoom-anim, .leaflet-cluster-anim")).not_to_have_count(0)
    still(page)
    assert page.locator(".leaflet-marker-pane .cluster").all_inner_texts() != before
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.folium-map') !== null")


def test_places_at_one_spot_fan_out_by_keyboard(visit: Visit) -> None:
    page = visit("en", DESK)
    go(page, "/map?city=Athens")
    page.locator(".leaflet-marker-pane .cluster").first.focus()
    for _ in range(6):
        page.keyboard.press("Enter")
        still(page)
        if page.locator(".leaflet-marker-pane .marker").count():
            break
        page.locator(".leaflet-marker-pane .cluster").first.focus()
    names = page.locator(".leaflet-marker-pane .marker").evaluate_all("all => all.map(e => e.ariaLabel)")
    assert len(set(names)) == 2, names


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_popup_takes_the_focus_and_escape_gives_it_back(visit: Visit, key: str) -> None:
    page = visit("en", DESK)
    go(page, "/map")
    page.get_by_label("Search in the map").fill("cite miroir")
    pin = page.get_by_role("button", name="La Cité Miroir")
    pin.focus()
    page.keyboard.press(key)
    popup = page.get_by_role("dialog", name="La Cité Miroir")
    expect(popup).to_be_focused()
    expect(popup.locator("strong")).to_have_text("La Cité Miroir (MNEMA asbl)")
    line = page.request.get("/en/map/points/cite-miroir").json()["line"]
    expect(popup).to_contain_text(line)
    page.keyboard.press("Tab")
    expect(popup.get_by_role("link", name="Details")).to_be_focused()
    page.keyboard.press("Escape")
    expect(pin).to_be_focused()


def test_the_full_screen_button_has_a_name(visit: Visit) -> None:
    page = visit("en", DESK)
    go(page, "/map")
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_selector(".folium-map:fullscreen")


def test_the_small_map_of_an_approximate_place_shows_the_circle(visit: Visit) -> None:
    page = visit("en")
    go(page, "/contact-points/liege-sada")
    expect(page.locator(".leaflet-overlay-pane path")).to_have_count(1)


def test_a_pin_opens_by_keyboard_and_says_what_a_person_needs(visit: Visit) -> None:
    page = visit("en", DESK)
    go(page, "/map?q=cite+miroir")
    open_first_pin(page)
    popup = page.locator(".leaflet-popup-content")
    expect(popup.get_by_role("link", name="Details")).to_have_attribute("href", re.compile(r"/en/contact-points/"))
    expect(popup.get_by_role("link", name=re.compile("Call"))).to_have_attribute("href", re.compile(r"tel:\+32"))
    expect(popup).to_contain_text(re.compile("Open|Closed|not sure", re.IGNORECASE))
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)


def test_an_approximate_place_is_a_circle(visit: Visit) -> None:
    page = visit("en", DESK)
    go(page, "/map?q=sada")
    expect(page.locator(".pin.approximate").first).to_be_visible()
    open_first_pin(page)
    expect(page.locator("path.leaflet-interactive, .leaflet-overlay-pane path").first).to_be_attached()
    expect(page.locator(".leaflet-popup-content")).to_contain_text("The exact address is not known")


def test_searching_in_the_map_hides_the_others(visit: Visit) -> None:
    page = visit("en", DESK)
    go(page, "/map")
    page.get_by_label("Search in the map").fill("animus")
    expect(page.locator("#map-note")).to_have_text("1 on the map")
    still(page)
    assert pins_shown(page) == 1


def test_searching_this_area_asks_near_the_middle_of_the_map(visit: Visit) -> None:
    page = visit("en", DESK)
    go(page, "/map?city=Sofia&topic=asylum")
    page.get_by_role("button", name="Search this area").click()
    page.wait_for_url(re.compile(r"topic=asylum&near=42\.\d{1,3}%2C23\.\d{1,3}&radius_km=\d+$"))


@pytest.mark.parametrize(
    ("allowed", "told"), [(["geolocation"], "You are about here"), ([], "Your device does not tell where you are.")]
)
def test_where_am_i_answers_either_way(visit: Visit, allowed: list[str], told: str) -> None:
    page = visit("en", DESK, permissions=allowed, geolocation={"latitude": 50.633, "longitude": 5.567})
    go(page, "/map")
    page.get_by_role("button", name="Where am I?").click()
    expect(page.locator("#map-note")).to_have_text(told)


def test_the_tools_have_names_in_the_readers_language(visit: Visit) -> None:
    page = visit("ar", DESK)
    go(page, "/map", "ar")
    for button in page.locator(".leaflet-control-container a, .leaflet-control-container button").all():
        name = button.get_attribute("aria-label") or button.inner_text()
        assert re.search("[ء-ي]|OpenStreetMap|stand-in", name), name


@pytest.fixture
def without_tiles(seeded_file: Path, tmp_path: Path) -> Iterator[Served]:
    """A site whose map server is dead, and one entry with a hostile name."""
    shutil.copy(seeded_file, tmp_path / "d.sqlite")
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    name = HOSTILE.replace('"', '""')
    row = f'evil,"{name}",BE,asylum,Liège,"{name}",50.6,5.6\n'
    fill(engine, ("id,name,country,topics,city,description_en,latitude,longitude\n" + row).encode())
    engine.dispose()
    made = Served(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/d.sqlite", TILES="http://127.0.0.1:9/{z}/{x}/{y}.png")
    yield made
    made.stop()


def test_without_its_pictures_the_map_keeps_its_pins_and_says_so_once(visit: Visit, without_tiles: Served) -> None:
    page = visit("en", DESK, at=without_tiles, may_fail=TILES)
    go(page, "/map?city=Sofia")
    expect(page.locator("#map-note")).to_have_text("The map picture cannot be loaded now. The places are still shown.")
    assert pins_shown(page) > 20
    assert page.get_by_text("The map picture cannot be loaded now.").count() == 1


def test_a_hostile_name_is_only_text(visit: Visit, without_tiles: Served) -> None:
    page = visit("en", DESK, at=without_tiles, may_fail=TILES)
    go(page, "/map?q=onerror")
    open_first_pin(page)
    expect(page.locator(".leaflet-popup-content strong")).to_have_text(HOSTILE)
    assert page.locator("img[src=x]").count() == 0
    for path in ("/contact-points?q=onerror", "/contact-points/evil"):
        go(page, path)
        expect(page.locator("main")).to_contain_text("${1+1}")


def test_the_small_map_comes_when_it_is_wanted(visit: Visit) -> None:
    page = visit("en")
    page.goto("/en/contact-points/cite-miroir")
    assert page.locator("script[src*=leaflet]").count() == 0
    page.get_by_role("button", name="Show on the map").click()
    page.wait_for_selector(".folium-map[data-drawn='1']")
    assert pins_shown(page) == 1
