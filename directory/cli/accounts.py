"""`directory admin`: who may enter."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from directory import database
from directory.accounts import Refused, passwords, people
from directory.cli.opening import opened
from directory.config import LANGUAGES, Settings, from_environment
from directory.models import Account

LANGUAGE = click.option("--language", type=click.Choice(LANGUAGES), default="en", help="Of the page behind the link.")


@click.group()
def admin() -> None:
    """Accounts of those who keep the directory."""


@admin.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--link", "by_link", is_flag=True, help="Ask for no password, print a set-up link.")
@LANGUAGE
def create(email: str, password_stdin: bool, by_link: bool, language: str) -> None:
    """Make an administrator's account.

    Asks for the password on a terminal. Elsewhere it prints a link with which the person chooses one: good once,
    for three days. The authenticator app is set up at the first sign-in.
    """
    if password_stdin and by_link:
        raise click.UsageError("--password-stdin and --link exclude each other")
    settings = from_environment()
    engine = opened(settings)
    if by_link or not (password_stdin or sys.stdin.isatty()):
        _create(engine, settings, email, "", language)
        return
    password = _read() if password_stdin else _ask(email)
    if weak := passwords.weakness(password, people.address_of(email)):
        raise click.ClickException(weak.sentence)
    _create(engine, settings, email, passwords.hashed(password), language)


def _read() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _ask(email: str) -> str:
    """Ask until the password is good; twice, unseen."""
    while True:
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        weak = passwords.weakness(typed, people.address_of(email))
        if weak is None:
            return typed
        click.echo(weak.sentence, err=True)


def _create(engine: Engine, settings: Settings, email: str, hashed: str, language: str) -> None:
    at, link = datetime.now(UTC), ""
    with database.writing(engine) as session:
        made = people.make(session, email, at)
        if isinstance(made, Refused):
            raise click.ClickException(made.sentence)
        if hashed:
            people.set_password(session, made, hashed, at)
        else:
            link = people.make_link(session, made, at)
        address = made.email
    click.echo(f"Made the account of {address}.", err=bool(link))
    if link:
        _say_link(settings, link, language)


def _say_link(settings: Settings, link: str, language: str) -> None:
    """The link alone on standard output, so that it can be piped on."""
    start = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    click.echo("Send this link to its owner, to nobody else. It is good once, for three days:", err=True)
    click.echo(f"{start}/{language}/account/set-up/{link}")


@admin.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_(as_json: bool) -> None:
    """List the accounts."""
    with database.reading(opened()) as session:
        rows = people.listed(session)
    if as_json:
        click.echo(json.dumps({"accounts": [asdict(row) for row in rows]}, ensure_ascii=False, default=str))
        return
    for row in rows:
        factor = "with second factor" if row.has_second_factor else "no second factor"
        last = f"last signed in {row.signed_in_at:%Y-%m-%d %H:%M} UTC" if row.signed_in_at else "never signed in"
        click.echo(f"{row.email}: {row.role}, {row.state}, {factor}, {last}")


@admin.command()
@click.argument("email")
@LANGUAGE
def reset(email: str, language: str) -> None:
    """Begin again for who forgot the password or lost the phone: prints a set-up link.

    The old password, the second factor and every session are void; a closed account is opened again.
    """
    settings = from_environment()
    with database.writing(opened(settings)) as session:
        link = people.reset(session, _known(session, email), datetime.now(UTC))
    _say_link(settings, link, language)


@admin.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close an account and sign it out everywhere. `reset` opens it again."""
    with database.writing(opened()) as session:
        people.disable(session, _known(session, email), datetime.now(UTC))
    click.echo(f"Closed the account of {people.address_of(email)}.")


def _known(session: Session, email: str) -> Account:
    found = people.find(session, email)
    if found is None:
        raise click.ClickException(f"There is no account for {people.address_of(email)}.")
    return found
