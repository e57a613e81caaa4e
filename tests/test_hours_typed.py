"""Opening hours as people write them: what we start with, what is hostile, and anything at all."""

from datetime import UTC, datetime
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.hours import LONGEST, is_valid, now, time_zone_of, week

BRUSSELS, SOFIA = "Europe/Brussels", "Europe/Sofia"

FROM_THE_SEED = [
    ("Mo-Fr 09:30-13:00", "BE"),
    ("24/7", "BE"),
    ("Mo-Fr 09:00-18:00; Sa,Su 10:00-18:00", "BE"),
    ("Mo-Fr 09:00-12:30,13:00-16:00", "BE"),
    ("Mo-Su 20:00+", "BE"),
    ("Mo-Fr 09:30-17:30", "BG"),
    ("Mo-Fr 09:00-18:00", "BG"),
]


def local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(BRUSSELS))


@pytest.mark.parametrize(("text", "country"), FROM_THE_SEED)
def test_the_hours_we_start_with_are_all_read(text: str, country: str) -> None:
    zone = time_zone_of(country)
    assert is_valid(text)
    assert now(text, country, zone, local("2025-07-17T21:00")).state in ("open", "closed")
    assert now(text, country, zone, local("2025-07-17T11:00")).state == ("unknown" if "+" in text else "open")
    assert week(text, country, zone, local("2025-07-17T11:00"))[3].state == "open"


MINUTES = ",".join(
    f"{minute // 60:02}:{minute % 60:02}-{minute // 60:02}:{minute % 60 + 1:02}" for minute in range(0, 900, 12)
)


@pytest.mark.parametrize("text", [MINUTES + " unknown", MINUTES.replace(",", "+,"), "Mo" + ",Mo" * 300, "(" * 900])
def test_a_hostile_expression_is_answered_within_seconds(text: str) -> None:
    began = perf_counter()
    now(text, "BE", BRUSSELS, local("2025-07-17T23:00"))
    week(text, "BE", BRUSSELS, local("2025-07-23T10:00"))
    assert len(text) <= LONGEST
    assert perf_counter() - began < 3


WORDS = ["Mo-Fr", "Su", "PH", "SH", "24/7", "off", "unknown", '"x"', "||", ";", ",", "Dec 25", "week 1-53/2", "easter"]
CLOCKS = [
    "09:00-12:00",
    "22:00-06:00",
    "20:00+",
    "00:00-00:01+",
    "10:00-48:00",
    "23:59+",
    "sunset+",
    "2025-2027",
    "Feb 29",
]
SENTENCES = st.lists(st.sampled_from(WORDS + CLOCKS), max_size=8).map(" ".join)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=300, deadline=None)
@given(st.text() | SENTENCES, st.sampled_from(["BE", "BG", "EU", ""]), st.sampled_from([BRUSSELS, SOFIA, ""]), MOMENTS)
def test_whatever_is_typed_never_raises(text: str, country: str, zone: str, at: datetime) -> None:
    told = now(text, country, zone, at)
    assert told.changes_at is None or told.changes_at > at
    assert told.opens_at in (None, told.changes_at)
    assert len(week(text, country, zone, at)) == 7
    if told.holiday:
        assert told.state == "unknown"
