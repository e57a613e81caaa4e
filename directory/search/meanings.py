"""What words and phrases mean, in all UI languages together.

What people say when they mean a key stands in `synonyms/<language>.toml`; labels come from the catalogs, names of
languages and countries from CLDR.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final

from babel import Locale
from babel.support import Translations

from directory import vocabulary
from directory.cities import COUNTRIES
from directory.config import LANGUAGES, bundled
from directory.stems import stem
from directory.text import fold, folded_phrase, spellings
from directory.text import words as folded_words

Meaning = tuple[str, str]
"""A facet and its value: ('topic', 'legal_aid'), ('language', 'ar'), ('cost', 'free')."""
Meanings = frozenset[Meaning]

KIN: Final = MappingProxyType(
    {
        "food": ("emergency", "social_security"),
        "mental_health": ("health",),
        "emergency": ("housing", "social_security"),
        "housing": ("emergency", "social_security"),
        "health": ("social_security",),
        "women": ("emergency", "health"),
        "children_youth": ("education_training", "community"),
        "digital_skills": ("education_training",),
        "language_course": ("education_training", "culture_society"),
        "interpretation": ("language_course",),
        "qualifications": ("education_training", "finding_work"),
        "union_membership": ("rights_at_work",),
        "exploitation": ("rights_at_work", "legal_aid"),
        "before_departure": ("residence_permits",),
        "return": ("residence_permits",),
        "family_reunification": ("residence_permits", "legal_aid"),
        "anti_discrimination": ("legal_aid",),
        "community": ("culture_society",),
        "social_economy": ("finding_work",),
    }
)
"""Topic → whom to ask where nobody helps with it."""
COMES_FOR: Final = MappingProxyType(
    {
        "undocumented": ("residence_permits", "legal_aid"),
        "asylum_seeker": ("asylum",),
        "refugee": ("asylum",),
        "subsidiary_protection": ("asylum",),
        "temporary_protection": ("asylum",),
    }
)
"""Residence status → topics that somebody who says nothing else probably comes for."""
COMES_FROM_AFAR: Final = ("asylum", "residence_permits")
"""What somebody who says no more than a country outside Europe probably comes for."""
LONGEST_PHRASE: Final = 6
_SHORTEST_IN_LATIN: Final = 5
_COUNTRY_LENGTH: Final = 2  # three digits are parts of the world
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of CLDR for what is no country."""
_SECTIONS: Final = {
    "topics": "topic",
    "statuses": "status",
    "kinds": "kind",
    "costs": "cost",
    "wheelchair": "wheelchair",
    "languages": "language",
    "place": "place",
    "hours": "hours",
}
SPOKEN: Final = tuple(
    (
        "en fr bg nl es ar fa uk ru tr de it pt pl ro el hu sq sr hr bs mk sl sk cs lt lv et sv da fi no ka hy az "
        "ku ckb ps prs ur hi bn pa ta ne zh ja ko vi th tl id am ti so om sw ha yo ig ff wo bm ln rw mg he yi rom "
        "kab ber"
    ).split()
)
"""Languages that are recognized in a question and offered as a filter (ISO 639); any other code can be listed too."""


def meaning(words: Sequence[str], typed: str) -> Meanings:
    """What these folded words mean together, as they stand, without their filler, or by their stems."""
    phrase = " ".join(words)
    if len(words) == 1 and is_filler(phrase, typed):
        return frozenset()
    if found := _as_written().get(fold(typed)) or known().get(phrase) or _in_latin().get(phrase):
        return found
    core = telling(words)
    if len(words) > 1 and (len(core) < 2 or words[0] != core[0] or words[-1] != core[-1]):
        return frozenset()
    return _cores().get(" ".join(core)) or _stems().get(" ".join(map(stem, core))) or frozenset()


def is_filler(word: str, typed: str = "") -> bool:
    """Whether a word says nothing: "is" does not, "iş" does, though both fold to the same."""
    return word in filler() and (word not in known() or fold_case(typed or word) in _filler_as_written())


def telling(words: Sequence[str]) -> list[str]:
    """The words that are no filler."""
    return [word for word in words if word not in filler()]


def fold_case(typed: str) -> str:
    """A word as it was written, its case apart."""
    return typed.replace("İ", "i").lower().strip("'’\"?!.,;:()")


@lru_cache(maxsize=1)
def known() -> dict[str, Meanings]:
    """Folded phrase → what it means, in all UI languages together."""
    found = _gathered((folded_phrase(phrase), _one(said)) for phrase, said in _all_said())
    found.pop("", None)
    wrong = ((folded_phrase(wrong), right) for language in LANGUAGES for wrong, right in misspelled(language).items())
    return _gathered((*found.items(), *((phrase, found[folded_phrase(right)]) for phrase, right in wrong)))


def _gathered(pairs: Iterable[tuple[str, Meanings]]) -> dict[str, Meanings]:
    """Phrase → all that it means; one set for all phrases that mean the same, of which there are ten thousands."""
    found: dict[str, Meanings] = {}
    for phrase, said in pairs:
        before = found.get(phrase)
        found[phrase] = said if before is None else _together(before, said)
    return found


@cache
def _one(said: Meaning) -> Meanings:
    return frozenset({said})


@cache
def _together(some: Meanings, others: Meanings) -> Meanings:
    return some if others <= some else some | others


def _all_said() -> Iterable[tuple[str, Meaning]]:
    for language in LANGUAGES:
        yield from _said(language)
        yield from _labels(language)
        yield from _names(language)


