"""`directory import`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from directory import database, importer
from directory.cli.opening import opened


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--accept-valid", is_flag=True, help="Write the good rows although others are refused.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--no-limits", is_flag=True, help="Read files of any size.")
def import_(files: tuple[Path, ...], dry_run: bool, accept_valid: bool, as_json: bool, no_limits: bool) -> None:
    """Import contact points from CSV files: all of a file or nothing."""
    engine = opened()
    reports = []
    for file in files:
        with database.writing(engine) as session:
            reports.append(_import_file(session, file, dry_run, accept_valid, not no_limits))
    if as_json:
        click.echo(json.dumps({"files": reports}, ensure_ascii=False, default=str))
    else:
        _say(reports)
    if any(report["refused"] or report["problems"] for report in reports):
        sys.exit(1)


def _import_file(session: Session, file: Path, dry_run: bool, accept_valid: bool, has_limits: bool) -> dict[str, Any]:
    report: dict[str, Any] = {"file": str(file), "applied": False, "refused": None, "problems": [], "warnings": []}
    try:
        table = importer.read(file.read_bytes(), has_limits)
    except importer.Unreadable as refused:
        report["refused"] = {"code": refused.code, "message": refused.message, "line": refused.line}
        return report
    plan = importer.plan(session, table)
    report["counts"] = {
        "created": len(plan.created),
        "changed": len(plan.changed),
        "unchanged": len(plan.unchanged),
        "refused": len({problem.line for problem in plan.problems}),
    }
    report["problems"] = [_as_dict(problem) for problem in plan.problems]
    report["warnings"] = [_as_dict(warning) for warning in plan.warnings]
    if not dry_run and (accept_valid or not plan.problems):
        importer.apply(session, plan)
        report["applied"] = True
    return report


def _as_dict(problem: importer.Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in problem.__slots__}


def _say(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        if refused := report["refused"]:
            click.echo(f"{report['file']}: refused. {refused['message']}", err=True)
            continue
        for problem in (*report["problems"], *report["warnings"]):
            column = f", {problem['column']}" if problem["column"] else ""
            meant = f" Did you mean {problem['suggestion']}?" if problem["suggestion"] else ""
            click.echo(f"{report['file']}: line {problem['line']}{column}: {problem['message']}{meant}", err=True)
        counts = ", ".join(f"{number} {name}" for name, number in report["counts"].items())
        click.echo(f"{report['file']}: {counts}. {'Written.' if report['applied'] else 'Nothing written.'}")
