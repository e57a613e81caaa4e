"""Keyboards left in the wrong language: "fldjrfn" is "адвокат" on a Russian keyboard, "фмщсфе" is "avocat"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_LATIN: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_OTHERS: Final = (
    "²azertyuiop^$qsdfghjklmùwxcvbn,;:",  # French
    "ёйцукенгшщзхъфывапролджэячсмитьбю",  # Russian
    "'йцукенгшщзхїфівапролджєячсмитьбю",  # Ukrainian
    "`,уеишщксдзц;ьяаожгтнвмчюйъэфхпрл",  # Bulgarian, the state standard
    "чявертъуиопшщасдфгхйкл;'зьцжбнм,.",  # Bulgarian, phonetic
    "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤرلىةوز",  # Arabic
    "پضصثقفغعهخحجچشسیبلاتنمکگظطزرذدئو.",  # Persian
)
_TABLES: Final = tuple(
    str.maketrans(typed, meant) for row in _OTHERS for typed, meant in ((_LATIN, row), (row, _LATIN))
)


def retyped(text: str) -> Iterator[str]:
    """The text as the same keys write it on each other keyboard; those that change nothing left out."""
    told = {text.lower()}
    for table in _TABLES:
        if (other := text.lower().translate(table)) not in told:
            told.add(other)
            yield other
