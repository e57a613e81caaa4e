"""Answers kept in memory: what is public is the same for everybody, for a minute and until something is written."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

from flask import request

from directory import stamp
from directory.web import session
from directory.web.words import moment

Answer = TypeVar("Answer")

MOST_PAGES: Final = 100
"""Some 40 kB each; the oldest go first."""


def kept(view: Callable[[], Answer]) -> Callable[[], Answer]:
    """Answer with what this address said a moment ago.

    Whoever sends a cookie may be signed in, and is answered anew.
    """
    pages: dict[tuple[int, str, str], Answer] = {}

    @wraps(view)
    def answer() -> Answer:
        if request.cookies:
            return view()
        minute = moment().strftime("%Y-%m-%dT%H:%M")
        key = (stamp.of(session()), request.url, minute)
        page = pages.get(key)
        if page is None:
            page = view()
            while len(pages) >= MOST_PAGES:
                pages.pop(next(iter(pages)), None)
            pages[key] = page
        return page

    return answer
