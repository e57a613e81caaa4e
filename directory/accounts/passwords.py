"""Passwords: Argon2id, the same work for everybody, and what makes a password too weak."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from directory.accounts.refused import Refused
from directory.vocabulary import N_

MEMORY_KIB, ROUNDS, LANES = 65_536, 4, 2
AT_ONCE: Final = 2
"""Hashes at once in one process: 128 MiB, whoever knocks how often."""
WAITING: Final = 16
"""Requests that may wait for their turn; beyond, `Busy`: the public pages must keep their threads."""
SHORTEST, LONGEST = 12, 1000
"""Characters of a password."""
FEWEST_DIFFERENT: Final = 5
NOBODY: Final = f"$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p={LANES}${'A' * 22}${'A' * 43}"
"""What is compared for an account that does not exist: as much work, and no password fits."""

_hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
_places = BoundedSemaphore(AT_ONCE + WAITING)
_turns = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Too many people sign in at this moment; nothing was looked at, and no try counted."""


@contextmanager
def place() -> Iterator[None]:
    """A place among those who wait for their turn, to be taken before a try is counted; raises Busy."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _places.release()


def _normal(password: str) -> bytes:
    """One spelling for what looks the same: é may be typed as one character or as two."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")


def hashed(password: str) -> str:
    """What is stored. Takes a fifth of a second and 64 MiB: a request takes a `place` first."""
    with _turns:
        return _hasher.hash(_normal(password))


def fits(stored: str, password: str) -> bool:
    """Is it the password? The same work whether `stored` holds one or is empty; a request takes a `place`."""
    tried = password if len(password) <= LONGEST else ""
    with _turns:
        try:
            return _hasher.verify(stored or NOBODY, _normal(tried))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Made with other parameters than today's: to be made anew while the password is at hand."""
    return _hasher.check_needs_rehash(stored)


def weakness(password: str, email: str, field: str = "password") -> Refused | None:
    """Why this cannot be the password of that account; None when it can."""
    spelled = unicodedata.normalize("NFKC", password)
    plain = spelled.casefold()
    name = email.partition("@")[0]
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in spelled):
        return Refused("weak", N_("Please use only characters that can be typed."), field)
    if len(spelled) < SHORTEST:
        return Refused("weak", N_("Please use at least %(number)s characters."), field, {"number": SHORTEST})
    if len(password) > LONGEST or len(spelled) > LONGEST:
        return Refused("weak", N_("Please use at most %(number)s characters."), field, {"number": LONGEST})
    if email in plain or (len(name) > 3 and name in plain):
        return Refused("weak", N_("Please leave your e-mail address out of your password."), field)
    if len(set(plain)) < FEWEST_DIFFERENT or plain in _common():
        return Refused("weak", N_("Many people use this password. Please choose another."), field)
    return None


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text("utf-8").split())
