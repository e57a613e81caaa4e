"""Opening hours, with the real library. July 2025: the 21st, Belgium's national day, is a Monday."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from directory.hours import LONGEST, Day, Now, Period, is_valid, now, time_zone_of, week

BRUSSELS, SOFIA = "Europe/Brussels", "Europe/Sofia"
OFFICE = "Mo-Fr 09:00-17:00"
NIGHT = "Mo-Su 20:00-08:00"


def local(moment: str, zone: str = BRUSSELS) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))


def belgian(text: str, moment: str) -> Now:
    return now(text, "BE", BRUSSELS, local(moment).astimezone(UTC))


def bulgarian(text: str, moment: str) -> Now:
    return now(text, "BG", SOFIA, local(moment, SOFIA).astimezone(UTC))


def belgian_week(text: str, moment: str = "2025-07-23T10:00") -> list[Day]:
    return week(text, "BE", BRUSSELS, local(moment).astimezone(UTC))


# The three states


def test_open_hours_are_open_and_tell_when_they_close() -> None:
    assert belgian(OFFICE, "2025-07-17T10:00") == Now("open", local("2025-07-17T17:00"))


def test_the_opening_minute_is_open_and_the_closing_minute_is_not() -> None:
    assert belgian(OFFICE, "2025-07-17T09:00").state == "open"
    assert belgian(OFFICE, "2025-07-17T17:00").state == "closed"


def test_closed_hours_tell_when_they_open() -> None:
    opens = local("2025-07-18T09:00")
    assert belgian(OFFICE, "2025-07-17T18:00") == Now("closed", opens, opens)


@pytest.mark.parametrize(
    "text", ["", "   ", "\n", "call us", "9h-17h", "Mo-Fr 09:00", "24/24", "\ud800", "x" * (LONGEST + 1)]
)
def test_what_cannot_be_read_is_unknown(text: str) -> None:
    assert not is_valid(text)
    assert belgian(text, "2025-07-17T10:00") == Now("unknown")
    assert {day.state for day in belgian_week(text)} == {"unknown"}


@pytest.mark.parametrize("text", ["off", "closed", "24/7 closed", "Mo-Su off"])
def test_off_is_always_closed_and_never_opens(text: str) -> None:
    assert belgian(text, "2025-07-17T10:00") == belgian(text, "2025-07-21T10:00") == Now("closed")


@pytest.mark.parametrize("text", ["24/7", "00:00-24:00", "Mo-Su 00:00-24:00"])
def test_always_open_is_open_on_holidays_too_and_never_closes(text: str) -> None:
    assert belgian(text, "2025-07-17T03:00") == belgian(text, "2025-07-21T10:00") == Now("open")


def test_line_breaks_and_doubled_spaces_are_read() -> None:
    assert is_valid("Mo-Fr 09:00-17:00;\n  PH  off")
    assert belgian("Mo-Fr 09:00-17:00;\n  PH  off", "2025-07-21T10:00").state == "closed"


# Comments


@pytest.mark.parametrize("text", ['"by appointment"', 'Mo-Fr 09:00-12:00 "by appointment"', 'unknown "by appointment"'])
def test_a_comment_alone_leaves_it_unknown_and_is_passed_on(text: str) -> None:
    assert belgian(text, "2025-07-17T10:00") == Now("unknown", comment="by appointment")


def test_a_comment_after_open_or_off_keeps_that_state() -> None:
    told = belgian('Mo-Fr 09:00-12:00 open "ring twice"', "2025-07-17T10:00")
    assert (told.state, told.comment) == ("open", "ring twice")
    assert belgian('off "moved"', "2025-07-17T10:00") == Now("closed", comment="moved")


def test_words_inside_a_comment_say_nothing() -> None:
    told = belgian('Mo-Fr 09:00-12:00 open "PH off, 24/7, SH, 10:00+"', "2025-07-21T10:00")
    assert (told.state, told.holiday) == ("unknown", True)
    assert belgian('Mo-Fr 09:00-12:00 open "until 12:00+"', "2025-07-17T10:00").changes_at == local("2025-07-17T12:00")


def test_conditional_hours_end_the_sure_ones() -> None:
    text = 'Mo-Fr 09:00-12:00, Mo-Fr 12:00-14:00 unknown "by appointment"'
    assert belgian(text, "2025-07-17T10:00").changes_at == local("2025-07-17T12:00")
    assert belgian(text, "2025-07-17T13:00").opens_at == local("2025-07-18T09:00")


# Public holidays


@pytest.mark.parametrize("moment", ["2025-07-21T10:00", "2025-11-11T10:00", "2025-07-21T00:00", "2025-07-21T23:59"])
def test_a_public_holiday_is_not_known_unless_the_hours_say_so_in_belgium(moment: str) -> None:
    told = belgian(OFFICE, moment)
    assert (told.state, told.holiday) == ("unknown", True)
    assert belgian(OFFICE + "; PH off", moment).state == "closed"
    assert not belgian(OFFICE + "; PH off", moment).holiday


@pytest.mark.parametrize("moment", ["2025-03-03T10:00", "2024-05-24T10:00", "2025-09-22T10:00"])
def test_a_public_holiday_is_not_known_unless_the_hours_say_so_in_bulgaria(moment: str) -> None:
    told = bulgarian(OFFICE, moment)
    assert (told.state, told.holiday) == ("unknown", True)
    assert bulgarian(OFFICE + "; PH off", moment).state == "closed"
    assert bulgarian(OFFICE + "; PH 10:00-12:00", moment).state == "open"


def test_another_country_does_not_keep_the_holiday() -> None:
    assert bulgarian(OFFICE, "2025-07-21T10:00").state == "open"
    assert belgian(OFFICE, "2025-03-03T10:00").state == "open"


def test_a_bulgarian_holiday_on_a_saturday_is_one_although_the_library_knows_only_the_monday_after() -> None:
    for text in ("Mo-Sa 09:00-17:00", "Mo-Sa 09:00-17:00; PH off"):
        assert bulgarian(text, "2025-05-24T10:00").state == "unknown"
    assert bulgarian("Mo-Sa 09:00-17:00; PH off", "2025-05-26T10:00").state == "closed"


def test_holiday_hours_hold_when_they_are_told() -> None:
    text = OFFICE + "; PH 10:00-12:00"
    assert belgian(text, "2025-07-21T11:00") == Now("open", local("2025-07-21T12:00"))
    assert belgian(text, "2025-07-21T13:00").opens_at == local("2025-07-22T09:00")


def test_a_date_that_the_hours_name_is_told_and_a_season_is_not() -> None:
    assert belgian(OFFICE + "; Jul 21 off", "2025-07-21T10:00").state == "closed"
    assert belgian(OFFICE + "; 2025 Jul 21 off", "2025-07-21T10:00").state == "closed"
    assert belgian(OFFICE + "; 2024 Jul 21 off", "2025-07-21T10:00").state == "unknown"
    assert belgian("Jul 21-Aug 31 Mo-Fr 09:00-17:00", "2025-07-21T10:00").state == "unknown"


@pytest.mark.parametrize("moment", ["2025-07-20T10:00", "2025-07-21T10:00", "2025-07-18T18:00"])
def test_the_next_opening_passes_over_a_holiday_in_doubt(moment: str) -> None:
    assert belgian(OFFICE, moment).opens_at == belgian(OFFICE, moment).changes_at == local("2025-07-22T09:00")


def test_the_next_opening_may_be_a_holiday_that_is_told() -> None:
    assert belgian(OFFICE + "; PH 10:00-12:00", "2025-07-20T10:00").opens_at == local("2025-07-21T10:00")


def test_the_next_opening_is_found_months_ahead_but_not_beyond_a_year() -> None:
    assert belgian("Dec 24 10:00-12:00", "2025-03-01T10:00").opens_at == local("2025-12-24T10:00")
    assert belgian("2030 Dec 24 10:00-12:00", "2025-03-01T10:00") == Now("closed")


@pytest.mark.parametrize("country", ["", "EU", "XX", "bel", "☃"])
def test_a_country_without_calendar_has_no_holidays_and_still_works(country: str) -> None:
    assert now(OFFICE + "; PH off", country, BRUSSELS, local("2025-07-21T10:00")).state == "open"
    assert not any(day.holiday for day in week(OFFICE, country, BRUSSELS, local("2025-07-21T10:00")))


def test_what_needs_school_holidays_the_sun_or_a_fallback_is_unknown() -> None:
    for text in (OFFICE + "; SH off", "sunrise-sunset", OFFICE + ' || "by appointment"'):
        assert is_valid(text)
        assert belgian(text, "2025-07-17T10:00") == Now("unknown")


# Nights


def test_a_night_is_open_across_midnight() -> None:
    for moment in ("2025-07-16T23:00", "2025-07-17T03:00"):
        assert belgian(NIGHT, moment) == Now("open", local("2025-07-17T08:00"))


def test_a_night_into_a_holiday_in_doubt_does_not_invent_a_closing() -> None:
    assert belgian(NIGHT, "2025-07-20T21:00") == Now("open")
    assert belgian(NIGHT, "2025-07-21T03:00").state == "unknown"


def test_closing_at_midnight_before_a_holiday_is_known() -> None:
    assert belgian("Mo-Su 08:00-24:00", "2025-07-20T21:00").changes_at == local("2025-07-21T00:00")


def test_the_night_that_began_on_a_holiday_in_doubt_stays_in_doubt_until_its_end() -> None:
    tuesday = belgian(NIGHT, "2025-07-22T03:00")
    assert (tuesday.state, tuesday.holiday, tuesday.opens_at) == ("unknown", False, local("2025-07-22T20:00"))
    assert belgian(NIGHT, "2025-07-22T09:00").state == "closed"


def test_a_night_cut_by_holiday_hours_is_not_known_after_midnight() -> None:
    text = NIGHT + "; PH off"
    assert belgian(text, "2025-07-20T21:00") == Now("open")
    states = [belgian(text, f"2025-07-{moment}").state for moment in ("21T03:00", "21T12:00", "21T21:00", "22T03:00")]
    assert states == ["unknown", "closed", "closed", "unknown"]


def test_always_open_but_holidays_reopens_at_midnight() -> None:
    assert belgian("24/7; PH off", "2025-07-20T21:00").changes_at == local("2025-07-21T00:00")
    assert belgian("24/7; PH off", "2025-07-21T21:00").opens_at == local("2025-07-22T00:00")


# Open ends


def test_an_open_end_is_never_given_an_hour() -> None:
    assert belgian("Mo-Su 20:00+", "2025-07-16T21:00") == Now("open")
    opens = local("2025-07-17T20:00")
    assert belgian("Mo-Su 20:00+", "2025-07-17T03:00") == Now("unknown", opens, opens)
    assert belgian("Mo-Su 10:00-14:00+", "2025-07-17T13:00").changes_at is None
    assert belgian("Mo-Su 10:00-14:00+", "2025-07-17T15:00").state == "unknown"


def test_an_open_end_is_in_doubt_for_a_day_at_most() -> None:
    states = [belgian("Fr 20:00+", f"2025-07-19T{clock}").state for clock in ("03:00", "19:59", "20:00")]
    assert states == ["unknown", "unknown", "closed"]


def test_only_the_open_end_itself_is_open_ended() -> None:
    text = "Mo-Fr 09:00-12:00,20:00+"
    assert belgian(text, "2025-07-17T10:00").changes_at == local("2025-07-17T12:00")
    assert belgian(text, "2025-07-17T15:00").state == "closed"


# Clocks


def test_the_entrys_zone_counts_and_not_the_zone_of_the_moment() -> None:
    moment = datetime(2025, 7, 17, 6, 30, tzinfo=UTC)  # 08:30 in Brussels, 09:30 in Sofia
    assert now(OFFICE, "BE", BRUSSELS, moment).state == "closed"
    assert now(OFFICE, "BG", SOFIA, moment).state == "open"
    assert now(OFFICE, "BG", SOFIA, moment.astimezone(ZoneInfo("Asia/Tokyo"))) == now(OFFICE, "BG", SOFIA, moment)
    changes_at = now(OFFICE, "BG", SOFIA, moment).changes_at
    assert changes_at is not None
    assert changes_at.isoformat() == "2025-07-17T17:00:00+03:00"


def test_today_is_the_entrys_today() -> None:
    late = datetime(2025, 7, 20, 22, 30, tzinfo=UTC)  # already the 21st in Brussels, and a new week
    assert now(OFFICE, "BE", BRUSSELS, late).holiday
    assert [day.date for day in week(OFFICE, "BE", BRUSSELS, late) if day.is_today] == [date(2025, 7, 21)]


@pytest.mark.parametrize("zone", ["", "Europe/Nowhere", "../etc/passwd", "Europe", "\0", None])
def test_without_a_known_zone_nothing_is_known(zone: str | None) -> None:
    assert now(OFFICE, "BE", zone, local("2025-07-17T10:00")) == Now("unknown")
    assert {day.state for day in week(OFFICE, "BE", zone, local("2025-07-17T10:00"))} == {"unknown"}


def test_summer_time_moves_the_opening_with_the_clock_on_the_wall() -> None:
    before = belgian("Mo-Su 09:00-17:00", "2025-03-29T18:00").opens_at
    after = belgian("Mo-Su 09:00-17:00", "2025-10-25T18:00").opens_at
    assert before is not None
    assert after is not None
    assert (before.isoformat(), after.isoformat()) == ("2025-03-30T09:00:00+02:00", "2025-10-26T09:00:00+01:00")


def test_an_opening_in_the_hour_that_spring_skips_is_passed_over() -> None:
    assert belgian("Mo-Su 02:30-02:45", "2025-03-29T10:00").opens_at == local("2025-03-31T02:30")


def test_the_hour_that_autumn_repeats_closes_once() -> None:
    first = datetime(2025, 10, 26, 0, 15, tzinfo=UTC)  # 02:15 in summer time
    told = now("Mo-Su 00:00-03:00", "BE", BRUSSELS, first)
    assert told.changes_at is not None
    assert (told.state, told.changes_at.astimezone(UTC)) == ("open", datetime(2025, 10, 26, 2, 0, tzinfo=UTC))


@pytest.mark.parametrize("moment", ["2025-03-26T10:00", "2025-10-22T10:00"])
def test_a_week_with_a_clock_change_has_full_days(moment: str) -> None:
    assert {day.periods for day in belgian_week("24/7", moment)} == {(Period(time(0), time(0), closes_next_day=True),)}


# Countries and their zones


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("BE", BRUSSELS),
        ("bg", SOFIA),
        ("ES", "Europe/Madrid"),
        ("PT", "Europe/Lisbon"),
        ("DE", "Europe/Berlin"),
        ("UA", "Europe/Kyiv"),
        ("CY", "Asia/Nicosia"),
        ("US", "America/New_York"),
        ("EU", None),
        ("", None),
        ("XX", None),
    ],
)
def test_a_country_has_its_only_zone_or_its_capitals(country: str, zone: str | None) -> None:
    assert time_zone_of(country) == zone
