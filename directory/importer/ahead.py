"""The rows of a file, read ahead by other processes while this one writes those before them.

Reading a row takes longer than writing it, and needs no database. Only our own commands do so (`hard_work`), and only
for more than some thousand rows: a server, a test or a program that calls the importer stays one process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from typing import Final, Generic, Protocol, TypeVar

from directory.importer import helping
from directory.importer.drafting import Asked, DraftReader, Task
from directory.importer.helping import Helpers
from directory.importer.ready import Sent, received
from directory.importer.rows import Draft

FEW: Final = 2000
"""Rows that are read here before others are called to help: they take a second to come."""
_MOST_GIVEN: Final = 5
"""Parts that are read or being read by helpers and not yet given back: bounds the memory."""


class Asking(Protocol):
    """Part of a file, with the rows of it that are to be read."""

    @property
    def asked(self) -> Sequence[Asked]: ...


Part = TypeVar("Part", bound=Asking)


def drafts(task: Task, parts: Iterable[Part]) -> Iterator[tuple[Part, list[Draft]]]:
    """Each part with the drafts of its rows, in order. Some parts more than were given back are taken."""
    reader, read, parts = DraftReader(task), 0, iter(parts)
    for part in parts:
        read += len(part.asked)
        if read and (found := helping.called(read >= FEW)):
            yield from _Shared(reader, found, chain([part], parts))
        else:
            yield part, reader.read_all(part.asked)


class _Shared(Generic[Part]):
    """Parts read in order by whoever has time: this process reads too rather than wait."""

    def __init__(self, reader: DraftReader, helpers: Helpers, parts: Iterator[Part]) -> None:
        self._reader, self._helpers, self._parts = reader, helpers, parts
        self._taken: deque[tuple[Part, Future[list[Sent]]]] = deque()

    def __iter__(self) -> Iterator[tuple[Part, list[Draft]]]:
        while self._take():
            part, found = self._taken.popleft()
            self._give_out()
            try:
                sent = found.result()
            except BrokenProcessPool:  # they were killed: nobody else reads it
                sent = self._read_here(part).result()
            yield part, [*map(received, sent)]

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
        while self._helpers.first_is_there.done() and len(self._taken) < _MOST_GIVEN:
            if (part := next(self._parts, None)) is None:
                return
            try:
                self._taken.append((part, self._helpers.read(self._reader.task, part.asked)))
            except BrokenProcessPool:
                self._taken.append((part, self._read_here(part)))

    def _read_here(self, part: Part) -> Future[list[Sent]]:
        found: Future[list[Sent]] = Future()
        found.set_result([*self._reader.read_all(part.asked)])
        return found
