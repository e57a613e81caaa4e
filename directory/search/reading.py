"""Reading what a visitor typed: which words are a place, which mean a topic, which are only words.

All UI languages are read at once: "abogado sofia" is fine. What words mean stands in `meanings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from directory import cities
from directory.cities import Atlas, Place
from directory.search.addresses import read_as
from directory.search.meanings import (
    COMES_FOR,
    COMES_FROM_AFAR,
    KIN,
    LONGEST_PHRASE,
    SPOKEN,
    Meaning,
    everyday,
    filler,
    is_filler,
    known,
    meaning,
    telling,
)
from directory.text import fold
from directory.text import words as folded_words

SHORTEST_CITY: Final = 3
MOST_FILLER: Final = 2
"""Filler words that a phrase may hold besides the longest one's words: "lost [all] my [dear] job"."""
_NUMBER: Final = re.compile(r"[0-9]{1,2}")
_QUOTED: Final = re.compile(r'["“”«»„]([^"“”«»„]*)["“”«»„]')
_ANY_STATUS: Final = ("status", "any")
_SKILLS: Final = ("topic", "qualifications")
_HEALTH: Final = frozenset({("topic", "health")})
_BESIDES: Final = frozenset({"cost", "wheelchair", "language", "origin"})
"""Facets that are said besides what one comes for."""


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand together, and what they may mean. An entry matches by the words or by a meaning."""

    words: tuple[str, ...]
    meanings: frozenset[Meaning] = frozenset()
    is_last: bool = False
    """The visitor may still be typing it: it matches as the beginning of a word."""
    is_filler: bool = False
    """It says nothing as it is written: "имам" does not, "imam" does, though both fold to the same."""
    reached: tuple[str, ...] = ()
    """The telephone number or address that was typed, in the form in which it is kept."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood: the terms to match (all of them), and the city that was named among the words."""

    terms: tuple[Term, ...] = ()
    wishes: tuple[Term, ...] = ()
    """What is better and not demanded: few entries state their price, and "free" must not hide the others."""
    city: Place | None = None
    without_city: str = ""
    """The words as typed, less the city: for "search everywhere instead"."""
    phrase: tuple[str, ...] = ()
    """All the words, folded: a name in which they stand together comes first, "Caritas Sofia" before other Caritas."""
    city_words: tuple[str, ...] = ()
    """The folded words that name the city."""
    open_now: bool = False
    """Who is open at this moment comes first: of most, nobody knows."""
    is_quoted: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether all of it is filler: "please help me"."""
        return bool(self.terms) and not self.is_quoted and all(map(_is_filler, self.terms))

    @property
    def core(self) -> tuple[str, ...]:
        """All the words, less the filler in front and behind: "the Helsinki Committee" is the name without "the"."""
        said = [at for at, word in enumerate(self.phrase) if not is_filler(word)]
        return self.phrase[said[0] : said[-1] + 1] if said else self.phrase

    @property
    def named(self) -> tuple[str, ...]:
        """The words that may be those of a name, in whatever order and case; none in quotes or alone."""
        words = tuple(dict.fromkeys(telling(self.phrase)))
        return words if len(words) > 1 and not self.is_quoted else ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question: folded, and as it was typed."""

    folded: str
    typed: str


Chunk = tuple[Word, ...]
IsCity = Callable[[Chunk], "Place | None"]
Beyond = Callable[[str], "Place | None"]
"""As typed → the city without entries that is meant."""


def read(text: str, atlas: Atlas, place_is_given: bool = False, beyond: Beyond = cities.elsewhere) -> Reading:
    """Cut a question into terms: quoted parts stay as they are, the longest known phrase wins, filler is dropped.

    A city without entries that `beyond` knows is a place too; `nowhere` knows none: "helsinki committee" is a name.
    Where one of the directory's cities is named as well, that one is meant.
    """
    if reached := read_as(text):
        words = tuple(folded_words(text))
        return Reading((Term(words, reached=reached),), phrase=words)
    reading = _read(text, atlas, place_is_given, beyond)
    if reading.city and not reading.city.number:
        here = _read(text, atlas, place_is_given, nowhere)
        return here if here.city else reading
    return reading


