"""What is left of a folded word when its endings are taken off: "адвокатът", "advokati", "avukatlar" meet their base.

Endings of all UI languages at once, as they sound in Latin letters; Arabic and Persian ones in their own. It is only
asked for words that are not known as they stand, so a stem may be rough and must never be shown.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

SHORTEST_ARABIC: Final = 3
ROUNDS: Final = 3

_ENDINGS: Final = {
    # letters that must remain → endings; the longer the ending, the surer it must be one
    4: "ia iu ii ie iam iah iami a e i o u s",
    5: (
        "ami imi ogo ego omu emu ete ite oto eto ove eve ah am om em oi ei ih ov ev iv "  # Slavic cases and plurals
        "lari leri lar ler ndan nden dan den tan ten nda nde da de imi umu nin nun in un im um sin "  # Turkish
        "es en"  # Romance and Germanic plurals
    ),
    6: "at ata iat iata ta to te",  # Bulgarian articles
}
_LATIN: Final = re.compile(
    "(?:" + "|".join(f"(?<={'.' * left})(?:{'|'.join(ends.split())})" for left, ends in _ENDINGS.items()) + ")$"
)
_ARABIC: Final = re.compile("[\u0620-\u06ff]")
_ARABIC_FRONT: Final = re.compile("^(?:وال|بال|كال|فال|لل|ال|و|ب|ل)")
_ARABIC_END: Final = re.compile("(?<=...)(?:هاي|ها|ات|ون|ين|ان|كم|نا|هم|تي|ي|ه|ت|م|ش)$")


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The folded word without its endings; itself where hardly anything would be left."""
    if _ARABIC.match(word):
        bare = _ARABIC_FRONT.sub("", word)
        return _ARABIC_END.sub("", bare if len(bare) >= SHORTEST_ARABIC else word)
    for _ in range(ROUNDS):
        shorter = _LATIN.sub("", word)
        if shorter == word:
            break
        word = shorter
    return word
