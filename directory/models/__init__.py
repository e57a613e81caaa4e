"""The tables, and what must always be true of them."""

from directory.models.accounts import Account, DoorKey, RecoveryCode, SecurityEvent, SignIn, Throttle, Ticket
from directory.models.contact_points import City, ContactPoint, Network, Organization
from directory.models.geocoding import GeocoderAnswer
from directory.models.imports import Change, ImportRun, PlannedRow, PlanProblem, RunProgress
from directory.models.search import Facet, Gone, PlaceBlock, Stamp
from directory.models.tables import DEGREE_DECIMALS, NAME_LENGTH, TEXT_LENGTH, Base, Moment

__all__ = [
    "DEGREE_DECIMALS",
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
    "Gone",
    "ImportRun",
    "Moment",
    "Network",
    "Organization",
    "PlaceBlock",
    "PlanProblem",
    "PlannedRow",
    "RecoveryCode",
    "RunProgress",
    "SecurityEvent",
    "SignIn",
    "Stamp",
    "Throttle",
    "Ticket",
]
