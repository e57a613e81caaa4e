"""Exports: the import takes its own export back as unchanged; a spreadsheet sees no formula."""

from __future__ import annotations

import csv
import io
import json

import pytest
from asking import a_file
from conftest import SEED, fill
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from test_importer_working import apply, seen, upload

from directory import database, exporter, importer
from directory.importer import runs


def export(engine: Engine) -> bytes:
    with database.reading(engine) as session:
        return "".join(exporter.as_csv(session)).encode()


def again(engine: Engine, data: bytes) -> importer.Tally:
    with database.reading(engine) as session:
        return importer.tallied(importer.plan(session, importer.read(data)))


def test_the_seed_comes_back_unchanged(engine: Engine) -> None:
    fill(engine, SEED)
    told = again(engine, export(engine))
    assert (told.unchanged, told.rows, told.warned) == (111, 111, 0)


def test_excel_is_told_that_it_is_utf_8(engine: Engine) -> None:
    assert export(engine).startswith(b"\xef\xbb\xbfid,kind,name,")


@pytest.mark.parametrize("text", ["=1+1", "+32 4", "-5", "@here", "'=1", "''=1", "'quoted'", "'"])
def test_a_formula_is_guarded_and_comes_back(engine: Engine, text: str) -> None:
    fill(engine, a_file({"id": "a", "description_en": exporter._guarded("", text), "description_fr": "x"}))
    first = export(engine)
    (row,) = csv.DictReader(io.StringIO(first.decode("utf-8-sig")))
    assert not row["description_en"].startswith(("=", "+", "-", "@"))
    assert again(engine, first).unchanged == 1


def test_names_of_more_languages_are_exported(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "name_uk": "Двері", "description_ti": "ሓገዝ"}))
    (row,) = csv.DictReader(io.StringIO(export(engine).decode("utf-8-sig")))
    assert (row["name_uk"], row["description_ti"]) == ("Двері", "ሓገዝ")


def test_geojson_has_longitude_first_and_leaves_out_what_has_no_place(engine: Engine) -> None:
    fill(engine, a_file({"id": "a", "latitude": "50.6", "longitude": "5.5"}, {"id": "b"}))
    with database.reading(engine) as session:
        told = json.loads("".join(exporter.as_geojson(session)))
    (feature,) = told["features"]
    assert (feature["id"], feature["geometry"]["coordinates"], feature["properties"]["city"]) == (
        "a",
        [5.5, 50.6],
        "Liège",
    )


def test_a_file_is_of_one_moment_whoever_writes_meanwhile(engine: Engine) -> None:
    many = [{"id": f"p-{number}", "street": "Rue A"} for number in range(2_500)]
    fill(engine, a_file(*many))
    with database.snapshot(engine) as session:
        pieces = exporter.as_csv(session)
        told = [next(pieces) for _ in range(500)]
        fill(engine, a_file(*({**row, "street": "Rue B"} for row in many)))
        told += pieces
    assert ("".join(told).count("Rue A"), "".join(told).count("Rue B")) == (2_500, 0)


def refused_of(engine: Engine, number: int) -> str:
    with database.reading(engine) as session:
        run = runs.get(session, number)
        assert run
        return "".join(exporter.refused_rows(session, run, lambda problem: problem.code))


def test_refused_rows_come_back_with_their_cells_and_reasons_and_can_be_corrected(engine: Engine) -> None:
    rows = [{"id": "a", "email": "nobody", "Remarque": "=1"}, {"id": "b", "Remarque": "x"}, {"id": "c", "phone": "1"}]
    number = upload(engine, a_file(*rows))
    file = refused_of(engine, number)
    told = list(csv.DictReader(io.StringIO(file.removeprefix(exporter.BOM))))
    assert [(row["id"], row["import_line"], row["import_problem"]) for row in told] == [
        ("a", "2", "email: bad_email"),
        ("c", "4", "phone: bad_phone"),
    ]
    assert (told[0]["email"], told[0]["Remarque"]) == ("nobody", "=1")
    corrected = file.replace("nobody", "a@example.org").replace(",1\r\n", ",+32 4 250 96 57\r\n")
    second = upload(engine, corrected.encode())
    assert seen(engine, second).refused == 0
    assert apply(engine, second).created == 2


def test_a_row_that_is_too_short_stays_so_in_the_file_of_refused_rows(engine: Engine) -> None:
    data = (
        b"id,name,country,city,street,topics\na,A,BE,Liege,Rue A 1,food\nb,M,BE,Rue B 2,food\nc,C,BE,Liege,R,food,x\n"
    )
    number = upload(engine, data)
    assert seen(engine, number).refused == 2
    again = seen(engine, upload(engine, refused_of(engine, number).encode()))
    assert (again.created, again.refused) == (0, 2)


def test_a_file_of_refused_rows_that_is_refused_again_grows_no_columns(engine: Engine) -> None:
    first = refused_of(engine, upload(engine, a_file({"id": "a", "email": "nobody"}, {"id": "b", "phone": "1"})))
    corrected = first.replace(",1\r\n", ",+32 4 250 96 57\r\n")
    second = refused_of(engine, upload(engine, corrected.encode()))
    (row,) = csv.DictReader(io.StringIO(second.removeprefix(exporter.BOM)))
    assert (row["id"], row["import_line"], row["import_problem"]) == ("a", "2", "email: bad_email")
    assert second.splitlines()[0] == first.splitlines()[0]
    at_the_end = b"id,name,country,email,import_line,import_problem\na,A,BE,nobody,9,old\n"  # as they stood before
    header, row_told = refused_of(engine, upload(engine, at_the_end)).removeprefix(exporter.BOM).splitlines()
    assert header == "import_line,import_problem,id,name,country,email"
    assert row_told == "2,email: bad_email,a,A,BE,nobody"


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(rows=st.lists(st.fixed_dictionaries({"name": TEXTS, "description_fr": TEXTS, "street": TEXTS}), max_size=5))
def test_whatever_is_stored_comes_back_unchanged(seeded: Engine, rows: list[dict[str, str]]) -> None:
    data = a_file({"id": "h"}, *({"id": f"h-{number}", **row} for number, row in enumerate(rows)))
    try:
        with database.writing(seeded) as session:
            run = runs.upload(session, b"", "h.csv")
            importer.apply(session, run.number, importer.plan(session, importer.read(data)))
            exported = "".join(exporter.as_csv(session)).encode()
            told = importer.tallied(importer.plan(session, importer.read(exported)))
            assert told.unchanged == told.rows > 111
            raise Undone
    except Undone:
        pass


class Undone(Exception):
    """Rolls back what an example wrote."""
