"""The way from an address to a place: by hand, file, remembered, GeoNames, Nominatim; and what is never believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nominatim_server import BODIES, BRUSSELS, LIEGE, PARIS, UNUSABLE, VERVIERS, result

from directory.geocode import Address, NoPlace, Place, locate
from directory.geocode.addresses import street_alone
from directory.geocode.places import Problem
from directory.geocode.reading import read

CENTRE = Place(50.63373, 5.56749, "city", "geonames")


def address(**different: Any) -> Address:
    given: dict[str, Any] = {
        "number": 1,
        "id": "a",
        "version": 1,
        "street": "Rue A 13",
        "postal_code": "4000",
        "city": "Liège",
        "country": "BE",
        "place": None,
        "centre": CENTRE,
    }
    return Address(**(given | different))


class Answering:
    """A server that has this answer, or this problem, and counts how often it is asked."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, list[Mapping[str, str]]()

    def ask(self, query: Mapping[str, str]) -> Any:
        self.asked.append(query)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def located(of: Address, remembered: Place | NoPlace | None = None, answer: Any = None) -> tuple[Place | None, int]:
    server = Answering([result()] if answer is None else answer)
    return locate(of, remembered, server).place, len(server.asked)  # type: ignore[arg-type]


FAILED = NoPlace("failed", Problem("timed_out", "late"))
HAND, FILE = Place(1.0, 2.0, "exact", "hand"), Place(1.0, 2.0, "city", "file")
REMEMBERED, FOUND = Place(50.6, 5.6, "street", "nominatim"), Place(*LIEGE, "exact", "nominatim")


@pytest.mark.parametrize(
    ("of", "remembered", "answer", "place", "requests"),
    [
        (address(place=HAND), REMEMBERED, None, HAND, 0),
        (address(place=FILE), REMEMBERED, None, FILE, 0),
        (address(), REMEMBERED, None, REMEMBERED, 0),
        (address(street=""), None, None, CENTRE, 0),
        (address(street="(1st floor)"), None, None, CENTRE, 0),
        (address(), None, None, FOUND, 1),
        (address(place=CENTRE), None, None, FOUND, 1),
        (address(), FAILED, None, CENTRE, 0),
        (address(), None, FAILED, CENTRE, 1),
        (address(), None, [], CENTRE, 1),
        (address(), None, [result(PARIS, country_code="fr")], CENTRE, 1),
        (address(centre=None), None, [], None, 1),
        (address(centre=None, street=""), None, [result(rank=16)], Place(*LIEGE, "city", "nominatim"), 1),
    ],
)
def test_each_step_of_the_way_has_its_turn(
    of: Address, remembered: Place | NoPlace | None, answer: Any, place: Place | None, requests: int
) -> None:
    assert located(of, remembered, answer) == (place, requests)


def test_without_a_server_there_is_the_city() -> None:
    assert locate(address(), None, None).place == CENTRE
    assert locate(address(centre=None), None, None).place is None


def unnumbered(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"address": {name: value for name, value in found["address"].items() if name != "house_number"}}


@pytest.mark.parametrize(
    ("street", "found", "precision"),
    [
        ("Rue A 13", result(), "exact"),
        ("Rue A 13-15", result(), "exact"),
        ("13 bis rue A", result(), "exact"),
        ("Rue A 15", result(), "street"),
        ("Rue A", result(), "street"),
        ("Rue A", result() | {"category": "building"}, "street"),  # a house of another number
        ("Rue A", unnumbered(result()) | {"category": "building"}, "exact"),
        ("Rue A 15", result() | {"category": "building"}, "street"),
        ("Rue du 13 Novembre 5", result(), "street"),
        ("Rue du 11 Novembre 13-15", result(), "exact"),
        ("13 rue du 11 Novembre", result(), "exact"),
        ("Rue A 13", result(rank=26), "street"),
        ("Rue A 13", result(rank=16), "city"),
        ("Rue A 13", {k: v for k, v in result(rank=16).items() if k != "place_rank"}, "city"),
    ],
)
def test_only_the_house_that_was_asked_for_is_exact(street: str, found: dict[str, Any], precision: str) -> None:
    assert read([found], address(street=street)).precision == precision


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (result(BRUSSELS), "too_far"),
        (result(PARIS, country_code="fr"), "wrong_country"),
        (result(country_code="de"), "wrong_country"),
        (result((0.0, 0.0)), "too_far"),
    ],
)
def test_what_cannot_be_true_of_the_address_is_refused(found: dict[str, Any], code: str) -> None:
    with pytest.raises(NoPlace) as refusal:
        read([found], address())
    assert (refusal.value.outcome, refusal.value.problem.code) == ("refused", code)
    assert "%" not in refusal.value.problem.sentence


