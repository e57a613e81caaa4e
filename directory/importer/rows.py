"""One row's texts → values, problems and warnings. It knows the row and nothing of the database.

What needs the stored entry (half a place, nothing to reach it by, an id that stands twice) is the plan's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from directory.importer import cells, doubts, places
from directory.importer.columns import REQUIRED, Column, column
from directory.importer.countries import is_country
from directory.importer.dates import a_date, today_somewhere
from directory.importer.problems import BadCell, Problem
from directory.vocabulary import N_

if TYPE_CHECKING:
    from directory.importer.entries import Entry
    from directory.importer.ready import Ready

_REPEATED: Final = frozenset(
    "kind organization network topics residence_status languages city country precision cost appointment "
    "wheelchair status verified_on".split()
)
"""Columns in which the same texts come again and again: each text is read once."""
_MOST_KEPT: Final = 4096

_SPECIAL: Final = frozenset(
    "'=[#E\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb"
    + cells.FILLERS
)
"""First characters of cells that are looked at twice: guards, `[clear]`, errors of Excel, invisible ones."""

_Found = tuple[Any, Sequence[doubts.Doubt]]
_Read = Callable[..., _Found | None]
"""Text of a cell, and the row's country where it matters → value and doubts; None for a blank cell."""


class _Emptied(Exception):
    """The cell says `[clear]`."""


@dataclass(slots=True)
class Draft:
    """What a row says: column name → value, of the cells that are not blank; what is wrong, and what is doubted."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    new: Entry | Ready | None = None
    """What the row makes as a new entry, where that was asked and nothing is wrong."""

    def __reduce__(self) -> tuple[type[Draft], tuple[Any, ...]]:
        """As a call with all that it holds: half as long on the way from a process to another as field by field."""
        return Draft, (self.line, self.values, self.problems, self.warnings, self.new)

    def refuse(self, name: str | None, bad: BadCell) -> None:
        self.problems.append(Problem(self.line, name, bad.code, bad.message, bad.values, bad.suggestion))

    def doubt(self, name: str, found: Sequence[doubts.Doubt]) -> None:
        self.warnings += [Problem(self.line, name, *one) for one in found]


class RowReader:
    """Reads the rows of one file. `columns` are aligned with its cells; None and unknown names are passed over."""

    def __init__(self, columns: Sequence[str | None], today: date | None = None) -> None:
        self._today = today or today_somewhere()
        known = [column(name) if name else None for name in columns]
        self._columns = [
            (one, one.name in REQUIRED, self._reader(one), one.is_of_country) if one else None for one in known
        ]
        self._country_at = next((at for at, one in enumerate(known) if one and one.name == "country"), None)
        self._longitude_at = next((at for at, one in enumerate(known) if one and one.name == "longitude"), None)

    def read(self, line: int, texts: Sequence[str]) -> Draft:
        """All that is to be said of a row at once."""
        draft = Draft(line)
        values = draft.values
        country = self._country(texts)
        for known, text in zip(self._columns, texts, strict=False):
            if known is None or not (text or known[1]):
                continue
            one, is_required, read, is_of_country = known
            try:
                found = read(text, country) if is_of_country else read(text)
            except BadCell as bad:
                self._refuse(draft, one, text, texts, bad)
            except _Emptied:
                self._empty(draft, one)
            else:
                if found is not None:
                    value, doubted = found
                    values[one.name] = [*value] if type(value) is list else value
                    if doubted:
                        draft.doubt(one.name, doubted)
                elif is_required and one.name != "id":
                    draft.refuse(one.name, _missing(one.name))
        if values.get("latitude") is not None and values.get("longitude") is not None:
            check_place(draft, country)
        return draft

    def _country(self, texts: Sequence[str]) -> str:
        """The code of the row's country; '' where it is not told or not known."""
        if self._country_at is None or self._country_at >= len(texts):
            return ""
        known = self._columns[self._country_at]
        assert known is not None
        try:
            found = known[2](texts[self._country_at])
        except (BadCell, _Emptied):
            return ""
        return str(found[0]) if found else ""

    def _reader(self, one: Column) -> _Read:
        """What reads the cells of a column: each text once, in each country where that matters, if it comes again."""
        read = partial(a_date, today=self._today) if one.name == "verified_on" else one.read
        found = _doubting(one, read)
        return lru_cache(_MOST_KEPT)(found) if one.name in _REPEATED or one.is_of_country else found

    def _refuse(self, draft: Draft, one: Column, text: str, texts: Sequence[str], bad: BadCell) -> None:
        if bad.code == "bad_phone" and not self._country(texts):
            return  # it is the country that is wrong, and that is told
        if one.name == "latitude" and bad.code == "not_a_number" and self._has_no_longitude(texts):
            both = places.pair(cells.unguarded(text.strip()))
            if both:
                draft.values["latitude"], draft.values["longitude"] = both
                return
        draft.refuse(one.name, cells.lost() if one.name != "id" and cells.is_lost(text) else bad)

    def _has_no_longitude(self, texts: Sequence[str]) -> bool:
        at = self._longitude_at
        return at is None or at >= len(texts) or cells.is_blank(texts[at])

    def _empty(self, draft: Draft, one: Column) -> None:
        if one.name in REQUIRED:
            draft.refuse(one.name, _missing(one.name))
        else:
            draft.values[one.name] = [*one.empty] if isinstance(one.empty, list) else one.empty


