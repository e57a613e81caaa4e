"""A page of a plan, or of what a run did, with all that stands on it: few statements for any number of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from directory.importer import keeping, runs
from directory.importer.runs import PER_PAGE, Group
from directory.models import Change, ImportRun, PlannedRow, PlanProblem
from directory.web.differences import Difference, difference

SHOWN: Final = ("created", "changed", "refused", "warned")
"""What a plan can be narrowed to, besides a kind of problem."""
_LAST_PAGE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a plan as the page shows it."""

    row: PlannedRow
    cells: Sequence[Difference]
    problems: Sequence[PlanProblem] = ()
    warnings: Sequence[PlanProblem] = ()


@dataclass(frozen=True, slots=True)
class ShownChange:
    """What a run did to one entry; `name` is None when the entry is no longer there, and `name_before` what it was."""

    change: Change
    name: str | None
    name_before: str
    cells: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of how many, and the addresses of the others; 404 beyond the last."""

    page: int
    total: int
    endpoint: str
    asked: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.page > self.count:
            abort(404)

    @property
    def count(self) -> int:
        return max(1, -(-self.total // PER_PAGE))

    def to(self, page: int) -> str:
        return url_for(self.endpoint, **self.asked, page=page if page > 1 else None)  # type: ignore[arg-type]  # values


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What the page of a plan shows."""

    run: ImportRun
    pages: Pages
    groups: Sequence[Group]
    of_the_file: Sequence[PlanProblem]
    rows: Sequence[ShownRow]
    show: str = ""
    group: Group | None = None

    def tabs(self) -> Iterator[tuple[str, int]]:
        """What the plan can be narrowed to, with the number of rows; '' is everything that it does or refuses."""
        yield "", self.run.created + self.run.changed + self.run.refused
        yield from ((name, getattr(self.run, name)) for name in SHOWN)

    def kinds(self, are_warnings: bool) -> list[Group]:
        """The kinds of problems, or of warnings."""
        return [group for group in self.groups if group.is_warning is are_warnings]


def asked_page() -> int:
    """The page that the address asks for."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= _LAST_PAGE:
        abort(400)
    return int(text[:9])


def plan_page(session: Session, run: ImportRun) -> PlanPage:
    """The page of the plan that the address asks for (`show`, or `code` and `column`; `page`)."""
    page, show, code, column = asked_page(), *(request.args.get(name, "") for name in ("show", "code", "column"))
    groups = runs.groups(session, run)
    group = next((each for each in groups if code and (each.code, each.column or "") == (code, column)), None)
    if (code and not group) or (show and show not in SHOWN):
        abort(400)
    narrowed = {"code": code, "column": column} if group else {"show": show}
    total = group.count if group else getattr(run, show) if show else run.created + run.changed + run.refused
    asked = {name: value for name, value in narrowed.items() if value}
    pages = Pages(page, total, "admin.run", {"number": run.number, **asked})
    outcome = show if show != "warned" else ""
    rows = runs.planned(session, run, outcome, group, show == "warned" and not group, page)
    of_the_file = runs.of_the_file(session, run) if page == 1 and not group and not show else ()
    shown = list(_with_problems(session, run, rows))
    return PlanPage(run, pages, groups, of_the_file, shown, "" if group else show, group)


def _with_problems(session: Session, run: ImportRun, rows: Sequence[PlannedRow]) -> Iterator[ShownRow]:
    told = runs.problems_of(session, run, [row.line for row in rows])
    for row in rows:
        cells = [difference(name, old, new) for name, (old, new) in row.cells.items()]
        problems = told.get(row.line, ())
        yield ShownRow(
            row,
            cells,
            [problem for problem in problems if not problem.is_warning],
            [problem for problem in problems if problem.is_warning],
        )


def changes(session: Session, run: ImportRun, page: int) -> list[ShownChange]:
    """A page of what a run did."""
    found = runs.changes(session, run, page)
    before = runs.names_before_removal(session, [change.contact_point for change, name in found if name is None])
    return [ShownChange(change, name, before.get(change.contact_point, ""), _cells(change)) for change, name in found]


def _cells(change: Change) -> list[Difference]:
    """What differs; the name of what was removed stands above already."""
    cells = change.cells.items() if change.what != "removed" else ()
    return [difference(column, *keeping.shown(column, *values)) for column, values in cells]
