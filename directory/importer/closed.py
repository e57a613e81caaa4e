"""Closed lists: a key by itself, by its label in any language of the site, or by what people usually write for it.

What visitors say (`directory/synonyms`) counts where it can mean nothing else; what is near is only suggested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from babel.support import NullTranslations, Translations

from directory import vocabulary
from directory.config import LANGUAGES, bundled
from directory.importer.cells import is_doubted, refuse_controls, refuse_long, several
from directory.importer.problems import BadCell
from directory.importer.slips import nearest
from directory.search.reading import known
from directory.text import spelled_phrase
from directory.vocabulary import N_, Term

LONGEST: Final = 2000
MOST_TOLD: Final = 12
"""Keys that a problem lists; of a longer list it says where it stands."""
_YES: Final = "yes y true oui vrai да истина ja waar sí si evet так نعم بله"
_NO: Final = "no n false non faux не лъжа nee onwaar hayır нет ні لا نه"
_NOT_KNOWN: Final = frozenset(
    "unknown inconnu inconnue неизвестно неизвестен onbekend desconocido unbekannt bilinmiyor невідомо".split()
)
_VAGUE: Final = frozenset("work travail работа werk trabajo عمل کار робота is".split())
"""Who visits and says only "work" looks for some; a file may as well mean rights at work."""
_HARSH: Final = re.compile(r"\b(?:i?ill?eg|ileg|clandest|нелегал|незакон|kacak|غير شرع|غيرقانون)")
"""People are never illegal. Visitors may search by the word; an entry is not written with it."""

_PIECES: Final = re.compile(r"[,/&+]|\s[-–—]\s|\s(?:and|et|и|en|und|y|та|و)\s")
_ABOUT_MONEY: Final = re.compile(r"[€$£]|(?:^|\d)\s*(?:eur|euro|euros|лв|bgn)\b\.?", re.IGNORECASE)


@dataclass(frozen=True)
class ClosedList:
    """The keys of one list. `said` holds more phrases by key, between bars; `facet` is its name among the synonyms."""

    facet: str
    terms: Mapping[str, Term]
    said: Mapping[str, str] = field(default_factory=dict)
    may_be_unknown: bool = False
    """A cell that says "unknown" gives ''."""
    heeds_visitors: bool = True
    """Their words count. Not where who types "ramp" or "no money" says what is needed: a ramp alone is no access."""

    def key(self, text: str) -> str:
        """The one key that the text means."""
        refuse_controls(text)
        key = self._meant(text)
        if key is None:
            raise self._unknown(text)
        return key

    def keys(self, text: str) -> list[str]:
        """The keys of a list cell; repetitions are dropped."""
        keys = dict.fromkeys(text.split("|"))
        if keys.keys() <= self.terms.keys():  # as an export writes them, which is what most files are like
            return list(keys)
        refuse_controls(text)
        whole = self._meant(text)
        if whole is not None:
            return [whole]
        return list(dict.fromkeys(key for part in several(text) for key in self._keys_of(part)))

    def _keys_of(self, part: str) -> list[str]:
        whole = self._meant(part)
        if whole is not None:
            return [whole]
        pieces = [self._meant(piece) for piece in _PIECES.split(part)]
        if None in pieces:
            raise self._unknown(part)
        return [piece for piece in pieces if piece]

    def _meant(self, text: str) -> str | None:
        if text in self.terms:
            return text
        refuse_long(text, LONGEST)
        if is_doubted(text):
            return None
        phrase = spelled_phrase(text)
        if phrase in (spelled := _spelled(self)):
            return spelled[phrase]
        if self.may_be_unknown and phrase in _NOT_KNOWN:
            return ""
        return None if _HARSH.search(phrase) or phrase in _VAGUE else self._synonym(phrase)

    def _synonym(self, phrase: str) -> str | None:
        """What visitors mean by it as far as this list goes: a refugee is a status here, and asylum among topics."""
        keys = self._visitors_mean(phrase)
        return keys[0] if len(keys) == 1 and keys[0] in self.terms else None

    def _visitors_mean(self, phrase: str) -> list[str]:
        found = known().get(phrase, ()) if self.heeds_visitors else ()
        return sorted(key for facet, key in found if facet == self.facet)

    def _unknown(self, text: str) -> BadCell:
        values, near = {"text": text[:100]}, self._near(text)
        if near:
            return BadCell("unknown_value", N_("“%(text)s” is not in the list of this column."), values, near)
        if len(self.terms) > MOST_TOLD:
            message = N_("“%(text)s” is not in the list of this column. The page “Imports” shows what can stand there.")
            return BadCell("unknown_value", message, values)
        message = N_("“%(text)s” is none of: %(known)s.")
        return BadCell("unknown_value", message, values | {"known": ", ".join(self.terms)})

    def _near(self, text: str) -> str:
        phrase = spelled_phrase(text)
        if self is COST and _ABOUT_MONEY.search(text):
            return "paid" if "-" not in text else ""
        if _HARSH.search(phrase):
            return self._synonym(phrase) or ("undocumented" if self is RESIDENCE_STATUS else "")
        spelled = _spelled(self)
        if phrase in spelled:
            return spelled[phrase]
        if near := nearest(phrase, spelled):
            return near
        return next(iter(self._visitors_mean(phrase)), "")

    def __hash__(self) -> int:
        return hash(self.facet)


@lru_cache(maxsize=32)
def _spelled(closed: ClosedList) -> dict[str, str]:
    """Folded phrase → key: the keys, what is said, the labels in all languages; a phrase of two keys means neither."""
    found: dict[str, str] = {}
    for phrases in (
        ((key.replace("_", " "), key) for key in closed.terms),
        ((phrase, key) for key, text in closed.said.items() for phrase in text.split("|")),
        _labels(closed.terms.values()),
    ):
        meant: dict[str, set[str]] = {}
        for phrase, key in phrases:
            meant.setdefault(spelled_phrase(phrase), set()).add(key)
        found = {phrase: keys.pop() for phrase, keys in meant.items() if phrase and len(keys) == 1} | found
    return found


def _labels(terms: Iterable[Term]) -> Iterable[tuple[str, str]]:
    return [(catalog.gettext(term.label), term.key) for term in terms for catalog in _catalogs()]


@lru_cache(maxsize=1)
def _catalogs() -> tuple[NullTranslations, ...]:
    return tuple(Translations.load(bundled("translations"), [language]) for language in LANGUAGES)


def _bars(words: str, *more: str) -> str:
    return "|".join((*words.split(), *more))


KIND: Final = ClosedList(
    "kind",
    vocabulary.KINDS,
    {
        "contact_point": "info point|infopoint|information point|infopunt|point info|point d'info|point d'information|"
        "инфо точка|информационна точка|contactpoint|contactpunt|point de contact|точка за контакт|contact points|"
        "points de contact|точки за контакт|contactpunten",
        "service": "services|услуга|услуги|dienst|diensten|servicio|servicios",
        "institution": "institutions|институция|институции|instelling|instellingen|institución|instituciones",
        "initiative": "initiatives|инициатива|инициативи|initiatief|initiatieven|iniciativa|iniciativas",
    },
)
TOPIC: Final = ClosedList(
    "topic",
    vocabulary.TOPICS,
    {
        "legal_aid": "legal help|legal advice|aide juridique|aide légale|правна помощ|rechtshulp|juridische hulp",
        "housing": "logement|hébergement|жилище|жилища|huisvesting|wonen",
        "health": "santé|здраве|gezondheid|soins de santé|healthcare",
        "food": "nourriture|храна|voedsel|voeding|aide alimentaire",
        "asylum": "asile|убежище|asiel",
        "language_course": "language courses|cours de langue|cours de langues|езикови курсове|taalcursus|taallessen",
    },
)
RESIDENCE_STATUS: Final = ClosedList(
    "status",
    vocabulary.STATUSES,
    {
        "any": "all|everyone|everybody|tous|toutes|tout le monde|всички|всеки|iedereen|alle|todos|herkes|всі|все",
        "undocumented": "sans papier|sans papiers|sans-papiers|без документи|zonder papieren|sin papeles|"
        "ongedocumenteerd",
        "asylum_seeker": "asylum applicant|applicant for international protection|demandeur d'asile|demandeuse d'asile|"
        "demandeur de protection internationale|търсещ убежище|търсещи убежище|търсещ закрила|търсещи закрила|"
        "търсещ международна закрила|кандидат за убежище|asielzoeker|verzoeker om internationale bescherming",
        "refugee": "refugee status|recognised refugee|recognized refugee|réfugié|réfugiée|réfugié reconnu|"
        "statut de réfugié|бежанец|бежанка|бежански статут|статут на бежанец|vluchteling|erkend vluchteling|"
        "erkende vluchteling|erkende vluchtelingen|vluchtelingenstatus",
        "subsidiary_protection": "protection subsidiaire|субсидиарна закрила|хуманитарен статут|"
        "subsidiaire bescherming",
        "temporary_protection": "protection temporaire|временна закрила|tijdelijke bescherming",
        "third_country_national": "ressortissant de pays tiers|ressortissant d'un pays tiers|derdelander|derdelanders|"
        "гражданин на трета държава|onderdaan van een derde land",
        "eu_citizen": "EU national|European citizen|citoyen européen|citoyenne européenne|citoyen de l'UE|EU-burger|"
        "гражданин на ЕС|unieburger",
    },
)
COST: Final = ClosedList(
    "cost",
    vocabulary.COSTS,
    {
        "free": "gratuit|gratuite|gratuits|gratuites|gratis|for free|no charge|pro bono|مجاني|"
        "безплатно|безплатен|безплатна|kosteloos|free of charge|no cost|kostenlos|"
        "безкоштовно|бесплатно|gratuito|ücretsiz|0|0 €|€ 0|0 eur|0 лв|0,00 €",
        "low": "low cost|cheap|affordable|bas prix|prix réduit|pas cher|bon marché|ниска цена|евтино|"
        "lage prijs|goedkoop|betaalbaar|barato|رخيص",
        "paid": "payant|payante|платено|платен|платена|betalend|bezahlt|платно|de pago|مدفوع",
    },
    may_be_unknown=True,
    heeds_visitors=False,
)
APPOINTMENT: Final = ClosedList(
    "appointment",
    vocabulary.APPOINTMENTS,
    {
        "required": _bars(
            _YES,
            "appointment only|on appointment|by appointment|mandatory|obligatoire|rdv|sur rdv|avec rendez-vous",
            "sur rendez-vous|uniquement sur rendez-vous|rendez-vous obligatoire|rdv obligatoire|задължително",
            "с предварителен час|с час|с уговорка|само с предварителен час|op afspraak|enkel op afspraak|verplicht",
        ),
        "preferred": "recommended|advised|recommandé|conseillé|souhaité|de préférence|de préférence sur rendez-vous|"
        "препоръчително|препоръчва се|за предпочитане|aanbevolen|gewenst|liefst|bij voorkeur|aangeraden",
        "no": _bars(
            _NO,
            "not required|not needed|none|without appointment|no appointment|walk in|walk-in|drop in|drop-in",
            "sans rendez-vous|sans rdv|pas de rendez-vous|non requis|pas nécessaire|без час|без записване|без уговорка",
            "без предварителен час|не е нужен|не се изисква|zonder afspraak|vrije inloop|niet nodig|geen afspraak",
        ),
    },
    may_be_unknown=True,
)
WHEELCHAIR: Final = ClosedList(
    "wheelchair",
    vocabulary.WHEELCHAIR,
    {
        "yes": _bars(
            _YES, "accessible|fully accessible|full|достъпно|достъпен|toegankelijk|entièrement|изцяло|volledig"
        ),
        "limited": "partial|partly|partially|partiel|partielle|partiellement|limité|limitée|en partie|частично|"
        "ограничено|ограничен|gedeeltelijk|beperkt|deels|partially accessible|partiellement accessible",
        "no": _bars(
            _NO, "not accessible|inaccessible|non accessible|pas accessible|недостъпно|недостъпен|niet toegankelijk"
        ),
    },
    may_be_unknown=True,
    heeds_visitors=False,
)
PRECISION: Final = ClosedList(
    "precision",
    vocabulary.PRECISIONS,
    {
        "exact": "exacte|точно|точен|точен адрес|adresse exacte|exact adres|address|adresse|адрес|adres|door",
        "street": "rue|улица|straat|approximate",
        "city": "ville|commune|град|stad|gemeente|town",
        "none": "aucune|aucun|няма|geen|unknown|inconnu|inconnue|неизвестно|onbekend",
    },
)
ENTRY_STATUS: Final = ClosedList(
    "entry_status",
    vocabulary.ENTRY_STATUSES,
    {
        "active": "open|actif|active|ouvert|активен|активна|активно|отворен|отворена|отворено|actief|geopend",
        "closed": "fermé|fermée|затворен|затворена|затворено|закрит|закрита|закрито|gesloten|closed down|"
        "définitivement fermé|permanently closed",
    },
)