@lru_cache(maxsize=1)
def _in_latin() -> dict[str, Meanings]:
    """What is said in Cyrillic, as people type it on a Latin keyboard: "bezhanets" and "bejanec". No short words."""
    said = ((phrase, said) for language in LANGUAGES for phrase, said in (*_said(language), *_labels(language)))
    return _gathered(
        (written, _one(said))
        for phrase, said in said
        for written in spellings(phrase)
        if len(written) >= _SHORTEST_IN_LATIN and written not in known()
    )


@lru_cache(maxsize=1)
def proper() -> frozenset[str]:
    """Folded words that are only ever names: "Forem" and "CPAS" mean a topic, but are looked for by name first."""
    written: dict[str, bool] = {}
    for language in LANGUAGES:
        for phrase, (facet, _) in _said(language):
            if facet in ("topic", "said") and len(folded := folded_words(phrase)) == 1:
                written[folded[0]] = written.get(folded[0], True) and phrase[0].isupper()
    return frozenset(word for word, is_name in written.items() if is_name)


@lru_cache(maxsize=1)
def worded() -> dict[str, tuple[tuple[str, ...], ...]]:
    """What has no key of its own → all that it is called, in all UI languages: the Red Cross, a psychologist.

    Who says "domestic violence" says "violence": the longer one is left out.
    """
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for language in LANGUAGES:
        for _, key, phrases in _words(language):
            found.setdefault(key, {}).update(dict.fromkeys(tuple(folded_words(phrase)) for phrase in phrases))
    return {
        key: tuple(phrase for phrase in phrases if phrases.keys().isdisjoint(_parts_of(phrase)))
        for key, phrases in found.items()
    }


def _parts_of(phrase: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The shorter phrases that stand in one."""
    size = len(phrase)
    return {phrase[start:end] for start in range(size) for end in range(start + 1, size + 1)} - {phrase}


def _words(language: str) -> Iterable[tuple[str, str, Sequence[str]]]:
    """(topic or '', key, phrases): what is looked for by all that it is called, and who helps with its topic."""
    for key, phrases in synonyms(language).get("words", {}).items():
        if isinstance(phrases, dict):
            yield from ((key, word, called) for word, called in phrases.items())
        else:
            yield "", key, phrases


@lru_cache(maxsize=1)
def _as_written() -> dict[str, Meanings]:
    """Phrases that sound like another one, as they are written: "sad" is sad, "съд" is a court."""
    found = _gathered((fold(phrase), _one(said)) for phrase, said in _all_said())
    return {
        written: meanings
        for written, meanings in found.items()
        if meanings != known().get(folded_phrase(written), meanings)
    }


@lru_cache(maxsize=1)
def _cores() -> dict[str, Meanings]:
    """Phrases without their filler: "lost my job" → "lost job". What would be a single word is left out."""
    cores = ((telling(phrase.split()), meanings) for phrase, meanings in known().items())
    return _gathered((" ".join(core), meanings) for core, meanings in cores if len(core) > 1)


@lru_cache(maxsize=1)
def _stems() -> dict[str, Meanings]:
    """Phrases by the stems of their words; a stem that much is said with says nothing."""
    phrases = (*known().items(), *_cores().items())
    return _gathered((" ".join(map(stem, phrase.split())), meanings) for phrase, meanings in phrases)


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """Every word that stands in some phrase or is filler, by `fold`: "reading" means no city, "Варна" does."""
    phrases = (phrase for language in LANGUAGES for phrase, _ in _said(language))
    return frozenset(word for phrase in (*phrases, *_filler_as_written()) for word in fold(phrase).split())


@lru_cache(maxsize=1)
def filler() -> frozenset[str]:
    """Folded words that carry no meaning in a question."""
    return frozenset(word for phrase in _filler_as_written() for word in folded_words(phrase))


@lru_cache(maxsize=1)
def _filler_as_written() -> frozenset[str]:
    return frozenset(
        fold_case(phrase) for language in LANGUAGES for phrase in synonyms(language).get("filler", {}).get("words", [])
    )


@lru_cache(maxsize=16)
def synonyms(language: str) -> dict[str, dict[str, Any]]:
    """Section → key → phrases, as the language's file says."""
    with (bundled("synonyms") / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def spelled_phrases() -> Iterable[str]:
    """Every phrase that is understood, as it is rightly written, and the filler."""
    for language in LANGUAGES:
        for phrase, _ in (*_said(language), *_labels(language), *_names(language)):
            yield phrase
        yield from synonyms(language).get("filler", {}).get("words", [])


def misspelled(language: str) -> dict[str, str]:
    """Words as they are often misspelled → the word that is meant; understood, and never offered as a spelling."""
    return synonyms(language).get("misspelled", {})


def _said(language: str) -> Iterable[tuple[str, Meaning]]:
    for section, facet in _SECTIONS.items():
        for key, phrases in synonyms(language).get(section, {}).items():
            for phrase in phrases:
                yield phrase, (facet, key)
    for topic, key, phrases in _words(language):
        for phrase in phrases:
            yield phrase, ("said", key)
            if topic:
                yield phrase, ("topic", topic)


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
    for code, name in locale.territories.items():
        if code in COUNTRIES:
            yield name, ("country", code)
        elif len(code) == _COUNTRY_LENGTH and code not in _NO_COUNTRIES:
            yield name, ("origin", code)
