"""Nobody is watched: nothing is kept in the browser, nothing leaves our origin, the place is asked for after a tap only."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from browser.conftest import Visit, Watch
from browser.pages import ERROR_PAGES, PAGES, go

KEPT = """async () => ({
    cookies: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"cookies": "", "local": [], "session": [], "databases": [], "caches": [], "workers": 0}
LISTEN = """window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));"""
COUNT = """window.asked = 0;
for (const name of ["getCurrentPosition", "watchPosition"]) {
    const true_one = Geolocation.prototype[name];
    Geolocation.prototype[name] = function (...all) { window.asked += 1; return true_one.apply(this, all); };
}"""
HERE = {"latitude": 50.6337891, "longitude": 5.5674999}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_kept_in_the_browser_and_nothing_leaves_our_origin(
    visit: Visit, watches: list[Watch], language: str
) -> None:
    page = visit(language, may_fail=ERROR_PAGES)
    for name, path in PAGES.items():
        go(page, path, language)
        kept: dict[str, Any] = page.evaluate(KEPT)
        assert kept == NOTHING, name
    page.wait_for_load_state("networkidle")
    assert page.context.cookies() == []
    assert not page.context.service_workers
    assert len(watches[0].asked) > 2 * len(PAGES)
    assert {urlsplit(url).netloc for url in watches[0].asked} == {urlsplit(watches[0].origin).netloc}


def policy_of(answer: Response) -> str:
    return answer.headers.get("content-security-policy", "")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_policy_allows_nothing_inline_and_no_page_breaks_it(visit: Visit, language: str) -> None:
    page = visit(language, may_fail=ERROR_PAGES)
    page.add_init_script(LISTEN)
    policies: list[str] = []
    page.on("response", lambda answer: answer.request.is_navigation_request() and policies.append(policy_of(answer)))
    for name, path in PAGES.items():
        policies.clear()
        go(page, path, language)
        assert "default-src 'none'" in policies[0], name
        assert not re.search(r"unsafe|\*|https?:", policies[0]), policies[0]
        assert page.evaluate("window.violations") == [], name


def test_using_the_map_breaks_no_policy(visit: Visit) -> None:
    page = visit()
    page.add_init_script(LISTEN)
    go(page, "/map?city=Namur")
    page.locator(".marker").first.click()
    page.locator(".leaflet-popup-content a").first.wait_for()
    page.locator(".leaflet-control-zoom-out").click()
    page.locator("#in-map").fill("setis")
    assert page.evaluate("window.violations") == []


def near(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["near"][0]


@pytest.mark.parametrize("path", ["/", "/contact-points?topic=housing"])
def test_near_me_asks_after_a_tap_only_and_sends_three_decimals(visit: Visit, watches: list[Watch], path: str) -> None:
    page = visit(geolocation=HERE, permissions=["geolocation"])
    page.add_init_script(COUNT)
    go(page, path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.asked") == 0
    page.locator("[data-near]").click()
    page.wait_for_url("**near=*")
    assert near(page) == "50.634,5.567"
    expect(page.locator(".cards").first).to_contain_text(re.compile(r"\d (m|km)"))
    assert ("topic=housing" in page.url) == ("topic=housing" in path)
    assert not [url for url in watches[0].asked if re.search(r"\d\.\d{4}", url)]
    assert page.evaluate("window.asked") == 0, "the next page asks nobody either"


def test_near_me_refused_says_so_and_stays(visit: Visit) -> None:
    page = visit(permissions=[])
    go(page, "/")
    page.locator("[data-near]").click()
    expect(page.locator("[data-near]")).to_have_text("Your device does not tell where you are.")
    expect(page.locator("[data-near]")).to_be_disabled()
    assert page.url.endswith("/en/")
