"""What is searched, derived from the contact points in the transaction that writes them (`directory.search.index`).

Not one row for each contact point and value: one for each value and 65,536 contact points, so that a million
of them are read into memory in some hundredths of a second. The full text is a table of each engine's own.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, LargeBinary, String, or_
from sqlalchemy.orm import Mapped, mapped_column

from directory import vocabulary
from directory.models.tables import Base, Listed

_VALUES: Final = dict.fromkeys([*vocabulary.TOPICS, *vocabulary.STATUSES, *vocabulary.KINDS, "unstated"])


class Facet(Base):
    """Which contact points have one value by which they are filtered, counted or put in order."""

    __tablename__ = "facet"
    __table_args__ = (
        CheckConstraint(
            or_(Listed("facet", ("topic", "status", "kind"), are_refused=True), Listed("value", _VALUES)),
            name="value_known",
        ),
        Index("ix_facet_block", "block"),
    )

    facet: Mapped[str] = mapped_column(String(10), primary_key=True)
    """'topic', 'language', 'status', 'kind', 'city' (its number), 'country', and those of `search.derived`."""
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Which 65,536 contact points: their numbers divided by that."""
    numbers: Mapped[bytes] = mapped_column(LargeBinary)
    """Their numbers as a Roaring bitmap in its portable format."""


class PlaceBlock(Base):
    """Where the contact points of a block of 4,096 numbers are: (number, latitude, longitude) one after the other."""

    __tablename__ = "place_block"

    block: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    places: Mapped[bytes] = mapped_column(LargeBinary)


class Gone(Base):
    """A contact point that was deleted and still stands in `facet` and `place_block`; a trigger writes it here."""

    __tablename__ = "search_gone"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Stamp(Base):
    """One row with a number by chance, another one after each write: what was read under it is still true."""

    __tablename__ = "search_stamp"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger)
