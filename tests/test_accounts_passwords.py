"""Passwords: hard work, the same for everybody, a few at once, and none that many people use."""

from __future__ import annotations

import threading

import pytest
from argon2 import PasswordHasher, extract_parameters
from entering import PASSWORD, hashed
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directory.accounts import passwords


def test_a_password_is_hashed_with_argon2id_64_mib_4_rounds_2_lanes() -> None:
    used = extract_parameters(hashed())
    assert (used.type.name, used.memory_cost, used.time_cost, used.parallelism) == ("ID", 65_536, 4, 2)
    assert extract_parameters(passwords.NOBODY) == used
    assert not passwords.is_outdated(hashed())


def test_only_the_password_fits() -> None:
    assert passwords.fits(hashed(), PASSWORD)
    assert not passwords.fits(hashed(), PASSWORD + " ")


@pytest.mark.parametrize("tried", ["", "x", "\ud800", "\0", "a" * 100_000])
def test_nothing_fits_an_account_without_password(tried: str) -> None:
    assert not passwords.fits("", tried)
    assert not passwords.fits("nonsense", tried)


def test_what_looks_the_same_is_the_same() -> None:
    assert passwords.fits(passwords.hashed("caf\u00e9 caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301 cafe\u0301")


def test_other_parameters_are_noticed() -> None:
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("x"))


def test_a_few_are_hashed_at_once_some_wait_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, busy, lock, full = 0, 0, [], threading.Lock(), threading.Event()

    class Slow:
        def hash(self, _: bytes) -> str:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            full.wait(20)
            with lock:
                inside -= 1
            return ""

    def knock() -> None:
        try:
            with passwords.place():
                passwords.hashed(PASSWORD)
        except passwords.Busy:
            with lock:
                busy.append(1)
                if len(busy) == 50 - passwords.AT_ONCE - passwords.WAITING:
                    full.set()

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=knock) for _ in range(50)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert most == passwords.AT_ONCE
    assert len(busy) == 50 - passwords.AT_ONCE - passwords.WAITING


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("elevenchars", "at least 12"),
        ("a" * 1001, "at most 1000"),
        ("ﷺ" * 999, "at most 1000"),  # 18 letters each, spelled out
        ("my anna@example.org!", "e-mail"),
        ("I am ANNA of Liège", "e-mail"),
        ("password1234", "Many people"),
        ("PassWord1234", "Many people"),
        ("ｐａｓｓｗｏｒｄ１２３４", "Many people"),
        ("aaaaaaaaaaaaaaaa", "Many people"),
        ("twelve\0letters", "can be typed"),
        ("twelve\ud800letters", "can be typed"),
    ],
)
def test_a_weak_password_is_told_why(password: str, told: str) -> None:
    weak = passwords.weakness(password, "anna@example.org")
    assert weak is not None
    assert told in weak.sentence


@pytest.mark.parametrize(
    "password", [PASSWORD, "сім зелених парасоль", "سبع مظلات خضراء", "onlysmallletters", "8391 0274 6650"]
)
def test_no_silly_rules(password: str) -> None:
    assert passwords.weakness(password, "bo@example.org") is None


@settings(max_examples=300)
@given(st.text(st.characters(codec=None), max_size=1100))
@example("\ud800" * 12)
def test_whatever_is_typed_gets_an_answer_not_an_error(password: str) -> None:
    weak = passwords.weakness(password, "anna@example.org")
    assert weak is None or weak.sentence
    assert weak is not None or 12 <= len(passwords._normal(password).decode()) <= 1000


def test_the_list_of_common_passwords_holds_only_what_the_other_rules_let_through() -> None:
    idle = [each for each in passwords._common() if len(each) < passwords.SHORTEST]
    assert not idle
    assert len(passwords._common()) > 250
    assert not [each for each in passwords._common() if each != each.casefold()]
