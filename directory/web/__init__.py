"""The doors, and where they stand."""

from __future__ import annotations

from flask import Flask, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import tiles as tile_sources
from directory.config import Settings


def register(app: Flask) -> None:
    """Put every door in its place."""
    from directory.web import (
        about,
        account,
        admin,
        api,
        cards,
        entrance,
        entries,
        filters,
        finder,
        health,
        icons,
        openings,
        suggestions,
        tiles,
        words,
    )

    app.extensions["tiles"] = tile_sources.open_tiles(app.extensions["settings"])
    words.speak(app)
    app.jinja_env.globals.update(cards=cards.cards, filters_of=filters.filters, opening=openings.opening)
    app.jinja_env.globals.update(icon=icons.icon, topic_icon=icons.OF_TOPICS.get)
    for door in (finder.door, suggestions.door, about.door):
        app.register_blueprint(door, url_prefix="/<lang:lang>")
    for door in (entrance.door, account.door):
        app.register_blueprint(door, url_prefix="/<lang:lang>/account")
    for door in (admin.door, entries.door):
        app.register_blueprint(door, url_prefix="/<lang:lang>/admin")
    app.register_blueprint(api.door)
    app.register_blueprint(tiles.door)
    app.register_blueprint(health.door)
    app.teardown_appcontext(_close)


def settings() -> Settings:
    """What the operator decided."""
    found: Settings = current_app.extensions["settings"]
    return found


def is_secure() -> bool:
    """Does this visitor use HTTPS? What stands before us may not say so; then the address does that people see."""
    return request.is_secure or settings().public_url.startswith("https://")


def session() -> Session:
    """The request's session; opened when first asked for, closed with the request, never committed here."""
    if "session" not in g:
        engine: Engine = current_app.extensions["database"]
        g.session = Session(engine)
    return g.session  # type: ignore[no-any-return]  # g knows no types


def _close(_: BaseException | None) -> None:
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()
