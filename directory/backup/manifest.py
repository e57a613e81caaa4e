"""What a backup says of itself: who made it, when, in which shape, and what must be found in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from directory import __version__, database
from directory.backup.refused import Refused, damaged, newer

VERSION: Final = 1
"""Of the format. A new one is needed when a program that knows only the old one would restore less, or wrongly."""
MEMBER: Final = "manifest.json"
_KIND: Final = "backup of a directory of contact points"


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a backup."""

    columns: list[str]
    """In the order in which the values of a row stand."""
    rows: int
    bytes: int
    """Of its lines, before they are compressed."""
    sha256: str
    """Of its lines."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The member of a backup that tells of the others."""

    program: str
    """The version of the program that made it."""
    revision: str
    """The shape of its tables (`database.revisions`)."""
    made_at: datetime
    tables: Mapping[str, Part]

    @property
    def rows(self) -> int:
        """In all tables together."""
        return sum(part.rows for part in self.tables.values())

    def as_json(self) -> bytes:
        told = {"format": _KIND, "format_version": VERSION, "program": self.program, "revision": self.revision}
        tables = {name: asdict(part) for name, part in self.tables.items()}
        whole = {**told, "made_at": self.made_at.isoformat(timespec="seconds"), "tables": tables}
        return json.dumps(whole, indent=1).encode()


def of(revision: str, made_at: datetime, tables: Mapping[str, Part]) -> Manifest:
    """The manifest of what this program writes now."""
    return Manifest(__version__, revision, made_at, tables)


def read(written: bytes) -> Manifest:
    """The manifest of a backup; raises Refused where it is none, or of a newer program."""
    try:
        told = json.loads(written)
        if told["format"] != _KIND:
            raise ValueError
        version, revision, program = int(told["format_version"]), str(told["revision"]), str(told["program"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Refused("not_a_backup", "This file is no backup of a directory.") from None
    if version != VERSION or revision not in database.revisions():
        raise newer("backup")
    try:
        made_at = datetime.fromisoformat(told["made_at"]).astimezone(UTC)
        return Manifest(program, revision, made_at, {name: _part(part) for name, part in told["tables"].items()})
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
        raise damaged("its manifest cannot be read.") from None


def _part(told: Mapping[str, Any]) -> Part:
    part = Part(told["columns"], told["rows"], told["bytes"], told["sha256"])
    if [*map(type, (part.columns, part.rows, part.bytes, part.sha256))] != [list, int, int, str]:
        raise TypeError
    return part
