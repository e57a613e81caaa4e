"""What the geocoder answered about an address, so that it is asked once and left alone after a failure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from directory import vocabulary
from directory.models.tables import NAME_LENGTH, Base, one_of

OUTCOMES = ("found", "nothing", "refused", "failed", "turned_away")
"""A place; no such address; an answer that cannot be true; no answer; the server wants no requests from us now."""


class GeocoderAnswer(Base):
    """One address as one server was asked for it, and what came of it."""

    __tablename__ = "geocoder_answer"
    __table_args__ = (
        one_of("outcome", OUTCOMES),
        one_of("precision", vocabulary.PRECISIONS),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint("(outcome = 'found') = (latitude IS NOT NULL)", name="place_found"),
        CheckConstraint("(precision = 'none') = (latitude IS NULL)", name="precision_of_a_place"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_range"),
        Index("ix_geocoder_answer_next_try", "provider", "next_try_at"),
    )

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    """Of the server and the query (`geocode.Address.key`)."""
    provider: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """The server's name and path, without its password."""
    query: Mapped[dict[str, str]] = mapped_column(JSON)
    """As it was asked: street, city, postalcode, country."""
    outcome: Mapped[str] = mapped_column(String(20))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(10), default="none")
    problem: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """{code, message, values} of what is not found; {} with a place."""
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(default=0)
    """How often in a row there was no usable answer."""
    next_try_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Before this it is not asked again; None: never again, the place is known."""
