"""A week of opening hours, day by day. July 2025: the 21st, Belgium's national day, is a Monday."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.hours import Day, Period, week

BRUSSELS = "Europe/Brussels"
OFFICE = "Mo-Fr 09:00-17:00"
NIGHT = "Mo-Su 20:00-08:00"


def belgian_week(text: str, moment: str = "2025-07-23T10:00") -> list[Day]:
    return week(text, "BE", BRUSSELS, datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(BRUSSELS)))


def test_a_week_runs_from_monday_with_this_weeks_holiday_and_today() -> None:
    days = belgian_week("Mo-Fr 09:00-12:00,13:00-17:00")
    office = (Period(time(9), time(12)), Period(time(13), time(17)))
    assert days[0] == Day(date(2025, 7, 21), (), "unknown", is_today=False, holiday=True)
    assert days[2] == Day(date(2025, 7, 23), office, "open", is_today=True, holiday=False)
    assert [day.state for day in days[3:]] == ["open", "open", "closed", "closed"]
    assert [day.date for day in days] == [date(2025, 7, 21) + timedelta(number) for number in range(7)]


def test_a_holiday_that_is_told_shows_what_is_told() -> None:
    assert belgian_week(OFFICE + "; PH off")[0] == Day(date(2025, 7, 21), (), "closed", False, True)
    assert belgian_week(OFFICE + "; PH 10:00-12:00")[0].periods == (Period(time(10), time(12)),)


def test_a_night_stands_under_the_day_it_begins_on() -> None:
    assert belgian_week("Fr 22:00-06:00")[4].periods == (Period(time(22), time(6), closes_next_day=True),)
    assert belgian_week("Fr 22:00-06:00")[5].state == "closed"
    assert belgian_week("Su 22:00-06:00", "2025-07-30T10:00")[0].periods == ()


def test_a_night_into_a_holiday_in_doubt_has_no_known_end() -> None:
    assert belgian_week(NIGHT, "2025-07-16T10:00")[6].periods == (Period(time(20), None, open_ended=True),)


def test_open_ends_show_in_the_week() -> None:
    assert belgian_week("Mo-Su 20:00+")[2].periods == (Period(time(20), None, open_ended=True),)
    assert belgian_week("Mo-Su 10:00-14:00+")[2].periods == (Period(time(10), time(14), open_ended=True),)


def test_long_openings_are_told_day_by_day() -> None:
    whole = Period(time(0), time(0), closes_next_day=True)
    periods = [day.periods for day in belgian_week("We 08:00-24:00; Th; Fr 00:00-20:00")]
    assert periods[2:5] == [(Period(time(8), time(0), closes_next_day=True),), (whole,), (Period(time(0), time(20)),)]


def test_conditional_hours_show_their_condition() -> None:
    day = belgian_week('We 09:00-12:00 "by appointment"')[2]
    assert day.state == "unknown"
    assert day.periods == (Period(time(9), time(12), state="unknown", comment="by appointment"),)
