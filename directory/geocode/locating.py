"""The way from an address to a place: each step knows less than the one before, and each says how it knows."""

from __future__ import annotations

from dataclasses import dataclass

from directory.geocode.addresses import Address
from directory.geocode.asking import Server
from directory.geocode.places import KEPT, NoPlace, Place
from directory.geocode.reading import read


@dataclass(frozen=True, slots=True)
class Located:
    """The best place that is known now, and what the server has just said, if it was asked."""

    place: Place | None
    answer: Place | NoPlace | None = None
    is_remembered: bool = False


def locate(address: Address, remembered: Place | NoPlace | None, server: Server | None) -> Located:
    """By hand or from a file > remembered > the city's centre, without a street > the server > the city's centre.

    Waits for the network in `server`; the caller holds no transaction meanwhile.
    """
    if address.place and address.place.source in KEPT:
        return Located(address.place)
    if isinstance(remembered, Place):
        return Located(remembered, is_remembered=True)
    if address.centre and not address.has_street:
        return Located(address.centre)
    if server is None or remembered is not None:
        return Located(address.centre)
    try:
        found = read(server.ask(address.query), address)
    except NoPlace as problem:
        return Located(address.centre, problem)
    return Located(found, found)
