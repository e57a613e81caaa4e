"""Reading what a visitor typed: which words are a place, which mean a topic, which are only words.

What people say when they mean a key stands in `synonyms/<language>.toml`; labels come from the catalogs,
names of languages and countries from CLDR. All UI languages are read at once: "abogado sofia" is fine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.support import Translations

from directory import vocabulary
from directory.cities import COUNTRIES, Atlas, Place
from directory.config import LANGUAGES, bundled
from directory.text import words as folded_words

Meaning = tuple[str, str]
"""A facet and its value: ('topic', 'legal_aid'), ('language', 'ar'), ('cost', 'free')."""

LONGEST_PHRASE: Final = 6
_QUOTED: Final = re.compile(r'["“”«»„]([^"“”«»„]*)["“”«»„]')
_SECTIONS: Final = {
    "topics": "topic",
    "statuses": "status",
    "kinds": "kind",
    "costs": "cost",
    "wheelchair": "wheelchair",
    "place": "place",
}


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand together, and what they may mean. An entry matches by the words or by a meaning."""

    words: tuple[str, ...]
    meanings: frozenset[Meaning] = frozenset()
    is_last: bool = False
    """The visitor may still be typing it: it matches as the beginning of a word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood: the terms to match (all of them), and the city that was named among the words."""

    terms: tuple[Term, ...] = ()
    wishes: tuple[Term, ...] = ()
    """What is better and not demanded: few entries state their price, and "free" must not hide the others."""
    city: Place | None = None
    without_city: str = ""
    """The words as typed, less the city: for "search everywhere instead"."""
    phrase: tuple[str, ...] = ()
    """All the words, folded: a name in which they stand together comes first, "Caritas Sofia" before other Caritas."""


def read(text: str, atlas: Atlas, place_is_given: bool = False) -> Reading:
    """Cut a question into terms: quoted parts stay as they are, the longest known phrase wins, filler is dropped."""
    terms: list[Term] = []
    city: Place | None = None
    left: list[str] = []
    for part, is_quoted in _parts(text):
        if is_quoted:
            if quoted := folded_words(part):
                terms.append(Term(tuple(quoted)))
            left.append(f'"{part}"')
            continue
        for chunk in _phrases(folded_words(part), atlas):
            place = None if place_is_given or city else _city(chunk, atlas)
            if place:
                city = place
                continue
            left.append(" ".join(chunk))
            meanings = known().get(" ".join(chunk), frozenset())
            if not _is_about(meanings, "place"):  # "near me", "hotline": how to search, not what for
                terms.append(Term(chunk, meanings))
    demanded, wishes = _weighed(_without_filler(terms, text))
    return Reading(demanded, wishes, city, " ".join(left), tuple(folded_words(text)))


def _is_about(meanings: frozenset[Meaning], *facets: str) -> bool:
    return bool(meanings) and all(facet in facets for facet, _ in meanings)


def _weighed(terms: tuple[Term, ...]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """(what must be found, what is only wished for); a wish alone is all that was asked."""
    wishes = tuple(term for term in terms if _is_about(term.meanings, "cost", "wheelchair"))
    demanded = tuple(term for term in terms if term not in wishes)
    return (demanded, wishes) if demanded else (terms, ())


def _parts(text: str) -> Iterable[tuple[str, bool]]:
    for index, part in enumerate(_QUOTED.split(text)):
        if part.strip():
            yield part, index % 2 == 1


def _phrases(words: list[str], atlas: Atlas) -> Iterable[tuple[str, ...]]:
    """The longest run of words that is a phrase with a meaning or a city's name; else single words."""
    start = 0
    while start < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - start), 0, -1):
            chunk = tuple(words[start : start + length])
            if length == 1 or " ".join(chunk) in known() or _city(chunk, atlas):
                yield chunk
                start += length
                break


def _city(chunk: tuple[str, ...], atlas: Atlas) -> Place | None:
    name = " ".join(chunk)
    return None if name in filler() or len(name) < 3 else atlas.here(name)


def _without_filler(terms: list[Term], text: str) -> tuple[Term, ...]:
    """Words such as "I need a" say nothing, unless nothing else was said."""
    telling = [t for t in terms if t.meanings or len(t.words) > 1 or t.words[0] not in filler()]
    kept = telling or terms
    if kept and not text.endswith(('"', "”", "»")):
        last = kept[-1]
        kept = [*kept[:-1], Term(last.words, last.meanings, is_last=True)]
    return tuple(dict.fromkeys(kept))


@lru_cache(maxsize=1)
def known() -> dict[str, frozenset[Meaning]]:
    """Folded phrase → what it means, in all UI languages together."""
    found: dict[str, set[Meaning]] = {}
    for language in LANGUAGES:
        for phrase, meaning in (*_said(language), *_labels(language), *_names(language)):
            if folded := " ".join(folded_words(phrase)):
                found.setdefault(folded, set()).add(meaning)
    return {phrase: frozenset(meanings) for phrase, meanings in found.items()}


@lru_cache(maxsize=16)
def _synonyms(language: str) -> dict[str, dict[str, list[str]]]:
    with (bundled("synonyms") / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def _said(language: str) -> Iterable[tuple[str, Meaning]]:
    for section, facet in _SECTIONS.items():
        for key, phrases in _synonyms(language).get(section, {}).items():
            for phrase in phrases:
                yield phrase, (facet, key)


def _labels(language: str) -> Iterable[tuple[str, Meaning]]:
    catalog = Translations.load(bundled("translations"), [language])
    for facet, terms in (("topic", vocabulary.TOPICS), ("status", vocabulary.STATUSES), ("kind", vocabulary.KINDS)):
        for term in terms.values():
            yield catalog.gettext(term.label), (facet, term.key)


def _names(language: str) -> Iterable[tuple[str, Meaning]]:
    locale = Locale.parse(language)
    for code in SPOKEN:
        if name := locale.languages.get(code):
            yield name, ("language", code)
    for code in COUNTRIES:
        if name := locale.territories.get(code):
            yield name, ("country", code)


@lru_cache(maxsize=1)
def filler() -> frozenset[str]:
    """Folded words that carry no meaning in a question."""
    return frozenset(
        folded
        for language in LANGUAGES
        for phrase in _synonyms(language).get("filler", {}).get("words", [])
        for folded in folded_words(phrase)
    )


SPOKEN: Final = tuple(
    (
        "en fr bg nl es ar fa uk ru tr de it pt pl ro el hu sq sr hr bs mk sl sk cs lt lv et sv da fi no ka hy az "
        "ku ckb ps prs ur hi bn pa ta ne zh ja ko vi th tl id am ti so om sw ha yo ig ff wo bm ln rw mg he yi rom "
        "kab ber"
    ).split()
)
"""Languages that are recognized in a question and offered as a filter (ISO 639); any other code can be listed too."""
