"""Slips of the finger in keys and names: what is so near to one of them that nothing else can be meant.

A suggestion is shown to be taken over, so it must not turn what was written round: “met afspraak” is no slip of
“zonder afspraak”, nor “Narnia” one of “Hungaria”. Phrases are compared word by word; a slip is a letter too many, too
few or another one, or two that changed places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler

from directory.search.likeness import LIKE

LONGEST: Final = 100
_LETTERS: Final = (5, 8, 12)
"""From so many letters, of the shorter of two, words may be one, two and three slips apart."""
_FEWEST: Final = 3
"""From so many a letter may be missing: “fod” is “food”. With another letter it is another word: “with”, “wish”."""


def nearest(phrase: str, meant: Mapping[str, str]) -> str:
    """What the phrase is a slip of means, or '': `meant` holds folded phrases; as near to two meanings is neither."""
    if len(phrase) > LONGEST:
        return ""
    words = phrase.split()
    found: defaultdict[int, set[str]] = defaultdict(set)
    for known, key in meant.items():
        if known[:1] == phrase[:1] and (slips := _slips(words, known.split())) is not None:
            found[slips].add(key)
    keys = found[min(found)] if found else set()
    return keys.pop() if len(keys) == 1 else ""


def _slips(words: Sequence[str], known: Sequence[str]) -> int | None:
    """How many lie between two phrases; None where one has words that are others, or has more of them."""
    if len(words) != len(known):
        return None
    slips = 0
    for word, other in zip(words, known, strict=True):
        if word != other:
            between = _between(word, other)
            if between is None:
                return None
            slips += between
    return slips


def _between(word: str, other: str) -> int | None:
    """People seldom miss the first letter: “inactive” is not “active”."""
    shorter, longer = sorted((len(word), len(other)))
    most = sum(shorter >= letters for letters in _LETTERS) or int(longer > shorter >= _FEWEST)
    if word[0] != other[0] or longer - shorter > most:
        return None
    slips = OSA.distance(word, other, score_cutoff=most)
    if slips > most or (slips > 1 and JaroWinkler.distance(word, other) > LIKE):
        return None
    return slips
