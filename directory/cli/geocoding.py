"""`directory geocode`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from time import monotonic
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from directory import geocode as geocoding
from directory.cli.opening import opened
from directory.cli.reporting import sentence
from directory.config import from_environment
from directory.geocode import Problem, Report

BAR_AFTER_SECONDS = 1.0


@click.command()
@click.option("--limit", type=click.IntRange(1), help="Look up at most so many contact points.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def geocode(limit: int | None, as_json: bool) -> None:
    """Look up the places of contact points that have none, or only their city's centre.

    Cities come from GeoNames, without any request. Streets come from the server that NOMINATIM_URL names, one request a
    second; what it answered is kept, what failed is left alone for a while. Stop it at any time and start it again.
    Places set by hand or by a file are never changed.
    """
    settings = from_environment()
    server = geocoding.open_server(settings)
    with ExitStack() as stack:
        if server:
            stack.callback(server.close)
        try:
            engine = opened(settings)
            stack.callback(engine.dispose)
            report = _last(geocoding.run(engine, server, limit))
        except OperationalError:
            told = "The directory cannot be written now. All that was found so far is kept."
            raise click.ClickException(told) from None
    if as_json:
        click.echo(json.dumps(as_dict(report), ensure_ascii=False))
    else:
        _say(report, has_server=server is not None)
    if report.stopped or report.outcomes["failed"]:
        sys.exit(1)


def _last(reports: Iterable[Report]) -> Report:
    """Go through the run, with a bar on a terminal when it takes long; what the last report says."""
    start, bar, shown = monotonic(), None, 0
    report = Report()
    with ExitStack() as stack:
        for report in reports:
            if bar is None and sys.stderr.isatty() and monotonic() - start > BAR_AFTER_SECONDS:
                bar = stack.enter_context(
                    click.progressbar(length=report.total, label="Looking up places", file=sys.stderr)
                )
            if bar is not None:
                bar.update(report.done - shown)
                shown = report.done
    return report


def as_dict(report: Report) -> dict[str, Any]:
    """The object that `--json` prints; described in docs/geocoding.md."""
    return {
        "run": report.run,
        "looked_at": report.done,
        "placed": {precision: report.precisions[precision] for precision in ("exact", "street", "city")},
        "sources": {source: report.sources[source] for source in ("nominatim", "geonames")},
        "requests": report.requests,
        "remembered": report.outcomes["remembered"],
        "nothing_found": report.outcomes["nothing"],
        "refused": report.outcomes["refused"],
        "failed": report.outcomes["failed"],
        "edited_meanwhile": report.edited,
        "left": report.left,
        "warnings": [{"contact_point": id_, **_told(problem)} for id_, problem in report.warnings],
        "stopped": _told(report.stopped) if report.stopped else None,
    }


def _told(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "message": problem.sentence, "values": dict(problem.values)}


def _say(report: Report, has_server: bool) -> None:
    for id_, problem in report.warnings:
        click.echo(f"{id_}: {sentence(problem)}", err=True)
    placed = ", ".join(f"{report.precisions[name]} {name}" for name in ("exact", "street", "city"))
    click.echo(f"Placed {report.placed} of {report.done} contact points: {placed}.")
    if report.run:
        click.echo(f"Their history and undo: run {report.run}.")
    if report.edited:
        click.echo(f"{report.edited} were edited meanwhile and left as they are.")
    if not has_server:
        click.echo("NOMINATIM_URL is not set: only cities were looked up, in GeoNames.")
    if report.stopped:
        click.echo(f"{report.stopped.sentence} Left for later: {report.left}.", err=True)
    elif report.left:
        click.echo(f"Left for later: {report.left}.")
