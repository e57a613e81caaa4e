"""Words so well known that one of them, spelled right, settles between two encodings: Liège, not Ličge."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from directory.cities import gazetteer
from directory.config import bundled

_OFTEN: Final = (
    "là été même près où très après société école élève étranger étrangers réfugié réfugiés égalité accès soirée "
    "février août décembre arrêt hôtel hôpital médecin médecins création général générale étage bâtiment numéro déjà "
    "être êtes côté prénom français française étudiant étudiants écoute contrôle aînés intégration bénévole bénévoles "
    "vêtements hébergement "
    "belgië één privé geïnformeerd coöperatie financiële vluchtelingen reünie patiënten cliënten "
    "españa año años niño niños señora mañana educación información atención situación también días teléfono "
    "informação não ação são você educação português "
    "città più perché attività società sarà già può così "
    "für über straße können müssen öffnungszeiten ärzte får också år för när"
)
_LANGUAGES: Final = ("fr", "nl", "es", "bg", "ru", "uk", "tr")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_ELISION: Final = re.compile(r"\b(?:[cdjlmnst]|qu)’(?=[aeiouyhàâéèêëîïôœ])[a-zà-ÿ]{2}", re.IGNORECASE)


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    """The above, what people type (`synonyms/`), and the names of Europe's cities; those that are not ASCII."""
    texts = [_OFTEN, *(place.name for place in gazetteer().values())]
    texts += [(bundled("synonyms") / f"{language}.toml").read_text("utf-8") for language in _LANGUAGES]
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()) if not word.isascii())


def is_telling(text: str) -> bool:
    """Does it hold one of these words, or an elision as in l’aide?"""
    return bool(_ELISION.search(text)) or not _telling().isdisjoint(_WORD.findall(text.lower()))
