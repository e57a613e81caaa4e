"""The header: which column of the file is which of ours, in four languages and any spelling; what is in doubt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from directory.importer.columns import HEADER, REQUIRED, column
from directory.importer.labels import CONNECTIVES, LABELS, LANGUAGES, REMARKS
from directory.importer.problems import Problem
from directory.importer.unreadable import Unreadable, refused
from directory.text import spelled_words
from directory.vocabulary import N_

MISSING: Final = N_("The header has no column %(names)s. It must hold id, name and country.")
MAYBE: Final = N_(
    "The header has no column %(names)s. It must hold id, name and country. Is “%(label)s” meant as “%(suggestion)s”?"
)
TWICE: Final = N_("The column “%(label)s” stands twice in the header. Keep one of them.")
AMBIGUOUS: Final = N_("The columns “%(first)s” and “%(second)s” both mean “%(name)s”. Keep one of them.")
UNKNOWN: Final = N_("The column “%(label)s” is not known and is left out.")
MEANT: Final = N_("The column “%(label)s” is not known and is left out. Is “%(suggestion)s” meant?")
NAMELESS: Final = N_("Column %(number)d has values but no name in the header, and is left out.")
LOOKALIKE: Final = N_(
    "The column “%(label)s” is written with letters of another alphabet that look alike; it is taken for “%(name)s”."
)
OWN: Final = ("import_line", "import_problem")
"""Columns of the file of refused rows: they are for people, and mean nothing to an import."""
_SUGGESTED: Final = 30
_LOOKED_AT: Final = 1000
_LONGEST: Final = 100
_LOOKALIKES: Final = str.maketrans(
    "асеіјорѕухһԁԛԝмткАВЕЅІЈКМНОРСТУХαοιρνκτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aceijopsyxhdqwmtkABESIJKMHOPCTYXaoipvktuxABEZHIKMNOPTYX",
)
_IN_LANGUAGES: Final = ("name", "description")


@dataclass(frozen=True, slots=True)
class Header:
    """`names` beside `labels`: our column, or None; and what a person should know about them."""

    line: int
    labels: tuple[str, ...]
    names: tuple[str | None, ...]
    warnings: tuple[Problem, ...]


def key(label: str) -> str:
    """What labels are compared by: "Postal-Code ", "POSTAL_CODE" and "postalCode" are one."""
    return "".join(spelled_words(label.replace("_", " ")))


@lru_cache(maxsize=1)
def _by_key() -> dict[str, str]:
    known = {key(label): name for name, labels in LABELS.items() for label in labels.split("·")}
    return known | {key(name): name for name in HEADER}


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    return {key(word): code for code, names in LANGUAGES.items() for word in names.split()}


@lru_cache(maxsize=4096)
def name_of(label: str) -> str | None:
    """Our column of a label, or None: "Téléphone" → "phone", "Име (бг)" → "name_bg", "Colour" → None."""
    if len(label) > _LONGEST:
        return None
    parts = [part for part in spelled_words(label.replace("_", " ")) if part not in REMARKS]
    name = _by_key().get("".join(parts)) or _in_a_language(parts)
    return name if name and column(name) else None


def _in_a_language(parts: Sequence[str]) -> str | None:
    """A name or description and a language, in either order."""
    for cut in range(1, len(parts)):
        for label, language in ((parts[:cut], parts[cut:]), (parts[cut:], parts[:cut])):
            name = _by_key().get("".join(p for p in label if p not in CONNECTIVES) or "".join(label))
            if name in _IN_LANGUAGES and (code := _language_of(language)):
                return f"{name}_{code}"
    return None


def _language_of(parts: Sequence[str]) -> str:
    """The ISO 639-1 code that the words name, or ''."""
    said = [part for part in parts if part not in CONNECTIVES] if len(parts) > 1 else list(parts)
    if len(said) != 1:
        return ""
    code = _languages().get(said[0], said[0])
    return code if column(f"name_{code}") else ""


def _looking_like(label: str) -> str | None:
    """Our column, when letters that look alike are read as Latin ones."""
    return None if label.isascii() or len(label) > _LONGEST else name_of(label.translate(_LOOKALIKES))


def count_known(labels: Iterable[str]) -> int:
    """How many different columns of ours the labels name."""
    return len({name for label in islice(labels, _LOOKED_AT) if (name := name_of(label) or _looking_like(label))})


def is_header(labels: Iterable[str]) -> bool:
    return set(REQUIRED) <= {name_of(label) for label in islice(labels, _LOOKED_AT)}


def resolve(line: int, labels: Sequence[str]) -> Header:
    """The columns of a header on this physical line; raises Unreadable when one is missing or could be two things."""
    names, warnings = [], []
    for label in labels:
        name = name_of(label)
        if name is None and (name := _looking_like(label)):
            warnings.append(Problem(line, name, "lookalike_header", LOOKALIKE, {"label": label.strip(), "name": name}))
        names.append(name)
    _refuse_repeated(line, labels, names)
    missing = [name for name in REQUIRED if name not in names]
    others = [label.strip() for label, name in zip(labels, names, strict=True) if name is None]
    unknown = [label for label in others if label and label not in OWN]
    if missing:
        raise _missing(line, missing, unknown)
    warnings += [_unknown(line, label, is_near=n < _SUGGESTED) for n, label in enumerate(unknown)]
    return Header(line, tuple(labels), tuple(names), tuple(warnings))


def nameless(header: Header, place: int) -> Problem:
    """The warning for a column (its place from 0) whose values stand under no label."""
    return Problem(header.line, None, "nameless_column", NAMELESS, {"number": place + 1})


def _refuse_repeated(line: int, labels: Sequence[str], names: Sequence[str | None]) -> None:
    first: dict[str, str] = {}
    for label, name in zip(labels, names, strict=True):
        if name is None:
            continue
        if name in first:
            one, other = first[name].strip(), label.strip()
            if one.casefold() == other.casefold():
                raise refused("duplicate_column", TWICE, line, name, label=other)
            raise refused("ambiguous_column", AMBIGUOUS, line, name, first=one, second=other, name=name)
        first[name] = label


def _missing(line: int, missing: Sequence[str], unknown: Sequence[str]) -> Unreadable:
    names = ", ".join(missing)
    for label in unknown[:_SUGGESTED]:
        if (near := _nearest(label)) in missing:
            return refused("missing_required_column", MAYBE, line, near, names=names, label=label, suggestion=near)
    return refused("missing_required_column", MISSING, line, missing[0], names=names)


def _unknown(line: int, label: str, is_near: bool) -> Problem:
    if is_near and (near := _nearest(label)):
        return Problem(line, label, "unknown_column", MEANT, {"label": label, "suggestion": near}, near)
    return Problem(line, label, "unknown_column", UNKNOWN, {"label": label})


def _nearest(label: str) -> str:
    """The column whose label is nearest to this one, or ''."""
    near = difflib.get_close_matches(key(label)[:60], _by_key(), 1, cutoff=0.75)
    name = _by_key()[near[0]] if near else ""
    return name if not name or column(name) else f"{name}_en"
