"""Table → what applying it would do, row by row. Reads the database, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from directory import bulk
from directory.importer import ahead, cells, entries, helping, wholes
from directory.importer.columns import REQUIRED, column
from directory.importer.drafting import Asked, DraftReader, Task
from directory.importer.entries import Entry, Mark
from directory.importer.identity import Twins
from directory.importer.problems import Problem
from directory.importer.reading import Row, Table
from directory.importer.ready import Ready
from directory.importer.rows import Draft
from directory.vocabulary import N_

BATCH: Final = 2000
_KEPT_BITS: Final = 64
"""Of the digest of a row that may come again."""
_FORMAT: Final = b"3"
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
    """Column → (old, new) of what differs; nothing for 'created', of which the entry tells all (`told_cells`)."""
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    entry: Entry | Ready | None = None
    """What the contact point becomes; only for 'created' and 'changed'. `Ready` when it is new and is to be written."""
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


def plan(session: Session, table: Table, by_hand: bool = False, is_written: bool = False) -> Iterator[RowPlan]:
    """What each row would do, in the order of the file.

    All problems of a row are told at once; a row with one is refused. `by_hand`: a person filled in a page, so its
    place is one that was set by hand, and its blank cells were cleared on purpose by `[clear]`. `is_written`: it will
    be written as it is.
    """
    bulk.expect_many(session, is_alone=helping.works_hard())
    dialect = session.get_bind().dialect.name if is_written else ""
    task = Task(table.columns, "hand" if by_hand else "file", dialect)
    planner = _Planner(session, task)
    for part, drafts in ahead.drafts(task, planner.parts(table)):
        yield from planner.steps(part, drafts)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows with what was stored before they were looked at, and those of them that are not known by their text."""

    rows: Sequence[Row]
    ids: Sequence[str]
    """As they stand in the rows; '' where none stands."""
    digests: Sequence[bytes]
    marks: Mapping[str, Mark]
    asked: Sequence[Asked]


