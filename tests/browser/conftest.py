"""A real Chromium. What it asks of another origin and what it complains of fails the test that made it do so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from conftest import CHROMIUM, Served, missing
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from browser.pages import PHONE

ARGUMENTS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
MILLISECONDS = 10_000

Visit = Callable[..., Page]
"""visit(language, viewport, scheme=, javascript=, at=, may_fail=, **options of the context) → an empty page."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith("tests/browser/") or "/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        missing("Chromium (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What one visitor's browser asked for and complained of."""

    origin: str
    may_fail: str
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self.request)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def request(self, request: Request) -> None:
        self.asked.append(request.url)
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.faults.append(f"asked another origin: {request.url}")

    def console(self, message: ConsoleMessage) -> None:
        url = str(message.location.get("url", ""))
        is_expected = "Failed to load resource" in message.text and self.may_fail and re.search(self.may_fail, url)
        if message.type == "error" and not is_expected:
            self.faults.append(f"console: {message.text} ({url})")


@pytest.fixture
def watches() -> list[Watch]:
    """What was seen of each visitor of this test, in the order in which they came."""
    return []


@pytest.fixture
def visit(chromium: Browser, served: Served, watches: list[Watch]) -> Iterator[Visit]:
    """Opens a new visitor's window. `may_fail`: addresses (a pattern) that rightly answer an error."""
    contexts: list[BrowserContext] = []

    def come(
        language: str = "en",
        viewport: dict[str, int] = PHONE,
        scheme: str = "light",
        javascript: bool = True,
        at: Served = served,
        may_fail: str = "",
        **options: Any,
    ) -> Page:
        context = chromium.new_context(
            base_url=at.address,
            viewport=viewport,
            locale=language,
            color_scheme=scheme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(MILLISECONDS)
        watches.append(Watch(at.address, may_fail))
        watches[-1].over(context)
        return context.new_page()

    yield come
    for context in contexts:
        context.close()
    assert not [fault for watch in watches for fault in watch.faults]
