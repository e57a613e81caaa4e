"""The contact points, who runs them and where they are, and what must always be true of them.

A contact point is one row: what is listed about it (names, topics, phones…) stands in the row as
JSON lists and objects, exactly as the CSV format has it. What is searched (`directory.models.search`
and the full text) is derived from the row in the same transaction.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, DateTime, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory import vocabulary
from directory.models.tables import NAME_LENGTH, Base, one_of


class Organization(Base):
    """Who runs contact points."""

    __tablename__ = "organization"

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)


class Network(Base):
    """What contact points belong to, such as UnionMigrantNet."""

    __tablename__ = "network"

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)


class City(Base):
    """A city that has contact points. Centre in degrees and zone from GeoNames, where GeoNames knows it."""

    __tablename__ = "city"
    __table_args__ = (
        UniqueConstraint("name", "country"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_range"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    country: Mapped[str] = mapped_column(String(2))
    geonames_id: Mapped[int | None] = mapped_column(unique=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    time_zone: Mapped[str] = mapped_column(String(64), default="")


class ContactPoint(Base):
    """One listed place or service a person can visit, call or write to."""

    __tablename__ = "contact_point"
    __table_args__ = (
        CheckConstraint("id <> '' AND name <> ''", name="id_and_name"),
        CheckConstraint("CAST(topics AS TEXT) LIKE '[%'", name="topics_listed"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_range"),
        CheckConstraint("(precision = 'none') = (latitude IS NULL)", name="precision_of_a_place"),
        CheckConstraint("(city = '') = (city_number IS NULL)", name="city_whole"),
        CheckConstraint("length(country) = 2 AND (country <> 'EU' OR city = '')", name="country_or_europe"),
        one_of("kind", vocabulary.KINDS),
        one_of("precision", vocabulary.PRECISIONS),
        one_of("cost", vocabulary.COSTS, empty=True),
        one_of("appointment", vocabulary.APPOINTMENTS, empty=True),
        one_of("wheelchair", vocabulary.WHEELCHAIR, empty=True),
        one_of("status", vocabulary.ENTRY_STATUSES),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    """The stable name of the entry in files and addresses."""
    kind: Mapped[str] = mapped_column(String(20), default="contact_point")
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), index=True)
    """What stands on the door, in its own script."""
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Language (ISO 639-1) → name."""
    alt_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    descriptions: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Language (ISO 639-1) → what it does."""
    organization_number: Mapped[int | None] = mapped_column(ForeignKey("organization.number"), index=True)
    network_number: Mapped[int | None] = mapped_column(ForeignKey("network.number"), index=True)
    topics: Mapped[list[str]] = mapped_column(JSON)
    """Keys of `vocabulary.TOPICS`; the first is the main one and gives the pin its colour. Empty when not known."""
    audiences: Mapped[list[str]] = mapped_column(JSON, default=list)
    statuses: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Keys of `vocabulary.STATUSES`; empty when it is not stated for whom."""
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    """ISO 639 codes of what is spoken there; empty when not known."""
    street: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    """The city as the entry writes it; `city_number` is which one that is."""
    city_number: Mapped[int | None] = mapped_column(ForeignKey("city.number"), index=True)
    country: Mapped[str] = mapped_column(String(2), index=True)
    """ISO 3166 alpha-2, or EU. Without a city the entry serves the whole of it."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(10), default="none")
    place_source: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    """Where the coordinates come from: 'file', 'hand', 'geonames' or 'nominatim'; '' without a place."""
    phones: Mapped[list[str]] = mapped_column(JSON, default=list)
    """E.164."""
    email: Mapped[str] = mapped_column(String(254), default="")
    website: Mapped[str] = mapped_column(String(2000), default="")
    opening_hours: Mapped[str] = mapped_column(String(500), default="")
    """OSM syntax; '' when not known."""
    cost: Mapped[str] = mapped_column(String(10), default="")
    appointment: Mapped[str] = mapped_column(String(10), default="")
    wheelchair: Mapped[str] = mapped_column(String(10), default="")
    status: Mapped[str] = mapped_column(String(10), default="active")
    verified_on: Mapped[date | None] = mapped_column(Date)
    """The date of the source, or of the last check."""
    source_url: Mapped[str] = mapped_column(String(2000), default="")
    row_digest: Mapped[bytes] = mapped_column(LargeBinary(16), default=b"")
    """Of the file's row that last made the entry what it is (`importer.planning`); b"" after any other change."""
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=lambda: datetime.now(UTC))
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes, so that an edit on an old copy is noticed."""

    organization: Mapped[Organization | None] = relationship(lazy="raise")
    network: Mapped[Network | None] = relationship(lazy="raise")
    place: Mapped[City | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_nationwide(self) -> bool:
        """It serves the whole of its country (or of Europe), not one city."""
        return not self.city

    @property
    def is_closed(self) -> bool:
        return self.status == "closed"
