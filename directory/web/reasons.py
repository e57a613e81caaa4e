"""Why a result is one: the words that were asked for are marked where they stand, and a meaning is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

from directory import vocabulary
from directory.models import ContactPoint
from directory.search.meanings import telling
from directory.search.reading import Reading, Term
from directory.text import words as folded_words
from directory.web import words
from directory.web.languages import gettext

MOST: Final = 2
"""Meanings that are named."""
SHORTEST_BEGINNING: Final = 3
_WORD: Final = re.compile("[\\w\u0300-\u036f\u064b-\u0652'’ʼ]+")


def marked(text: str, reading: Reading) -> Markup:
    """The text with the words that were asked for in <mark>."""
    parts, end = [], 0
    for match in _WORD.finditer(text):
        if any(_is_asked(word, reading) for word in folded_words(match.group())):
            parts += [escape(text[end : match.start()]), Markup("<mark>{}</mark>").format(match.group())]
            end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _is_asked(word: str, reading: Reading) -> bool:
    return any(_says(word, term) for term in reading.terms)


def _says(word: str, term: Term) -> bool:
    asked = telling(term.words) or term.words
    begins = term.is_last and len(asked[-1]) >= SHORTEST_BEGINNING and word.startswith(asked[-1])
    return word in asked or begins


def reasons(entry: ContactPoint, reading: Reading, *shown: str) -> list[str]:
    """Sentences for what matches by its meaning and by no word that is shown: "Topic: Legal help"."""
    said = {word for text in shown for word in folded_words(text)}
    unseen = [term for term in reading.terms if not any(_says(word, term) for word in said)]
    told = dict.fromkeys(sentence for term in (*unseen, *reading.wishes) for sentence in _named(entry, term))
    return list(told)[:MOST]


def _named(entry: ContactPoint, term: Term) -> Iterator[str]:
    for facet, value in sorted(term.meanings):
        if facet == "topic" and value in entry.topics:
            yield gettext("Topic: %(topic)s", topic=gettext(vocabulary.TOPICS[value].label))
        elif facet == "status" and value in entry.statuses:
            yield gettext("For: %(status)s", status=gettext(vocabulary.STATUSES[value].label))
        elif facet == "language" and value in entry.languages:
            yield gettext("They speak: %(language)s", language=words.language_name(value))
