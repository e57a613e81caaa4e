"""The directory as files: CSV in exactly the import format, GeoJSON, and the rows that an import refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory.importer import runs
from directory.importer.cells import guarded
from directory.importer.columns import HEADER, column
from directory.importer.headers import LINE_COLUMN, REASON_COLUMN
from directory.importer.reading import read
from directory.models import ContactPoint, ImportRun, PlanProblem

BOM: Final = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's own 8-bit encoding."""
_BATCH: Final = 1000
_NUMBERS: Final = frozenset({"latitude", "longitude"})
"""Columns of numbers: a minus in front is no formula there."""


def as_csv(session: Session) -> Iterator[str]:
    """All contact points as CSV, in pieces; the import takes it back as unchanged."""
    names = [*HEADER, *_more_languages(session)]
    yield BOM + _line(names)
    columns = [known for name in names if (known := column(name))]
    for entry in _all(session):
        yield _line(_guarded(known.name, known.text_of(entry)) for known in columns)


def _more_languages(session: Session) -> list[str]:
    """`name_xx` and `description_xx` for the languages beyond the format's own that some entry has."""
    found: set[str] = set()
    for names, descriptions in session.execute(select(ContactPoint.names, ContactPoint.descriptions)):
        found |= {f"name_{code}" for code in names} | {f"description_{code}" for code in descriptions}
    return sorted(found - set(HEADER))


def _all(session: Session) -> Iterator[ContactPoint]:
    """Every entry by number, a batch at a time."""
    owners = (joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
    last = 0
    while True:
        statement = select(ContactPoint).options(*owners).where(ContactPoint.number > last)
        entries = session.scalars(statement.order_by(ContactPoint.number).limit(_BATCH)).all()
        if not entries:
            return
        yield from entries
        last = entries[-1].number
        session.expunge_all()


def _guarded(name: str, text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe; the import takes it off again.

    A text that begins with apostrophes before such a sign gets one more, so that the one taken off is ours.
    """
    return text if name in _NUMBERS else guarded(text)


def _line(cells: Iterable[str]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerow(cells)
    return file.getvalue()


def as_geojson(session: Session) -> Iterator[str]:
    """All contact points that have a place as GeoJSON (RFC 7946: longitude, latitude in WGS 84), in pieces."""
    yield '{"type":"FeatureCollection","features":['
    between = ""
    for entry in _all(session):
        if entry.latitude is not None:
            yield between + json.dumps(_feature(entry), ensure_ascii=False)
            between = ",\n"
    yield "]}\n"


def _feature(entry: ContactPoint) -> dict[str, Any]:
    names = [name for name in HEADER if name not in ("latitude", "longitude")]
    known = [each for name in names if (each := column(name))]
    told = {each.name: value for each in known if (value := each.text_of(entry))}
    place = {"type": "Point", "coordinates": [entry.longitude, entry.latitude]}
    return {"type": "Feature", "id": entry.id, "geometry": place, "properties": told}


def refused_rows(session: Session, run: ImportRun, say: Callable[[PlanProblem], str]) -> Iterator[str]:
    """The refused rows of a run with their original cells, line and reasons, to be corrected and imported again.

    `say` puts a problem into the reader's words. The two columns that are added mean nothing to an import.
    """
    table = read(runs.content(run), run.encoding)
    yield BOM + _line([*table.header, LINE_COLUMN, REASON_COLUMN])
    batch: list[tuple[int, Sequence[str]]] = []
    for row in table.rows():
        batch.append((row.line, row.cells))
        if len(batch) == _BATCH:
            yield from _refused(session, run, batch, len(table.header), say)
            batch = []
    yield from _refused(session, run, batch, len(table.header), say)


def _refused(
    session: Session,
    run: ImportRun,
    batch: Sequence[tuple[int, Sequence[str]]],
    width: int,
    say: Callable[[PlanProblem], str],
) -> Iterator[str]:
    told = runs.problems_of(session, run, [line for line, _ in batch])
    for line, cells in batch:
        problems = [problem for problem in told.get(line, ()) if not problem.is_warning]
        if problems:
            whole = [*cells, *[""] * (width - len(cells))]
            reasons = " · ".join(
                f"{problem.column}: {say(problem)}" if problem.column else say(problem) for problem in problems
            )
            yield _line([*whole, str(line), _guarded("", reasons)])
