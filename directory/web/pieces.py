"""Pieces of a page that stand in many pages: written by a macro of `parts.html` once, then kept."""

from __future__ import annotations

from functools import lru_cache

from flask import get_template_attribute
from markupsafe import Markup


def write(macro: str, *values: str) -> Markup:
    """What a macro of `parts.html` writes."""
    written: Markup = get_template_attribute("parts.html", macro)(*values)
    return written


@lru_cache(maxsize=8192)
def piece(macro: str, *values: str) -> Markup:
    """The same, kept: for a macro that looks at its values and at nothing else, neither reader nor request."""
    return write(macro, *values)