def nowhere(_: str) -> Place | None:
    """No place at all."""
    return None


def _read(text: str, atlas: Atlas, place_is_given: bool, beyond: Beyond) -> Reading:
    terms: list[Term] = []
    open_now = False
    city: Place | None = None
    city_words: tuple[str, ...] = ()
    left: list[str] = []

    def place_of(chunk: Chunk) -> Place | None:
        return None if place_is_given else _city(chunk, atlas, beyond)

    for part, is_quoted in _parts(text):
        if is_quoted:
            if quoted := folded_words(part):
                terms.append(Term(tuple(quoted)))
            left.append(f'"{part}"')
            continue
        for chunk in _phrases(_words(part), place_of):
            folded = tuple(word.folded for word in chunk)
            if city is None and (city := place_of(chunk)):
                city_words = folded
                while left and is_filler(folded_words(left[-1])[0] if folded_words(left[-1]) else ""):
                    left.pop()  # "work in Sofia" without Sofia is "work"
                continue
            left += _typed(chunk)
            typed = " ".join(_typed(chunk))
            meanings = meaning(folded, typed)
            open_now = open_now or _is_about(meanings, "hours")
            if not _is_about(meanings, "place", "hours"):  # "near me", "open now": how to search, not what for
                says_nothing = len(folded) == 1 and is_filler(folded[0], typed)
                terms.append(Term(folded, meanings, is_filler=says_nothing))
    demanded, wishes = _weighed(_without_filler(terms, text, is_all=city is None))
    said, is_quoted = tuple(folded_words(text)), bool(_QUOTED.search(text))
    return Reading(demanded, wishes, city, " ".join(left), said, city_words, open_now, is_quoted)


def with_kin(reading: Reading, nobody_has: Callable[[str], bool]) -> Reading:
    """The same, asking for what is near to the topics that nobody helps with as well."""
    return replace(reading, terms=tuple(_with_kin(term, nobody_has) for term in reading.terms))


def nearest_kin(reading: Reading, nobody_has: Callable[[str], bool]) -> frozenset[str]:
    """The topic that somebody helps with and that is nearest to each of those that nobody helps with."""
    topics = {topic for term in reading.terms for topic in _missing(term, nobody_has)}
    near = (next((kin for kin in KIN.get(topic, ()) if not nobody_has(kin)), "") for topic in topics)
    return frozenset(filter(None, near))


def _with_kin(term: Term, nobody_has: Callable[[str], bool]) -> Term:
    kin = {("topic", near) for topic in _missing(term, nobody_has) for near in KIN.get(topic, ())}
    return replace(term, meanings=term.meanings | kin) if kin else term


def _missing(term: Term, nobody_has: Callable[[str], bool]) -> list[str]:
    """The topics that a term means, where nobody helps with any of them."""
    topics = [topic for facet, topic in term.meanings if facet == "topic"]
    return topics if all(map(nobody_has, topics)) else []


def _words(part: str) -> list[Word]:
    """The words of a text, each with the spelling it was typed in."""
    found = []
    for typed in part.split():
        folded = folded_words(typed)
        bare = typed.strip("!?.,;:()[]…")
        found += [Word(folded[0], bare)] if len(folded) == 1 else [Word(word, word) for word in folded]
    return found


def _typed(chunk: Chunk) -> list[str]:
    return [word.typed for word in chunk]


def _is_about(meanings: frozenset[Meaning], *facets: str) -> bool:
    return bool(meanings) and all(facet in facets for facet, _ in meanings)


def _facets(term: Term) -> set[str]:
    return {facet for facet, _ in term.meanings}


def _is_wish(term: Term) -> bool:
    """A price, a ramp, a language, from where, or for whom: few say so, and what says nothing may serve too."""
    about = _facets(term)
    return bool(about) and (about <= _BESIDES or ("status" in about and "topic" not in about))


