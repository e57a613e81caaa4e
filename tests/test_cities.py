"""Cities by any of their names, in any script."""

from __future__ import annotations

import pytest
from asking import statements_of
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import cities
from directory.cities import Atlas, Place, named
from directory.models import City

LIEGE = ["Liège", "Liege", "LIEGE", "Lüttich", "Luttich", "Luik", "Льеж", "Лиеж", "لييج", "لیژ"]
SOFIA = ["Sofia", "sofia", "София", "Софія", "صوفيا", "Sofía"]


@pytest.fixture
def atlas(session: Session) -> Atlas:
    return cities.atlas(session)


@pytest.mark.parametrize("name", LIEGE)
def test_liege_is_found_by_all_its_names(name: str, atlas: Atlas) -> None:
    assert [(city.name, city.country) for city in named(name)] == [("Liège", "BE")]
    found = atlas.here(name)
    assert found is not None
    assert (found.name, found.time_zone) == ("Liège", "Europe/Brussels")


@pytest.mark.parametrize("name", SOFIA)
def test_sofia_is_found_by_all_its_names(name: str, atlas: Atlas) -> None:
    assert (named(name)[0].name, named(name)[0].country) == ("Sofia", "BG")
    found = atlas.here(name)
    assert found is not None
    assert (found.name, found.time_zone) == ("Sofia", "Europe/Sofia")


def test_cities_of_one_name_come_largest_first_and_by_country() -> None:
    valencias = named("Valencia")
    assert [city.population for city in valencias] == sorted((c.population for c in valencias), reverse=True)
    assert named("Liège", "FR") == ()
    assert {city.country for city in named("Frankfurt")} == {"DE"}


@pytest.mark.parametrize("text", ["", " ", "LGG", "SOF", "nowhere at all", "Liège!?x", "\x00"])
def test_what_is_no_name_of_a_city_is_none(text: str, atlas: Atlas) -> None:
    assert named(text) == ()
    assert atlas.here(text) is None
    assert atlas.resolve(text) is None


def test_a_european_city_without_contact_points_is_known_but_not_here(atlas: Atlas) -> None:
    assert atlas.here("Гент") is None
    ghent = atlas.resolve("Гент")
    assert ghent is not None
    assert (ghent.name, ghent.country, ghent.number) == ("Gent", "BE", None)


def test_the_directorys_city_goes_before_a_larger_namesake() -> None:
    here = Place("Valencia", "RO", None, None, number=7)
    assert Atlas([here]).resolve("valencia") is here


def test_every_city_of_the_seed_has_its_centre_and_time_zone(session: Session, atlas: Atlas) -> None:
    assert len(atlas.places) == session.query(City).count() > 10
    for place in atlas.places:
        if place.name != "Esneux":  # fewer than 15,000 people: GeoNames' list does not have it
            assert place.geonames_id, place.name
            assert place.latitude is not None, place.name
            assert place.time_zone.startswith("Europe/"), place.name


def test_a_citys_number_is_the_directorys(session: Session, atlas: Atlas) -> None:
    liege = atlas.here("luik")
    assert liege is not None
    assert session.get_one(City, liege.number).name == "Liège"


def test_the_nearest_cities_come_by_their_distance(atlas: Atlas) -> None:
    by_distance = atlas.nearest(50.6337, 5.5675)
    assert [place.name for _, place in by_distance[:3]] == ["Liège", "Huy", "Namur"]
    assert by_distance[0][0] < 3
    assert 45 < by_distance[2][0] < 60
    assert [km for km, _ in by_distance] == sorted(km for km, _ in by_distance)


def test_a_city_without_a_centre_is_never_near() -> None:
    assert Atlas([Place("Esneux", "BE", None, None, number=1)]).nearest(50.5, 5.5) == []


def test_the_atlas_is_read_in_one_statement(seeded: Engine, session: Session) -> None:
    with statements_of(seeded) as told:
        cities.atlas(session)
    assert len(told) == 1
