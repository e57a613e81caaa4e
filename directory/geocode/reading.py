"""A Nominatim answer → a place, if it can be true of the address that was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from directory.geocode.addresses import Address
from directory.geocode.places import FARTHEST_KM, NoPlace, Place, Problem
from directory.models import DEGREE_DECIMALS
from directory.text import folded_phrase
from directory.vocabulary import N_

NOMINATIM: Final = "nominatim"
_HOUSE_RANK, _ROAD_RANK = 30, 26  # Nominatim's `place_rank`: 26 and 27 are roads, 30 is a house or what stands in one
_SETTLEMENTS: Final = (
    "city town village hamlet municipality suburb borough city_district district isolated_dwelling county"
).split()


def read(answer: Any, address: Address) -> Place:
    """The place of the first result; raise NoPlace for none, for one that cannot be used, or that cannot be true."""
    if not isinstance(answer, list):
        raise _unusable("list")
    if not answer:
        raise NoPlace("nothing", Problem("nothing_found", N_("The geocoder does not know this address.")))
    result = answer[0]
    if not isinstance(result, Mapping):
        raise _unusable("list")
    details = result.get("address")
    if not isinstance(details, Mapping):
        raise _unusable("address")
    latitude, longitude = _degrees(result, "lat", 90.0), _degrees(result, "lon", 180.0)
    place = Place(latitude, longitude, _precision(result, details, address), NOMINATIM)
    _check_country(details, address)
    _check_city(place, details, address)
    return place


def _unusable(part: str) -> NoPlace:
    message = N_("The geocoder's answer cannot be used: “%(part)s” is missing or wrong.")
    return NoPlace("failed", Problem("unusable_answer", message, {"part": part}))


def _degrees(result: Mapping[str, Any], name: str, most: float) -> float:
    """Nominatim writes degrees as text; numbers are as good."""
    value = result.get(name)
    try:
        degrees = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else float("nan")
    except (ValueError, OverflowError):
        raise _unusable(name) from None
    if not isfinite(degrees) or abs(degrees) > most:
        raise _unusable(name)
    return round(degrees, DEGREE_DECIMALS) + 0.0


def _precision(result: Mapping[str, Any], details: Mapping[str, Any], address: Address) -> str:
    """`exact` only for the house that was asked for: a neighbor's door, or a bus stop of the name, is the street."""
    rank = result.get("place_rank")
    rank = rank if isinstance(rank, int) else 0
    if rank >= _HOUSE_RANK or "house_number" in details:
        if "house_number" in details:
            is_ours = bool(_numbers(details["house_number"]) & _numbers(_house(address.query.get("street", ""))))
        else:
            is_ours = result.get("category") == "building"
        return "exact" if is_ours else "street"
    return "street" if rank >= _ROAD_RANK else "city"


def _house(street: str) -> str:
    """The number of the house, not one in the street's name: "Rue du 11 Novembre 5-7" → "5-7", "5 rue X" → "5"."""
    found = re.match(r"\d+\S*", street) or re.search(r"\d+\w*(?:\s*[-–/+]\s*\d+\w*)*(?=\D*$)", street)
    return found[0] if found else ""


def _numbers(text: Any) -> set[str]:
    return set(re.findall(r"\d+", text)) if isinstance(text, str) else set()


def _check_country(details: Mapping[str, Any], address: Address) -> None:
    found = details.get("country_code")
    if not isinstance(found, str) or len(found) != 2:
        raise _unusable("country_code")
    if found.upper() != address.country:
        message = N_("The geocoder found it in another country: %(found)s, not %(country)s.")
        told = {"found": found.upper(), "country": address.country}
        raise NoPlace("refused", Problem("wrong_country", message, told))


def _check_city(place: Place, details: Mapping[str, Any], address: Address) -> None:
    """Near the city's centre; where GeoNames does not know the city, the answer itself must name it."""
    if address.centre:
        distance_km = place.km_from(address.centre)
        if distance_km > FARTHEST_KM:
            message = N_("The geocoder found it %(distance_km)s km from the centre of %(city)s.")
            told = {"distance_km": round(distance_km), "city": address.city}
            raise NoPlace("refused", Problem("too_far", message, told))
        return
    named = {folded_phrase(str(details[name])) for name in _SETTLEMENTS if details.get(name)}
    same_code = address.postal_code and _bare(details.get("postcode")) == _bare(address.postal_code)
    if folded_phrase(address.city) not in named and not same_code:
        message = N_("The geocoder found it, but not in %(city)s.")
        raise NoPlace("refused", Problem("wrong_city", message, {"city": address.city}))


def _bare(text: Any) -> str:
    return re.sub(r"\W", "", text).casefold() if isinstance(text, str) else ""
