"""The header in four languages and any spelling; what is missing, doubled or unknown is told with what may be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.importer.columns import HEADER, column
from directory.importer.headers import name_of
from directory.importer.labels import LABELS
from directory.importer.problems import Problem
from directory.importer.reading import Table, Unreadable, read


def table(header: str) -> Table:
    """Of a header separated by semicolons, and one row of x."""
    return read(f"{header}\r\n{';'.join('x' for _ in header.split(';'))}\r\n".encode())


def warned(header: str) -> list[tuple[str | None, str, str]]:
    return [(problem.column, problem.code, problem.suggestion) for problem in table(header).warnings]


def refusal(header: str) -> Problem:
    with pytest.raises(Unreadable) as refused:
        table(header)
    assert refused.value.line == 1
    return refused.value.problem


@pytest.mark.parametrize(
    "header",
    [
        "id;name;country;city;street;postal code;phone;opening hours;website;languages;topics",
        "Identifiant;Nom;Pays;Ville;Adresse;Code postal;Téléphone;Heures d'ouverture;Site web;Langues;Thématiques",
        "идентификатор;Наименование;Държава;Град;Адрес;Пощенски код;Телефон;Работно време;Уебсайт;Езици;Теми",
        "identificatie;Naam;Land;Stad;Adres;Postcode;Telefoon;Openingsuren;Website;Talen;Onderwerpen",
        "ID;NAME;Country\xa0; city ;STREET;Postal-Code;PHONE:;openingHours;web_site;languages*;Topics (required)",
    ],
)
def test_labels_are_known_in_four_languages_and_any_spelling(header: str) -> None:
    assert table(header).columns == (
        *("id", "name", "country", "city", "street", "postal_code", "phone", "opening_hours", "website"),
        *("languages", "topics"),
    )
    assert not table(header).warnings


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("name_uk", "name_uk"),
        ("Nom (FR)", "name_fr"),
        ("nom en bulgare", "name_bg"),
        ("Description (bg)", "description_bg"),
        ("description française", "description_fr"),
        ("Beschrijving in het Nederlands", "description_nl"),
        ("Naam (Frans)", "name_fr"),
        ("Име (бг)", "name_bg"),
        ("Описание на английски", "description_en"),
        ("английско описание", "description_en"),
        ("French name", "name_fr"),
        ("Name [sw]", "name_sw"),
        ("description", None),
        ("description of the building", None),
        ("name_xx", None),
        ("", None),
        ("n" * 10_000, None),
    ],
)
def test_texts_name_their_language(label: str, name: str | None) -> None:
    assert name_of(label) == name


def test_every_column_of_the_format_is_known_by_its_name_and_its_labels() -> None:
    assert [name_of(name) for name in HEADER] == list(HEADER)
    for name, labels in LABELS.items():
        for label in labels.split("·"):
            assert name_of(label) == (name if column(name) else None), label
            assert name_of(label.upper()) == name_of(label)


def test_a_column_that_stands_twice_is_refused() -> None:
    for header in ("id;name;country;name", "id;name;country; NAME "):
        assert (refusal(header).code, refusal(header).column) == ("duplicate_column", "name")
    for label in ("nom", "name_", "Name.", "name!", "name?", "NA-ME"):
        problem = refusal(f"id;name;country;{label}")
        assert (problem.code, problem.column) == ("ambiguous_column", "name")
        assert problem.sentence.startswith(f"The columns “name” and “{label}” both mean “name”.")
    assert table("id;name;country;notes;notes").columns[3:] == (None, None)


def test_missing_columns_are_all_named_and_the_nearest_is_suggested() -> None:
    problem = refusal("id;city")
    assert (problem.code, problem.column) == ("missing_required_column", "name")
    assert "name, country" in problem.sentence
    problem = refusal("id;nmae;country")
    assert (problem.column, problem.suggestion) == ("name", "name")
    assert "“nmae”" in problem.sentence


def test_unknown_columns_are_told_with_what_may_be_meant() -> None:
    assert warned("id;name;country;colour;telephon;descripton_fr;description") == [
        ("colour", "unknown_column", ""),
        ("telephon", "unknown_column", "phone"),
        ("descripton_fr", "unknown_column", "description_fr"),
        ("description", "unknown_column", "description_en"),
    ]


def test_letters_that_look_alike_are_told() -> None:
    for label in ("nаme", "nαme", "nаmе"):
        assert warned(f"id;{label};country") == [("name", "lookalike_header", "")]
    assert refusal("id;name;nаme;country").code == "ambiguous_column"
    assert not warned("id;na\u200bme;\ufeffcountry")


def test_values_under_no_name_are_told() -> None:
    assert warned("id;name;country;;") == [(None, "nameless_column", "")] * 2
    assert not read(b"id;name;country;;\r\n1;x;BE;;\r\n2;x;BE; ;\r\n").warnings


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Mise à jour novembre 2026;;;\r\nid;name;country", "header_missing"),
        ("# export\r\n\r\nid;name;country", "header_missing"),
        ("be-0001;Aurora;BE;+32 2 899 99 10", "header_missing"),
        ("foo;bar;baz", "header_unknown"),
        ("name", "missing_required_column"),
    ],
)
def test_a_first_line_that_is_no_header_is_refused(header: str, code: str) -> None:
    assert refusal(header).code == code


@pytest.mark.parametrize(
    ("before", "below"), [("Title\n", 2), ("Title\n\n", 3), ("Title;;\n\r\n;;\n", 4), ("A\r\rB\r\n\r\n", 5)]
)
def test_the_line_on_which_the_header_stands_is_a_physical_one(before: str, below: int) -> None:
    assert refusal(before + "id;name;country").values["below"] == below


@given(st.text())
def test_any_label_has_a_name_or_none(label: str) -> None:
    assert name_of(label) is None or column(name_of(label) or "")
