"""The filters beside a list: each value with how many choosing it would find, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from markupsafe import Markup

from directory import vocabulary
from directory.cities import Place
from directory.search import Results
from directory.web import words
from directory.web.languages import catalog, chosen, gettext
from directory.web.pieces import piece

MOST_CITIES: Final = 30
"""Cities that the filter lists; any other can be typed."""
Counted = tuple[str, str, int]
"""(value, its words, how many choosing it finds)."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Its title, and what can be chosen."""

    title: str
    choices: Markup


def filters(results: Results) -> list[Filter]:
    """What a list can be narrowed by. A value that would find nothing is shown and cannot be chosen."""
    question, facets = results.question, results.facets
    here = [place.name for place in question.cities]
    return [
        _filter("city", gettext("Where"), here, _cities(results, here)),
        _filter("topic", gettext("What about"), question.topics, _keys(vocabulary.TOPICS, facets["topic"])),
        _filter("status", gettext("For whom"), question.statuses, _keys(vocabulary.STATUSES, facets["status"])),
        _filter("language", gettext("They speak"), question.languages, _spoken(facets["language"])),
        _filter("kind", gettext("Kind of place"), question.kinds, _keys(vocabulary.KINDS, facets["kind"])),
    ]


def _filter(argument: str, title: str, here: Sequence[str], values: Iterable[Counted]) -> Filter:
    return Filter(title, Markup("".join(_choices(argument, here, values))))  # noqa: S704  # pieces are escaped


def _choices(argument: str, here: Sequence[str], values: Iterable[Counted]) -> Iterator[Markup]:
    reader = chosen()
    for value, said, count in values:
        yield piece("choice", argument, value, said, "checked" if value in here else "" if count else "disabled")
        yield piece("choice_finds", words.digits(count, reader))


def _cities(results: Results, here: Sequence[str]) -> list[Counted]:
    """Those with most contact points of their own, then those that were chosen."""
    counts, local = results.facets["city"], results.facets["local"]

    def most_first(place: Place) -> tuple[int, str]:
        number = str(place.number)
        return -local[number], number

    largest = nsmallest(MOST_CITIES, results.atlas.places, key=most_first)
    listed = [(place.name, words.city_name(place.name), counts[str(place.number)]) for place in largest]
    known = {place.name for place in largest}
    return [*listed, *((name, words.city_name(name), 0) for name in here if name not in known)]


def _spoken(counts: Mapping[str, int]) -> list[Counted]:
    """By the names that the reader knows."""
    named = sorted((words.language_name(code), code, count) for code, count in counts.items())
    return [(code, name, count) for name, code, count in named]


def _keys(terms: Mapping[str, vocabulary.Term], counts: Mapping[str, int]) -> list[Counted]:
    rest, said = counts.get("", 0), catalog(chosen()).gettext
    return [(key, said(term.label), counts.get(key, rest)) for key, term in terms.items()]
