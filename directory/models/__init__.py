"""The tables, and what must always be true of them."""

from directory.models.accounts import Account, DoorKey, RecoveryCode, SecurityEvent, SignIn, Throttle, Ticket
from directory.models.contact_points import City, ContactPoint, Facet, Network, Organization
from directory.models.geocoding import GeocoderAnswer
from directory.models.imports import Change, ImportRun, PlannedRow, PlanProblem, RunProgress
from directory.models.tables import NAME_LENGTH, TEXT_LENGTH, Base, Moment

__all__ = [
    "NAME_LENGTH",
    "TEXT_LENGTH",
    "Account",
    "Base",
    "Change",
    "City",
    "ContactPoint",
    "DoorKey",
    "Facet",
    "GeocoderAnswer",
    "ImportRun",
    "Moment",
    "Network",
    "Organization",
    "PlanProblem",
    "PlannedRow",
    "RecoveryCode",
    "RunProgress",
    "SecurityEvent",
    "SignIn",
    "Throttle",
    "Ticket",
]
