"""Keys, countries and languages by whatever people call them."""

from __future__ import annotations

from typing import Any

import pytest
from test_importer_cells import meaning, refused

from directory import vocabulary
from directory.importer import closed
from directory.importer.countries import a_country, is_country
from directory.importer.slips import nearest


@pytest.mark.parametrize(
    "text",
    ["legal_aid|housing", "legal_aid; housing", "legal_aid, housing", "legal_aid / housing", "legal_aid\nhousing",
     "Legal aid • Housing", "aide juridique, logement", "правна помощ|жилище", "LEGAL-AID/housing", "legal aid and housing",
     "legal_aid, housing; legal_aid"],
)  # fmt: skip
def test_topics_are_read_as_people_list_them(text: str) -> None:
    assert meaning("topics", text) == ["legal_aid", "housing"]


def test_every_label_of_every_language_means_its_key() -> None:
    for one in (closed.KIND, closed.RESIDENCE_STATUS, closed.COST, closed.APPOINTMENT, closed.WHEELCHAIR, closed.TOPIC):
        for catalog in closed._catalogs():
            assert [one.key(catalog.gettext(term.label)) for term in one.terms.values()] == [*one.terms]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("kind", "INFO POINT ", "contact_point"),
        ("residence_status", "sans-papiers", ["undocumented"]),
        ("residence_status", "без документи", ["undocumented"]),
        ("residence_status", "Everyone, whatever their papers", ["any"]),
        ("residence_status", "réfugiés, demandeurs d’asile", ["refugee", "asylum_seeker"]),
        ("residence_status", "réfugié|demandeur d'asile", ["refugee", "asylum_seeker"]),
        ("residence_status", "бежанец, временна закрила", ["refugee", "temporary_protection"]),
        (
            "residence_status",
            "asielzoeker; vluchteling; derdelander",
            ["asylum_seeker", "refugee", "third_country_national"],
        ),
        (
            "residence_status",
            "protection subsidiaire et temporary protection",
            ["subsidiary_protection", "temporary_protection"],
        ),
        ("topics", "réfugié", ["asylum"]),
        ("kind", "услуга", "service"),
        ("kind", "Diensten", "service"),
        ("kind", "институция", "institution"),
        ("cost", "Gratuit", "free"),
        ("cost", "безплатно", "free"),
        ("cost", "0 €", "free"),
        ("cost", "pas cher", "low"),
        ("cost", "مدفوع", "paid"),
        ("cost", "inconnu", ""),
        ("wheelchair", "unknown", ""),
        ("wheelchair", "VRAI", "yes"),
        ("wheelchair", "частично", "limited"),
        ("wheelchair", "nee", "no"),
        ("appointment", "oui", "required"),
        ("appointment", "sans rendez-vous", "no"),
        ("appointment", "op afspraak", "required"),
        ("status", "fermé", "closed"),
        ("precision", "straat", "street"),
    ],
)
def test_a_key_is_known_by_what_people_write(name: str, text: str, value: Any) -> None:
    assert meaning(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "suggestion"),
    [
        ("topics", "asylm", "asylum"),
        ("topics", "travail", "finding_work"),
        ("topics", "legal_aid|dragons", ""),
        ("kind", "castle", ""),
        ("kind", "1", ""),
        ("residence_status", "illegal", "undocumented"),
        ("residence_status", "illégaux", "undocumented"),
        ("cost", "5 €", "paid"),
        ("cost", "-5", ""),
        ("status", "inactive", ""),
        ("wheelchair", "x" * 3000, ""),
        ("wheelchair", "yes?", "yes"),
        ("cost", "gratuit ?", "free"),
        ("residence_status", "any|réfugié ?", "refugee"),
        ("topics", "housing؟", "housing"),
        ("country", "Belgium?", "BE"),
        ("country", "Iran?", "IR"),
        ("languages", "french?", "fr"),
        ("languages", "en|fr?", "fr"),
        ("topics", "fod", "food"),
        ("cost", "fre", "free"),
        ("appointment", "op afsprak", "required"),
        ("appointment", "geen afsprak", "no"),
        ("appointment", "recommanded", "preferred"),
        ("status", "activ", "active"),
    ],
)
def test_what_may_mean_something_else_is_only_suggested(name: str, text: str, suggestion: str) -> None:
    told = refused(name, text)
    assert told.code in ("unknown_value", "too_long")
    assert told.suggestion == suggestion


