"""The `directory` command."""

from __future__ import annotations

import errno
from importlib import import_module
from typing import Any, Final

import click
from sqlalchemy.exc import SQLAlchemyError

from directory import __version__, database
from directory.config import BadSetting

_ROOMS: Final = {
    "admin": "accounts.admin",
    "backup": "backing_up.backup_",
    "export": "importing.export",
    "geocode": "geocoding.geocode",
    "import": "importing.import_",
    "reindex": "serving.reindex",
    "restore": "backing_up.restore_",
    "runs": "importing.runs_",
    "serve": "serving.serve",
    "undo": "importing.undo",
    "work": "importing.work",
}
"""Command → module and function. A command loads what it needs, not what the others do: that takes twice as long."""


class Command(click.Group):
    """Says a bad setting, or a database that is away, in one sentence instead of a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        room, _, function = _ROOMS.get(cmd_name, "").partition(".")
        command: click.Command | None = getattr(import_module(f"directory.cli.{room}"), function) if room else None
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadSetting as bad:
            raise click.ClickException(str(bad)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # nobody reads our output any more, which click knows how to take
                raise
            raise click.ClickException(str(error)) from None
        except SQLAlchemyError as error:
            message = f"The database cannot be used now ({database.reason(error)}). Nothing was written: try again."
            raise click.ClickException(message) from None


@click.group(cls=Command)
@click.version_option(__version__)
def main() -> None:
    """The directory of contact points for migrants."""
