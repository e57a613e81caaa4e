"""What the import pages do not let through: strangers, forged forms, files that are none, hostile texts, wrong addresses."""

from __future__ import annotations

import io
from typing import Any

import pytest
from importing import COLUMNS, IMPORTS, Desk, a_csv, a_row, form_of, links_of
from pages import document, faults, text_of
from sqlalchemy import create_engine

from directory import database
from directory.importer.reading import MOST_BYTES
from directory.web.forms import MOST_BYTES as MOST_OF_FORM


@pytest.fixture
def desk(tmp_path: Any) -> Desk:
    engine = database.connect(f"sqlite:///{tmp_path}/directory.sqlite")
    database.migrate(engine)
    return Desk(engine)


VIEWS = ("", "/1", "/1/progress", "/1/undo", "/1/refused.csv", "/1/apply")
STEPS = ("", "/1/apply", "/1/encoding", "/1/drop", "/1/undo")
DOWNLOADS = ("export.csv", "export.geojson", "template.csv")


def test_who_is_not_signed_in_is_led_to_the_door(desk: Desk) -> None:
    desk.run(a_csv(a_row()))
    desk.client.delete_cookie("session")
    for path in (*(IMPORTS + view for view in VIEWS), *(f"/en/admin/{name}" for name in DOWNLOADS)):
        answer = desk.client.get(path)
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/en/account/sign-in"), path
    for step in STEPS:
        assert desk.client.post(IMPORTS + step).headers["Location"].startswith("/en/account/sign-in")


def test_a_form_that_is_not_ours_does_nothing(desk: Desk) -> None:
    address = desk.run(a_csv(a_row()))
    form = form_of(desk.page(address), "/apply")
    digest = next(field.get("value") for field in form.iter("input") if field.get("name") == "digest")
    assert desk.client.post(f"{address}/apply", data={"digest": digest}).status_code == 403
    assert desk.client.post(IMPORTS, data={"file": (io.BytesIO(a_csv(a_row())), "a.csv")}).status_code == 403
    for step in ("drop", "undo", "encoding"):
        assert desk.client.post(f"{address}/{step}", data={"form": "x"}).status_code == 403
    assert (desk.state(address), desk.names()) == ("planned", {})


@pytest.mark.parametrize(
    ("data", "name", "status", "told"),
    [
        (b"x", "", 400, "Choose a file first."),
        (b"", "empty.csv", 400, "This file is empty. Choose another one."),
        (b"a" * (MOST_BYTES + 1), "large.csv", 413, "This file is larger than 25 MB."),
    ],
    ids=["no file", "empty", "too large by a byte"],
)
def test_a_file_that_is_none_is_told_above_the_form(desk: Desk, data: bytes, name: str, status: int, told: str) -> None:
    answer = desk.send(data, name)
    assert answer.status_code == status
    tree = document(answer.data)
    assert faults(tree) == []
    alert = next(each for each in tree.iter("p") if each.get("role") == "alert")
    assert told in text_of(alert)
    assert next(each for each in tree.iter("input") if each.get("type") == "file").get("aria-invalid") == "true"
    assert "Nothing was imported yet." in text_of(tree)


@pytest.mark.parametrize("character", ["\x01", "\x7f", "\x9d", "\ufdd0", "\uffff", "\U0001fffe"])
def test_what_no_page_may_hold_comes_from_no_file_onto_a_page(desk: Desk, character: str) -> None:
    typed = f"a{character}b"
    rows = [a_row(id=str(n), **{name: typed, typed: typed}) for n, name in enumerate((*COLUMNS[1:], "phone", "cost"))]
    address = desk.run(a_csv(*rows, a_row(id=typed)))
    for path in (address, *(link for link in links_of(desk.page(address)).values() if "code=" in link)):
        assert character not in desk.said(path)
    desk.page(desk.run(a_csv(a_row(**{"name ": "x", f"name{character}": "y"}))))  # the header says it twice
    assert desk.names() == {}


def test_a_form_that_is_too_large_is_not_even_read(desk: Desk) -> None:
    said = {"CONTENT_LENGTH": str(MOST_OF_FORM + 1)}
    kind = "multipart/form-data; boundary=x"
    answer = desk.client.post(IMPORTS, data=b"--x", content_type=kind, environ_overrides=said)
    assert answer.status_code == 413
    assert "This file is larger than 25 MB." in answer.text
    assert faults(document(answer.data)) == []


HOSTILE = [
    "<script>alert(1)</script>",
    "%s %(id)s 100 %",
    "{{ 1337*1337 }}{% raw %}",
    "\u05d0\u05d1 \u200f<b onclick=x>",
    '"><img src=x onerror=alert(1)>',
]


