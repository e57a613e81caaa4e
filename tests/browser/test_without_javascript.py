"""Everything works without JavaScript; only comforts are missing, and nothing shows that does nothing."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.conftest import Visit


def test_the_whole_path_works(visit: Visit) -> None:
    page = visit("fr", javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Sofia", exact=True).click()
    page.locator(".tiles a[href*='topic=housing']").click()
    page.locator(".filters summary").click()
    page.locator("input[name=topic][value=asylum]").check()
    page.locator(".filters button").click()
    assert "topic=housing" in page.url
    assert "topic=asylum" in page.url
    page.locator(".card a").first.click()
    expect(page.locator("article.entry h1")).to_be_visible()


def test_a_question_is_asked_by_the_form(visit: Visit) -> None:
    page = visit("en", javascript=False)
    page.goto("/en/")
    page.get_by_role("searchbox").fill("lost my job sofia")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".note")).to_contain_text("Showing what helps in Sofia.")


def test_a_chip_takes_its_filter_away(visit: Visit) -> None:
    page = visit("en", javascript=False)
    page.goto("/en/contact-points?city=Sofia&topic=housing")
    page.locator(".chip.on", has_text="A place to live").click()
    assert page.url.endswith("/en/contact-points?city=Sofia")


def test_the_map_page_has_the_list_and_a_plain_sentence(visit: Visit) -> None:
    page = visit("en", javascript=False)
    page.goto("/en/map?city=Sofia")
    expect(page.get_by_text("The map needs JavaScript. The list shows the same places.")).to_be_visible()
    expect(page.locator(".folium-map")).to_be_hidden()
    assert page.locator(".card").count() == 20


def test_no_button_shows_that_would_do_nothing(visit: Visit) -> None:
    page = visit("en", javascript=False)
    for path in ("/en/", "/en/contact-points", "/en/contact-points/cite-miroir", "/en/map"):
        page.goto(path)
        for button in page.locator("button:visible").all():
            assert button.get_attribute("type") in (None, "submit"), button.inner_text()
