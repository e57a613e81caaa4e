"""A place with how exact it is and how we know, and what stands in the way of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from directory import distance

FARTHEST_KM: Final = 30.0
"""An answer farther than this from the city's centre is another city's street."""
KEPT: Final = ("hand", "file")
"""Sources that know better than any geocoder: never looked up, never overwritten."""


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, precision (`vocabulary.PRECISIONS`), and the source as `ContactPoint.place_source` keeps it."""

    latitude: float
    longitude: float
    precision: str
    source: str

    def km_from(self, other: Place) -> float:
        return distance.km((self.latitude, self.longitude), (other.latitude, other.longitude))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no place: stable code, English message id with %(name)s places, and what stands in them."""

    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The message in English."""
        return self.message % self.values if self.values else self.message

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class NoPlace(Exception):
    """An address has no place (yet): `outcome` as `models.geocoding.OUTCOMES` names it, and why."""

    def __init__(self, outcome: str, problem: Problem, retry_after_s: float = 0.0) -> None:
        super().__init__(problem.sentence)
        self.outcome, self.problem, self.retry_after_s = outcome, problem, retry_after_s
