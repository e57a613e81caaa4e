"""A new contact point as it is written: all of it that needs no database, made where its row is read.

Short on the way from one process to another, which an entry that can still be changed is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from directory import bulk, database
from directory.importer.entries import ATTRIBUTES, Entry, Owner, owner
from directory.importer.rows import Draft
from directory.models import ContactPoint
from directory.search import Searched, searched

_attributes: Final = attrgetter(*ATTRIBUTES)


class Ready(NamedTuple):
    """A new entry. Its numbers and its version are the database's to give."""

    name: str
    organization: Owner | None
    network: Owner | None
    city: str
    country: str
    values: bulk.Ready
    """Those of `ATTRIBUTES`."""
    searched: Searched


def ready(entry: Entry, dialect: str) -> Ready:
    """A new entry for a database of this SQLAlchemy dialect."""
    values = _values(dialect)(_attributes(entry))
    found = searched(entry, dialect)
    return Ready(entry.name, entry.organization, entry.network, entry.city, entry.country, values, found)


@lru_cache(maxsize=2)
def _values(dialect: str) -> Callable[[Sequence[Any]], bulk.Ready]:
    return bulk.ready(database.dialect(dialect), ContactPoint, ATTRIBUTES)


Sent = Draft | tuple[Any, ...]
"""A row as it goes from one process to another."""


def to_send(draft: Draft) -> Sent:
    """Of a new entry plain tuples and texts: they take half as long as what has a name."""
    if not isinstance(draft.new, Ready):
        return draft
    name, organization, network, *more, found = draft.new
    owners = organization and organization.name, network and network.name
    return draft.line, draft.values["id"], draft.warnings, (name, *owners, *more), tuple(found)


def received(sent: Sent) -> Draft:
    """What was sent, as it was."""
    if isinstance(sent, Draft):
        return sent
    line, id_, warnings, (name, organization, network, city, country, values), found = sent
    new = Ready(name, owner(organization), owner(network), city, country, values, Searched(*found))
    return Draft(line, {"id": id_, "name": name, "city": city}, [], warnings, new)
