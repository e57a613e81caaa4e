"""Opening hours as people write them, in words of one language, → OpenStreetMap's syntax; only what is certain.

“lundi à vendredi, 9h à 17h” → Mo-Fr 09:00-17:00. A name that is another day in another language of the country (“di”
is Sunday in French and Tuesday in Dutch), a number without a unit that may be a date, hours that end before they begin:
none of these is translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

from babel import Locale
from babel.languages import get_official_languages

from directory.importer.dates import NAMED_IN
from directory.text import fold

OSM_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
LONGEST: Final = 300

_SAID: Final = {
    "en": "mo tu we th fr sa su|mon tues wed thurs fri sat sun|mon tue wed thur fri sat sun",
    "fr": "lu ma me je ve sa di|lun mar mer jeu ven sam dim",
    "bg": "пн вт ср чт пт сб нд|пон вто сря чет пет съб нед|пон вт ср четв пет съб нед",
    "nl": "ma di wo do vr za zo|ma din woe don vri zat zon",
    "es": "l m x j v s d|lun mar mie jue vie sab dom|lu ma mi ju vi sa do",
    "de": "mo di mi do fr sa so|mon die mit don fre sam son",
    "it": "lu ma me gi ve sa do",
    "ru": "пн вт ср чт пт сб вс",
    "uk": "пн вт ср чт пт сб нд",
    "pt": "seg ter qua qui sex sab dom",
}
_GROUPS: Final = {
    "en": {"daily": "0-6", "every day": "0-6", "everyday": "0-6", "weekdays": "0-4", "weekends": "5-6",
           "weekend": "5-6"},
    "fr": {"tous les jours": "0-6", "7 jours sur 7": "0-6", "7j/7": "0-6", "7/7": "0-6", "en semaine": "0-4",
           "le week-end": "5-6", "week-end": "5-6"},
    "bg": {"всеки ден": "0-6", "ежедневно": "0-6", "делници": "0-4", "делник": "0-4", "делнични дни": "0-4",
           "работни дни": "0-4", "в работни дни": "0-4"},
    "nl": {"elke dag": "0-6", "dagelijks": "0-6", "alle dagen": "0-6", "7 op 7": "0-6", "7/7": "0-6"},
    "de": {"taglich": "0-6"},
    "es": {"todos los dias": "0-6", "cada dia": "0-6"},
}  # fmt: skip
_TO: Final = "- a au to till until through tot до по bis al hasta t/m tot/met t.e.m".split()
_AND: Final = ", / & + et and en и und y e i да та".split()
_CLOSED: Final = frozenset(
    "closed ferme fermee gesloten затворено почивен почива geschlossen cerrado chiuso закрыто закрито выходной".split()
)
_FILLING: Final = frozenset(
    """: . de du des le les la van von from between entre от в във с on op om at the uur open ouvert ouverte geopend
    отворено работи hours heures horaires horaire openingsuren opening ч час часа часове h uhr ora ore del los el das
    der dagen jours days дни""".split()
)
_TIME: Final = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:\s?(?P<mark>[:.h]|u(?!ur)|ч\.?)\s?(?P<minutes>\d{2})(?!\d))?"
    r"(?:\s?(?P<half>[ap]\.?m\b\.?)|\s?(?P<unit>h(?:eures?|rs?|our)?\b\.?|u(?:ur)?\b\.?|ч(?:аса?)?\b\.?|uhr\b))?(?!\d)"
)
_SPECIAL_TIMES: Final = {"midi": 720, "noon": 720, "midnight": 1440, "minuit": 1440, "обяд": 720}
_TOKEN: Final = re.compile(
    rf"(?P<time>{_TIME.pattern})|(?P<word>[^\W\d_]+(?:['/][^\W\d_]+)*)|(?P<sign>[-,&+:./])|(?P<end>[;|\n])|(?P<blank>\s+)|(?P<other>.)"
)


@dataclass(slots=True)
class _Block:
    """Days, or times of a day in minutes, or the word "closed", that stand together."""

    kind: str
    items: list[tuple[int, int]] = field(default_factory=list)


class _Unclear(Exception):
    """It cannot be read for certain in this language."""


def in_osm_syntax(text: str, country: str = "") -> str:
    """The translation, or '' where it is not certain."""
    if len(text) > LONGEST:
        return ""
    return _translated(text, country)


@lru_cache(maxsize=4096)
def _translated(text: str, country: str) -> str:
    folded = _plain(text)
    official = set(get_official_languages(country, de_facto=True)) if country else set()
    readings = {language: reading for language in NAMED_IN if (reading := _reading(folded, language))}
    meant = set(readings.values())
    if len(meant) > 1:
        meant = {reading for language, reading in readings.items() if language in official}
    return meant.pop() if len(meant) == 1 else ""


def _plain(text: str) -> str:
    text = (
        fold(re.sub("[‐-―−~→]", "-", text))
        .replace("t.e.m.", "t/m")
        .replace("tot en met", "t/m")
        .replace("jusqu'a", "a")
    )
    return re.sub(r"(?<=\d)\s*o'clock", "h", re.sub(r"\b7\s?j(?:ours)?\s?(?:/|sur)\s?7\b", "7/7", text)).strip(" .;,")


def _reading(text: str, language: str) -> str:
    try:
        return _written(_rules(list(_blocks(list(_tokens(text, language))))))
    except _Unclear:
        return ""


def _tokens(text: str, language: str) -> Iterator[tuple[str, tuple[int, int], bool]]:
    """(kind, (first, last), is_sure) of what the words say: days, time, to, and, end, closed."""
    names = day_names(language)
    for phrase, span in sorted(_GROUPS.get(language, {}).items(), key=lambda pair: -len(pair[0])):
        text = re.sub(rf"(?<!\w){re.escape(fold(phrase))}(?!\w)", f" day{span[0]}x{span[2]} ", text)
    for match in re.finditer(rf"day(?P<first>\d)x(?P<last>\d)|{_TOKEN.pattern}", text):
        kind = match.lastgroup or ""
        word = match[0]
        if match["first"]:
            yield "days", (int(match["first"]), int(match["last"])), True
        elif match["time"]:
            yield "time", (_minutes(match), 0), _has_unit(match)
        elif match["end"]:
            yield "end", (0, 0), True
        elif word in names:
            yield "days", (names[word], names[word]), True
        elif word in _SPECIAL_TIMES:
            yield "time", (_SPECIAL_TIMES[word], 0), True
        elif word in _TO:
            yield "to", (0, 0), True
        elif word in _AND:
            yield "and", (0, 0), True
        elif word in _CLOSED:
            yield "closed", (0, 0), True
        elif word not in _FILLING and not word.isspace():
            raise _Unclear(kind)


def _minutes(match: re.Match[str]) -> int:
    hour, minutes = int(re.match(r"\d+", match["time"])[0]), int(match["minutes"] or 0)  # type: ignore[index]
    if match["half"]:
        if not 1 <= hour <= 12:
            raise _Unclear
        hour = hour % 12 + (12 if match["half"][0] == "p" else 0)
    if hour > 24 or minutes > 59 or (hour == 24 and minutes):
        raise _Unclear
    return hour * 60 + minutes


def _has_unit(match: re.Match[str]) -> bool:
    return bool(match["minutes"] or match["half"] or match["unit"] or match["mark"])


def _blocks(tokens: Sequence[tuple[str, tuple[int, int], bool]]) -> Iterator[_Block]:
    """Runs of days and of hours, in order; "end" marks keep sentences apart."""
    position = 0
    while position < len(tokens):
        kind, (first, last), is_sure = tokens[position]
        following = [token[0] for token in tokens[position + 1 : position + 3]]
        if kind in ("end", "closed"):
            yield _Block(kind)
        elif kind in ("days", "time"):
            if following == ["to", kind]:
                _, (end_first, end_last), end_is_sure = tokens[position + 2]
                if kind == "time":
                    first, last, is_sure = first, end_first, is_sure or end_is_sure
                elif first != last or end_first != end_last:
                    raise _Unclear
                else:
                    last = end_first
                position += 2
            elif kind == "time":
                raise _Unclear
            if kind == "time" and not _is_by_day(first, last, is_sure):
                raise _Unclear
            yield _Block(kind, [(first, last)])
        elif kind == "to":
            raise _Unclear
        position += 1


def _is_by_day(opens: int, closes: int, is_sure: bool) -> bool:
    """Not “2-5” or “9-5”, which are hours of a clock of twelve; numbers without a unit must be a plain day."""
    return opens >= 5 * 60 and (is_sure or (opens >= 7 * 60 and closes > opens))


def _rules(blocks: list[_Block]) -> list[tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    """(days, hours) of each rule; hours [] mean closed. Days come first everywhere, or hours do everywhere."""
    merged = _merged(blocks)
    kinds = ["days" if block.kind == "days" else "hours" for block in merged]
    if not kinds or len(kinds) % 2 or kinds != kinds[:2] * (len(kinds) // 2) or kinds[0] == kinds[1]:
        raise _Unclear
    pairs = list(zip(merged[::2], merged[1::2], strict=True))
    return [(a.items, b.items) if a.kind == "days" else (b.items, a.items) for a, b in pairs]


def _merged(blocks: list[_Block]) -> list[_Block]:
    merged: list[_Block] = []
    ended = True
    for block in blocks:
        if block.kind == "end":
            ended = True
            continue
        if merged and merged[-1].kind == block.kind and not ended:
            merged[-1].items += block.items
        else:
            merged.append(block)
        ended = False
    return merged


def _written(rules: list[tuple[list[tuple[int, int]], list[tuple[int, int]]]]) -> str:
    told: list[int] = []
    parts = []
    for days, hours in rules:
        for first, last in days:
            told += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
        named = ",".join(OSM_DAYS[a] if a == b else f"{OSM_DAYS[a]}-{OSM_DAYS[b]}" for a, b in days)
        parts.append(f"{named} {','.join(map(_span, hours)) or 'off'}")
        _refuse_overlap(hours)
    if len(told) != len(set(told)):
        raise _Unclear
    return "; ".join(parts)


def _span(hours: tuple[int, int]) -> str:
    opens, closes = hours
    night = closes < opens and opens >= 15 * 60 and closes <= 12 * 60
    if not (opens < closes or night) or opens >= 24 * 60:
        raise _Unclear
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


def _refuse_overlap(hours: list[tuple[int, int]]) -> None:
    for (_, closes), (opens, _end) in pairwise(hours):
        if opens < closes:
            raise _Unclear


@lru_cache(maxsize=32)
def day_names(language: str) -> dict[str, int]:
    """Folded name, abbreviation or plural → day from Monday = 0, in one language."""
    found: dict[str, set[int]] = {}
    for context in Locale.parse(language).days.values():
        for width in ("wide", "abbreviated", "short"):
            for day, name in context.get(width, {}).items():
                found.setdefault(fold(name).strip(" ."), set()).add(int(day))
    for names in _SAID.get(language, "").split("|"):
        for day, name in enumerate(names.split()):
            found.setdefault(fold(name), set()).add(day)
    plural = {f"{name}s": days for name, days in found.items() if len(name) > 3 and not name.endswith("s")}
    return {name: min(days) for name, days in (plural | found).items() if len(days) == 1}
