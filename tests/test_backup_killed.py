"""kill -9 at every step: a backup is whole or not there, a restore is all or nothing and can be begun again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asking import a_file
from backups import backed_up, everything, restored
from conftest import fill
from sqlalchemy import Engine, event, inspect
from test_faults_killed import killed_at

from directory import database

FILES = {"open", "os.link", "os.rename", "os.remove", "os.truncate"}
"""What Python tells of what is done with files (PEP 578)."""


@pytest.fixture
def file(engine: Engine, tmp_path: Path) -> Path:
    """A backup of some contact points, which stand in `engine`."""
    fill(engine, a_file({"id": "a", "organization": "House"}, {"id": "b", "city": "Huy"}))
    backed_up(engine, tmp_path / "b.zip")
    return tmp_path / "b.zip"


@pytest.fixture
def empty(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], Engine]]:
    """Makes empty directories on the same kind of engine."""
    made: list[Engine] = []

    def make() -> Engine:
        address = f"sqlite:///{tmp_path}/{len(made)}.sqlite"
        if engine.dialect.name == "postgresql":
            address = request.getfixturevalue("cluster").new_database()
        made.append(database.connect(address))
        database.migrate(made[-1])
        return made[-1]

    yield make
    for each in made:
        each.dispose()


def statements(engine: Engine, do: Callable[[Engine], object]) -> int:
    """How many statements and commits something takes."""
    told: list[int] = []
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, lambda *_: told.append(1))
    do(engine)
    return len(told)


def test_a_restore_killed_anywhere_leaves_an_empty_directory_that_is_filled_by_the_next(
    engine: Engine, empty: Callable[[], Engine], file: Path
) -> None:
    number = statements(empty(), lambda mine: restored(mine, file))
    target, before = empty(), everything(engine)
    untouched = everything(target)
    engine.dispose()
    assert number > 100
    for moment in [*range(1, number - 12, 17), *range(number - 12, number + 1)]:
        target.dispose()
        assert killed_at(target, moment, lambda mine: restored(mine, file)), moment
        assert everything(target) == untouched, f"killed at {moment} of {number}"
    target.dispose()
    assert not killed_at(target, number + 1, lambda mine: restored(mine, file))
    assert everything(target) == before


def test_a_restore_killed_anywhere_leaves_a_database_without_tables_as_it_was(
    engine: Engine, url: str, file: Path
) -> None:
    before = everything(engine)
    with engine.execution_options(writes=True).begin() as connection:
        database.take_down(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
    for moment in (1, 2, 5, 50, 100):
        engine.dispose()
        assert killed_at(engine, moment, lambda mine: restored(mine, file)), moment
        assert inspect(engine).get_table_names() == []
    restored(engine, file)
    assert everything(engine) == before


@pytest.mark.parametrize("is_there", [True, False])
def test_a_backup_killed_anywhere_is_whole_or_not_there(
    engine: Engine, empty: Callable[[], Engine], file: Path, tmp_path: Path, is_there: bool
) -> None:
    before, old = everything(engine), file.read_bytes()
    target, moment, found = tmp_path / "new.zip", 0, set()
    engine.dispose()
    while True:
        moment += 1
        target.unlink(missing_ok=True)
        if is_there:
            target.write_bytes(old[:1000])  # an older one
        was_killed = killed_at(engine, moment, lambda mine: backed_up(mine, target), also=FILES)
        left = target.read_bytes() if target.exists() else b""
        found.add("old" if left == old[:1000] else "none" if not left else "new")
        if left not in (b"", old[:1000]):
            again = empty() if not was_killed or moment % 5 == 0 else None
            if again:
                restored(again, target)
                assert everything(again) == before
        if not was_killed:
            break
    assert moment > 20
    assert found == ({"old", "new"} if is_there else {"none", "new"})
    assert not [each for each in tmp_path.iterdir() if each.name.endswith(".part")]
