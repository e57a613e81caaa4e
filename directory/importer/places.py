"""Coordinates as people, spreadsheets and maps write them; and whether a place can be where the row says it is."""

from __future__ import annotations

import re
from functools import lru_cache
from math import cos, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from directory import cities
from directory.importer.cells import bare
from directory.importer.problems import BadCell
from directory.models import DEGREE_DECIMALS
from directory.vocabulary import N_

LONGEST: Final = 100
MOST: Final = {"latitude": 90.0, "longitude": 180.0}

_PLAIN: Final = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,40})?", re.ASCII)
_POWER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d{1,4}", re.ASCII | re.IGNORECASE)
_DEGREES: Final = re.compile(
    r"([NSEWOИСЮЗ])?\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*(?:°|º|˚|deg|d)?\s*"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*['’′‘m])?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|”|″|''|’’|s))?\s*([NSEWOИСЮЗ])?",
    re.ASCII | re.IGNORECASE,
)
_NEGATIVE: Final = frozenset("SWOЮЗ")
_PAIR: Final = re.compile(
    r"\(?\s*([+-]?\d{1,3}\.\d+)\s*[,; ]\s*([+-]?\d{1,3}\.\d+)\s*\)?|([+-]?\d{1,3},\d+)\s*[; ]\s*([+-]?\d{1,3},\d+)",
    re.ASCII,
)
_HALVES: Final = re.compile(r"(?<=[NSEWOИСЮЗ])[\s,;]+(?=\d)|(?<=\d)[\s,;]+(?=[EWOИЗ])", re.IGNORECASE)

NEAR_KM: Final = 30
"""A place this near to a city of its country is never doubted: borders are crooked, and offices stand across them."""
FAR_KM: Final = 300
"""A place farther than this from every city of its country is doubted even where no foreign city is near."""
_KM_PER_DEGREE: Final = 111.2


def degrees(text: str, axis: str) -> float:
    """Decimal degrees, with a point or a comma."""
    if not _PLAIN.fullmatch(text):
        text = bare(text, LONGEST).replace("−", "-")
        if not _PLAIN.fullmatch(text):
            raise _no_number(text, axis)
    value = float(text.replace(",", "."))
    if abs(value) > MOST[axis]:
        raise _out_of_range(text, axis)
    return round(value, DEGREE_DECIMALS) + 0.0


def pair(text: str) -> tuple[float, float] | None:
    """Both coordinates from one cell, “50.63, 5.57” as maps copy them; None for anything else."""
    match = _PAIR.fullmatch(text)
    if not match:
        return None
    try:
        return degrees(match[1] or match[3], "latitude"), degrees(match[2] or match[4], "longitude")
    except BadCell:
        return None


def _out_of_range(text: str, axis: str) -> BadCell:
    message = N_("%(text)s lies outside -%(most)s to %(most)s degrees.")
    return BadCell("out_of_range", message, {"text": text[:60], "most": f"{MOST[axis]:g}"})


def _no_number(text: str, axis: str) -> BadCell:
    if _POWER.fullmatch(text) and abs(float(text.replace(",", "."))) > MOST[axis]:
        return _out_of_range(text, axis)
    message = N_("“%(text)s” is not a number of degrees such as 50.6337.")
    return BadCell("not_a_number", message, {"text": text[:60]}, _in_decimals(text, axis))


def _in_decimals(text: str, axis: str) -> str:
    """Degrees, minutes, seconds and a point of the compass turned into decimal degrees; '' if they are not that."""
    halves = [_decimal(half) for half in _HALVES.split(text)]
    if len(halves) == 2 and None not in halves:
        return ", ".join(written(half) for half in halves if half is not None)
    value = _decimal(text)
    return "" if value is None or abs(value) > MOST[axis] else written(value)


def _decimal(text: str) -> float | None:
    match = _DEGREES.fullmatch(text.strip())
    if not match or (match[1] and match[5]):
        return None
    whole, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.group(2, 3, 4))
    value = abs(whole) + minutes / 60 + seconds / 3600
    is_negative = match[2].startswith("-") or (match[1] or match[5] or "").upper() in _NEGATIVE
    return -value if is_negative else value


def written(value: float) -> str:
    """As an export writes it: at most seven decimals."""
    return f"{value:.{DEGREE_DECIMALS}f}".rstrip("0").rstrip(".") if value else "0"


def is_null_island(latitude: float, longitude: float) -> bool:
    """0°, 0°, in the Gulf of Guinea: what programs write when they know no place."""
    return abs(latitude) < 0.01 and abs(longitude) < 0.01


def is_outside(country: str, latitude: float, longitude: float) -> bool:
    """Whether the place is surely not in the country, as far as cities can tell. False for a country without cities."""
    return _is_outside(country, round(latitude, 1), round(longitude, 1))


@lru_cache(maxsize=16384)
def _is_outside(country: str, latitude: float, longitude: float) -> bool:
    own = cities.centres().get(country)
    if own is None:
        return False
    to_own = _km_to_nearest(latitude, longitude, own)
    if to_own <= NEAR_KM:
        return False
    return to_own > FAR_KM or _km_to_nearest(latitude, longitude, _everywhere()) * 2 < to_own


@lru_cache(maxsize=1)
def _everywhere() -> NDArray[np.float64]:
    return np.concatenate([*cities.centres().values()])


def _km_to_nearest(latitude: float, longitude: float, places: NDArray[np.float64]) -> float:
    """On a flat map: good to a percent over some hundred kilometers, and all cities at once."""
    north, east = (places - (latitude, longitude)).T
    east = (east + 180) % 360 - 180
    return float(_KM_PER_DEGREE * np.hypot(north, east * cos(radians(latitude))).min())


def axis_that_strays(country: str, latitude: float) -> str:
    """The coordinate that leaves the country: longitude where the latitude is one of the country's."""
    own = cities.centres().get(country)
    if own is not None and own[:, 0].min() - 0.5 <= latitude <= own[:, 0].max() + 0.5:
        return "longitude"
    return "latitude"
