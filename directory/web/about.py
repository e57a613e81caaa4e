"""What this is, who runs it, what it knows about its visitors (nothing), where the facts come from."""

from __future__ import annotations

from flask import Blueprint, render_template

from directory import search
from directory.web import session, settings
from directory.web.access import public

door = Blueprint("about", __name__)


@door.get("/about")
@public
def about() -> str:
    """About the directory, and privacy."""
    return render_template("about/about.html", numbers=search.numbers(session()), settings=settings())
