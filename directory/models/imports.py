"""Import runs: what was uploaded, what it would change, what it changed, and what undoes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from directory.models.tables import NAME_LENGTH, Base, one_of

KINDS = ("file", "hand", "undo", "geocode")
"""A file that was imported; one entry changed by hand on a page; the undoing of another run; places looked up."""
STATES = ("waiting", "reading", "asking", "refused", "planned", "confirmed", "undoing", "applied", "dropped")
"""waiting → reading → asking (which encoding?) | refused (unreadable) | planned → confirmed → applied.
The run of an undo: undoing → applied | refused (by a mistake of ours; it can be asked for again)."""
OUTCOMES = ("created", "changed", "unchanged", "refused")


class ImportRun(Base):
    """One upload with its plan, its outcome and what undoes it."""

    __tablename__ = "import_run"
    __table_args__ = (one_of("kind", KINDS), one_of("state", STATES))

    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), default="file")
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    file_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    """As the uploader's machine named it; only ever shown as text."""
    by: Mapped[str] = mapped_column(String(254), default="")
    """Who uploaded it: the e-mail address of an administrator; '' for the command line."""
    size: Mapped[int] = mapped_column(default=0)
    """Bytes of the file."""
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The file, compressed with zlib; kept so that the plan can be made again and refused rows given back."""
    encoding: Mapped[str] = mapped_column(String(20), default="")
    """Which it was read in; before that, the one the administrator chose."""
    delimiter: Mapped[str] = mapped_column(String(1), default="")
    candidates: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """[{encoding, sample}] between which the administrator must choose, in the state `asking`."""
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """{code, message, values, line} of a file that cannot be read, or an undo that failed, in the state `refused`."""
    rows: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    warned: Mapped[int] = mapped_column(default=0)
    """Rows that have a warning."""
    plan_digest: Mapped[bytes] = mapped_column(LargeBinary(16), default=b"")
    """Of every row's outcome and the version of its entry: a plan that no longer fits has another one."""
    is_renewed: Mapped[bool] = mapped_column(default=False)
    """The plan was made again because the directory had changed since the one that was confirmed."""
    uploaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=lambda: datetime.now(UTC))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    applied_by: Mapped[str] = mapped_column(String(254), default="")
    undoes: Mapped[int | None] = mapped_column(ForeignKey("import_run.number"), unique=True)
    """The run that this one takes back, or is about to: each at most once."""


class RunProgress(Base):
    """How far the work on a run is. On SQLite it stands in a file beside the directory: see `importer.progress`."""

    __tablename__ = "run_progress"

    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    beat_at: Mapped[float] = mapped_column(default=0.0)
    """Seconds since 1970 of the last sign of life."""


class PlannedRow(Base):
    """A row of a plan that would create or change an entry, or that is refused; unchanged rows are only counted."""

    __tablename__ = "planned_row"
    __table_args__ = (one_of("outcome", OUTCOMES), Index("ix_planned_row_outcome", "run", "outcome", "line"))

    run: Mapped[int] = mapped_column(ForeignKey("import_run.number", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    """The physical line in the file on which the row begins, from 1."""
    outcome: Mapped[str] = mapped_column(String(10))
    contact_point: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    """The id that the row names; '' where it has none that can be used."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    cells: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """Column → [old, new] as an export writes them."""


class PlanProblem(Base):
    """Something wrong (or, as a warning, doubtful) in a file: data, not a sentence."""

    __tablename__ = "plan_problem"
    __table_args__ = (Index("ix_plan_problem_code", "run", "is_warning", "code", "column", "line"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("import_run.number", ondelete="CASCADE"))
    is_warning: Mapped[bool] = mapped_column(default=False)
    line: Mapped[int | None]
    column: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(500))
    """An English message id with %(name)s places for `values`; the doors translate it."""
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    suggestion: Mapped[str] = mapped_column(String(500), default="")


class Change(Base):
    """What one run did to one contact point: its history, and what undoes it."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_contact_point", "contact_point", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("import_run.number"), index=True)
    contact_point: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """Its id; an entry whose creation was undone keeps its history."""
    what: Mapped[str] = mapped_column(String(10))
    """'created', 'changed' or 'removed' (a creation undone)."""
    cells: Mapped[dict[str, list[Any]]] = mapped_column(JSON, default=dict)
    """Column → [old, new] as `Column.value_of` gives them (dates in ISO); empty for an entry that a file created, and
    only the name of one that was removed."""
    is_undone: Mapped[bool] = mapped_column(default=False)
    """Another run took it back. A change that is followed by one which still stands cannot be undone."""
