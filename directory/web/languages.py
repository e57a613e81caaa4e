"""Languages: `/<lang>/` in every public address, negotiation at `/`, direction, links to the other languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from gettext import NullTranslations
from typing import Any, Final
from urllib.parse import urlencode

import flask_babel
from babel import Locale
from babel.support import Translations
from flask import Flask, Response, current_app, g, redirect, request, url_for
from markupsafe import Markup
from werkzeug.local import LocalProxy
from werkzeug.routing import BaseConverter

from directory.config import LANGUAGES, Settings, bundled
from directory.web.access import public


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages: its code, its own name, its direction."""

    code: str
    name: str
    direction: str


def _language(code: str) -> Language:
    locale = Locale.parse(code)
    name = str(locale.display_name)
    return Language(code, name[0].upper() + name[1:], "rtl" if locale.character_order == "right-to-left" else "ltr")


KNOWN: Final = {code: _language(code) for code in LANGUAGES}
DEFAULT: Final = LANGUAGES[0]


class LanguageConverter(BaseConverter):
    """`<lang:lang>` in a route: one of our languages, else the address is not ours."""

    regex = "|".join(LANGUAGES)


def direction_of(code: str) -> str:
    """'rtl' or 'ltr' for any language's code; 'auto' for one that CLDR does not know."""
    if code in KNOWN:
        return KNOWN[code].direction
    try:
        return "rtl" if Locale.parse(code).character_order == "right-to-left" else "ltr"
    except (ValueError, LookupError):
        return "auto"


def speak(app: Flask) -> None:
    """Take the language from the address, and give it to every link."""
    app.url_map.converters["lang"] = LanguageConverter
    flask_babel.Babel(app, default_translation_directories=str(bundled("translations")), locale_selector=chosen)
    app.jinja_env.globals.update(_=_written, gettext=_written, ngettext=_counted)  # Jinja's own cost four times as much

    @app.url_value_preprocessor
    def take(_: str | None, values: dict[str, Any] | None) -> None:
        if values and "lang" in values:
            g.lang = values.pop("lang")

    @app.url_defaults
    def give(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = chosen()

    @app.get("/")
    @public
    def start() -> Response:
        response = redirect(url_for("finder.home"))
        response.vary.add("Accept-Language")
        response.headers["Cache-Control"] = "public, max-age=300"
        return response  # type: ignore[return-value]  # werkzeug's own Response, which Flask takes

    app.jinja_env.globals.update(
        language=LocalProxy(lambda: KNOWN[chosen()]), in_languages=in_languages, address=address
    )


def chosen() -> str:
    """The language of the address; else the best of what the browser asks for."""
    if code := g.get("lang"):
        return str(code)
    return request.accept_languages.best_match(LANGUAGES) or _first_part(request) or DEFAULT


def _first_part(asked: Any) -> str | None:
    """ "fr-BE" or "zh-Hant" asked for: the first that we speak by its first part."""
    codes = (code.split("-")[0].lower() for code, _ in asked.accept_languages)
    return next((code for code in codes if code in KNOWN), None)


def in_languages() -> list[tuple[Language, str]]:
    """The address of this page in each language, with its arguments; home where this page has no languages."""
    if not request.endpoint or request.view_args is None or "lang" not in g:
        return [(each, url_for("finder.home", lang=each.code)) for each in KNOWN.values()]
    start = len(request.script_root) + 1
    path = url_for(request.endpoint, **request.view_args)
    before, after = path[:start], path[start + len(chosen()) :]
    if request.args:  # not through url_for: `_scheme` would mean something there
        after = f"{after}?{urlencode(list(request.args.items(multi=True)))}"
    return [(each, f"{before}{each.code}{after}") for each in KNOWN.values()]


def address(path: str) -> str:
    """One of our paths under the address that people see; without that setting the path alone.

    What a request says of its host is not believed: the page may be kept and shown to others.
    """
    settings: Settings = current_app.extensions["settings"]
    return settings.public_url.rstrip("/") + path


@lru_cache(maxsize=len(LANGUAGES))
def catalog(code: str) -> NullTranslations:
    """The messages of a language. Read once: Flask-Babel looks them up anew for each of a page's 200 sentences."""
    return Translations.load(str(bundled("translations")), [code])


@lru_cache(maxsize=len(LANGUAGES))
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def locale() -> Locale:
    """The reader's locale: for numbers, dates, names of languages and countries."""
    return _locale(chosen())


def gettext(message: str, **values: object) -> str:
    """A message in the reader's language, its placeholders filled in."""
    said = catalog(chosen()).gettext(message)
    return said % values if values else said


def _written(message: str, **values: object) -> Markup:
    """A message in a template: its own markup stands, the values are escaped."""
    return Markup(catalog(chosen()).gettext(message)) % values if values else _alone(message, chosen())  # noqa: S704


@lru_cache(maxsize=8192)
def _alone(message: str, code: str) -> Markup:
    """A message without places for values."""
    return Markup(catalog(code).gettext(message)) % {}  # noqa: S704  # the catalogs are ours


def _counted(one: str, many: str, number: int, **values: object) -> Markup:
    return Markup(catalog(chosen()).ngettext(one, many, number)) % {"num": number, **values}  # noqa: S704


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The form of a message that the reader's language uses for this number."""
    return catalog(chosen()).ngettext(one, many, number) % {"num": number, **values}
