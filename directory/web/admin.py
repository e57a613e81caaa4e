"""Imports: upload a file, see what it would change, apply it, take it back; and the whole directory as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from directory import database, exporter, importer
from directory.importer import CannotUndo, progress, undoing, working
from directory.importer.reading import MOST_BYTES
from directory.importer.runs import OPEN, NotNow
from directory.models import ImportRun
from directory.web import cells, import_words, plans, session
from directory.web.access import administrators, person
from directory.web.downloads import download
from directory.web.languages import gettext
from directory.web.plans import Pages

door = Blueprint("admin", __name__)

_NUMBER: Final = "<int(min=1, max=2147483647):number>"
_LEFT_ALONE: Final = {"file": "refused", "undo": "kept"}
"""Kind of a run → what its page shows besides what it did."""
_CAN_GIVE_BACK: Final = ("planned", "confirmed", "applied")
"""States in which refused rows can be downloaded."""
Page = str | AnyResponse | tuple[str, int]


@door.context_processor
def _words() -> dict[str, Any]:
    """What only these pages say."""
    names = (cells.column_label, cells.problem_shown, import_words.state_words, import_words.outcome_words)
    more = (import_words.encoding_words, import_words.run_title, import_words.counts, import_words.who)
    far = (import_words.time_of, import_words.progress_words, import_words.apply_words)
    own = (cells.fixed_lists, has_refused_rows)
    return {word.__name__: word for word in (*names, *more, *far, *own)}


@door.get("/imports")
@administrators
def runs() -> Page:
    """All imports, newest first, with the form that begins one."""
    return _runs()


def _runs(told: str = "", status: int = 200) -> Page:
    page = 1 if told else plans.asked_page()
    listed, total = importer.runs.recent(session(), page)
    pages = Pages(page, total, "admin.runs")
    undone = importer.runs.undone_by(session(), listed)
    return render_template("admin/runs.html", runs=listed, undone=undone, pages=pages, told=told), status


@door.post("/imports")
@administrators
def upload() -> Page:
    """Keep a file and read it; what is wrong with it as a file stands above the form again."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _runs(gettext("Choose a file first."), 400)
    with file.stream as stream:
        data = stream.read(MOST_BYTES + 1)
    if not data:
        return _runs(gettext("This file is empty. Choose another one."), 400)
    if len(data) > MOST_BYTES:
        return _too_large(RequestEntityTooLarge())
    with database.writing(_engine()) as writing:
        number = importer.runs.upload(writing, data, file.filename, by=person().email).number
    working.begin(_engine(), number)
    return _to(number)


@door.errorhandler(RequestEntityTooLarge)
def _too_large(_: RequestEntityTooLarge) -> Page:
    return _runs(gettext("This file is larger than 25 MB. Split it into several files."), 413)


@door.get(f"/imports/{_NUMBER}")
@administrators
def run(number: int) -> Page:
    """One import: how far it is, what it asks, its plan, or what it did."""
    return _run(number)


def _run(number: int, told: str = "", status: int = 200) -> Page:
    found = importer.runs.get(session(), number) or abort(404)
    if found.state in OPEN and _is_idle(number):
        _begin(number)
        found = importer.runs.get(session(), number) or abort(404)
    shown = _SHOWN.get(found.state, _waiting)(found)
    return render_template(f"admin/{shown.pop('template')}.html", run=found, told=told, **shown), status


def _begin(number: int) -> None:
    """Have the run worked on. What was read before is old then; and who works needs a connection of their own."""
    session().rollback()
    working.begin(_engine(), number)


def _is_idle(number: int) -> bool:
    """Does nobody work on it? Its worker may have been killed."""
    return not progress.of(_engine(), number).is_alive


def _waiting(run: ImportRun) -> dict[str, Any]:
    return {"template": "working", "progress": progress.of(_engine(), run.number)}


def _asking(run: ImportRun) -> dict[str, Any]:
    return {"template": "asking"}


def _refused(run: ImportRun) -> dict[str, Any]:
    return {"template": "refused", "refusal": importer.runs.refusal(run)}


def _planned(run: ImportRun) -> dict[str, Any]:
    return {"template": "plan", "plan": plans.plan_page(session(), run)}


def _applied(run: ImportRun) -> dict[str, Any]:
    """What it did, and what it left alone: refused rows of a file (`show=refused`, or `code` and `column`), entries
    that an undo kept (`show=kept`)."""
    show = "refused" if request.args.get("code") else request.args.get("show", "")
    if show not in ("", _LEFT_ALONE.get(run.kind)):
        abort(400)
    undoing = importer.runs.undone_by(session(), [run]).get(run.number)
    if show == "refused":
        plan = plans.plan_page(session(), run)
        if plan.group and plan.group.is_warning:
            abort(400)
        return {"template": "applied", "undoing": undoing, "show": show, "plan": plan, "pages": plan.pages}
    total = run.refused if show else run.created + run.changed
    asked = {"number": run.number} | ({"show": show} if show else {})
    pages = Pages(plans.asked_page(), total, "admin.run", asked)
    shown: dict[str, Any] = {"template": "applied", "undoing": undoing, "show": show, "pages": pages}
    if show:
        return shown | {"kept": importer.runs.of_the_file(session(), run, pages.page)}
    return shown | {"changes": plans.changes(session(), run, pages.page)}


