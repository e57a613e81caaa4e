"""Telephones, e-mail and web addresses, postal codes."""

from __future__ import annotations

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st
from test_importer_cells import refused

from directory.importer import reaching
from directory.importer.phones import extension, phones
from directory.importer.postal import a_postal_code
from directory.importer.problems import BadCell

NUMBER, OTHER, MOBILE = "+3228999910", "+3228999911", "+32470123456"


@pytest.mark.parametrize(
    "text",
    ["02 899 99 10", "02/899.99.10", "0032 2 899 99 10", "+32 (0)2 899 99 10", "32 2 899 99 10", "02-899-99-10", "3228999910",
     "+32\u00a02\u202f899\u00a099\u00a010", "28999910", "tel:+3228999910", "Tél. : 02 899 99 10", "T 02 899 99 10",
     "+32\u200e 2 899 99 10", "(02) 899 99 10", "'+3228999910", "02 899 99 10 (FR)", "02 899 99 10 ext. 12", "٠٢ ٨٩٩ ٩٩ ١٠"],
)  # fmt: skip
def test_a_number_is_known_in_every_spelling(text: str) -> None:
    assert phones(text, "BE") == [NUMBER]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("02 899 99 10 / 0470 12 34 56", [NUMBER, MOBILE]),
        ("02/899.99.10/0470.12.34.56", [NUMBER, MOBILE]),
        ("02 899 99 10 ou 02 899 99 11", [NUMBER, OTHER]),
        ("02 899 99 10 - 02 899 99 11", [NUMBER, OTHER]),
        ("+32 2 899 99 10 (FR), +32 2 899 99 11 (NL)", [NUMBER, OTHER]),
        ("FR: 02 899 99 10\nNL: 02 899 99 11", [NUMBER, OTHER]),
        ("02 899 99 10|+3228999910", [NUMBER]),
    ],
)
def test_several_numbers_stand_in_one_cell(text: str, numbers: list[str]) -> None:
    assert phones(text, "BE") == numbers


def test_a_national_number_is_one_of_the_rows_country() -> None:
    assert phones("0888 123 456; тел.: 02/999 99 10", "BG") == ["+359888123456", "+35929999910"]
    assert phones("0032 2 899 99 10", "EU") == [NUMBER]
    assert "prefix" in refused("phone", "02 899 99 10", "EU").message


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("12", ""), ("112", ""), ("call us", ""), ("View location detail", ""), ("+32 2 899", ""), ("02 899 99 10 99 99 99", ""),
     ("<a href=tel:1>", ""), ("3,22900E+10", ""), ("3.229E+10", ""), ("0888-ALERT", ""), ("n/a", ""),
     ("3228999910.0", NUMBER), ("Fax: 02 899 99 10", NUMBER), ("02 899 99 10 / 11", NUMBER)],
)  # fmt: skip
def test_what_cannot_be_called_is_refused(text: str, suggestion: str) -> None:
    told = refused("phone", text)
    assert (told.code, told.suggestion) == ("bad_phone", suggestion)


def test_two_pluses_are_not_one_number() -> None:
    assert refused("phone", "++32 2 899 99 10").code == "bad_phone"


@pytest.mark.parametrize(
    ("text", "number"), [("02 899 99 10 ext. 12", "12"), ("02 899 99 10 poste 3", "3"), ("02 899 99 10", "")]
)
def test_an_extension_is_seen(text: str, number: str) -> None:
    assert extension(text) == number


def test_an_address_is_clean_and_its_domain_small() -> None:
    assert reaching.an_email("Anna@Example.ORG") == "Anna@example.org"
    assert reaching.an_email("info\u200b@noord.example.org;") == "info@noord.example.org"
    assert reaching.an_email("инфо@мост.бг") == "инфо@мост.бг"


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("@", ""), ("a@b", ""), ("info noord.example.org", ""), ("info@@example.org", ""), ("info@exa mple.org", ""),
     ("a" * 65 + "@example.org", ""), ("a" * 5000 + "@example.org", ""), ("info@example.test", ""),
     ("info@noord.example.org, b@example.org", "info@noord.example.org"), ("mailto:info@example.org", "info@example.org"),
     ("Info <info@example.org>", "info@example.org"), ("info [at] example [dot] org", "info@example.org")],
)  # fmt: skip
def test_what_cannot_be_written_to_is_refused(text: str, suggestion: str) -> None:
    told = refused("email", text)
    assert (told.code, told.suggestion) == ("bad_email", suggestion)


