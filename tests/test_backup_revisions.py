"""Directories of older versions: backed up as they are, restored in their shape, brought to today's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import LIEGE, a_file
from backups import backed_up, restored
from conftest import fill
from entering import an_account
from sqlalchemy import Engine, inspect, select, text
from test_database import to
from test_models import test_migrating_twice_is_harmless_and_the_models_agree as assert_as_the_models_say

from directory import backup, database, search

REVISIONS = database.revisions()


def rows(engine: Engine, revision: str) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the columns that there were at a revision."""
    with database.reading(engine) as session:
        tables = backup.tables_at(revision)
        return {
            table.name: list(map(tuple, session.execute(select(table).order_by(*table.primary_key))))
            for table in tables
        }


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_backup_of_any_revision_becomes_a_directory_of_today(
    engine: Engine, url: str, tmp_path: Path, revision: str
) -> None:
    place = {"latitude": str(LIEGE[0]), "longitude": str(LIEGE[1])}
    fill(engine, a_file({"id": "a", "name": "Lighthouse", "organization": "House", **place}, {"id": "b"}))
    an_account(engine)
    to(engine, revision)
    before = rows(engine, revision)
    assert len(before["contact_point"]) == 2
    assert backed_up(engine, tmp_path / "old.zip").revision == revision
    assert rows(engine, revision) == before  # it is still what it was
    with engine.connect() as connection:
        assert database.revision(connection) == revision
    with engine.execution_options(writes=True).begin() as connection:
        database.take_down(connection)
    database.migrate(engine)  # an empty directory of today
    restored(engine, tmp_path / "old.zip")
    assert rows(engine, revision) == before
    assert_as_the_models_say(engine)
    with database.reading(engine) as session:
        assert [found.entry.id for found in search.find(session, search.Question(words="lighthouse")).items] == ["a"]
        assert search.find(session, search.Question(near=search.Near(*LIEGE, 5))).total == 1
    fill(engine, a_file({"id": "c"}))


def test_a_directory_of_a_newer_program_is_neither_read_nor_written(engine: Engine, tmp_path: Path) -> None:
    backed_up(engine, tmp_path / "b.zip")
    with database.writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(backup.Refused, match="directory was made by a newer version"):
        restored(engine, tmp_path / "b.zip")
    with pytest.raises(backup.Refused, match="directory was made by a newer version"):
        backed_up(engine, tmp_path / "b.zip")
    assert inspect(engine).has_table("contact_point")


def test_the_shape_of_a_revision_has_what_there_was_then() -> None:
    first, last = ({table.name: table for table in backup.tables_at(each)} for each in (REVISIONS[0], REVISIONS[-1]))
    assert set(first) == {"city", "contact_point", "network", "organization"}
    assert "row_digest" in last["contact_point"].c
    assert "row_digest" not in first["contact_point"].c
    for tables in (first, last):
        listed = list(tables)
        assert listed.index("contact_point") > max(map(listed.index, ("city", "network", "organization")))
