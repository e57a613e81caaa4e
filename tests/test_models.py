"""What must always be true stands in the database: both engines refuse what is not."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from directory import database
from directory.config import BadSetting
from directory.models import Base, City, ContactPoint, Facet

GOOD: dict[str, Any] = {"id": "a", "name": "A", "country": "BE", "topics": ["asylum"], "website": "https://a.example/"}


def test_a_good_entry_is_kept(engine: Engine) -> None:
    with database.writing(engine) as session:
        session.add(ContactPoint(**GOOD))
    with database.reading(engine) as session:
        stored = session.scalars(select(ContactPoint)).one()
        assert (stored.kind, stored.status, stored.precision, stored.version) == ("contact_point", "active", "none", 1)


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ({"latitude": 50.6, "precision": "exact"}, "place_whole"),
        ({"latitude": 91.0, "longitude": 5.0, "precision": "exact"}, "latitude_in_range"),
        ({"latitude": 50.0, "longitude": 181.0, "precision": "exact"}, "longitude_in_range"),
        ({"latitude": 50.0, "longitude": 5.0}, "precision_of_a_place"),
        ({"precision": "exact"}, "precision_of_a_place"),
        ({"city": "Liège"}, "city_whole"),
        ({"country": "B"}, "country_or_europe"),
        ({"kind": "shop"}, "kind_known"),
        ({"cost": "cheap"}, "cost_known"),
        ({"appointment": "maybe"}, "appointment_known"),
        ({"wheelchair": "perhaps"}, "wheelchair_known"),
        ({"status": "gone"}, "status_known"),
        ({"name": ""}, "id_and_name"),
        ({"id": ""}, "id_and_name"),
    ],
)
def test_the_database_refuses_what_is_not_true(engine: Engine, broken: dict[str, Any], rule: str) -> None:
    with pytest.raises(Exception, match=rule), database.writing(engine) as session:
        session.add(ContactPoint(**(GOOD | broken)))
    with database.reading(engine) as session:
        assert session.scalars(select(ContactPoint)).all() == []


def test_an_entry_of_all_europe_has_no_city(engine: Engine) -> None:
    with pytest.raises(IntegrityError), database.writing(engine) as session:
        place = City(name="Liège", country="BE")
        session.add(ContactPoint(**(GOOD | {"country": "EU", "city": "Liège"}), place=place))


def test_an_id_stands_once(engine: Engine) -> None:
    with pytest.raises(IntegrityError), database.writing(engine) as session:
        session.add_all([ContactPoint(**GOOD), ContactPoint(**GOOD)])


@pytest.mark.parametrize(("facet", "value"), [("topic", "cooking"), ("status", "king"), ("kind", "shop")])
def test_a_facet_is_of_the_closed_lists(engine: Engine, facet: str, value: str) -> None:
    with pytest.raises(IntegrityError), database.writing(engine) as session:
        session.add(Facet(facet=facet, value=value, block=0, numbers=b""))


def test_an_entry_needs_no_way_to_reach_it(engine: Engine) -> None:
    with database.writing(engine) as session:
        session.add(ContactPoint(id="a", name="A", country="BE", topics=[]))


def test_migrating_twice_is_harmless_and_the_models_agree(engine: Engine) -> None:
    database.migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: not str(name).startswith(("search_text", "ix_search_text"))},
        )
        differences = compare_metadata(context, Base.metadata)
    assert differences == []
    assert "search_text" in inspect(engine).get_table_names()


def test_sqlite_loses_nothing(tmp_path: Any) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    with engine.connect() as connection:
        pragmas = [
            connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]
    engine.dispose()


def test_one_writer_waits_for_the_other_and_readers_do_not(engine: Engine) -> None:
    entered, order = threading.Event(), []

    def slow() -> None:
        with database.writing(engine) as session:
            session.add(ContactPoint(**GOOD))
            session.flush()
            entered.set()
            time.sleep(0.4)
            order.append("first")

    first = threading.Thread(target=slow)
    first.start()
    entered.wait()
    with database.reading(engine) as session:
        assert session.scalars(select(ContactPoint)).all() == []
    with database.writing(engine) as session:
        session.add(ContactPoint(**(GOOD | {"id": "b"})))
        session.flush()
        order.append("second")
    first.join()
    assert sorted(order) == ["first", "second"]
    if engine.dialect.name == "sqlite":
        assert order == ["first", "second"]
    with database.reading(engine) as session:
        assert len(session.scalars(select(ContactPoint)).all()) == 2


@pytest.mark.parametrize("url", ("mysql://a/b", "nonsense", ""))
def test_another_database_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(BadSetting, match="DATABASE_URL"):
        database.connect(url)
