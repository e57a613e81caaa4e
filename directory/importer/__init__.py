"""Bytes → rows → plan → apply → undo. The command line and the administrator's pages call the same functions."""

from directory.importer.applying import Overtaken, apply
from directory.importer.columns import HEADER
from directory.importer.editing import Edit, edit
from directory.importer.helping import hard_work
from directory.importer.planning import RowPlan, Tally, plan, tallied
from directory.importer.problems import Problem
from directory.importer.reading import Row, Table, Unreadable, Unsure, read
from directory.importer.undoing import CannotUndo, Kept, undo
from directory.importer.working import work

__all__ = [
    "HEADER",
    "CannotUndo",
    "Edit",
    "Kept",
    "Overtaken",
    "Problem",
    "Row",
    "RowPlan",
    "Table",
    "Tally",
    "Unreadable",
    "Unsure",
    "apply",
    "edit",
    "hard_work",
    "plan",
    "read",
    "tallied",
    "undo",
    "work",
]
