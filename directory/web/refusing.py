"""A form that was not accepted comes back with what is wrong, beside the field, and with what was typed."""

from __future__ import annotations

from typing import Final

from flask import render_template
from werkzeug.wrappers import Response

from directory.accounts import Refused
from directory.web import cookies
from directory.web.languages import gettext, ngettext

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
_STATUS: Final = {"wait": 429, "over": 410}
"""Anything else: 422, the form was understood and cannot be accepted."""


def refused(template: str, why: Refused, **shown: object) -> tuple[str, int, dict[str, str]]:
    """The page again; its template finds the field in `why.field` and the sentence in `fault`."""
    page = render_template(template, why=why, fault=sentence(why), **shown)
    headers = {"Retry-After": str(_seconds(why))} if why.until else {}
    return page, _STATUS.get(why.code, 422), headers


def sentence(why: Refused) -> str:
    """What is wrong, in the reader's language, and when to try again."""
    said = gettext(why.message, **why.values)
    if not why.until:
        return said
    seconds = _seconds(why)
    if seconds < 60:
        when = ngettext("Try again in %(num)d second.", "Try again in %(num)d seconds.", seconds)
    else:
        when = ngettext("Try again in %(num)d minute.", "Try again in %(num)d minutes.", -(-seconds // 60))
    return f"{said} {when}"


def _seconds(why: Refused) -> int:
    assert why.until is not None
    return max(1, int((why.until - cookies.now()).total_seconds() + 0.999))
