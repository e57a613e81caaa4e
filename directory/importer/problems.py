"""What is wrong with a file, a row or a cell, as data: the doors say it in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

COUNTRIES: Final = frozenset({"country", "found"})
"""Values of problems (the geocoder's too) that are codes of countries where they are texts: people are told names."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Physical line from 1 (None: the file), column (None: the row), stable code, what is said, what may be meant."""

    line: int | None
    column: str | None
    code: str
    message: str
    """An English message id with %(name)s places for `values`, marked with N_() where it is written."""
    values: Mapping[str, Any] = field(default_factory=dict)
    suggestion: str = ""
    """A value that could stand there instead; '' where none is near."""

    @property
    def sentence(self) -> str:
        """The message in English."""
        return self.message % self.values if self.values else self.message


@dataclass(slots=True, eq=False)  # not frozen: Python sets the traceback of an exception that passes a context
class BadCell(Exception):
    """A cell that cannot be used: code, message id, its values, and what may be meant."""

    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    suggestion: str = ""
