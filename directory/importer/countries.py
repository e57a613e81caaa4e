"""Countries and spoken languages by code or by name, in the languages of the site and of Europe.

Sources: ISO 3166 and ISO 639 through pycountry, names through Babel (CLDR).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import pycountry
from babel import Locale
from babel.languages import get_official_languages
from babel.localedata import exists

from directory.config import LANGUAGES
from directory.importer.cells import bare, is_doubted, several
from directory.importer.lookalikes import as_latin
from directory.importer.problems import BadCell
from directory.importer.slips import nearest
from directory.search.reading import SPOKEN
from directory.text import sounded, spelled_phrase
from directory.vocabulary import EUROPE, N_

WRITTEN: Final = tuple(
    dict.fromkeys((*LANGUAGES, *"de it pt pl ro el hu sq sr hr mk sl sk cs lt lv et sv da fi nb".split()))
)
"""Languages in which names are recognized."""

_COUNTRIES_SAID: Final = {
    EUROPE: "UE|ЕС|EU|Europe|Европа|Europa|European Union|Union européenne|Европейски съюз|Europese Unie|all of Europe",
    "GB": "UK|U.K.|Great Britain|Britain|Grande-Bretagne|Royaume Uni|Великобритания|Groot-Brittannië|"
    "Verenigd Koninkrijk|England|Angleterre|Англия|Engeland|Inglaterra|Англія|İngiltere|انگلستان|إنجلترا|"
    "Scotland|Écosse|Шотландия|Schotland|Escocia|Шотландія|İskoçya|اسکاتلند|اسكتلندا|"
    "Wales|Pays de Galles|Уелс|Gales|Уельс|Уэльс|Galler|ولز|ويلز|"
    "Northern Ireland|Irlande du Nord|Северна Ирландия|Noord-Ierland|Irlanda del Norte|Північна Ірландія|"
    "Северная Ирландия|Kuzey İrlanda|ایرلند شمالی|أيرلندا الشمالية",
    "MM": "Burma|Birmanie|Бирма|Birma|Birmania|Бірма|برمه|بورما",
    "NL": "Holland|Hollande|Холандия|The Netherlands|Pays Bas|Nederland",
    "MK": "Macedonia|Macédoine|Македония|Macedonië|FYROM|FYR Macedonia|Republic of North Macedonia|Северна Македония",
    "CZ": "Czech Republic|République tchèque|Tchéquie|Чешка република|Чехия|Tsjechië|Tsjechische Republiek",
    "XK": "Kosovo|Косово|XKX|Kosova",
    "US": "USA|U.S.A.|U.S.|United States of America|États-Unis d'Amérique|САЩ|VS|Verenigde Staten van Amerika|America",
    "GR": "EL|Hellas|Grece|Гърция",
    "BY": "Biélorussie|Belorussia|Byelorussia|Беларус|Белорусия|Wit-Rusland",
    "MD": "Moldavie|Moldova|Moldavia|Молдова|Молдавия|Moldavië",
    "TR": "Turkey|Turquie|Türkiye|Турция|Turkije",
    "RU": "Russia|Russie|Русия|Rusland|Russian Federation",
    "IE": "Republic of Ireland|Eire|Éire",
    "VA": "Vatican|Holy See|Ватикана|Vaticaanstad",
    "BA": "Bosnia|Bosnie|Босна|Bosnië|Bosnia Herzegovina|BiH",
    "SY": "Syria|Syrie|Сирия|Syrië",
    "CI": "Ivory Coast|Côte d'Ivoire|Ivoorkust",
    "CD": "DR Congo|DRC|RDC|Congo-Kinshasa",
    "CG": "Congo-Brazzaville",
    "PS": "Palestine|Палестина|Palestina|Palästina|Filistin|فلسطين",
}
_SEVERAL_COUNTRIES: Final = {
    "Congo|Kongo|Конго": ("CD", "CG"),
    "Korea|Corée|Корея|Corea|Kore": ("KR", "KP"),
    "Virgin Islands|Îles Vierges|Виргински острови|Maagdeneilanden": ("VI", "VG"),
}
"""Names that ISO 3166 or a language gives to one of them, and people to each."""
_LANGUAGES_SAID: Final = {
    "fa": "Farsi|Persian|Perse|Фарси|Персийски|Perzisch",
    "prs": "Dari|Дари",
    "ps": "Pashto|Pashtu|Pushto|Pachto|Pachtoune|Pachtou|Пущу|Pasjtoe|Pashtou",
    "ku": "Kurdish|Kurmanji|Kurmancî|Kurmandji|Kurde|Кюрдски|Koerdisch|Kurdi|Northern Kurdish",
    "ckb": "Sorani|Central Kurdish|Сорани",
    "ber": "Tamazight|Amazigh|Berber|Berbère|Берберски|Tamazigt|Berbers",
    "rif": "Tarifit|Riffian|Rifain|Riffijns",
    "kab": "Kabyle|Kabylian|Кабилски",
    "ti": "Tigrinya|Tigrigna|Тигриня",
    "nl": "Flemish|Flamand|Vlaams|Фламандски|Hollandais|Холандски|Nederlands|Dutch",
    "zh": "Mandarin|Chinese|Mandarijn|Мандарин|Putonghua",
    "rom": "Romani|Romany|Romanes|Rromani|Tsigane|Ромски|Роми",
    "ff": "Fula|Fulani|Peul|Pular|Pulaar|Fulfulde|Фула",
    "bm": "Bambara|Bamanankan",
    "tl": "Tagalog|Filipino|Philippin",
    "ro": "Moldovan|Moldave|Moldavian|Молдовски",
    "es": "Castilian|Castellano|Castillan|Espagnol|Spanish",
    "ca": "Valencian|Valencià",
    "sgn": "Sign language|Langue des signes|Жестомимичен|Жестов език|Gebarentaal",
    "yue": "Cantonese|Cantonais|Kantonees",
    "ar": "Arabic|Arabe|Арабски|Arabisch|Arab|Darija|Maghrebi Arabic",
    "bn": "Bangla|Bengali",
    "pa": "Punjabi|Panjabi|Pendjabi|Pandjabi",
    "el": "Greek|Grec|Гръцки|Grieks",
    "so": "Somali|Сомалийски|Somalisch",
    "nb": "Norwegian Bokmål",
}
_NARROWER: Final = {
    "pes": "fa",
    "arb": "ar",
    "cmn": "zh",
    "kmr": "ku",
    "fil": "tl",
    "pst": "ps",
    "pbu": "ps",
    "swh": "sw",
}
"""Codes of ISO 639-3 for what everybody lists under the wider code."""
_FEWEST: Final = 5
"""Letters of what may be a slip; among so many names “some” is near to one of Finnish."""
_NAMED_SO: Final = re.compile(r"^(?:langue|lingua) | (?:language|език|taal|мова|язык)$")
_NO_LANGUAGES: Final = frozenset("und zxx mis mul all any and new non not old oui yes".split())
"""Codes of ISO 639-3 that name no language, or that are words which people write without a language in mind."""
_TAG: Final = re.compile(r"([a-z]{2,3})[-_](?:[A-Z][a-z]{3}|[A-Z]{2})")
"""“fr-BE”, “sr-Latn”; “fr-nl” is two languages."""
_AND: Final = re.compile(r",|/|\s[-–—]\s|\s(?:and|et|и|y|und|та|و)\s|\s[&+]\s")
_AND_IN_DUTCH: Final = re.compile(r"(?<=\w{4})\sen\s(?=\w{4})")


def a_country(text: str) -> str:
    """ISO 3166 alpha-2, or EU for all of Europe."""
    written = bare(text)
    code = written.upper()
    if code in _country_codes():
        return _country_codes()[code]
    phrase = spelled_phrase(text)
    names = _country_names()
    if phrase in names and not is_doubted(text):
        return names[phrase]
    if codes := _several_countries().get(phrase):
        message = N_("“%(text)s” may be more than one country: write the code, %(codes)s.")
        raise BadCell("unknown_value", message, {"text": text[:100], "codes": ", ".join(codes)})
    message = N_("“%(text)s” is no country: write its code, such as BE or BG, or its name (EU for all of Europe).")
    raise BadCell("unknown_value", message, {"text": text[:100]}, _nearest_country(phrase))


@lru_cache(maxsize=4096)
def _nearest_country(phrase: str) -> str:
    names = _country_names()
    return names.get(phrase) or _as_code(phrase) or (nearest(phrase, names) if len(phrase) >= _FEWEST else "")


def _as_code(phrase: str) -> str:
    """A code in letters of another alphabet: “ВЕ”, which looks like one, and “Бг”, which sounds like one."""
    tries = (as_latin(phrase.upper()), sounded(phrase).upper())
    return next((_country_codes()[code] for code in tries if code in _country_codes()), "")


def is_country(code: str) -> bool:
    """Is it the ISO 3166 alpha-2 code of one country? EU is not."""
    return len(code) == 2 and code != EUROPE and code in _country_codes()


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    found = {EUROPE: EUROPE, "XK": "XK"}
    for country in pycountry.countries:
        found[country.alpha_2] = found[country.alpha_3] = country.alpha_2
    return found


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    """Folded name → code; what two countries are called means neither."""
    codes = {*_country_codes().values()}
    translated = ((Locale.parse(one).territories.get(code, ""), code) for one in WRITTEN for code in codes)
    official = (
        (getattr(country, kind, ""), country.alpha_2)
        for country in pycountry.countries
        for kind in ("name", "official_name", "common_name")
    )
    named = _by_phrase(translated, official, _spread(_COUNTRIES_SAID))
    return {phrase: code for phrase, code in named.items() if phrase not in _several_countries()}


@lru_cache(maxsize=1)
def _several_countries() -> dict[str, tuple[str, ...]]:
    return {spelled_phrase(name): codes for names, codes in _SEVERAL_COUNTRIES.items() for name in names.split("|")}


def _spread(said: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((name, code) for code, names in said.items() for name in names.split("|"))


def _by_phrase(*sources: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Folded phrase → code; a later source corrects an earlier one, inside one a phrase of two codes is dropped."""
    found: dict[str, str] = {}
    for source in sources:
        meant: dict[str, set[str]] = {}
        for name, code in source:
            if phrase := spelled_phrase(name):
                meant.setdefault(phrase, set()).add(code)
        found |= {phrase: codes.pop() for phrase, codes in meant.items() if len(codes) == 1}
    return found


