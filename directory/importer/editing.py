"""One contact point changed by hand on a page: a file of one row, with the same checks, history and undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from directory.importer import keeping
from directory.importer.applying import apply
from directory.importer.cells import CLEAR, guarded
from directory.importer.columns import REQUIRED
from directory.importer.planning import RowPlan, plan, told_cells
from directory.importer.problems import Problem
from directory.importer.reading import Unreadable, Unsure, read
from directory.models import ImportRun
from directory.vocabulary import N_

LINE: Final = 2
"""The line of an edit's one row, after its header."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of an edit: its row, and the run under which it was written (None: nothing was written)."""

    step: RowPlan
    run: ImportRun | None = None


def edit(session: Session, cells: Mapping[str, str], by: str, version: int = 0) -> Edit:
    """Write one contact point from column → text; a blank cell empties what was there.

    `version`: of the entry that the page showed, 0 for a new one. Problems, an entry that somebody else changed
    meanwhile (`edited_since`), a new one whose id is taken (`duplicate_id`): nothing is written and the step says so.
    What is stored already, because somebody pressed twice, is `unchanged` at any version.
    """
    step = _planned(session, cells)
    if step.outcome in ("created", "changed") and step.version != version:
        step = refused_meanwhile(step.id, version)
    if step.outcome not in ("created", "changed"):
        return Edit(step)
    run = ImportRun(kind="hand", state="applied", by=by, applied_by=by, applied_at=datetime.now(UTC), rows=1)
    run.created, run.changed = int(step.outcome == "created"), int(step.outcome == "changed")
    run.warned = int(bool(step.warnings))
    session.add(run)
    session.flush()
    step.digest = b""  # no row of a file made the entry what it is
    step.cells = told_cells(step)  # nor is there a file that would still tell what a new one said
    apply(session, run.number, [step])
    keeping.keep_problems(session, run.number, step.warnings, are_warnings=True)
    return Edit(step, run)


def _planned(session: Session, cells: Mapping[str, str]) -> RowPlan:
    cleared = {name: guarded(text) if text.strip() or name in REQUIRED else CLEAR for name, text in cells.items()}
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(cleared)
    writer.writerow(cleared.values())
    try:
        table = read(file.getvalue().encode("utf-8", "replace"))
        return next(plan(session, table, by_hand=True))
    except Unreadable as refused:
        return RowPlan(LINE, "refused", problems=(refused.problem,))
    except (Unsure, StopIteration):
        message = N_("This text holds characters that cannot be read.")
        return RowPlan(LINE, "refused", problems=(Problem(LINE, None, "control_character", message),))


def refused_meanwhile(id: str, version: int) -> RowPlan:  # noqa: A002  # the entry's id
    """What becomes of an edit of this version of an entry that somebody else wrote meanwhile."""
    if version == 0:
        message = N_("The id “%(id)s” is taken: choose another one.")
        problem = Problem(LINE, "id", "duplicate_id", message, {"id": id})
    else:
        message = N_(
            "Somebody changed this contact point while you were writing. Look at it again; your text is kept here."
        )
        problem = Problem(LINE, None, "edited_since", message)
    return RowPlan(LINE, "refused", id, problems=(problem,))
