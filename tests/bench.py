"""Fifty parallel visitors for a minute, on the seed, against `directory serve` with its default settings: `make bench`.

A visitor goes home → results → map with its points → contact point, in ten languages, and does not wait between pages.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from conftest import Served
from tile_server import TileServer

VISITORS = 50
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
LANGUAGES = ("en", "fr", "bg", "nl", "es", "ar", "fa", "uk", "ru", "tr")
PATHS = (
    "/{}/",
    "/{}/contact-points?city=Li%C3%A8ge&topic=legal_aid",
    "/{}/contact-points?q=lost+my+job+sofia",
    "/{}/map?city=Sofia",
    "/{}/map/points?city=Sofia",
    "/{}/contact-points/cite-miroir",
    "/tiles/5/16/10.png",
)


class Visitors:
    """What fifty threads saw."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.until = time.monotonic() + SECONDS
        self.took: list[float] = []
        self.outcomes: Counter[str] = Counter()

    def visit(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        language = LANGUAGES[number % len(LANGUAGES)]
        while time.monotonic() < self.until:
            for path in PATHS:
                started = time.perf_counter()
                try:
                    connection.request("GET", path.format(language), headers={"Accept-Encoding": "gzip"})
                    answer = connection.getresponse()
                    answer.read()
                    self.outcomes[str(answer.status)] += 1
                except (OSError, http.client.HTTPException) as error:
                    self.outcomes[type(error).__name__] += 1
                    connection.close()
                self.took.append((time.perf_counter() - started) * 1000)
        connection.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, TileServer() as tiles:
        served = Served(Path(folder), DATABASE_URL=f"sqlite:///{folder}/d.sqlite", TILES=tiles.template)
        visitors = Visitors(served.port)
        threads = [threading.Thread(target=visitors.visit, args=(number,)) for number in range(VISITORS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        served.stop()
    took = sorted(visitors.took)
    p50, p95 = statistics.median(took), took[int(len(took) * 0.95)]
    print(f"{VISITORS} visitors, {SECONDS:.0f} s: {len(took)} answers, {len(took) / SECONDS:.0f} per second")
    print(f"milliseconds: p50 {p50:.0f}, p95 {p95:.0f}, longest {took[-1]:.0f}")
    print("outcomes:", dict(visitors.outcomes))
    sys.exit(set(visitors.outcomes) != {"200"})


if __name__ == "__main__":
    main()
