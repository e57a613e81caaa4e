"""Slips of the finger: the nearest words that are known, for a question that finds little as it was typed.

Known are the words of the synonyms, of cities, languages and countries, and of the names in the directory.
Misspellings that are understood anyway are never offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from sqlalchemy.orm import Session

from directory import cities
from directory.cities import Atlas
from directory.config import LANGUAGES
from directory.search import layouts, names
from directory.search.hearing import is_said
from directory.search.likeness import LONG, Spellings
from directory.search.meanings import filler, meaning, misspelled, spelled_phrases, telling
from directory.search.shelf import shelf
from directory.text import fold
from directory.text import words as folded_words

SHORTEST: Final = 4
"""Letters of the shortest word that is respelled."""
_SHORTEST_PART: Final = 3
_SURE: Final = 7
"""Letters from which a word that other keys would write is hardly there by chance."""
_ARABIC: Final = re.compile("[\u0620-\u06ff]")
_ARABIC_SOUNDS: Final = str.maketrans(
    dict(zip("ابپتجحخدرزسشصضطظعغڤفقكگلمنهوي", "abptghhdrzsSsdtzagvfkkglmnhui", strict=True))
    | {"ث": "th", "ش": "sh", "چ": "ch"}
)
_QUOTED: Final = re.compile(r'["“”«»„]')


@lru_cache(maxsize=1)
def everyday_words() -> Spellings:
    """The words of the synonyms, labels, languages and countries."""
    wrong = {word for language in LANGUAGES for phrase in misspelled(language) for word in folded_words(phrase)}
    right = dict.fromkeys(word for phrase in spelled_phrases() for word in phrase.split())
    return Spellings(word for word in right if not wrong.intersection(folded_words(word)))


@lru_cache(maxsize=1)
def _large_cities() -> Spellings:
    """One slip in a long name at most: a word of any language is like some city in Europe."""
    return Spellings(cities.large_names(), shortest=LONG, most_slips=1)


@dataclass(frozen=True, slots=True)
class _Known:
    """Where words are looked up: the names in the directory first, then its cities, everyday words, large cities."""

    sources: tuple[Spellings, ...]

    def __contains__(self, folded: str) -> bool:
        return any(folded in source for source in self.sources)

    def is_in_another_script(self, folded: str, typed: str) -> bool:
        """Whether a word is known in another script only: "лавър" sounds like Spanish "lavar", and is no word."""
        return folded in self and not any(source.has_in_script(folded, typed) for source in self.sources)

    def correction(self, folded: str, typed: str) -> str:
        found = [(*near, place) for place, source in enumerate(self.sources) if (near := source.nearest(folded, typed))]
        if not found:
            return ""
        written = min(found, key=lambda one: (one[0], one[1], one[3]))[2]
        return written.lower() if typed.islower() else written


def respelled(session: Session, text: str, atlas: Atlas) -> str:
    """The text as it was probably meant; '' where nothing nearer is known. What stands in quotes stays."""
    if _QUOTED.search(text) or not text.strip():
        return ""
    if joined := _joined(text, names.spellings(session)):
        return joined
    known = _Known((names.spellings(session), _cities(atlas), everyday_words(), _large_cities()))
    strange = [word for word, _ in _words(text) if _is_strange(word, known, atlas)]
    if len(telling(folded_words(text))) > 1:  # what is said of some entry is a word, though none has them all
        strange = [word for word in strange if not _stands_somewhere(session, word)]
    if not strange:
        return ""
    said_strangely = [
        bool(set(strange).intersection(said)) for typed in text.split() if telling(said := folded_words(typed))
    ]
    if all(said_strangely) and (meant := _on_another_keyboard(text, known, atlas)):
        return meant
    said = [_corrected(word, typed, known) if word in strange else typed for word, typed in _words(text)]
    meant = " ".join(said)
    return meant if meant != " ".join(typed for _, typed in _words(text)) else ""


def _joined(text: str, named: Spellings) -> str:
    """Two words that are one in a name: "refugee light"."""
    said = list(_words(text))
    for at, ((first, typed), (second, rest)) in enumerate(pairwise(said)):
        if first + second in named:
            whole = [typed for _, typed in said]
            return " ".join([*whole[:at], typed + rest, *whole[at + 2 :]])
    return ""


def _stands_somewhere(session: Session, word: str) -> bool:
    return is_said(session, shelf(session), (word,))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """(folded, as typed) for each word."""
    for typed in text.split():
        bare = typed.strip("!?.,;:()[]…")
        folded = folded_words(typed)
        yield from [(folded[0], bare)] if len(folded) == 1 else [(word, word) for word in folded]


def _is_strange(folded: str, known: _Known, atlas: Atlas) -> bool:
    if folded.isdigit() or folded in filler() or folded in known:
        return False
    return not meaning([folded], folded) and not atlas.here(folded)


def _corrected(folded: str, typed: str, known: _Known) -> str:
    if len(folded) < SHORTEST:
        return typed
    named = known.sources[0]
    found = known.correction(folded, typed) or in_latin(typed, named) or _acronym(typed, named)
    return found or _parted(typed, known) or typed


def _parted(typed: str, known: _Known) -> str:
    """Two known words between which the space is missing: "freelawyer"; a short one must be a name's, "capmigrants"."""
    for at in range(_SHORTEST_PART, len(typed) - _SHORTEST_PART + 1):
        halves = (typed[:at], typed[at:])
        if all(_is_part(word, known) for half in halves for word in folded_words(half)):
            return " ".join(halves)
    return ""


