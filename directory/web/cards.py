"""Contact points as a list shows them: all that a card says, in the reader's words. The template only writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import quote

from flask import url_for
from markupsafe import Markup

from directory import vocabulary
from directory.search import Found, Results
from directory.web import words
from directory.web.languages import chosen, gettext
from directory.web.reasons import Sought

MOST_TOPICS, MOST_TOPICS_ALONE = 4, 9
"""Topics that a card names beside a line in the reader's language, and where it has none."""
PAPERLESS: Final = frozenset({"any", "undocumented"})
"""Residence statuses that say: without papers too."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and the attributes that say its language where that is not the reader's."""

    words: Markup
    attributes: Markup


@dataclass(frozen=True, slots=True)
class Card:
    """What a list says about one contact point."""

    number: int
    url: str
    is_closed: bool
    name: Markup
    name_language: str
    here: Text | None
    """The name in the reader's language, where that says more than the door's."""
    line: Text | None
    """What it does."""
    why: Sequence[str]
    opening: words.Opening
    where: str
    """Its city; where it has none, the country that it serves."""
    is_in_a_city: bool
    distance: str
    languages: Sequence[str]
    is_free: bool
    is_for_all: bool
    """People without papers too."""
    statuses: Sequence[str]
    topics: Sequence[tuple[str, str]]
    """(group, label) of those that are named."""
    more_topics: int
    phone: str
    """E.164."""


def cards(results: Results) -> list[tuple[bool, list[Card]]]:
    """(whether they serve the whole country, cards): in rank order, those of the place first."""
    sought, address = Sought(results.reading), url_for("finder.contact_point", id="")
    found = sorted(results.items, key=_is_nationwide)
    return [(group, [_card(one, sought, address) for one in some]) for group, some in groupby(found, _is_nationwide)]


def _is_nationwide(found: Found) -> bool:
    return found.is_nationwide


def _card(found: Found, sought: Sought, address: str) -> Card:
    entry = found.entry
    here, said = words.name_here(entry), words.description(entry)
    line = (words.one_line(said[0]), said[1]) if said else None
    most = MOST_TOPICS if said and said[1] == chosen() else MOST_TOPICS_ALONE
    return Card(
        number=entry.number,
        url=address + quote(entry.id, safe=""),
        is_closed=entry.is_closed,
        name=sought.marked(entry.name),
        name_language=words.door_language(entry),
        here=_text(here, sought),
        line=_text(line, sought),
        why=sought.reasons(entry, entry.name, *(text for text, _ in filter(None, (here, line)))),
        opening=words.opening(entry),
        where=words.city_name(entry.city) or words.country_name(entry.country),
        is_in_a_city=bool(entry.city),
        distance=_distance(found),
        languages=[words.language_name(code) for code in entry.languages],
        is_free=entry.cost == "free",
        is_for_all=bool(PAPERLESS.intersection(entry.statuses)),
        statuses=[words.label(vocabulary.STATUSES, key) for key in entry.statuses],
        topics=[(vocabulary.GROUP_OF[key], words.label(vocabulary.TOPICS, key)) for key in entry.topics[:most]],
        more_topics=max(0, len(entry.topics) - most),
        phone="" if entry.is_closed or not entry.phones else entry.phones[0],
    )


def _text(pair: tuple[str, str] | None, sought: Sought) -> Text | None:
    return Text(sought.marked(pair[0]), words.language_attributes(pair[1])) if pair else None


def _distance(found: Found) -> str:
    """'' where only the city is known."""
    if found.distance_km is None or found.entry.precision == "city":
        return ""
    distance = words.kilometres(found.distance_km)
    return distance if found.entry.precision == "exact" else f"{distance} ({gettext('about')})"
