"""The tables, and what must always be true of them."""

from directory.models.contact_points import City, ContactPoint, Network, Organization
from directory.models.imports import Change, ImportRun, PlannedRow, PlanProblem
from directory.models.search import Facet, Gone, PlaceBlock, Stamp
from directory.models.tables import NAME_LENGTH, TEXT_LENGTH, Base

__all__ = [
    "NAME_LENGTH",
    "TEXT_LENGTH",
    "Base",
    "Change",
    "City",
    "ContactPoint",
    "Facet",
    "Gone",
    "ImportRun",
    "Network",
    "Organization",
    "PlaceBlock",
    "PlanProblem",
    "PlannedRow",
    "Stamp",
]