@given(st.from_regex(reaching._PLAIN_EMAIL, fullmatch=True).filter(lambda text: len(text) <= 64))
def test_the_short_way_takes_no_address_that_the_library_refuses(text: str) -> None:
    assert reaching.an_email(text) == validate_email(text, check_deliverability=False, strict=True).normalized


@given(st.from_regex(reaching._PLAIN_URL, fullmatch=True).filter(lambda text: len(text) <= reaching.LONGEST_HOST))
def test_the_short_way_takes_no_url_that_the_long_way_refuses(text: str) -> None:
    assert reaching._checked(text) == text


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("www.example.org", "https://www.example.org"),
        ("example.be/contact", "https://example.be/contact"),
        ("HTTP://Example.ORG/Path?q=É", "http://example.org/Path?q=É"),
        ("https://exa\u200bmple.org:8080/", "https://example.org:8080/"),
        ("мост.бг", "https://мост.бг"),
        (f"https://{'host.' * 50}org", f"https://{'host.' * 50}org"),
        (f"https://example.org/{'x' * 500}", f"https://example.org/{'x' * 500}"),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
    ],
)
def test_a_web_address_gets_the_scheme_it_lacks(text: str, url: str) -> None:
    assert reaching.a_url(text) == url


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("javascript:alert(1)", ""), ("data:text/html,x", ""), ("ftp://x.org", ""), ("https://user:pw@x.org/", ""), ("http://", ""),
     ("http://localhost/", ""), ("http://127.0.0.1/", ""), ("http://[::1]/", ""), ("http://2130706433/", ""), ("https://x", ""),
     ("info@x.org", ""), ("//x.org", ""), ("report.doc", ""), ("http://x..org", ""), ("http://[", ""),
     (f"https://{'host.' * 50}example", ""), (f"https://{'host.' * 50}example/{'x' * 500}", ""),
     ("htpp://x.org/a", "https://x.org/a"), ("http//x.org", "https://x.org"), ("https:\\\\x.org", "https://x.org"),
     ("https://x.org https://y.org", "https://x.org"), ("https://x.org/a b", "https://x.org/a%20b")],
)  # fmt: skip
def test_what_is_no_public_page_is_refused(text: str, suggestion: str) -> None:
    told = refused("website", text)
    assert (told.code, told.suggestion) == ("bad_url", suggestion)


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [("4000", "BE", "4000"), ("B-4000", "BE", "4000"), ("1012ab", "NL", "1012AB"), ("F-75001", "FR", "75001"), ("00-001", "PL", "00-001"),
     ("sw1a 1aa", "GB", "SW1A 1AA"), ("LV-1010", "LV", "LV-1010"), ("123 45", "SE", "123 45"), ("1000-001", "PT", "1000-001"),
     ("k1a 0b1", "CA", "k1a 0b1"), ("anything", "", "anything")],
)  # fmt: skip
def test_a_postal_code_is_one_of_its_country(text: str, country: str, code: str) -> None:
    assert a_postal_code(text, country) == code


@pytest.mark.parametrize(
    ("text", "country", "suggestion"),
    [("1OOO", "BE", "1000"), ("10000", "BE", ""), ("0999", "BE", ""), ("abc", "BE", ""), ("1000.0", "BG", "1000"), ("1067", "DE", "01067"),
     ("75 001", "FR", "75001"), ("00001", "PL", "00-001"), ("4000 Liège", "BE", "")],
)  # fmt: skip
def test_a_postal_code_that_cannot_be_is_refused(text: str, country: str, suggestion: str) -> None:
    with pytest.raises(BadCell) as told:
        a_postal_code(text, country)
    assert (told.value.code, told.value.suggestion) == ("bad_postal_code", suggestion)
