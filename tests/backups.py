"""A directory that has something of everything, all that stands in one, and backups with something wrong in them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from asking import LIEGE, a_file
from conftest import SEED, fill
from entering import SECRET, account_of, an_account
from sqlalchemy import JSON, DateTime, Engine, Text, cast, select

from directory import backup, database, importer
from directory.accounts import second_factor
from directory.importer import runs
from directory.models import Base, City, GeocoderAnswer, ImportRun

PASSING = {"facet", "place_block", "search_gone", "search_stamp", "run_progress", "sign_in", "ticket", "throttle"}
"""Tables whose rows need not come back: derived, or of the moment."""
UNKNOWN_TOPIC = b"id,name,country,topics\nz-1,Door,BE,asylm\nz-2,Door,BE,food\n"
ODD = '{"code":"\\ud800","values":{"number":18446744073709551616,"small":1e-320}}'


def silent(_: int) -> None:
    """Nobody watches."""


def a_full_one(engine: Engine) -> str:
    """Fill a directory with something of everything; the address of its administrator, who has SECRET in the app."""
    fill(engine, SEED)
    fill(engine, a_file({"id": "a", "name": "Zażółć <&> 门", "latitude": str(LIEGE[0]), "longitude": str(LIEGE[1])}))
    undone = fill(engine, a_file({"id": "a", "street": "Rue B"}, {"id": "gone"}))
    email = an_account(engine, secret=SECRET)
    with database.writing(engine) as session:
        importer.undo(session, undone)
        waiting = runs.upload(session, UNKNOWN_TOPIC, "waiting.csv").number
        second_factor.new_recovery_codes(session, account_of(session, email).number)
        session.add(City(name="Nowhere", country="BE", latitude=0.1 + 0.2, longitude=-1e-300))
        session.add(an_answer())
        session.add(ImportRun(refusal=None, content=bytes(range(256)) * 300))
        session.flush()
        odd = ImportRun(file_name="odd", uploaded_at=datetime(1, 1, 1, 0, 0, 0, 1, UTC))
        session.add(odd)
        session.flush()
        session.connection().exec_driver_sql(f"UPDATE import_run SET refusal = '{ODD}' WHERE number = {odd.number}")
    importer.work(engine, waiting)
    return email


def an_answer() -> GeocoderAnswer:
    """That an address is known, in the last bit of its place."""
    return GeocoderAnswer(
        key=bytes(range(16)),
        provider="nominatim.example.org",
        query={"street": "Rue «A»", "city": "Liège"},
        outcome="found",
        latitude=50.123456789012345,
        longitude=5.000000000000001,
        precision="street",
        asked_at=datetime(2026, 3, 1, 23, 59, 59, 999999, UTC),
    )


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that must come back, with JSON as its text, to the letter."""
    with database.reading(engine) as session:
        found = {}
        for name, table in Base.metadata.tables.items():
            if name not in PASSING:
                told = [cast(each, Text) if isinstance(each.type, JSON) else each for each in table.c]
                rows = session.execute(select(*told).order_by(*table.primary_key))
                times = [isinstance(each.type, DateTime) for each in table.c]
                found[name] = [tuple(map(_utc, row, times)) for row in rows]
        return found


def _utc(value: Any, is_time: bool) -> Any:
    """SQLite keeps times without their zone."""
    if value is None or not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


def backed_up(engine: Engine, file: Path) -> backup.Manifest:
    """A backup of a directory, as the command makes it."""
    with backup.appearing(file, overwrite=True) as target:
        with database.snapshot(engine) as session:
            told = backup.write(session, target, silent)
        with backup.opened(target) as written:
            written.check(silent)
    return told


def restored(engine: Engine, file: Path) -> None:
    """A backup in a directory, as the command restores it."""
    with file.open("rb") as source, backup.opened(source) as found:
        found.check(silent)
        with database.writing(engine) as session:
            backup.restore(session, found, silent)


Members = dict[str, bytes]
Told = dict[str, Any]


def changed(file: bytes, change: Callable[[Members, Told], object]) -> bytes:
    """The same backup after a change of its members and its manifest, with sizes, counts and sums that fit."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(members.pop("manifest.json"))
    before = dict(members)
    change(members, told)
    parts = told["tables"] if isinstance(told.get("tables"), dict) else {}
    for name, part in parts.items():
        lines = members.get(f"{name}.jsonl", b"")
        if lines != before.get(f"{name}.jsonl"):
            sums = {"rows": lines.count(b"\n"), "bytes": len(lines), "sha256": sha256(lines).hexdigest()}
            part.update({key: value for key, value in sums.items() if f"keep {key}" not in part})
    return packed({**members, "manifest.json": json.dumps(told).encode()})


def packed(members: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def row(members: Members, table: str, **values: Any) -> None:
    """Change values of the first row of a table, by the names of its columns."""
    names = next([*each.c.keys()] for each in backup.tables_at(database.revisions()[-1]) if each.name == table)
    first, rest = members[f"{table}.jsonl"].split(b"\n", 1)
    cells = dict(zip(names, json.loads(first), strict=True)) | values
    assert [*cells] == names
    members[f"{table}.jsonl"] = json.dumps([*cells.values()]).encode() + b"\n" + rest
