"""Is it open? A sentence that says so, with the next change, in the reader's language and the entry's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from directory import hours
from directory.models import ContactPoint
from directory.search.opening import now as opening_now
from directory.web import words
from directory.web.languages import chosen, gettext, ngettext
from directory.web.pieces import piece

SOON_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Opening:
    """'open', 'closed' or 'unknown', and a sentence that says so with the next change."""

    state: hours.State
    sentence: str

    @property
    def badge(self) -> Markup:
        """The sentence as a page shows it, with its picture."""
        return piece("opening_badge", self.state, self.sentence)


Schedule = tuple[str, str, str | None, bool]
"""Opening hours, country, time zone, and whether there is a telephone: what an opening depends on beside the time."""


def schedule(entry: ContactPoint) -> Schedule:
    """What an entry says of when it is open."""
    return entry.opening_hours, entry.country, words.zone_of(entry), bool(entry.phones)


def opening(entry: ContactPoint) -> Opening:
    """Is it open? With the next change in words."""
    return opening_of(schedule(entry), minute(), chosen())


def minute() -> datetime:
    """The minute in which this page is made."""
    return words.moment().replace(second=0, microsecond=0)


@lru_cache(maxsize=4096)
def opening_of(schedule: Schedule, minute: datetime, _: str) -> Opening:
    """Kept for that minute and the reader's language, because many contact points have the same hours."""
    text, country, zone, has_phone = schedule
    if not text:
        known = gettext("Opening hours not known – call first") if has_phone else gettext("Opening hours not known")
        return Opening("unknown", known)
    now = opening_now(text, country, zone, minute)
    if now.state == "open":
        return Opening("open", _open(now, text, minute))
    if now.state == "closed":
        return Opening("closed", _closed(now, minute))
    if now.holiday:
        return Opening("unknown", gettext("Public holiday – may be closed, call first"))
    return Opening("unknown", gettext("Not sure if it is open now – call first"))


def _open(now: hours.Now, text: str, minute: datetime) -> str:
    if not now.changes_at:
        return gettext("Open day and night") if text.strip() == "24/7" else gettext("Open now")
    minutes = _minutes_until(now.changes_at, minute)
    if minutes <= SOON_MINUTES:
        return ngettext("Open – closes in %(num)d minute", "Open – closes in %(num)d minutes", minutes)
    days = _days_until(now.changes_at, minute)
    if days == 0 or (now.changes_at.hour < 6 and days == 1):
        return gettext("Open until %(time)s", time=words.clock(now.changes_at))
    return gettext(
        "Open until %(day)s, %(time)s", day=_soon_day(now.changes_at, days), time=words.clock(now.changes_at)
    )


def _closed(now: hours.Now, minute: datetime) -> str:
    if not now.opens_at:
        return gettext("Closed now")
    minutes = _minutes_until(now.opens_at, minute)
    if minutes <= SOON_MINUTES:
        return ngettext("Closed – opens in %(num)d minute", "Closed – opens in %(num)d minutes", minutes)
    days = _days_until(now.opens_at, minute)
    if days == 0:
        return gettext("Closed – opens today at %(time)s", time=words.clock(now.opens_at))
    if days == 1:
        return gettext("Closed – opens tomorrow at %(time)s", time=words.clock(now.opens_at))
    return gettext(
        "Closed – opens %(day)s at %(time)s", day=_soon_day(now.opens_at, days), time=words.clock(now.opens_at)
    )


def _minutes_until(then: datetime, minute: datetime) -> int:
    return max(1, -int(-(then - minute).total_seconds() // 60))


def _days_until(then: datetime, minute: datetime) -> int:
    return (then.date() - minute.astimezone(then.tzinfo).date()).days


def _soon_day(then: datetime, days: int) -> str:
    return words.weekday(then) if days < 7 else words.day(then.date())
