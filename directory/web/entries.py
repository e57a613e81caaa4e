"""The desk: what needs care, and one contact point at a time, made, changed, closed and taken back by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel.lists import format_list
from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from directory import care, database, importer, search
from directory.importer import CannotUndo, Overtaken, Problem, RowPlan, editing, keeping, runs
from directory.importer.columns import REQUIRED
from directory.models import Change, ContactPoint, ImportRun, PlanProblem
from directory.text import printable
from directory.vocabulary import N_
from directory.web import cells, import_words, session, settings, words
from directory.web.access import administrators, person
from directory.web.differences import Difference, difference
from directory.web.entry_form import EntryForm
from directory.web.languages import gettext, locale

door = Blueprint("entries", __name__)

Answer = str | Response | tuple[str, int]
EUROPE: Final = (50.0, 12.0)
"""Degrees of the middle of the map on which a pin is put, where no city is known."""
_LAST_PAGE: Final = 1_000_000


@door.context_processor
def _words() -> dict[str, Any]:
    """What only these pages say."""
    said = (cells.column_label, cells.cell_parts, import_words.run_title, import_words.who, import_words.time_of)
    more = (_problem_shown, _what_words, _either)
    return {word.__name__.lstrip("_"): word for word in (*said, *more)} | {"today": words.moment().date()}


def _problem_shown(problem: Problem | PlanProblem) -> str:
    """What is wrong. A form has no columns: what must not be empty stands beside its field."""
    if problem.code == "missing_value" and problem.column in REQUIRED:
        return gettext("Please fill this in.")
    return cells.problem_shown(problem)


def _what_words(change: Change) -> str:
    """What happened to a contact point."""
    status = change.cells.get("status", ("", ""))[1]
    if change.what == "changed" and status:
        return gettext("Closed for good") if status == "closed" else gettext("Opened again")
    said = {"created": N_("Added"), "changed": N_("Changed")}.get(change.what, N_("Removed"))
    return gettext(said)


def _either(codes: Sequence[str]) -> str:
    """Languages of which one is enough: "Dutch, French or German"."""
    return str(format_list([words.language_name(code) for code in codes], style="or", locale=locale()))


@door.get("/contact-points")
@administrators
def contact_points() -> Answer:
    """All contact points, or those that a few words mean, closed ones too."""
    said, page = printable(request.args.get("q", ""))[:300], _page()
    entries, total = care.matching(session(), said, page)
    return render_template("entries/contact_points.html", entries=entries, total=total, q=said, **_pages(page, total))


@door.get("/care")
@administrators
def needs_care() -> Answer:
    """What needs care: how many for each reason, and the contact points of one reason."""
    page, wish = _page(), care.Wish(tuple(settings().described_in.split()), words.moment().date())
    counts = care.counts(session(), wish)
    reason = request.args.get("reason") or next((key for key, count in counts.items() if count), "")
    if reason and reason not in counts:
        abort(404)
    entries = care.listed(session(), reason, wish, page) if reason else ()
    return render_template(
        "entries/care.html",
        reasons=care.REASONS,
        counts=counts,
        reason=reason,
        entries=entries,
        answers=care.geocoder_answers(session(), entries) if reason in ("no_place", "only_city") else {},
        missing=lambda entry: care.missing_languages(entry, wish),
        **_pages(page, counts.get(reason, 0)),
    )


@door.route("/contact-points/new", methods=("GET", "POST"))
@administrators
def new() -> Answer:
    """Make a contact point."""
    if request.method == "GET":
        return _form(EntryForm.of(None))
    form = EntryForm.sent(None)
    return _write(form)


@door.route("/contact-points/<id>/edit", methods=("GET", "POST"))
@administrators
def edit(id: str) -> Answer:  # noqa: A002  # the entry's id
    """Change a contact point."""
    if request.method == "POST" and _was_removed(id):
        return _too_late(id)
    entry = _entry(id)
    if request.method == "GET":
        return _form(EntryForm.of(entry))
    form = EntryForm.sent(entry)
    return _write(form)


@door.post("/contact-points/<id>/status")
@administrators
def close(id: str) -> Answer:  # noqa: A002  # the entry's id
    """Close a contact point for good, or open it again."""
    if _was_removed(id):
        return redirect(url_for("entries.history", id=id), 303)
    entry = _entry(id)
    form = EntryForm.of(entry)
    form.version = EntryForm.sent(entry).version
    status = request.form.get("status", "")
    if status not in ("active", "closed"):
        abort(400)
    return _write(form, {"id": id, "name": entry.name, "country": entry.country, "status": status})


@door.get("/contact-points/<id>/<any(status, undo):step>")
@administrators
def back(id: str, step: str) -> Answer:  # noqa: A002  # the entry's id
    """Whoever comes back to the address of a step, by a link to another language perhaps, sees the contact point."""
    return redirect(url_for("entries.edit" if step == "status" else "entries.history", id=id))


def _entry(id: str) -> ContactPoint:  # noqa: A002  # the entry's id
    entry = search.get(session(), id) if "\0" not in id else None
    if entry is None:
        abort(404)
    return entry


def _was_removed(id: str) -> bool:  # noqa: A002  # the entry's id
    """Is there no contact point of this id, although there was one?"""
    return "\0" not in id and search.get(session(), id) is None and bool(runs.history(session(), id))


def _too_late(id: str) -> Answer:  # noqa: A002  # the entry's id
    """The form again with what was typed for a contact point that is no longer there, to be saved as a new one."""
    return _form(EntryForm.sent_too_late(id)), 409


def _write(form: EntryForm, told: dict[str, str] | None = None) -> Answer:
    """Write what the form says; then to the history of what was written, or back to the form when it is refused."""
    told, by, id_ = told or form.cells(), person().email, form.entry.id if form.entry else ""
    session().rollback()  # what this request read must not hold anybody up, nor be believed after it wrote
    try:
        step, run = _edit(told, by, form.version)
    except (Overtaken, IntegrityError):  # somebody wrote between the look and the writing: look again
        try:
            step, run = _edit(told, by, form.version)
        except Overtaken:  # and again
            step, run = editing.refused_meanwhile(id_, form.version), None
    if step.outcome != "refused":
        return _to_history(step.id, "saved" if run else "unchanged", run or 1)
    if id_ and _was_removed(id_):
        return _too_late(id_)
    form.entry = _entry(id_) if id_ else None
    if form.entry and any(problem.code == "edited_since" for problem in step.problems):
        form.meet(form.entry, session())
    form.refuse(step.problems)
    return _form(form), 422


def _edit(told: dict[str, str], by: str, version: int) -> tuple[RowPlan, int | None]:
    with database.writing(current_app.extensions["database"]) as writing:
        written = importer.edit(writing, told, by, version)
        return written.step, written.run.number if written.run else None


def _to_history(id: str, note: str, value: int = 1) -> Answer:  # noqa: A002  # the entry's id
    return redirect(url_for("entries.history", id=id, **{note: value}), 303)  # type: ignore[arg-type]  # one of _NOTES


def _form(form: EntryForm) -> str:
    return render_template("entries/edit.html", form=form, entry=form.entry, pin=_pin(form.entry))


def _pin(entry: ContactPoint | None) -> dict[str, Any]:
    """What the map begins with: the middle of its city, else all of Europe; and whose map it is."""
    tiles = current_app.extensions["tiles"]
    city = entry.place if entry else None
    middle: dict[str, float | None]
    if city is None or city.latitude is None:
        middle = {"latitude": EUROPE[0], "longitude": EUROPE[1], "zoom": 4}
    else:
        middle = {"latitude": city.latitude, "longitude": city.longitude, "zoom": 12}
    moved = gettext("The pin is at %(latitude)s, %(longitude)s.")  # filled in by pin.js
    return {**middle, "max_zoom": tiles.max_zoom, "attribution": tiles.attribution, "moved": moved}


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a contact point as its history shows it."""

    change: Change
    run: ImportRun
    cells: Sequence[Difference]
    can_undo: bool


