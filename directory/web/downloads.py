"""Files that are sent while they are made: a whole directory never stands in memory."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import chain
from typing import Final

from flask import Response, current_app, stream_with_context
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import database

_LARGE: Final = 65_536
"""Characters that are sent at once: row by row each would be a packet of its own."""


def download(make: Callable[[Session], Iterator[str]], name: str, mimetype: str) -> Response:
    """A file to keep, from the pieces that `make` gives. The first is made at once: an error still has its page."""
    pieces = _from_a_session(current_app.extensions["database"], make)
    first = next(pieces, "")
    response = Response(stream_with_context(_in_large(chain([first], pieces))), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.call_on_close(pieces.close)
    return response


def _from_a_session(engine: Engine, make: Callable[[Session], Iterator[str]]) -> Generator[str, None, None]:
    """With a session of its own: the request's is closed before the pieces are sent."""
    with database.snapshot(engine) as session:
        yield from make(session)


def _in_large(pieces: Iterator[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _LARGE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)
