"""The work on a run: reading and planning, applying, undoing. Each step is one transaction and can be repeated.

Unlike the rest of the ground this opens its own sessions: it runs in a process of its own for large files
(`directory work RUN`), goes on after it was killed, and never does anything twice. The states of a run:

    waiting -> reading -> planned -> confirmed -> applied
                  |-> asking      a person chooses the encoding -> waiting
                  |-> refused     nothing can be read of it
                                     |-> waiting    the plan no longer fits what is stored: it is made again
                                     |-> refused    a mistake of ours
    undoing -> applied, or refused

`planned`, `asking` and `refused` wait for a person, who may also drop the run (`dropped`).
"""

from __future__ import annotations

import dataclasses
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

from directory import database
from directory.importer import keeping, progress, runs, undoing
from directory.importer.applying import Overtaken, apply
from directory.importer.planning import BATCH, RowPlan, Tally, plan
from directory.importer.problems import Problem
from directory.importer.progress import Claim, TakenOver
from directory.importer.reading import Table, Unreadable, Unsure, read
from directory.models import ImportRun
from directory.traces import without_values
from directory.vocabulary import N_

SMALL_BYTES: Final = 100_000
"""A file up to this size is worked on while the administrator waits: well under a second."""
SMALL_CHANGES: Final = 1_000
"""So many changes are taken back while the administrator waits: half a second at most."""
_log = logging.getLogger(__name__)


def begin(engine: Engine, number: int) -> None:
    """See to it that a run is worked on: here and now when it is small, else in a process of its own.

    Safe to call at any time, for any run: one on which there is nothing to do, or that is worked on, is left alone.
    The process is given a claim that was made for it, so that many who look at once start one.
    """
    with database.reading(engine) as session:
        run = runs.get(session, number)
        if run is None or run.state not in runs.OPEN or progress.of(engine, number).is_alive:
            return
        is_small = run.rows <= SMALL_CHANGES if run.state == "undoing" else run.size <= SMALL_BYTES
    if is_small:
        work(engine, number)
    elif claim := progress.claim(engine, number):
        try:
            _start(engine, number, claim.beat_at)
        except OSError:
            claim.release()
            raise


