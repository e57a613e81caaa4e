"""The CSV format, column by column: which attribute it is, how it is read, how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

from directory.importer import cells, closed, countries, dates, opening, phones, places, postal, reaching
from directory.models import ContactPoint

REQUIRED: Final = ("id", "name", "country")
HEADER: Final = tuple(
    (
        "id kind name name_en name_fr name_bg alt_names organization network description_en description_fr "
        "description_bg topics audiences residence_status languages street postal_code city country latitude "
        "longitude precision phone email website opening_hours cost appointment wheelchair status verified_on "
        "source_url"
    ).split()
)
_IN_A_LANGUAGE: Final = re.compile(r"(name|description)_([a-z]{2})")


Listed = ContactPoint | Any
"""A contact point, or plain values with its attributes (`entries.Entry`)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `read` takes the cell's text; `empty` is the value of "not known"."""

    name: str
    attribute: str
    read: Callable[..., Any]
    empty: Any = ""
    language: str = ""
    """For names and descriptions: the key inside the attribute."""
    is_of_country: bool = False
    """`read` takes the row's country too, by which the text means something."""

    def value_of(self, entry: Listed) -> Any:
        """What is stored of this column, as `read` gives it."""
        if self.attribute in ("organization", "network"):
            owner = getattr(entry, self.attribute)
            return owner.name if owner else ""
        value = getattr(entry, self.attribute)
        return value.get(self.language, "") if self.language else value

    def text(self, value: Any) -> str:
        """How a value is written: lists with `|`, numbers with at most seven decimals, dates as ISO has them."""
        if value is None:
            return ""
        if isinstance(value, list):
            return "|".join(value)
        return places.written(value) if isinstance(value, float) else str(value)

    def text_of(self, entry: Listed) -> str:
        """What an export writes for this column, before it is guarded against formulas."""
        return self.text(self.value_of(entry))


_COLUMNS: Final = (
    Column("id", "id", cells.an_id),
    Column("kind", "kind", closed.KIND.key, "contact_point"),
    Column("name", "name", cells.a_line),
    Column("alt_names", "alt_names", cells.names, []),
    Column("organization", "organization", cells.a_line),
    Column("network", "network", cells.a_line),
    Column("topics", "topics", closed.TOPIC.keys, []),
    Column("audiences", "audiences", cells.names, []),
    Column("residence_status", "statuses", closed.RESIDENCE_STATUS.keys, []),
    Column("languages", "languages", countries.languages, []),
    Column("street", "street", cells.a_line),
    Column("postal_code", "postal_code", postal.a_postal_code, is_of_country=True),
    Column("city", "city", cells.a_line),
    Column("country", "country", countries.a_country),
    Column("latitude", "latitude", partial(places.degrees, axis="latitude"), None),
    Column("longitude", "longitude", partial(places.degrees, axis="longitude"), None),
    Column("precision", "precision", closed.PRECISION.key, "none"),
    Column("phone", "phones", phones.phones, [], is_of_country=True),
    Column("email", "email", reaching.an_email),
    Column("website", "website", reaching.a_url),
    Column("opening_hours", "opening_hours", opening.opening_hours, is_of_country=True),
    Column("cost", "cost", closed.COST.key),
    Column("appointment", "appointment", closed.APPOINTMENT.key),
    Column("wheelchair", "wheelchair", closed.WHEELCHAIR.key),
    Column("status", "status", closed.ENTRY_STATUS.key, "active"),
    Column("verified_on", "verified_on", dates.a_date, None),
    Column("source_url", "source_url", reaching.a_url),
)
_BY_NAME: Final = {column.name: column for column in _COLUMNS}


@lru_cache(maxsize=4096)
def column(name: str) -> Column | None:
    """The column of this name (`name_uk` and `description_nl` exist for any language), or None."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    match = _IN_A_LANGUAGE.fullmatch(name)
    if not match or not countries.is_language(match[2]):
        return None
    read = cells.a_line if match[1] == "name" else cells.a_text
    return Column(name, f"{match[1]}s", read, language=match[2])
