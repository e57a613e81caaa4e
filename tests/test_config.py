"""Settings: read from the environment, refused in a sentence that names the variable."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import directory
from directory.config import CHOICES, BadSetting, Settings, bundled, from_environment

NUMBERS = [field.name for field in fields(Settings) if field.type != "str"]


def test_nothing_set_gives_the_defaults() -> None:
    assert from_environment({}) == Settings()


def test_the_defaults_are_safe() -> None:
    assert (Settings().host, Settings().proxies) == ("127.0.0.1", 0)
    assert Settings().database_url.startswith("sqlite:///")


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_read_from_the_variable_of_its_name(name: str) -> None:
    value = " 7 " if name in NUMBERS else f" {CHOICES.get(name, ['seven'])[-1]} "
    read = from_environment({name.upper(): value, name: "ignored", "OTHER": "x"})
    expected = type(getattr(Settings(), name))(value.strip())
    assert getattr(read, name) == expected
    others = {field.name for field in fields(Settings)} - {name}
    assert all(getattr(read, other) == getattr(Settings(), other) for other in others)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["many", "-1", "nan", "inf", "1e9", "0x10", "8 000", "--"])
def test_a_bad_number_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name.upper()):
        from_environment({name.upper(): value})


def test_a_session_lasts_some_time() -> None:
    with pytest.raises(BadSetting, match="between 1 and"):
        from_environment({"SESSION_IDLE_MINUTES": "0"})


@pytest.mark.parametrize("name", CHOICES)
def test_a_word_that_cannot_be_chosen_names_those_that_can(name: str) -> None:
    with pytest.raises(BadSetting, match=f"{name.upper()} must be required or optional"):
        from_environment({name.upper(): "perhaps"})


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_variable_counts_as_not_set(value: str) -> None:
    assert from_environment({"PORT": value, "OPERATOR": value}) == Settings()


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert from_environment().port == 8123


def test_settings_cannot_be_changed_on_the_way() -> None:
    with pytest.raises(AttributeError):
        Settings().port = 1  # type: ignore[misc]


def test_what_ships_with_us_is_found_inside_the_package_or_beside_it() -> None:
    package = Path(directory.__file__).parent
    assert bundled("synonyms") == package / "synonyms"
    assert bundled("data/seed.csv").is_file()
