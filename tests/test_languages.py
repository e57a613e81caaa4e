"""Every language says everything: nothing untranslated, placeholders and plural forms right, catalogs fresh."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from directory.config import LANGUAGES
from directory.web.languages import KNOWN

ROOT = Path(__file__).parent.parent
TRANSLATED = [code for code in LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
METHODS = [("directory/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


def catalog(code: str) -> Catalog:
    file = ROOT / f"directory/translations/{code}/LC_MESSAGES/messages.po"
    return read_po(BytesIO(file.read_bytes()), locale=code)


def forms(message: object) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def said() -> set[str | tuple[str, str]]:
    """Every message of the code and the templates, as extracted now."""
    found = extract_from_dir(
        str(ROOT), method_map=METHODS, keywords=KEYWORDS, directory_filter=lambda p: not Path(p).name.startswith(".")
    )  # type: ignore[arg-type]
    return {message for _, _, message, _, _ in found}  # type: ignore[misc]


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalog_has_every_message_and_no_other(code: str, said: set[object]) -> None:
    known = {
        message.id if isinstance(message.id, str) else tuple(message.id) for message in catalog(code) if message.id
    }
    assert said - known == set(), "run make messages and translate"
    assert known - said == set(), "run make messages"


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_untranslated_or_in_doubt(code: str) -> None:
    messages = catalog(code)
    for message in messages:
        if message.id:
            assert not message.fuzzy, message.id
            assert all(forms(message.string)), message.id
            assert isinstance(message.id, str) or len(forms(message.string)) == messages.num_plurals, message.id


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_match(code: str) -> None:
    for message in catalog(code):
        asked = [set(PLACEHOLDER.findall(form)) for form in forms(message.id)]
        for form in forms(message.string) if message.id else ():
            assert set(PLACEHOLDER.findall(form)) in asked, f"{message.id}: {form}"
            assert "%" not in PLACEHOLDER.sub("", form).replace("%%", ""), form


SAME_ELSEWHERE = {
    "Liège",
    "Sofia",
    "Namur",
    "Huy",
    "Barcelona",
    "Berlin",
    "Soria",
    "Palermo",
    "Madrid",
    "Paris",
    "Esneux",
}


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_is_not_the_english_again(code: str) -> None:
    same = [m.id for m in catalog(code) if m.id and m.id == m.string and len(PLACEHOLDER.sub("", str(m.id))) > 12]
    assert set(same) - SAME_ELSEWHERE == set()


@pytest.mark.parametrize(
    ("code", "letters"), [("bg", "а-я"), ("ru", "а-я"), ("uk", "а-яіїє"), ("ar", "ء-ي"), ("fa", "ء-ی")]
)
def test_a_language_is_written_in_its_script(code: str, letters: str) -> None:
    for message in catalog(code):
        text = PLACEHOLDER.sub("", " ".join(forms(message.string))) if message.id else ""
        if len(re.findall(r"[^\W\d_]", text)) > 3:
            assert re.search(f"[{letters}]", text.casefold()), text


def test_no_translation_turns_the_direction_of_writing() -> None:
    for code in TRANSLATED:
        for message in catalog(code):
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", " ".join(forms(message.string))), message.id


def test_languages_stand_in_their_own_names() -> None:
    assert [language.name for language in KNOWN.values()] == [
        *(
            "English",
            "Français",
            "Български",
            "Nederlands",
            "Español",
            "العربية",
            "فارسی",
            "Українська",
            "Русский",
            "Türkçe",
        )
    ]
