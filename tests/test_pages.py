"""Every public page: valid, translated, bounded in SQL, and saying what a person needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pages import ERRORS, PAGES, document, faults, text_of
from sqlalchemy import event

from directory.config import LANGUAGES

MOST_STATEMENTS = 6


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_valid_html_by_the_rules_of_the_house(client: FlaskClient, page: str, lang: str) -> None:
    answer = client.get(PAGES[page].format(lang=lang))
    assert answer.status_code == 200
    tree = document(answer.data)
    assert tree.get("lang") == lang
    assert tree.get("dir") == ("rtl" if lang in ("ar", "fa") else "ltr")
    assert faults(tree) == []


@pytest.mark.parametrize("lang", ("en", "fr", "ar"))
@pytest.mark.parametrize("page", ERRORS)
def test_an_error_has_a_page_too(client: FlaskClient, page: str, lang: str) -> None:
    path, status = ERRORS[page]
    answer = client.get(path.format(lang=lang))
    assert answer.status_code == status
    assert faults(document(answer.data)) == []


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    engine = app.extensions["database"]
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "path",
    [*(path.format(lang="en") for path in PAGES.values()), "/en/map/points?city=Sofia", "/en/contact-points?page=3"],
)
def test_a_page_asks_the_database_at_most_six_times(app: Flask, client: FlaskClient, path: str) -> None:
    with counted(app) as statements:
        assert client.get(path).status_code == 200
    assert len(statements) <= MOST_STATEMENTS, statements


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return text_of(document(answer.data).find("./body"))


def test_home_says_where_and_what_and_whom_to_call_in_danger(client: FlaskClient) -> None:
    said = page(client, "/en/")
    for words in (
        "Where are you?",
        "Liège",
        "Sofia",
        "What do you need?",
        "Papers and residence",
        "112",
        "109 contact points",
    ):
        assert words in said
    assert "+32 78 05 58 00" in said


def test_home_in_a_city_leads_to_results_there(client: FlaskClient) -> None:
    tree = document(client.get("/en/?city=%D0%A1%D0%BE%D1%84%D0%B8%D1%8F").data)
    links = [link.get("href", "") for link in tree.iter("a")]
    assert "/en/contact-points?city=Sofia&topic=asylum" in links


@pytest.mark.parametrize("name", ("Liège", "Liege", "Lüttich", "Luik", "Льеж", "لييج"))
def test_a_city_is_found_by_any_of_its_names(client: FlaskClient, name: str) -> None:
    assert "In Liège" in page(client, f"/en/contact-points?city={quote(name)}")


def test_a_result_says_what_a_person_needs_to_choose(client: FlaskClient) -> None:
    said = page(client, "/en/contact-points?q=Caritas+St+Anna")
    assert "Sofia" in said
    assert re.search(r"Open|Closed|Opening hours not known", said)


def test_what_serves_the_whole_country_stands_in_its_own_group(client: FlaskClient) -> None:
    said = page(client, "/en/contact-points?city=Huy&topic=exploitation")
    assert "For the whole country" in said
    assert "stoptraite.be" in said


def test_a_closed_contact_point_says_so_on_top_and_where_to_go_instead(client: FlaskClient) -> None:
    said = page(client, "/en/contact-points/bulgarian-helsinki-committee-refugee-legal-aid")
    assert said.index("Closed for good") < said.index("Where to go instead") < said.index("How sure is this?")


def test_a_closed_one_is_found_by_its_name_only(client: FlaskClient) -> None:
    assert "Closed for good" in page(client, "/en/contact-points?q=bulgarian+helsinki")
    assert "Closed for good" not in page(client, "/en/contact-points?city=Sofia&per_page=100")


def test_nothing_found_is_no_dead_end(client: FlaskClient) -> None:
    said = page(client, "/en/contact-points?city=Namur&topic=asylum&language=uk")
    assert "Nothing found for this" in said
    assert "Ask for a little less" in said
    assert "112" in text_of(document(client.get("/en/").data))


def test_misspelled_words_are_answered_by_the_nearest_and_can_be_meant_as_they_are(client: FlaskClient) -> None:
    tree = document(client.get("/en/contact-points?q=recidence+permitt").data)
    told = next(p for p in tree.iter("p") if text_of(p).startswith("Showing results for:"))
    assert "residence permit" in text_of(told)
    exact = document(client.get(told.find("a").get("href")).data)
    assert "Showing results for:" not in text_of(exact)


def test_the_city_in_the_words_is_understood_and_can_be_taken_back(client: FlaskClient) -> None:
    tree = document(client.get("/en/contact-points?q=lost+my+job+sofia").data)
    assert "Showing what helps in Sofia." in text_of(tree)
    assert any(
        "Search everywhere" in text_of(a) and a.get("href") == "/en/contact-points?q=lost+my+job"
        for a in tree.iter("a")
    )


def test_list_map_and_points_tell_the_same_total(client: FlaskClient) -> None:
    for query in ("", "city=Sofia", "topic=legal_aid&status=undocumented", "q=caritas", "near=42.69,23.32", "open=now"):
        points = client.get(f"/en/map/points?{query}").json
        heads = [
            text_of(document(client.get(f"/en/{p}?{query}").data).find(".//h1")) for p in ("contact-points", "map")
        ]
        assert points is not None
        assert heads[0] == heads[1]
        assert heads[0].split()[0] == str(points["total"])


def test_a_name_stays_as_on_the_door_in_every_language(client: FlaskClient) -> None:
    for lang in LANGUAGES:
        assert "Държавна агенция за бежанците" in page(client, f"/{lang}/contact-points/state-agency-for-refugees-hq")


def test_a_text_in_another_language_says_which(client: FlaskClient) -> None:
    tree = document(client.get("/ar/contact-points/cite-miroir").data)
    said = next(p for p in tree.iter("p") if p.get("class") == "said")
    assert (said.get("lang"), said.get("dir")) == ("en", "ltr")


def test_every_link_of_a_page_leads_somewhere(client: FlaskClient) -> None:
    for path in ("/en/", "/fr/contact-points?city=Sofia&topic=housing&q=caritas", "/ar/contact-points/cite-miroir"):
        tree = document(client.get(path).data)
        for address in {a.get("href", "") for a in tree.iter("a")}:
            if address.startswith("/"):
                assert client.get(address).status_code in (200, 301), address


def test_the_other_languages_of_a_page_keep_its_question(client: FlaskClient) -> None:
    tree = document(client.get("/en/contact-points?city=Sofia&topic=housing").data)
    alternates = {link.get("hreflang"): link.get("href") for link in tree.iter("link") if link.get("hreflang")}
    assert set(alternates) == {*LANGUAGES, "x-default"}
    assert alternates["fa"] == "/fa/contact-points?city=Sofia&topic=housing"


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ("fr-BE,fr;q=0.9,en;q=0.5", "fr"),
        ("uk", "uk"),
        ("zh-Hant, ar;q=0.4", "ar"),
        ("xx", "en"),
        ("", "en"),
        ("fa-AF", "fa"),
    ],
)
def test_the_first_visit_speaks_the_browsers_language(client: FlaskClient, asked: str, lang: str) -> None:
    answer = client.get("/", headers={"Accept-Language": asked})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{lang}/")
    assert "Accept-Language" in answer.headers["Vary"]
