"""A plan as it is kept with its run, to be shown page by page: the rows that do something, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from os.path import commonprefix
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from directory import bulk
from directory.importer.columns import column
from directory.importer.planning import BATCH, RowPlan, told_cells
from directory.importer.problems import Problem
from directory.models import NAME_LENGTH, ImportRun, PlannedRow, PlanProblem
from directory.text import printable

_LONGEST_SHOWN: Final = 500
"""Characters of a cell that a plan shows; the file itself is kept whole."""
_SHOWN_BEFORE: Final = 100
"""Of them, those before the first difference."""


def forget(session: Session, run: ImportRun) -> None:
    """Drop what is kept of a run's plan."""
    session.execute(delete(PlannedRow).where(PlannedRow.run == run.number))
    session.execute(delete(PlanProblem).where(PlanProblem.run == run.number))


def keep(session: Session, run: int, steps: Sequence[RowPlan]) -> None:
    """Keep what these rows do and what is wrong with them; rows that change nothing are only counted."""
    keep_rows(session, run, [step for step in steps if step.outcome != "unchanged"])
    keep_problems(session, run, [problem for step in steps for problem in step.problems])
    keep_problems(session, run, [warning for step in steps for warning in step.warnings], are_warnings=True)


def keep_rows(session: Session, run: int, steps: Sequence[RowPlan]) -> None:
    """Keep what these rows do."""
    rows = [_planned(run, step) for step in steps]
    if rows:
        bulk.insert(session, PlannedRow, list(rows[0]), ([*row.values()] for row in rows))


def keep_problems(session: Session, run: int, problems: Sequence[Problem], are_warnings: bool = False) -> None:
    """Keep problems, or warnings, with a run."""
    rest = iter(problems)
    while some := [_problem(run, problem, are_warnings) for problem in islice(rest, BATCH)]:
        bulk.insert(session, PlanProblem, list(some[0]), ([*row.values()] for row in some))


def _planned(run: int, step: RowPlan) -> dict[str, Any]:
    return {
        "run": run,
        "line": step.line,
        "outcome": step.outcome,
        "contact_point": step.id[:NAME_LENGTH],
        "name": (step.name or (step.entry.name if step.entry else ""))[:NAME_LENGTH],
        "cells": {name: shown(name, old, new) for name, (old, new) in told_cells(step).items()},
    }


def shown(name: str, old: Any, new: Any) -> list[str]:
    """[old, new] of a cell as an export writes them; of long texts the part in which they begin to differ."""
    known = column(name)
    texts = [known.text(value) if known else str(value) for value in (old, new)]
    if max(map(len, texts)) <= _LONGEST_SHOWN:
        return texts
    start = max(0, len(commonprefix(texts)) - _SHOWN_BEFORE)  # noqa: RUF071  # characters are what is meant
    return [_part(text, start) for text in texts]


def _part(text: str, start: int) -> str:
    end = start + _LONGEST_SHOWN
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _problem(run: int, problem: Problem, is_warning: bool) -> dict[str, Any]:
    return {
        "run": run,
        "is_warning": is_warning,
        "line": problem.line,
        "column": printable(problem.column)[:NAME_LENGTH] if problem.column is not None else None,
        "code": problem.code,
        "message": problem.message,
        "values": {name: _short(value) for name, value in problem.values.items()},
        "suggestion": _short(problem.suggestion),
    }


def _short(value: Any) -> Any:
    return printable(value[:_LONGEST_SHOWN]) if isinstance(value, str) else value
