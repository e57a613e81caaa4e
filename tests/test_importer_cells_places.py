"""Coordinates, and whether they can be where the row says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_importer_cells import refused

from directory.importer import places


@pytest.mark.parametrize(
    ("text", "value"),
    [("50.6337", 50.6337), ("50,6337", 50.6337), ("+50.6", 50.6), ("\u22124.4025", -4.4025), ("51.2194000000000000000000001", 51.2194),
     ("-0", 0.0), ("90", 90.0), ("5\u200b0.5", 50.5)],
)  # fmt: skip
def test_degrees_have_a_point_or_a_comma(text: str, value: float) -> None:
    assert places.degrees(text, "latitude") == value


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("NaN", ""), ("inf", ""), ("-Infinity", ""), ("0x33", ""), ("5_1.2194", ""), ("٥١.٢", ""), ("51..2194", ""), ("--51.2", ""), ("1e1", ""),
     ("", ""), ("1,234.5", ""), ("5" * 500, ""), ("51.2194N", "51.2194"), ("50.63°", "50.63"), ("33.9 S", "-33.9"),
     ("50°38'1\"N", "50.6336111"), ("50° 38′ 1″ N", "50.6336111"), ("50°38'01.0\"N 5°34'46.9\"E", "50.6336111, 5.5796944")],
)  # fmt: skip
def test_what_is_no_decimal_number_is_refused_with_the_number_it_means(text: str, suggestion: str) -> None:
    told = refused("latitude", text)
    assert told.code in ("not_a_number", "too_long")
    assert told.suggestion == suggestion


@pytest.mark.parametrize("text", ["91", "-90.1", "512194", "1e400"])
def test_no_place_lies_beyond_the_pole(text: str) -> None:
    assert refused("latitude", text).code == "out_of_range"


def test_both_coordinates_are_copied_from_a_map() -> None:
    assert (
        places.pair("50.6337, 5.5675")
        == places.pair("(50.6337 5.5675)")
        == places.pair("50,6337; 5,5675")
        == (50.6337, 5.5675)
    )
    assert places.pair("50,63") is places.pair("91.5, 5.5") is places.pair("50, 5, 3") is None


@pytest.mark.parametrize(
    ("country", "latitude", "longitude", "outside"),
    [
        ("BE", 50.6337, 5.5675, False),
        ("BE", 50.6292, 3.0573, False),
        ("BE", 42.6977, 23.3219, True),
        ("BE", 51.2194, -4.4025, True),
        ("BE", 4.4025, 51.2194, True),
        ("BG", 41.57, 23.73, False),
        ("NO", 61.6, 8.3, False),
        ("FR", -21.1, 55.5, False),
        ("ES", 28.1, -15.4, False),
        ("MA", 33.97, -6.85, False),
        ("RU", 43.1, 131.9, False),
        ("XX", 50.6, 5.5, False),
    ],
)
def test_cities_tell_whether_a_place_is_in_its_country(
    country: str, latitude: float, longitude: float, outside: bool
) -> None:
    assert places.is_outside(country, latitude, longitude) is outside


@given(st.floats(-180, 180))
def test_a_coordinate_is_written_and_read_alike(value: float) -> None:
    read = places.degrees(places.written(value), "longitude")
    assert abs(read - value) < 1e-7
    assert places.degrees(places.written(read), "longitude") == read
