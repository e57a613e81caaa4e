"""What is searched, derived from a contact point's row: its folded words and its facets.

Written in the transaction that writes the row, so that a search never finds what is not there. One line of
words per weight: A name, B meaning (facet tokens such as `topic_legal_aid`), C everything said about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, joinedload

from directory import bulk
from directory.models import ContactPoint, Facet
from directory.text import words
from directory.vocabulary import EUROPE

Indexed = ContactPoint | Any
"""A contact point, or plain values with its attributes (`importer.entries.Entry`)."""
UNSTATED = "unstated"
BATCH = 1000
_LAST_POSITION = 16383  # PostgreSQL keeps no word positions beyond this


def token(facet: str, value: str) -> str:
    """How a facet's value stands in the full text; `_` keeps it apart from anything a visitor can type."""
    return f"{facet}_{value}".lower()


def everywhere_in(country: str) -> str:
    """The value of the facet `city` for what serves a whole country: every city of the country finds it."""
    return f"all_{country}"


def facets_of(entry: Indexed) -> Iterator[tuple[str, str]]:
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


def _said(entry: Indexed) -> tuple[list[str], list[str], list[str]]:
    names = [entry.name, *entry.names.values(), *entry.alt_names]
    if entry.organization:
        names.append(entry.organization.name)
    if entry.network:
        names.append(entry.network.name)
    meanings = [token(facet, value) for facet, value in facets_of(entry)]
    meanings += [token("cost", entry.cost), token("wheelchair", entry.wheelchair)]
    body = [*entry.descriptions.values(), entry.street, entry.city, *entry.audiences, entry.postal_code]
    return words(" . ".join(names)), meanings, words(" . ".join(body))


def index(session: Session, entries: Sequence[Indexed], are_new: bool = False) -> None:
    """Write the words and facets of these entries anew. They must be flushed, with organization and network loaded.

    `are_new`: nothing is searched of them yet, so nothing has to be removed first.
    """
    numbers = [entry.number for entry in entries]
    if not numbers:
        return
    if not are_new:
        session.execute(delete(Facet).where(Facet.contact_point.in_(numbers)))
    pairs = ((entry.number, *pair) for entry in entries for pair in dict.fromkeys(facets_of(entry)))
    bulk.insert(session, Facet, ("contact_point", "facet", "value"), pairs)
    if session.get_bind().dialect.name == "sqlite":
        _write_fts5(session, entries, are_new)
    else:
        _write_tsvector(session, entries, are_new)


def _write_fts5(session: Session, entries: Iterable[Indexed], are_new: bool) -> None:
    rows = [(entry.number, *(" ".join(said) for said in _said(entry))) for entry in entries]
    connection = session.connection()
    if not are_new:
        connection.exec_driver_sql("DELETE FROM search_text WHERE rowid = ?", [(row[0],) for row in rows])
    connection.exec_driver_sql("INSERT INTO search_text (rowid, name, meaning, body) VALUES (?, ?, ?, ?)", rows)


def _write_tsvector(session: Session, entries: Iterable[Indexed], are_new: bool) -> None:
    rows = [(entry.number, _document(entry)) for entry in entries]
    if are_new:
        bulk.copy(session, "search_text (contact_point, document)", rows)
        return
    session.execute(
        text(
            "INSERT INTO search_text (contact_point, document) VALUES (:number, CAST(:document AS tsvector)) "
            "ON CONFLICT (contact_point) DO UPDATE SET document = excluded.document"
        ),
        [{"number": number, "document": document} for number, document in rows],
    )


def _document(entry: Indexed) -> str:
    """The words of an entry with their positions and weights, as a tsvector is written."""
    lexemes: dict[str, list[str]] = {}
    position = 0
    for weight, said in zip("ABC", _said(entry), strict=True):
        for word in said:
            position = min(position + 1, _LAST_POSITION)
            lexemes.setdefault(word, []).append(f"{position}{weight}")
        position = min(position + 1, _LAST_POSITION)  # a phrase does not run from the name into the text
    return " ".join(f"'{word}':{','.join(places[:255])}" for word, places in lexemes.items())


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
