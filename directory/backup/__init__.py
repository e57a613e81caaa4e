"""The directory → one file → an empty directory, of either engine (docs/command.md)."""

from directory.backup.appearing import appearing
from directory.backup.holding import LEFT_OUT, tables_at
from directory.backup.manifest import Manifest
from directory.backup.reading import Backup, opened
from directory.backup.refused import Refused
from directory.backup.restoring import restore, steps
from directory.backup.writing import count, expect_directory, write

__all__ = [
    "LEFT_OUT",
    "Backup",
    "Manifest",
    "Refused",
    "appearing",
    "count",
    "expect_directory",
    "opened",
    "restore",
    "steps",
    "tables_at",
    "write",
]
