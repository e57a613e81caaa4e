"""A person who reads only Arabic, on a phone, finds free legal help in Liège: by tapping, and by typing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.pages import PHONE

LIEGE = "لييج"


def ends_at_legal_help_in_liege(page: Page) -> None:
    """The first result leads to a contact point of Liège that gives legal help, for people without papers too."""
    page.locator(".cards .card a").first.click()
    expect(page.locator("article.entry h1")).to_be_visible()
    expect(page.locator("article.entry .table a[href*='topic=legal_aid']")).to_have_text("المساعدة القانونية")
    expect(page.locator(".address")).to_contain_text("Liège")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_by_tapping_arabic_words_only(visit: Visit) -> None:
    page = visit("ar", PHONE, javascript=False)
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/ar/$"))
    page.get_by_role("link", name=LIEGE, exact=True).click()
    page.get_by_role("link", name="المساعدة القانونية").click()
    expect(page.locator("main h2").first).to_contain_text(LIEGE)
    page.locator(".filters summary").click()
    page.get_by_label("أشخاص بدون أوراق").check()
    page.locator(".filters button").click()
    expect(page.locator(".card").first).to_contain_text("حتى بدون أوراق")
    ends_at_legal_help_in_liege(page)


def test_by_typing(visit: Visit) -> None:
    page = visit("ar", PHONE)
    page.goto("/")
    page.get_by_role("combobox").fill(f"محامي مجاني {LIEGE}")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("main h2").first).to_contain_text(LIEGE)
    ends_at_legal_help_in_liege(page)