def _is_part(word: str, known: _Known) -> bool:
    return word in known if len(word) >= SHORTEST else word in known.sources[0]


def in_latin(typed: str, named: Spellings) -> str:
    """A name that was written as it sounds in Arabic letters: "كاريتاس" is Caritas, "كريبل" CRIPEL. '' for none."""
    latin = sounds(typed)
    if len(latin) != 1:
        return ""
    near = named.nearest(latin[0], latin[0])
    return near[2] if near else named.with_consonants_of(latin[0])


def _acronym(typed: str, named: Spellings) -> str:
    """A Latin acronym written letter by letter in Cyrillic: "цпас" is CPAS."""
    letters = folded_words(typed.lower().replace("ц", "c"))
    is_one = "ц" in typed.lower() and len(letters) == 1 and letters[0] in named
    return named.written(letters[0], letters[0]) if is_one else ""


def sounds(typed: str) -> list[str]:
    """The words of a text in Arabic letters as they may be written in Latin ones, folded; none of another text."""
    return folded_words(fold(typed).translate(_ARABIC_SOUNDS)) if _ARABIC.search(typed) else []


def _on_another_keyboard(text: str, known: _Known, atlas: Atlas) -> str:
    """What the same keys say on another keyboard, where nearly all of that is understood: "льєж" rather than "льэж"."""
    found = []
    for other in layouts.retyped(text):
        said = [word for word, _ in _words(other)]
        strange = [word for word in said if _is_strange(word, known, atlas) or _is_chance(word, other, known, atlas)]
        long = [word for word in telling(said) if len(word) > 2]
        if long and len(strange) * 3 <= len(said) and not set(long) <= set(strange):
            found.append((len(strange), -sum(atlas.meant(word) is not None for word in other.split()), other))
    return min(found, key=lambda one: one[:2])[2] if found else ""


def _is_chance(word: str, text: str, known: _Known, atlas: Atlas) -> bool:
    """Whether a short word is known by its stem only, or only in another script than the text's.

    What other keys write may be like anything ("reine", "кушту").
    """
    if len(word) >= _SURE or word in filler() or atlas.here(word):
        return False
    return word not in known or known.is_in_another_script(word, text)


@lru_cache(maxsize=4)
def _cities_of(places: tuple[cities.Place, ...]) -> Spellings:
    return Spellings(name for place in places for name in cities.written_names(place))


def _cities(atlas: Atlas) -> Spellings:
    return _cities_of(atlas.places)


__all__ = ["Spellings", "everyday_words", "in_latin", "respelled", "sounds"]
