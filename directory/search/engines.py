"""The full text of each engine: words in, numbers of contact points out. All else is the same on both.

Nothing a visitor types reaches an engine's own syntax: words are letters and digits only (`directory.text.words`).
On PostgreSQL the words of names stand in the document twice, as they are and after `_`: GIN knows no weights, and
reading each document to see where a word stands costs seconds among a million.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
from pyroaring import BitMap
from sqlalchemy import text
from sqlalchemy.orm import Session

from directory import bulk

Words = tuple[str, ...]
"""The words of a contact point's names, and those of everything else, as the engine stores them (`ready`)."""
Said = tuple[int | str, ...]
"""A contact point's number, and its `Words`."""


class Phrase(NamedTuple):
    """Folded words that stand together in that order: in a name, or anywhere. The last may be a word's beginning."""

    words: tuple[str, ...]
    in_name: bool = False
    is_beginning: bool = False
    others: tuple[Phrase, ...] = ()
    """What is as good as these words."""


def find(session: Session, phrases: Sequence[Phrase]) -> dict[Phrase, BitMap]:
    """The numbers of the contact points that have each phrase, all in one statement.

    Each engine packs the numbers into one value: half a million rows would take a second to read.
    """
    if not phrases:
        return {}
    if session.get_bind().dialect.name == "sqlite":
        part = "SELECT {}, group_concat(rowid) FROM search_text WHERE search_text MATCH ?"
        asked = tuple(map(_fts5, phrases))
    else:
        part = (
            "SELECT {}, string_agg(int4send(contact_point), '') FROM search_text WHERE document @@ CAST(%s AS tsquery)"
        )
        asked = tuple(map(_tsquery, phrases))
    statement = " UNION ALL ".join(part.format(number) for number in range(len(phrases)))
    rows = session.connection().exec_driver_sql(statement, asked)
    return {phrases[number]: _unpacked(numbers) for number, numbers in rows}


def some(session: Session, phrases: Sequence[Phrase], most: int) -> list[int]:
    """The lowest numbers of contact points that have a phrase, `most` of each, in one statement."""
    if session.get_bind().dialect.name == "sqlite":
        part = "SELECT * FROM (SELECT rowid FROM search_text WHERE search_text MATCH ? ORDER BY rowid LIMIT {})"
        asked = tuple(map(_fts5, phrases))
    else:
        part = (
            "(SELECT contact_point FROM search_text WHERE document @@ CAST(%s AS tsquery) "
            "ORDER BY contact_point LIMIT {})"
        )
        asked = tuple(map(_tsquery, phrases))
    statement = " UNION ALL ".join(part.format(most) for _ in phrases)
    return [number for (number,) in session.connection().exec_driver_sql(statement, asked)]


def _unpacked(numbers: bytes | str | int | None) -> BitMap:
    """What PostgreSQL packs into bytes and SQLite writes down (one number alone stays a number)."""
    if numbers is None:
        return BitMap()
    if isinstance(numbers, bytes):
        return bitmap(np.frombuffer(numbers, dtype=">u4"))
    return bitmap(np.fromstring(str(numbers), dtype=np.uint32, sep=","))


def bitmap(numbers: np.ndarray[Any, Any]) -> BitMap:
    """A bitmap of an array's numbers; by way of `array`, which Roaring takes whole instead of number by number."""
    return BitMap(array("I", numbers.astype(np.uint32).tobytes()))


def _fts5(phrase: Phrase) -> str:
    together = " + ".join(f'"{word}"' for word in phrase.words) + (" *" if phrase.is_beginning else "")
    each = f"{{name}} : ({together})" if phrase.in_name else f"({together})"
    return " OR ".join([each, *map(_fts5, phrase.others)])


def _tsquery(phrase: Phrase) -> str:
    mark = "_" if phrase.in_name else ""
    together = " <-> ".join(f"'{mark}{word}'" for word in phrase.words) + (":*" if phrase.is_beginning else "")
    return " | ".join([f"({together})", *map(_tsquery, phrase.others)])


def ready(dialect: str, name: str, body: str) -> Words:
    """Words as the engine of this SQLAlchemy dialect stores them."""
    return (name, body) if dialect == "sqlite" else (bulk.line((_document(name, body),)),)


def write(session: Session, said: Sequence[Said], instead_of: Collection[int] = ()) -> None:
    """Write the words of these contact points, instead of those of some that have been written."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM search_text WHERE rowid = ?", [(n,) for n in instead_of] or [(0,)])
        connection.exec_driver_sql("INSERT INTO search_text (rowid, name, body) VALUES (?, ?, ?)", list(said))
        return
    if instead_of:
        connection.execute(
            text("DELETE FROM search_text WHERE contact_point = ANY(:numbers)"), {"numbers": list(instead_of)}
        )
    bulk.copy(session, "search_text (contact_point, document)", (f"{number}\t{document}" for number, document in said))


def _document(name: str, body: str) -> str:
    """The text of a tsvector: a phrase does not run from the names into the rest.

    PostgreSQL keeps of it what it can: positions up to 16,383, and 255 of one word. It takes longer to gather what
    repeats than Python does.
    """
    told: dict[str, str] = {}
    called = name.split()
    for marked in (called, [f"_{word}" for word in called]):
        _tell(told, marked, 1)
    _tell(told, body.split(), len(called) + 2)
    return " ".join(told.values())


def _tell(told: dict[str, str], words: Sequence[str], first: int) -> None:
    """Add words and their positions, from the first one on."""
    for at, word in enumerate(words, first):
        before = told.get(word)
        told[word] = f"{before},{at}" if before else f"'{word}':{at}"
