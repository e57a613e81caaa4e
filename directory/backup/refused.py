"""Why a backup cannot be made or restored."""

from __future__ import annotations


class Refused(Exception):
    """A code for programs, and a sentence for people that repeats nothing of anybody's data. Nothing was written."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def damaged(what: str) -> Refused:
    """The file is not what was written, or was never written by this program."""
    return Refused("damaged", f"The backup is damaged: {what}")


def newer(what: str) -> Refused:
    """A backup, or a directory, of a program that is newer than this one."""
    told = f"The {what} was made by a newer version of this program: update the program, then try again."
    return Refused("newer", told)
