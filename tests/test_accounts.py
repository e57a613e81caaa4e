"""Accounts on both engines: made, signed in step by step, set up by link, reset and closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from entering import NOON, OTHER, PASSWORD, a_link, account_of, an_account, code, happened, hashed
from sqlalchemy import Engine, select

from directory import database
from directory.accounts import Limits, Refused, events, passwords, people, second_factor, sessions, signing_in
from directory.accounts.signing_in import Enrolled, Step
from directory.models import Account, RecoveryCode, SecurityEvent, SignIn, Ticket

SECRET = second_factor.new_secret()


def enter(engine: Engine, email: str, password: str, is_required: bool = True) -> Step | Refused:
    """Knock, look, answer, as the door does."""
    with database.writing(engine) as session:
        knocked = signing_in.knock(session, email, NOON)
    if isinstance(knocked, Refused):
        return knocked
    fits = passwords.fits(knocked.stored, password)
    again = signing_in.rehashed(knocked, password, fits)
    with database.writing(engine) as session:
        return signing_in.answer(session, knocked, fits, NOON, is_required, again)


@pytest.mark.parametrize("typed", ["Anna@Example.ORG", " anna@example.org ", "ａnna@example.org"])
def test_an_address_is_one_however_it_is_written(engine: Engine, typed: str) -> None:
    with database.writing(engine) as session:
        made = people.make(session, "anna@example.org", NOON)
        assert isinstance(made, Account)
        assert people.find(session, typed) is made
        again = people.make(session, typed, NOON)
        assert isinstance(again, Refused)
        assert again.code == "taken"


@pytest.mark.parametrize(
    "typed", ["", "anna", "a@b", "a b@example.org", "a\0@example.org", "\ud800@example.org", "a" * 300]
)
def test_what_is_no_address_gets_no_account(engine: Engine, typed: str) -> None:
    with database.writing(engine) as session:
        made = people.make(session, typed, NOON)
        assert isinstance(made, Refused)
        assert made.sentence.startswith("This is not an e-mail address")
        assert people.find(session, typed) is None


def test_unknown_closed_and_known_get_the_same_answer_and_the_same_work(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[str] = []
    closed, waiting, known = an_account(engine), an_account(engine, password=""), an_account(engine)
    with database.writing(engine) as session:
        people.disable(session, account_of(session, closed), NOON)
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher,
        "verify",
        lambda self, stored, tried: work.append(stored.split("$")[3]) or verify(self, stored, tried),
    )
    answers = [
        enter(engine, email, OTHER) for email in ("nobody@example.org", closed, waiting, known, "\0", "x" * 5000)
    ]
    answers.append(enter(engine, closed, PASSWORD))
    assert answers == [signing_in.WRONG] * 7
    assert work == ["m=65536,t=4,p=2"] * 7


def test_without_a_second_factor_it_is_set_up_or_by_choice_of_the_operator_left_out(engine: Engine) -> None:
    email = an_account(engine)
    required, optional = enter(engine, email, PASSWORD), enter(engine, email, PASSWORD, is_required=False)
    assert isinstance(required, Step)
    assert isinstance(optional, Step)
    assert (required.name, optional.name) == ("enrolment", "in")
    with database.reading(engine) as session:
        assert sessions.find(session, required.token, NOON, Limits()) is None
        found = sessions.find(session, optional.token, NOON, Limits())
        assert found is not None
        assert (found.email, found.role, found.has_second_factor) == (email, "administrator", False)


def test_an_optional_second_factor_that_is_set_up_is_asked_for(engine: Engine) -> None:
    step = enter(engine, an_account(engine, secret=SECRET), PASSWORD, is_required=False)
    assert isinstance(step, Step)
    assert step.name == "second_factor"


def test_a_password_of_yesterdays_parameters_is_hashed_anew(engine: Engine) -> None:
    email = an_account(engine)
    with database.writing(engine) as session:
        old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
        account_of(session, email).password = old
    assert enter(engine, email, OTHER) == signing_in.WRONG
    with database.reading(engine) as session:
        assert account_of(session, email).password == old
    assert isinstance(enter(engine, email, PASSWORD), Step)
    with database.reading(engine) as session:
        stored = account_of(session, email).password
    assert stored.startswith("$argon2id$v=19$m=65536,t=4,p=2$")
    assert passwords.fits(stored, PASSWORD)


def test_a_password_changed_between_knock_and_answer_opens_nothing(engine: Engine) -> None:
    email = an_account(engine)
    with database.writing(engine) as session:
        knocked = signing_in.knock(session, email, NOON)
        assert not isinstance(knocked, Refused)
        people.set_password(session, account_of(session, email), hashed(OTHER), NOON)
    with database.writing(engine) as session:
        assert signing_in.answer(session, knocked, True, NOON, True) == signing_in.WRONG


def test_a_link_sets_the_password_once(engine: Engine) -> None:
    email = an_account(engine, password="")
    link = a_link(engine, email)
    with database.writing(engine) as session:
        first = signing_in.set_up(session, link, hashed(), NOON, True)
        second = signing_in.set_up(session, link, hashed(OTHER), NOON, True)
    assert isinstance(first, Step)
    assert (first.name, second) == ("enrolment", signing_in.OVER)
    assert isinstance(enter(engine, email, PASSWORD), Step)
    assert happened(engine, email)[:4] == ["made", "link_made", "link_used", "password_changed"]


def test_a_link_lasts_three_days_and_only_the_newest_is_good(engine: Engine) -> None:
    email = an_account(engine, password="")
    former, newest = a_link(engine, email), a_link(engine, email)
    with database.writing(engine) as session:
        assert signing_in.set_up(session, former, hashed(), NOON, True) == signing_in.OVER
        late = signing_in.set_up(session, newest, hashed(), NOON + timedelta(hours=72), True)
        assert late == signing_in.OVER
        in_time = signing_in.set_up(session, newest, hashed(), NOON + timedelta(hours=71.9), True)
        assert isinstance(in_time, Step)


def test_a_link_does_not_go_round_the_second_factor(engine: Engine) -> None:
    link = a_link(engine, an_account(engine, secret=SECRET))
    with database.writing(engine) as session:
        step = signing_in.set_up(session, link, hashed(), NOON, True)
    assert isinstance(step, Step)
    assert step.name == "second_factor"


def test_closing_ends_everything_and_reset_opens_it_again(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    pending = enter(engine, email, PASSWORD)
    assert isinstance(pending, Step)
    link = a_link(engine, email)
    with database.writing(engine) as session:
        token = signing_in.enter(session, account_of(session, email), NOON)
        people.disable(session, account_of(session, email), NOON)
    with database.writing(engine) as session:
        assert sessions.find(session, token, NOON, Limits()) is None
        assert signing_in.set_up(session, link, hashed(), NOON, True) == signing_in.OVER
        assert signing_in.second(session, pending.token, code(SECRET, NOON), "", NOON) == signing_in.OVER
        assert session.scalars(select(SignIn)).all() == session.scalars(select(Ticket)).all() == []
    assert enter(engine, email, PASSWORD) == signing_in.WRONG
    with database.writing(engine) as session:
        link = people.reset(session, account_of(session, email), NOON)
        account = account_of(session, email)
        assert (account.password, account.totp_secret, account.is_disabled) == ("", "", False)
        assert isinstance(signing_in.set_up(session, link, hashed(), NOON, True), Step)


def test_another_password_signs_out_everywhere_and_voids_pending_steps(engine: Engine) -> None:
    email = an_account(engine, secret=SECRET)
    pending = enter(engine, email, PASSWORD)
    assert isinstance(pending, Step)
    with database.writing(engine) as session:
        tokens = [signing_in.enter(session, account_of(session, email), NOON) for _ in range(2)]
        people.set_password(session, account_of(session, email), hashed(OTHER), NOON)
        assert [sessions.find(session, each, NOON, Limits()) for each in tokens] == [None, None]
        assert signing_in.second(session, pending.token, code(SECRET, NOON), "", NOON) == signing_in.OVER


def test_a_session_ends_when_it_lies_idle_and_at_last_in_any_case(engine: Engine) -> None:
    limits = Limits(timedelta(minutes=60), timedelta(hours=12))
    with database.writing(engine) as session:
        token = sessions.begin(session, account_of(session, an_account_in(session)).number, NOON)
        at = NOON
        assert sessions.find(session, token, at + timedelta(minutes=60), limits) is None
        for _ in range(12):
            at += timedelta(minutes=59)
            assert sessions.find(session, token, at, limits) is not None
            sessions.see(session, token, at)
        assert sessions.find(session, token, NOON + timedelta(hours=12), limits) is None
        sessions.forget(session, at, limits)
        assert session.get(SignIn, signing_in.sessions.tokens.digest(token)) is not None
        sessions.forget(session, NOON + timedelta(hours=12), limits)
        assert session.scalars(select(SignIn)).all() == []


def test_who_works_stays_signed_in_however_short_the_idle_time_is(engine: Engine) -> None:
    limits = Limits(timedelta(minutes=1), timedelta(hours=12))
    with database.writing(engine) as session:
        token, at = sessions.begin(session, account_of(session, an_account_in(session)).number, NOON), NOON
        for _ in range(10):
            at += timedelta(seconds=40)
            found = sessions.find(session, token, at, limits)
            assert found is not None
            if sessions.is_to_be_seen(found, at, limits):
                sessions.see(session, token, at)


def an_account_in(session: database.Session) -> str:
    made = people.make(session, "idle@example.org", NOON)
    assert isinstance(made, Account)
    return made.email


def test_what_opens_the_door_is_stored_only_as_a_digest(engine: Engine) -> None:
    email = an_account(engine)
    link, step = a_link(engine, email), enter(engine, email, PASSWORD)
    assert isinstance(step, Step)
    with database.writing(engine) as session:
        enrolled = signing_in.enrol(session, step.token, code(step.secret, NOON), NOON)
        assert isinstance(enrolled, Enrolled)
    opening = [
        PASSWORD,
        link,
        step.token,
        enrolled.token,
        *enrolled.codes,
        *(c.replace("-", "") for c in enrolled.codes),
    ]
    with engine.connect() as connection:
        for table in (Account, SignIn, Ticket, RecoveryCode, SecurityEvent):
            stored = repr(connection.execute(select(table.__table__)).all())
            assert not [each for each in opening if each in stored], table


def test_the_security_log_tells_the_newest_first_and_forgets_in_time(engine: Engine) -> None:
    email = an_account(engine)
    with database.writing(engine) as session:
        number = account_of(session, email).number
        events.record(session, "signed_in", number, NOON - timedelta(days=366))
        events.record(session, "refused", None, NOON - timedelta(days=2))
        events.record(session, "refused", None, NOON)
        events.record(session, "signed_out", number, NOON)
        session.flush()
        assert [each.what for each in events.latest(session, number)] == ["signed_out", "signed_in", "made"]
        events.forget(session, NOON)
        assert [each.what for each in events.latest(session, number)] == ["signed_out", "made"]
        unknown = session.scalars(select(SecurityEvent).where(SecurityEvent.account.is_(None))).all()
        assert len(unknown) == 1


def test_the_list_says_who_is_who(engine: Engine) -> None:
    ready, waiting, closed = an_account(engine, secret=SECRET), an_account(engine, password=""), an_account(engine)
    with database.writing(engine) as session:
        signing_in.enter(session, account_of(session, ready), NOON)
        people.disable(session, account_of(session, closed), NOON)
    with database.reading(engine) as session:
        rows = {row.email: row for row in people.listed(session)}
    assert [rows[each].state for each in (ready, waiting, closed)] == ["open", "waiting", "closed"]
    assert (rows[ready].signed_in_at, rows[ready].has_second_factor) == (NOON, True)
    assert (rows[closed].signed_in_at, rows[closed].has_second_factor) == (None, False)


def test_every_event_has_words() -> None:
    from directory.models.accounts import EVENTS

    assert set(events.WORDS) == set(EVENTS)