def _start(engine: Engine, number: int, claimed_at: float) -> None:
    environment = os.environ | {"DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    started = subprocess.Popen(  # noqa: S603  # our own program and a number
        [sys.executable, "-m", "directory", "work", str(number), "--claimed-at", repr(claimed_at)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # its log goes where the server's goes
        start_new_session=True,  # it goes on when the server stops
    )
    threading.Thread(target=started.wait, daemon=True).start()  # so that it leaves no zombie


def work(engine: Engine, number: int, claimed_at: float | None = None) -> None:
    """Do what there is to do on a run, unless another process that is alive does it: plan it, apply it, or undo.

    `claimed_at`: the moment of the claim that was made for this process.
    """
    mine = progress.take_over(engine, number, claimed_at) if claimed_at else progress.claim(engine, number)
    if mine is None:
        return
    try:
        _go_on(mine)
    except TakenOver:
        _log.warning("run %s: another worker has it now", number)
    finally:
        mine.release()


def _go_on(mine: Claim) -> None:
    """All there is to do, step by step; raises TakenOver."""
    try:
        while _step(mine):
            pass
    except (DataError, ProgrammingError) as error:
        _give_up(mine, error)
    except SQLAlchemyError:
        raise  # the database is away or full: the run stays as it is, and goes on when somebody looks at it
    except TakenOver:
        raise
    except Exception as error:
        _give_up(mine, error)


def _step(mine: Claim) -> bool:
    """One step of the work; True when another one may follow."""
    engine, number = mine.engine, mine.run
    with database.reading(engine) as session:
        run = runs.get(session, number)
        state = run.state if run else ""
    if state in ("waiting", "reading"):
        return _read_and_plan(mine)
    if state == "confirmed":
        return not _apply(mine)
    if state == "undoing":
        _undo(mine)
    return False


def _read_and_plan(mine: Claim) -> bool:
    engine, number = mine.engine, mine.run
    with database.writing(engine) as session:
        run = _still(session, mine)
        keeping.forget(session, run)  # what a worker that was killed left behind
        run.state = "reading"
        data, encoding = runs.content(run), run.encoding
    try:
        table = read(data, encoding)
    except (Unreadable, Unsure) as cannot:
        with database.writing(engine) as session:
            if (run := _still(session, mine)).state == "reading":  # else somebody dropped it
                _note(run, cannot)
        return False
    tally = _plan(mine, table)
    with database.writing(engine) as session:
        run = _still(session, mine)
        if run.state != "reading":
            keeping.forget(session, run)
            return False
        keeping.keep_problems(session, number, table.warnings, are_warnings=True)
        run.state, run.encoding, run.delimiter = "planned", table.encoding, table.delimiter
        count(run, tally)
    return False


def _note(run: ImportRun, cannot: Unreadable | Unsure) -> None:
    if isinstance(cannot, Unsure):
        run.state = "asking"
        run.candidates = [dataclasses.asdict(candidate) for candidate in cannot.candidates]
    else:
        run.state = "refused"
        run.refusal = dataclasses.asdict(cannot.problem) | {"values": dict(cannot.problem.values)}


def _give_up(mine: Claim, error: Exception) -> None:
    """A mistake of ours must not be repeated for ever: the run ends as refused, and nothing was written."""
    _log.error("run %s: %s", mine.run, type(error).__name__, exc_info=without_values(error))
    message = N_("Something went wrong on our side while reading this file (%(error)s). Nothing was written.")
    with database.writing(mine.engine) as session:
        run = _still(session, mine)
        if run.state not in runs.OPEN:
            return
        if run.kind == "undo":
            message = N_("Something went wrong on our side while undoing (%(error)s). Nothing was changed.")
        elif run.state == "confirmed":
            message = N_("Something went wrong on our side while writing (%(error)s). Nothing was written.")
        run.state = "refused"
        run.refusal = dataclasses.asdict(Problem(None, None, "failed", message, {"error": type(error).__name__}))


def _plan(mine: Claim, table: Table) -> Tally:
    """Plan in one snapshot; what is found is kept batch by batch, so that nobody waits long for the write lock."""
    tally = Tally()
    with database.snapshot(mine.engine) as session:
        steps: Iterator[RowPlan] = progress.watched(mine, table.count, plan(session, table))
        while batch := list(islice(steps, BATCH)):
            for step in batch:
                tally.add(step)
            with database.writing(mine.engine) as writing:
                _still(writing, mine)
                keeping.keep(writing, mine.run, batch)
    return tally


def count(run: ImportRun, tally: Tally) -> None:
    """Write a plan's numbers into its run."""
    run.rows, run.created, run.changed = tally.rows, tally.created, tally.changed
    run.unchanged, run.refused, run.warned = tally.unchanged, tally.refused, tally.warned
    run.plan_digest = tally.digest


class _Outdated(Exception):
    """The plan no longer fits what is stored."""


def _apply(mine: Claim) -> bool:
    """Make the plan again and write it, all in one transaction; when it is not the one that was confirmed, nothing
    is written and it is shown again. Returns whether the run has come to its end."""
    try:
        try:
            _write(mine)
        except IntegrityError:  # somebody wrote at the same time, which a second look sees; or it can never be written
            _write(mine)
    except (_Outdated, Overtaken):
        with database.writing(mine.engine) as session:
            run = _still(session, mine)
            run.state, run.is_renewed, run.applied_by = "waiting", True, ""
        return False
    except IntegrityError as error:
        _give_up(mine, error)
    return True


def _write(mine: Claim) -> None:
    with database.reading(mine.engine) as session:
        seen = runs.get(session, mine.run)
        if seen is None or seen.state != "confirmed":
            return
        table = read(runs.content(seen), seen.encoding)  # before others have to wait for us
    with database.writing(mine.engine) as session:
        run = _of(session, mine.run)
        if run.state != "confirmed":
            return
        steps = progress.watched(mine, table.count, plan(session, table, is_written=True))
        tally = apply(session, mine.run, steps)
        if tally.digest != run.plan_digest:
            raise _Outdated
        run.state, run.applied_at = "applied", datetime.now(UTC)


def _undo(mine: Claim) -> None:
    """Take back what was ordered, all in one transaction."""

    def watch(total: int, outcomes: undoing.Outcomes) -> undoing.Outcomes:
        return progress.watched(mine, total, outcomes)

    try:
        with database.writing(mine.engine) as session:
            run = _of(session, mine.run)
            if run.state == "undoing":
                undoing.carry_out(session, run, watch)
    except (IntegrityError, DataError) as error:  # what was cannot be any more: the same would happen again
        _give_up(mine, error)


def _still(session: Session, mine: Claim) -> ImportRun:
    """The run, held for writing; raises TakenOver when another worker has it, which may be held up until we are done.

    First held, then asked for: so the other one, which begins by clearing away, comes before this look or after us.
    """
    run = _of(session, mine.run)
    mine.beat()
    return run


def _of(session: Session, number: int) -> ImportRun:
    run = runs.held(session, number)
    assert run is not None, "runs are never removed"
    return run
