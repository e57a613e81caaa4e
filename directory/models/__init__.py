"""The tables, and what must always be true of them."""

from directory.models.contact_points import City, ContactPoint, Facet, Network, Organization
from directory.models.geocoding import GeocoderAnswer
from directory.models.imports import Change, ImportRun, PlannedRow, PlanProblem
from directory.models.tables import NAME_LENGTH, TEXT_LENGTH, Base

__all__ = [
    "NAME_LENGTH",
    "TEXT_LENGTH",
    "Base",
    "Change",
    "City",
    "ContactPoint",
    "Facet",
    "GeocoderAnswer",
    "ImportRun",
    "Network",
    "Organization",
    "PlanProblem",
    "PlannedRow",
]
