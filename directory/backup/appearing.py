"""A file that appears whole or not at all, whatever happens meanwhile, and that only its owner can read."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from directory.backup.refused import Refused


@contextmanager
def appearing(target: Path, overwrite: bool = False) -> Iterator[BinaryIO]:
    """A new file, to be written and read, that stands under this name at the end of the block, and before it does not.

    It is written beside, as `.NAME.part`: what a kill leaves of it is overwritten by the next one. Raises Refused where
    the name is taken, unless it may `overwrite`, and where it cannot be written.
    """
    if not overwrite:
        _refuse_taken(target)
    part = target.with_name(f".{target.name}.part")
    try:
        with _alone(part) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                _put(part, target, overwrite)
            finally:
                part.unlink(missing_ok=True)
        _keep_name(target.parent)
    except OSError as error:
        raise Refused("cannot_write", f"The file cannot be written ({os.strerror(error.errno or 0)}).") from None


def _refuse_taken(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise Refused("exists", "There is a file of this name. Choose another one, or say --overwrite.")


@contextmanager
def _alone(part: Path) -> Iterator[BinaryIO]:
    """The empty file of this name, which nobody else writes. The system gives it free when the process ends."""
    file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_ours = os.path.samestat(os.fstat(file.fileno()), part.stat())
        except (BlockingIOError, FileNotFoundError):
            is_ours = False
        if not is_ours:
            raise Refused("in_progress", "Another backup is being written into this file now.")
        os.fchmod(file.fileno(), 0o600)
        file.truncate()
        yield file


def _put(part: Path, target: Path, overwrite: bool) -> None:
    """Give the file its name: by a link, which no other file of the name can stand in the way of unnoticed."""
    if not overwrite:
        try:
            os.link(part, target)
            return
        except FileExistsError:
            _refuse_taken(target)
        except OSError:  # a file system without links
            _refuse_taken(target)
    part.replace(target)


def _keep_name(folder: Path) -> None:
    """A new name is on the disk when its folder is."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    with suppress(OSError):  # not every file system can
        os.fsync(held)
    os.close(held)
