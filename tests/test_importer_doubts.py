"""What is doubted in a text that is written as it stands."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.cities import gazetteer
from directory.config import bundled
from directory.importer import doubts, private
from directory.importer.rows import RowReader


def codes(text: str) -> list[str]:
    return [code for code, *_ in doubts.of_text(text)]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Kiosque du ThÃ©Ã¢tre", "Kiosque du Théâtre"),
        ("LiÃ¨ge", "Liège"),
        ("ÐŸÑ€Ð¸ÐµÐ¼Ð½Ð°", "Приемна"),
        ("РџСЂРёРµРјРЅР°", "Приемна"),
        ("Ïðèåìíà Àóðîðà", "Приемна Аурора"),
        ("lâ€™accueil", "l’accueil"),
        ("Li√®ge", "Liège"),
        ("Constan?a", ""),
        ("Li?ge, près de Namur", ""),
        ("10 â‚¬", "10 €"),
        ("Centreâ„¢, dâ†’e", "Centre™, d→e"),
        ("Г©cole", "école"),
        ("ГЎ", "á"),
        ("Г‰cole, crГЁche, Г¶", "École, crèche, ö"),
        ("вЂњMostвЂќ", "“Most”"),
        ("10 в‚¬", "10 €"),
        ("лвЂ™été", ""),
        ("п»їid", ""),
        ("MŽdecins", ""),
        ("rŽfugiŽs", ""),
        ("qualitŽ, universitŽ", ""),
        ("ƒcole", ""),
        ("l‚Äôaccueil", "l’accueil"),
    ],
)
def test_damaged_letters_are_seen_and_mended(text: str, mended: str) -> None:
    found = [doubt for doubt in doubts.of_text(text) if doubt[0] == "suspected_mojibake"]
    assert [doubt[3] for doubt in found] == [mended]


@pytest.mark.parametrize(
    "text",
    ["Liège, « ville hospitalière »", "CAFÉ “L’ÉTÉ”", "Straße „Spaß“", "Център „Мост“ София", "Юлия Ѝ", "Љубав Њујорк", "Україна, Їжа",
     "Łódź ÅÄÖ", "مركز الاستقبال", "Ελλάδα", "Why? Because it is free.", "Besoin d'aide ?", "https://x.org/a?b=c", "Việt Nam", "naïve Zoë",
     "Гірка, Гімназія", "ВІЛ, ВІДДІЛ", "Гњилане, Вјетреница", "Клас „В“, бл. Г–12, В»", "ГЁТЕ, Гёте", "220 В", "Роўна, ЎСЕ", "Џеп, ЂУРЂЕВИЋ",
     "Žižkov, Národní třída", "DŽEP Džamija DŽungla", "eŠkola", "Škoda Žďár", "L’HAŸ-LES-ROSES", "NAŠE ŽENY", "Târgu Mureș, câmp", "Bâ\xa0», Bâ—",
     "kâğıt, Şişli, İĞDIR", "Żółć, Świętokrzyska", "¿½ hora?", "ƒ 10", "Πλατεία Ομονοίας, ΆΓΙΟΣ", "Ænima, Ål, Île-de-France, Ïambe",
     "Kiosk `Noord` ${alert(1)} \\u0041", "Rue de l'Exemple 12", "5 €", "since 1999, open 09:00-17:00"],
)  # fmt: skip
def test_honest_texts_are_not_doubted(text: str) -> None:
    assert codes(text) == []


def test_the_names_of_cities_and_what_people_type_are_not_doubted() -> None:
    words = [place.name for place in gazetteer().values()]
    words += [line for file in bundled("synonyms").iterdir() for line in file.read_text("utf-8").splitlines()]
    assert [word for word in words if any(doubt[0] == "suspected_mojibake" for doubt in doubts.of_name(word))] == []


def test_letters_of_two_alphabets_in_one_word_are_seen() -> None:
    code, _, values, suggestion = doubts.of_text("Сеntrе Noord")[0]
    assert (code, values["text"], suggestion) == ("mixed_script", "Сеntrе", "Centre Noord")
    assert codes("Център Noord за COVID-помощ") == []


@pytest.mark.parametrize("url", ["https://ехаmple.org/", "https://аррӏе.com/", "https://xn--80ak6aa92e.com/"])
def test_a_host_that_only_looks_latin_is_seen(url: str) -> None:
    assert [code for code, *_ in doubts.of_url(url)] == ["mixed_script"]


def test_an_honest_foreign_host_is_not_doubted() -> None:
    assert not [
        *doubts.of_url("https://мост.бг/"),
        *doubts.of_url("https://münchen.example/"),
        *doubts.of_url("https://x.org/път"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "TODO",
        "todo: ask",
        "xxx",
        "Test",
        "à compléter",
        "да се допълни",
        "in te vullen",
        "n/a",
        "n.a.",
        "s.o.",
        "няма данни",
        "-",
        "???",
        "<name>",
        "Lorem ipsum dolor sit amet, consectetur",
    ],
)
def test_a_placeholder_is_seen(text: str) -> None:
    assert "placeholder" in codes(text)


def test_what_another_program_left_is_seen() -> None:
    assert doubts.of_name("Rue de l\\'Exemple 12")[0][::3] == ("backslash_escape", "Rue de l'Exemple 12")
    assert codes("Li\\u00e8ge") == codes("one\\ntwo".replace("two", " two")) == ["backslash_escape"]
    assert codes("K" + "\u0316" * 60 + "iosk") == ["too_many_combining_marks"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ask for Amina K., born 03/04/1999", private.BIRTH),
        ("née le 3 avril 1999", private.BIRTH),
        ("родена на 03.04.1999", private.BIRTH),
        ("Амина, род. 03.04.1999", private.BIRTH),
        ("д.р. 03.04.1999 г.", private.BIRTH),
        ("A. Diallo, ° 03.04.1999", private.BIRTH),
        ("NIE X1234567L", private.REGISTER),
        ("Y-7654321-G", private.REGISTER),
        ("NN 99.04.03-123.45", private.REGISTER),
        ("99040312351", private.REGISTER),
        ("ЕГН 7523169263", private.REGISTER),
        ("7523169263", private.REGISTER),
        ("passport no. AB 1234567", private.DOCUMENT),
        ("file 5.123.456 OE, client M. Diallo", private.DOCUMENT),
        ("OE 5.123.456", private.DOCUMENT),
        ("DVZ nr. 8123456", private.DOCUMENT),
        ("D.V.Z. dossier: 8.123.456.", private.DOCUMENT),
        ("numéro de sûreté publique 8.123.456", private.DOCUMENT),
        ("Annexe 26 n° 12345", private.DOCUMENT),
        ("bijlage 26quinquies nr. BE 123456", private.DOCUMENT),
        ("IBAN BE68 5390 0754 7034", private.ACCOUNT),
        ("BG80BNBG96611020345678", private.ACCOUNT),
        ("M. Diallo, né en 1990", private.BIRTH),
        ("A. K., born in 1990", private.BIRTH),
        ("Amina K. (geboren in 2001)", private.BIRTH),
        ("Иван П., роден 1990", private.BIRTH),
        ("г-жа Иванова, родена през 1990 г.", private.BIRTH),
        ("Mme Dupont au 0470 12 34 56", private.PERSON),
        ("г-жа Иванова, 0888 123 456", private.PERSON),
    ],
)
def test_data_of_one_person_are_seen(text: str, kind: str) -> None:
    assert private.kind(text) == kind
    assert codes(text) == ["personal_data_suspected"]


@pytest.mark.parametrize(
    "text",
    [
        "Founded on 03/04/1999",
        "Call +32 470 12 34 56",
        "02 899 99 10 and 0888 123 456",
        "2026-10-01",
        "4000 Liège, 1000 Sofia",
        "99040312345",
        "Notre association est née en 1990",
        "Our house, born in 1990 in Liège",
        "Центърът е роден 1990",
        "Office des étrangers (OE), 02 793 80 00",
        "OE: 02/793.80.00, DVZ +32 2 793 80 00",
        "DVZ 027938000",
        "Bring your annexe 26 and a photo",
        "Hot meals at 60 °C, from 03.04.2026",
        "Room X1234567K",
        "BE68 5390 0754 7035",
        "ROUTE 4000 2026 Liège",
    ],
)
def test_numbers_of_an_office_are_nobodys(text: str) -> None:
    assert private.kind(text) == ""


def test_the_seed_has_no_problem_and_no_doubt() -> None:
    with bundled("data/seed.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    reader = RowReader(header)
    drafts = [reader.read(line, row) for line, row in enumerate(rows, 2)]
    assert [problem.sentence for draft in drafts for problem in (*draft.problems, *draft.warnings)] == []


@given(st.text(max_size=60))
def test_any_text_can_be_doubted(text: str) -> None:
    for code, message, values, suggestion in (*doubts.of_text(text), *doubts.of_name(text), *doubts.of_phone(text)):
        assert code and message % values
        assert isinstance(suggestion, str)