def _missing(name: str) -> BadCell:
    return BadCell("missing_value", N_("The column “%(column)s” must not be empty."), {"column": name})


def _doubting(one: Column, read: Callable[..., Any]) -> _Read:
    """The reader of a column together with what doubts its values."""
    name, doubted = one.name, doubts.OF_COLUMN.get(one.attribute)

    def found(text: str, *country: str) -> _Found | None:
        text = text.strip()
        if not text:
            return None
        if text[0] in _SPECIAL:
            if cells.is_blank(text):
                return None
            text = _unwrapped(text, name)
        value = read(text, *country)
        return value, doubted(value) if doubted else ()

    def found_phone(text: str, country: str) -> _Found | None:
        return (seen[0], doubts.of_phone(text)) if (seen := found(text, country)) else None

    return found_phone if name == "phone" else found


def _unwrapped(text: str, name: str) -> str:
    """Without the export's guard; raises for `[clear]` and for what Excel writes when it fails, in `="…"` too."""
    text = cells.unguarded(text)
    if cells.is_clear(text):
        raise _Emptied
    if name != "id":
        cells.refuse_excel_error(text)
    return text


def check_place(draft: Draft, country: str) -> None:
    """Refuse a place that cannot be meant, doubt one that lies outside its country (ISO 3166; '' and EU: not asked)."""
    latitude, longitude = draft.values["latitude"], draft.values["longitude"]
    is_null = places.is_null_island(latitude, longitude)
    doubted = outside(country, latitude, longitude)
    if not is_null and not doubted:
        return
    values = _told(country, latitude, longitude)
    if is_null:
        message = N_("The place 0, 0 lies in the sea: leave both cells empty when the place is not known.")
        draft.refuse("latitude", BadCell("null_island", message, values))
    elif abs(longitude) <= places.MOST["latitude"] and not places.is_outside(country, longitude, latitude):
        message = N_("Latitude and longitude seem to be exchanged: %(longitude)s, %(latitude)s lies in %(country)s.")
        swapped = f"{values['longitude']}, {values['latitude']}"
        draft.refuse("latitude", BadCell("swapped_coordinates", message, values, swapped))
    else:
        draft.doubt(places.axis_that_strays(country, latitude), doubted)


def outside(country: str, latitude: float, longitude: float) -> Sequence[doubts.Doubt]:
    """That a place lies outside its country, if it does (ISO 3166; of '' and EU nothing is said)."""
    if not (is_country(country) and places.is_outside(country, latitude, longitude)):
        return ()
    message = N_("The place %(latitude)s, %(longitude)s does not lie in %(country)s.")
    return [("outside_country", message, _told(country, latitude, longitude), "")]


def _told(country: str, latitude: float, longitude: float) -> dict[str, str]:
    return {"latitude": places.written(latitude), "longitude": places.written(longitude), "country": country}
