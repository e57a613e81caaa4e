"""The rows of a file, read ahead by other processes while this one writes those before them.

Reading a row takes longer than writing it, and needs no database. Only our own commands do so (`work_hard`), and only
for more than some thousand rows: a server, a test or a program that calls the importer stays one process.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from directory.importer import wholes
from directory.importer.identity import an_id_for
from directory.importer.ready import ready
from directory.importer.rows import Draft, RowReader

FEW: Final = 2000
"""Rows that are read here before others are called to help: they take a second to come."""
_MOST_HELPERS: Final = 2
"""More would wait: two read as fast as one process writes."""
_MOST_GIVEN: Final = 5
"""Parts that are read or being read by helpers and not yet given back: bounds the memory."""
_KNOWN_BY: Final = ("id", "name", "city")
"""Of a row's values: all that is looked at of a new entry after it was read."""
_works_hard: Final = threading.Event()


class Asked(NamedTuple):
    """A row to be read; `is_new`: no entry is known that it could change."""

    line: int
    cells: Sequence[str]
    is_new: bool


class Asking(Protocol):
    """Part of a file, with the rows of it that are to be read."""

    @property
    def asked(self) -> Sequence[Asked]: ...


Part = TypeVar("Part", bound=Asking)


class Task(NamedTuple):
    """What a process must know to read rows."""

    columns: tuple[str | None, ...]
    """Of the file."""
    place_source: str
    dialect: str
    """Of the database into which the rows are to be written; '' when they are only planned."""


class DraftReader:
    """Reads rows, and makes of each that can be a new entry what it would be."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._rows = RowReader(task.columns)

    def read(self, row: Asked) -> Draft:
        """All that is to be said of a row at once; of a good new one that is to be written, what is written."""
        draft = self._rows.read(row.line, row.cells)
        values = draft.values
        if draft.problems or "name" not in values:
            return draft
        if "id" not in values:
            values["id"] = an_id_for(values)
        if row.is_new and (made := wholes.completed(draft, None, self.task.place_source)):
            draft.warnings += wholes.doubts(draft, made)
            draft.new = ready(made, self.task.dialect) if self.task.dialect else made
            draft.values = {name: values[name] for name in _KNOWN_BY if name in values}
        return draft


def drafts(task: Task, parts: Iterable[Part]) -> Iterator[tuple[Part, list[Draft]]]:
    """Each part with the drafts of its rows, in order. Some parts more than were given back are taken."""
    reader, read, parts = DraftReader(task), 0, iter(parts)
    for part in parts:
        read += len(part.asked)
        if read >= FEW and works_hard() and (others := min(_MOST_HELPERS, (os.cpu_count() or 1) - 1)):
            with _helpers(task, others) as helpers:
                yield from _Shared(reader, helpers, chain([part], parts))
        else:
            yield part, _read(reader, part.asked)


class _Shared(Generic[Part]):
    """Parts read in order by whoever has time: this process reads too rather than wait."""

    def __init__(self, reader: DraftReader, helpers: ProcessPoolExecutor, parts: Iterator[Part]) -> None:
        self._reader, self._helpers, self._parts = reader, helpers, parts
        self._taken: deque[tuple[Part, Future[list[Draft]]]] = deque()
        self._first_is_there = helpers.submit(int)
        """Until it is, it would only hold up what it was given."""

    def __iter__(self) -> Iterator[tuple[Part, list[Draft]]]:
        while self._take():
            part, found = self._taken.popleft()
            self._give_out()
            try:
                drafts = found.result()
            except BrokenProcessPool:  # they were killed: nobody else reads it
                drafts = self._read_here(part).result()
            yield part, drafts

    def _take(self) -> bool:
        """Have parts taken until the next to give back is read, or waiting for it costs least; False at the end."""
        self._give_out()
        while not (self._taken and self._taken[0][1].done()) and len(self._taken) <= _MOST_GIVEN:
            if (part := next(self._parts, None)) is None:
                break
            self._taken.append((part, self._read_here(part)))
        return bool(self._taken)

    def _give_out(self) -> None:
        """Keep the helpers busy, as soon as they are there."""
        while self._first_is_there.done() and len(self._taken) < _MOST_GIVEN:
            if (part := next(self._parts, None)) is None:
                return
            try:
                self._taken.append((part, self._helpers.submit(_read_ahead, self._reader.task, part.asked)))
            except BrokenProcessPool:
                self._taken.append((part, self._read_here(part)))

    def _read_here(self, part: Part) -> Future[list[Draft]]:
        found: Future[list[Draft]] = Future()
        found.set_result(_read(self._reader, part.asked))
        return found


@contextmanager
def _helpers(task: Task, count: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that read; nothing of this one, its database least of all, goes along."""
    helpers = ProcessPoolExecutor(count, get_context("spawn"), initializer=_help, initargs=(task,))
    try:
        yield helpers
    finally:
        helpers.shutdown(cancel_futures=True)


def _help(task: Task) -> None:
    """What a helper does at first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the command ends this one by it
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    _rarely_collect()
    _reader(task)


def _end_with(asker: BaseProcess) -> None:
    """End when the one that asked does, even by `kill -9`."""
    asker.join()
    os._exit(1)


def _read_ahead(task: Task, asked: Sequence[Asked]) -> list[Draft]:
    """In a helper, which lives for one file."""
    return _read(_reader(task), asked)


def _read(reader: DraftReader, asked: Sequence[Asked]) -> list[Draft]:
    return [reader.read(row) for row in asked]


@lru_cache(maxsize=1)
def _reader(task: Task) -> DraftReader:
    return DraftReader(task)


def work_hard() -> None:
    """This process is there for imports only: others may help it, and its garbage collector looks seldom.

    Rows by the thousand leave no cycles behind; to go through the gazetteer and the languages again and again took a
    fifth of the time.
    """
    _rarely_collect()
    _works_hard.set()


def works_hard() -> bool:
    """Whether this process is there for imports only."""
    return _works_hard.is_set()


def _rarely_collect() -> None:
    gc.freeze()
    gc.set_threshold(1_000_000, 50, 100)
