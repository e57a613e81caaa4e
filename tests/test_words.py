"""Sentences: is it open, when does that change, in the reader's language and the entry's own time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

import pytest
from flask import Flask, g

from directory.hours import Period
from directory.models import City, ContactPoint
from directory.web import words
from directory.web.openings import Opening, opening

MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12:00 in Brussels, 13:00 in Sofia


@contextmanager
def reading(app: Flask, lang: str = "en", at: datetime = MONDAY_NOON) -> Iterator[None]:
    with app.test_request_context(f"/{lang}/"):
        g.lang, g.moment = lang, at
        yield


def entry(hours: str, country: str = "BE", zone: str = "Europe/Brussels") -> ContactPoint:
    place = City(name="Liège", country=country, time_zone=zone)
    return ContactPoint(
        id="x", name="X", country=country, city="Liège", opening_hours=hours, place=place, names={}, descriptions={}
    )


@pytest.mark.parametrize(
    ("hours", "state", "sentence"),
    [
        ("", "unknown", "Opening hours not known"),
        ("24/7", "open", "Open day and night"),
        ("Mo-Fr 09:00-17:00", "open", "Open until 5:00\u202fPM"),
        ("Mo-Fr 09:00-12:20", "open", "Open – closes in 20 minutes"),
        ("Mo-Fr 09:00-12:01", "open", "Open – closes in 1 minute"),
        ("Mo 09:00-24:00; Tu 00:00-24:00", "open", "Open until Wednesday, 12:00\u202fAM"),
        ("Mo-Fr 09:00-11:00,12:45-17:00", "closed", "Closed – opens in 45 minutes"),
        ("Mo-Fr 09:00-11:00,14:00-17:00", "closed", "Closed – opens today at 2:00\u202fPM"),
        ("Tu 09:00-11:00", "closed", "Closed – opens tomorrow at 9:00\u202fAM"),
        ("Fr 09:00-11:00", "closed", "Closed – opens Friday at 9:00\u202fAM"),
        ("2026 Dec 24 09:00-11:00", "closed", "Closed – opens December 24, 2026 at 9:00\u202fAM"),
        ("off", "closed", "Closed now"),
        ('Mo-Fr 09:00-17:00 unknown "by appointment"', "unknown", "Not sure if it is open now – call first"),
    ],
)
def test_the_sentence_says_what_changes_next(app: Flask, hours: str, state: str, sentence: str) -> None:
    with reading(app):
        assert opening(entry(hours)) == Opening(state, sentence)


def test_the_entrys_own_time_counts(app: Flask) -> None:
    with reading(app):
        assert opening(entry("Mo-Fr 12:30-17:00")).state == "closed"
        assert opening(entry("Mo-Fr 12:30-17:00", "BG", "Europe/Sofia")).state == "open"


def test_a_public_holiday_is_not_known(app: Flask) -> None:
    with reading(app, at=datetime(2026, 7, 21, 10, 0, tzinfo=UTC)):
        assert opening(entry("Mo-Fr 09:00-17:00")).sentence == "Public holiday – may be closed, call first"
        assert opening(entry("Mo-Fr 09:00-17:00; PH off")).state == "closed"


def test_an_entry_of_a_country_has_the_countrys_time(app: Flask) -> None:
    nationwide = entry("Mo-Fr 12:30-17:00", "BG")
    nationwide.place = None
    with reading(app):
        assert opening(nationwide).state == "open"


@pytest.mark.parametrize(
    ("period", "told"),
    [
        (Period(time(9), time(17)), "9:00\u202fAM–5:00\u202fPM"),
        (Period(time(), time(), closes_next_day=True), "day and night"),
        (Period(time(20), None), "from 8:00\u202fPM"),
        (Period(time(20), time(0), closes_next_day=True, open_ended=True), "8:00\u202fPM–12:00\u202fAM or later"),
        (
            Period(time(9), time(17), state="unknown", comment="by appointment"),
            "9:00\u202fAM–5:00\u202fPM (by appointment)",
        ),
        (Period(time(9), time(17), state="unknown"), "9:00\u202fAM–5:00\u202fPM, not sure"),
    ],
)
def test_a_period_says_what_is_known_of_its_end(app: Flask, period: Period, told: str) -> None:
    with reading(app):
        assert words.period_words(period) == told


@pytest.mark.parametrize(
    ("km", "told"), [(0.09, "100 m"), (0.94, "950 m"), (1.04, "1 km"), (2.36, "2.4 km"), (42.7, "43 km")]
)
def test_a_distance_is_as_exact_as_a_walker_needs(app: Flask, km: float, told: str) -> None:
    with reading(app):
        assert words.kilometres(km) == told


def test_numbers_and_dates_are_in_the_readers_manner(app: Flask) -> None:
    with reading(app, "fr"):
        assert words.kilometres(2.36) == "2,4\xa0km"
        assert words.day(date(2026, 11, 23)) == "23 novembre 2026"
        assert words.phone("+3242218111") == "+32 4 221 81 11"


def test_one_line_ends_at_a_sentence_or_a_word() -> None:
    assert words.one_line("Free help. Every day.") == "Free help."
    assert words.one_line("word " * 60).endswith("word …")


def test_the_name_here_is_left_out_when_the_door_says_it_already(app: Flask) -> None:
    shown = entry("")
    shown.name, shown.names = "Le Monde des Possibles asbl", {"en": "Le Monde des Possibles"}
    with reading(app, "ar"):
        assert words.name_here(shown) is None
        shown.names = {"en": "World of the possible"}
        assert words.name_here(shown) == ("World of the possible", "en")


def test_the_language_of_the_door_is_told_only_when_known() -> None:
    shown = entry("")
    assert words.door_language(shown) == ""  # Belgium has three languages
    shown.names = {"fr": "X"}
    assert words.door_language(shown) == "fr"
    assert words.door_language(entry("", "BG")) == "bg"
