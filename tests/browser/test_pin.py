"""The pin of a form: by mouse, by touch, by keyboard and by typing; the map and the fields always say the same."""

from __future__ import annotations

import re
from hashlib import blake2b

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from browser.conftest import Visit
from browser.pages import DESK, PHONE
from directory.config import bundled
from directory.web.assets import FOREIGN

LIEGE = (50.63373, 5.56749)
TIP = 17
"""Pixels from the middle of the pin to its tip, which is the place."""
PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>Pin</title>
<link rel="stylesheet" href="{site_css}"><link rel="stylesheet" href="{leaflet_css}"><link rel="stylesheet" href="{map_css}"></head>
<body><main><h1>Pin</h1><form>
<label>Latitude <input type="number" step="any" name="latitude" value="{latitude}"></label>
<label>Longitude <input type="number" step="any" name="longitude" value="{longitude}"></label>
<label>Precision <select name="precision"><option>none<option>exact<option>street<option>city</select></label>
<div data-pin data-tiles="/tiles/{{z}}/{{x}}/{{y}}.png" data-attribution="&lt;b&gt;Somebody&lt;/b&gt; &amp; all" data-attribution-link="/en/about"
 data-latitude="50.63373" data-longitude="5.56749" data-zoom="12" data-label="Where it is" data-pin-label="The pin: move it with the arrow keys"
 data-place="Put the pin here" data-moved="The pin is at %(latitude)s, %(longitude)s." data-zoom-in="Closer" data-zoom-out="Further"
 data-no-tiles="No pictures."></div></form></main>
