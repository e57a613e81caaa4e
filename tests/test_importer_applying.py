"""What an import writes: exactly the differences, with their places, owners and what is searched."""

from __future__ import annotations

from typing import Any

import pytest
from asking import a_file, ask, ids
from conftest import SEED, fill
from planned import planned
from sqlalchemy import Engine, func, select
from sqlalchemy import update as change
from sqlalchemy.orm import joinedload
from test_importer_cells import meaning

from directory import database, importer
from directory.importer import runs
from directory.importer.columns import HEADER, column
from directory.models import Change, City, ContactPoint, ImportRun, Network, Organization


def stored(engine: Engine, key: str = "a") -> ContactPoint:
    owners = (joinedload(ContactPoint.organization), joinedload(ContactPoint.network), joinedload(ContactPoint.place))
    with database.reading(engine) as session:
        return session.scalars(select(ContactPoint).where(ContactPoint.id == key).options(*owners)).one()


def update(*rows: dict[str, str]) -> bytes:
    """A file that holds only these columns besides the required ones."""
    columns = list(dict.fromkeys(["id", "name", "country", *(name for row in rows for name in row)]))
    full = [{"id": "a", "name": "Door", "country": "BE", **row} for row in rows]
    return "\n".join(["\t".join(columns), *("\t".join(row.get(name, "") for name in columns) for row in full)]).encode()


def test_a_plan_shows_old_and_new_of_each_cell_and_writes_nothing(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "street": "Rue A 1", "topics": "food|health"}))
    made = planned(engine, update({"street": "Rue B 2", "topics": "health|food", "email": "", "cost": "free"}))
    (change,) = made.of("changed")
    assert change.cells == {
        "street": ("Rue A 1", "Rue B 2"),
        "topics": (["food", "health"], ["health", "food"]),
        "cost": ("", "free"),
    }
    assert (len(made.steps), stored(engine).street) == (1, "Rue A 1")


def test_a_failing_apply_leaves_nothing_behind(engine: Engine) -> None:
    table = importer.read(a_file({"id": "a", "organization": "New"}, {"id": "b"}))
    with pytest.raises(KeyError), database.writing(engine) as session:
        run = runs.upload(session, b"", "f.csv")
        importer.apply(session, run.number, importer.plan(session, table))
        raise KeyError
    with database.reading(engine) as session:
        tables = (ContactPoint, City, Organization, ImportRun, Change)
        counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert counts == [0, 0, 0, 0, 0]


def test_of_thousands_a_single_one_that_changed_meanwhile_stops_all(engine: Engine) -> None:
    keys = [f"p-{at}" for at in range(1500)]
    fill(engine, update(*({"id": key, "city": "Huy"} for key in keys)))
    table = importer.read(update(*({"id": key, "cost": "free"} for key in keys)))
    with database.reading(engine) as session:
        steps = list(importer.plan(session, table))
    with database.writing(engine) as session:
        importer.apply(session, 1, steps)  # all are as they were: all are written
        session.rollback()
    with database.writing(engine) as session:
        session.execute(change(ContactPoint).where(ContactPoint.id == "p-700").values(version=2))
    with pytest.raises(importer.Overtaken), database.writing(engine) as session:
        importer.apply(session, 1, steps)


def test_only_what_differs_is_touched(engine: Engine) -> None:
    fill(engine, a_file({"id": "a"}, {"id": "b"}))
    before = stored(engine, "b")
    fill(engine, update({"street": "Rue A 1"}, {"id": "b"}))
    after = stored(engine, "b")
    assert (after.changed_at, after.version) == (before.changed_at, 1)
    assert (stored(engine).version, stored(engine).changed_at > before.changed_at) == (2, True)


FULL = {
    "alt_names": "B|C",
    "organization": "O",
    "network": "N",
    "audiences": "all",
    "residence_status": "any",
    "languages": "fr",
    "street": "Rue 1",
    "postal_code": "4000",
    "city": "Liège",
    "latitude": "50.6",
    "longitude": "5.5",
    "precision": "exact",
    "phone": "+32 4 221 81 11",
    "email": "a@a.example",
    "website": "https://a.example",
    "opening_hours": "24/7",
    "cost": "free",
    "appointment": "no",
    "wheelchair": "yes",
    "status": "closed",
    "verified_on": "2025-01-01",
    "source_url": "https://s.example",
    **{f"{kind}_{code}": "x" for kind in ("name", "description") for code in ("en", "fr", "bg")},
}


@pytest.mark.parametrize("name", [n for n in HEADER if n not in ("id", "name", "country", "topics", "kind")])
def test_every_column_that_may_be_empty_can_be_emptied(engine: Engine, name: str) -> None:
    fill(engine, a_file({"id": "a", **FULL}))
    cleared = {name: "[clear]"}
    if name in ("latitude", "longitude", "precision"):
        cleared = {"latitude": "[clear]", "longitude": "[CLEAR]", "precision": " [clear] "}
    fill(engine, update(cleared))
    known = column(name)
    assert known is not None
    assert known.value_of(stored(engine)) == known.empty


