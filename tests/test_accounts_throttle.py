"""Slower and slower, for everybody the same, and over by itself: fifty at once get no more tries than one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

from entering import NOON, PASSWORD, account_of, an_account, happened
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from test_accounts_second_factor import at_once

from directory import database
from directory.accounts import Refused, people, signing_in, throttle
from directory.accounts.signing_in import Knock
from directory.models import Throttle


def count(engine: Engine, name: str, at: datetime) -> throttle.Wait | None:
    with database.writing(engine) as session:
        return throttle.count(session, "password", name, at)


def test_five_tries_are_free_then_each_waits_longer_up_to_a_quarter_of_an_hour(engine: Engine) -> None:
    at, waits = NOON, []
    for _ in range(14):
        assert count(engine, "anna", at) is None
        waiting = count(engine, "anna", at)
        while waiting is None:
            waiting = count(engine, "anna", at)
        waits.append((waiting.until - at).total_seconds())
        assert count(engine, "anna", waiting.until - timedelta(seconds=1)) is not None
        at = waiting.until
    assert waits == [30, 60, 120, 240, 480, *[900] * 9]


def test_waiting_is_forgotten_after_a_day(engine: Engine) -> None:
    for _ in range(throttle.FREE_TRIES):
        assert count(engine, "anna", NOON) is None
    assert count(engine, "anna", NOON) is not None
    tomorrow = NOON + throttle.FORGOTTEN_AFTER
    for _ in range(throttle.FREE_TRIES):
        assert count(engine, "anna", tomorrow) is None
    assert count(engine, "anna", tomorrow) is not None
    with database.writing(engine) as session:
        throttle.forget(session, tomorrow + throttle.FORGOTTEN_AFTER + timedelta(seconds=1))
        assert session.scalar(select(func.count()).select_from(Throttle)) == 0


def test_one_does_not_wait_for_another(engine: Engine) -> None:
    for _ in range(throttle.FREE_TRIES):
        count(engine, "anna", NOON)
    assert count(engine, "bo", NOON) is None
    with database.writing(engine) as session:
        assert throttle.count(session, "second_factor", "anna", NOON) is None


def test_the_tries_during_a_wait_do_not_make_it_longer(engine: Engine) -> None:
    for _ in range(throttle.FREE_TRIES):
        count(engine, "anna", NOON)
    told = [count(engine, "anna", NOON + timedelta(seconds=second)) for second in range(29)]
    assert {each.until for each in told if each} == {NOON + timedelta(seconds=30)}
    assert [each.is_new for each in told if each] == [True] + [False] * 28


def test_fifty_at_once_get_five_tries(engine: Engine) -> None:
    email = an_account(engine)

    def knock(number: int) -> Knock | Refused:
        """At a time that was looked at before the lock was waited for: later ones may come first."""
        with database.writing(engine) as session:
            return signing_in.knock(session, email, NOON + timedelta(milliseconds=(number * 7) % 50))

    answers = at_once(50, knock)
    assert len([each for each in answers if isinstance(each, Knock)]) == throttle.FREE_TRIES
    assert happened(engine, email) == ["made", "throttled"]


def test_accounts_that_do_not_exist_are_throttled_alike(engine: Engine) -> None:
    with database.writing(engine) as session:
        answers = [signing_in.knock(session, "Nobody@example.org", NOON) for _ in range(7)]
    assert [isinstance(each, Knock) for each in answers] == [True] * 5 + [False] * 2


def test_the_right_password_or_a_reset_ends_the_wait(engine: Engine) -> None:
    email = an_account(engine)
    with database.writing(engine) as session:
        knocks = [signing_in.knock(session, email, NOON) for _ in range(6)]
        assert isinstance(knocks[4], Knock)
        assert isinstance(knocks[5], Refused)
        signing_in.answer(session, knocks[4], True, NOON, True)
        assert isinstance(signing_in.knock(session, email, NOON), Knock)
        for _ in range(6):
            signing_in.knock(session, email, NOON)
        people.reset(session, account_of(session, email), NOON)
        assert isinstance(signing_in.knock(session, email, NOON), Knock)


def test_names_are_kept_only_as_keyed_digests(engine: Engine) -> None:
    count(engine, PASSWORD, NOON)  # typed into the wrong field
    with engine.connect() as connection:
        stored = connection.execute(select(Throttle.__table__)).one()
    assert PASSWORD not in repr(stored)
    assert stored.digest not in (signing_in.tickets.tokens.digest(text) for text in (PASSWORD, f"password:{PASSWORD}"))


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=60))
def test_nobody_gets_more_than_five_tries_and_one_for_each_wait(pauses: list[float]) -> None:
    """The rule itself, whatever the rhythm: by the delays alone, without a database."""
    at, free_at, tries = 0.0, 0.0, 0
    for pause in pauses:
        at += pause
        if at >= free_at:
            tries += 1
            free_at = at + throttle._wait(tries).total_seconds()
    assert tries <= throttle.FREE_TRIES + at / throttle.FIRST_WAIT.total_seconds() + 1
