"""Contact points as a list shows them: all that a card says, in the reader's words. The template only writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from directory import vocabulary
from directory.models import ContactPoint
from directory.search import Found, Results
from directory.vocabulary import N_
from directory.web import words
from directory.web.languages import catalog, chosen, gettext
from directory.web.openings import Schedule, minute, opening_of, schedule
from directory.web.pieces import piece, write
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
    badges: Markup
    """Its price, whom it helps and what with."""
    schedule: Schedule
    """When it is open."""
    call: Markup
    """A button that calls it."""


@dataclass(frozen=True, slots=True)
class Card:
    """The facts, and what depends on the question and the moment."""

    facts: Facts
    name: Markup
    here: Markup | None
    line: Markup | None
    why: Sequence[str]
    opening: Markup
    distance: str


def cards(results: Results) -> list[tuple[bool, list[Card]]]:
    """(whether they serve the whole country, cards): in rank order, those of the place first."""
    sought, reader, now = Sought(results.reading), chosen(), minute()
    found = sorted(results.items, key=_is_nationwide)
    return [
        (group, [_card(one, sought, reader, now) for one in some]) for group, some in groupby(found, _is_nationwide)
    ]


def _is_nationwide(found: Found) -> bool:
    return found.is_nationwide


def _card(found: Found, sought: Sought, reader: str, now: datetime) -> Card:
    facts = _facts(found.entry, reader)
    texts = [text.words for text in (facts.here, facts.line) if text]
    return Card(
        facts=facts,
        name=sought.marked(facts.name),
        here=sought.marked(facts.here.words) if facts.here else None,
        line=sought.marked(facts.line.words) if facts.line else None,
        why=sought.reasons(found.entry, facts.name, *texts),
        opening=opening_of(facts.schedule, now, reader).badge,
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
        languages=_spoken(tuple(entry.languages), reader),
        badges=Markup("".join([*_terms(entry, reader), *_topics(entry, most, reader)])),  # noqa: S704  # pieces are escaped
        schedule=schedule(entry),
        call=Markup("") if entry.is_closed or not entry.phones else write("call", entry.phones[0]),
    )


@lru_cache(maxsize=1024)
def _spoken(codes: Sequence[str], _: str) -> str:
    """Many contact points speak the same languages."""
    return " · ".join(words.language_name(code) for code in codes)


def _terms(entry: ContactPoint, reader: str) -> Iterator[Markup]:
    """What it costs, and for whom it is."""
    if entry.cost == "free":
        yield _badge("badge good", vocabulary.COSTS["free"].label, reader)
    if PAPERLESS.intersection(entry.statuses):
        yield _badge("badge", N_("Without papers too"), reader)
    elif entry.statuses:
        yield from (_badge("badge", vocabulary.STATUSES[key].label, reader) for key in entry.statuses)
    else:
        yield _badge("badge unsure", N_("For whom: not stated, ask"), reader)


def _topics(entry: ContactPoint, most: int, reader: str) -> Iterator[Markup]:
    for key in entry.topics[:most]:
        yield _badge(f"topic {vocabulary.GROUP_OF[key]}", vocabulary.TOPICS[key].label, reader)
    if len(entry.topics) > most:
        yield piece("badge", "topic", f"+{len(entry.topics) - most}")


@lru_cache(maxsize=1024)
def _badge(style: str, message: str, reader: str) -> Markup:
    """A message in a frame; there are as many as labels in the lists."""
    return piece("badge", style, catalog(reader).gettext(message))


def _text(said: str, code: str) -> Text:
    return Text(said, words.language_attributes(code))


def _distance(found: Found) -> str:
    """'' where only the city is known."""
    if found.distance_km is None or found.entry.precision == "city":
        return ""
    distance = words.kilometres(found.distance_km)
    return distance if found.entry.precision == "exact" else f"{distance} ({gettext('about')})"
