"""Files that are sent while they are made: a whole directory never stands in memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from flask import Response, stream_with_context

_LARGE: Final = 65_536
"""Characters that are sent at once: row by row each would be a packet of its own."""


def download(pieces: Iterator[str], name: str, mimetype: str) -> Response:
    """A file to keep, from its pieces. The first is made at once, so that an error still has its page."""
    first = next(pieces, "")
    response = Response(stream_with_context(_in_large(chain([first], pieces))), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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
