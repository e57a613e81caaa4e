"""Telephone numbers, e-mail addresses and web sites in the search box: whose they are.

A number is known by its last digits, which are the same with and without the country in front; an address by its
letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Protocol

from directory.text import fold

LAST_DIGITS: Final = 7
"""Digits of a telephone number that tell it from others."""
_NUMBER: Final = re.compile(r"\+?[\d\s()./-]+")
_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_SITE: Final = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:/\S*)?")


class Reachable(Protocol):
    phones: list[str]
    email: str
    website: str


def reached(entry: Reachable) -> Iterator[str]:
    """How a contact point is reached, each in the form that `read_as` gives to what is typed."""
    for phone in entry.phones:
        yield _last(phone)
    if entry.email:
        yield _bare(entry.email)
    if host := _host(entry.website):
        yield host


def read_as(text: str) -> tuple[str, ...]:
    """The telephone number, e-mail address (and its web site) or web site that a text is, as `reached` gives it."""
    typed = fold(text).strip(" ,;:!?")
    if _NUMBER.fullmatch(typed):
        forms = [_last(typed)]
    elif _MAIL.fullmatch(typed):
        forms = [_bare(typed), _host(typed.rpartition("@")[2])]
    else:
        forms = [_host(typed)]
    return tuple(filter(None, forms))


def _last(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"+{digits[-LAST_DIGITS:]}" if len(digits) >= LAST_DIGITS else ""


def _bare(mail: str) -> str:
    return fold(mail).removeprefix("mailto:")


def _host(site: str) -> str:
    found = _SITE.fullmatch(fold(site))
    return found[1] if found else ""
