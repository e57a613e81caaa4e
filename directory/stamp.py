"""Which state of the directory a session sees, so that what was read in that state can be kept in memory.

The stamp is a number by chance, written anew in each transaction that changes contact points or cities. It is
compared for equality only: a transaction that was rolled back never lends its number to another one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from threading import Lock
from typing import Final, Generic, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.models import Stamp

T = TypeVar("T")

NOTHING_WRITTEN: Final = 0
_STATES_KEPT: Final = 2
_STAMP: Final = select(Stamp.value)
_NO_OBJECTS: Final = {"synchronize_session": False}


def of(session: Session) -> int:
    """The stamp that the session's transaction saw first; 0 where nothing was ever indexed. One statement, once."""
    transaction = session.get_transaction()
    if transaction is None or session.info.get("stamped") is not transaction:
        session.info["stamp"] = session.execute(_STAMP).scalar_one()
        session.info["stamped"] = session.get_transaction()
    return int(session.info["stamp"])


def renew(session: Session) -> None:
    """Say that contact points or cities changed; the caller's transaction makes it true."""
    session.execute(update(Stamp).values(value=secrets.randbits(62) + 1), execution_options=_NO_OBJECTS)
    session.info.pop("stamped", None)


def is_writing(session: Session) -> bool:
    """Whether others must not see what this session sees: it may take it back."""
    return bool(session.get_bind().get_execution_options().get("writes"))


class Kept(Generic[T]):
    """What `read` finds in a session, read once for each stamp, whichever thread asks first."""

    def __init__(self, read: Callable[[Session], T]) -> None:
        self._read = read
        self._states: dict[int, T] = {}
        self._lock = Lock()

    def __call__(self, session: Session) -> T:
        """A transaction that writes reads for itself alone: others must not see what it may take back."""
        stamp = of(session)
        found = self._states.get(stamp)
        if found is not None:
            return found
        if stamp == NOTHING_WRITTEN or is_writing(session):
            return self._read(session)
        with self._lock:
            if stamp not in self._states:
                found = self._read(session)
                while len(self._states) >= _STATES_KEPT:
                    self._states.pop(next(iter(self._states)))
                self._states[stamp] = found
            return self._states[stamp]
