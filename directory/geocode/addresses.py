"""Contact points whose place is to be looked up, as the address that is asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from json import dumps
from typing import Any, Final

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from directory import cities
from directory.geocode.places import Place
from directory.models import City, ContactPoint

GEONAMES: Final = "geonames"
_REMARK: Final = re.compile(r"\([^)]*\)?|;.*", re.DOTALL)
_NUMBER: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Address:
    """One contact point as it stood when it was read: `version` tells whether it was edited since."""

    number: int
    id: str
    version: int
    street: str
    postal_code: str
    city: str
    country: str
    place: Place | None
    """What is stored now."""
    centre: Place | None
    """Of its city, from GeoNames; None where GeoNames does not know the city."""

    @property
    def query(self) -> dict[str, str]:
        """The structured query, without what a person added for people: "(2nd floor)", "; night shelter: …"."""
        asked = {
            "street": street_alone(self.street),
            "city": self.city,
            "postalcode": self.postal_code,
            "country": self.country,
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def has_street(self) -> bool:
        """There is something finer to ask for than the city."""
        return "street" in self.query

    def key(self, provider: str) -> bytes:
        """Of what is asked from whom: two contact points behind one door have the same."""
        asked = {name: unicodedata.normalize("NFKC", value).casefold() for name, value in self.query.items()}
        return blake2b(dumps([provider, asked], sort_keys=True).encode(), digest_size=16).digest()


def street_alone(text: str) -> str:
    """Street and house number: "Place X 16 (court, 1st floor)" → "Place X 16", "Via Y, 28, int. 2" → "Via Y, 28"."""
    kept = ""
    for part in (each.strip() for each in _REMARK.sub("", text).split(",")):
        kept = f"{kept}, {part}" if kept and part else kept or part
        if _NUMBER.search(kept) and _WORD.search(kept):
            break
    return " ".join(kept.split())


def waiting(session: Session, numbers: Sequence[int] = ()) -> Iterator[Address]:
    """Those without a place, or with only their city's centre although a street is known; of these `numbers`, or all.

    Those without a street come first: they need nobody but GeoNames.
    """
    statement = _waiting()
    if numbers:
        statement = statement.where(ContactPoint.number.in_(numbers))
    for row in session.execute(statement):
        yield _address(row)


def _waiting() -> Select[*tuple[Any, ...]]:
    only_the_centre = and_(
        ContactPoint.precision == "city", ContactPoint.place_source == GEONAMES, ContactPoint.street != ""
    )
    return (
        select(
            ContactPoint.number,
            ContactPoint.id,
            ContactPoint.version,
            ContactPoint.street,
            ContactPoint.postal_code,
            ContactPoint.city,
            ContactPoint.country,
            ContactPoint.latitude,
            ContactPoint.longitude,
            ContactPoint.precision,
            ContactPoint.place_source,
            City.latitude.label("city_latitude"),
            City.longitude.label("city_longitude"),
        )
        .join(City, ContactPoint.city_number == City.number)
        .where(ContactPoint.status == "active", or_(ContactPoint.latitude.is_(None), only_the_centre))
        .order_by(ContactPoint.street != "", ContactPoint.number)
    )


def _address(row: Any) -> Address:
    place = None
    if row.latitude is not None:
        place = Place(row.latitude, row.longitude, row.precision, row.place_source)
    return Address(
        number=row.number,
        id=row.id,
        version=row.version,
        street=row.street,
        postal_code=row.postal_code,
        city=row.city,
        country=row.country,
        place=place,
        centre=_centre(row),
    )


def _centre(row: Any) -> Place | None:
    latitude, longitude = row.city_latitude, row.city_longitude
    if latitude is None:
        known = next(iter(cities.named(row.city, row.country)), None)
        latitude, longitude = (known.latitude, known.longitude) if known else (None, None)
    return None if latitude is None else Place(latitude, longitude, "city", GEONAMES)