@door.get("/contact-points/<id>/history")
@administrators
def history(id: str) -> Answer:  # noqa: A002  # the entry's id
    """Who changed what, when, by which import; also of a contact point that is no longer there."""
    if "\0" in id:
        abort(404)
    entry, told = search.get(session(), id), _told(id)
    if entry is None and not told:
        abort(404)
    saved = next((each for each in told if str(each.run.number) == request.args.get("saved")), None)
    shown = {"id": id, "entry": entry, "told": told, "saved": saved, "warnings": _warnings(saved), "notes": _notes()}
    before = "" if entry else runs.names_before_removal(session(), [id]).get(id, "")
    return render_template("entries/history.html", name_before=before, **shown)


def _told(id: str) -> list[Told]:  # noqa: A002  # the entry's id
    """Newest first. Only the newest change that still stands can be taken back, and here only if made by hand."""
    told, is_newest = [], True
    for change, run in runs.history(session(), id):
        cells = [difference(name, *keeping.shown(name, *values)) for name, values in change.cells.items()]
        stands = not change.is_undone and run.kind not in ("undo", "geocode")
        told.append(Told(change, run, cells, stands and is_newest and run.kind == "hand"))
        is_newest = is_newest and not stands
    return told


def _warnings(saved: Told | None) -> Sequence[PlanProblem]:
    return runs.problems_of(session(), saved.run, [editing.LINE]).get(editing.LINE, ()) if saved else ()


_NOTES: Final = {
    "unchanged": N_("Nothing was changed: everything was already like this."),
    "undone": N_("The change was taken back."),
    "kept": N_("The change was not taken back: somebody edited this contact point since."),
    "already": N_("This change was taken back already."),
}


def _notes() -> list[str]:
    return [message for name, message in _NOTES.items() if name in request.args]


@door.post("/contact-points/<id>/undo")
@administrators
def undo(id: str) -> Answer:  # noqa: A002  # the entry's id
    """Take back a change that was made by hand."""
    number = request.form.get("run", "")
    mine = [each.run for each in _told(id) if each.run.kind == "hand" and str(each.run.number) == number]
    if not mine:
        abort(404)
    session().rollback()
    try:
        with database.writing(current_app.extensions["database"]) as writing:
            _, kept = importer.undo(writing, int(number), person().email)
        note = "kept" if kept else "undone"
    except (CannotUndo, IntegrityError):  # pressed twice, one after the other or at once
        note = "already"
    return _to_history(id, note)


def _page() -> int:
    said = request.args.get("page") or "1"
    page = int(said) if said.isascii() and said.isdecimal() and len(said) < 8 else 0
    if not 1 <= page <= _LAST_PAGE:
        abort(404)
    return page


def _pages(page: int, total: int) -> dict[str, int]:
    """Which page of how many; one beyond the last does not exist."""
    pages = max(1, -(-total // care.PER_PAGE))
    if page > pages:
        abort(404)
    return {"page": page, "pages": pages}