@pytest.mark.parametrize(
    ("name", "text"),
    [("appointment", text) for text in ("със записване", "с записване", "на записване", "with appointment")]
    + [("appointment", text) for text in ("met afspraak", "pas obligatoire", "non obligatoire", "niet verplicht")]
    + [("status", "archive"), ("status", "inactif"), ("wheelchair", "unaccessible"), ("cost", "onbetaald")],
)
def test_no_suggestion_turns_the_meaning_round(name: str, text: str) -> None:
    assert refused(name, text).suggestion == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wheelchair", text)
        for text in ("lift", "ramp", "no stairs", "step-free", "ascenseur", "рампа", "асансьор", "pmr")
    ]
    + [("cost", text) for text in ("korting", "geen geld", "sans argent", "small fee")],
)
def test_what_visitors_type_is_no_value_where_they_say_what_they_need(name: str, text: str) -> None:
    told = refused(name, text)
    assert (told.code, told.suggestion) == ("unknown_value", "")


@pytest.mark.parametrize(
    "one", [closed.COST, closed.APPOINTMENT, closed.WHEELCHAIR, closed.PRECISION, closed.ENTRY_STATUS]
)
def test_no_phrase_of_a_key_is_near_to_one_of_another_key(one: closed.ClosedList) -> None:
    meant = closed._spelled(one)
    for phrase, key in meant.items():
        others = {other: another for other, another in meant.items() if another != key}
        assert nearest(phrase, others) == "", phrase


@pytest.mark.parametrize("name", ["topics", "residence_status", "kind", "cost", "wheelchair", "languages", "country"])
def test_what_cannot_be_seen_is_refused_as_in_other_columns(name: str) -> None:
    assert refused(name, "a\x07b").code == refused(name, "a\x9fb").code == "control_character"
    assert refused(name, "a\u202eb").code == "bidi_control"


def test_what_is_near_is_told_instead_of_the_whole_list() -> None:
    told = refused("topics", "asylm")
    assert told.message % told.values == "“asylm” is not in the list of this column."
    assert told.suggestion == "asylum"


def test_a_short_list_is_told_and_of_a_long_one_where_it_stands() -> None:
    told = refused("cost", "x")
    assert told.message % told.values == "“x” is none of: free, low, paid."
    told = refused("topics", "dragons")
    assert told.message % told.values == (
        "“dragons” is not in the list of this column. The page “Imports” shows what can stand there."
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [(text, "BE") for text in ("BE", "be", "BEL", "Belgium", "Belgique", "België", "Белгия", "Belgien", "BELGIQUE ")]
    + [("България", "BG"), ("Bulgarie", "BG"), ("UK", "GB"), ("Holland", "NL"), ("Македония", "MK"), ("Tchéquie", "CZ")]
    + [("Türkiye", "TR"), ("Kosovo", "XK"), ("EL", "GR"), ("Côte d'Ivoire", "CI"), ("Deutschland", "DE")]
    + [("Palestine", "PS"), ("Палестина", "PS"), ("Congo-Kinshasa", "CD"), ("Guinea", "GN"), ("South Korea", "KR")]
    + [
        (text, "GB")
        for text in ("Scotland", "Шотландия", "Schotland", "Écosse", "Pays de Galles", "Уелс", "Angleterre")
    ]
    + [(text, "MM") for text in ("Burma", "Birmanie", "Бирма", "Myanmar")]
    + [("EU", "EU"), ("Europe", "EU"), ("Union européenne", "EU"), ("ЕС", "EU")],
)
def test_a_country_by_code_or_name(text: str, code: str) -> None:
    assert a_country(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("Belguim", "BE"), ("Belgum", "BE"), ("Bulgria", "BG"), ("Germny", "DE"), ("Нидерландя", "NL"), ("Phillipines", "PH"),
     ("Afghanstan", "AF"), ("Unted Kingdom", "GB"), ("Nothern Ireland", "GB"), ("ВЕ", "BE"), ("Бг", "BG"), ("ФР", "FR"),
     ("ΒΕ", "BE")],
)  # fmt: skip
def test_a_misspelled_country_suggests_the_nearest(text: str, code: str) -> None:
    assert refused("country", text).suggestion == code


