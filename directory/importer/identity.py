"""Which entry a row means: an id for rows that have none, and entries that may be the same under another id."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory import bulk
from directory.importer.problems import Problem
from directory.importer.rows import Draft
from directory.models import ContactPoint
from directory.text import fold, spelled_words
from directory.vocabulary import N_

_LONGEST_ID: Final = 80
_PLAIN: Final = re.compile(r"[a-z0-9]+")


def an_id_for(values: Mapping[str, Any]) -> str:
    """The id of a row without one, from its country, name and city: the same row has the same id each time.

    "Maison des Langues", Liège, BE → "be-maison-des-langues-liege". A long name, or one in
    another script, gets a short digest.
    """
    said = [values.get("country", ""), values.get("name", ""), values.get("city", "")]
    found = spelled_words(" ".join(said))
    plain = [word for word in found if _PLAIN.fullmatch(word)]
    whole = "-".join(plain)
    slug = whole[:_LONGEST_ID].strip("-")
    if len(plain) == len(found) and slug == whole:
        return slug
    return f"{slug}-{blake2b(' '.join(found).encode(), digest_size=5).hexdigest()}"


class Twins:
    """Entries of one name in one city, however they are written: stored ones, and those of earlier rows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cities: dict[str, set[int | None]] | None = None
        """Folded name of a city as it stands in entries → numbers; None until somebody asks."""
        self._known: set[str] = set()
        """The cities of which the entries were loaded."""
        self._stored: dict[int, str] = {}
        self._seen: dict[int, int] = {}
        """Name and city, as one number to keep a million of them small → line."""

    def look_up(self, new: Sequence[Mapping[str, Any]]) -> None:
        """Load the stored entries of these rows' cities, each city once."""
        cities = {fold(values.get("city", "")) for values in new if "name" in values} - self._known
        if not cities:
            return
        self._known |= cities
        if self._cities is None:
            self._cities = self._read_cities()
        numbers = set[int | None]().union(*(self._cities.get(city, ()) for city in cities))
        statement = select(ContactPoint.id, ContactPoint.name, ContactPoint.city)
        is_there = bulk.among(self._session, ContactPoint.city_number, sorted(n for n in numbers if n))
        if None in numbers:
            is_there = or_(is_there, ContactPoint.city_number.is_(None))
        for id_, name, city in self._session.execute(statement.where(is_there)):
            self._stored.setdefault(_key(name, city), id_)

    def _read_cities(self) -> dict[str, set[int | None]]:
        found: dict[str, set[int | None]] = {}
        for city, number in self._session.execute(select(ContactPoint.city, ContactPoint.city_number).distinct()):
            found.setdefault(fold(city), set()).add(number)
        return found

    def warnings(self, draft: Draft) -> list[Problem]:
        """Told of a row that would create an entry; remembers it."""
        key = _key(draft.values.get("name", ""), draft.values.get("city", ""))
        line = self._seen.setdefault(key, draft.line)
        if twin := self._stored.get(key):
            message = N_("“%(id)s” has the same name in the same city: is it the same place?")
            return [Problem(draft.line, "name", "possible_duplicate", message, {"id": twin})]
        if line != draft.line:
            message = N_("Line %(line)s has the same name in the same city: is it the same place?")
            return [Problem(draft.line, "name", "possible_duplicate", message, {"line": line})]
        return []


def _key(name: str, city: str) -> int:
    return hash((fold(name), fold(city)))
