"""The rows of a file, read ahead by other processes while this one writes those before them.

Reading a row takes longer than writing it, and needs no database. Only our own commands do so (`work_hard`), and only
for more than some thousand rows: a server, a test or a program that calls the importer stays one process.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from directory.importer import wholes
from directory.importer.identity import an_id_for
from directory.importer.rows import Draft, RowReader
from directory.search import words_of

FEW: Final = 2000
"""Rows that are read here before others are called to help: they take a second to come."""
_MOST_HELPERS: Final = 2
"""More would wait: two read as fast as one process writes."""
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
        self._task = task
        self._rows = RowReader(task.columns)

    def read(self, row: Asked, is_ahead: bool = False) -> Draft:
        """All that is to be said of a row at once; its searched words too when it is read `is_ahead` of its writing."""
        draft = self._rows.read(row.line, row.cells)
        values = draft.values
        if draft.problems or "name" not in values:
            return draft
        if "id" not in values:
            values["id"] = an_id_for(values)
        if row.is_new:
            draft.new = wholes.merged(draft, None, self._task.place_source)
            if is_ahead and self._task.dialect:
                draft.words = words_of(draft.new, self._task.dialect)
        return draft


def drafts(task: Task, parts: Iterable[Part]) -> Iterator[tuple[Part, list[Draft]]]:
    """Each part with the drafts of its rows, in order. Some parts more than were given back are taken."""
    reader, read, parts = DraftReader(task), 0, iter(parts)
    for part in parts:
        read += len(part.asked)
        yield part, [reader.read(row) for row in part.asked]
        if read >= FEW and works_hard() and (others := min(_MOST_HELPERS, (os.cpu_count() or 1) - 1)):
            with ExitStack() as called:
                yield from _in_turn(reader, [called.enter_context(_helper(task)) for _ in range(others)], parts)


def _in_turn(
    reader: DraftReader, helpers: Iterable[Connection], parts: Iterator[Part]
) -> Iterator[tuple[Part, list[Draft]]]:
    """One part for each helper at a time: neither side ever waits for the other to listen."""
    waiting: deque[tuple[Connection, Part]] = deque()

    def send(helper: Connection) -> None:
        if (part := next(parts, None)) is not None:
            waiting.append((helper, part))
            with suppress(OSError):  # it was killed, which is found when its answer is missed
                helper.send(part.asked)

    for helper in helpers:
        send(helper)
    while waiting:
        helper, part = waiting.popleft()
        try:
            found = helper.recv()
        except (EOFError, OSError):
            found = [reader.read(row) for row in part.asked]
        else:
            send(helper)
        if isinstance(found, Exception):
            raise found
        yield part, found


@contextmanager
def _helper(task: Task) -> Iterator[Connection]:
    """A process that reads rows, and the way to it. It ends when this end is closed, even by `kill -9`."""
    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload([__name__])
    ours, theirs = context.Pipe()
    process = context.Process(target=_help, args=(task, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join()


def _help(task: Task, asking: Connection) -> None:
    _rarely_collect()
    reader = DraftReader(task)
    while True:
        try:
            asked = asking.recv()
            asking.send(_read(reader, asked))
        except (EOFError, OSError):  # nobody asks any more
            return


def _read(reader: DraftReader, asked: Sequence[Asked]) -> list[Draft] | Exception:
    try:
        return [reader.read(row, is_ahead=True) for row in asked]
    except Exception as error:  # to be raised where it can be told
        return error


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
    gc.set_threshold(100_000, 50, 100)
