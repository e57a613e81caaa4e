"""The tables, and what must always be true of them."""

from directory.models.contact_points import City, ContactPoint, Facet, Network, Organization
from directory.models.imports import Change, ImportRun, PlannedRow, PlanProblem, RunProgress
from directory.models.tables import NAME_LENGTH, TEXT_LENGTH, Base

__all__ = [
    "NAME_LENGTH",
    "TEXT_LENGTH",
    "Base",
    "Change",
    "City",
    "ContactPoint",
    "Facet",
    "ImportRun",
    "Network",
    "Organization",
    "PlanProblem",
    "PlannedRow",
    "RunProgress",
]
