"""The `directory` command."""

from __future__ import annotations

from typing import Any

import click

from directory import __version__
from directory.cli.accounts import admin
from directory.cli.importing import export, import_, runs_, undo, work
from directory.cli.serving import reindex, serve
from directory.config import BadSetting


class Command(click.Group):
    """Says a bad setting in one sentence instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadSetting as bad:
            raise click.ClickException(str(bad)) from None


@click.group(cls=Command)
@click.version_option(__version__)
def main() -> None:
    """The directory of contact points for migrants."""


for command in (serve, import_, undo, runs_, export, reindex, work, admin):
    main.add_command(command)
