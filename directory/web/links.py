"""The addresses that change a question by one thing: take a filter away, add a topic, turn the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from directory import vocabulary
from directory.search import Question, arguments
from directory.search.reading import Reading
from directory.web import words
from directory.web.languages import gettext

_ARGUMENT = {
    "topics": "topic",
    "languages": "language",
    "statuses": "status",
    "kinds": "kind",
    "cities": "city",
    "countries": "country",
    "open_now": "open",
    "near": "near",
    "words": "q",
}
"""The question's fields and the arguments that carry them."""


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: its argument, its value, its words, and the address without it."""

    argument: str
    value: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Links:
    """Links from a question; `asked` holds its arguments (the city that was read among the words included)."""

    endpoint: str
    question: Question
    reading: Reading = field(default_factory=Reading)
    asked: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        asked = arguments.of(self.question)
        if self.reading.city and "q" in asked:
            asked["q"] = self.reading.without_city
        object.__setattr__(self, "asked", {name: value for name, value in asked.items() if value})

    def here(self, endpoint: str = "") -> str:
        """The same question, on another page perhaps."""
        return url_for(endpoint or self.endpoint, **self.asked)

    def page(self, page: int) -> str:
        return url_for(self.endpoint, **{**self.asked, "page": page if page > 1 else None})

    def to(self, endpoint: str = "", **changes: Any) -> str:
        """The question with some arguments set anew (None: dropped), from its first page."""
        return url_for(endpoint or self.endpoint, **{**self.asked, "page": None, **changes})

    def typed(self, words: str) -> str:
        """The words as they were typed, a place among them, where a nearer spelling was searched for instead."""
        place = None if self.reading.city else self.asked.get("city")
        return self.to(q=words, exact="1", city=place)

    def without(self, argument: str, value: str = "") -> str:
        """The question without an argument, or without one of its values."""
        kept = self.asked.get(argument)
        left = [each for each in kept if each != value] if value and isinstance(kept, list) else None
        changes: dict[str, Any] = {argument: left}
        if argument == "near":
            changes["radius_km"] = None
        return self.to("", **changes)

    def only(self, argument: str, value: str) -> str:
        """Nothing but one value of one argument."""
        kept: dict[str, Any] = {argument: value or self.asked[argument]}
        return url_for(self.endpoint, **kept)

    def without_field(self, field: str) -> str:
        """The question without one of its fields, by the name that `Results.wider` gives it."""
        return self.without(_ARGUMENT[field])

    def chips(self) -> Iterator[Chip]:
        """The active filters, each with the address that takes it away."""
        question = self.question
        texts = [
            *(("city", place.name, words.city_name(place.name)) for place in question.cities),
            *(("country", code, words.country_name(code)) for code in question.countries),
            *(("topic", key, gettext(vocabulary.TOPICS[key].label)) for key in question.topics),
            *(("status", key, gettext(vocabulary.STATUSES[key].label)) for key in question.statuses),
            *(("language", code, words.language_name(code)) for code in question.languages),
            *(("kind", key, gettext(vocabulary.KINDS[key].label)) for key in question.kinds),
        ]
        for argument, value, text in texts:
            yield Chip(argument, value, text, self.without(argument, value))
        if question.open_now:
            yield Chip("open", "now", gettext("Open now"), self.without("open"))
        if question.near:
            distance = words.kilometres(question.near.radius_km)
            text = gettext("Within %(distance)s of the place you chose", distance=distance)
            yield Chip("near", "", text, self.without("near"))
