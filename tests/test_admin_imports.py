"""The import pages: upload → what would change, cell by cell → apply → undo; what is wrong is said where it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import claim_of
from importing import EMAIL, IMPORTS, SEED, Desk, a_csv, a_row, links_of, number_of, rows_of
from pages import text_of
from sqlalchemy import Engine

from directory import database, vocabulary
from directory.config import LANGUAGES
from directory.importer import progress, runs


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_the_first_page_says_what_a_file_should_be_like(desk: Desk) -> None:
    said = desk.said()
    assert "A CSV file as Excel or LibreOffice write it" in said
    assert "Nothing was imported yet." in said


def test_the_first_page_lists_what_can_stand_in_a_column_that_has_a_list(desk: Desk) -> None:
    said = desk.said()
    for name, terms in (("topics", vocabulary.TOPICS), ("residence_status", vocabulary.STATUSES)):
        assert f" {name} " in said
        assert all(f"{key} {term.label}" in said for key, term in terms.items())


def test_a_file_is_planned_applied_and_undone(desk: Desk) -> None:
    address = desk.run(a_csv(a_row(), a_row(id="b", name="B")), "été.csv")
    plan = desk.page(address)
    assert "été.csv" in text_of(plan)
    assert "Apply (new: 2, changed: 0)" in text_of(plan)
    assert desk.names() == {}
    assert desk.press(plan, "/apply").headers["Location"] == address
    assert desk.names() == {"a": "Desk", "b": "B"}
    done = desk.page(address)
    assert f"Applied by: {EMAIL}" in text_of(done)
    sure = desk.page(links_of(done)["Undo…"])
    assert "Undo this import?" in text_of(sure)
    answer = desk.press(sure, "/undo")
    assert answer.status_code == 303
    assert desk.names() == {}
    assert "2 taken back" in desk.said(answer.headers["Location"])
    assert "This import was undone." in desk.said(address)
    assert "Undone" in desk.said()


def test_each_cell_is_shown_old_and_new(desk: Desk) -> None:
    desk.applied(a_csv(a_row(topics="food|health", street="Rue A 1")))
    plan = desk.page(desk.run(a_csv(a_row(topics="food|housing", street="Rue B 2", cost="free"))))
    cells = {text_of(cell.find("dt")): cell.find("dd") for cell in plan.findall(".//dl[@class='cells']/div")}
    told = {label: [(part.tag, text_of(part)) for part in cell] for label, cell in cells.items() if cell is not None}
    assert told == {
        "Topics": [
            ("span", "Food and clothes"),
            ("del", "Removed: Health"),
            ("ins", "Added: A place to live or sleep"),
        ],
        "Price": [("ins", "Added: Free of charge")],
        "Street and number": [("del", "Removed: Rue A 1"), ("ins", "Added: Rue B 2")],
    }


def test_what_was_done_is_shown_as_the_plan_was(desk: Desk) -> None:
    desk.applied(a_csv(a_row(street="Rue A 1", verified_on="2025-01-31", latitude="50.6", longitude="5.5")))
    address = desk.run(a_csv(a_row(street="Rue B 2", verified_on="2025-02-28", latitude="50.7")))
    planned = [text_of(each) for each in desk.page(address).iter("dl")][1:]
    desk.press(desk.page(address), "/apply")
    assert [text_of(each) for each in desk.page(address).iter("dl")] == planned
    assert "Removed: 50.6 Added: 50.7" in planned[0]
    assert "Removed: January 31, 2025 Added: February 28, 2025" in planned[0]


GOOD, BAD = a_row(id="b", name="Good"), a_row(name="Bád", topics="fod", email="nobody")


def test_refused_rows_come_back_can_be_mended_and_uploaded_again(desk: Desk) -> None:
    plan = desk.page(desk.run(a_csv(BAD, GOOD, delimiter=";", encoding="utf-8-sig"), "a.csv"))
    assert "Apply (new: 1, changed: 0, left out: 1)" in text_of(plan)
    answer = desk.get(links_of(plan)["Download the refused rows, to mend them"])
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    (row,) = rows_of(answer.data)
    assert (row["name"], row["topics"], row["email"], row["import_line"]) == ("Bád", "fod", "nobody", "2")
    assert "nobody" in row["import_problem"]
    assert "“fod” is not in the list of this column. Did you mean “food”?" in row["import_problem"]
    desk.press(plan, "/apply")
    assert desk.names() == {"b": "Good"}
    mended = row | {"topics": "food", "email": "a@example.org"}
    again = desk.page(desk.run(a_csv(mended)))
    assert "About the whole file" not in text_of(again)
    desk.press(again, "/apply")
    assert desk.names() == {"b": "Good", "a": "Bád"}


def test_a_problem_says_line_column_why_and_what_may_be_meant(desk: Desk) -> None:
    said = desk.said(desk.run(a_csv(BAD, GOOD)))
    assert "Line 2 · Bád" in said
    assert "Error · Topics “fod” is not in the list of this column. Did you mean: food" in said
    assert "Did you mean: food" in said
    assert "Error · E-mail" in said


def test_an_applied_run_tells_what_was_wrong_with_the_rows_that_were_left_out(desk: Desk) -> None:
    address = desk.run(a_csv(BAD, GOOD, a_row(id="c", name="Other", email="x")))
    desk.press(desk.page(address), "/apply")
    applied = desk.page(address)
    assert "Line 2" not in text_of(applied)
    refused = desk.page(links_of(applied)["Refused (2)"])
    said = text_of(refused)
    assert "Line 2 · Bád Id: a Error · Topics" in said
    assert "Did you mean: food" in said
    assert "Line 3" not in said
    links = links_of(refused)
    topics = desk.page(links["1 row · Topics"])
    assert "Line 4" not in text_of(topics)
    assert "Line 4" in desk.said(links["2 rows · E-mail"])
    assert "Line 4" in desk.said(links_of(topics)["Topics (1) remove this filter"])
    assert "New Good" in desk.said(links_of(topics)["Applied (1)"])


def test_what_an_applied_run_cannot_show_is_told(desk: Desk) -> None:
    desk.applied(a_csv(a_row()))
    address = desk.applied(a_csv(a_row(id="b")))
    for asked in ("show=kept", "show=changed", "code=nonsense", "code=possible_duplicate&column="):
        assert desk.get(f"{address}?{asked}", 400)
    assert desk.get(f"{address}?show=refused&page=2", 404)


def test_a_run_of_the_command_line_tells_what_was_wrong_too(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(a_csv(BAD, GOOD))
    address = desk.engine.url.render_as_string(hide_password=False)
    command = (sys.executable, "-m", "directory", "import", "--accept-valid", str(file))
    assert subprocess.run(command, env=os.environ | {"DATABASE_URL": address}, check=False).returncode == 1
    refused = desk.said(f"{IMPORTS}/1?show=refused")
    assert "Refused Line 2" in refused
    assert "“fod” is not in the list" in refused


def test_the_plan_is_narrowed_to_a_kind_of_change_or_of_problem(desk: Desk) -> None:
    address = desk.run(a_csv(BAD, GOOD, a_row(id="c", name="Other", email="x")))
    plan = desk.page(address)
    links = links_of(plan)
    assert {"Everything (3)", "New (1)", "Refused (2)"} <= links.keys()
    new = desk.said(links["New (1)"])
    assert "Line 3 · Good" in new
    assert "Line 2 · Bád" not in new
    of_email, of_topics = desk.said(links["2 rows · E-mail"]), desk.said(links["1 row · Topics"])
    assert "Line 2 · Bád" in of_email
    assert "Line 4 · Other" in of_email
    assert "Line 4 · Other" not in of_topics
    assert "Line 3 · Good" not in of_topics + of_email


def test_a_warning_of_a_row_that_changes_nothing_can_be_looked_at(desk: Desk) -> None:
    plan = desk.page(desk.run(a_csv(a_row(), a_row())))
    assert "1 row changes nothing and is not listed." in text_of(plan)
    said = desk.said(links_of(plan)["With warnings (1)"])
    assert "Unchanged Line 3" in said
    assert "This row stands already at line 2." in said


def test_doubts_about_the_file_stand_apart_from_its_rows(desk: Desk) -> None:
    plan = desk.page(desk.run(a_csv(a_row(colour="red"))))
    assert "About the whole file Warning · colour The column “colour” is not known and is left out." in text_of(plan)
    assert "With warnings (0)" in text_of(plan)


AMBIGUOUS = a_csv(a_row(name="Škoda žena", city="Paris"), encoding="cp1250")


def test_an_encoding_in_doubt_is_asked_with_samples(desk: Desk) -> None:
    address = desk.run(AMBIGUOUS)
    page = desk.page(address)
    assert "Central European (Windows-1250)" in text_of(page)
    assert "Škoda" in text_of(page)
    assert "Western European (old Macintosh)" in text_of(page)
    assert "äkoda" in text_of(page)
    assert desk.press(page, "/encoding", encoding="cp1250").status_code == 303
    desk.press(desk.page(address), "/apply")
    assert desk.names() == {"a": "Škoda žena"}


def test_a_file_that_cannot_be_read_says_why_where_and_takes_another(desk: Desk) -> None:
    page = desk.page(desk.run(b'id,name,country\r\na,"A,BE\r\n'))
    assert "This file could not be read. Nothing was changed." in text_of(page)
    assert "Look at line 2 of the file." in text_of(page)
    assert desk.press(page, "/imports").status_code == 400  # the form is there, and no file was chosen


def test_a_dropped_import_is_forgotten(desk: Desk) -> None:
    address = desk.run(a_csv(a_row()))
    assert desk.press(desk.page(address), "/drop").status_code == 303
    assert "This import was dropped." in desk.said(address)
    assert desk.names() == {}


def test_a_plan_that_no_longer_fits_is_made_again_and_says_so(desk: Desk) -> None:
    desk.applied(a_csv(a_row()))
    address = desk.run(a_csv(a_row(name="Mine")))
    seen = desk.page(address)
    desk.applied(a_csv(a_row(name="Theirs")))
    assert desk.press(seen, "/apply").status_code == 303
    assert desk.names() == {"a": "Theirs"}
    again = desk.page(address)
    assert "The directory changed since you saw this plan." in text_of(again)
    assert "Removed: Theirs Added: Mine" in text_of(again)
    assert desk.press(seen, "/apply").status_code == 409
    assert desk.press(again, "/apply").status_code == 303
    assert desk.names() == {"a": "Mine"}


def test_an_undo_keeps_what_was_edited_since_and_says_which(desk: Desk) -> None:
    first = desk.applied(a_csv(a_row(), a_row(id="b", name="B")))
    desk.applied(a_csv(a_row(name="Edited")))
    answer = desk.press(desk.page(f"{first}/undo"), "/undo")
    page = desk.page(answer.headers["Location"])
    assert "1 contact point was edited since and stays as it is." in text_of(page)
    assert "“a” was edited since and stays as it is." in desk.said(links_of(page)["Kept (1)"])
    assert desk.names() == {"a": "Edited"}


def test_pressing_twice_does_it_once(desk: Desk) -> None:
    address = desk.run(a_csv(a_row()))
    plan = desk.page(address)
    assert [desk.press(plan, "/apply").status_code for _ in range(2)] == [303, 303]
    assert desk.said(address).count("Desk") == 1
    sure = desk.page(f"{address}/undo")
    assert [desk.press(sure, "/undo").status_code for _ in range(2)] == [303, 409]
    assert desk.names() == {}


def test_work_that_nobody_does_is_taken_up_by_whoever_looks(desk: Desk) -> None:
    """The worker was killed: its claim is old."""
    for look in ("", "/progress"):
        with database.writing(desk.engine) as session:
            number = runs.upload(session, a_csv(a_row()), "a.csv").number
        desk.get(f"{IMPORTS}/{number}{look}")
        assert desk.state(f"{IMPORTS}/{number}") == "planned"


def test_the_page_of_a_run_that_is_worked_on_says_how_far_it_is(desk: Desk) -> None:
    with database.writing(desk.engine) as session:
        number = runs.upload(session, a_csv(a_row()), "a.csv").number
    assert progress.claim(desk.engine, number)
    told = desk.get(f"{IMPORTS}/{number}/progress").json
    assert told == {"is_open": True, "done": 0, "total": 0, "words": "The file is being looked at…"}
    list(progress.watched(claim_of(desk.engine, number), 50_000, range(3)))
    page = desk.page(f"{IMPORTS}/{number}")
    assert "How far it is: 0 of 50,000 rows" in text_of(page)
    assert [each.attrib for each in page.iter("meta") if each.get("http-equiv")] == [
        {"http-equiv": "refresh", "content": "3"}
    ]
    assert desk.state(f"{IMPORTS}/{number}") == "waiting"
    claim_of(desk.engine, number).release()


def test_the_export_is_taken_back_as_unchanged(desk: Desk) -> None:
    desk.applied(SEED)
    links = links_of(desk.page())
    whole = desk.get(links["All contact points (CSV)"])
    assert whole.headers["Cache-Control"] == "no-store"
    plan = desk.said(desk.run(whole.data))
    assert f"New0 Changed0 Unchanged{len(desk.names())} Refused0 With warnings0" in plan
    assert "This file changes nothing" in plan
    drawn = json.loads(desk.get(links["All contact points (GeoJSON)"]).data)
    assert {each["geometry"]["type"] for each in drawn["features"]} == {"Point"}
    empty = desk.said(desk.run(desk.get(links["An empty file with all columns"]).data))
    assert "The file has a header and no rows." in empty


def test_runs_are_listed_page_by_page_newest_first(desk: Desk) -> None:
    with database.writing(desk.engine) as session:
        last = [runs.upload(session, b"x", f"{number}.csv", EMAIL).number for number in range(51)][-1]
        for number in range(1, last + 1):
            runs.drop(session, number)
    page = desk.page()
    assert text_of(page).index("50.csv") < text_of(page).index("49.csv")
    assert "0.csv" in desk.said(links_of(page)["Next"])
    assert number_of(links_of(page)[f"Import {last}"]) == last


LONG = "Nous aidons les personnes sans papiers. " * 40


@pytest.mark.parametrize("end", ["lundi", "jeudi"])
def test_what_changes_at_the_end_of_a_long_text_is_in_the_plan(desk: Desk, end: str) -> None:
    desk.applied(a_csv(a_row(description_fr=LONG + "Le mardi.")))
    said = desk.said(desk.run(a_csv(a_row(description_fr=LONG + f"Le {end}."))))
    assert f"Removed: mardi. Added: {end}." in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_its_pages(desk: Desk, lang: str) -> None:
    done = desk.applied(a_csv(a_row()))
    plan = desk.run(a_csv(a_row(name="B", topics="food|health"), a_row(id="x", email="x")))
    for path in ("/en/admin/imports", plan, done, f"{done}/undo"):
        page = desk.page(path.replace("/en/", f"/{lang}/"))
        assert page.get("lang") == lang
        assert "%(" not in text_of(page)
