"""Sentences and small texts that several pages need, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import phonenumbers
from babel import Locale, languages
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask, g
from markupsafe import Markup

from directory import hours, vocabulary
from directory.models import ContactPoint
from directory.search import Question, Results
from directory.text import folded_phrase
from directory.vocabulary import EUROPE, N_
from directory.web.languages import chosen, direction_of, gettext, ngettext

OLD_DAYS: Final = 730
"""After so long without a check a page says "call first"."""
LINE_LENGTH: Final = 170
CITY_NAMES: Final = frozenset(
    {
        N_("Liège"),
        N_("Sofia"),
        N_("Brussels"),
        N_("Namur"),
        N_("Huy"),
        N_("Ljubljana"),
        N_("Athens"),
        N_("Barcelona"),
        N_("Berlin"),
        N_("Vienna"),
        N_("Stara Zagora"),
        N_("Soria"),
        N_("Palermo"),
        N_("Madrid"),
        N_("Milan"),
        N_("Paris"),
        N_("Esneux"),
    }
)
"""Cities that the catalogs name; any other is shown as its entries write it."""


def speak(app: Flask) -> None:
    """Make the words known to every template."""
    words = (
        *(week, name_here, description, one_line, door_language, label, argument_words, wider_words),
        *(city_name, city_names, country_name, language_name, found_words, period_words),
        *(phone, number, kilometres, day, weekday, is_old, direction_of, language_attributes),
    )
    app.jinja_env.globals.update({word.__name__: word for word in words})
    app.jinja_env.globals["vocabulary"] = vocabulary
    app.jinja_env.globals["contact_email"] = app.extensions["settings"].contact_email
    app.jinja_env.filters["domain"] = domain


def label(terms: Mapping[str, vocabulary.Term], key: str) -> str:
    """The label of a closed list's key."""
    return gettext(terms[key].label)


def zone_of(entry: ContactPoint) -> str | None:
    """The time zone in which an entry's hours are told: its city's, else its country's."""
    return (entry.place.time_zone if entry.place else "") or hours.time_zone_of(entry.country)


def moment() -> datetime:
    """Now, the same for everything on one page."""
    found: datetime | None = g.get("moment")
    if found is None:
        g.moment = found = datetime.now(UTC)
    return found


def week(entry: ContactPoint) -> list[hours.Day]:
    """The seven days of this week with their periods."""
    return hours.week(entry.opening_hours, entry.country, zone_of(entry), moment())


def clock(then: time | datetime) -> str:
    """A time of day: 9:00 or 9:00 AM, as the reader's language has it."""
    return _clock(time(then.hour, then.minute), chosen())


@lru_cache(maxsize=4096)
def _clock(then: time, code: str) -> str:
    return format_time(then, "short", locale=code)


def weekday(then: date) -> str:
    """The name of the day."""
    return _date(date(then.year, then.month, then.day), "EEEE", chosen())


def day(then: date) -> str:
    """A date in words: 23 November 2026."""
    return _date(then, "long", chosen())


@lru_cache(maxsize=4096)
def _date(then: date, form: str, code: str) -> str:
    return format_date(then, form, locale=code)


def period_words(period: hours.Period) -> str:
    """One opening: 9:00–17:00; with what is known of its end."""
    if period.closes_next_day and period.opens == period.closes:
        return gettext("day and night")
    opens = clock(period.opens)
    if period.closes is None:
        return gettext("from %(time)s", time=opens)
    span = gettext("%(from_time)s–%(to_time)s", from_time=opens, to_time=clock(period.closes))
    if period.open_ended:
        span = gettext("%(span)s or later", span=span)
    if period.state == "unknown":
        span = f"{span} ({period.comment})" if period.comment else gettext("%(span)s, not sure", span=span)
    return span


def number(value: float) -> str:
    """A number in the reader's manner."""
    return digits(value, chosen())


@lru_cache(maxsize=4096)
def digits(value: float, reader: str) -> str:
    """A number in the manner of a language."""
    return format_decimal(value, locale=reader)


def kilometres(value: float) -> str:
    """A distance: metres below one kilometre, one decimal below ten."""
    if value < 0.95:
        return gettext("%(number)s m", number=number(max(50, round(value * 1000 / 50) * 50)))
    return gettext("%(number)s km", number=number(round(value, 1) if value < 10 else round(value)))


