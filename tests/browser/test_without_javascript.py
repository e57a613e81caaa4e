"""Everything but the picture of the map works without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Visit
from browser.pages import DESK, ERROR_PAGES, PAGES, PHONE, number_in


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_home_city_topic_contact_point(visit: Visit, viewport: dict[str, int]) -> None:
    page = visit(viewport=viewport, javascript=False)
    page.goto("/en/")
    page.get_by_role("link", name="Sofia").click()
    expect(page.locator("h2", has_text="Sofia")).to_be_visible()
    page.locator(".tiles a[href*='topic=legal_aid']").click()
    assert "city=Sofia" in page.url and "topic=legal_aid" in page.url
    assert number_in(page.locator("h1").inner_text()) > 0
    first = page.locator(".card a").first
    name = first.inner_text()
    first.click()
    expect(page.locator("h1")).to_have_text(name)


def test_from_the_front_door_in_french_with_two_topics(visit: Visit) -> None:
    page = visit("fr", javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Sofia", exact=True).click()
    page.locator(".tiles a[href*='topic=housing']").click()
    page.locator(".filters summary").click()
    page.locator("input[name=topic][value=asylum]").check()
    page.locator(".filters button").click()
    assert "/fr/" in page.url
    assert "topic=housing" in page.url
    assert "topic=asylum" in page.url
    page.locator(".card a").first.click()
    expect(page.locator("article.entry h1")).to_be_visible()


def test_a_city_among_the_words_is_understood(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/en/")
    page.get_by_role("searchbox").fill("lost my job sofia")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".note")).to_contain_text("Showing what helps in Sofia.")


def test_a_chip_takes_its_filter_away(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/en/contact-points?city=Sofia&topic=housing")
    page.locator(".chip.on", has_text="A place to live").click()
    assert page.url.endswith("/en/contact-points?city=Sofia")


def test_the_city_stays_when_the_reader_changes_the_language(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/en/contact-points?city=Sofia&topic=legal_aid")
    page.locator(".languages summary").click()
    page.locator(".languages a[lang=uk]").click()
    assert page.url.endswith("/uk/contact-points?city=Sofia&topic=legal_aid")


def test_typed_words_and_ticked_filters_find(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/en/")
    page.locator("#q").fill("льеж право")
    page.locator("#q").press("Enter")
    before = number_in(page.locator("h1").inner_text())
    page.locator(".filters summary").click()
    page.locator(".filters input[name=status][value=undocumented]").check()
    page.locator(".filters > button, .filters button[type=submit]").click()
    assert "status=undocumented" in page.url
    assert 0 < number_in(page.locator("h1").inner_text()) <= before
    page.locator(".chips a.on").first.click()
    assert number_in(page.locator("h1").inner_text()) >= before


def test_the_map_is_the_list_and_a_plain_sentence(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/en/map?city=Sofia")
    expect(page.get_by_text("The map needs JavaScript. The list shows the same places.")).to_be_visible()
    expect(page.locator(".folium-map")).to_be_hidden()
    expect(page.locator(".tools")).to_be_hidden()
    shown = number_in(page.locator("h1").inner_text())
    assert page.locator(".card").count() == 20
    page.goto("/en/contact-points?city=Sofia")
    assert shown == number_in(page.locator("h1").inner_text()) > 0


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_shows_a_button_that_does_nothing(visit: Visit, language: str) -> None:
    page = visit(language, javascript=False, may_fail=ERROR_PAGES)
    for name, path in PAGES.items():
        page.goto(f"/{language}{path}")
        for button in page.locator("button:visible").all():
            assert button.get_attribute("type") == "submit", (name, button.inner_text())
