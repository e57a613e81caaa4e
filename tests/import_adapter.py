"""Drives the real importer for the corpus of nasty uploads: the contract stands in the corpus's README.

    run(steps, precondition) -> dict

Files are looked for in the folder `IMPORT_CASES` (default: beside the project). The database is a new SQLite file
unless an address of an empty one is given.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import joinedload

from directory import database, exporter, importer
from directory.importer import entries, progress, runs
from directory.models import ContactPoint, ImportRun, PlanProblem

CASES = Path(os.environ.get("IMPORT_CASES", Path(__file__).parents[2] / "shared/import-cases"))
ADMINISTRATOR = "administrator@example.org"


def run(steps: Sequence[Mapping[str, Any]], precondition: str = "empty", url: str = "") -> dict[str, Any]:
    """Perform the steps on a directory that is empty or holds the baseline; what came of the last one."""
    with tempfile.TemporaryDirectory() as folder:
        engine = database.connect(url or f"sqlite:///{folder}/directory.sqlite")
        try:
            database.migrate(engine)
            return _Administrator(engine).perform(steps, precondition)
        finally:
            engine.dispose()


class _Administrator:
    """What a person would do on the pages, one step after the other."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.run = 0
        self.undone = 0
        self.download = b""
        self.result: dict[str, Any] = {}

    def perform(self, steps: Sequence[Mapping[str, Any]], precondition: str) -> dict[str, Any]:
        if precondition == "baseline":
            self.import_({"file": "baseline.csv"})
        before = self._export()
        for step in steps:
            getattr(self, {"import": "import_"}.get(step["action"], step["action"]))(step)
        after = self._export()
        return {**self.result, "values": self._values(), "export": after, "db_changed": after != before}

    def import_(self, step: Mapping[str, Any]) -> None:
        self.preview(step)
        self.confirm(step)

    def preview(self, step: Mapping[str, Any]) -> None:
        self._upload(_bytes_of(step["file"]), str(step["file"]))

    def confirm(self, step: Mapping[str, Any]) -> None:
        shown = self._look()
        for _ in range(step.get("confirm_times", 1)):
            if shown["state"] in ("planned", "confirmed"):
                self._confirm(self.run, shown["digest"])
        self.result = self._told(self.run)

    def edit(self, step: Mapping[str, Any]) -> None:
        with database.writing(self.engine) as session:
            entry = entries.stored(session, [step["id"]])[step["id"]]
            columns = [known for known in entries.columns_of(entry) if known.name not in step["set"]]
            cells = {known.name: known.text_of(entry) for known in columns} | step["set"]
            done = importer.edit(session, cells, step.get("by", ADMINISTRATOR), entry.version)
            assert done.run, done.step.problems

    def undo(self, step: Mapping[str, Any]) -> None:
        number = self.undone if step.get("which") == "same" else self.run
        self.undone = number
        try:
            with database.writing(self.engine) as session:
                undoing, kept = importer.undo(session, number, ADMINISTRATOR)
                problems = [{**_problem(each.problem), "id": each.id} for each in kept]
                self.result = _outcome(undoing.changed, len(kept), problems)
        except importer.CannotUndo as cannot:
            refused = {"line": None, "column": None, "code": cannot.code, "message": cannot.message}
            self.result = _outcome(0, 0, [refused]) | {"outcome": "reject_file"}

    def parallel(self, step: Mapping[str, Any]) -> None:
        """Two administrators look first, and press then."""
        shown = []
        for file in step["files"]:
            self.preview({"file": file})
            shown.append((self.run, self._look()["digest"]))
        results = []
        for number, digest in shown:
            self._confirm(number, digest)
            results.append(self._told(number))
        self.result = results[-1] | {"each": results}

    def reimport_export(self, step: Mapping[str, Any]) -> None:
        with database.reading(self.engine) as session:
            data = "".join(exporter.as_csv(session)).encode()
        self._upload(data, "export.csv")
        self.confirm(step)

    def download_errors(self, _: Mapping[str, Any]) -> None:
        with database.reading(self.engine) as session:
            found = runs.get(session, self.run)
            assert found
            self.download = "".join(exporter.refused_rows(session, found, _sentence)).encode()

    def fix_and_import(self, step: Mapping[str, Any]) -> None:
        """Correct cells in the downloaded file: {column: text} for every row, or {id: {column: text}}."""
        header, *rows = csv.reader(io.StringIO(self.download.decode("utf-8-sig")))
        file = io.StringIO()
        csv.writer(file).writerows([header, *(_fixed(header, row, step["set"]) for row in rows)])
        self._upload(file.getvalue().encode(), "fixed.csv")
        self.confirm(step)

    def _upload(self, data: bytes, name: str) -> None:
        if len(data) > 26_214_400:
            self.result = _outcome(0, 0, [{"line": None, "column": None, "code": "file_too_large", "message": ""}])
        with database.writing(self.engine) as session:
            self.run = runs.upload(session, data, name, ADMINISTRATOR).number
        importer.work(self.engine, self.run)
        self.result = self._told(self.run)

    def _look(self) -> dict[str, str]:
        with database.reading(self.engine) as session:
            found = runs.get(session, self.run)
            assert found
            return {"state": found.state, "digest": found.plan_digest.hex()}

    def _confirm(self, number: int, digest: str) -> None:
        try:
            with database.writing(self.engine) as session:
                runs.confirm(session, number, digest, ADMINISTRATOR)
        except runs.NotNow:
            return
        importer.work(self.engine, number)
        assert not progress.of(self.engine, number).is_alive

    def _told(self, number: int) -> dict[str, Any]:
        with database.reading(self.engine) as session:
            found = runs.get(session, number)
            assert found
            listed = session.scalars(
                select(PlanProblem).where(PlanProblem.run == number).order_by(PlanProblem.line, PlanProblem.number)
            ).all()
            errors = [_problem(each) for each in listed if not each.is_warning]
            warnings = [_problem(each) for each in listed if each.is_warning]
            if refusal := runs.refusal(found):
                errors = [_problem(refusal)]
            if found.is_renewed and found.state == "planned":
                errors = [{"line": None, "column": None, "code": "preview_out_of_date", "message": ""}]
            return self._summary(found, errors, warnings)

    def _summary(self, found: ImportRun, errors: list[Any], warnings: list[Any]) -> dict[str, Any]:
        told = _outcome(found.created + found.changed + found.unchanged, found.refused, errors)
        if found.state == "refused" or (found.is_renewed and found.state == "planned"):
            told |= {"outcome": "reject_file", "rows_ok": 0, "rows_error": 0}
        if found.state == "asking":
            told["outcome"] = "ask_user"
        counts = {"create": found.created, "update": found.changed, "unchanged": found.unchanged, "remove": 0}
        candidates = [candidate["encoding"] for candidate in found.candidates]
        more = {"encoding": found.encoding, "delimiter": found.delimiter, "candidates": candidates}
        return told | {"warnings": warnings, "counts": counts} | more

    def _export(self) -> list[list[str]]:
        with database.reading(self.engine) as session:
            return list(csv.reader(io.StringIO("".join(exporter.as_csv(session)).removeprefix("\ufeff"))))

    def _values(self) -> dict[str, dict[str, Any]]:
        owners = (joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
        with database.reading(self.engine) as session:
            return {entry.id: _values_of(entry) for entry in session.scalars(select(ContactPoint).options(*owners))}


def _values_of(entry: ContactPoint) -> dict[str, Any]:
    values: dict[str, Any] = {known.name: known.text_of(entry) for known in entries.columns_of(entry)}
    values |= {"latitude": entry.latitude, "longitude": entry.longitude}
    return values | {"phone_e164": entry.phones[0] if entry.phones else ""}


def _fixed(header: Sequence[str], row: Sequence[str], wanted: Mapping[str, Any]) -> list[str]:
    """A row as a spreadsheet saves it: with a cell for every column, and with those it has beyond."""
    cells = list(zip_longest(header, row, fillvalue=""))
    wanted = wanted.get(dict(cells).get("id", ""), wanted)
    return [text if isinstance(text := wanted.get(name, cell), str) else cell for name, cell in cells]


def _bytes_of(file: str) -> bytes:
    return (CASES / file).read_bytes()


def _sentence(problem: PlanProblem) -> str:
    return problem.message % problem.values if problem.values else problem.message


def _problem(problem: Any) -> dict[str, Any]:
    told = {"line": problem.line, "column": problem.column, "code": problem.code, "message": _sentence(problem)}
    return told | {"suggestion": problem.suggestion}


def _outcome(good: int, bad: int, errors: list[Any]) -> dict[str, Any]:
    return {
        "outcome": "accept_with_row_errors" if bad else "accept",
        "rows_ok": good,
        "rows_error": bad,
        "errors": errors,
        "warnings": [],
        "candidates": [],
        "counts": {"create": 0, "update": good, "unchanged": 0, "remove": 0},
        "encoding": "",
        "delimiter": "",
    }
