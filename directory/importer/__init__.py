"""Bytes → rows → plan → apply. The command line and the administrator's pages call the same three functions."""

from directory.importer.applying import apply
from directory.importer.columns import HEADER
from directory.importer.planning import Change, Plan, Problem, plan
from directory.importer.reading import Row, Table, Unreadable, read

__all__ = ["HEADER", "Change", "Plan", "Problem", "Row", "Table", "Unreadable", "apply", "plan", "read"]