def _dropped(run: ImportRun) -> dict[str, Any]:
    return {"template": "dropped"}


_SHOWN: Final[dict[str, Callable[[ImportRun], dict[str, Any]]]] = {
    "asking": _asking,
    "refused": _refused,
    "planned": _planned,
    "applied": _applied,
    "dropped": _dropped,
}


@door.get(f"/imports/{_NUMBER}/progress")
@administrators
def run_progress(number: int) -> Response:
    """How far the work is, for the page that waits; takes the work up again where nobody does it."""
    found = importer.runs.get(session(), number) or abort(404)
    is_open, now = found.state in OPEN, progress.of(_engine(), number)
    if is_open and not now.is_alive:
        _begin(number)
        now = progress.of(_engine(), number)
        found = importer.runs.get(session(), number) or abort(404)
    return jsonify(is_open=is_open, done=now.done, total=now.total, words=import_words.progress_words(found, now))


@door.post(f"/imports/{_NUMBER}/encoding")
@administrators
def encoding(number: int) -> Page:
    """The administrator says how the file is written."""
    chosen = request.form.get("encoding", "")
    return _do(number, lambda writing: importer.runs.choose_encoding(writing, number, chosen))


@door.post(f"/imports/{_NUMBER}/apply")
@administrators
def apply(number: int) -> Page:
    """Write the good rows of the plan that was shown."""
    digest = request.form.get("digest", "")
    return _do(number, lambda writing: importer.runs.confirm(writing, number, digest, by=person().email))


@door.post(f"/imports/{_NUMBER}/drop")
@administrators
def drop(number: int) -> Page:
    """Forget the file; nothing of it is written."""
    return _do(number, lambda writing: importer.runs.drop(writing, number))


def _do(number: int, step: Callable[[Session], ImportRun]) -> Page:
    """One step of a run; where it cannot be done now, the run as it is and why."""
    _known(number)
    session().rollback()  # what was read is old: a step changes it
    try:
        with database.writing(_engine()) as writing:
            step(writing)
    except NotNow as refused:
        return _run(number, gettext(refused.message), 409)
    working.begin(_engine(), number)
    return _to(number)


@door.get(f"/imports/{_NUMBER}/<any(encoding, apply, drop):step>")
@administrators
def back(number: int, step: str) -> Page:
    """Whoever comes back to the address of a step, by a link to another language perhaps, sees the run."""
    return _to(number)


@door.get(f"/imports/{_NUMBER}/undo")
@administrators
def ask_undo(number: int) -> Page:
    """Are you sure?"""
    found = importer.runs.get(session(), number) or abort(404)
    if found.state != "applied" or found.kind == "undo" or importer.runs.undone_by(session(), [found]):
        return _to(number)
    return render_template("admin/undo.html", run=found)


@door.post(f"/imports/{_NUMBER}/undo")
@administrators
def undo(number: int) -> Page:
    """Have a run taken back; the undo's own run says how far it is, and what was kept because of later edits."""
    under_way = _under_way(_known(number))
    session().rollback()
    if under_way:  # pressed twice: the work itself may keep others from writing for a while
        return _to(under_way)
    try:
        with database.writing(_engine()) as writing:
            by = undoing.order(writing, number, by=person().email).number
    except CannotUndo as refused:
        return _run(number, gettext(refused.message), 409)
    working.begin(_engine(), by)
    return _to(by)


def _under_way(run: ImportRun) -> int | None:
    """The number of the run that is taking this one back now."""
    found = importer.runs.undone_by(session(), [run]).get(run.number)
    return found.number if found and found.state in OPEN else None


def _known(number: int) -> ImportRun:
    """404 for a run that does not exist."""
    return importer.runs.get(session(), number) or abort(404)


@door.get(f"/imports/{_NUMBER}/refused.csv")
@administrators
def refused(number: int) -> Page:
    """The refused rows as they were, with line and reason: to be mended and uploaded again."""
    found = importer.runs.get(session(), number) or abort(404)
    if not has_refused_rows(found) or not found.content:
        abort(404)

    def pieces(reading: Session) -> Iterator[str]:
        return exporter.refused_rows(reading, reading.get_one(ImportRun, number), cells.problem_with_suggestion)

    return download(pieces, f"refused-rows-{number}.csv", "text/csv")


def has_refused_rows(run: ImportRun) -> bool:
    """Can its refused rows be given back? The command line keeps no larger file than we take."""
    is_kept = run.kind == "file" and 0 < run.size <= MOST_BYTES
    return bool(run.refused) and is_kept and run.state in _CAN_GIVE_BACK


@door.get("/export.csv")
@administrators
def export_csv() -> Page:
    """All contact points, in the format that an import takes."""
    return download(exporter.as_csv, "contact-points.csv", "text/csv")


@door.get("/export.geojson")
@administrators
def export_geojson() -> Page:
    """All contact points that have a place."""
    return download(exporter.as_geojson, "contact-points.geojson", "application/geo+json")


@door.get("/template.csv")
@administrators
def template_csv() -> Page:
    """A file with all columns and no rows, to begin with."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerow(importer.HEADER)
    return download(lambda _: iter([exporter.BOM + file.getvalue()]), "template.csv", "text/csv")


def _to(number: int) -> AnyResponse:
    return redirect(url_for("admin.run", number=number), 303)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["database"]
    return engine