<script src="{leaflet_js}"></script><script src="{pin_js}"></script></body></html>"""


def address(name: str) -> str:
    path = FOREIGN.get(name) or bundled("static") / name
    return f"/static/{blake2b(path.read_bytes(), digest_size=6).hexdigest()}/{name}"


def form(latitude: str = "", longitude: str = "", precision: str = "none", direction: str = "ltr") -> str:
    files = ("site.css", "leaflet.css", "map.css", "leaflet.js", "pin.js")
    return PAGE.format(
        **{name.replace(".", "_"): address(name) for name in files},
        language="en" if direction == "ltr" else "ar",
        direction=direction,
        latitude=latitude,
        longitude=longitude,
    ).replace(f"<option>{precision}<", f"<option selected>{precision}<")


def open_form(page: Page, *written: str) -> None:
    """A form on our own origin, under the policy of our own pages."""
    policy = page.request.get("/en/").headers["content-security-policy"]

    def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": policy}
        route.fulfill(body=form(*written), content_type="text/html; charset=utf-8", headers=headers)

    page.route("**/en/pin-form", answer)
    page.goto("/en/pin-form")


def pin(page: Page) -> Locator:
    return page.get_by_label("The pin: move it with the arrow keys")


def fields(page: Page) -> tuple[float, float, str]:
    latitude, longitude = (page.get_by_label(name).input_value() for name in ("Latitude", "Longitude"))
    return float(latitude), float(longitude), page.get_by_label("Precision").input_value()


def middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_what_is_stored_is_shown(visit: Visit) -> None:
    page = visit("en", DESK)
    open_form(page, "50.6", "5.5", "street")
    expect(pin(page)).to_be_visible()
    x, y = middle(page.locator(".pin-map"))
    assert middle(pin(page)) == (pytest.approx(x, abs=3), pytest.approx(y - TIP, abs=3))
    assert fields(page) == (50.6, 5.5, "street")


def test_without_a_place_there_is_no_pin_and_a_tap_puts_one(visit: Visit) -> None:
    page = visit("en", PHONE, has_touch=True)
    open_form(page)
    expect(pin(page)).to_have_count(0)
    page.locator(".pin-map").tap()
    expect(pin(page)).to_be_visible()
    latitude, longitude, precision = fields(page)
    assert (latitude, longitude) == (pytest.approx(LIEGE[0], abs=0.01), pytest.approx(LIEGE[1], abs=0.01))
    assert precision == "exact"
    assert re.fullmatch(r"50\.\d{6}", page.get_by_label("Latitude").input_value())
    expect(page.get_by_role("status")).to_have_text(
        f"The pin is at {page.get_by_label('Latitude').input_value()}, {page.get_by_label('Longitude').input_value()}."
    )


def test_the_pin_can_be_dragged(visit: Visit) -> None:
    page = visit("en", DESK)
    open_form(page, *map(str, LIEGE), "city")
    x, y = middle(pin(page))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 40, steps=5)
    page.mouse.up()
    latitude, longitude, precision = fields(page)
    assert latitude > LIEGE[0]
    assert longitude > LIEGE[1]
    assert precision == "exact"
    assert middle(pin(page)) == (pytest.approx(x + 60, abs=3), pytest.approx(y - 40, abs=3))
    expect(page.get_by_role("status")).to_contain_text(page.get_by_label("Latitude").input_value())


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(
    ("key", "north", "east"), [("ArrowUp", 1, 0), ("ArrowDown", -1, 0), ("ArrowLeft", 0, -1), ("ArrowRight", 0, 1)]
)
def test_arrow_keys_move_the_pin_and_say_where_it_is(
    visit: Visit, direction: str, key: str, north: int, east: int
) -> None:
    page = visit("en", DESK)
    open_form(page, "50.6", "5.5", "street", direction)
    pin(page).focus()
    page.keyboard.press(key)
    latitude, longitude, precision = fields(page)
    moved = (round((latitude - 50.6) * 1e6), round((longitude - 5.5) * 1e6))
    assert [(value > 0) - (value < 0) for value in moved] == [north, east]
    assert precision == "street"
    expect(page.get_by_role("status")).to_contain_text(page.get_by_label("Longitude").input_value())
    expect(pin(page)).to_be_focused()


def test_shift_moves_the_pin_less_and_a_far_walk_stays_in_sight(visit: Visit) -> None:
    page = visit("en", DESK)
    open_form(page, "50.6", "5.5", "exact")
    pin(page).focus()
    page.keyboard.press("Shift+ArrowRight")
    little = fields(page)[1] - 5.5
    page.keyboard.press("ArrowRight")
    assert fields(page)[1] - 5.5 - little == pytest.approx(10 * little, rel=0.1)
    for _ in range(60):
        page.keyboard.press("ArrowUp")
    ground, at = page.locator(".pin-map").bounding_box(), pin(page).bounding_box()
    assert ground is not None
    assert at is not None
    assert ground["y"] <= at["y"] <= ground["y"] + ground["height"] - at["height"]


def test_the_keyboard_alone_puts_the_first_pin(visit: Visit) -> None:
    page = visit("en", DESK)
    open_form(page)
    button = page.get_by_role("button", name="Put the pin here")
    button.focus()
    page.keyboard.press("Enter")
    expect(pin(page)).to_be_focused()
    assert fields(page) == (pytest.approx(LIEGE[0], abs=1e-3), pytest.approx(LIEGE[1], abs=1e-3), "exact")


def test_typing_moves_the_pin_and_emptying_takes_it_away(visit: Visit) -> None:
    page = visit("en", DESK)
    open_form(page)
    page.get_by_label("Latitude").fill("42.6977")
    expect(pin(page)).to_have_count(0)
    page.get_by_label("Longitude").fill("23.3219")
    expect(pin(page)).to_be_visible()
    x, y = middle(page.locator(".pin-map"))
    assert middle(pin(page)) == (pytest.approx(x, abs=3), pytest.approx(y - TIP, abs=3))
    assert fields(page) == (42.6977, 23.3219, "exact")
    page.get_by_label("Latitude").fill("91")
    expect(pin(page)).to_have_count(0)
    page.get_by_label("Latitude").fill("")
    page.get_by_label("Longitude").fill("")
    assert page.get_by_label("Precision").input_value() == "none"


def test_all_words_come_from_the_page_and_reach_it_as_text(visit: Visit) -> None:
    page = visit("en", DESK)
    open_form(page)
    expect(page.get_by_role("application", name="Where it is")).to_be_visible()
    expect(page.get_by_role("link", name="<b>Somebody</b> & all")).to_have_attribute("href", "/en/about")
    for name in ("Closer", "Further"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    words = set(page.locator("[data-pin]").inner_text().split("\n")) - {""}
    assert words == {"Put the pin here", "+", "−", "<b>Somebody</b> & all"}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}, DESK])
def test_everyone_can_use_it(visit: Visit, viewport: dict[str, int], direction: str) -> None:
    page = visit("en", viewport)
    open_form(page, "50.6", "5.5", "exact", direction)
    found = Axe().run(page).response["violations"]
    assert not found, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    for target in (pin(page), page.get_by_role("button", name="Closer")):
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_a_map_that_is_given_more_room_is_drawn_in_all_of_it(visit: Visit) -> None:
    page = visit("en", DESK)
    open_form(page, "50.6", "5.5", "exact")
    expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    before = page.locator(".leaflet-tile").count()
    page.evaluate("document.querySelector('.pin-map').style.blockSize = '1500px'")
    expect(page.locator(".leaflet-tile").nth(before)).to_be_attached()


def test_without_javascript_the_form_still_works(visit: Visit) -> None:
    page = visit("en", DESK, javascript=False)
    open_form(page)
    page.get_by_label("Latitude").fill("50.6")
    expect(page.locator("[data-pin]")).to_be_empty()
