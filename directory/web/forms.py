"""Forms that change something: only our own pages may send them, and bad fields come back with what is wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import Forbidden

from directory.accounts import tokens
from directory.web import cookies, settings

FIELD: Final = "form"
OPEN_FOR: Final = timedelta(hours=24)
"""How long a form of somebody who is not signed in may lie open."""
MOST_OF_STRANGERS, MOST_BYTES = 100_000, 27_000_000
"""Bytes of a form: of who is not signed in, and of who may send files (25 MB and what goes with it)."""
_BYTES: Final = 32


class NotOurForm(Forbidden):
    """A form that was not sent from a page of ours, or from one of another session. Nothing was changed."""


def csrf_field() -> Markup:
    """The hidden field that every form with method="post" holds."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, _sign())


def text(name: str, most: int = 2000) -> str:
    """What was typed into a field, at most so many characters of it."""
    return request.form.get(name, "")[:most]


def line(name: str, most: int = 2000) -> str:
    """What was typed into a field of one line that is shown again: without what no page can hold."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text(name, most))


def check(is_for_strangers: bool) -> None:
    """Raise NotOurForm unless this request comes from a form that we gave to this visitor; 413 if it is too large."""
    request.max_content_length = MOST_OF_STRANGERS if is_for_strangers else MOST_BYTES
    sent = request.form.get(FIELD, "")
    if not _is_from_here() or not (_is_of_session(sent) or (is_for_strangers and _is_of_time(sent))):
        raise NotOurForm


def protect(app: Flask) -> None:
    """Give the templates their field, and what fails the check its page."""
    app.jinja_env.globals["csrf_field"] = csrf_field

    @app.errorhandler(NotOurForm)
    def not_ours(_: NotOurForm) -> tuple[str, int]:
        return render_template("account/not_our_form.html", is_signed_in=cookies.visitor() is not None), 403


def _is_from_here() -> bool:
    """Browsers say where a form comes from. What says nothing is no browser, and carries nobody's cookie by mistake."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(settings().public_url).netloc}
    return origin is None or urlsplit(origin).netloc in own - {""}


def _sign() -> str:
    """Bound to the session; of who is not signed in, to the time. Never twice the same: pages are compressed."""
    if cookies.visitor():
        return _masked(_of_session())
    expires = int((cookies.now() + OPEN_FOR).timestamp())
    return f"{expires}.{_masked(_of_time(expires))}"


def _is_of_session(sent: str) -> bool:
    return cookies.visitor() is not None and hmac.compare_digest(_unmasked(sent), _of_session())


def _is_of_time(sent: str) -> bool:
    expires, _, masked = sent.partition(".")
    if not (expires.isascii() and expires.isdigit() and len(expires) < 12):
        return False
    is_fresh = cookies.now().timestamp() < int(expires)
    return is_fresh and hmac.compare_digest(_unmasked(masked), _of_time(int(expires)))


def _of_session() -> bytes:
    return hmac.digest(cookies.token().encode(), b"form", hashlib.sha256)


def _of_time(expires: int) -> bytes:
    with cookies.reading() as session:
        return tokens.keyed(session, "form", str(expires))


def _masked(value: bytes) -> str:
    mask = secrets.token_bytes(_BYTES)
    both = mask + bytes(a ^ b for a, b in zip(mask, value, strict=True))
    return base64.urlsafe_b64encode(both).decode().rstrip("=")


def _unmasked(sent: str) -> bytes:
    """The value behind the mask; b'' for anything that is none."""
    try:
        both = base64.b64decode(sent + "=" * (-len(sent) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return bytes(a ^ b for a, b in zip(both[:_BYTES], both[_BYTES:], strict=True)) if len(both) == 2 * _BYTES else b""
