"""An administrator's first day: account, link, password, app, in, and out again; in a real browser, without JavaScript too."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime

import pyotp
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from conftest import Served
from playwright.sync_api import Page, expect

from browser.conftest import Visit
from browser.pages import DESK, told
from browser.test_accessibility import TARGETS, violations

PASSWORD = "seven green umbrellas"
NARROW = {"width": 320, "height": 700}


def a_link(served: Served, email: str, language: str) -> str:
    """The path of the set-up link that `directory admin create` prints."""
    url = f"sqlite:///{served.log.parent}/directory.sqlite"
    ran = subprocess.run(
        [sys.executable, "-m", "directory", "admin", "create", email, "--language", language],
        env={"DATABASE_URL": url, "PORT": str(served.port)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip().removeprefix(served.address)


def looked_at(page: Page, found: dict[str, list[str]], name: str) -> None:
    """Axe in both schemes, thumbs, nothing wider than the window."""
    page.evaluate(
        "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
    )  # not the menu above
    page.evaluate(AXE_SCRIPT)
    found[name] = violations(page)
    found[f"{name}, targets"] = page.evaluate(TARGETS)
    page.emulate_media(color_scheme="dark")
    found[f"{name}, dark"] = violations(page, "cat.color")
    page.emulate_media(color_scheme="light")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = false; })")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found[f"{name}, width"] = ["wider than the window"] if wide else []


def press_main(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("viewport", [NARROW, DESK], ids=["narrow", "desk"])
def test_from_the_link_to_the_account_and_out_again(
    visit: Visit, served: Served, language: str, viewport: dict[str, int]
) -> None:
    refused = r"/account/(set-up/[\w-]+|sign-in|second-factor|authenticator)$"
    page, found = visit(language, viewport, may_fail=refused), {}
    email = f"{language}{viewport['width']}@example.org"
    page.goto(a_link(served, email, language))
    looked_at(page, found, "set-up")
    page.locator("#password").fill("password1234")
    page.locator("#again").fill("password1234")
    press_main(page)
    expect(page.locator("[aria-invalid]")).to_have_id("password")
    looked_at(page, found, "set-up, refused")
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    press_main(page)
    secret = re.sub(r"\s", "", page.locator("code.key").inner_text())
    expect(page.locator("svg.qr")).to_be_visible()
    looked_at(page, found, "app")
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    press_main(page)
    expect(page.locator(".codes code")).to_have_count(10)
    code = page.locator(".codes code").first.inner_text()
    looked_at(page, found, "recovery codes")
    page.locator(".actions a.button").click()
    expect(page).to_have_url(f"{served.address}/{language}/admin/imports")
    page.goto(f"{served.address}/{language}/account/")
    looked_at(page, found, "account")
    assert [(each["name"], each["httpOnly"], each["sameSite"]) for each in page.context.cookies()] == [
        ("session", True, "Lax")
    ]
    page.locator(".signed-in button").click()
    expect(page).to_have_url(re.compile("/account/sign-in"))
    assert page.context.cookies() == []
    looked_at(page, found, "sign-in")
    in_again(page, found, email, code)
    assert told(found) == ""


def in_again(page: Page, found: dict[str, list[str]], email: str, code: str) -> None:
    """Sign in with a recovery code, after one mistake, from a page that wanted to know who it is."""
    page.goto(page.url.replace("/sign-in", "/").partition("?")[0])
    page.locator("#email").fill(email)
    page.locator("#password").fill("not my password")
    press_main(page)
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("#email")).to_have_value(email)
    looked_at(page, found, "sign-in, refused")
    page.locator("#password").fill(PASSWORD)
    press_main(page)
    expect(page.locator("#code")).to_be_visible()
    looked_at(page, found, "second factor")
    page.locator("details.other summary").click()
    page.locator("#recovery").fill(code)
    page.locator("details.other button").click()
    expect(page.locator(".happened li").first).to_be_visible()


def test_with_the_keyboard_alone_and_without_javascript(visit: Visit, served: Served) -> None:
    page = visit(javascript=False)
    page.goto(a_link(served, "keys@example.org", "en"))
    page.locator("#password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    secret = re.sub(r"\s", "", page.locator("code.key").inner_text())
    page.locator("#code").focus()
    page.keyboard.type(pyotp.TOTP(secret).at(datetime.now(UTC)))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="I have kept them, go on").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imports")
    page.goto("/en/")
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    expect(page.get_by_text("No cookies, no tracking.")).to_be_visible()


def test_a_form_of_another_site_changes_nothing(visit: Visit, served: Served) -> None:
    """A page of another origin sends our sign-in form: the browser says where it comes from, and we refuse."""
    page = visit(may_fail="/account/sign-in$")
    page.goto("/en/account/sign-in")
    form = page.locator("main form").evaluate("(form) => form.outerHTML")
    elsewhere = form.replace('action="', f'action="{served.address}')
    page.goto("about:blank")
    page.set_content(elsewhere)
    page.locator("#email").fill("a@example.org")
    page.locator("#password").fill("x")
    page.locator("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This form is no longer good")
