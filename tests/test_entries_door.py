"""The desk's door: write, close and take back one contact point by hand; what is wrong stands beside its field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking import statements_of
from conftest import ENGINES, SEED, fill
from desk import DESK, FULL, SOUP, SOUP_ID, Desk, by_id, fields, form_of, links, said
from pages import document, faults
from sqlalchemy import func, select

from directory import care, database
from directory.importer.columns import HEADER, column
from directory.models import Change, ContactPoint, ImportRun

MOST_STATEMENTS = 8
CARE = "/en/admin/care"


@pytest.fixture(
    scope="module", params=[pytest.param(n, marks=pytest.mark.postgresql if n != "sqlite" else ()) for n in ENGINES]
)
def one_desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    file = f"sqlite:///{tmp_path_factory.mktemp('desk')}/directory.sqlite"
    made = Desk(file if request.param == "sqlite" else request.getfixturevalue("cluster").new_database())
    yield made
    made.engine.dispose()


@pytest.fixture
def desk(one_desk: Desk) -> Desk:
    """Signed in at an empty directory, on each engine."""
    one_desk.clear()
    return one_desk


def pages_of(desk: Desk) -> list[str]:
    desk.write(**FULL)
    desk.write(**{**FULL, "id": "poor", "name": "Poor", "phone": "", "opening_hours": "", "verified_on": ""})
    reasons = [f"{CARE}?reason={reason}" for reason in care.REASONS]
    more = [f"{DESK}/new", f"{DESK}/full/edit", f"{DESK}/full/history", f"{DESK}/poor/history?saved=2&undone=1"]
    return [DESK, f"{DESK}?q=poo", f"{DESK}?q=nothing", CARE, *reasons, *more]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_is_valid_and_asks_the_database_little(desk: Desk, lang: str) -> None:
    for path in pages_of(desk):
        with statements_of(desk.engine) as told:
            page = desk.get(path.replace("/en/", f"/{lang}/"))
        assert faults(page) == [], path
        assert len(told) <= MOST_STATEMENTS, (path, told)


def test_nobody_else_comes_in(desk: Desk) -> None:
    paths = pages_of(desk)
    stranger = desk.app.test_client()
    for path in paths:
        assert stranger.get(path).headers["Location"].startswith("/en/account/sign-in"), path
    for path in ("new", "full/edit", "full/status", "full/undo"):
        assert stranger.post(f"{DESK}/{path}", data=SOUP).status_code in (303, 403)
    assert desk.client.post(f"{DESK}/new", data=SOUP).status_code == 403  # without the form's own field
    with database.reading(desk.engine) as session:
        assert session.scalar(select(func.count()).select_from(ContactPoint)) == 2


def test_what_is_typed_becomes_a_contact_point_with_its_history(desk: Desk) -> None:
    answer = desk.send("new", **SOUP, description_en="Warm soup", opening_hours="Mo-Fr 12:00-14:00")
    assert answer.headers["Location"] == f"{DESK}/{SOUP_ID}/history?saved=1"
    told = said(desk.get(answer.headers["Location"]))
    assert "Saved" in told
    assert "Added" in told
    assert desk.email in told
    public = said(desk.get(f"/en/contact-points/{SOUP_ID}"))
    for words in ("Soupe du jour", "Warm soup", "+32 4 221 81 11"):
        assert words in public


def test_everything_that_is_wrong_is_told_at_once_beside_its_field(desk: Desk) -> None:
    wrong = {"name": "", "country": "", "topics": [], "email": "a@", "website": "nowhere", "opening_hours": "when?"}
    answer = desk.send("new", **{**SOUP, **wrong}, latitude="x", verified_on="3000-01-01", more_languages="Xyzzy")
    assert answer.status_code == 422
    page = document(answer.data)
    assert faults(page) == []
    names = {"name", "country", "email", "website", "opening_hours", "latitude", "verified_on", "languages"}
    assert {link.removeprefix("#") for link in links(page, ".//main//section")} >= names
    for field in by_id(page, " ".join(names)):
        assert field.get("aria-invalid") == "true", field.get("id")
        assert all("".join(each.itertext()).strip() for each in by_id(page, field.get("aria-describedby")))
    assert desk.stored(SOUP_ID) is None


def test_what_was_typed_is_kept_when_something_is_wrong(desk: Desk) -> None:
    typed = {**SOUP, "email": "a@", "alt_names": "One\r\nTwo", "languages": ["ar", "fr"], "cost": "free"}
    typed |= {"description_en": "  a\r\n\r\nb <b>", "main_topic": "health", "more_languages": "Wolof"}
    again = fields(form_of(document(desk.send("new", **typed).data)))
    assert sorted(again.pop("topics")) == [
        "food",
        "health",
    ]  # a box cannot say which was ticked first: the choice below does
    assert sorted(again.pop("languages")) == ["ar", "fr"]
    del typed["topics"], typed["languages"]
    assert {name: again[name] for name in typed} == typed


def test_saving_a_form_as_it_stands_changes_nothing(desk: Desk) -> None:
    desk.write(**FULL)
    answer = desk.send("full/edit")
    assert answer.headers["Location"] == f"{DESK}/full/history?unchanged=1"
    assert "Nothing was changed" in said(desk.get(answer.headers["Location"]))
    stored = desk.stored("full")
    assert stored is not None
    assert stored.version == 1


def test_saving_what_was_imported_as_it_stands_changes_nothing(desk: Desk) -> None:
    fill(desk.engine, SEED)
    with database.reading(desk.engine) as session:
        ids = session.scalars(select(ContactPoint.id).order_by(ContactPoint.number)).all()[::8]
    for id_ in ids:
        assert desk.send(f"{id_}/edit").headers["Location"].endswith("unchanged=1"), id_


EMPTIED = [name for name in HEADER if name not in ("id", "name", "country", "kind", "topics", "status", "precision")]


@pytest.mark.parametrize("name", [*EMPTIED, "name_uk", "description_ar", "name_de"])
def test_an_emptied_field_empties_what_is_stored(desk: Desk, name: str) -> None:
    desk.write(**FULL)
    less: dict[str, Any] = {name: ""}
    if name in ("latitude", "longitude"):
        less = {"latitude": "", "longitude": ""}
    if name in ("languages", "residence_status"):
        less = {name: []}
    assert desk.send("full/edit", **less).status_code == 303
    stored, known = desk.stored("full"), column(name)
    assert stored is not None
    assert known is not None
    if known.attribute in ("organization", "network"):
        assert getattr(stored, f"{known.attribute}_number") is None
    else:
        assert known.value_of(stored) == known.empty


def test_coordinates_without_a_precision_are_the_door(desk: Desk) -> None:
    assert desk.send("new", **SOUP, latitude="50.63", longitude="5.57").status_code == 303
    stored = desk.stored(SOUP_ID)
    assert stored is not None
    assert (stored.precision, stored.place_source) == ("exact", "hand")


def test_the_most_important_topic_comes_first_and_the_others_keep_their_order(desk: Desk) -> None:
    desk.write(**FULL)
    desk.send("full/edit", main_topic="asylum")
    stored = desk.stored("full")
    assert stored is not None
    assert stored.topics == ["asylum", "housing", "food"]


def test_sending_a_form_twice_writes_once(desk: Desk) -> None:
    form = form_of(desk.get("new"))
    first, second = (desk.post(form, f"{DESK}/new", SOUP) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    form = form_of(desk.get(f"{SOUP_ID}/edit"))
    path = f"{DESK}/{SOUP_ID}/edit"
    answers = [desk.post(form, path, {"street": "Rue 1"}).status_code for _ in range(2)]
    assert answers == [303, 303]
    with database.reading(desk.engine) as session:
        whats = session.scalars(select(Change.what).order_by(Change.number)).all()
    assert whats == ["created", "changed"]


def test_a_second_contact_point_does_not_overwrite_one_of_its_id(desk: Desk) -> None:
    desk.send("new", **SOUP)
    answer = desk.send("new", **{**SOUP, "phone": "04 222 22 22"})
    assert answer.status_code == 422
    assert "is taken" in said(answer)
    assert desk.send("new", **{**SOUP, "id": "another", "phone": "04 222 22 22"}).status_code == 303


def test_a_doubt_is_saved_and_shown_after(desk: Desk) -> None:
    desk.write(**FULL)
    answer = desk.send("new", **{**SOUP, "name": "Poort"})
    told = said(desk.get(answer.headers["Location"]))
    assert "is it the same place?" in told


def test_two_at_once_lose_nothing(desk: Desk) -> None:
    desk.write(**FULL)
    form = form_of(desk.get("full/edit"))
    desk.write(**{**FULL, "street": "Rue de la Loi 5", "cost": "free"})
    answer = desk.post(form, f"{DESK}/full/edit", {"street": "Rue Haute 3", "email": "b@example.org"})
    assert answer.status_code == 422
    page = document(answer.data)
    assert faults(page) == []
    again = fields(form_of(page))
    assert (again["street"], again["cost"], again["email"]) == ("Rue Haute 3", "free", "b@example.org")
    assert "Rue de la Loi 5" in "".join(by_id(page, "street-theirs")[0].itertext())
    assert desk.post(form_of(page), f"{DESK}/full/edit", {}).status_code == 303
    stored = desk.stored("full")
    assert stored is not None
    assert (stored.street, stored.cost, stored.email) == ("Rue Haute 3", "free", "b@example.org")


def test_closing_and_opening_again(desk: Desk) -> None:
    desk.write(**FULL)
    answer = desk.send("full/edit", "/status")
    assert "Closed for good" in said(desk.get(answer.headers["Location"]))
    assert "Closed for good" in said(desk.get("/en/contact-points/full"))
    assert "Opened again" in said(desk.get(desk.send("full/edit", "/status").headers["Location"]))
    assert "Closed for good" not in said(desk.get("/en/contact-points/full"))


def test_closing_what_somebody_changed_meanwhile_asks_to_look_again(desk: Desk) -> None:
    desk.write(**FULL)
    form = form_of(desk.get("full/edit"), "/status")
    desk.write(**{**FULL, "street": "Rue 7"})
    answer = desk.post(form, "", {})
    assert answer.status_code == 422
    assert "Somebody changed this contact point" in said(answer)
    stored = desk.stored("full")
    assert stored is not None
    assert stored.status == "active"


def test_a_change_is_taken_back_once(desk: Desk) -> None:
    desk.write(**FULL)
    desk.send("full/edit", street="Rue 7")
    form = form_of(desk.get("full/history"), "/undo")
    told = said(desk.get(desk.post(form, "", {}).headers["Location"]))
    assert "The change was taken back." in told
    stored = desk.stored("full")
    assert stored is not None
    assert stored.street == "Rue Agimont 9"
    assert "taken back already" in said(desk.get(desk.post(form, "", {}).headers["Location"]))


def test_only_the_newest_change_can_be_taken_back(desk: Desk) -> None:
    desk.write(**FULL)
    desk.send("full/edit", street="Rue 7")
    old = form_of(desk.get("full/history"), "/undo")
    desk.send("full/edit", street="Rue 8")
    page = desk.get("full/history")
    assert len([form for form in page.iter("form") if (form.get("action") or "").endswith("/undo")]) == 1
    assert "was not taken back" in said(desk.get(desk.post(old, "", {}).headers["Location"]))


def test_a_creation_that_was_taken_back_keeps_its_history(desk: Desk) -> None:
    desk.send("new", **SOUP)
    answer = desk.send(f"{SOUP_ID}/history", "/undo")
    page = desk.get(answer.headers["Location"])
    told = said(page)
    assert str(page.findtext(".//title")).startswith("History: Soupe du jour –")
    assert "no longer there" in told
    assert "Soupe du jour" in told
    desk.get(f"{SOUP_ID}/edit", 404)
    desk.get(f"/en/contact-points/{SOUP_ID}", 404)


@pytest.mark.parametrize("run", ["", "x", "0", "-1", "99999999999999999999", "1"])
def test_a_run_of_another_contact_point_cannot_be_taken_back_here(desk: Desk, run: str) -> None:
    desk.send("new", **SOUP)
    desk.write(**FULL)
    form = form_of(desk.get("full/history"), "/undo")
    assert desk.post(form, "", {"run": run}).status_code == 404
    assert desk.stored(SOUP_ID) is not None


def test_a_file_is_taken_back_on_its_own_page(desk: Desk) -> None:
    desk.write(**FULL)
    with database.writing(desk.engine) as session:
        session.scalars(select(ImportRun)).one().kind = "file"
    page = desk.get("full/history")
    assert "/en/admin/imports/1" in links(page)
    assert [form for form in page.iter("form") if (form.get("action") or "").endswith("/undo")] == []


def test_what_needs_care_says_why_and_leads_to_its_form(desk: Desk) -> None:
    desk.write(**{**FULL, "phone": "", "email": "", "website": ""})
    page = desk.get(CARE)
    assert f"{DESK}/full/edit" in links(page)
    assert "1 Cannot be reached" in said(page)
    assert "Missing: French, Bulgarian" in said(desk.get(f"{CARE}?reason=untranslated"))
    assert "Last check: January 1, 2025" in said(desk.get(f"{CARE}?reason=not_checked"))


def test_nothing_to_care_for_says_so(desk: Desk) -> None:
    assert "Nothing needs care" in said(desk.get(CARE))


@pytest.mark.parametrize("path", [DESK, CARE])
def test_pages_follow_one_another_to_the_last(desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(care, "PER_PAGE", 1)
    desk.write(**{**FULL, "opening_hours": ""})
    desk.write(**{**FULL, "id": "b", "opening_hours": ""})
    asked = f"{path}?reason=no_hours&q=" if path == CARE else f"{path}?q=poort"
    first, second = said(desk.get(asked)), said(desk.get(f"{asked}&page=2"))
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second
    for page in ("3", "0", "-1", "x", "1" * 30, "٢"):
        desk.get(f"{asked}&page={page}", 404)


@pytest.mark.parametrize("path", ["nobody/edit", "nobody/history", "a%00b/edit", "a%00b/history", "%F0%9F%A6%8A/edit"])
def test_what_does_not_exist_answers_404(desk: Desk, path: str) -> None:
    desk.get(path, 404)


def test_an_unknown_reason_answers_404(desk: Desk) -> None:
    desk.get(f"{CARE}?reason=boredom", 404)


HOSTILE = [
    "\x00",
    "'; DROP TABLE contact_point; --",
    "=cmd()",
    "[clear]",
    "x" * 30_000,
    "|" * 300,
    "\u202eabc",
    "{{7*7}}",
]
HOSTILE += ["<script>", "\ud7ff\ufffe", "%(x)s %s", '"\n,"', "9" * 400, "nan", "-0", "٣", "\r\n\r\n"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_is_answered_with_a_message(desk: Desk, text: str) -> None:
    desk.write(**FULL)
    names = [*HEADER, "name_uk", "description_ar", "main_topic", "more_languages", "version"]
    alone = ("name", "phone", "latitude", "topics", "languages", "verified_on", "description_ar", "version")
    for typed in (dict.fromkeys(names, text), *({name: text} for name in alone)):
        answer = desk.send("full/edit", **typed)
        assert answer.status_code in (303, 422)
        assert faults(document(answer.data)) == [] or answer.status_code == 303
    desk.get(f"{DESK}?q={text[:100]}".replace("\x00", "%00").replace("%(", "%25(").replace("\r\n", "%0D"))
