"""The order of what was found: set after set, who is in it stands before who is not; then by the last check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np
from pyroaring import BitMap

from directory.search.matching import Asked, every, layers, meant, named
from directory.search.meanings import telling
from directory.search.places import Circle
from directory.search.shelf import Shelf, union

MOST_WEIGHT: Final = 3
_TELLING: Final = 2
"""How much more than another word says what has a name of its own: a psychologist, the Red Cross."""
FEW: Final = 100
"""Contact points up to which each is looked at, instead of each day on which some were checked."""


def has_groups(asked: Asked) -> bool:
    """What serves a whole country stands apart when a place was asked for."""
    return bool(asked.question.cities or asked.question.near)


def page(asked: Asked, found: BitMap, offset: int, size: int) -> list[int]:
    """The numbers of the page that begins after `offset` others, best first. Only what is shown is put in order."""
    chosen: list[int] = []
    for group in _groups(found, _preferences(asked, found)):
        if offset >= len(group):
            offset -= len(group)
            continue
        chosen += _in_group(asked, group, offset, size - len(chosen))
        offset = 0
        if len(chosen) >= size:
            break
    return chosen


def _preferences(asked: Asked, found: BitMap) -> list[BitMap]:
    """The sets whose members come first, the weightiest first.

    Whoever bears exactly the name that was typed, or all of its words, then local, then who is open now or states
    for whom, where that was asked, active, more terms (`any_term`), the name as typed, who says so, names, meanings,
    what was wished for without being demanded ("free"), and what is mainly for the topics that were asked.
    """
    shelf, question, hearing = asked.shelf, asked.question, asked.hearing
    near = [asked.first & asked.kin, asked.kin, asked.first]  # who mentions "food" may serve it to guests of a café
    is_beside = asked.any_term and len([heard for heard in hearing.terms if heard.anywhere]) > 1
    sets = [one for one in (hearing.called, hearing.bearing, *([] if is_beside else near)) if one]
    if has_groups(asked):
        sets.append(found - shelf.nationwide)
    if asked.reading.open_now:
        sets.append(asked.open_now)
    if question.statuses:
        sets.append(found - shelf.unstated)
    if hearing.terms:
        sets += [heard.in_name for heard in hearing.terms if heard.is_name]
        sets.append(shelf.active)
        if asked.any_term:
            weighed = [heard.anywhere for heard in hearing.terms for _ in range(_weight(heard.words))]
            sets += layers([*weighed, *(heard.said for heard in hearing.terms if heard.said for _ in range(_TELLING))])
            sets += near if is_beside else []
        elif hearing.distinct:
            sets += [hearing.distinct & every(asked), hearing.distinct]
        sets += [hearing.together, *layers([heard.said for heard in hearing.terms if heard.said])]
        sets += [*named(asked), meant(asked)]
    sets += [wish.by_meaning for wish in hearing.wishes]
    topics = {*question.topics, *(v for term in asked.reading.terms for f, v in term.meanings if f == "topic")}
    return [*sets, shelf.having("main", *topics)] if topics else sets


def _weight(words: Sequence[str]) -> int:
    """A phrase says more than a word: "bring my wife" before "kids"."""
    return min(MOST_WEIGHT, max(1, len(telling(words))))


def _groups(found: BitMap, sets: Sequence[BitMap]) -> Iterator[BitMap]:
    """What was found, cut by one set after the other, in order."""
    if not found:
        return
    if not sets:
        yield found
        return
    first = found & sets[0]
    yield from _groups(first, sets[1:])
    yield from _groups(found - first, sets[1:])


def first(found: BitMap, preferences: Sequence[BitMap], size: int) -> list[int]:
    """The first of some contact points by these preferences, then by number."""
    return list(islice((number for group in _groups(found, preferences) for number in group), size))


def _in_group(asked: Asked, group: BitMap, offset: int, size: int) -> list[int]:
    """Among equals: where a point was asked for the nearest, else the one that can be called and was checked last."""
    callable_first = [union((*named(asked)[:1], asked.shelf.having("call", "phone")))]
    if asked.circle is None:
        return list(islice(_checked_last(asked.shelf, group, callable_first), offset, offset + size))
    chosen: list[int] = []
    inside = group & asked.circle.inside
    vague = asked.shelf.having("precision", "city")  # the way to a city's centre is no way to a door
    for part in (inside - vague, inside & vague):
        chosen += _nearest(asked.circle, part, offset + size - len(chosen), asked.shelf, callable_first)
    rest = _checked_last(asked.shelf, group - inside, callable_first)
    return [*chosen, *islice(rest, max(0, offset + size - len(chosen)))][offset : offset + size]


def _nearest(circle: Circle, part: BitMap, most: int, shelf: Shelf, callable_first: list[BitMap]) -> list[int]:
    """The `most` nearest; at the same distance as everywhere else."""
    if not part or most <= 0:
        return []
    numbers = np.array(part.to_array())
    km = circle.distances(numbers)
    if most < len(numbers):
        near = km <= np.partition(km, most - 1)[most - 1]
        numbers, km = numbers[near], km[near]
    far = dict(zip(numbers.tolist(), km.tolist(), strict=True))
    return sorted(_checked_last(shelf, BitMap(far), callable_first), key=far.__getitem__)[:most]


def _checked_last(shelf: Shelf, group: BitMap, sets: Sequence[BitMap]) -> Iterator[int]:
    """What can be called first, then the last checked, then the lowest number."""
    for part in _groups(group, sets):
        if len(part) <= FEW:
            yield from sorted(part, key=shelf.days.__getitem__)
            continue
        left = part
        for day in shelf.checked:
            if not left:
                break
            those = left & day
            if those:
                yield from those
                left = left - those
        yield from left
