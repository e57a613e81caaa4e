"""The directory as files: CSV in exactly the import format, GeoJSON, and the rows that an import refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, compress, islice, repeat
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from directory.importer import runs
from directory.importer.cells import guarded
from directory.importer.columns import HEADER, column
from directory.importer.headers import OWN
from directory.importer.reading import read
from directory.models import ContactPoint, ImportRun, PlanProblem
from directory.stamp import Kept

BOM: Final = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's own 8-bit encoding."""
_BATCH: Final = 1000
_NUMBERS: Final = frozenset({"latitude", "longitude"})
"""Columns of numbers: a minus in front is no formula there."""


def as_csv(session: Session, numbers: Sequence[int] | None = None) -> Iterator[str]:
    """Contact points as CSV, in pieces: all, or those of these numbers in their order.

    The import takes it back as unchanged.
    """
    names = [*HEADER, *_more_languages(session)]
    yield BOM + _line(names)
    columns = [known for name in names if (known := column(name))]
    for entry in _all(session) if numbers is None else _these(session, numbers):
        yield _line(_guarded(known.name, known.text_of(entry)) for known in columns)


def _read_more_languages(session: Session) -> list[str]:
    names, descriptions = _keys(session, ContactPoint.names), _keys(session, ContactPoint.descriptions)
    found = {*(f"name_{code}" for code in names), *(f"description_{code}" for code in descriptions)}
    return sorted(found - set(HEADER))


_more_languages: Final = Kept(_read_more_languages)
"""`name_xx` and `description_xx` for the languages beyond the format's own that some entry has."""


def _keys(session: Session, texts: InstrumentedAttribute[dict[str, str]]) -> Sequence[str]:
    """The languages of some texts; both engines have `json_each`."""
    each = func.json_each(texts).table_valued("key", joins_implicitly=True)
    return session.scalars(select(each.c.key).distinct().select_from(ContactPoint, each)).all()


_OWNED: Final = select(ContactPoint).options(joinedload(ContactPoint.organization), joinedload(ContactPoint.network))


def _all(session: Session) -> Iterator[ContactPoint]:
    """Every entry by number, a batch at a time."""
    last = 0
    while True:
        statement = _OWNED.where(ContactPoint.number > last).order_by(ContactPoint.number).limit(_BATCH)
        entries = session.scalars(statement).all()
        if not entries:
            return
        yield from entries
        last = entries[-1].number
        session.expunge_all()


def _these(session: Session, numbers: Sequence[int]) -> Iterator[ContactPoint]:
    """The entries of these numbers in their order, a batch at a time; one that was deleted is left out."""
    for start in range(0, len(numbers), _BATCH):
        batch = numbers[start : start + _BATCH]
        entries = {entry.number: entry for entry in session.scalars(_OWNED.where(ContactPoint.number.in_(batch)))}
        yield from (entries[number] for number in batch if number in entries)
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
    """The refused rows of a run with line, reasons and their original cells, to be corrected and imported again.

    `say` puts a problem into the reader's words. The two columns that are added mean nothing to an import; they come
    first, so that a row that is too short stays so, and those of an earlier import are left out.
    """
    table = read(runs.content(run), run.encoding)
    kept = [label not in OWN for label in table.header]
    yield BOM + _line([*OWN, *compress(table.header, kept)])
    rows = table.rows()
    while batch := list(islice(rows, _BATCH)):
        told = runs.problems_of(session, run, [row.line for row in batch])
        for row in batch:
            problems = [problem for problem in told.get(row.line, ()) if not problem.is_warning]
            if problems:
                cells = compress(row.cells, chain(kept, repeat(True)))
                yield _line([str(row.line), _guarded("", _reasons(problems, say)), *cells])


def _reasons(problems: Iterable[PlanProblem], say: Callable[[PlanProblem], str]) -> str:
    return " · ".join(f"{problem.column}: {say(problem)}" if problem.column else say(problem) for problem in problems)
