"""What the browser itself sees of the promises: nothing kept, nothing from elsewhere, the place only when asked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import Visit, Watch
from browser.pages import ERROR_PAGES, PAGES, go

KEPT = """async () => ({
    cookie: document.cookie,
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"cookie": "", "local": 0, "session": 0, "databases": 0, "workers": 0}
LIEGE = {"latitude": 50.633012, "longitude": 5.567489}


@pytest.mark.parametrize("language", ("en", "ar"))
def test_nothing_is_kept_and_nothing_is_asked_of_others(visit: Visit, watches: list[Watch], language: str) -> None:
    page = visit(language, may_fail=ERROR_PAGES)
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => console.error('policy', e.blockedURI))"
    )
    for path in PAGES.values():
        go(page, path, language)
        assert page.evaluate(KEPT) == NOTHING
    assert page.context.cookies() == []
    assert len(watches[0].asked) > len(PAGES)  # the fixture fails the test on any other origin


def test_the_place_is_asked_only_after_a_tap_and_sent_roughly(visit: Visit, watches: list[Watch]) -> None:
    page = visit("en", permissions=["geolocation"], geolocation=LIEGE)
    go(page, "/")
    assert not [url for url in watches[0].asked if "near=" in url]
    page.get_by_role("button", name="Near me").click()
    page.wait_for_url(re.compile(r"near="))
    assert page.url.endswith("near=50.633%2C5.567")
    expect(page.locator(".card").first).to_contain_text(re.compile(r"\d (m|km)"))
    assert "50.63301" not in " ".join(watches[0].asked)


def test_a_refused_place_is_answered_calmly(visit: Visit) -> None:
    page = visit("en", permissions=[])
    go(page, "/")
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_role("button", name="Your device does not tell where you are.")).to_be_disabled()
