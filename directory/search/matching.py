"""From a question to the contact points that answer it: each argument is a set, and the answer is what all have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

from pyroaring import BitMap

from directory.search.derived import UNSTATED, everywhere_in
from directory.search.hearing import Hearing
from directory.search.places import Circle
from directory.search.question import Question
from directory.search.reading import Reading
from directory.search.shelf import NOBODY, Shelf, union
from directory.vocabulary import EUROPE

FACETS: Final = {
    "topics": "topic",
    "languages": "language",
    "statuses": "status",
    "kinds": "kind",
    "cities": "city",
    "countries": "country",
}
"""The question's filters that are counted, and how the facet is called."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that its answer needs besides."""

    question: Question
    reading: Reading
    shelf: Shelf
    hearing: Hearing = field(default_factory=Hearing)
    any_term: bool = False
    """One of the terms is enough: for when no entry has them all."""
    open_now: BitMap = NOBODY
    """Who is open at this moment; only where that was asked."""
    circle: Circle | None = None
    near_country: str = ""
    first: BitMap = NOBODY
    """Who has what was asked for, where what is near to it is shown as well."""
    kin: BitMap = NOBODY
    """Who helps with what is nearest to that, although they may not have it."""

    def only_words(self, any_term: bool = False) -> Asked:
        """The same words without any filter."""
        return replace(self, question=Question(words=self.question.words), any_term=any_term)

    def without(self, argument: str) -> Asked:
        """The same, with one argument of the question dropped."""
        if argument == "words":
            question = replace(self.question, words="")
            return replace(self, reading=Reading(), hearing=Hearing(), question=question)
        dropped: dict[str, Any] = {argument: {"open_now": False, "near": None}.get(argument, ())}
        return replace(self, question=replace(self.question, **dropped))


def found(asked: Asked) -> BitMap:
    """All that answer the question."""
    return meet(conditions(asked).values())


def conditions(asked: Asked) -> dict[str, BitMap]:
    """Argument → those that fulfil it, of the arguments that were given; 'words' is always there."""
    question = asked.question
    sets = {"words": _worded(asked)}
    sets |= {name: asked.shelf.having(FACETS[name], *values) for name, values in _wanted(question).items() if values}
    if question.open_now:
        sets["open_now"] = asked.open_now
    if question.near and asked.circle:
        sets["near"] = asked.circle.inside | asked.shelf.having("city", *_serving(asked.near_country))
    return sets


def meet(sets: Iterable[BitMap]) -> BitMap:
    """Those that are in all of the sets, the smallest first."""
    return reduce(BitMap.__and__, sorted(sets, key=len))


def _worded(asked: Asked) -> BitMap:
    """Those with the words; closed ones only by their name."""
    active = asked.shelf.active
    if not asked.hearing.terms:
        return active
    having, named = (_each_or_any(asked, where) for where in ("anywhere", "in_name"))
    return union((having & active, having & named, asked.hearing.bearing, asked.hearing.distinct & active))


def every(asked: Asked) -> BitMap:
    """Those with all of the words, or what they mean."""
    return meet([heard.anywhere for heard in asked.hearing.terms])


def _each_or_any(asked: Asked, where: str) -> BitMap:
    """Where one of the terms is enough, a country that was named is still where it must be, if anything is there."""
    terms = asked.hearing.terms
    if not asked.any_term:
        return meet([getattr(heard, where) for heard in terms])
    some = union(getattr(heard, where) for heard in terms if not heard.is_country)
    there = [heard.anywhere for heard in terms if heard.is_country and not asked.question.cities]
    return (meet([some, *there]) if there else some) or union(getattr(heard, where) for heard in terms)


def named(asked: Asked) -> list[BitMap]:
    """Those that have all of the terms in their names, all but one, and so on."""
    return layers([heard.in_name for heard in asked.hearing.terms])


def meant(asked: Asked) -> BitMap:
    """Those that have the terms in their names or by their meanings."""
    return _each_or_any(asked, "by_meaning") if asked.hearing.terms else NOBODY


def layers(sets: Sequence[BitMap]) -> list[BitMap]:
    """Those that are in all of the sets, in all but one at least, and so on to one at least."""
    at_least: list[BitMap] = []
    for one in sets:
        more = [held & one for held in at_least]
        at_least = [union(pair) for pair in zip([*at_least, NOBODY], [one, *more], strict=True)]
    return at_least[::-1]


def _wanted(question: Question) -> Mapping[str, Sequence[str]]:
    """Argument → the values that fulfil it: a nationwide entry serves each city, 'any' status everybody."""
    cities = [str(city.number) for city in question.cities if city.number]
    cities += [value for country in sorted({c.country for c in question.cities}) for value in _serving(country)]
    return {
        "topics": question.topics,
        "languages": question.languages,
        "kinds": question.kinds,
        "statuses": [*question.statuses, "any", UNSTATED] if question.statuses else [],
        "cities": cities,
        "countries": [*question.countries, EUROPE] if question.countries else [],
    }


def _serving(country: str) -> list[str]:
    return [everywhere_in(country), everywhere_in(EUROPE)] if country else [everywhere_in(EUROPE)]
