"""Table → plan: what would be created and changed, and what is wrong. Reads the database, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory.importer.cells import CLEAR
from directory.importer.columns import REQUIRED, Column, column
from directory.importer.problems import BadCell
from directory.importer.reading import Row, Table
from directory.models import ContactPoint
from directory.vocabulary import EUROPE

BATCH = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell or a row: physical line, column (None: the row), code, sentence, what may be meant."""

    line: int
    column: str | None
    code: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A row that would create or change a contact point: column → (old, new) for what differs."""

    line: int
    id: str
    cells: dict[str, tuple[Any, Any]]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a table would do."""

    created: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*self.created, *self.changed)


@dataclass(slots=True)
class _Draft:
    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, name: str | None, code: str, message: str, suggestion: str = "") -> None:
        self.problems.append(Problem(self.row.line, name, code, message, suggestion))


def plan(session: Session, table: Table) -> Plan:
    """Compare every row with what is stored. All problems of a row are told at once; a row with one is left out."""
    drafts = [_draft(row) for row in table.rows]
    _refuse_repeated(drafts)
    stored = _stored(session, [draft.values["id"] for draft in drafts if "id" in draft.values])
    created, changed, unchanged = [], [], []
    for draft in drafts:
        entry = stored.get(draft.values.get("id", ""))
        difference = _difference(draft, entry)
        _check_whole(draft, entry)
        if draft.problems:
            continue
        if entry is None:
            created.append(Change(draft.row.line, draft.values["id"], difference, is_new=True))
        elif difference:
            changed.append(Change(draft.row.line, entry.id, difference))
        else:
            unchanged.append(entry.id)
    problems = [Problem(line, None, "wrong_number_of_cells", message) for line, message in table.misshapen]
    problems += [problem for draft in drafts for problem in draft.problems]
    warnings = [
        Problem(1, name, "unknown_column", f"The column “{name}” is not known and is left out.")
        for name in table.unknown_columns
    ]
    problems.sort(key=lambda p: (p.line, p.column or ""))
    return Plan(tuple(created), tuple(changed), tuple(unchanged), tuple(problems), tuple(warnings))


def _draft(row: Row) -> _Draft:
    """The values of a row's cells; a blank cell keeps what is stored, `[clear]` empties it."""
    draft = _Draft(row)
    country = row.cells["country"].strip().upper()
    for name, text in row.cells.items():
        known = column(name)
        assert known is not None
        if not text.strip():
            if name in REQUIRED:
                draft.refuse(name, "missing_value", f"The column “{name}” must not be empty.")
            continue
        if text.strip().lower() == CLEAR:
            if name in REQUIRED:
                draft.refuse(name, "missing_value", f"The column “{name}” cannot be emptied.")
            draft.values[name] = known.empty
            continue
        try:
            draft.values[name] = known.read(text, country)
        except BadCell as bad:
            draft.refuse(name, bad.code, bad.message, bad.suggestion)
    return draft


def _refuse_repeated(drafts: Sequence[_Draft]) -> None:
    first: dict[str, int] = {}
    for draft in drafts:
        if name := draft.values.get("id"):
            if name in first:
                draft.refuse("id", "duplicate_id", f"The id “{name}” stands already at line {first[name]}.")
            first.setdefault(name, draft.row.line)


def _stored(session: Session, ids: Sequence[str]) -> dict[str, ContactPoint]:
    found: dict[str, ContactPoint] = {}
    for start in range(0, len(ids), BATCH):
        statement = (
            select(ContactPoint)
            .where(ContactPoint.id.in_(ids[start : start + BATCH]))
            .options(joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
        )
        found.update((entry.id, entry) for entry in session.scalars(statement))
    return found


def _difference(draft: _Draft, entry: ContactPoint | None) -> dict[str, tuple[Any, Any]]:
    _precise(draft, entry)
    different = {}
    for name, new in draft.values.items():
        known = _column(name)
        old = known.value_of(entry) if entry else known.empty
        if new != old:
            different[name] = (old, new)
    return different


def _precise(draft: _Draft, entry: ContactPoint | None) -> None:
    """Coordinates that come without a precision are taken for the door; without coordinates there is none."""
    if "precision" not in draft.values and draft.values.get("latitude") is not None:
        if entry is None or entry.precision == "none":
            draft.values["precision"] = "exact"
    elif draft.values.get("latitude", 0) is None:
        draft.values["precision"] = "none"


def _column(name: str) -> Column:
    known = column(name)
    assert known is not None
    return known


def _check_whole(draft: _Draft, entry: ContactPoint | None) -> None:
    """What must be true of the whole row: a topic, a whole place, a way to reach it."""
    if draft.problems:
        return

    def after(name: str) -> Any:
        known = _column(name)
        return draft.values.get(name, known.value_of(entry) if entry else known.empty)

    if not after("topics"):
        draft.refuse("topics", "missing_value", "A contact point helps with at least one topic.")
    if (after("latitude") is None) != (after("longitude") is None):
        draft.refuse("latitude", "incomplete_coordinates", "Latitude and longitude belong together.")
    elif (after("precision") == "none") != (after("latitude") is None):
        draft.refuse("precision", "incomplete_coordinates", "A precision says how exact the coordinates are.")
    if after("country") == EUROPE and after("city"):
        draft.refuse("country", "unknown_value", "An entry of a city stands in the city's country, not in EU.")
    ways = ("phone", "email", "website", "city", "street", "latitude")
    if after("status") != "closed" and not any(after(way) for way in ways):
        draft.refuse(
            None, "missing_value", "There is no way to reach it: no telephone, e-mail, website, street nor city."
        )
