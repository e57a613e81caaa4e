"""A directory of its own on the real server, an administrator who is signed in, and files as people have them."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import Served
from importing import SEED, a_csv, a_row, an_administrator
from sqlalchemy import Engine

from directory import database
from directory.importer import runs, working

ERRORS = r"/admin/imports(/\d+/\w+)?$"
"""Addresses that rightly answer an error when a form is sent to them."""


class Office:
    """A served directory with the seed in it."""

    def __init__(self, folder: Path, tiles: str) -> None:
        self.engine: Engine = database.connect(f"sqlite:///{folder}/directory.sqlite")
        database.migrate(self.engine)
        self.import_(SEED)
        self.token = an_administrator(self.engine)
        self.served = Served(
            folder, DATABASE_URL=f"sqlite:///{folder}/directory.sqlite", TILES=tiles, SECOND_FACTOR="optional"
        )

    def import_(self, data: bytes, name: str = "seed.csv", by: str = "") -> int:
        """Import a file and apply what is good; the number of its run."""
        number = self.upload(data, name, by)
        with database.writing(self.engine) as session:
            run = runs.get(session, number)
            assert run is not None
            assert run.state == "planned", run.refusal
            runs.confirm(session, number, run.plan_digest.hex(), by)
        working.work(self.engine, number)
        return number

    def upload(self, data: bytes, name: str = "file.csv", by: str = "", is_worked_on: bool = True) -> int:
        with database.writing(self.engine) as session:
            number = runs.upload(session, data, name, by).number
        if is_worked_on:
            working.work(self.engine, number)
        return number

    def close(self) -> None:
        self.served.stop()
        self.engine.dispose()
