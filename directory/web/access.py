"""Who may enter. A view that does not say is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from directory.accounts import Person
from directory.web import cookies, forms

View = TypeVar("View", bound=Callable[..., object])
LONGEST_NEXT = 2000


def _entry(name: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.entry = name  # type: ignore[attr-defined]  # read by `close_the_rest` and by the house rules
        return view

    return mark


public = _entry("public")
"""Everybody may enter this view. It knows nobody, writes nothing, and its answer may be kept by anyone."""
arriving = _entry("arriving")
"""Everybody may enter: a step on the way in. Its forms are checked, its answers are never kept."""
signed_in = _entry("signed_in")
"""Whoever has an account and is signed in."""
administrators = _entry("administrators")
"""Administrators, signed in."""


def entry_of(view: Callable[..., object] | None) -> str | None:
    """What a view says of who may enter; None when it says nothing."""
    return getattr(view, "entry", None)


def entry_of_request() -> str | None:
    """What this request's view says of who may enter; None also where there is no view."""
    return entry_of(current_app.view_functions.get(request.endpoint)) if request.endpoint else None


def is_open() -> bool:
    """Is this a page for everybody, which knows nobody? So are the pages that say that there is no such page."""
    return request.endpoint is None or entry_of_request() == "public"


def person() -> Person:
    """Whoever is signed in; only in views that let nobody else in."""
    found = cookies.visitor()
    if found is None:
        abort(403)
    return found


def close_the_rest(app: Flask) -> None:
    """Answer 403 for every view that does not say who may enter; check who enters, and every form that is sent."""
    app.jinja_env.globals.update(is_open=is_open, visitor=cookies.visitor, has_view=has_view)
    forms.protect(app)

    @app.before_request
    def enter() -> Response | None:
        if is_open():
            return None
        entry = entry_of_request()
        if entry is None:
            abort(403)
        if entry != "arriving" and cookies.visitor() is None:
            return _to_sign_in()
        if entry == "administrators" and person().role != "administrator":
            abort(403)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            forms.check(is_for_strangers=entry == "arriving")
        return None


def has_view(endpoint: str) -> bool:
    """Is there such a view? Doors link to each other by name, and a door may be missing."""
    return endpoint in current_app.view_functions


def _to_sign_in() -> Response:
    """What was sent cannot be sent again for the person: the page says so."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("entrance.sign_in", next=request.full_path.rstrip("?")))
    if str(request.endpoint).startswith("account.sign_out"):
        return redirect(url_for("entrance.sign_in", out=1), 303)
    return redirect(url_for("entrance.sign_in", unsaved=1), 303)


def safe_next(address: str) -> str:
    """An address to go on to after sign-in, if it is a page of ours; else ''."""
    is_path = address.startswith("/") and not address.startswith("//") and address.isprintable()
    if not is_path or "\\" in address or len(address) > LONGEST_NEXT:
        return ""
    try:
        parts = urlsplit(address)
        endpoint, _ = current_app.url_map.bind("").match(parts.path, method="GET")
    except (ValueError, HTTPException):
        return ""
    return address if not parts.netloc and entry_of(current_app.view_functions[endpoint]) else ""
