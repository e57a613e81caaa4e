"""Folding: what is stored and what is asked are written the same way."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from directory.text import LONGEST_WORD, fold, folded_phrase, printable, sounded, words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Réfugiés", "refugies"),
        ("RE\u0301FUGIE\u0301S", "refugies"),
        ("Straße", "strasse"),
        ("Œuvre Ægir Łódź Đorđe Þór", "oeuvre aegir lodz dorde thor"),
        ("İSTANBUL ısparta", "istanbul isparta"),
        ("ЁЖИК Київ Ґанок", "ежик киів ганок"),
        ("ΣΟΦΊΑΣ Σοφίας", "σοφιασ σοφιασ"),
        ("ﬁn x² ①", "fin x2 1"),
    ],
)
def test_case_accents_and_ligatures_fold_away(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    "spellings",
    [
        "Каритас Karitas Caritas ΚΑΡΙΤΑΣ",
        "София Софія Sofia Sofiya Sofija Sofiia ΣΟΦΙΑ",
        "КНСБ KNSB knsb",
        "Центр Tsentr Centr",
        "Хаджи Hadzhi Khadzhi",
        "Юлия Yuliya Julija Iuliia",
        "Київ Kyiv Kyyiv",
        "Щит Shtıt Shchit Shtit",
        "Фондация Fondaciya Fondatsia Phondatsija",
        "Κέντρο Kentro kentro",
        "Αθήνα Athina",
        "ουζο ouzo",
        "Ένταξης Entaxis Entaksis",
        "жилище zhilishte Zhilishche",
        "Точка Tochka",
    ],
)
def test_the_spellings_of_a_word_in_several_scripts_are_one(spellings: str) -> None:
    assert len({folded_phrase(word) for word in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("arabic", "persian"),
    [("كتاب", "کتاب"), ("لِييج", "لييج"), ("إقامة", "اقامه"), ("صـوفيا", "صوفيا"), ("ايراني", "ایرانی")],
)
def test_arabic_letters_that_people_type_for_one_another_are_one(arabic: str, persian: str) -> None:
    assert fold(arabic) == fold(persian)


def test_digits_of_every_script_are_digits() -> None:
    assert fold("٢٤ ۲۴ २४ ２４") == "24 24 24 24"


def test_the_invisible_says_nothing_and_the_persian_joiner_parts_words() -> None:
    assert words("pop\u00adcorn \ufeffpop\u200bcorn") == ["popkorn", "popkorn"]
    assert words("می\u200cخواهم") == words("مي خواهم")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("l'accueil des réfugiés", ["akkueil", "des", "refugies"]),
        ("L’accueil, d’asile; qu'il", ["akkueil", "asile", "il"]),
        ("aujourd'hui", ["auiourdhui"]),
        ("п'ять пʼять п’ять", ["piat", "piat", "piat"]),
        ("SADA – Service (PCS)|snake_case", ["sada", "servitse", "pks", "snake", "kase"]),
        ("Sofya'da Liège’de Belçika'ya", ["sofia", "liege", "beltsika"]),
        ("  ", []),
        ("🙂 !? \x00", []),
    ],
)
def test_words_are_letters_and_digits_in_their_order(typed: str, expected: list[str]) -> None:
    assert words(typed) == expected
    assert folded_phrase(typed) == " ".join(expected)


def test_a_word_without_end_is_cut_the_same_way_wherever_it_stands() -> None:
    assert words("a" * 20_000) == words("A" * LONGEST_WORD) == ["a" * LONGEST_WORD]


SOUNDS = st.text(alphabet="cCkKhqxXyYjJiIİıpstzeшщчхцйияюžčøΣυοα'’ -ﷺ\u0301\u200c", max_size=14)


@given(st.text() | SOUNDS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert sounded(sounded(fold(text))) == sounded(fold(text))


@given(st.text() | SOUNDS)
def test_the_words_of_words_are_themselves(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found
    assert all(word.isalnum() and len(word) <= LONGEST_WORD for word in found)


@given(st.text(alphabet="aeiouécñüßсофиялجب ", max_size=30))
def test_case_does_not_matter(text: str) -> None:
    assert words(text.upper()) == words(text.lower()) == words(text)


@given(st.text())
def test_what_is_printable_stands_in_a_page_as_it_is(text: str) -> None:
    shown = printable(text)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(f"<!doctype html><p>a{escape(shown)}")
    assert tree.findtext(".//p") == f"a{shown}".replace("\r\n", "\n").replace("\r", "\n")
    assert printable(shown) == shown


@pytest.mark.parametrize("text", ["l'été\n\ttwo\r\n", "می\u200cخواهم", "\ue000 \u0378 \u202e", "👩\u200d👧"])
def test_what_a_page_may_hold_is_kept(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("code", [0, 0x0B, 0x7F, 0x9D, 0xD800, 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF])
def test_what_no_page_may_hold_is_left_out(code: int) -> None:
    assert printable(f"a{chr(code)}b") == "ab"


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("C.P.A.S. de Liège", ["kpas", "de", "liege"]),
        ("f.g.t.b", ["fgtb"]),
        ("К.Н.С.Б.", ["knsb"]),
        ("J. P. Dupont", ["i", "p", "dupont"]),
        ("info@a.be", ["info", "a", "be"]),
        ("3.5.", ["3", "5"]),
    ],
)
def test_letters_with_dots_between_them_are_one_word(written: str, heard: list[str]) -> None:
    assert words(written) == heard
