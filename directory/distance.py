"""How far one place is from another: great circles, by geopy."""

from __future__ import annotations


def km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Between two points (latitude, longitude) in degrees."""
    from geopy.distance import great_circle  # here: every geocoder comes along, a tenth of a second at each start

    return float(great_circle(here, there).km)
