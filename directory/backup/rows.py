"""Rows as lines: a JSON list of the values in the order of the table's columns.

Numbers (to the last bit), texts, true and false as JSON has them, days and times in ISO 8601 (UTC), bytes in base64,
and the text of a JSON column as a text, to the letter: it may say null where another row has nothing.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeEngine

from directory.backup.refused import damaged
from directory.database import from_json
from directory.models import Moment

LONGEST_BYTES: Final = 1 << 27
"""Of a line. The longest holds an uploaded file: 25 MB, which are 35 in base64."""


def line(values: Sequence[Any]) -> bytes:
    """A row, its values as SQLAlchemy gives them, as a line; raises TypeError for what no column has."""
    return orjson.dumps([*values], default=_told, option=orjson.OPT_APPEND_NEWLINE)


def _told(value: object) -> orjson.Fragment:
    if isinstance(value, bytes):
        return orjson.Fragment(b'"%b"' % b64encode(value))  # a text may need escaping: 16 times the memory
    raise TypeError


class Reader:
    """Lines of one table → rows, their values as SQLAlchemy takes them. Raises Refused for what is no such row."""

    def __init__(self, table: Table) -> None:
        self._name = table.name
        self._columns = list(table.c)
        self._kinds = [_kind(column.type) for column in table.c]
        self._makers = [(at, make) for at, (_, make) in enumerate(self._kinds) if make]
        self._known = set[tuple[type, ...]]()
        """Types of a row's values that were found to be right: there are few, and to look at each value takes long."""
        self._read = 0

    def read(self, written: bytes) -> tuple[Any, ...]:
        self._read += 1
        try:
            values = orjson.loads(written)
        except ValueError:
            raise self._wrong("is no JSON") from None
        if type(values) is not list or len(values) != len(self._columns):
            raise self._wrong("has other columns")
        types = tuple(map(type, values))
        if types not in self._known:
            self._look_at(types)
        for at, make in self._makers:
            if values[at] is not None:
                try:
                    values[at] = make(values[at])
                except (ValueError, OverflowError, RecursionError):
                    raise self._wrong(f"has a wrong value in {self._columns[at].name}") from None
        return tuple(values)

    def _look_at(self, types: tuple[type, ...]) -> None:
        for column, (kind, _), found in zip(self._columns, self._kinds, types, strict=True):
            if found is not kind and not (found is type(None) and column.nullable):
                raise self._wrong(f"has a wrong value in {column.name}")
        self._known.add(types)

    def _wrong(self, what: str) -> Exception:
        return damaged(f"row {self._read} of {self._name} {what}.")


def _kind(of: TypeEngine[Any]) -> tuple[type, Callable[[Any], Any] | None]:
    """The type of a column's values in JSON, and what makes of it the one that the column takes."""
    for column, kind, make in _KINDS:
        if isinstance(of, column):
            return kind, make
    raise NotImplementedError(f"say in _KINDS how {of} is kept")


def _bytes(written: str) -> bytes:
    return b64decode(written, validate=True)


def _moment(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    if found.tzinfo is None:
        raise ValueError
    return found.astimezone(UTC)


def _json(written: str) -> str:
    from_json(written)
    return written


def _whole(number: int) -> int:
    if not -(2**63) <= number < 2**63:  # JSON has larger ones, no engine has
        raise ValueError
    return number


_KINDS: Final[Sequence[tuple[type[TypeEngine[Any]], type, Callable[[Any], Any] | None]]] = (
    (Boolean, bool, None),
    (Integer, int, _whole),
    (Float, float, None),
    (Moment, str, _moment),
    (Date, str, date.fromisoformat),
    (LargeBinary, str, _bytes),
    (JSON, str, _json),
    (String, str, None),
)
