"""The CSV format, column by column: which attribute it is, how it is read, how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from directory import vocabulary
from directory.importer import cells
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


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `read` takes the cell's text and the row's country; `empty` is the value of "not known"."""

    name: str
    attribute: str
    read: Callable[[str, str], Any]
    empty: Any = ""
    language: str = ""
    """For names and descriptions: the key inside the attribute."""

    def value_of(self, entry: ContactPoint) -> Any:
        """What is stored of this column, as `read` gives it."""
        if self.attribute in ("organization", "network"):
            owner = getattr(entry, self.attribute)
            return owner.name if owner else ""
        value = getattr(entry, self.attribute)
        return value.get(self.language, "") if self.language else value

    def text_of(self, entry: ContactPoint) -> str:
        """What an export writes for this column."""
        value = self.value_of(entry)
        if value is None:
            return ""
        if isinstance(value, list):
            return "|".join(value)
        return f"{value:.7f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _plain(read: Callable[[str], Any]) -> Callable[[str, str], Any]:
    return lambda text, country: read(text)


def _one_of(terms: Mapping[str, object]) -> Callable[[str, str], str]:
    return _plain(partial(cells.one_key, keys=terms))


def _some_of(terms: Mapping[str, object]) -> Callable[[str, str], list[str]]:
    return _plain(partial(cells.keys, known=terms))


_COLUMNS: Final = (
    Column("id", "id", _plain(cells.an_id)),
    Column("kind", "kind", _one_of(vocabulary.KINDS), "contact_point"),
    Column("name", "name", _plain(cells.a_line)),
    Column("alt_names", "alt_names", _plain(cells.names), []),
    Column("organization", "organization", _plain(cells.a_line)),
    Column("network", "network", _plain(cells.a_line)),
    Column("topics", "topics", _some_of(vocabulary.TOPICS), []),
    Column("audiences", "audiences", _plain(cells.names), []),
    Column("residence_status", "statuses", _some_of(vocabulary.STATUSES), []),
    Column("languages", "languages", _plain(cells.languages), []),
    Column("street", "street", _plain(cells.a_line)),
    Column("postal_code", "postal_code", _plain(partial(cells.a_line, longest=20))),
    Column("city", "city", _plain(cells.a_line)),
    Column("country", "country", _plain(cells.a_country)),
    Column("latitude", "latitude", _plain(partial(cells.degrees, most=90.0)), None),
    Column("longitude", "longitude", _plain(partial(cells.degrees, most=180.0)), None),
    Column("precision", "precision", _one_of(vocabulary.PRECISIONS), "none"),
    Column("phone", "phones", cells.phones, []),
    Column("email", "email", _plain(cells.an_email)),
    Column("website", "website", _plain(cells.a_url)),
    Column("opening_hours", "opening_hours", _plain(cells.opening_hours)),
    Column("cost", "cost", _one_of(vocabulary.COSTS)),
    Column("appointment", "appointment", _one_of(vocabulary.APPOINTMENTS)),
    Column("wheelchair", "wheelchair", _one_of(vocabulary.WHEELCHAIR)),
    Column("status", "status", _one_of(vocabulary.ENTRY_STATUSES), "active"),
    Column("verified_on", "verified_on", _plain(cells.a_date), None),
    Column("source_url", "source_url", _plain(cells.a_url)),
)
_BY_NAME: Final = {column.name: column for column in _COLUMNS}


def column(name: str) -> Column | None:
    """The column of this name (`name_uk` and `description_nl` exist for any language), or None."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    match = _IN_A_LANGUAGE.fullmatch(name)
    if not match or not cells.is_language(match[2]):
        return None
    read = cells.a_line if match[1] == "name" else cells.a_text
    return Column(name, f"{match[1]}s", _plain(read), language=match[2])
