"""The `directory` command."""

from __future__ import annotations

import errno
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from directory import __version__, database
from directory.cli.accounts import admin
from directory.cli.geocoding import geocode
from directory.cli.importing import export, import_, runs_, undo, work
from directory.cli.serving import reindex, serve
from directory.config import BadSetting


class Command(click.Group):
    """Says a bad setting, or a database that is away, in one sentence instead of a trace."""

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


for command in (serve, import_, undo, runs_, export, geocode, reindex, admin, work):
    main.add_command(command)
