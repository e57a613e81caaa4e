"""The second factor: codes of half a minute, each once, and recovery codes, each once, in parallel too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from entering import NOON, account_of, an_account, code, happened
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from directory import database
from directory.accounts import Refused, second_factor, signing_in, throttle, tickets
from directory.accounts.signing_in import Enrolled, Step

SECRET = second_factor.new_secret()


def a_ticket(engine: Engine, email: str, purpose: str = "second_factor", secret: str = "") -> str:
    with database.writing(engine) as session:
        return tickets.make(session, purpose, account_of(session, email).number, NOON, secret)


def second(engine: Engine, ticket: str, typed: str = "", recovery: str = "", **later: float) -> Step | Refused:
    with database.writing(engine) as session:
        return signing_in.second(session, ticket, typed, recovery, NOON + timedelta(**later))


def at_once(number: int, ask: Callable[[int], object]) -> list[object]:
    """The answers to so many questions that are asked at the same moment."""
    start, answers = threading.Barrier(number), []

    def one(which: int) -> None:
        start.wait()
        answers.append(ask(which))

    threads = [threading.Thread(target=one, args=(which,)) for which in range(number)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == number
    return answers


@pytest.mark.parametrize(
    ("seconds", "is_good"), [(-31, False), (0, True), (29, True), (30, True), (59, True), (61, False)]
)
def test_a_code_is_good_for_its_half_minute_and_one_beside_it(seconds: int, is_good: bool) -> None:
    step = second_factor.step_of(SECRET, code(SECRET, NOON), NOON + timedelta(seconds=seconds))
    assert step == (int(NOON.timestamp()) // 30 if is_good else None)


def test_digits_of_any_script_and_spaces_are_understood() -> None:
    typed = code(SECRET, NOON)
    arabic = "".join(chr(0x660 + int(each)) for each in typed)
    persian = "".join(chr(0x6F0 + int(each)) for each in typed)
    for each in (arabic, persian, f" {typed[:3]} {typed[3:]} "):
        assert second_factor.step_of(SECRET, each, NOON) is not None


@given(st.text(st.characters(codec=None), max_size=120))
def test_whatever_is_typed_is_not_a_code(typed: str) -> None:
    is_good = second_factor.step_of(SECRET, typed, NOON) is not None
    assert not is_good or len([each for each in typed if each.isdecimal()]) == 6


def test_a_code_opens_once(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    first, again = (second(engine, a_ticket(engine, email), code(SECRET, NOON)) for _ in range(2))
    assert isinstance(first, Step)
    assert again == signing_in.CODE
    later = code(SECRET, NOON + timedelta(seconds=30))
    assert isinstance(second(engine, a_ticket(engine, email), later, seconds=30), Step)


def test_an_earlier_code_does_not_open_after_a_later_one(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    before, now = code(SECRET, NOON - timedelta(seconds=30)), code(SECRET, NOON)
    assert isinstance(second(engine, a_ticket(engine, email), now), Step)
    assert second(engine, a_ticket(engine, email), before) == signing_in.CODE


def test_one_code_sent_many_times_at_once_opens_once(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    made = [a_ticket(engine, email) for _ in range(10)]
    answers = at_once(10, lambda which: second(engine, made[which], code(SECRET, NOON)))
    assert len([each for each in answers if isinstance(each, Step)]) == 1


def test_one_ticket_opens_once(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    with database.writing(engine) as session:
        codes = second_factor.new_recovery_codes(session, account_of(session, email).number)
    ticket = a_ticket(engine, email)
    answers = at_once(4, lambda which: second(engine, ticket, recovery=codes[which]))
    assert len([each for each in answers if isinstance(each, Step)]) == 1
    assert answers.count(signing_in.OVER) == 3


def test_a_ticket_lasts_ten_minutes_and_is_good_for_its_step_only(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    ticket = a_ticket(engine, email)
    late = code(SECRET, NOON + timedelta(minutes=10))
    assert second(engine, ticket, late, minutes=10) == signing_in.OVER
    assert second(engine, a_ticket(engine, email, "enrolment"), code(SECRET, NOON)) == signing_in.OVER
    assert second(engine, a_ticket(engine, email, "set_up"), code(SECRET, NOON)) == signing_in.OVER
    assert second(engine, "", code(SECRET, NOON)) == signing_in.OVER
    assert second(engine, "\ud800\0", code(SECRET, NOON)) == signing_in.OVER


def test_ten_recovery_codes_each_once_however_they_are_written(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    with database.writing(engine) as session:
        number = account_of(session, email).number
        codes = second_factor.new_recovery_codes(session, number)
        assert len(set(codes)) == 10
        assert second_factor.recovery_codes_left(session, number) == 10
    typed = [codes[0], codes[1].upper(), codes[2].replace("-", ""), f" {codes[3].replace('-', ' ')} "]
    for each in typed:
        assert isinstance(second(engine, a_ticket(engine, email), recovery=each), Step)
        assert second(engine, a_ticket(engine, email), recovery=each) == signing_in.RECOVERY
    with database.writing(engine) as session:
        assert second_factor.recovery_codes_left(session, number) == 6
        second_factor.new_recovery_codes(session, number)
    assert second(engine, a_ticket(engine, email), recovery=codes[9]) == signing_in.RECOVERY
    assert happened(engine, email).count("recovery_code_used") == 4


def test_a_recovery_code_is_its_owners_alone(engine: Engine) -> None:
    mine, other = an_account(engine, secret=SECRET), an_account(engine, secret=SECRET)
    with database.writing(engine) as session:
        codes = second_factor.new_recovery_codes(session, account_of(session, mine).number)
    assert second(engine, a_ticket(engine, other), recovery=codes[0]) == signing_in.RECOVERY


def test_codes_are_guessed_slower_and_slower(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    answers = at_once(20, lambda which: second(engine, a_ticket(engine, email), "00000x", ""))
    assert answers.count(signing_in.CODE) == throttle.FREE_TRIES
    refused = second(engine, a_ticket(engine, email), code(SECRET, NOON))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.until) == ("wait", NOON + timedelta(seconds=30))
    recovery = second(engine, a_ticket(engine, email), recovery="aaaa-aaaa-aaaa-aaaa")
    assert isinstance(recovery, Refused)
    assert recovery.code == "wait"
    at = NOON + timedelta(seconds=30)
    assert isinstance(second(engine, a_ticket(engine, email), code(SECRET, at), seconds=30), Step)
    assert happened(engine, email).count("throttled") == 1


def test_an_app_is_set_up_when_it_shows_the_right_code(engine: Engine) -> None:
    email = an_account(engine)
    with database.writing(engine) as session:
        former = signing_in.enter(session, account_of(session, email), NOON)
        step = signing_in.begin_enrolment(session, account_of(session, email), NOON)
    with database.writing(engine) as session:
        assert signing_in.enrol(session, step.token, "000 00x", NOON) == signing_in.CODE
        assert account_of(session, email).totp_secret == ""
        enrolled = signing_in.enrol(session, step.token, code(step.secret, NOON), NOON)
        assert isinstance(enrolled, Enrolled)
        assert signing_in.enrol(session, step.token, code(step.secret, NOON), NOON) == signing_in.OVER
        assert signing_in.sessions.end(session, former) is None
    assert second(engine, a_ticket(engine, email), code(step.secret, NOON)) == signing_in.CODE, "the code was used"
    assert isinstance(second(engine, a_ticket(engine, email), recovery=enrolled.codes[0]), Step)


def test_the_old_app_holds_until_the_new_one_has_shown_a_code(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    with database.writing(engine) as session:
        signing_in.begin_enrolment(session, account_of(session, email), NOON)
    assert isinstance(second(engine, a_ticket(engine, email), code(SECRET, NOON)), Step)


def test_the_picture_holds_what_the_app_needs() -> None:
    uri = second_factor.uri(SECRET, "anna@example.org", "Réseau d'exemple")
    asked = parse_qs(urlsplit(uri).query)
    assert (asked["secret"], asked["issuer"]) == ([SECRET], ["Réseau d'exemple"])
    drawn = second_factor.picture(uri)
    assert set(drawn.path) <= set("Mhvz-0123456789 ")
    assert drawn.path.startswith("M4 4h1v1h-1z"), "a quiet zone of four modules, then the corner"
    assert drawn.size > 29
