"""Words by their likeness: a slip is a letter too many, too few or another one, or two that changed places."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from directory.packed import Packed
from directory.text import words as folded_words

LONG: Final = 7
"""Letters from which a word may hold two slips."""
_MIDDLING: Final = 6
LIKE: Final = 0.13
"""Jaro-Winkler distance up to which two slips are slips and not another word."""
_CONSONANTS: Final = str.maketrans("pv", "bf", "aeiouw")
"""What is left of a folded word in Arabic letters, which write no short vowels and have neither p nor v."""
_FEWEST_CONSONANTS: Final = 4
_SCRIPTS: Final = (
    re.compile("[а-яёіїєґ]", re.IGNORECASE),
    re.compile("[\u0600-\u06ff]"),
    re.compile("[α-ω]", re.IGNORECASE),
)


class Spellings:
    """Folded word → how it is written, in each script; found again by a likeness of up to two slips."""

    def __init__(self, written: Iterable[str], shortest: int = 4, most_slips: int = 2) -> None:
        self._shortest, self._most_slips = shortest, most_slips
        self._forms = Packed()
        self._by_start: dict[tuple[str, int], str] = {}
        """(first or second letter, letters) → folded words, one to a line; packed for the same reason."""
        self.add(written)

    def add(self, written: Iterable[str]) -> None:
        """Know more words, by how they are written; of several that fold alike the first of each script."""
        scripts: dict[str, int] = {}
        forms: list[tuple[str, str]] = []
        starts: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in written:
            folded = folded_words(word)
            if len(folded) != 1:
                continue
            key = folded[0]
            known = scripts[key] if key in scripts else sum({1 << _script(form) for form in self._forms[key]})
            if not known and len(key) >= self._shortest:
                for letter in set(key[:2]):
                    starts[letter, len(key)].append(f"{key}\n")
            if not known & 1 << _script(word):
                forms.append((key, word))
            scripts[key] = known | 1 << _script(word)
        self._forms.add(forms)
        for start, words in starts.items():  # last: others may be looking meanwhile
            self._by_start[start] = self._by_start.get(start, "") + "".join(words)

    def __contains__(self, folded: str) -> bool:
        return folded in self._forms

    def has_in_script(self, folded: str, like: str) -> bool:
        """Whether a word is known as it is written in the script of another word."""
        return any(_script(form) == _script(like) for form in self._forms[folded])

    def written(self, folded: str, like: str) -> str:
        """How a known word is written, in the script of another word if it is."""
        forms = self._forms[folded]
        return next((form for form in forms if _script(form) == _script(like)), forms[0])

    def nearest(self, folded: str, typed: str) -> tuple[int, float, str] | None:
        """(slips, unlikeness, how the word that is most like this one is written), or None where none is near.

        Words in the typed word's own script go before others.
        """
        if len(folded) < self._shortest:
            return None
        most, script = min(self._most_slips, 2 if len(folded) >= LONG else 1), _script(typed)
        near = self._near(folded, most)
        if not near:
            return None
        is_foreign, slips, unlikeness, word = min(
            (all(_script(form) != script for form in self._forms[word]), slips, unlikeness, word)
            for word, slips, unlikeness in near
        )
        if is_foreign and len(folded) < _MIDDLING:  # in two scripts a short word is like too many
            return None
        return slips + is_foreign, unlikeness, self.written(word, typed)

    def with_consonants_of(self, folded: str) -> str:
        """How the only word is written that has the same consonants, four at least; '' where none or several have."""
        said = folded.translate(_CONSONANTS)
        if len(said) < _FEWEST_CONSONANTS:
            return ""
        found: set[str] = set()
        for (letter, length), words in [*self._by_start.items()]:
            if length >= len(said) and letter.translate(_CONSONANTS) == said[0]:
                bare = words.translate(_CONSONANTS).split("\n")
                found.update(word for word, left in zip(words.split("\n"), bare, strict=True) if left == said)
        return self.written(found.pop(), folded) if len(found) == 1 else ""

    def _near(self, folded: str, most: int) -> list[tuple[str, int, float]]:
        """(word, slips, unlikeness) of those that share one of the first two letters and are about as long."""
        found = []
        for letter in sorted(set(folded[:2])):
            for length in range(len(folded) - most, len(folded) + most + 1):
                words = self._by_start.get((letter, length), "").split()
                for word, slips, _ in process.extract(
                    folded, words, scorer=OSA.distance, score_cutoff=most, limit=None
                ):
                    unlikeness = round(JaroWinkler.distance(folded, word), 3)
                    if (slips == 1 or unlikeness <= LIKE) and not _begins_otherwise(folded, word):
                        found.append((word, int(slips), unlikeness))
        return found


def _begins_otherwise(folded: str, word: str) -> bool:
    """Whether a short word has another first letter: people seldom miss that one, and "homme" is not "gomme"."""
    is_other = len(folded) == len(word) < _MIDDLING and folded[0] != word[0]
    return is_other and sorted(folded[:2]) != sorted(word[:2])


def _script(word: str) -> int:
    return next((number for number, letters in enumerate(_SCRIPTS, 1) if letters.search(word)), 0)
