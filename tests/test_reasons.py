"""Why a result is one: words are marked, meanings are named, and nothing typed becomes markup."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from directory.cities import Atlas
from directory.search.reading import read
from directory.web.reasons import Sought


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("Caritas Sofia – centre", "каритас", "<mark>Caritas</mark> Sofia – centre"),
        (
            "Réfugiés, l'accueil des réfugiés",
            "refugies",
            "<mark>Réfugiés</mark>, l&#39;accueil des <mark>réfugiés</mark>",
        ),
        ("l'accueil <b>", "accueil", "<mark>l&#39;accueil</mark> &lt;b&gt;"),
        ("Le Monde des Possibles", "monde possib", "Le <mark>Monde</mark> des <mark>Possibles</mark>"),
        ("Фондация за достъп до права", "prava", "Фондация за достъп до <mark>права</mark>"),
        ("Nothing of it", "zzz", "Nothing of it"),
    ],
)
def test_the_words_that_were_asked_for_are_marked(text: str, asked: str, shown: str) -> None:
    assert Sought(read(asked, Atlas(()))).marked(text) == shown


@given(text=st.text(max_size=60), asked=st.text(max_size=20))
def test_marks_change_nothing_but_the_marks(text: str, asked: str) -> None:
    assert (
        Sought(read(asked, Atlas(()))).marked(text).striptags() == Sought(read("", Atlas(()))).marked(text).striptags()
    )
    assert Sought(read(asked, Atlas(()))).marked(text).replace("<mark>", "").replace("</mark>", "") == Sought(
        read("", Atlas(()))
    ).marked(text)


def test_what_matches_by_its_meaning_says_so(client: FlaskClient) -> None:
    page = client.get("/en/contact-points?q=адвокат+Liège").text
    assert "Topic: Legal help" in page
    assert "Topic:" not in client.get("/en/contact-points?q=univerbal").text


def test_another_spelling_is_told_and_can_be_taken_back(client: FlaskClient) -> None:
    page = client.get("/en/contact-points?q=lawyr").text
    assert "Showing results for:" in page
    assert "q=lawyr&amp;exact=1" in page or "exact=1&amp;q=lawyr" in page
    exact = client.get("/en/contact-points?q=lawyr&exact=1").text
    assert "Showing results for:" not in exact
    assert "Did you mean:" in exact


def test_what_is_near_to_a_topic_is_told_to_be_only_that(client: FlaskClient) -> None:
    assert "something near to it" in client.get("/en/contact-points?q=depressed").text
    assert "something near to it" not in client.get("/en/contact-points?q=адвокат").text


def test_a_place_among_the_words_is_told_and_can_be_taken_back(app: Flask) -> None:
    page = app.test_client().get("/en/contact-points?q=адвокат+в+Софии").text
    assert "Showing what helps in Sofia." in page
    assert "Search everywhere instead" in page
