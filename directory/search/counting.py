"""Facets: how many are found when a value is chosen, for each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pyroaring import BitMap

from directory.cities import Atlas
from directory.search.derived import UNSTATED, everywhere_in
from directory.search.matching import FACETS, Asked, conditions, meet
from directory.vocabulary import EUROPE

Counts = dict[str, dict[str, int]]
"""Facet → value → how many."""


def counts(asked: Asked, known_cities: Atlas) -> Counts:
    """Counts per value, each telling what choosing it finds; kept for the question's other pages. Not to be changed."""
    if asked.question.open_now:  # true for a minute only
        return _counts(asked, known_cities)
    question = replace(asked.question, page=1, per_page=1)
    return asked.shelf.keep(("counts", question, asked.reading, asked.any_term), lambda: _counts(asked, known_cities))


def _counts(asked: Asked, known_cities: Atlas) -> Counts:
    """Entries with all the words, else those with some."""
    counted = _counted(replace(asked, any_term=False), known_cities)
    if not asked.any_term:
        return counted
    some = _counted(asked, known_cities)
    return {
        facet: {key: counted[facet].get(key) or counted[facet].get("") or count for key, count in values.items()}
        for facet, values in some.items()
    }


def _counted(asked: Asked, known_cities: Atlas) -> Counts:
    """Each facet without its own filter. '' counts those of everybody: 'any' status, all of Europe."""
    sets = conditions(asked)
    everything = meet(sets.values())
    found = {
        facet: meet([held for name, held in sets.items() if name != argument]) if argument in sets else everything
        for argument, facet in FACETS.items()
    }
    values = {facet: _meeting(asked.shelf.facets.get(facet, {}), found[facet]) for facet in FACETS.values()}
    status, country, city = values["status"], values["country"], values["city"]
    for_all, europe = status.pop(UNSTATED, 0) + status.pop("any", 0), country.pop(EUROPE, 0)
    spoken = dict.fromkeys(asked.shelf.facets.get("language", {}), 0)  # one that nobody speaks here is offered too
    return values | {
        "language": spoken | values["language"],
        "status": {key: count + for_all for key, count in status.items()} | {"": for_all},
        "country": {key: count + europe for key, count in country.items()} | {"": europe},
        "city": _per_city(city, known_cities),
        "local": {str(place.number): city.get(str(place.number), 0) for place in known_cities.places},
    }


def _meeting(values: Mapping[str, BitMap], found: BitMap) -> dict[str, int]:
    counted = ((value, found.intersection_cardinality(held)) for value, held in values.items())
    return {value: count for value, count in counted if count}


def _per_city(counted: Mapping[str, int], known_cities: Atlas) -> dict[str, int]:
    """What serves a whole country counts in each of its cities."""
    europe = counted.get(everywhere_in(EUROPE), 0)
    return {
        str(place.number): counted.get(str(place.number), 0) + counted.get(everywhere_in(place.country), 0) + europe
        for place in known_cities.places
    }