def name_here(entry: ContactPoint) -> tuple[str, str] | None:
    """(name, language): the entry's name in the reader's language (else English), when it says more than the door's."""
    for code in dict.fromkeys((chosen(), "en")):
        name = entry.names.get(code)
        if name:
            return None if _says_no_more(name, entry.name) else (name, code)
    return None


@lru_cache(maxsize=4096)
def _says_no_more(name: str, door: str) -> bool:
    return folded_phrase(name) in folded_phrase(door)


def description(entry: ContactPoint) -> tuple[str, str] | None:
    """(text, language): what it does, in the reader's language, else English, else whatever there is."""
    for code in dict.fromkeys((chosen(), "en", *entry.descriptions)):
        if text := entry.descriptions.get(code):
            return text, code
    return None


def door_language(entry: ContactPoint) -> str:
    """The language of the name on the door; '' where nobody told: a screen reader then keeps its own."""
    for code, name in entry.names.items():
        if name == entry.name:
            return code
    return _only_language_of(entry.country)


@lru_cache(maxsize=512)
def _only_language_of(country: str) -> str:
    spoken = languages.get_official_languages(country)
    return spoken[0] if len(spoken) == 1 and country != EUROPE else ""


def language_attributes(code: str) -> Markup:
    """What an element says of the language that its text is in; nothing where that is the reader's."""
    return _language_attributes(code, chosen())


@lru_cache(maxsize=1024)
def _language_attributes(code: str, reader: str) -> Markup:
    return Markup("") if code == reader else Markup(' lang="{}" dir="{}"').format(code, direction_of(code))


def one_line(text: str) -> str:
    """The first sentence, or as many whole words as fit on two lines of a phone."""
    first = text.split(". ")[0].removesuffix(".")
    if len(first) <= LINE_LENGTH:
        return first + "."
    return first[:LINE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:–- ") + " …"


def city_name(name: str) -> str:
    """A city's name in the reader's language where the catalogs have it, else as its entries write it."""
    return gettext(name) if name in CITY_NAMES else name


def city_names(question: Question) -> str:
    """The cities of a question, in the reader's language."""
    return ", ".join(city_name(place.name) for place in question.cities)


_WIDER: Final = {
    "topics": N_("Any topic"),
    "languages": N_("Whatever language they speak"),
    "statuses": N_("Whatever your papers"),
    "kinds": N_("Any kind of place"),
    "cities": N_("In all cities"),
    "countries": N_("In all countries"),
    "open_now": N_("Open or not"),
    "near": N_("At any distance"),
    "words": N_("Without your words"),
}


def wider_words(field: str) -> str:
    """What leaving out one field of a question means."""
    return gettext(_WIDER[field])


def found_words(results: Results) -> str:
    """What a page of results says first: how many places were found."""
    if not results.total:
        return gettext("Nothing found for this")
    return ngettext("%(num)d place found", "%(num)d places found", results.total)


def country_name(code: str) -> str:
    """A country in the reader's language; EU is all of Europe."""
    if code == EUROPE:
        return gettext("All of Europe")
    return _named("territories", code, chosen())


def language_name(code: str) -> str:
    """A language in the reader's language."""
    return _named("languages", code, chosen())


@lru_cache(maxsize=8192)
def _named(kind: str, code: str, reader: str) -> str:
    """CLDR's name of a country or a language, else its code."""
    return str(getattr(Locale.parse(reader), kind).get(code, code))


@lru_cache(maxsize=4096)
def phone(e164: str) -> str:
    """A telephone number as it is read aloud abroad: +32 4 221 81 11."""
    parsed = phonenumbers.parse(e164)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def domain(url: str) -> str:
    """The part of an address that a person recognizes: www.example.org → example.org."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def argument_words(name: str, value: str) -> str:
    """What a value of an argument means, in the reader's language."""
    closed: dict[str, Mapping[str, vocabulary.Term]] = {
        "topic": vocabulary.TOPICS,
        "status": vocabulary.STATUSES,
        "kind": vocabulary.KINDS,
    }
    if name in closed:
        return label(closed[name], value)
    names = {"country": country_name, "language": language_name, "lang": language_name, "city": city_name}
    return names[name](value) if name in names else value


def is_old(verified_on: date | None) -> bool:
    """Not checked for two years, or nobody knows when."""
    return verified_on is None or (moment().date() - verified_on).days > OLD_DAYS
