"""Table → what applying it would do, row by row. Reads the database, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

from sqlalchemy.orm import Session

from directory.importer import entries, wholes
from directory.importer.columns import Column, column
from directory.importer.entries import Entry, Mark
from directory.importer.identity import Twins, an_id_for
from directory.importer.problems import Problem
from directory.importer.reading import Row, Table
from directory.importer.rows import Draft, RowReader
from directory.vocabulary import N_

BATCH: Final = 1000
_NOT_TOLD: Final = ("id", "precision")
_FORMAT: Final = b"1"
"""Part of every row's digest: raise it when the same text begins to mean another value."""


@dataclass(slots=True)
class RowPlan:
    """What applying one row would do."""

    line: int
    outcome: str
    """'created', 'changed', 'unchanged' or 'refused'."""
    id: str = ""
    name: str = ""
    cells: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """Column → (old, new) of what differs."""
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    entry: Entry | None = None
    """What the contact point becomes; only for 'created' and 'changed'."""
    version: int = 0
    """The version of the entry that the plan was made for; 0: it is not stored."""
    digest: bytes = b""
    """Of the row as it stands in the file."""


@dataclass(slots=True)
class Tally:
    """What a plan does, in numbers. Two plans of one file with the same digest do the same to the same entries."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    _hash: Any = field(default_factory=lambda: blake2b(digest_size=16), repr=False)

    def add(self, step: RowPlan) -> None:
        setattr(self, step.outcome, getattr(self, step.outcome) + 1)
        self.warned += bool(step.warnings)
        told = f"{step.line} {step.outcome} {step.id} {step.version} ".encode()
        self._hash.update(told + step.digest)

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.unchanged + self.refused

    @property
    def digest(self) -> bytes:
        return bytes(self._hash.digest())


def plan(session: Session, table: Table, by_hand: bool = False) -> Iterator[RowPlan]:
    """What each row would do, in the order of the file.

    All problems of a row are told at once; a row with one is refused. `by_hand`: a person filled in a page, so its
    place is one that was set by hand, and its blank cells were cleared on purpose by `[clear]`.
    """
    planner = _Planner(session, table, "hand" if by_hand else "file")
    rows = iter(table.rows())
    while batch := list(islice(rows, BATCH)):
        yield from planner.steps(batch)


class _Planner:
    def __init__(self, session: Session, table: Table, place_source: str) -> None:
        self._session = session
        self._reader = RowReader(table.columns)
        self._place_source = place_source
        self._id_at = table.columns.index("id") if "id" in table.columns else None
        self._start = blake2b(repr((_FORMAT, table.columns, place_source)).encode(), digest_size=16)
        self._first: dict[str, tuple[int, bytes]] = {}
        """Id → line and digest of the first row that has it."""
        self._twins = Twins(session)

    def steps(self, batch: Sequence[Row]) -> list[RowPlan]:
        marks = entries.marks(self._session, (self._raw_id(row) for row in batch))
        steps: list[RowPlan] = []
        drafts: list[tuple[int, Draft]] = []
        for row in batch:
            digest, mark = self._digest(row), marks.get(self._raw_id(row))
            if row.problem:
                steps.append(RowPlan(row.line, "refused", problems=(row.problem,), digest=digest))
            elif mark and mark.row_digest == digest and mark.id not in self._first:
                self._first[mark.id] = (row.line, digest)
                steps.append(RowPlan(row.line, "unchanged", mark.id, version=mark.version, digest=digest))
            else:
                drafts.append((len(steps), self._reader.read(row.line, row.cells)))
                steps.append(RowPlan(row.line, "refused", digest=digest))
        if drafts:
            self._compare(steps, drafts, marks)
        return steps

    def _raw_id(self, row: Row) -> str:
        if self._id_at is None or self._id_at >= len(row.cells):
            return ""
        return row.cells[self._id_at].strip().lower()

    def _digest(self, row: Row) -> bytes:
        made = self._start.copy()
        made.update("\x1f".join(row.cells).encode())
        return made.digest()

    def _compare(self, steps: list[RowPlan], drafts: Sequence[tuple[int, Draft]], marks: Mapping[str, Mark]) -> None:
        """Fill in the steps of the rows that had to be read."""
        for _, draft in drafts:
            if "id" not in draft.values and "name" in draft.values and not draft.problems:
                draft.values["id"] = an_id_for(draft.values)
        wanted = {draft.values["id"] for _, draft in drafts if "id" in draft.values}
        is_marked = wanted & marks.keys()
        known = is_marked | entries.marks(self._session, wanted - is_marked).keys()
        stored = entries.stored(self._session, sorted(known)) if known else {}
        by_hand = wholes.hand_edits(self._session, stored)
        self._twins.look_up([draft.values for _, draft in drafts if draft.values.get("id") not in stored])
        for at, draft in drafts:
            self._one(steps[at], draft, stored.get(draft.values.get("id", "")), by_hand)

    def _one(self, step: RowPlan, draft: Draft, entry: Entry | None, by_hand: Mapping[str, Mapping[str, str]]) -> None:
        step.id, step.name = draft.values.get("id", ""), draft.values.get("name", "")
        step.version = entry.version if entry else 0
        step.problems, step.warnings = draft.problems, draft.warnings
        if self._is_repeated(step):
            return
        after = self._after(draft, entry)
        wholes.check_completed_place(draft, after)
        draft.problems += wholes.problems(draft, after)
        if draft.problems:
            return
        step.cells = _difference(draft, entry, after)
        if entry and not step.cells:
            step.outcome = "unchanged"
            return
        step.outcome, step.entry = ("changed" if entry else "created"), after
        draft.warnings += wholes.doubts(draft, after)
        if entry:
            draft.warnings += wholes.newer_on_site(draft, entry, step.cells, by_hand.get(step.id, {}))
        else:
            draft.warnings += self._twins.warnings(draft)

    def _is_repeated(self, step: RowPlan) -> bool:
        """A second row for one id: the same row again does nothing, another one is refused."""
        if not step.id:
            return False
        line, digest = self._first.setdefault(step.id, (step.line, step.digest))
        if line == step.line:
            return False
        values = {"id": step.id, "line": line}
        if digest == step.digest:
            message = N_("This row stands already at line %(line)s.")
            step.outcome = "unchanged"
            step.warnings = (Problem(step.line, None, "duplicate_row", message, values),)
        else:
            message = N_("The id “%(id)s” stands already at line %(line)s.")
            step.problems = (*step.problems, Problem(step.line, "id", "duplicate_id", message, values))
        return True

    def _after(self, draft: Draft, entry: Entry | None) -> Entry:
        """The entry as the row would leave it."""
        after = entry.copy() if entry else entries.new_entry(draft.values.get("id", ""))
        wholes.keep_the_hands_place(draft, entry, self._place_source)
        for name, value in draft.values.items():
            if name != "id":
                entries.write(after, _column(name), value)
        wholes.settle_place(draft, entry, after, self._place_source)
        return after


def _difference(draft: Draft, entry: Entry | None, after: Entry) -> dict[str, tuple[Any, Any]]:
    """Column → (old, new) of the row's columns, and of the place, which may follow from them."""
    if entry is None:
        told = [(_column(name), value) for name, value in draft.values.items() if name not in _NOT_TOLD]
        cells = {known.name: (known.empty, value) for known, value in told if value != known.empty}
        return cells | ({"precision": ("none", after.precision)} if after.precision != "none" else {})
    different = {}
    for name in dict.fromkeys([*draft.values, *wholes.PLACE]):
        if name == "id":
            continue
        known = _column(name)
        old, new = known.value_of(entry), known.value_of(after)
        if new != old:
            different[name] = (old, new)
    if entry.place_source != after.place_source:
        different["place_source"] = (entry.place_source, after.place_source)
    return different


def _column(name: str) -> Column:
    known = column(name)
    assert known is not None
    return known


def tallied(steps: Iterable[RowPlan]) -> Tally:
    """The numbers of a plan, nothing kept of it."""
    tally = Tally()
    for step in steps:
        tally.add(step)
    return tally
