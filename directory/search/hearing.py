"""From the terms of a reading to the contact points that have them: in a name, by a meaning, or anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pyroaring import BitMap
from sqlalchemy.orm import Session

from directory.search import engines
from directory.search.derived import base, called
from directory.search.engines import Phrase
from directory.search.meanings import proper, worded
from directory.search.reading import Reading, Term
from directory.search.shelf import NOBODY, Shelf, union
from directory.stems import stem

SHORTEST_BEGINNING: Final = 3
FEW: Final = 20
"""A last word that fewer contact points have may be the beginning of another one."""
RARE: Final = 3
"""Contact points up to which a word in their names tells them from all others."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Who has one term: in a name; in a name or by a meaning; anywhere. Closed ones too."""

    words: tuple[str, ...]
    in_name: BitMap
    by_meaning: BitMap
    anywhere: BitMap
    said: BitMap = NOBODY
    """Who says it in some language, where it has no key of its own: "psychologist", "Red Cross"."""
    is_country: bool = False
    is_name: bool = False
    """It means nothing but one organization: "Red Cross"."""
    is_status: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """Who has each of a reading's terms and wishes, who has all its words together in a name, or as the whole name.

    `bearing`: who has all the words in the names, in whatever order and case. `distinct`: who is told from all others
    by one of the words.
    """

    terms: tuple[Heard, ...] = ()
    wishes: tuple[Heard, ...] = ()
    together: BitMap = NOBODY
    called: BitMap = NOBODY
    bearing: BitMap = NOBODY
    distinct: BitMap = NOBODY
    is_partial: bool = False
    """Nobody has what was demanded: for whom it was meant is all that is left to go by."""


def hear(session: Session, shelf: Shelf, reading: Reading) -> Hearing:
    """Two statements at most: the words as they are, then a last word that few have as a beginning."""
    said = (*reading.terms, *reading.wishes)
    if not reading.phrase:
        return Hearing()
    asked = [_phrase(term, in_name) for term in said for in_name in (True, False)]
    together, whole = Phrase(reading.core, in_name=True), Phrase((called(" ".join(reading.phrase)),))
    names = [_in_a_name(word) for word in reading.named]
    found = _ask(session, shelf, [*asked, together, whole, *names])
    unfinished = [term for term in said if _may_go_on(term, found[_phrase(term)])]
    begun = [_phrase(term, in_name, is_beginning=True) for term in unfinished for in_name in (True, False)]
    found |= _ask(session, shelf, begun)
    heard = tuple(_heard(shelf, term, found, term in unfinished) for term in said)
    terms, wishes = heard[: len(reading.terms)], heard[len(reading.terms) :]
    for_whom = () if any(term.anywhere for term in terms) else tuple(wish for wish in wishes if wish.is_status)
    return Hearing(
        for_whom or terms,
        wishes,
        found[together],
        found[whole],
        bearing=BitMap.intersection(*(found[name] for name in names)) if names else NOBODY,
        is_partial=bool(for_whom),
        distinct=union(_telling(term, found) for term in reading.terms),
    )


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


@lru_cache(maxsize=4096)
def _phrase(term: Term, in_name: bool = False, is_beginning: bool = False) -> Phrase:
    """A term as the full text is asked for it: its words, or what is as good as them."""
    if in_name and len(term.words) == 1:
        others = _in_a_name(term.words[0]).others
    else:
        others = tuple(Phrase((called(one),)) for one in term.reached)
    keys = sorted(key for facet, key in term.meanings if facet == "said")
    said = (Phrase(words, in_name) for key in keys for words in worded()[key])
    return Phrase(term.words, in_name, is_beginning, (*others, *said))


@lru_cache(maxsize=4096)
def _in_a_name(word: str) -> Phrase:
    """A word in a name, in any grammatical case."""
    bare = stem(word)
    others = (Phrase((base(bare),)), *([Phrase((bare,), in_name=True)] if bare != word else []))
    return Phrase((word,), in_name=True, others=others)


def _telling(term: Term, found: Mapping[Phrase, BitMap]) -> BitMap:
    """Who is told from all others by this one word in a name, known as one: "Forem", "UGT"."""
    if len(term.words) > 1 or term.words[0] not in proper():
        return NOBODY
    named = found[_phrase(term, in_name=True)]
    return named if len(named) <= RARE else NOBODY


def _may_go_on(term: Term, having: BitMap) -> bool:
    return term.is_last and len(term.words[-1]) >= SHORTEST_BEGINNING and len(having) < FEW


def _heard(shelf: Shelf, term: Term, found: Mapping[Phrase, BitMap], is_beginning: bool) -> Heard:
    meant = union(shelf.having(facet, value) for facet, value in term.meanings)
    in_name = found[_phrase(term, in_name=True, is_beginning=is_beginning)]
    anywhere = found[_phrase(term, is_beginning=is_beginning)]
    facets = {facet for facet, _ in term.meanings}
    return Heard(
        term.words,
        in_name,
        union((in_name, meant)),
        union((anywhere, meant, in_name)),
        said=anywhere if "said" in facets else NOBODY,
        is_country=facets == {"country"},
        is_name=facets == {"said"},
        is_status="status" in facets,
    )