@lru_cache(maxsize=1)
def _language_codes() -> dict[str, str]:
    """Any code of ISO 639-1, -2 or -3 → the shortest one of that language.

    Of the seven thousand languages of three letters those count that CLDR has a name for, or that we know.
    """
    found: dict[str, str] = {code: code for code in map(str, Locale("en").languages) if 2 <= len(code) <= 3}
    language: Any
    for language in pycountry.languages:
        short = getattr(language, "alpha_2", language.alpha_3)
        if len(short) == 3 and short not in found:
            continue
        found[language.alpha_3] = short
        found[getattr(language, "bibliographic", language.alpha_3)] = short
        found[short] = short
    found |= _NARROWER | {code: code for code in (*SPOKEN, *_LANGUAGES_SAID)}
    return {code: short for code, short in found.items() if code not in _NO_LANGUAGES}


def is_language(code: str) -> bool:
    """Is it an ISO 639 code?"""
    return code in _language_codes()


@lru_cache(maxsize=1)
def _language_names() -> dict[str, str]:
    codes = _language_codes()
    locales = [Locale.parse(one) for one in WRITTEN]
    named = dict.fromkeys(code for code in map(str, Locale("en").languages) if code in codes)
    rare = ((locale.languages.get(code, ""), codes[code]) for locale in locales for code in named)
    usual = ((locale.languages.get(code, ""), codes[code]) for locale in locales for code in SPOKEN)
    return _by_phrase(rare, usual, _native(), _spread(_LANGUAGES_SAID))


