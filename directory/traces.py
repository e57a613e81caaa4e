"""What stands in a log of a mistake of ours: where it happened, and nothing of what was typed or uploaded."""

from __future__ import annotations

from types import TracebackType


def without_values(error: Exception) -> tuple[type[Exception], Exception, TracebackType | None]:
    """The trace for `exc_info`, without the error's message: it may repeat what a visitor typed or a row holds."""
    return type(error), Exception("(message left out)"), error.__traceback__
