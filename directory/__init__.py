"""The directory of contact points for migrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from directory.config import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The web application: settings → database → languages → doors → errors."""
    from flask import Flask  # here: who only imports or searches needs none of it

    from directory import config, database, web
    from directory.web import access, assets, errors, headers, languages

    settings = settings or config.from_environment()
    app = Flask(__name__, static_folder=None, template_folder=str(config.bundled("templates")))
    app.extensions["settings"] = settings
    app.extensions["database"] = database.connect(settings.database_url)
    access.close_the_rest(app)
    headers.protect(app, settings)
    languages.speak(app)
    assets.serve(app)
    web.register(app)
    errors.explain(app)
    return app
