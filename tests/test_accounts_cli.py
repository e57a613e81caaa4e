"""`directory admin` as its user's shell sees it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from entering import OTHER, PASSWORD, account_of

from directory import database
from directory.accounts import passwords
from directory.cli import main


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def command(*arguments: str, typed: str = "", **environment: str) -> Result:
        variables = {"DATABASE_URL": f"sqlite:///{tmp_path}/d.sqlite", **environment}
        return CliRunner().invoke(main, ["admin", *arguments], input=typed, env=variables, catch_exceptions=False)

    return command


def stored_password(folder: Path, email: str) -> str:
    engine = database.connect(f"sqlite:///{folder}/d.sqlite")
    with database.reading(engine) as session:
        found = account_of(session, email).password
    engine.dispose()
    return found


def test_without_a_terminal_it_prints_a_link_alone_on_standard_output(run: Any) -> None:
    ran = run("create", "Anna@Example.org", PUBLIC_URL="https://example.org/")
    assert ran.exit_code == 0
    assert re.fullmatch(r"https://example\.org/en/account/set-up/[\w-]{43}\n", ran.stdout)
    assert "anna@example.org" in ran.stderr
    french = run("create", "bo@example.org", "--link", "--language", "fr")
    assert french.stdout.startswith("http://127.0.0.1:8000/fr/account/set-up/")


def test_the_password_comes_from_standard_input(run: Any, tmp_path: Path) -> None:
    ran = run("create", "anna@example.org", "--password-stdin", typed=f"{PASSWORD}\n")
    assert (ran.exit_code, ran.output) == (0, "Made the account of anna@example.org.\n")
    assert passwords.fits(stored_password(tmp_path, "anna@example.org"), PASSWORD)


@pytest.mark.parametrize(
    ("typed", "told"), [("short\n", "at least 12"), ("", "at least 12"), ("password1234\n", "Many people")]
)
def test_a_weak_password_makes_no_account(run: Any, typed: str, told: str) -> None:
    ran = run("create", "anna@example.org", "--password-stdin", typed=typed)
    assert ran.exit_code == 1
    assert told in ran.output
    assert run("list").output == ""


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("create", "nonsense"), 1, "not an e-mail address"),
        (("create",), 2, "Missing argument"),
        (("create", "a@example.org", "--link", "--password-stdin"), 2, "exclude each other"),
        (("create", "a@example.org", "--language", "xx"), 2, "xx"),
        (("reset", "nobody@example.org"), 1, "no account for nobody@example.org"),
        (("disable", "nobody@example.org"), 1, "no account for nobody@example.org"),
        (("disable", "\0"), 1, "no account"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run: Any, arguments: tuple[str, ...], code: int, told: str) -> None:
    ran = run(*arguments)
    assert ran.exit_code == code
    assert told in ran.output
    assert "Traceback" not in ran.output


def test_an_address_has_one_account(run: Any) -> None:
    run("create", "anna@example.org")
    again = run("create", "ANNA@example.org")
    assert (again.exit_code, "already" in again.output) == (1, True)


def test_list_disable_reset(run: Any) -> None:
    run("create", "anna@example.org", "--password-stdin", typed=PASSWORD)
    run("create", "bo@example.org")
    assert run("disable", "Anna@example.org").exit_code == 0
    rows = {row["email"]: row for row in json.loads(run("list", "--json").stdout)["accounts"]}
    assert [rows[each]["state"] for each in ("anna@example.org", "bo@example.org")] == ["closed", "waiting"]
    reset = run("reset", "anna@example.org")
    assert "/en/account/set-up/" in reset.stdout
    assert "anna@example.org: administrator, waiting, no second factor, never signed in" in run("list").output


@pytest.mark.parametrize("command", [(), ("create",), ("list",), ("reset",), ("disable",)])
def test_every_command_explains_itself(run: Any, command: tuple[str, ...]) -> None:
    ran = run(*command, "--help")
    assert ran.exit_code == 0
    assert "Usage:" in ran.output


def test_on_a_terminal_it_asks_until_the_password_is_good_and_never_shows_it(tmp_path: Path) -> None:
    mine, theirs = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-m", "directory", "admin", "create", "anna@example.org"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/d.sqlite"},
        start_new_session=True,
    )
    os.close(theirs)
    said = ""
    for prompt, typed in [
        ("Password: ", "short"),
        ("confirmation: ", "short"),
        ("Password: ", OTHER),
        ("confirmation: ", OTHER),
    ]:
        said += until(mine, prompt)
        os.write(mine, f"{typed}\n".encode())
    said += until(mine, "Made the account of anna@example.org.")
    assert ran.wait(20) == 0
    os.close(mine)
    assert "at least 12 characters" in said
    assert OTHER not in said
    assert passwords.fits(stored_password(tmp_path, "anna@example.org"), OTHER)


def until(terminal: int, words: str) -> str:
    """What the terminal shows up to these words."""
    said, end = "", time.monotonic() + 30
    while not said.rstrip().endswith(words.rstrip()):
        assert time.monotonic() < end, said
        if select.select([terminal], [], [], 1)[0]:
            said += os.read(terminal, 1000).decode()
    return said
