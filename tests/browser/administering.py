"""A directory of its own on the real server, an administrator who is signed in, and runs in every state."""

from __future__ import annotations

import functools
from pathlib import Path

from conftest import SEED, Served, claim_of
from importing import EMAIL, a_csv, a_row, an_administrator
from playwright.sync_api import Page
from sqlalchemy import Engine

from directory import database, importer
from directory.importer import progress, runs, undoing, working

LONG = "Nous aidons les personnes sans papiers, le lundi et le jeudi. " * 6
MIROIR = {"id": "cite-miroir", "name": "La Cité Miroir", "country": "BE"}
BAD = (
    a_row(id="z1", name="Mauvais", topics="fod", email="nobody", latitude="95", longitude="5"),
    a_row(id="z2", name="<b>Long" + "x" * 150, topics="food", website="nowhere"),
)


class Office:
    """A served directory with the seed in it."""

    def __init__(self, folder: Path, tiles: str) -> None:
        address = f"sqlite:///{folder}/directory.sqlite"
        self.engine: Engine = database.connect(address)
        database.migrate(self.engine)
        self.import_(SEED, "seed.csv", "")
        self.token = an_administrator(self.engine)
        self.served = Served(folder, DATABASE_URL=address, TILES=tiles, SECOND_FACTOR="optional")

    def enter(self, page: Page) -> Page:
        """Give this browser the session of somebody who has signed in."""
        page.context.add_cookies([{"name": "session", "value": self.token, "url": self.served.address}])
        return page

    def upload(self, data: bytes, name: str = "file.csv", by: str = EMAIL, is_worked_on: bool = True) -> int:
        """The number of a new run."""
        with database.writing(self.engine) as session:
            number = runs.upload(session, data, name, by).number
        if is_worked_on:
            working.work(self.engine, number)
        return number

    def import_(self, data: bytes, name: str = "file.csv", by: str = EMAIL) -> int:
        """The number of a run whose good rows are applied."""
        number = self.upload(data, name, by)
        with database.writing(self.engine) as session:
            run = runs.get(session, number)
            assert run is not None
            assert run.state == "planned", run.refusal
            runs.confirm(session, number, run.plan_digest.hex(), by)
        working.work(self.engine, number)
        return number

    def undo(self, number: int) -> int:
        with database.writing(self.engine) as session:
            return importer.undo(session, number, EMAIL)[0].number

    def being_undone(self, number: int) -> int:
        """The number of the undo of a run, on which a worker seems to be busy."""
        with database.writing(self.engine) as session:
            ordered = undoing.order(session, number, EMAIL).number
        assert progress.claim(self.engine, ordered)
        return ordered

    def failed_undo(self, number: int) -> int:
        """The number of the undo of a run that a mistake of ours stopped."""
        ordered = self.being_undone(number)
        with database.writing(self.engine) as session:
            run = runs.get(session, ordered)
            assert run is not None
            message = "Something went wrong on our side while undoing (%(error)s). Nothing was changed."
            run.state, run.refusal = "refused", {"line": None, "column": None, "code": "failed"}
            run.refusal |= {"message": message, "values": {"error": "ZeroDivisionError"}}
        return ordered

    def waiting(self, done: int, total: int) -> int:
        """The number of a run on which a worker seems to be busy."""
        number = self.upload(a_csv(a_row(id="waiting")), "waiting.csv", is_worked_on=False)
        assert progress.claim(self.engine, number)
        self.tell(number, done, total)
        return number

    def tell(self, number: int, done: int, total: int) -> None:
        steps = progress.watched(claim_of(self.engine, number), total, range(done + 1))
        for _ in steps:
            pass

    @functools.cached_property
    def states(self) -> dict[str, str]:
        """Name → path after `/<lang>` of a page of every kind."""
        new = [a_row(id=f"n{at}", name=f"Accueil {at}", description_fr=LONG, colour="red") for at in range(3)]
        edited = MIROIR | {"topics": "community|housing", "street": "Rue B 2", "description_fr": LONG}
        plan = self.upload(a_csv(*new, a_row(id="n0"), *BAD, edited), "contacts de l’été.csv")
        done = self.import_(a_csv(*new, edited), "first.csv")
        self.import_(a_csv(MIROIR | {"name": "Later"}), "second.csv")
        undo = self.undo(done)
        applied = self.import_(a_csv(*new, edited), "third.csv")
        half_undone = self.import_(a_csv(a_row(id="n6")), "fourth.csv")
        partly = self.import_(a_csv(a_row(id="partly"), *BAD), "partly.csv")
        asking = self.upload(a_csv(a_row(name="Škoda žena", city="Paris"), encoding="cp1250"), "demande.csv")
        dropped = self.upload(a_csv(a_row()), "dropped.csv")
        with database.writing(self.engine) as session:
            runs.drop(session, dropped)
        paths = {
            "plan": f"/{plan}",
            "plan, narrowed to a kind of problem": f"/{plan}?code=bad_email&column=email",
            "plan, narrowed to what changes": f"/{plan}?show=changed",
            "applied": f"/{applied}",
            "applied, what was left out": f"/{partly}?show=refused",
            "undo?": f"/{applied}/undo",
            "undone": f"/{done}",
            "undo": f"/{undo}",
            "what an undo kept": f"/{undo}?show=kept",
            "being undone": f"/{half_undone}",
            "undo, working": f"/{self.being_undone(half_undone)}",
            "undo, failed": f"/{self.failed_undo(self.import_(a_csv(a_row(id='n7')), 'fifth.csv'))}",
            "asking": f"/{asking}",
            "unreadable": f"/{self.upload(b'PK', 'workbook.xlsx')}",
            "dropped": f"/{dropped}",
            "working": f"/{self.waiting(12_000, 50_000)}",
        }
        return {"runs": "/admin/imports"} | {name: f"/admin/imports{path}" for name, path in paths.items()}

    def close(self) -> None:
        self.served.stop()
        self.engine.dispose()
