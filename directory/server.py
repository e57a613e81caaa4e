"""The production server: gunicorn, a few processes with threads, no access log, nothing personal in its own log."""

from __future__ import annotations

import gc
import logging
from typing import Any, Final

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import message
from sqlalchemy import Engine

from directory import cities, create_app, database, search
from directory.config import Settings
from directory.search import Near, Question, names

LONGEST_ADDRESS: Final = 65_536
"""Bytes of a request line. gunicorn's own most is 8,190, beyond which it answers without our helpful page."""
GRACE_SECONDS: Final = 30
_OF_ALL_KINDS: Final = ("psychologist", "zzzzzz зззззз")
"""Words with a meaning, without one, and in Cyrillic, in which a city may stand in another case."""


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's log without visitors: neither who sent a broken request nor what was asked."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        if not msg.startswith("Invalid request from ip="):
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        if msg.startswith("Error handling request"):  # it repeats the address, with what was typed
            super().error("Error while answering", exc_info=False)
        else:
            super().exception(msg, *args, **kwargs)


def _write_security_log() -> None:
    """Beside gunicorn's own log; the same events stand in the database."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    log = logging.getLogger("directory.security")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def warm(engine: Engine) -> None:
    """Read what every question needs once, before the processes part: they share the memory.

    First what takes most while it is read: the rest finds its place in what that leaves.
    """
    with database.reading(engine) as session:
        names.spellings(session)
        for words in _OF_ALL_KINDS:
            search.find(session, Question(words=words))
        search.find(session, Question(near=Near(50.6, 5.6)))
        cities.named("")
    gc.collect()
    gc.freeze()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """`directory serve`: our settings in gunicorn's words. Stops gracefully: what was begun is answered."""

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self.settings, self.host, self.port = settings, host, port
        message.MAX_REQUEST_LINE = LONGEST_ADDRESS
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}",
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "worker_class": "gthread",
            "preload_app": True,
            "limit_request_line": LONGEST_ADDRESS - 1,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 15,
            "accesslog": None,
            "loglevel": "warning",
            "logger_class": QuietLogger,
            "proc_name": "directory",
            "when_ready": self._say_where,
            "post_fork": self._start_afresh,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        gc.disable()  # what is made here stays: to go through it again and again took a fifth of the start
        self.app = create_app(self.settings)
        _write_security_log()
        warm(self.app.extensions["database"])
        gc.enable()
        return self.app

    def _say_where(self, _: Any) -> None:
        print(f"The directory is open at http://{self.host}:{self.port}/", flush=True)  # for the person at the terminal

    def _start_afresh(self, _: Any, __: Any) -> None:
        """A connection belongs to one process."""
        self.app.extensions["database"].dispose(close=False)