def _native() -> Iterable[tuple[str, str]]:
    """What a language calls itself, for those that CLDR has."""
    return ((str(Locale.parse(code).language_name or ""), code) for code in SPOKEN if exists(code))


def languages(text: str) -> list[str]:
    """ISO 639 codes of spoken languages, the shortest code of each.

    A cell is written in one language, or names each language in its own: “arabe|пущу” is neither, and only suggested.
    """
    found: dict[str, str] = {}
    for part in several(text):
        found |= {code: name for name, code in _languages_of(part)}
    named = {code: name for code, name in found.items() if len(name) > 3}
    if _are_of_two_alphabets(named.values()) and _are_of_two_alphabets(
        name for code, name in named.items() if spelled_phrase(name) != _own_names().get(code)
    ):
        message = N_("“%(text)s” names languages in more than one language: write it in one, or write codes.")
        raise BadCell("unknown_value", message, {"text": text[:100]}, "|".join(found))
    return list(found)


def _are_of_two_alphabets(names: Iterable[str]) -> bool:
    return len({"\u0400" <= name[0] <= "\u052f" for name in names}) > 1


@lru_cache(maxsize=1)
def _own_names() -> dict[str, str]:
    return {code: spelled_phrase(name) for name, code in _native()}


def _languages_of(part: str) -> list[tuple[str, str]]:
    """(name as written, code) of each language that a part of a list cell names."""
    written = bare(part)
    for pieces in ([written], _AND.split(written), _AND_IN_DUTCH.split(written), written.split()):
        found = [(piece.strip(), _language(piece.strip())) for piece in pieces]
        is_whole_or_codes = pieces == [written] or pieces != written.split() or all(len(one) == 2 for one in pieces)
        if is_whole_or_codes and all(code for _, code in found):
            return found
    phrase = spelled_phrase(written)
    meant = _language(phrase) or _of_a_country(phrase) or _nearest_language(phrase)
    message = N_("“%(text)s” is no language that we know: write its name or its code, such as fr or ar.")
    raise BadCell("unknown_value", message, {"text": part[:100]}, meant)


