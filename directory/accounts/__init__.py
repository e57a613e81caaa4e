"""Who may enter: accounts, passwords, second factors, sessions, and what happened at the door."""

from directory.accounts.refused import Refused
from directory.accounts.sessions import Limits, Person

__all__ = ["Limits", "Person", "Refused"]
