"""Where: a city, what serves a whole country or all of Europe, around a point, and open at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asking import LIEGE, SOFIA, WEDNESDAY_NOON, a_file, ask, ids, statements_of
from conftest import fill
from geopy.distance import great_circle
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import database, search
from directory.search import Near, Question

EUROPEAN = {"unionmigrantnet", "diesis-network"}


def test_a_city_comes_first_and_then_what_serves_the_whole_country(session: Session) -> None:
    found = ask(session, cities=("Liège",), per_page=100).items
    groups = [one.is_nationwide for one in found]
    assert groups == sorted(groups)
    assert {one.entry.city for one in found if not one.is_nationwide} == {"Liège"}
    assert {one.entry.country for one in found if one.is_nationwide} == {"BE", "EU"}
    assert {"stop-traite-helpline", *EUROPEAN} <= {one.entry.id for one in found if one.is_nationwide}


def test_another_countrys_helpline_does_not_serve_here(session: Session) -> None:
    assert "refugee-bg-information-portal" in ids(ask(session, cities=("Stara Zagora",), per_page=100))
    assert "refugee-bg-information-portal" not in ids(ask(session, cities=("Liège",), per_page=100))


def test_a_city_without_contact_points_still_has_its_country_and_europe(session: Session) -> None:
    found = ask(session, cities=("Гент",))
    assert found.total
    assert all(one.is_nationwide and one.entry.country in ("BE", "EU") for one in found.items)


def test_two_cities_add_up(session: Session) -> None:
    found = ask(session, cities=("Huy", "Berlin"), per_page=100)
    assert {one.entry.city for one in found.items if not one.is_nationwide} == {"Huy", "Berlin"}
    assert {one.entry.country for one in found.items if one.is_nationwide} == {"BE", "DE", "EU"}


@pytest.mark.parametrize("country", ["BE", "BG", "LT", "PT"])
def test_a_country_has_its_own_and_europes(session: Session, country: str) -> None:
    found = ask(session, countries=country, per_page=100)
    assert set(ids(found)) >= EUROPEAN
    assert {one.entry.country for one in found.items} <= {country, "EU"}
    assert not any(one.is_nationwide for one in found.items)  # nobody asked for a place: no groups


# A place among the words


@pytest.mark.parametrize("words", ["avocat liège", "адвокат Льеж", "محامي لييج", "lüttich abogado", "Luik avukat"])
def test_a_city_among_the_words_is_where_to_look(session: Session, words: str) -> None:
    found = ask(session, words)
    assert found.reading.city is not None
    assert found.reading.city.name == "Liège"
    assert [place.name for place in found.question.cities] == ["Liège"]
    plain = ask(session, found.reading.without_city, cities=("Liège",))
    assert (ids(found), found.total, found.facets) == (ids(plain), plain.total, plain.facets)


def test_a_city_alone_finds_all_that_is_there(session: Session) -> None:
    assert ask(session, "stara zagora").total == ask(session, cities=("Stara Zagora",)).total
    assert ask(session, "stara zagora").reading.terms == ()


def test_a_place_that_is_given_goes_before_one_among_the_words(session: Session) -> None:
    found = ask(session, "caritas liège", cities=("Sofia",))
    assert found.reading.city is None
    assert [place.name for place in found.question.cities] == ["Sofia"]


def test_only_the_first_city_is_the_place_and_quotes_keep_a_city_a_word(session: Session) -> None:
    reading = ask(session, "berlin sofia union").reading
    assert reading.city is not None
    assert (reading.city.name, reading.without_city) == ("Berlin", "sofia union")
    assert ask(session, '"berlin"').reading.city is None


@pytest.mark.parametrize("words", ["Belgique", "Белгия", "بلجيكا", "België"])
def test_a_country_among_the_words_finds_what_is_there(session: Session, words: str) -> None:
    found = ask(session, words, per_page=100)
    assert {one.entry.id for one in found.items if one.entry.country == "BE"} >= {"cripel", "stop-traite-helpline"}


# Around a point


@pytest.mark.parametrize("point", [LIEGE, SOFIA])
@pytest.mark.parametrize("radius_km", [1.0, 5.0, 60.0, 500.0])
def test_near_finds_exactly_what_lies_within_the_radius(
    session: Session, point: tuple[float, float], radius_km: float
) -> None:
    found = ask(session, near=Near(*point, radius_km), per_page=200).items
    everything = [one.entry for one in ask(session, per_page=200).items]
    inside = {
        e.id: great_circle(point, (e.latitude, e.longitude)).km
        for e in everything
        if e.latitude is not None and great_circle(point, (e.latitude, e.longitude)).km <= radius_km
    }
    local = [one for one in found if not one.is_nationwide]
    assert {one.entry.id for one in local} == inside.keys()
    assert [one.distance_km for one in local] == pytest.approx([inside[one.entry.id] for one in local], abs=0.001)
    order = [(one.entry.precision == "city", one.distance_km) for one in local]
    assert order == sorted(order), "a place of which only the city is known stands after the others"


def test_near_also_finds_who_serves_the_country_after_what_is_near(session: Session) -> None:
    found = ask(session, near=Near(*LIEGE, 5), per_page=200).items
    assert [one.is_nationwide for one in found] == sorted(one.is_nationwide for one in found)
    nationwide = {one.entry.country for one in found if one.is_nationwide}
    assert nationwide == {"BE", "EU"}
    assert all(one.distance_km is None for one in found if one.is_nationwide)


def test_in_the_middle_of_nowhere_only_europe_is_near(session: Session) -> None:
    found = ask(session, near=Near(36.0, -30.0, 10))
    assert set(ids(found)) == EUROPEAN


@pytest.mark.parametrize("point", [(90.0, 0.0), (-90.0, 180.0), (0.0, -180.0), (50.6, 5.5)])
def test_any_point_of_the_earth_can_be_asked_about(session: Session, point: tuple[float, float]) -> None:
    assert ask(session, near=Near(*point, 500.0)).total >= len(EUROPEAN)


# Open at a moment

HOURS = {
    "office": ("Mo-Fr 09:00-12:00", "Liège", "BE"),
    "sofia-office": ("Mo-Fr 09:00-12:00", "София", "BG"),
    "always": ("24/7", "Liège", "BE"),
    "unknown": ("", "Liège", "BE"),
    "on-demand": ('Mo-Fr 09:00-12:00 "by appointment"', "Liège", "BE"),
    "helpline": ("Mo-Fr 09:00-12:00", "", "BE"),
    "europe": ("Mo-Fr 09:00-12:00", "", "EU"),
    "village": ("Mo-Fr 09:00-12:00", "Esneux", "BE"),
}


@pytest.fixture
def opening(engine: Engine) -> Engine:
    rows = [
        {"id": key, "opening_hours": hours, "city": city, "country": country, "website": "https://a.example"}
        for key, (hours, city, country) in HOURS.items()
    ]
    fill(engine, a_file(*rows))
    return engine


@pytest.mark.parametrize(
    ("moment", "are_open"),
    [
        (datetime(2026, 11, 25, 7, 30, tzinfo=UTC), {"always", "sofia-office"}),  # 08:30 in Liège, 09:30 in Sofia
        (
            datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
            {"always", "sofia-office", "office", "helpline", "village", "europe"},
        ),
        (datetime(2026, 11, 25, 10, 30, tzinfo=UTC), {"always", "office", "helpline", "village", "europe"}),
        (datetime(2026, 11, 28, 9, 30, tzinfo=UTC), {"always"}),  # Saturday
        (datetime(2026, 11, 11, 9, 30, tzinfo=UTC), {"always", "sofia-office", "europe"}),  # a holiday in Belgium
    ],
)
def test_open_now_is_for_sure_and_by_the_clock_on_the_wall_there(
    opening: Engine, moment: datetime, are_open: set[str]
) -> None:
    with database.reading(opening) as session:
        assert set(ids(ask(session, at=moment, open_now=True))) == are_open


def test_open_now_changes_at_the_minute(opening: Engine) -> None:
    noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    with database.reading(opening) as session:
        assert "office" in ids(ask(session, at=noon - timedelta(seconds=1), open_now=True))
        assert "office" not in ids(ask(session, at=noon, open_now=True))


def test_thousands_of_different_hours_are_one_parameter(engine: Engine) -> None:
    fill(
        engine,
        a_file(*({"id": f"n{n}", "opening_hours": f"Mo-Fr 08:{n % 60:02}-{12 + n // 60}:00"} for n in range(600))),
    )
    with database.reading(engine) as session, statements_of(engine) as told:
        found = search.find(session, Question(open_now=True), at=WEDNESDAY_NOON)
    assert found.total == 600
    assert max(len(statement) for statement in told) < 20_000