def test_degrees_are_kept_as_an_export_writes_them() -> None:
    place = read([result((50.64028093123, 5.5712345678912))], address())
    assert (place.latitude, place.longitude) == (50.6402809, 5.5712346)


def test_a_suburb_within_thirty_kilometres_is_near_enough() -> None:
    assert 20 < read([result(VERVIERS)], address()).km_from(CENTRE) < 30


@pytest.mark.parametrize(
    ("details", "is_there"),
    [
        ({"city": "Trou-de-Bra"}, True),
        ({"village": "TROU DE BRA"}, True),
        ({"postcode": "4 990"}, True),
        ({"city": "Liège", "postcode": "4000"}, False),
    ],
)
def test_a_village_that_geonames_does_not_know_must_be_named_in_the_answer(
    details: dict[str, str], is_there: bool
) -> None:
    village = address(city="Trou-de-Bra", postal_code="4990", centre=None)
    try:
        assert read([result(**details)], village).precision == "exact"
    except NoPlace as refusal:
        assert refusal.problem.code == "wrong_city"
        assert not is_there
    else:
        assert is_there


@pytest.mark.parametrize("mood", UNUSABLE)
def test_json_that_is_no_answer_is_told_apart_from_nothing_found(mood: str) -> None:
    with pytest.raises(NoPlace) as problem:
        read(json.loads(BODIES[mood][2]), address())
    assert (problem.value.outcome, problem.value.problem.code) == ("failed", "unusable_answer")


@pytest.mark.parametrize("name", ["lat", "lon", "address"])
@pytest.mark.parametrize(
    "value", [None, "", "nan", "inf", "-1e999", "north", True, [], {}, "91,5", 181, "1e309", "٥٠°"]
)
def test_a_field_of_the_wrong_kind_is_named(name: str, value: Any) -> None:
    with pytest.raises(NoPlace) as problem:
        read([result() | {name: value}], address())
    assert problem.value.problem.values["part"] in (name, "country_code")


@pytest.mark.parametrize("code", [None, 32, "", "bel", []])
def test_an_answer_without_its_country_is_not_believed(code: Any) -> None:
    found = result()
    found["address"]["country_code"] = code
    with pytest.raises(NoPlace, match="country_code"):
        read([found], address())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["lat", "lon", "place_rank", "category", "address"])
DETAILS = st.sampled_from(["country_code", "city", "postcode", "house_number", "village"])


@given(JSON, st.dictionaries(FIELDS, JSON, max_size=3), st.dictionaries(DETAILS, JSON, max_size=4), st.booleans())
def test_any_answer_is_a_place_near_the_city_or_a_problem(
    whole: Any, fields: dict[str, Any], details: dict[str, Any], in_gazetteer: bool
) -> None:
    found: dict[str, Any] = result()
    found["address"] |= details
    for answer in (whole, [whole], [found], [found | fields]):
        try:
            place = read(answer, address(centre=CENTRE if in_gazetteer else None))
        except NoPlace as problem:
            assert problem.problem.sentence
            assert problem.outcome in ("nothing", "refused", "failed")
        else:
            assert place.precision in ("exact", "street", "city")
            assert not in_gazetteer or place.km_from(CENTRE) <= 30


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Place Saint-Lambert 16 (Palais des Princes-Évêques, 1re cour)", "Place Saint-Lambert 16"),
        ("Rue Volière (meals); Rue Chevaufosse (night shelter)", "Rue Volière"),
        ("bul. G. M. Dimitrov 52A, floor 1, room 107", "bul. G. M. Dimitrov 52A"),
        ("Via Roma, 28, int. 2", "Via Roma, 28"),
        ("12, rue de Paris", "12, rue de Paris"),
        ("12, rue de Paris, 3e étage", "12, rue de Paris"),
        ("  ул. Струма   1 ", "ул. Струма 1"),
        ("Rue du Hoyoux", "Rue du Hoyoux"),
        ("Rue A 1 (never closed", "Rue A 1"),
        ("(1st floor)", ""),
        ("", ""),
        (", ,", ""),
    ],
)
def test_what_a_person_added_for_people_is_not_asked_for(written: str, asked: str) -> None:
    assert street_alone(written) == asked


def test_the_query_is_structured_and_has_no_empty_parts() -> None:
    assert address(postal_code="").query == {"street": "Rue A 13", "city": "Liège", "country": "BE"}


def test_two_ways_to_write_one_address_are_one_question_to_one_server() -> None:
    first = address().key("a.example")
    assert first == address(street="RUE A  13 (court)", id="b", number=2, version=9).key("a.example")
    assert len({first, address(street="Rue A 14").key("a.example"), address().key("b.example")}) == 3
