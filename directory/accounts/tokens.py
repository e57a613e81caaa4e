"""Random tokens, and what is stored in their place."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy.orm import Session

from directory.models import DoorKey

BYTES: Final = 32


def new() -> str:
    """256 random bits, for an address or a form."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> bytes:
    """What is stored of a token: enough to know it again, useless to a thief of the database."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def keyed(session: Session, purpose: str, text: str) -> bytes:
    """A digest that only this directory can make: for forms, and for names that may hold a mistyped password."""
    kept = session.get_one(DoorKey, 1)
    return hmac.digest(kept.key, f"{purpose}:{text}".encode("utf-8", "replace"), "sha256")
