"""One contact point as a form: what stands in its fields, what was typed, and what is wrong beside each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pycountry
from flask import request
from sqlalchemy.orm import Session

from directory import vocabulary
from directory.config import LANGUAGES
from directory.importer import Problem, runs
from directory.importer.columns import HEADER, Column, column
from directory.models import ContactPoint
from directory.text import fold, printable
from directory.vocabulary import EUROPE, N_
from directory.web import words
from directory.web.languages import chosen, gettext

LINES: Final = frozenset({"alt_names", "audiences", "phone"})
"""Columns whose values stand in a field one under the other."""
TICKED: Final = ("topics", "residence_status", "languages")
"""Columns whose values are boxes to tick."""
SPOKEN: Final = ("de it pt ro pl el sq sr ku ps ur hi bn pa am ti so sw ln zh vi th hy ka rom").split()
"""Languages that can be ticked besides those of the pages; any other is written beside them."""
_BETWEEN: Final = re.compile(r"[,;|\n]")
_TERMS: Final[Mapping[str, Mapping[str, vocabulary.Term]]] = {
    "kind": vocabulary.KINDS,
    "cost": vocabulary.COSTS,
    "appointment": vocabulary.APPOINTMENTS,
    "wheelchair": vocabulary.WHEELCHAIR,
    "precision": vocabulary.PRECISIONS,
}
_EXAMPLES: Final = {
    "Mo-Fr 09:00-12:00,13:00-17:00": N_("from Monday to Friday, in the morning and in the afternoon"),
    "Tu 14:00-18:00; Th 10:00-12:00": N_("Tuesday afternoon and Thursday morning"),
    "Mo-Sa 10:00-18:00; PH off": N_("from Monday to Saturday, closed on public holidays"),
    "24/7": N_("day and night, every day"),
}
_NOT_SHOWN: Final = frozenset({"id", "status"})
"""An id never changes, and an entry is closed by a button of its own."""


class EntryForm:
    """The fields of a contact point. `texts` holds each column as an export would write it, or as it was typed."""

    def __init__(self, entry: ContactPoint | None, texts: Mapping[str, str], version: int) -> None:
        self.entry, self.texts, self.version = entry, dict(texts), version
        self.more_languages = ""
        self.problems: dict[str, list[Problem]] = {}
        """Column → what is wrong; "" is the contact point as a whole."""
        self.theirs: dict[str, str] = {}
        """Column → what somebody else wrote there meanwhile, and the person wrote something else."""
        self.taken: list[str] = []
        """Columns that somebody else changed meanwhile, and the person did not: what they wrote stands in the field."""
        self.gone = ""
        """The id of the contact point that it was typed for, when somebody removed that meanwhile."""

    @classmethod
    def of(cls, entry: ContactPoint | None) -> EntryForm:
        """What is stored; an empty form for a new one."""
        if entry is None:
            return cls(None, {each.name: "" for each in _columns(None)} | {"kind": "contact_point"}, 0)
        return cls(entry, {each.name: _shown(each, entry) for each in _columns(entry)}, entry.version)

    @classmethod
    def sent(cls, entry: ContactPoint | None) -> EntryForm:
        """What this request brings; whatever it leaves out counts as empty."""
        version = _typed("version")
        texts = {each.name: _typed(each.name) for each in (*_columns(entry), *_translations(request.form))}
        texts |= {name: "|".join(_lines(texts[name])) for name in LINES}
        for name in TICKED:
            stored = _column(name).value_of(entry) if entry else []
            texts[name] = "|".join(_in_order([*map(printable, request.form.getlist(name))], stored))
        if main := _typed("main_topic"):
            texts["topics"] = "|".join(dict.fromkeys([main, *_parts(texts["topics"])]))
        of_page = int(version) if version.isdecimal() and len(version) < 10 else -1
        made = cls(entry, texts, of_page if entry else 0)
        made.more_languages = _typed("more_languages")
        return made

    @classmethod
    def sent_too_late(cls, id: str) -> EntryForm:  # noqa: A002  # the entry's id
        """What this request brings for a contact point that is no longer there, as a new one under its id."""
        made = cls.sent(None)
        made.gone = made.texts["id"] = id
        return made

    def cells(self) -> dict[str, str]:
        """Column → text, as `importer.edit` takes it."""
        cells = dict(self.texts)
        if self.entry:
            cells["id"] = self.entry.id
        more = (part.strip() for part in _BETWEEN.split(self.more_languages))
        cells["languages"] = "|".join([*_parts(cells["languages"]), *filter(None, more)])
        was_nowhere = self.entry is None or self.entry.precision == "none"
        if not cells["latitude"].strip() and not cells["longitude"].strip():
            cells["precision"] = ""
        elif was_nowhere and cells["precision"] in ("", "none"):
            del cells["precision"]  # coordinates that come without one are taken for the door
        return cells

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Put what is wrong beside its fields."""
        for problem in problems:
            name = problem.column if problem.column in self.texts else ""
            self.problems.setdefault(name or "", []).append(problem)
        if not self.values("topics") and "topics" not in self.problems:  # looked at only when all else is good
            missing = Problem(None, "topics", "missing_value", N_("A contact point helps with at least one topic."))
            self.problems["topics"] = [missing]

    def meet(self, entry: ContactPoint, session: Session) -> None:
        """Somebody else saved meanwhile: keep what the person wrote, show what the others wrote."""
        before = _before(session, entry, self.version)
        for each in {each.name: each for each in (*_columns(entry), *_translations(self.texts))}.values():
            typed, now = self.texts.get(each.name, ""), _shown(each, entry)
            if each.name not in before or _plain(typed) == _plain(now):
                continue
            if _plain(typed) == _plain(before[each.name]):
                self.texts[each.name] = now
                self.taken.append(each.name)
            else:
                self.theirs[each.name] = now
        self.version = entry.version

    def lines(self, name: str) -> str:
        return "\n".join(_parts(self.texts.get(name, "")))

    def values(self, name: str) -> list[str]:
        return _parts(self.texts.get(name, ""))

    def languages(self) -> tuple[list[str], list[str]]:
        """Names and descriptions: (languages whose fields are open, the others)."""
        filled = [name.rpartition("_")[2] for name in self.texts if _is_translation(name) and self.texts[name].strip()]
        wrong = [name.rpartition("_")[2] for name in (*self.problems, *self.theirs) if _is_translation(name)]
        shown = dict.fromkeys([chosen(), "en", *filled, *wrong])
        known = [name.rpartition("_")[2] for name in self.texts if _is_translation(name)]
        return list(shown), [code for code in dict.fromkeys([*LANGUAGES, *known]) if code not in shown]

    def terms(self, name: str) -> list[tuple[str, str]]:
        """(key, label) of a column's closed list."""
        return [(key, gettext(term.label)) for key, term in _TERMS[name].items()]

    def examples(self) -> list[tuple[str, str]]:
        """(opening hours, what they mean)."""
        return [(text, gettext(meaning)) for text, meaning in _EXAMPLES.items()]

    def spoken(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """(code, name) of the languages that can be ticked, by their names: those in sight, and the others."""
        in_sight = dict.fromkeys([*LANGUAGES, *self.values("languages")])
        others = [code for code in SPOKEN if code not in in_sight]
        return _named(in_sight), _named(others)

    def countries(self) -> list[tuple[str, str]]:
        """(code, name) by the names; all of Europe first."""
        codes = {country.alpha_2 for country in pycountry.countries} | {self.texts.get("country", "")} - {"", EUROPE}
        named = sorted(((code, words.country_name(code)) for code in codes), key=lambda pair: fold(pair[1]))
        return [(EUROPE, words.country_name(EUROPE)), *named]

    def described_by(self, name: str, has_hint: bool = False) -> str:
        """The ids of what is said about a field."""
        said = {"hint": has_hint, "wrong": name in self.problems, "theirs": name in self.theirs}
        return " ".join(f"{name}-{what}" for what, is_said in said.items() if is_said)


def _typed(name: str) -> str:
    return printable(request.form.get(name, ""))


def _named(codes: Iterable[str]) -> list[tuple[str, str]]:
    return sorted(((code, words.language_name(code)) for code in codes), key=lambda pair: fold(pair[1]))


def _columns(entry: ContactPoint | None) -> list[Column]:
    codes = dict.fromkeys([*LANGUAGES, *(sorted({*entry.names, *entry.descriptions}) if entry else ())])
    names = [*HEADER, *(f"{kind}_{code}" for kind in ("name", "description") for code in codes)]
    hidden = _NOT_SHOWN if entry else {"status"}
    return [_column(name) for name in dict.fromkeys(names) if name not in hidden]


def _translations(names: Iterable[str]) -> list[Column]:
    """The names and descriptions among these: the page that was sent had their languages, whatever has them now."""
    return [known for name in names if _is_translation(name) and (known := column(name))]


def _column(name: str) -> Column:
    known = column(name)
    assert known is not None
    return known


def _is_translation(name: str) -> bool:
    return name.startswith(("name_", "description_"))


def _shown(known: Column, entry: ContactPoint) -> str:
    """As an export writes it; telephone numbers as they are read aloud."""
    text = known.text_of(entry)
    return "|".join(map(words.phone, _parts(text))) if known.name == "phone" else text


def _parts(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _in_order(chosen: Sequence[str], stored: Sequence[str]) -> list[str]:
    """What was ticked, in the order in which it is stored: the order is no change."""
    return [*(each for each in stored if each in chosen), *(each for each in chosen if each not in stored)]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _before(session: Session, entry: ContactPoint, version: int) -> dict[str, str]:
    """Column → what stood there at that version, of the columns that were changed since."""
    before: dict[str, str] = {}
    for change, _ in runs.history(session, entry.id)[: max(0, entry.version - version)]:
        changed = change.cells.items() if change.what == "changed" else ()
        before |= {known.name: known.text(old) for name, (old, _) in changed if (known := column(name))}
    return before
