"""What a visitor searches for: one small frozen object between the address and the statement."""

from __future__ import annotations

from dataclasses import dataclass, field

from directory.cities import Place

PER_PAGE = 20
MOST_PER_PAGE = 100
RADIUS_KM = 25.0
MOST_RADIUS_KM = 500.0
MOST_WORDS = 300
"""Characters of text that a question may hold."""


@dataclass(frozen=True, slots=True)
class Near:
    """A point in degrees and how far around it, in kilometres, to look."""

    latitude: float
    longitude: float
    radius_km: float = RADIUS_KM


@dataclass(frozen=True, slots=True)
class Question:
    """Words, place, filters and page. OR inside one tuple, AND between them; an empty tuple does not filter."""

    words: str = ""
    cities: tuple[Place, ...] = ()
    """Cities, with or without contact points: nationwide entries of their countries serve them too."""
    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    open_now: bool = False
    exact: bool = False
    """The words are meant as they are typed: no nearer spelling is looked for."""
    near: Near | None = None
    page: int = 1
    per_page: int = field(default=PER_PAGE)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.per_page
