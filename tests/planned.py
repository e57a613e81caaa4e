"""A plan held in the hand, for tests: its rows by outcome, and all that is told of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from directory import database, importer
from directory.importer import Problem, RowPlan


@dataclass(frozen=True)
class Planned:
    steps: list[RowPlan]
    file_warnings: tuple[Problem, ...] = ()

    def of(self, outcome: str) -> list[RowPlan]:
        return [step for step in self.steps if step.outcome == outcome]

    @property
    def problems(self) -> list[Problem]:
        return [problem for step in self.steps for problem in step.problems]

    @property
    def warnings(self) -> list[Problem]:
        return [*self.file_warnings, *(warning for step in self.steps for warning in step.warnings)]


def planned(engine: Engine, data: bytes | str) -> Planned:
    """What importing a file would do; nothing is written."""
    table = importer.read(data.encode() if isinstance(data, str) else data)
    with database.reading(engine) as session:
        return Planned(list(importer.plan(session, table)), table.warnings)
