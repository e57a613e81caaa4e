"""The directory → one file: a ZIP with a manifest and the lines of each table."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import JSON, Column, ColumnElement, Table, Text, cast, func, make_url, select
from sqlalchemy.orm import Session

from directory import database
from directory.backup import manifest
from directory.backup.holding import rows_at_once, tables_at
from directory.backup.manifest import Manifest, Part
from directory.backup.refused import Refused, newer
from directory.backup.rows import LONGEST_BYTES, line

_ONLY_OWNER: Final = 0o600 << 16
"""What `unzip` gives the members that it takes out."""


def expect_directory(url: str, target: Path) -> None:
    """Raises Refused where an SQLite directory is not at its address, or is what the backup would take the place of.

    To be asked before connecting, which would make it: a slip in the address must not end in backups of nothing.
    """
    if not url.startswith("sqlite"):
        return
    own = Path(make_url(url).database or "")
    if not own.is_file():
        raise Refused("no_directory", f"There is no directory at {own}, which DATABASE_URL names.")
    if target.exists() and target.samefile(own):
        raise Refused("is_directory", "This file is the directory itself.")


def count(session: Session) -> int:
    """How many rows a backup has to hold; raises Refused where there is no directory, or a newer program's."""
    return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in _tables(session))


def write(session: Session, file: BinaryIO, tell: Callable[[int], object]) -> Manifest:
    """Write all that cannot be derived into a file, row by row; `tell` is told of some more rows now and then.

    In the session's transaction: give it a `database.snapshot`. The tables are read in the shape that they have, so
    that a backup can be made before an update.
    """
    at, tables = datetime.now(UTC).replace(microsecond=0), _tables(session)
    found = database.revision(session.connection())
    parts: dict[str, Part] = {}
    with zipfile.ZipFile(file, "w") as archive:
        for table in tables:
            with archive.open(_info(f"{table.name}.jsonl", at), "w", force_zip64=True) as member:
                parts[table.name] = _write(session, table, member, tell)
        told = manifest.of(found, at, parts)
        archive.writestr(_info(manifest.MEMBER, at), told.as_json())
    return told


def _tables(session: Session) -> Sequence[Table]:
    revision = database.revision(session.connection())
    if not revision:
        raise Refused("no_directory", "There is no directory in the database that DATABASE_URL names.")
    if revision not in database.revisions():
        raise newer("directory")
    return tables_at(revision)


def _info(name: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, _ONLY_OWNER
    return info


def _write(session: Session, table: Table, member: Any, tell: Callable[[int], object]) -> Part:
    rows, size, digest = 0, 0, sha256()
    for batch in _batches(session, table):
        lines = b"".join(batch)
        member.write(lines)
        digest.update(lines)
        rows, size = rows + len(batch), size + len(lines)
        tell(len(batch))
    return Part([column.name for column in table.c], rows, size, digest.hexdigest())


def _batches(session: Session, table: Table) -> Iterator[list[bytes]]:
    """The lines of a table, by its numbers or keys: a run comes after the one that it takes back."""
    statement = select(*map(_told, table.c)).order_by(*table.primary_key)
    try:
        for batch in session.execute(statement, execution_options={"yield_per": rows_at_once(table)}).partitions():
            lines = list(map(line, batch))
            if max(map(len, lines)) > LONGEST_BYTES:
                raise ValueError
            yield lines
    except (ValueError, TypeError):  # without its words, which repeat the value
        raise Refused(
            "unreadable", f"The table {table.name} holds a value that is too large, or not of its column's type."
        ) from None


def _told(column: Column[Any]) -> ColumnElement[Any]:
    return cast(column, Text) if isinstance(column.type, JSON) else column
