"""What is searched, derived from a contact point's row: its folded words and its facets.

Written in the transaction that writes the row, so that a search never finds what is not there. One line of
words per weight: A name, B meaning (facet tokens such as `topic_legal_aid`), C everything said about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session, joinedload

from directory.models import ContactPoint, Facet
from directory.text import folded_phrase, spellings, words
from directory.vocabulary import EUROPE

UNSTATED = "unstated"
BATCH = 1000
_LAST_POSITION = 16383  # PostgreSQL keeps no word positions beyond this


def token(facet: str, value: str) -> str:
    """How a facet's value stands in the full text; `_` keeps it apart from anything a visitor can type."""
    return f"{facet}_{value}".lower()


def everywhere_in(country: str) -> str:
    """The value of the facet `city` for what serves a whole country: every city of the country finds it."""
    return f"all_{country}"


def called(name: str) -> str:
    """The token of a whole name: who bears exactly this name comes first. A digest, for a name may be long."""
    return token("called", blake2b(folded_phrase(name).encode(), digest_size=8).hexdigest())


def facets_of(entry: ContactPoint) -> Iterator[tuple[str, str]]:
    """The (facet, value) pairs of an entry. `any` status stands alone; `unstated` marks entries that do not say."""
    yield "kind", entry.kind
    yield "country", entry.country
    yield "city", str(entry.city_number) if entry.city_number else everywhere_in(entry.country)
    for topic in entry.topics:
        yield "topic", topic
    for language in entry.languages:
        yield "language", language
    if not entry.statuses:
        yield "status", UNSTATED
    else:
        yield from (("status", s) for s in (["any"] if "any" in entry.statuses else entry.statuses))


def _said(entry: ContactPoint) -> tuple[list[str], list[str], list[str]]:
    own = [entry.name, *entry.names.values(), *entry.alt_names]
    names = [*own, *(other for name in own for other in spellings(name))]
    meanings = [token(facet, value) for facet, value in facets_of(entry)]
    meanings += [called(name) for name in dict.fromkeys(own)]
    meanings += [token("cost", entry.cost), token("wheelchair", entry.wheelchair)]
    owners = [owner.name for owner in (entry.organization, entry.network) if owner]  # not the name on this door
    body = [*owners, *entry.descriptions.values(), entry.street, entry.city, *entry.audiences, entry.postal_code]
    return words(" . ".join(names)), meanings, words(" . ".join(body))


def index(session: Session, entries: Sequence[ContactPoint]) -> None:
    """Write the words and facets of these entries anew. They must be flushed, with organization and network loaded."""
    numbers = [entry.number for entry in entries]
    if not numbers:
        return
    session.execute(delete(Facet).where(Facet.contact_point.in_(numbers)))
    pairs = [
        {"contact_point": entry.number, "facet": facet, "value": value}
        for entry in entries
        for facet, value in dict.fromkeys(facets_of(entry))
    ]
    session.execute(insert(Facet), pairs)
    if session.get_bind().dialect.name == "sqlite":
        _write_fts5(session, entries)
    else:
        _write_tsvector(session, entries)


def _write_fts5(session: Session, entries: Iterable[ContactPoint]) -> None:
    rows = []
    for entry in entries:
        name, meaning, body = _said(entry)
        row = {"number": entry.number, "name": " ".join(name), "meaning": " ".join(meaning), "body": " ".join(body)}
        rows.append(row)
    session.execute(text("DELETE FROM search_text WHERE rowid = :number"), rows)
    session.execute(
        text("INSERT INTO search_text (rowid, name, meaning, body) VALUES (:number, :name, :meaning, :body)"), rows
    )


def _write_tsvector(session: Session, entries: Iterable[ContactPoint]) -> None:
    rows: list[dict[str, Any]] = []
    for entry in entries:
        lexemes: dict[str, list[str]] = {}
        position = 0
        for weight, said in zip("ABC", _said(entry), strict=True):
            for word in said:
                position = min(position + 1, _LAST_POSITION)
                lexemes.setdefault(word, []).append(f"{position}{weight}")
            position = min(position + 1, _LAST_POSITION)  # a phrase does not run from the name into the text
        document = " ".join(f"'{word}':{','.join(places[:255])}" for word, places in lexemes.items())
        rows.append({"number": entry.number, "document": document})
    session.execute(
        text(
            "INSERT INTO search_text (contact_point, document) VALUES (:number, CAST(:document AS tsvector)) "
            "ON CONFLICT (contact_point) DO UPDATE SET document = excluded.document"
        ),
        rows,
    )


def reindex(session: Session) -> Iterator[int]:
    """Write all words and facets anew; yields how many entries are done, a batch at a time."""
    done = 0
    statement = (
        select(ContactPoint)
        .options(joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
        .order_by(ContactPoint.number)
    )
    for batch in session.scalars(statement).partitions(BATCH):
        index(session, batch)
        done += len(batch)
        yield done


__all__ = ["EUROPE", "UNSTATED", "everywhere_in", "facets_of", "index", "reindex", "token"]
