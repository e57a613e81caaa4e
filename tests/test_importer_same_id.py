"""Ids that come again: in one file, from two long names, and after what bore them was taken back. On each engine."""

from __future__ import annotations

from asking import a_file
from conftest import fill
from planned import planned
from sqlalchemy import Engine, select

from directory import database, importer
from directory.importer import Edit, runs, working
from directory.models import ContactPoint, PlannedRow

HEAD = "id,name,country,city,phone\n"
LONG = "Centre d accueil et d accompagnement des personnes migrantes et de leurs familles nombreuses"


def edit(engine: Engine, version: int = 0, **cells: str) -> Edit:
    with database.writing(engine) as session:
        return importer.edit(session, {"id": "a", "name": "Door", "country": "BE"} | cells, "a@example.org", version)


def stored(engine: Engine) -> ContactPoint:
    with database.reading(engine) as session:
        return session.scalars(select(ContactPoint).where(ContactPoint.id == "a")).one()


def undo(engine: Engine, number: int) -> None:
    with database.writing(engine) as session:
        importer.undo(session, number)


def upload(engine: Engine, data: bytes) -> int:
    with database.writing(engine) as session:
        number = runs.upload(session, data, "again.csv").number
    working.begin(engine, number)
    return number


def test_long_names_in_two_cities_are_two_contact_points(engine: Engine) -> None:
    file = f"id,name,country,city\n,{LONG},BE,Liège\n,{LONG},BE,Namur\n,Short,BE,Liège\n"
    first, second, short = (step.id for step in planned(engine, file).steps)
    assert first != second
    assert max(map(len, (first, second))) <= 100
    assert short == "be-short-liege"


def test_a_bad_row_that_stands_twice_is_refused_twice(engine: Engine) -> None:
    found = planned(engine, HEAD + "b,Bad,BE,Liège,12\nb,Bad,BE,Liège,12\ngood,Good,BE,Liège,\n")
    assert [step.outcome for step in found.steps] == ["refused", "refused", "created"]


def test_the_earlier_line_wins_whatever_the_later_one_says(engine: Engine) -> None:
    fill(engine, (HEAD + "a,Old,BE,Liège,\n").encode())
    found = planned(engine, HEAD + "a,New,BE,Liège,\na,Old,BE,Liège,\n")
    assert [step.outcome for step in found.steps] == ["changed", "refused"]
    assert found.problems[0].values == {"id": "a", "line": 2}


def test_no_sign_in_a_column_that_is_left_out_can_make_two_rows_one(engine: Engine) -> None:
    """Cells that are joined by it would read alike."""
    head = "id,name,country,city,left_out,street,left_out_too\n"
    fill(engine, f"{head}a,Door,BE,Liège,1\x1fRue A,Rue B,2\n".encode())
    found = planned(engine, f"{head}a,Door,BE,Liège,1,Rue A,Rue B\x1f2\n")
    assert [(step.outcome, step.cells) for step in found.steps] == [("changed", {"street": ("Rue B", "Rue A")})]


def test_an_id_that_no_database_can_hold_refuses_its_row_only(engine: Engine) -> None:
    found = planned(engine, HEAD + "a\0b,Bad,BE,Liège,\ngood,Good,BE,Liège,\n")
    assert [step.outcome for step in found.steps] == ["refused", "created"]


def test_a_form_of_the_one_that_was_taken_back_does_not_overwrite_its_successor(engine: Engine) -> None:
    made = edit(engine, city="Liège")
    assert made.run
    undo(engine, 1)
    edit(engine, name="Quite another place", city="Namur")
    assert stored(engine).version == 3
    late = edit(engine, version=1, city="Sofia")
    assert [problem.code for problem in late.step.problems] == ["edited_since"]
    assert stored(engine).city == "Namur"


def test_a_plan_for_the_one_that_was_taken_back_is_made_again(engine: Engine) -> None:
    first = fill(engine, a_file({"id": "a", "name": "First"}))
    number = upload(engine, a_file({"id": "a", "name": "Second"}))
    undo(engine, first)
    fill(engine, a_file({"id": "a", "name": "Another"}))
    with database.writing(engine) as session:
        shown = runs.get(session, number)
        assert shown
        runs.confirm(session, number, shown.plan_digest.hex(), "b@example.org")
    working.begin(engine, number)
    with database.reading(engine) as session:
        run = runs.get(session, number)
        assert run
        assert (run.state, run.is_renewed) == ("planned", True)
        assert session.scalars(select(PlannedRow.cells)).all()[-1]["name"] == ["Another", "Second"]
    assert stored(engine).name == "Another"


def test_a_name_that_begins_like_a_guard_stays_as_it_is(engine: Engine) -> None:
    edit(engine, name="''=Sum", city="Liège")
    before = stored(engine).name
    edit(engine, version=1, name=before, city="Liège", status="closed")
    assert stored(engine).name == before
    assert stored(engine).status == "closed"