@lru_cache(maxsize=1)
def _usual_language_names() -> dict[str, str]:
    """Of the languages that people here speak and ask for: "Syrian" is no slip of "Syriac"."""
    return {name: code for name, code in _language_names().items() if code in SPOKEN or code in _LANGUAGES_SAID}


def _of_a_country(phrase: str) -> str:
    """The language of a country that is told by its code: “cz”, “gr” and “ua” are Czech, Greek and Ukrainian."""
    code = phrase.upper()
    spoken = get_official_languages(code) if code in _country_codes().values() else ()
    return _language(spoken[0]) if len(spoken) == 1 else ""


@lru_cache(maxsize=4096)
def _nearest_language(phrase: str) -> str:
    return nearest(phrase, _usual_language_names()) if len(phrase) >= _FEWEST else ""


def _language(text: str) -> str:
    """The code of one language by code (also `fr-BE`) or name (also with a remark in brackets); '' if none."""
    if is_doubted(text):
        return ""
    codes = _language_codes()
    code = text.lower()
    if code in codes:
        return codes[code]
    names = _language_names()
    for phrase in (spelled_phrase(text), _NAMED_SO.sub("", spelled_phrase(text))):
        if phrase in names:
            return names[phrase]
    if match := _TAG.fullmatch(text):
        return codes.get(match[1], "")
    if "(" in text:
        return _language(text.split("(")[0].strip()) if text.split("(")[0].strip() else ""
    return ""
