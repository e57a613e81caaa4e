"""Real HTTP on 127.0.0.1 for the servers of other people that tests put in every mood such a server can have."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MoodyServer:
    """Use as `with …Server() as server`. Each kind has its own handler, which finds its server as `owner`."""

    handler: type[Handler]

    def __init__(self) -> None:
        self._closing = threading.Event()

    def __enter__(self) -> Any:
        handler = type("Handler", (self.handler,), {"owner": self})
        self._http = _Http(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """From now on connections are refused."""
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def wait(self, seconds: float) -> None:
        """Not longer than the server lives."""
        self._closing.wait(seconds)


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up, or are killed."""


class Handler(BaseHTTPRequestHandler):
    """Answers for its `owner`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        try:
            self.answer()
        except ConnectionError:
            self.close_connection = True

    def answer(self) -> None:
        raise NotImplementedError

    def drip(self, body: bytes) -> None:
        """Send byte by byte."""
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.owner.wait(0.05)  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: the tests read `seen`."""
