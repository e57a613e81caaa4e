"""Why a result is one: the words that were asked for are marked where they stand, and a meaning is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
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

Spoken = frozenset[str]
"""The folded words of a text."""


class Sought:
    """What was asked for, made ready once to be looked for in many texts."""

    def __init__(self, reading: Reading) -> None:
        self._wishes = reading.wishes
        self._has_meanings = any(term.meanings for term in (*reading.terms, *reading.wishes))
        self._terms = [(term, *_said_by(term)) for term in reading.terms]
        self._words = frozenset[str]().union(*(said for _, said, _ in self._terms))
        self._beginnings = tuple(beginning for _, _, beginning in self._terms if beginning)
        self._texts: dict[str, set[str]] = {}
        self._asked: set[str] = set()
        self._others: set[str] = set()
        """Words as they are written that were met and say what was asked for, and those that do not."""

    def marked(self, text: str) -> Markup:
        """The text with the words that were asked for in <mark>."""
        if not self._terms or self._has_none(text):
            return escape(text)
        parts: list[str] = []
        end = 0
        for match in _WORD.finditer(text):
            if match.group() in self._asked:
                parts += [escape(text[end : match.start()]), "<mark>", escape(match.group()), "</mark>"]
                end = match.end()
        return Markup("".join([*parts, escape(text[end:])]))  # noqa: S704  # all but the marks is escaped

    def _has_none(self, text: str) -> bool:
        """Whether no word says what was asked for; each is looked at once, for the same words stand in many texts."""
        written = self._written(text)
        for word in written - self._others - self._asked:
            (self._asked if self._is_asked(word) else self._others).add(word)
        return written.isdisjoint(self._asked)

    def _written(self, text: str) -> set[str]:
        """The words of a text as it writes them; a text is asked for its marks, then for its meanings."""
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = set(_WORD.findall(text))
        return known

    def _is_asked(self, written: str) -> bool:
        folded = _folded(written)
        return any(word in self._words or word.startswith(self._beginnings) for word in folded)

    def reasons(self, entry: ContactPoint, *shown: str) -> list[str]:
        """Sentences for what matches by its meaning and by no word that is shown: "Topic: Legal help"."""
        if not self._has_meanings:
            return []
        said = {word for text in shown for written in self._written(text) for word in _folded(written)}
        unseen = [term for term, words, beginning in self._terms if not _stands_in(said, words, beginning)]
        told = dict.fromkeys(sentence for term in (*unseen, *self._wishes) for sentence in _named(entry, term))
        return list(told)[:MOST]


@lru_cache(maxsize=8192)
def _folded(word: str) -> tuple[str, ...]:
    return tuple(folded_words(word))


def _said_by(term: Term) -> tuple[Spoken, str]:
    """The words that say a term, and what a word begins with that does too; '' where it must be whole."""
    asked = telling(term.words) or term.words
    return frozenset(asked), asked[-1] if term.is_last and len(asked[-1]) >= SHORTEST_BEGINNING else ""


def _stands_in(said: set[str], words: Spoken, beginning: str) -> bool:
    return not said.isdisjoint(words) or bool(beginning and any(word.startswith(beginning) for word in said))


def _named(entry: ContactPoint, term: Term) -> Iterator[str]:
    for facet, value in sorted(term.meanings):
        if facet == "topic" and value in entry.topics:
            yield gettext("Topic: %(topic)s", topic=gettext(vocabulary.TOPICS[value].label))
        elif facet == "status" and value in entry.statuses:
            yield gettext("For: %(status)s", status=gettext(vocabulary.STATUSES[value].label))
        elif facet == "language" and value in entry.languages:
            yield gettext("They speak: %(language)s", language=words.language_name(value))
