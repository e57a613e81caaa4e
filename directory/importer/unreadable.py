"""Why a whole file is not read: it cannot be (Unreadable), or it could be in several ways (Unsure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from directory.importer.problems import Problem


# Neither is frozen: Python sets the traceback of an exception that leaves a context manager.
@dataclass(slots=True)
class Unreadable(Exception):
    """The file as a whole cannot be read for sure; nothing of it is used."""

    problem: Problem

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def line(self) -> int | None:
        """Physical, from 1; None when it is the whole file."""
        return self.problem.line

    def __str__(self) -> str:
        return self.problem.sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoding that may be the file's, and a few telling words of the file read in it."""

    encoding: str
    sample: str


@dataclass(slots=True)
class Unsure(Exception):
    """The bytes make sense in several encodings, likeliest first: a person has to look at the samples and choose."""

    candidates: tuple[Candidate, ...]

    def __str__(self) -> str:
        return "; ".join(f"{candidate.encoding}: {candidate.sample}" for candidate in self.candidates)


def refused(code: str, message: str, line: int | None = None, column: str | None = None, **values: Any) -> Unreadable:
    """An Unreadable to raise; `line` and `values` are told in the message, and a `suggestion` is kept apart too."""
    told = values if line is None else {"line": line, **values}
    return Unreadable(Problem(line, column, code, message, told, values.get("suggestion", "")))
