"""The rows of a file, read ahead by other processes while this one writes those before them.

Reading a row takes longer than writing it, and needs no database. Only our own commands do so (`work_hard`), and only
for more than some thousand rows: a server, a test or a program that calls the importer stays one process.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from multiprocessing.connection import Connection
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from directory.importer import wholes
from directory.importer.identity import an_id_for
from directory.importer.rows import Draft, RowReader
from directory.search import words_of

FEW: Final = 2000
"""Rows that are read here before others are called to help: they take a second to come."""
_MOST_HELPERS: Final = 2
"""More would wait: two read as fast as one process writes."""
_MOST_TAKEN: Final = 3
"""Parts that are read or being read and not yet given back: bounds the memory."""
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
        if read >= FEW and works_hard() and (others := min(_MOST_HELPERS, (os.cpu_count() or 1) - 1)):
            with ExitStack() as called:
                helpers = [called.enter_context(_Helper(task)) for _ in range(others)]
                yield from _Shared(reader, helpers, chain([part], parts))
        else:
            yield part, [reader.read(row) for row in part.asked]


class _Helper:
    """A process that reads rows, one part at a time. It ends when its asker does, even by `kill -9`."""

    def __init__(self, task: Task) -> None:
        context = multiprocessing.get_context("spawn")  # nothing of this process, its database least of all, goes along
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_help, args=(task, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self.is_free = False
        """Whether it waits for rows. At first it has to start: then it gives a first answer, of no rows."""
        self.has_work = False

    def __enter__(self) -> _Helper:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        self._process.join()

    def ask(self, rows: Sequence[Asked]) -> None:
        self.is_free, self.has_work = False, True
        with suppress(OSError):  # it was killed, which is found when its answer is missed
            self._line.send(rows)

    @property
    def has_answered(self) -> bool:
        return self._line.poll()

    def answer(self) -> list[Draft] | Exception | None:
        """What it made of the rows, as soon as it is there; None when it was killed."""
        self.has_work = False
        try:
            found: list[Draft] | Exception = self._line.recv()
        except (EOFError, OSError):
            return None
        self.is_free = True
        return found


class _Shared(Generic[Part]):
    """Parts read in order by whoever has time: this process reads too rather than wait."""

    def __init__(self, reader: DraftReader, helpers: Sequence[_Helper], parts: Iterator[Part]) -> None:
        self._reader, self._helpers, self._parts = reader, helpers, parts
        self._taken: deque[tuple[Part, _Helper | list[Draft]]] = deque()

    def __iter__(self) -> Iterator[tuple[Part, list[Draft]]]:
        while True:
            self._give_out()
            if self._would_wait() and len(self._taken) < _MOST_TAKEN and (part := next(self._parts, None)) is not None:
                self._taken.append((part, self._read(part)))
            elif self._taken:
                part, by = self._taken.popleft()
                found = by if isinstance(by, list) else by.answer()
                if isinstance(found, Exception):
                    raise found
                self._give_out()
                yield part, self._read(part) if found is None else found
            else:
                return

    def _read(self, part: Part) -> list[Draft]:
        return [self._reader.read(row) for row in part.asked]

    def _give_out(self) -> None:
        for helper in self._helpers:
            if not helper.is_free and not helper.has_work and helper.has_answered:
                helper.answer()
            if helper.is_free and (part := next(self._parts, None)) is not None:
                helper.ask(part.asked)
                self._taken.append((part, helper))

    def _would_wait(self) -> bool:
        """Whether the part that comes next is not read yet."""
        by = self._taken[0][1] if self._taken else None
        return by is None or (isinstance(by, _Helper) and not by.has_answered)


def _help(task: Task, asking: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the command ends this one by it
    _rarely_collect()
    reader = DraftReader(task)
    found: list[Draft] | Exception = []
    with suppress(EOFError, OSError):  # nobody asks any more
        while True:
            asking.send(found)
            found = _read(reader, asking.recv())


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
