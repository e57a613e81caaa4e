"""The second factor: the codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
import segno
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from directory.accounts import tokens
from directory.models import Account, RecoveryCode

SECONDS: Final = 30
STEPS_BESIDE: Final = 1
"""A phone's clock may be half a minute wrong."""
CODES, CODE_LETTERS, GROUP = 10, 16, 4
"""Ten recovery codes of 80 bits, in groups of four letters."""
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
LONGEST_CODE: Final = 100


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code for SVG: its size in modules, quiet zone included, and the path of the dark ones."""

    size: int
    path: str


def new_secret() -> str:
    """160 random bits in base32, for an app."""
    return pyotp.random_base32()


def uri(secret: str, email: str, issuer: str) -> str:
    """What an app reads from the picture."""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=email, issuer_name=issuer)


def picture(text: str) -> Picture:
    """The QR code of a text."""
    code = segno.make(text, error="m", micro=False)
    rows = list(code.matrix_iter(border=4))
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return Picture(len(rows), "".join(dark))


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The half minute (since 1970) that this code is of, if it is one of the app's now."""
    typed, now = _digits(code), int(at.timestamp()) // SECONDS
    app = pyotp.TOTP(secret, interval=SECONDS)
    for step in range(now - STEPS_BESIDE, now + STEPS_BESIDE + 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), typed.encode("utf-8", "replace")):
            return step
    return None


def _digits(code: str) -> str:
    """What was typed, in our digits and without spaces: "١٢٣ ٤٥٦" → "123456"."""
    typed = "".join(code[:LONGEST_CODE].split())
    return "".join(str(unicodedata.decimal(each, each)) for each in typed)


def accept(session: Session, account: Account, code: str, at: datetime) -> bool:
    """Is it a code of the account's app? Each is accepted once, however many come at the same time."""
    step = step_of(account.totp_secret, code, at)
    if not account.totp_secret or step is None:
        return False
    once = update(Account).where(Account.number == account.number, Account.totp_step < step)
    return session.scalar(once.values(totp_step=step).returning(Account.number)) is not None


def new_recovery_codes(session: Session, account: int) -> list[str]:
    """Ten codes in place of those there were; only now are they known."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account == account))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS)) for _ in range(CODES)]
    session.add_all(RecoveryCode(account=account, digest=tokens.digest(code)) for code in codes)
    return ["-".join(code[at : at + GROUP] for at in range(0, CODE_LETTERS, GROUP)) for code in codes]


def use_recovery_code(session: Session, account: int, code: str) -> bool:
    """Is it one of the account's recovery codes? Each is accepted once."""
    typed = "".join(each for each in code[:LONGEST_CODE].casefold() if each.isalnum())
    mine = (RecoveryCode.account == account) & (RecoveryCode.digest == tokens.digest(typed))
    return session.scalar(delete(RecoveryCode).where(mine).returning(RecoveryCode.account)) is not None


def recovery_codes_left(session: Session, account: int) -> int:
    """How many recovery codes the account still has."""
    return session.scalar(select(func.count()).where(RecoveryCode.account == account)) or 0