@pytest.mark.parametrize(
    "text",
    "Narnia Wakanda Africa Iberia Ruritania Kurdistan Moravia Siberia Bavaria Flandre Catalonia Oran Perm".split(),
)
def test_a_place_that_is_no_country_suggests_none(text: str) -> None:
    assert refused("country", text).suggestion == ""


def test_a_text_that_names_no_country_suggests_none() -> None:
    assert [refused("country", text).suggestion for text in ("XX", "Bruxelles", "ZZZ", "")] == [""] * 4
    assert is_country("BE") and not is_country(vocabulary.EUROPE) and not is_country("BEL")


@pytest.mark.parametrize(("text", "codes"), [("Congo", "CD, CG"), ("Конго", "CD, CG"), ("Korea", "KR, KP")])
def test_a_name_of_two_countries_is_neither(text: str, codes: str) -> None:
    told = refused("country", text)
    assert told.message % told.values == f"“{text}” may be more than one country: write the code, {codes}."
    assert told.suggestion == ""


@pytest.mark.parametrize("text", "all any non oui yes not and new old und zxx mis mul aaa".split())
def test_a_word_or_a_code_of_no_language_is_none(text: str) -> None:
    assert refused("languages", text).code == refused("languages", f"fr|{text}").code == "unknown_value"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("sgn|rif|prs|ckb|yue|ary|kmr|fra", ["sgn", "rif", "prs", "ckb", "yue", "ary", "ku", "fr"]),
        ("fr|nl", ["fr", "nl"]),
        ("FR, NL", ["fr", "nl"]),
        ("fr/en", ["fr", "en"]),
        ("fr en nl", ["fr", "en", "nl"]),
        ("français", ["fr"]),
        ("fre; dut; ara", ["fr", "nl", "ar"]),
        ("fr-BE, pt_BR", ["fr", "pt"]),
        ("anglais, français et arabe", ["en", "fr", "ar"]),
        ("Frans en Engels", ["fr", "en"]),
        ("Farsi/Dari/Kurdish/Tamazight", ["fa", "prs", "ku", "ber"]),
        ("английски и арабски език", ["en", "ar"]),
        ("English|Français|العربية|Українська|Türkçe", ["en", "fr", "ar", "uk", "tr"]),
        ("Arabic (Maghreb)", ["ar"]),
        ("sign language", ["sgn"]),
    ],
)
def test_languages_by_code_or_name(text: str, codes: list[str]) -> None:
    assert meaning("languages", text) == codes


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("xx", ""), ("englsh", "en"), ("fr|gibberish", ""), ("fr-nl", ""), ("arabe|пущу", "ar|ps"), ("frensh", "fr"),
     ("bulgarain", "bg"), ("portugese", "pt"), ("бългаски", "bg"), ("tigriya", "ti"), ("nederlnads", "nl"),
     ("cz", "cs"), ("GR", "el"), ("ua", "uk"), ("dk", "da"), ("jp", "ja"), ("be|gr", "el"),
     ("Belgian", ""), ("many", ""), ("some", ""), ("français-anglais", ""), ("Syrian", ""), ("Austrian", ""), ("Congolese", "")],
)  # fmt: skip
def test_an_unknown_language_is_refused(text: str, suggestion: str) -> None:
    told = refused("languages", text)
    assert (told.code, told.suggestion) == ("unknown_value", suggestion)
