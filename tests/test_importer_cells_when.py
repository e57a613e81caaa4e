"""Dates and opening hours as people and spreadsheets write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_importer_cells import refused

from directory.hours import is_valid
from directory.importer.dates import a_date, today_somewhere
from directory.importer.opening import opening_hours
from directory.importer.problems import BadCell
from directory.importer.week import in_osm_syntax

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "text",
    ["2026-10-01", "01/10/2026", "1.10.2026", "01.10.2026 г.", "1-10-2026", "1. 10. 2026", "2026/10/01", "2026-10-01T12:00:00Z",
     "2026-10-01 00:00:00", "01/10/2026 00:00", "1 octobre 2026", "le 1er oct. 2026", "jeudi 1 octobre 2026", "1 октомври 2026 г.",
     "October 1, 2026", "1st October 2026", "2026-10-01T23:59:59.5+02:00", "01/10/2026 9:05", "1 okt 2026", "01-oct-2026", "１/１０/２０２６"],
)  # fmt: skip
def test_a_day_is_read_day_first(text: str) -> None:
    assert a_date(text, TODAY) == date(2026, 10, 1)


def test_the_third_of_april_is_not_the_fourth_of_march() -> None:
    assert a_date("03/04/2026", TODAY) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("2026-02-30", ""), ("31/02/2026", ""), ("13/13/2026", ""), ("00.00.0000", ""), ("0000-00-00 00:00:00", ""), ("yesterday", ""), ("2026-10-01 25:00", ""),
     ("2026-10-01 24:00", ""), ("2026-10-01 12:60", ""), ("01/10/2026 12:00:60", ""), ("2026-10-01T12:00+99:00", ""),
     ("1e4", ""), ("10/2026", ""), ("Oct 2026", ""), ("1026-10-01", ""), ("1" * 500, ""), ("12/31/2025", "2025-12-31"),
     ("01/10/26", "2026-10-01"), ("01-oct-26", "2026-10-01"), ("46296", "2026-10-01"), ("20261001", "2026-10-01")],
)  # fmt: skip
def test_a_date_in_doubt_is_refused(text: str, suggestion: str) -> None:
    with pytest.raises(BadCell) as told:
        a_date(text, TODAY)
    assert told.value.code in ("bad_date", "too_long")
    assert told.value.suggestion == suggestion


def test_a_day_to_come_is_refused_and_today_is_not() -> None:
    assert a_date("2026-11-24", TODAY) == TODAY
    assert refused("verified_on", (today_somewhere() + timedelta(days=1)).isoformat()).code == "date_in_future"


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("Mo-Fr 09:00-12:00,13:00-17:00", "Mo-Fr 09:00-12:00,13:00-17:00"),
        ("Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-17:00; PH off"),
        ("Mo-Su 20:00-08:00", "Mo-Su 20:00-08:00"),
        ('"sur rendez-vous"', '"sur rendez-vous"'),
        ("24/7", "24/7"),
        ("Mo-Fr 09:00-17:00 open; PH closed", "Mo-Fr 09:00-17:00 open; PH closed"),
        ('Mo 09:00-17:00; Tu "ring; then wait"', 'Mo 09:00-17:00; Tu "ring; then wait"'),
        ("24h/24, 7j/7", "24/7"),
        ("Mo–Fr 9:00 – 17:00", "Mo-Fr 09:00-17:00"),
        ("Mo-Fr 9-17", "Mo-Fr 09:00-17:00"),
        ("lundi à vendredi, 9h à 17h", "Mo-Fr 09:00-17:00"),
        ("lun-ven 9h-12h et 13h30-17h", "Mo-Fr 09:00-12:00,13:30-17:00"),
        ("du lundi au jeudi de 9h00 à 12h30 / 13h30-16h30", "Mo-Th 09:00-12:30,13:30-16:30"),
        ("Lundi, mercredi et vendredi : 9h - 12h", "Mo,We,Fr 09:00-12:00"),
        ("9h-17h du lundi au vendredi", "Mo-Fr 09:00-17:00"),
        ("lundi 9h-12h\nmardi 14h-17h", "Mo 09:00-12:00; Tu 14:00-17:00"),
        ("lundi-vendredi 9h-17h; dimanche fermé", "Mo-Fr 09:00-17:00; Su off"),
        ("понеделник–петък 9–17 ч.", "Mo-Fr 09:00-17:00"),
        ("от понеделник до петък от 9 до 17:30 часа", "Mo-Fr 09:00-17:30"),
        ("пон.-пет. 9.00 - 17.30 ч.", "Mo-Fr 09:00-17:30"),
        ("ежедневно 9-18 ч.", "Mo-Su 09:00-18:00"),
        ("ma-vr 9u-17u", "Mo-Fr 09:00-17:00"),
        ("maandag t/m vrijdag 9.00-17.00 uur", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 9am-5pm", "Mo-Fr 09:00-17:00"),
        ("Tuesdays noon to 4:30 p.m.", "Tu 12:00-16:30"),
        ("20h-8h tous les jours", "Mo-Su 20:00-08:00"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, osm: str) -> None:
    assert opening_hours(text, "BE") == osm


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("Mo-Fr 25:00-26:00", ""), ("Mo-Xx 09:00-10:00", ""), ("09:00", ""), ("Mo-Fr 17:00-09:00-12:00", ""), ("Mo 09:60-10:00", ""),
     ("09-déc", ""), ("09.дек", ""), ("2026-12-09 00:00:00", ""), ("46000", ""), ("Dec 09", ""), ("2026", ""), ("9-12", ""),
     ("9h-12h", ""), ("Mo-Fr", ""), ("open", ""), ("Open", ""), ("OPEN", ""), ("Mo-Fr open", ""), ("Mo-Fr 09:00-17:00; Sa", ""),
     ("Mo-Fr open; Su off", ""), ('Mo-Fr open "ring"', ""), ("Mon-Fri 9-5", ""), ("Sa 1-3", ""), ("Mon 2:00-5:00 or so", ""), ("lundi 9h-12h, lundi 14h-17h", ""),
     ("lundi 9h-13h et 12h-17h", ""), ("lundi 9h-25h", ""), ("1er lundi 9h-12h", ""), ("lundi matin", ""), ("lundi à 9h", ""),
     ("Mo-Fr 16:00-12:00", ""), ("Mo-Fr 9:00-5:00", ""), ("Mo-Fr 09:00-09:00", ""), ("sur rendez-vous", '"sur rendez-vous"'), ("с предварителен час", '"с предварителен час"')],
)  # fmt: skip
def test_hours_that_are_not_certain_are_refused(text: str, suggestion: str) -> None:
    told = refused("opening_hours", text)
    assert (told.code, told.suggestion) == ("bad_opening_hours", suggestion)


@pytest.mark.parametrize(
    ("text", "begins"),
    [("Mo-Fr 9:00-5:00", "has hours that end before"), ("Mo-Fr 09:00-12:00; Sa 16:00-12:00", "has hours that end before"),
     ("Mo-Fr 09:00-09:00", "cannot be read for certain"), ("Feb 30 off", "cannot be read for certain"),
     ("Mo-Fr", "says no hours")],
)  # fmt: skip
def test_what_is_wrong_with_hours_is_told(text: str, begins: str) -> None:
    told = refused("opening_hours", text)
    assert told.message.startswith(f"“%(text)s” {begins}")


@pytest.mark.parametrize(
    "text",
    ["Feb 30 off", "feb 31 10:00-12:00", "Feb30 off", "Apr 31 off", "Jun 31-Jul 5 off", "Jan 5-Feb 30 off", "Feb 10-31 09:00-10:00",
     "Mo-Fr 09:00-17:00; Nov 28-31 off", "Dec 24,Sep 31 off", "2026 Feb 29 off", "2026 Feb 20-2026 Apr 31 off", "Feb 30+ off",
     "Feb 30:10:00-12:00"],
)  # fmt: skip
def test_a_day_that_its_month_does_not_have_is_refused(text: str) -> None:
    assert is_valid(text)
    assert refused("opening_hours", text).code == "bad_opening_hours"


@pytest.mark.parametrize(
    "text",
    ["Feb 29 off", "2028 Feb 29 off", "2027-2028 Feb 29 off", "Dec 31 10:00-12:00", "Feb 10:00-12:00", "Feb-Apr 10:00-20:00",
     "Feb 24-Mar 31: 10:00-12:00", "Jul 1-31 off", '10:00-12:00 "not on Feb 30"', "Dec 24-Jan 2 off"],
)  # fmt: skip
def test_a_day_that_its_month_has_is_taken(text: str) -> None:
    assert opening_hours(text) == text


def test_a_day_that_is_another_one_over_the_border_is_the_countrys() -> None:
    assert in_osm_syntax("di 9h-12h", "FR") == "Su 09:00-12:00"
    assert in_osm_syntax("di 9u-12u", "NL") == "Tu 09:00-12:00"
    assert in_osm_syntax("di 9h-12h", "BE") == in_osm_syntax("di 9h-12h", "") == ""


def test_too_much_to_be_hours_is_refused_at_once() -> None:
    assert refused("opening_hours", " \n" * 100_000 + "x").code == "too_long"


TOLD = st.lists(
    st.sampled_from(
        [
            "lundi",
            "mardi",
            "à",
            "-",
            "et",
            ",",
            "9h",
            "12h30",
            "17",
            "25h",
            ";",
            "fermé",
            "di",
            "sur",
            "ma",
            "пн",
            "9:00",
        ]
    ),
    max_size=12,
).map(" ".join)


@given(TOLD, st.sampled_from(["BE", "FR", "BG", ""]))
def test_what_is_translated_is_valid_and_stays_so(text: str, country: str) -> None:
    osm = in_osm_syntax(text, country)
    assert osm == "" or (is_valid(osm) and opening_hours(osm, country) == osm)
