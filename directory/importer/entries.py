"""What is stored of a contact point, as plain values: what a plan compares with and an application writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import bulk
from directory.importer.columns import HEADER, Column, column
from directory.models import ContactPoint, Network, Organization

ATTRIBUTES: Final = (
    "kind name names alt_names descriptions topics audiences statuses languages street postal_code city country "
    "latitude longitude precision place_source phones email website opening_hours cost appointment wheelchair status "
    "verified_on source_url"
).split()
"""Of `ContactPoint`: what files, hands and geocoders write. `organization` and `network` are kept by their names."""
_COPIED: Final = ("names", "descriptions")
_OWNED: Final = frozenset(("organization", "network"))


class Owner(NamedTuple):
    """An organization or network by its name."""

    name: str


@lru_cache(maxsize=4096)
def owner(name: str | None) -> Owner | None:
    return Owner(name) if name else None


class Entry:
    """A contact point as plain values with the attributes of `ContactPoint`; SQLAlchemy does not watch it."""

    number: int
    id: str
    version: int
    city_number: int | None
    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def copy(self) -> Entry:
        """Another one that can be changed; lists are replaced, never changed in place."""
        twin = Entry(self.__dict__)
        for name in _COPIED:
            setattr(twin, name, dict(getattr(self, name)))
        return twin


_EMPTY: Final[dict[str, Any]] = {
    "kind": "contact_point",
    "name": "",
    "alt_names": [],
    "topics": [],
    "audiences": [],
    "statuses": [],
    "languages": [],
    "phones": [],
    "latitude": None,
    "longitude": None,
    "precision": "none",
    "status": "active",
    "verified_on": None,
    "organization": None,
    "network": None,
    "city_number": None,
    "version": 0,
    "number": 0,
}


_NEW: Final = {name: _EMPTY.get(name, "") for name in ATTRIBUTES} | _EMPTY


def new_entry(id: str) -> Entry:  # noqa: A002  # the field's name in files and addresses
    """An entry of which nothing is known yet; version 0: it is not stored."""
    entry = Entry(_NEW)
    entry.id, entry.names, entry.descriptions = id, {}, {}
    return entry


def write(entry: Entry, known: Column, value: Any) -> None:
    """Put a column's value into an entry."""
    attribute, language = known.attribute, known.language
    if language and value:
        getattr(entry, attribute)[language] = value
    elif language:
        getattr(entry, attribute).pop(language, None)
    else:
        setattr(entry, attribute, owner(value) if attribute in _OWNED else value)


class Mark(NamedTuple):
    """What tells an entry without loading it: number, id, version, and the digest of the row that last made it."""

    number: int
    id: str
    version: int
    row_digest: bytes


def marks(session: Session, ids: Iterable[str]) -> dict[str, Mark]:
    """Id → mark, of those that are stored."""
    statement = select(ContactPoint.number, ContactPoint.id, ContactPoint.version, ContactPoint.row_digest)
    rows = session.execute(statement.where(bulk.among(session, ContactPoint.id, set(ids))))
    return {mark.id: mark for mark in map(Mark._make, rows)}


_STORED: Final = (
    select(
        ContactPoint.number,
        ContactPoint.id,
        ContactPoint.version,
        ContactPoint.city_number,
        *(getattr(ContactPoint, name) for name in ATTRIBUTES),
        Organization.name.label("organization_name"),
        Network.name.label("network_name"),
    )
    .outerjoin(Organization, Organization.number == ContactPoint.organization_number)
    .outerjoin(Network, Network.number == ContactPoint.network_number)
)


def stored(session: Session, ids: Sequence[str]) -> dict[str, Entry]:
    """Id → entry, of those that are stored."""
    found = {}
    for row in session.execute(_STORED.where(bulk.among(session, ContactPoint.id, ids))).mappings():
        values = dict(row)
        values["organization"] = owner(values.pop("organization_name") or "")
        values["network"] = owner(values.pop("network_name") or "")
        found[values["id"]] = Entry(values)
    return found


def columns_of(entry: Any) -> list[Column]:
    """The columns that can say something of an entry: the format's own, and its names and texts in more languages."""
    more = [f"name_{code}" for code in entry.names] + [f"description_{code}" for code in entry.descriptions]
    names = dict.fromkeys([*HEADER, *sorted(more)])
    return [known for name in names if (known := column(name))]
