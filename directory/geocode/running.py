"""Looking up all places that are missing, each in a short transaction of its own.

Takes the engine, not a session: between its transactions it waits for the network, and whoever waits holds no lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import database
from directory.geocode import answers
from directory.geocode.addresses import Address, waiting
from directory.geocode.alone import AnotherAtWork, alone
from directory.geocode.asking import Server
from directory.geocode.locating import Located, locate
from directory.geocode.places import NoPlace, Place, Problem
from directory.geocode.placing import put
from directory.vocabulary import N_

STOP_AFTER: Final = 3
"""Addresses in a row without a usable answer, each tried several times: then the server is left alone."""


@dataclass(slots=True)
class Report:
    """What a run has done so far. All of it is stored already."""

    total: int = 0
    """Contact points that are worth looking at now."""
    done: int = 0
    run: int | None = None
    """The number of the import run that holds the history; None while nothing was changed."""
    precisions: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    """What the server said: `models.geocoding.OUTCOMES`; and 'remembered' for what it need not be asked."""
    edited: int = 0
    """Edited, or placed by somebody else, while we looked: left as they are."""
    left: int = 0
    """Still worth looking at when the run ended: beyond the limit, or after the server was left alone."""
    requests: int = 0
    warnings: list[tuple[str, Problem]] = field(default_factory=list)
    """Contact point's id, and what is wrong with its address or with the answer."""
    stopped: Problem | None = None
    failures: int = 0
    """In a row."""

    @property
    def placed(self) -> int:
        return self.precisions.total()


def run(engine: Engine, server: Server | None, limit: int | None = None) -> Iterator[Report]:
    """Look up at most `limit` contact points; yields the same report before the first and after each of them."""
    report = Report()
    try:
        with alone(engine):
            with database.reading(engine) as session:
                if server and answers.turned_away(session, server.provider):
                    report.stopped = Problem("turned_away", N_("The geocoder wants no requests from us yet."))
                todo = list(worth_looking_at(session, server, not report.stopped))[:limit]
            report.total = len(todo)
            yield report
            for address in todo:
                _look_up(engine, server, address.number, report)
                report.done += 1
                yield report
            with database.reading(engine) as session:
                report.left = sum(1 for _ in worth_looking_at(session, server))
    except AnotherAtWork:
        report.stopped = Problem("another_at_work", N_("Another geocoder is at work on this directory."))
        yield report


def worth_looking_at(session: Session, server: Server | None, may_ask: bool = True) -> Iterator[Address]:
    """Those who wait and can get a place, or a better one, now: not those whose address is resting after a failure."""
    settled = answers.settled(session, server.provider) if server else {}
    for address in waiting(session):
        outcome = settled.get(address.key(server.provider)) if server else "no server"
        can_be_asked = outcome is None and may_ask and (address.has_street or not address.centre)
        if outcome == "found" or can_be_asked or (address.centre and not address.place):
            yield address


def _look_up(engine: Engine, server: Server | None, number: int, report: Report) -> None:
    with database.reading(engine) as session:
        address = next(waiting(session, [number]), None)
        remembered = answers.recall(session, address.key(server.provider)) if address and server else None
    if address is None:
        report.edited += 1
        return
    located = locate(address, remembered, None if report.stopped else server)
    _keep(engine, server, address, located, report)
    if located.is_remembered:
        report.outcomes["remembered"] += 1
    if server and located.answer is not None:
        report.requests = server.requests
        _count(located.answer, address, report)


def _keep(engine: Engine, server: Server | None, address: Address, located: Located, report: Report) -> None:
    """Store the answer and the place together: what was answered is never asked again, even after a kill."""
    place = located.place if located.place != address.place else None
    if place is None and located.answer is None:
        return
    with database.writing(engine) as session:
        if server and located.answer is not None:
            answers.remember(session, server.provider, address, located.answer)
        kept = put(session, address, place, report.run) if place else None
    if place is None:
        return
    if kept is None:
        report.edited += 1
        return
    report.run = kept
    report.precisions[place.precision] += 1
    report.sources[place.source] += 1


def _count(answer: Place | NoPlace, address: Address, report: Report) -> None:
    """What the server said, and whether it is to be left alone now."""
    if isinstance(answer, Place):
        report.outcomes["found"] += 1
        report.failures = 0
        return
    report.outcomes[answer.outcome] += 1
    report.warnings.append((address.id, answer.problem))
    report.failures = report.failures + 1 if answer.outcome == "failed" else 0
    if answer.outcome == "turned_away":
        report.stopped = answer.problem
    elif report.failures >= STOP_AFTER:
        message = N_("The geocoder failed %(number)s times in a row and is left alone now.")
        report.stopped = Problem("server_down", message, {"number": report.failures})
