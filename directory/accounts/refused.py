"""Why somebody is not let in, as data: the doors say it in the reader's language."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from directory.vocabulary import N_


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with which field ('': the whole form). `until`: when the next try is looked at."""

    code: str
    """wrong | wait | over | weak | unknown | taken"""
    message: str
    """An English message id with %(name)s places for `values`, marked with N_() where it is written."""
    field: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    until: datetime | None = None

    @property
    def sentence(self) -> str:
        """The message in English."""
        return self.message % self.values if self.values else self.message


def wait(until: datetime) -> Refused:
    """Too many tries. The door says how long."""
    return Refused("wait", N_("Too many tries. Please wait a little."), until=until)