def _weighed(terms: tuple[Term, ...]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """(what must be found, what is only wished for); a wish alone is all that was asked.

    What serves everybody serves one status too, after those who name it. Beside a topic, "refugee" says for whom;
    beside a diploma, "nurse" says who asks.
    """
    asks = any(_facets(term) & {"topic", "said"} and "status" not in _facets(term) for term in terms)
    is_on_skills = any(_SKILLS in term.meanings for term in terms)
    wishes = tuple(
        term
        for term in terms
        if _is_wish(term) or (asks and "status" in _facets(term)) or (is_on_skills and term.meanings == _HEALTH)
    )
    demanded = tuple(term for term in terms if term not in wishes)
    if demanded:
        return demanded, wishes
    asked = [term for term in terms if "status" in _facets(term)]
    about = [replace(term, meanings=topics) for term in asked if (topics := _topics_of(term))]
    return tuple(_or_anybody(term) for term in terms), (*asked, *about)


def _topics_of(term: Term) -> frozenset[Meaning]:
    """What somebody of whom only the residence status is known probably comes for."""
    return frozenset(("topic", topic) for _, status in term.meanings for topic in COMES_FOR.get(status, ()))


def _or_anybody(term: Term) -> Term:
    """What serves everybody serves one status too; whoever only says from where comes for what most come for."""
    facets = _facets(term)
    if facets == {"origin"}:
        return replace(term, meanings=term.meanings | {("topic", topic) for topic in COMES_FROM_AFAR})
    return replace(term, meanings=term.meanings | {_ANY_STATUS}) if "status" in facets else term


def _parts(text: str) -> Iterable[tuple[str, bool]]:
    for index, part in enumerate(_QUOTED.split(text)):
        if part.strip():
            yield part, index % 2 == 1


def _phrases(words: Sequence[Word], place_of: IsCity) -> Iterable[Chunk]:
    """The longest run of words that is a phrase with a meaning or a city's name; else single words."""
    start = 0
    while start < len(words):
        for length in range(min(LONGEST_PHRASE + MOST_FILLER, len(words) - start), 0, -1):
            chunk = tuple(words[start : start + length])
            if length == 1 or meaning([word.folded for word in chunk], "") or place_of(chunk):
                yield chunk
                start += length
                break


def _city(chunk: Chunk, atlas: Atlas, beyond: Beyond) -> Place | None:
    """The directory's city that is meant, else one that no everyday word is written like."""
    name, typed = " ".join(word.folded for word in chunk), " ".join(_typed(chunk))
    if len(name) < SHORTEST_CITY or name in filler():
        return None
    if place := atlas.here(name):
        return place if atlas.meant(typed) else None
    if meaning([word.folded for word in chunk], typed):
        return None
    if place := atlas.meant(typed):
        return place
    return None if fold(typed) in everyday() else beyond(typed)


def _is_filler(term: Term) -> bool:
    if term.meanings or term.reached or len(term.words) != 1:
        return False
    return term.is_filler or is_filler(term.words[0])


def _is_small_number(term: Term) -> bool:
    return not term.meanings and len(term.words) == 1 and _NUMBER.fullmatch(term.words[0]) is not None


def _without_filler(terms: list[Term], text: str, is_all: bool) -> tuple[Term, ...]:
    """Words such as "I need a" say nothing, unless they are all that was said; "16" is no house beside "my son"."""
    is_understood = any(term.meanings for term in terms)
    telling = [term for term in terms if not _is_filler(term)]
    telling = [term for term in telling if not (is_understood and _is_small_number(term))]
    kept = telling or (terms if is_all else [])
    if kept and not text.endswith(('"', "”", "»")):
        last = kept[-1]
        kept = [*kept[:-1], replace(last, is_last=last.words[-1:] == tuple(folded_words(text)[-1:]))]
    return tuple(dict.fromkeys(kept))


__all__ = ["SPOKEN", "Reading", "Term", "filler", "known", "nearest_kin", "nowhere", "read", "with_kin"]
