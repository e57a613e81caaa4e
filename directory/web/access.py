"""Who may enter. A view that does not say is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Everybody may enter this view."""
    view.entry = "public"  # type: ignore[attr-defined]  # read by `close_the_rest` and by the house rules
    return view


def entry_of(view: Callable[..., object] | None) -> str | None:
    """What a view says of who may enter: 'public', or None when it says nothing."""
    return getattr(view, "entry", None)


def close_the_rest(app: Flask) -> None:
    """Answer 403 for every view that does not say who may enter."""

    @app.before_request
    def enter() -> None:
        if request.endpoint is None:
            return
        if entry_of(current_app.view_functions.get(request.endpoint)) is None:
            abort(403)
