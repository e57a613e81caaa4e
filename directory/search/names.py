"""The words of the names in the directory, kept by each process: what a slip of the finger may have meant."""

from __future__ import annotations

import re
import time
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from directory.models import ContactPoint
from directory.search.likeness import Spellings

MOST_NAMES: Final = 200_000
"""Entries whose names are known, the newest ones: bounds the memory and the second it takes to read them."""
KEPT_SECONDS: Final = 600
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


_kept: WeakKeyDictionary[Engine | Connection, tuple[int, float, Spellings]] = WeakKeyDictionary()
_lock = Lock()


def spellings(session: Session) -> Spellings:
    """The words of the names, one statement; read anew when an entry has come or some minutes have passed."""
    bind, now = session.get_bind(), time.monotonic()
    newest = session.scalar(select(func.max(ContactPoint.number))) or 0
    with _lock:
        last, read_at, known = _kept.get(bind, (-1, 0.0, Spellings(())))
        if last != newest or now - read_at > KEPT_SECONDS:
            known = Spellings(sorted(_words(session)))
            _kept[bind] = (newest, now, known)
    return known


def _words(session: Session) -> set[str]:
    named = select(ContactPoint.name, ContactPoint.names, ContactPoint.alt_names)
    found: set[str] = set()
    for name, names, others in session.execute(named.order_by(ContactPoint.number.desc()).limit(MOST_NAMES)):
        found.update(_WORD.findall(" ".join((name, *names.values(), *others))))
    return found
