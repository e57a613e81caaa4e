"""Address → place: how exact, from where; polite, remembered, and never in a public request."""

from directory.geocode.addresses import Address, waiting
from directory.geocode.asking import Server, open_server
from directory.geocode.locating import Located, locate
from directory.geocode.places import FARTHEST_KM, NoPlace, Place, Problem
from directory.geocode.running import Report, run

__all__ = [
    "FARTHEST_KM",
    "Address",
    "Located",
    "NoPlace",
    "Place",
    "Problem",
    "Report",
    "Server",
    "locate",
    "open_server",
    "run",
    "waiting",
]
