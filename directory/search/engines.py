"""One boolean of words, written down for each engine. Nothing a visitor types reaches an engine's own syntax:
words are letters and digits only (`directory.text.words`), tokens are ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import ColumnElement, String, cast, column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from directory.models import ContactPoint
from directory.search.index import called, token
from directory.search.reading import Term

Where = Literal["name", "meaning", "anywhere"]
"""In the names; in the names and the facets' meanings; in everything that is said."""

SHORTEST_PREFIX: Final = 3
_TEXT: Final = table("search_text", column("rowid"), column("contact_point"), column("document"), column("search_text"))
_FTS5_COLUMNS: Final = {"name": "{name} : ", "meaning": "{name meaning} : ", "anywhere": ""}
_WEIGHTS: Final = {"name": "A", "meaning": "AB", "anywhere": ""}


def matches(
    terms: Sequence[Term], dialect: str, where: Where = "anywhere", any_of: bool = False
) -> ColumnElement[bool]:
    """Entries in which all terms (or `any_of` them) are found."""
    if dialect == "sqlite":
        asked = (" OR " if any_of else " AND ").join(_fts5(term, where) for term in terms)
        found = select(_TEXT.c.rowid).where(_TEXT.c.search_text.op("MATCH")(f"{_FTS5_COLUMNS[where]}({asked})"))
    else:
        asked = (" | " if any_of else " & ").join(_tsquery(term, where) for term in terms)
        found = select(_TEXT.c.contact_point).where(_TEXT.c.document.op("@@")(cast(cast(asked, String), TSQUERY)))
    return ContactPoint.number.in_(found)


def bears(name: str, dialect: str) -> ColumnElement[bool]:
    """Entries of which this is a whole name."""
    if dialect == "sqlite":
        found = select(_TEXT.c.rowid).where(_TEXT.c.search_text.op("MATCH")(f'{{meaning}} : "{called(name)}"'))
    else:
        asked = cast(cast(f"'{called(name)}'", String), TSQUERY)
        found = select(_TEXT.c.contact_point).where(_TEXT.c.document.op("@@")(asked))
    return ContactPoint.number.in_(found)


def _tokens(term: Term, where: Where) -> list[str]:
    return [] if where == "name" else sorted(token(facet, value) for facet, value in term.meanings)


def _is_prefix(term: Term) -> bool:
    return term.is_last and len(term.words[-1]) >= SHORTEST_PREFIX


def _fts5(term: Term, where: Where) -> str:
    phrase = " + ".join(f'"{word}"' for word in term.words) + (" *" if _is_prefix(term) else "")
    return "(" + " OR ".join([phrase, *(f'"{token}"' for token in _tokens(term, where))]) + ")"


def _tsquery(term: Term, where: Where) -> str:
    weight = _WEIGHTS[where]
    marks = [f":{weight}" if weight else ""] * len(term.words)
    if _is_prefix(term):
        marks[-1] = f":*{weight}"
    phrase = " <-> ".join(f"'{word}'{mark}" for word, mark in zip(term.words, marks, strict=True))
    tokens = [f"'{token}'" + (f":{weight}" if weight else "") for token in _tokens(term, where)]
    return "((" + ") | (".join([phrase, *tokens]) + "))"
