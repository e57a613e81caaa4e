"""Contact points as a list shows them: all that a card says, in the reader's words. The template only writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from directory import vocabulary
from directory.models import ContactPoint
from directory.search import Found, Results
from directory.web import words
from directory.web.languages import chosen, gettext
from directory.web.openings import Opening, opening
from directory.web.reasons import Sought

MOST_TOPICS, MOST_TOPICS_ALONE = 4, 9
"""Topics that a card names beside a line in the reader's language, and where it has none."""
MOST_FACTS: Final = 1000
"""Cards that are kept ready, some 1 kB each."""
PAPERLESS: Final = frozenset({"any", "undocumented"})
"""Residence statuses that say: without papers too."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and the attributes that say its language where that is not the reader's."""

    words: str
    attributes: Markup


@dataclass(frozen=True, slots=True)
class Facts:
    """What a list says about a contact point whatever was asked, and whenever."""

    number: int
    path: str
    is_closed: bool
    name: str
    name_language: str
    here: Text | None
    """The name in the reader's language, where that says more than the door's."""
    line: Text | None
    """What it does."""
    city: str
    everywhere: str
    """Where it has no city: a sentence that names the country that it serves."""
    languages: str
    badges: Sequence[tuple[str, str]]
    """(class, words) of its price, of whom it helps and what with."""
    phone: str
    """E.164."""


@dataclass(frozen=True, slots=True)
class Card:
    """The facts, and what depends on the question and the moment."""

    facts: Facts
    name: Markup
    here: Markup | None
    line: Markup | None
    why: Sequence[str]
    opening: Opening
    distance: str


def cards(results: Results) -> list[tuple[bool, list[Card]]]:
    """(whether they serve the whole country, cards): in rank order, those of the place first."""
    sought, reader = Sought(results.reading), chosen()
    found = sorted(results.items, key=_is_nationwide)
    return [(group, [_card(one, sought, reader) for one in some]) for group, some in groupby(found, _is_nationwide)]


def _is_nationwide(found: Found) -> bool:
    return found.is_nationwide


def _card(found: Found, sought: Sought, reader: str) -> Card:
    facts = _facts(found.entry, reader)
    texts = [text.words for text in (facts.here, facts.line) if text]
    return Card(
        facts=facts,
        name=sought.marked(facts.name),
        here=sought.marked(facts.here.words) if facts.here else None,
        line=sought.marked(facts.line.words) if facts.line else None,
        why=sought.reasons(found.entry, facts.name, *texts),
        opening=opening(found.entry),
        distance=_distance(found),
    )


@lru_cache(maxsize=MOST_FACTS)
def _facts(entry: ContactPoint, reader: str) -> Facts:
    """Contact points that are shown again are the same object until something is written (`search.shelf`)."""
    here, said = words.name_here(entry), words.description(entry)
    most = MOST_TOPICS if said and said[1] == reader else MOST_TOPICS_ALONE
    country = "" if entry.city else words.country_name(entry.country)
    return Facts(
        number=entry.number,
        path=quote(entry.id, safe=""),
        is_closed=entry.is_closed,
        name=entry.name,
        name_language=words.door_language(entry),
        here=_text(*here) if here else None,
        line=_text(words.one_line(said[0]), said[1]) if said else None,
        city=words.city_name(entry.city),
        everywhere=gettext("Everywhere in: %(country)s", country=country) if country else "",
        languages=" · ".join(words.language_name(code) for code in entry.languages),
        badges=[*_terms(entry), *_topics(entry, most)],
        phone="" if entry.is_closed or not entry.phones else entry.phones[0],
    )


def _terms(entry: ContactPoint) -> Iterator[tuple[str, str]]:
    """What it costs, and for whom it is."""
    if entry.cost == "free":
        yield "badge good", words.label(vocabulary.COSTS, "free")
    if PAPERLESS.intersection(entry.statuses):
        yield "badge", gettext("Without papers too")
    elif entry.statuses:
        yield from (("badge", words.label(vocabulary.STATUSES, key)) for key in entry.statuses)
    else:
        yield "badge unsure", gettext("For whom: not stated, ask")


def _topics(entry: ContactPoint, most: int) -> Iterator[tuple[str, str]]:
    for key in entry.topics[:most]:
        yield f"topic {vocabulary.GROUP_OF[key]}", words.label(vocabulary.TOPICS, key)
    if len(entry.topics) > most:
        yield "topic", f"+{len(entry.topics) - most}"


def _text(said: str, code: str) -> Text:
    return Text(said, words.language_attributes(code))


def _distance(found: Found) -> str:
    """'' where only the city is known."""
    if found.distance_km is None or found.entry.precision == "city":
        return ""
    distance = words.kilometres(found.distance_km)
    return distance if found.entry.precision == "exact" else f"{distance} ({gettext('about')})"
