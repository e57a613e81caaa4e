"""From the terms of a reading to the contact points that have them: in a name, by a meaning, or anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyroaring import BitMap
from sqlalchemy.orm import Session

from directory.search import engines
from directory.search.engines import Phrase
from directory.search.index import called
from directory.search.reading import Reading, Term
from directory.search.shelf import NOBODY, Shelf, union

SHORTEST_BEGINNING: Final = 3
FEW: Final = 20
"""A last word that fewer contact points have may be the beginning of another one."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Who has one term: in a name; in a name or by a meaning; anywhere. Closed ones too."""

    words: tuple[str, ...]
    in_name: BitMap
    by_meaning: BitMap
    anywhere: BitMap


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """Who has each of a reading's terms and wishes, who has all its words together in a name, or as the whole name."""

    terms: tuple[Heard, ...] = ()
    wishes: tuple[Heard, ...] = ()
    together: BitMap = NOBODY
    called: BitMap = NOBODY


def hear(session: Session, shelf: Shelf, reading: Reading) -> Hearing:
    """Two statements at most: the words as they are, then a last word that few have as a beginning."""
    said = (*reading.terms, *reading.wishes)
    if not reading.phrase:
        return Hearing()
    asked = [Phrase(term.words, in_name) for term in said for in_name in (True, False)]
    together, whole = Phrase(reading.phrase, in_name=True), Phrase((called(" ".join(reading.phrase)),))
    found = _ask(session, shelf, [*asked, together, whole])
    unfinished = [term for term in said if _may_go_on(term, found[Phrase(term.words)])]
    begun = [Phrase(term.words, in_name, is_beginning=True) for term in unfinished for in_name in (True, False)]
    found |= _ask(session, shelf, begun)
    heard = [_heard(shelf, term, found, term in unfinished) for term in said]
    terms, wishes = heard[: len(reading.terms)], heard[len(reading.terms) :]
    return Hearing(tuple(terms), tuple(wishes), found[together], found[whole])


def is_said(session: Session, shelf: Shelf, words: Iterable[str], in_name: bool = False) -> bool:
    """Whether these words stand together in some entry, or in some entry's name."""
    phrase = Phrase(tuple(words), in_name)
    return bool(_ask(session, shelf, [phrase])[phrase])


def _ask(session: Session, shelf: Shelf, phrases: Iterable[Phrase]) -> dict[Phrase, BitMap]:
    found = {phrase: shelf.kept.get(phrase) for phrase in phrases}
    new = engines.find(session, [phrase for phrase, held in found.items() if held is None])
    for phrase, held in new.items():
        shelf.put(phrase, held)
    return {phrase: new[phrase] if held is None else held for phrase, held in found.items()}


def _may_go_on(term: Term, having: BitMap) -> bool:
    return term.is_last and len(term.words[-1]) >= SHORTEST_BEGINNING and len(having) < FEW


def _heard(shelf: Shelf, term: Term, found: Mapping[Phrase, BitMap], is_beginning: bool) -> Heard:
    meant = union(shelf.having(facet, value) for facet, value in term.meanings)
    in_name = found[Phrase(term.words, in_name=True, is_beginning=is_beginning)]
    anywhere = found[Phrase(term.words, is_beginning=is_beginning)]
    return Heard(term.words, in_name, union((in_name, meant)), union((anywhere, meant)))
