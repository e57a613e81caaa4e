"""What may be meant while somebody types: cities, topics, names of contact points and of organizations."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory.cities import Atlas
from directory.models import ContactPoint
from directory.search import engines, names
from directory.search.engines import Phrase
from directory.search.meanings import known
from directory.search.spelling import in_latin, sounds
from directory.text import fold, folded_phrase
from directory.text import words as folded_words

Kind = Literal["city", "topic", "name", "organization"]

FEWEST_LETTERS: Final = 2
MOST: Final = {"city": 2, "topic": 2, "name": 3, "organization": 2}
"""How many of each kind are suggested."""
MOST_READ: Final = 20
LONGEST_CITY: Final = 3
"""Words at the end of what was typed that may begin a city's name."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be meant: its kind, its name as written, what stands for it (city's name, topic's key, id)."""

    kind: Kind
    text: str
    value: str
    rest: str = ""
    """What was typed before a city's name."""


def suggest(session: Session, text: str, atlas: Atlas, labels: Mapping[str, str]) -> list[Suggestion]:
    """Suggestions for an unfinished text, `labels` being the topics' in the reader's language; two statements.

    Some more for a text in Arabic letters that begins nothing: it may be how a name sounds.
    """
    typed = folded_words(text)
    if not typed or len(fold(text).strip()) < FEWEST_LETTERS:
        return []
    named = list(_named(session, typed))
    found = [*_cities(text, atlas), *_topics(typed, labels), *named]
    if not found:
        found = _sounding(session, text)
    return [one for kind, most in MOST.items() for one in islice((s for s in found if s.kind == kind), most)]


def _cities(text: str, atlas: Atlas) -> Iterator[Suggestion]:
    said = text.split()
    for length in range(min(LONGEST_CITY, len(said)), 0, -1):
        beginning = folded_phrase(" ".join(said[-length:]))
        if len(beginning) >= FEWEST_LETTERS:
            for place in atlas.beginning(beginning):
                yield Suggestion("city", place.name, place.name, " ".join(said[:-length]))


def _topics(typed: list[str], labels: Mapping[str, str]) -> Iterator[Suggestion]:
    """Topics whose label begins so, then those of which something that is said begins so, the shortest first."""
    beginning = " ".join(typed)
    labelled = [topic for topic, label in labels.items() if _begins(label, beginning)]
    said = sorted(_phrases_from(beginning), key=lambda phrase: (len(phrase), phrase))
    meant = [topic for phrase in said for facet, topic in sorted(known()[phrase]) if facet == "topic"]
    for topic in dict.fromkeys((*labelled, *meant)):
        yield Suggestion("topic", labels[topic], topic)


def _begins(name: str, beginning: str) -> bool:
    """Whether a name, or what follows in it from some word on, begins so."""
    return f" {folded_phrase(name)}".find(f" {beginning}") >= 0


@lru_cache(maxsize=1)
def _in_order() -> list[str]:
    return sorted(known())


def _phrases_from(beginning: str) -> Iterable[str]:
    phrases = _in_order()
    for at in range(bisect_left(phrases, beginning), len(phrases)):
        if not phrases[at].startswith(beginning):
            return
        yield phrases[at]


def _sounding(session: Session, text: str) -> list[Suggestion]:
    """Names that begin as a text in Arabic letters sounds; else those with the word that it may be."""
    if not (latin := sounds(text)):
        return []
    if found := list(_named(session, latin)):
        return found
    meant = in_latin(text, names.spellings(session))
    return list(_named(session, folded_words(meant))) if meant else []


def _named(session: Session, typed: list[str]) -> Iterator[Suggestion]:
    in_name = Phrase(tuple(typed), in_name=True, is_beginning=True)
    numbers = engines.some(session, [in_name, in_name._replace(in_name=False)], MOST_READ)
    statement = select(ContactPoint).options(joinedload(ContactPoint.organization))
    entries = session.scalars(statement.where(ContactPoint.number.in_(numbers)).order_by(ContactPoint.number)).all()
    beginning, told = " ".join(typed), set[str]()
    for entry in sorted(entries, key=lambda entry: (entry.is_closed, entry.number)):
        own = (entry.name, *entry.names.values(), *entry.alt_names)
        if name := next((name for name in own if _begins(name, beginning)), ""):
            yield Suggestion("name", name, entry.id)
        owner = entry.organization.name if entry.organization else ""
        if owner and owner not in told and owner not in own and _begins(owner, beginning):
            told.add(owner)
            yield Suggestion("organization", owner, owner)
