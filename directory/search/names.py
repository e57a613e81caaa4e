"""The words of the names in the directory, kept by each process: what a slip of the finger may have meant."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from directory import stamp
from directory.models import ContactPoint
from directory.search.likeness import Spellings

MOST_NAMES: Final = 200_000
"""Entries whose names are known, the newest ones: bounds the memory and the second it takes to read them."""
KEPT_SECONDS: Final = 600
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class _Kept:
    state: int
    newest: int
    read_at: float
    words: Spellings


_kept: WeakKeyDictionary[Engine | Connection, _Kept] = WeakKeyDictionary()
_lock = Lock()


def spellings(session: Session) -> Spellings:
    """The words of the names: those of new entries at once, all anew some minutes after a name was changed."""
    bind, now, state = session.get_bind(), time.monotonic(), stamp.of(session)
    with _lock:
        held = _kept.get(bind)
        if held and held.state == state:
            return held.words
        newest = session.scalar(select(func.max(ContactPoint.number))) or 0
        if held is None or now - held.read_at > KEPT_SECONDS:
            held = _Kept(state, newest, now, Spellings(sorted(_words(session))))
        elif held.newest < newest:
            held.words.add(sorted(_words(session, held.newest)))
        _kept[bind] = replace(held, state=state, newest=newest)
    return held.words


def _words(session: Session, after: int = 0) -> set[str]:
    named = select(ContactPoint.name, ContactPoint.names, ContactPoint.alt_names).where(ContactPoint.number > after)
    found: set[str] = set()
    newest = named.order_by(ContactPoint.number.desc()).limit(MOST_NAMES)
    for name, names, others in session.execute(newest.execution_options(yield_per=1000)):
        found.update(_WORD.findall(" ".join((name, *names.values(), *others))))
    return found