def test_hostile_names_and_cells_are_only_text(desk: Desk) -> None:
    rows = [a_row(id=f"h{at}", name=text, description_en=text * 3) for at, text in enumerate(HOSTILE)]
    bad = [a_row(id=f"b{at}", name="x", topics=text, email=text, website=text) for at, text in enumerate(HOSTILE)]
    extra = a_row(id="e", name="e") | {HOSTILE[0]: "x", HOSTILE[1]: "y"}
    for name in (*HOSTILE, "../../etc/passwd", "a" * 300 + ".csv", "\u202egnp.csv", "a\r\nSet-Cookie: x"):
        page = desk.page(desk.run(a_csv(*rows, *bad, extra), name))
        scripts = [each.get("src", "") for each in page.iter("script")]
        assert all("/static/" in src for src in scripts)
        assert not list(page.iter("img"))
        assert "1787569" not in text_of(page)
        for text in HOSTILE:
            assert text in text_of(page)
    told = text_of(page)
    assert "\r" not in told
    assert "\u202e" not in desk.said()
    assert "etc/passwd" not in desk.said()
    desk.press(page, "/apply")
    assert desk.names()["h0"] == HOSTILE[0]
    answer = desk.get(links_of(page)["Download the refused rows, to mend them"])
    assert HOSTILE[0] in answer.text


@pytest.mark.parametrize(
    "path", ["/2", "/2/progress", "/2/undo", "/2/refused.csv", "/0", "/99999999999999999999", "/x"]
)
def test_a_run_that_does_not_exist_has_no_page(desk: Desk, path: str) -> None:
    desk.run(a_csv(a_row()))
    assert desk.client.get(IMPORTS + path).status_code == 404


@pytest.mark.parametrize("step", ["apply", "encoding", "drop", "undo"])
def test_nothing_can_be_done_to_a_run_that_does_not_exist(desk: Desk, step: str) -> None:
    desk.run(a_csv(a_row()))
    assert desk.press_at(f"{IMPORTS}/7/{step}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("page=2", 404),
        ("page=0", 400),
        ("page=x", 400),
        ("page=٣", 400),
        ("page=99999999999999999999999", 400),
        ("show=nonsense", 400),
        ("show=refused&page=2", 404),
        ("code=nonsense", 400),
        ("code=%00&column=%00", 400),
    ],
)
def test_a_page_of_a_plan_that_does_not_exist_is_told(desk: Desk, asked: str, status: int) -> None:
    address = desk.run(a_csv(a_row()))
    assert desk.client.get(f"{address}?{asked}").status_code == status


def test_what_cannot_be_done_now_is_said_on_the_page_of_the_run(desk: Desk) -> None:
    address = desk.applied(a_csv(a_row()))
    for step, said in (
        ("apply", "This import has gone on in the meantime."),
        ("encoding", "This import has gone on in the meantime."),
        ("drop", "This import can no longer be dropped."),
    ):
        answer = desk.press_at(f"{address}/{step}", digest="00", encoding="cp1252")
        assert answer.status_code == 409, step
        tree = document(answer.data)
        assert faults(tree) == []
        assert said in text_of(tree)
    waiting = desk.run(a_csv(a_row(name="Other")))
    answer = desk.press_at(f"{waiting}/undo")
    assert answer.status_code == 409
    assert "This import was not applied: there is nothing to undo." in answer.text


def test_an_encoding_that_was_not_offered_is_refused(desk: Desk) -> None:
    address = desk.run(a_csv(a_row(name="Škoda žena", city="Paris"), encoding="cp1250"))
    answer = desk.press(desk.page(address), "/encoding", encoding="koi8-u")
    assert answer.status_code == 409
    assert "Choose one of the encodings that are shown." in answer.text
    assert desk.state(address) == "asking"


def test_an_undo_cannot_be_undone(desk: Desk) -> None:
    address = desk.applied(a_csv(a_row()))
    undoing = desk.press(desk.page(f"{address}/undo"), "/undo").headers["Location"]
    assert "Undo…" not in desk.said(undoing)
    assert desk.get(f"{undoing}/undo", 303).headers["Location"] == undoing
    assert desk.press_at(f"{undoing}/undo").status_code == 409


def test_a_plan_without_refused_rows_has_none_to_download(desk: Desk) -> None:
    address = desk.run(a_csv(a_row()))
    assert "Download the refused rows" not in desk.said(address)
    desk.get(f"{address}/refused.csv", 404)


def test_the_address_of_a_step_leads_back_to_the_run(desk: Desk) -> None:
    address = desk.run(a_csv(a_row()))
    for step in ("apply", "drop", "encoding"):
        assert desk.get(f"{address}/{step}", 303).headers["Location"] == address


def test_a_database_that_is_away_is_said_so(desk: Desk, tmp_path: Any) -> None:
    desk.app.extensions["database"] = create_engine(f"sqlite:///{tmp_path}/nowhere/directory.sqlite")
    for path in (IMPORTS, f"{IMPORTS}/1", "/en/admin/export.csv"):
        answer = desk.client.get(path)
        assert answer.status_code == 503
        assert "This site is resting for a moment" in answer.text
