"""What must be true of a whole entry after a row is merged into what is stored: its place, and how it is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from directory import bulk
from directory.importer import entries
from directory.importer.columns import column
from directory.importer.entries import Entry
from directory.importer.problems import Problem
from directory.importer.rows import Draft, check_place, outside
from directory.models import Change, ImportRun
from directory.vocabulary import EUROPE, N_

PLACE: Final = ("latitude", "longitude", "precision")
ADDRESS: Final = ("street", "postal_code", "city", "country")
DERIVED: Final = ("geonames", "nominatim")
"""Sources of a place that was looked up by the address."""
_ways: Final = attrgetter("phones", "email", "website", "city", "street", "latitude")


def completed(draft: Draft, entry: Entry | None, place_source: str) -> Entry | None:
    """The entry as the row would leave it; None when something is wrong with that, which the draft then tells."""
    after = merged(draft, entry, place_source)
    check_completed_place(draft, after)
    doubt_kept_place(draft, entry, after)
    doubt_precision(draft, after)
    draft.problems += problems(draft, after)
    return None if draft.problems else after


def merged(draft: Draft, entry: Entry | None, place_source: str) -> Entry:
    """The entry as the row would leave it."""
    after = entry.copy() if entry else entries.new_entry(draft.values.get("id", ""))
    keep_the_hands_place(draft, entry, place_source)
    for name, value in draft.values.items():
        known = column(name)
        assert known
        entries.write(after, known, value)
    settle_place(draft, entry, after, place_source)
    return after


def problems(draft: Draft, after: Entry) -> list[Problem]:
    """What is wrong with the entry that a good row would leave; [] for a row that is refused anyway."""
    if draft.problems:
        return []
    found: list[Problem] = []

    def refuse(name: str | None, code: str, message: str) -> None:
        found.append(Problem(draft.line, name, code, message))

    if (after.latitude is None) != (after.longitude is None):
        missing = "latitude" if after.latitude is None else "longitude"
        refuse(missing, "incomplete_coordinates", N_("Latitude and longitude belong together."))
    elif after.precision == "none" and after.latitude is not None:
        refuse("precision", "incomplete_coordinates", N_("A precision says how exact the coordinates are."))
    if after.country == EUROPE and after.city:
        refuse("country", "unknown_value", N_("An entry of a city stands in the city's country, not in EU."))
    return found


def doubts(draft: Draft, after: Entry) -> list[Problem]:
    """Warnings about the entry that a good row would leave."""
    found = []
    if not after.topics:
        message = N_("Nothing says what this contact point helps with: nobody finds it by a topic.")
        found.append(Problem(draft.line, "topics", "missing_value", message))
    if after.status != "closed" and not any(_ways(after)):
        message = N_("There is no way to reach it: no telephone, e-mail, website, street nor city.")
        found.append(Problem(draft.line, None, "missing_value", message))
    return found


def keep_the_hands_place(draft: Draft, entry: Entry | None, source: str) -> None:
    """A place that was set by hand stays where it is; a file can only clear it."""
    if source == "hand" or entry is None or entry.place_source != "hand":
        return
    given = [name for name in PLACE if draft.values.get(name) not in (None, "none")]
    if any(draft.values[name] != getattr(entry, name) for name in given):
        message = N_("The place was set by hand and is kept. Write [clear] into latitude and longitude to drop it.")
        draft.warnings.append(Problem(draft.line, "latitude", "newer_on_site", message))
    for name in given:
        del draft.values[name]


def settle_place(draft: Draft, entry: Entry | None, after: Entry, source: str) -> None:
    """Coordinates that come without a precision are taken for the door; without coordinates there is none.

    A place that was found by the address goes when the address changes.
    """
    is_given = "latitude" in draft.values or "longitude" in draft.values
    has_moved = entry and any(getattr(entry, name) != getattr(after, name) for name in ADDRESS)
    if entry and has_moved and not is_given and entry.place_source in DERIVED:
        after.latitude = after.longitude = None
    if after.latitude is None and after.longitude is None:
        after.place_source, after.precision = "", "none"
        return
    if is_given and (entry is None or (entry.latitude, entry.longitude) != (after.latitude, after.longitude)):
        after.place_source = source
    if after.precision == "none" and "precision" not in draft.values:
        after.precision = "exact"


def check_completed_place(draft: Draft, after: Entry) -> None:
    """A row that gives one coordinate only is looked at together with the stored one."""
    given = {"latitude", "longitude"} & draft.values.keys()
    if len(given) == 1 and after.latitude is not None and after.longitude is not None:
        draft.values |= {"latitude": after.latitude, "longitude": after.longitude}
        check_place(draft, after.country)


def doubt_kept_place(draft: Draft, entry: Entry | None, after: Entry) -> None:
    """Tell of a place that is kept although the row moves its entry to another country."""
    if entry is None or entry.country == after.country or {"latitude", "longitude"} & draft.values.keys():
        return
    if after.latitude is not None and after.longitude is not None:
        draft.doubt("country", outside(after.country, after.latitude, after.longitude))


def doubt_precision(draft: Draft, after: Entry) -> None:
    """Tell of a precision that came without coordinates: it says nothing, and the rest of the row is good."""
    if after.latitude is None and after.longitude is None and draft.values.get("precision", "none") != "none":
        message = N_("A precision says how exact the coordinates are: without them it is left out.")
        draft.warnings.append(Problem(draft.line, "precision", "incomplete_coordinates", message))


def newer_on_site(
    draft: Draft, entry: Entry, cells: Mapping[str, tuple[Any, Any]], by_hand: Mapping[str, str]
) -> list[Problem]:
    """Warnings that a file is older than what it would overwrite: by its date, or by an edit on the site."""
    found = []
    verified_on = draft.values.get("verified_on")
    if verified_on and entry.verified_on and verified_on < entry.verified_on:
        message = N_("The site has a newer check, of %(date)s: this row may be out of date.")
        values = {"date": entry.verified_on.isoformat()}
        found.append(Problem(draft.line, "verified_on", "newer_on_site", message, values))
    for name in cells:
        if name in by_hand:
            message = N_("This was edited on the site on %(date)s and would be overwritten.")
            found.append(Problem(draft.line, name, "newer_on_site", message, {"date": by_hand[name]}))
    return found


def hand_edits(session: Session, ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Id → column → the day on which its present value was written by hand (ISO)."""
    if not (listed := sorted(ids)):
        return {}
    stands = (Change.what == "changed", Change.is_undone.is_(False), bulk.among(session, Change.contact_point, listed))
    first = (  # what came before an entry's first edit by hand says nothing of it
        select(Change.contact_point, func.min(Change.number).label("number"))
        .join(ImportRun, and_(ImportRun.number == Change.run, ImportRun.kind == "hand"))
        .where(*stands)
        .group_by(Change.contact_point)
        .subquery()
    )
    statement = (
        select(Change.contact_point, Change.cells, ImportRun.kind, ImportRun.applied_at)
        .join(first, and_(first.c.contact_point == Change.contact_point, first.c.number <= Change.number))
        .join(ImportRun, and_(ImportRun.number == Change.run, ImportRun.kind != "undo"))
        .where(Change.what == "changed", Change.is_undone.is_(False))
        .order_by(Change.number)
    )
    found: dict[str, dict[str, str]] = {}
    for contact_point, cells, kind, applied_at in session.execute(statement):
        told = found.setdefault(contact_point, {})
        for name in cells:
            told.pop(name, None)
            if kind == "hand" and applied_at:
                told[name] = applied_at.date().isoformat()
    return found
