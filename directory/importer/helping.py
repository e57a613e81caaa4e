"""Processes that help one that is there for imports only: they read rows while it writes.

Nothing of that process, its database least of all, goes along.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Final

from directory.importer.drafting import Asked, DraftReader, Task
from directory.importer.ready import Sent, to_send

MANY_BYTES: Final = 1_000_000
"""A file of so many has enough rows for helpers, who can as well come while this process starts."""
_MOST: Final = 2
"""More would wait: two read as fast as one process writes."""
_SWITCH_SECONDS: Final = 0.0001
"""What a helper sends comes in dozens of pieces, for each of which a thread must get its turn: a fiftieth of the usual
time, or helpers wait as long as they read."""
_A_ROW: Final = {
    "name": "Maison des Langues",
    "city": "Liège",
    "country": "BE",
    "latitude": "50.64",
    "longitude": "5.57",
    "topics": "language_course",
    "languages": "fr",
    "opening_hours": "Mo-Fr 09:00-17:00",
}
"""For which all is needed that is read but once: the cities, the languages, the holidays."""


class Helpers:
    """Processes that read."""

    def __init__(self, count: int) -> None:
        self._pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_get_ready)
        self.first_is_there = self._pool.submit(int)
        """Until it is, it would only hold up what it was given."""

    def read(self, task: Task, asked: Iterable[Asked]) -> Future[list[Sent]]:
        """Raises BrokenProcessPool, at once or with the result, when somebody killed them."""
        return self._pool.submit(_read, task, [(row.line, row.cells, row.is_new) for row in asked])

    def end(self) -> None:
        self._pool.shutdown(cancel_futures=True)


class _Help:
    """The helpers that this process can have: called once, to stay until its work is done."""

    def __init__(self) -> None:
        self._count = min(_MOST, (os.cpu_count() or 1) - 1)
        self._helpers: Helpers | None = None

    def called(self, are_wanted: bool) -> Helpers | None:
        """Those who are there, or who come now because they `are_wanted`; None also without a processor for them."""
        if are_wanted and self._count and not self._helpers:
            self._helpers = Helpers(self._count)
        return self._helpers

    def end(self) -> None:
        if self._helpers:
            self._helpers.end()


_help: _Help | None = None
"""Of a process that is there for imports only."""


@contextmanager
def hard_work(size: int = 0) -> Iterator[None]:
    """Meanwhile this process is there for imports only: others may help it, and its garbage collector looks seldom.

    Rows by the thousand leave no cycles behind; to go through the gazetteer and the languages again and again took a
    fifth of the time. `size`: bytes that are to be read; with many of them the helpers are called at once.
    """
    global _help  # what the process is there for
    switching, collecting = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(_SWITCH_SECONDS)
    _rarely_collect()
    _help = _Help()
    _help.called(size >= MANY_BYTES)
    try:
        yield
    finally:
        _help.end()
        _help = None
        gc.freeze()  # it ends soon: to look through all that is left would take it half a second
        gc.set_threshold(*collecting)
        sys.setswitchinterval(switching)


def works_hard() -> bool:
    """Whether this process is there for imports only."""
    return _help is not None


def called(are_wanted: bool) -> Helpers | None:
    """The helpers that are there, or that come now because they `are_wanted`; None without hard work."""
    return _help.called(are_wanted) if _help else None


def _get_ready() -> None:
    """What a helper does at first: it reads a row, for which it needs all that others need too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the command ends this one by it
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    _rarely_collect()
    DraftReader(Task(tuple(_A_ROW), "file", "")).read(Asked(2, [*_A_ROW.values()], is_new=True))


def _end_with(asker: BaseProcess) -> None:
    """End when the one that asked does, even by `kill -9`."""
    asker.join()
    os._exit(1)


def _read(task: Task, asked: Iterable[tuple[int, Sequence[str], bool]]) -> list[Sent]:
    """In a helper, which lives for one command."""
    return [*map(to_send, _reader(task).read_all(map(Asked._make, asked)))]


@lru_cache(maxsize=1)
def _reader(task: Task) -> DraftReader:
    return DraftReader(task)


def _rarely_collect() -> None:
    gc.freeze()
    gc.set_threshold(1_000_000, 50, 100)