class _Planner:
    def __init__(self, session: Session, task: Task) -> None:
        self._session = session
        self._reader = DraftReader(task)
        self._columns, self._place_source = task.columns, task.place_source
        self._id_at = task.columns.index("id") if "id" in task.columns else None
        self._start = blake2b(repr((_FORMAT, task.columns, task.place_source)).encode(), digest_size=16)
        self._first: dict[str, int] = {}
        """Id → line and digest of the first row that has it, as one number to keep a million of them small."""
        self._twins = Twins(session)

    def parts(self, table: Table) -> Iterator[_Part]:
        rows = iter(table.rows())
        while batch := list(islice(rows, BATCH)):
            ids, digests = [self._raw_id(row) for row in batch], [self._digest(row) for row in batch]
            marks = entries.marks(self._session, ids)
            asked = []
            for row, raw_id, digest in zip(batch, ids, digests, strict=True):
                mark = marks.get(raw_id)
                if not row.problem and not (mark and mark.row_digest == digest):
                    asked.append(Asked(row.line, row.cells, mark is None))
            yield _Part(batch, ids, digests, marks, asked)

    def steps(self, part: _Part, drafts: Sequence[Draft]) -> list[RowPlan]:
        read = {draft.line: draft for draft in drafts}
        steps: list[RowPlan] = []
        compared: list[tuple[RowPlan, Row, Draft]] = []
        for row, raw_id, digest in zip(part.rows, part.ids, part.digests, strict=True):
            step = RowPlan(row.line, "refused", digest=digest)
            steps.append(step)
            mark, draft = part.marks.get(raw_id), read.get(row.line)
            if row.problem:
                step.problems = (row.problem,)
            elif draft is None and mark and mark.id not in self._first:
                self._first[mark.id] = _as_number(row.line, digest)
                step.outcome, step.id, step.version = "unchanged", mark.id, mark.version
            else:
                draft = draft or self._reader.read(Asked(row.line, row.cells, is_new=False))
                if "id" in draft.values:
                    self._first.setdefault(draft.values["id"], _as_number(row.line, digest))
                compared.append((step, row, draft))
        if compared:
            self._compare(compared, part)
        return steps

    def _raw_id(self, row: Row) -> str:
        if self._id_at is None or self._id_at >= len(row.cells):
            return ""
        text = row.cells[self._id_at].strip().lower()
        return "" if "\0" in text else text  # PostgreSQL cannot even be asked for it

    def _digest(self, row: Row) -> bytes:
        made = self._start.copy()
        made.update(orjson.dumps(row.cells))  # tells where each cell ends, whatever stands in it
        return made.digest()

    def _compare(self, compared: Sequence[tuple[RowPlan, Row, Draft]], part: _Part) -> None:
        """Fill in the steps of the rows that had to be read."""
        wanted = {draft.values["id"] for _, _, draft in compared if "id" in draft.values}
        known = wanted & part.marks.keys()
        if others := wanted.difference(part.ids):  # made of the row, or read otherwise than it stands there
            known |= entries.marks(self._session, others).keys()
        stored = entries.stored(self._session, sorted(known)) if known else {}
        by_hand = wholes.hand_edits(self._session, stored)
        self._twins.look_up([draft.values for _, _, draft in compared if draft.values.get("id") not in stored])
        for step, row, draft in compared:
            entry = stored.get(draft.values.get("id", ""))
            if entry and self._raw_id(row) not in part.marks:  # it was taken for a new one
                draft = self._reader.read(Asked(row.line, row.cells, is_new=False))
            self._one(step, self._filled(row, draft, entry) if entry else draft, entry, by_hand)

    def _filled(self, row: Row, draft: Draft, entry: Entry) -> Draft:
        """A row with a blank name or country is read again with the stored one: cells mean what they mean there.

        Not what a person filled in: a page shows what is stored, and who empties it wants it gone.
        """
        if self._place_source == "hand" or all(problem.code != "missing_value" for problem in draft.problems):
            return draft
        texts, filled = list(row.cells), set()
        for at, name in enumerate(self._columns):
            if name in REQUIRED and name != "id" and cells.is_blank(texts[at]) and (known := column(name)):
                texts[at] = cells.guarded(known.text_of(entry))
                filled.add(name)
        read = self._reader.read(Asked(row.line, texts, is_new=False))
        read.warnings = [warning for warning in read.warnings if warning.column not in filled]
        return read

    def _one(self, step: RowPlan, draft: Draft, entry: Entry | None, by_hand: Mapping[str, Mapping[str, str]]) -> None:
        step.id, step.name = draft.values.get("id", ""), draft.values.get("name", "")
        step.version = entry.version if entry else 0
        step.problems, step.warnings = draft.problems, draft.warnings
        if self._is_repeated(step):
            return
        if not entry:
            if draft.new:
                step.outcome, step.entry = "created", draft.new
                draft.warnings += self._twins.warnings(draft)
            return
        if not (after := wholes.completed(draft, entry, self._place_source)):
            return
        step.cells = _difference(draft, entry, after)
        if not step.cells:
            step.outcome = "unchanged"
            return
        step.outcome, step.entry = "changed", after
        draft.warnings += wholes.doubts(draft, after)
        if self._place_source != "hand":  # a page shows what it changes
            draft.warnings += wholes.newer_on_site(draft, entry, step.cells, by_hand.get(step.id, {}))

    def _is_repeated(self, step: RowPlan) -> bool:
        """A second row for one id: the same row again does nothing, another one is refused."""
        if not step.id:
            return False
        mine = _as_number(step.line, step.digest)
        first = self._first.setdefault(step.id, mine)
        if first == mine:
            return False
        line = first >> _KEPT_BITS
        values = {"id": step.id, "line": line}
        if first % (1 << _KEPT_BITS) == mine % (1 << _KEPT_BITS):
            message = N_("This row stands already at line %(line)s.")
            if not step.problems:
                step.outcome = "unchanged"
            step.warnings = (Problem(step.line, None, "duplicate_row", message, values),)
        else:
            message = N_("The id “%(id)s” stands already at line %(line)s.")
            step.problems = (*step.problems, Problem(step.line, "id", "duplicate_id", message, values))
        return True


def _as_number(line: int, digest: bytes) -> int:
    return line << _KEPT_BITS | int.from_bytes(digest) % (1 << _KEPT_BITS)


def _difference(draft: Draft, entry: Entry, after: Entry) -> dict[str, tuple[Any, Any]]:
    """Column → (old, new) of the row's columns, and of the place, which may follow from them."""
    different = {}
    for name in dict.fromkeys([*draft.values, *wholes.PLACE]):
        if name == "id":
            continue
        known = column(name)
        assert known
        old, new = known.value_of(entry), known.value_of(after)
        if new != old:
            different[name] = (old, new)
    if entry.place_source != after.place_source:
        different["place_source"] = (entry.place_source, after.place_source)
    return different


def told_cells(step: RowPlan) -> Mapping[str, tuple[Any, Any]]:
    """Column → (old, new) of what a row would change; of a new entry, all that it says."""
    if step.outcome != "created" or not isinstance(step.entry, Entry):
        return step.cells
    values = [(known, known.value_of(step.entry)) for known in entries.columns_of(step.entry) if known.name != "id"]
    return {known.name: (known.empty, value) for known, value in values if value != known.empty}


def tallied(steps: Iterable[RowPlan]) -> Tally:
    """The numbers of a plan, nothing kept of it."""
    tally = Tally()
    for step in steps:
        tally.add(step)
    return tally