@pytest.mark.parametrize("name", ["name", "country"])
def test_what_every_entry_has_cannot_be_emptied(engine: Engine, name: str) -> None:
    fill(engine, a_file({"id": "a"}))
    told = planned(engine, update({name: "[clear]"}))
    assert (name, "missing_value") in {(p.column, p.code) for p in told.problems}
    assert not told.of("changed")


def test_clearing_the_coordinates_clears_their_precision_and_source(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "latitude": "50.6", "longitude": "5.5"}))
    assert (stored(engine).precision, stored(engine).place_source) == ("exact", "file")
    fill(engine, update({"latitude": "[clear]", "longitude": "[clear]"}))
    assert (stored(engine).latitude, stored(engine).precision, stored(engine).place_source) == (None, "none", "")


def test_names_of_other_languages_are_kept(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "name_en": "Door", "name_uk": "Двері", "description_nl": "Deur"}))
    fill(engine, update({"name_en": "Gate", "name_uk": ""}))
    assert stored(engine).names == {"en": "Gate", "uk": "Двері"}
    assert stored(engine).descriptions == {"nl": "Deur"}


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("04 221 81 11", "BE", ["+3242218111"]),
        ("+32 (0)4 221 81 11", "BE", ["+3242218111"]),
        ("02 980 1234|0888 123 456", "BG", ["+35929801234", "+359888123456"]),
        ("+359 2 980 1234 | 02 980 1234", "BG", ["+35929801234"]),
        ("+32 4 221 81 11", "EU", ["+3242218111"]),
    ],
)
def test_telephones_become_international(engine: Engine, typed: str, country: str, kept: list[str]) -> None:
    fill(engine, a_file({"id": "a", "phone": typed, "country": country, "city": ""}))
    assert stored(engine).phones == kept


def test_a_national_number_without_a_country_is_refused(engine: Engine) -> None:
    told = planned(engine, a_file({"id": "a", "phone": "04 221 81 11", "country": "EU", "city": ""}))
    assert [(p.column, p.code) for p in told.problems] == [("phone", "bad_phone")]


@pytest.mark.parametrize(
    "written", ["food|health", "food;health", "food, health", " food | health | food ", "Food|HEALTH"]
)
def test_lists_are_written_in_many_ways(engine: Engine, written: str) -> None:
    fill(engine, a_file({"id": "a", "topics": written}))
    assert stored(engine).topics == ["food", "health"]


def test_one_city_by_any_of_its_names_is_one_city(engine: Engine) -> None:
    fill(
        engine, a_file(*({"id": key, "city": name} for key, name in zip("abc", ("Liège", "Luik", "Льеж"), strict=True)))
    )
    fill(engine, a_file({"id": "d", "city": "Lüttich"}))
    assert len({stored(engine, key).city_number for key in "abcd"}) == 1
    assert stored(engine, "b").city == "Luik"  # as the entry writes it


def test_a_village_that_geonames_does_not_list_is_a_city_of_its_own(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "city": "Trou-de-Bra"}, {"id": "b", "city": "TROU DE BRA"}))
    place = stored(engine).place
    assert place is not None
    assert (place.name, place.latitude, place.geonames_id) == ("Trou-de-Bra", None, None)
    assert stored(engine, "b").city_number == place.number


def test_moving_to_another_city_is_found_there(engine: Engine) -> None:
    fill(engine, a_file({"id": "a"}))
    fill(engine, update({"country": "BG", "city": "София"}))
    with database.reading(engine) as session:
        assert ids(ask(session, cities=("Sofia",))) == ["a"]
        assert ids(ask(session, cities=("Liège",))) == []


def test_the_city_goes_when_the_entry_serves_the_country(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "website": "https://a.example"}))
    fill(engine, update({"city": "[clear]"}))
    assert (stored(engine).city, stored(engine).city_number, stored(engine).is_nationwide) == ("", None, True)


def test_owners_are_made_once_and_left_when_cleared(engine: Engine) -> None:
    fill(engine, a_file(*({"id": key, "organization": "Caritas", "network": "Net"} for key in "ab")))
    fill(engine, update({"organization": "[clear]", "network": "[clear]"}))
    assert (stored(engine).organization, stored(engine).network) == (None, None)
    owner = stored(engine, "b").organization
    assert owner is not None
    assert owner.name == "Caritas"
    with database.reading(engine) as session:
        owners = [session.scalar(select(func.count()).select_from(table)) for table in (Organization, Network)]
    assert owners == [1, 1]


def test_each_column_of_the_seed_is_exported_as_it_is_imported(engine: Engine) -> None:
    fill(engine, SEED)
    table = importer.read(SEED)
    owners = (joinedload(ContactPoint.organization), joinedload(ContactPoint.network))
    with database.reading(engine) as session:
        entries = {entry.id: entry for entry in session.scalars(select(ContactPoint).options(*owners))}
    for read in table.rows():
        row = dict(zip(table.columns, read.cells, strict=True))
        written: dict[str, Any] = {}
        for name in HEADER:
            known = column(name)
            assert known is not None
            written[name] = known.text_of(entries[row["id"]])
            if row[name]:
                assert meaning(name, written[name], row["country"]) == meaning(name, row[name], row["country"])
            else:
                assert written[name] in ("", "contact_point", "active", "none"), (row["id"], name)
