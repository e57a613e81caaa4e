"""Around a point: who lies within the radius, and how far away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyroaring import BitMap
from sqlalchemy.orm import Session

from directory.search.engines import bitmap
from directory.search.question import Near
from directory.search.shelf import Shelf, read_places

KM_PER_DEGREE: Final = 111.195
EARTH_KM: Final = 6371.009
"""The mean radius that geopy measures with."""
SLACK: Final = 1.001  # the box may be a little too large: the distance decides
Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Circle:
    """The contact points within a radius: their numbers in ascending order, and the distance of each in km."""

    inside: BitMap
    numbers: Numbers
    km: Numbers

    def distances(self, numbers: Numbers) -> Numbers:
        """Kilometres to each of these, all of which lie inside."""
        found: Numbers = self.km[np.searchsorted(self.numbers, numbers)]
        return found

    def distance(self, number: int) -> float | None:
        """Kilometres to one contact point; None for one that lies elsewhere or nowhere."""
        return float(self.distances(np.array([number]))[0]) if number in self.inside else None


def circle(session: Session, shelf: Shelf, near: Near) -> Circle:
    """Who lies within the radius; kept, because pages and filters ask again for the same one."""
    key = ("circle", near.latitude, near.longitude, near.radius_km)
    return shelf.keep(key, lambda: _draw(shelf.keep("places", lambda: read_places(session)), near))


def _draw(places: Numbers, near: Near) -> Circle:
    reach = near.radius_km / KM_PER_DEGREE * SLACK
    first, last = np.searchsorted(places["latitude"], (near.latitude - reach, near.latitude + reach))
    band = places[first:last]
    if abs(near.latitude) + reach < 89:
        width = np.degrees(np.arcsin(min(1.0, np.sin(np.radians(reach)) / np.cos(np.radians(near.latitude)))))
        away = np.abs((band["longitude"] - near.longitude + 180) % 360 - 180)
        band = band[away <= width * SLACK]
    km = _km(band, near)
    band, km = band[km <= near.radius_km], km[km <= near.radius_km]
    order = np.argsort(band["number"])
    numbers = band["number"][order]
    return Circle(bitmap(numbers), numbers, km[order])


def _km(places: Numbers, near: Near) -> Numbers:
    """Over the great circle, by the haversine formula."""
    here, there = np.radians(near.latitude), np.radians(places["latitude"])
    half_lat = (there - here) / 2
    half_lon = np.radians(places["longitude"] - near.longitude) / 2
    square = np.sin(half_lat) ** 2 + np.cos(here) * np.cos(there) * np.sin(half_lon) ** 2
    km: Numbers = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(square, 1.0)))
    return km
