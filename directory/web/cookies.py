"""The one cookie: it holds the session's token, from sign-in to sign-out. Public pages neither set nor read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from directory import database
from directory.accounts import Limits, Person, sessions
from directory.web import is_secure, settings

PLAIN, SECURE = "session", "__Host-session"
LONGEST_TOKEN: Final = 100


def now() -> datetime:
    """The time; tests set the clock."""
    clock: Callable[[], datetime] | None = current_app.extensions.get("clock")
    return clock() if clock else datetime.now(UTC)


def limits() -> Limits:
    """How long a session lasts."""
    return Limits(timedelta(minutes=settings().session_idle_minutes), timedelta(hours=settings().session_hours))


@contextmanager
def writing() -> Iterator[Session]:
    """A session that writes and commits at its end; short, and never beside the request's reading one."""
    with database.writing(_engine()) as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session of its own that only reads, given back at once."""
    with database.reading(_engine()) as session:
        yield session


def _engine() -> Engine:
    engine: Engine = current_app.extensions["database"]
    return engine


def token() -> str:
    """The token of this request's session; '' where there is none."""
    found = request.cookies.get(SECURE if is_secure() else PLAIN, "")
    return found if len(found) <= LONGEST_TOKEN else ""


def give(response: Response, fresh: str) -> Response:
    """Sign this browser in. Without an end of its own: the browser forgets it when it is closed."""
    name = SECURE if is_secure() else PLAIN
    response.set_cookie(name, fresh, path="/", secure=is_secure(), httponly=True, samesite="Lax")
    return response


def take(response: Response) -> Response:
    """Sign this browser out."""
    name = SECURE if is_secure() else PLAIN
    response.delete_cookie(name, path="/", secure=is_secure(), httponly=True, samesite="Lax")
    return response


def visitor() -> Person | None:
    """Who is signed in, if anybody; looked up once in a request, when first asked."""
    if "person" not in g:
        g.person = _found()
    return g.person  # type: ignore[no-any-return]  # g knows no types


def _found() -> Person | None:
    mine = token()
    if not mine:
        return None
    with reading() as session:
        found = sessions.find(session, mine, now(), limits())
    if found is None or (settings().second_factor == "required" and not found.has_second_factor):
        return None
    if sessions.is_to_be_seen(found, now(), limits()):
        _see(mine)
    return found


def _see(mine: str) -> None:
    """Left out where an import has the database to itself: nobody waits for this, the next page will do it."""
    with suppress(OperationalError), database.writing(_engine(), is_patient=False) as session:
        sessions.see(session, mine, now())
