"""What the import pages say of a run: its state, its numbers, its time, how far it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from directory.importer.progress import Progress
from directory.models import ImportRun
from directory.vocabulary import N_
from directory.web import words
from directory.web.languages import gettext, ngettext

STATES: Final = {
    "waiting": N_("Waiting to be read"),
    "reading": N_("Being read"),
    "asking": N_("Needs your answer"),
    "refused": N_("Could not be read"),
    "planned": N_("Ready to be looked at"),
    "confirmed": N_("Being applied"),
    "undoing": N_("Being undone"),
    "applied": N_("Applied"),
    "dropped": N_("Dropped"),
}
OUTCOMES: Final = {
    "created": N_("New"),
    "changed": N_("Changed"),
    "unchanged": N_("Unchanged"),
    "refused": N_("Refused"),
    "removed": N_("Removed"),
}
_ENCODINGS: Final = {
    "cp1252": N_("Western European (Windows-1252)"),
    "cp1251": N_("Cyrillic (Windows-1251)"),
    "cp1250": N_("Central European (Windows-1250)"),
    "cp1254": N_("Turkish (Windows-1254)"),
    "cp1257": N_("Baltic (Windows-1257)"),
    "cp1253": N_("Greek (Windows-1253)"),
    "cp1255": N_("Hebrew (Windows-1255)"),
    "cp1256": N_("Arabic (Windows-1256)"),
    "mac_roman": N_("Western European (old Macintosh)"),
    "mac_cyrillic": N_("Cyrillic (old Macintosh)"),
    "mac_latin2": N_("Central European (old Macintosh)"),
    "koi8-r": N_("Russian (KOI8-R)"),
    "koi8-u": N_("Ukrainian (KOI8-U)"),
    "cp850": N_("Western European (DOS 850)"),
    "cp437": N_("Western European (DOS 437)"),
    "cp852": N_("Central European (DOS 852)"),
    "cp855": N_("Cyrillic (DOS 855)"),
    "cp866": N_("Cyrillic (DOS 866)"),
    "iso8859-1": N_("Western European (ISO 8859-1)"),
    "iso8859-2": N_("Central European (ISO 8859-2)"),
    "iso8859-5": N_("Cyrillic (ISO 8859-5)"),
    "iso8859-7": N_("Greek (ISO 8859-7)"),
    "iso8859-15": N_("Western European (ISO 8859-15)"),
}
"""The encodings among which `importer.alphabets` may leave a choice."""


def state_words(run: ImportRun, undoing: ImportRun | None = None) -> str:
    """Where a run stands; `undoing`: the run that took it back, or is about to."""
    if undoing and undoing.state == "applied":
        return gettext("Undone")
    if run.kind == "undo" and run.state == "refused":
        return gettext("Could not be undone")
    return gettext(STATES[undoing.state if undoing else run.state])


def outcome_words(outcome: str) -> str:
    """What a row does to its entry."""
    return gettext(OUTCOMES[outcome])


def encoding_words(encoding: str) -> str:
    """How a file is written, as the reader may have heard of it."""
    return gettext(_ENCODINGS[encoding]) if encoding in _ENCODINGS else encoding


def time_of(moment: datetime) -> datetime:
    """A stored moment with its zone, which SQLite leaves out: UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def run_title(run: ImportRun) -> str:
    """What a run is: a file, a change by hand, places that were looked up, or an undo."""
    if run.kind == "undo":
        return gettext("Undo of import %(number)s", number=words.number(run.undoes or 0))
    if run.kind == "hand":
        return gettext("Changed by hand")
    if run.kind == "geocode":
        return gettext("Places looked up (%(number)s)", number=words.number(run.number))
    return gettext("Import %(number)s", number=words.number(run.number))


def who(email: str) -> str:
    """Who did it; a run without an address was made where the server runs."""
    return email or gettext("the command line")


_COUNTS: Final[dict[str, Callable[[int, str], str]]] = {
    "created": lambda n, count: ngettext("%(count)s new", "%(count)s new", n, count=count),
    "changed": lambda n, count: ngettext("%(count)s changed", "%(count)s changed", n, count=count),
    "unchanged": lambda n, count: ngettext("%(count)s unchanged", "%(count)s unchanged", n, count=count),
    "refused": lambda n, count: ngettext("%(count)s refused", "%(count)s refused", n, count=count),
    "warned": lambda n, count: ngettext("%(count)s with warnings", "%(count)s with warnings", n, count=count),
    "undone": lambda n, count: ngettext("%(count)s taken back", "%(count)s taken back", n, count=count),
    "kept": lambda n, count: ngettext("%(count)s kept", "%(count)s kept", n, count=count),
}
_UNDO: Final = {"changed": "undone", "refused": "kept"}


def counts(run: ImportRun) -> list[str]:
    """The numbers of a run that are not zero, each as a few words: "12 new"."""
    names = _UNDO if run.kind == "undo" else {name: name for name in ("created", "changed", "unchanged", "refused")}
    found = [(shown, getattr(run, name)) for name, shown in names.items()]
    return [_COUNTS[name](count, words.number(count)) for name, count in found if count]


def progress_words(run: ImportRun, progress: Progress) -> str:
    """How far the work is: "12,000 of 50,000 rows"."""
    if run.kind == "undo":
        values = {"done": words.number(progress.done), "total": words.number(run.rows)}
        return ngettext(
            "%(done)s of %(total)s contact point", "%(done)s of %(total)s contact points", run.rows, **values
        )
    if not progress.total:
        return gettext("The file is being looked at…")
    done, total = words.number(progress.done), words.number(progress.total)
    return ngettext("%(done)s of %(total)s row", "%(done)s of %(total)s rows", progress.total, done=done, total=total)


def apply_words(run: ImportRun) -> str:
    """What the button does, with numbers."""
    values = {name: words.number(getattr(run, name)) for name in ("created", "changed", "refused")}
    if run.refused:
        return gettext("Apply (new: %(created)s, changed: %(changed)s, left out: %(refused)s)", **values)
    return gettext("Apply (new: %(created)s, changed: %(changed)s)", **values)
