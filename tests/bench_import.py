"""Import: rows per second and peak memory, new, unchanged and 1 % changed, on both engines: `make bench`.

    python tests/bench_import.py [ROWS] [sqlite|postgresql …]

Each figure is one `directory import` in a process of its own: reading, validation, comparison, writing, search index
and history, committed. The data are `../shared/bench/gen.py`'s where it is at hand, else rows of our own.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from conftest import Cluster

GENERATOR = Path(__file__).parents[2] / "shared/bench/gen.py"
RUNNER = (
    "import resource, sys; from directory.cli import main\n"
    "try: main()\n"
    "finally: print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)


def generate(rows: int, file: Path) -> None:
    """The bench's data, or our own of the same shape."""
    if GENERATOR.exists():
        subprocess.run([sys.executable, str(GENERATOR), str(rows), str(file)], check=True, stderr=subprocess.DEVNULL)
        return
    chance = random.Random(7)
    words = "advice rights work papers housing health language family school asylum union".split()
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow("id name country city topics languages latitude longitude email description_en".split())
        for number in range(rows):
            said = " ".join(chance.choices(words, k=30))
            place = [f"{50 + chance.random():.6f}", f"{5 + chance.random():.6f}"]
            writer.writerow(
                [f"p-{number}", f"Desk {chance.choice(words)} {number}", "BE", "Liège", "food|housing", "fr|ar"]
                + [*place, f"info@p{number}.example.org", said]
            )


def change_one_percent(source: Path, target: Path) -> None:
    """The same file with another street in each hundredth row."""
    with source.open(newline="", encoding="utf-8") as old, target.open("w", newline="", encoding="utf-8") as new:
        reader = csv.DictReader(old)
        writer = csv.DictWriter(new, list(reader.fieldnames or ()))
        writer.writeheader()
        for number, row in enumerate(reader):
            if number % 100 == 0:
                row["name"] = f"{row['name']} 2"
            writer.writerow(row)


def measure(url: str, file: Path) -> tuple[float, float, dict[str, int]]:
    """(seconds, peak MB, counts) of one import, the start of the program included."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, "import", "--no-limits", "--json", str(file)],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    took = time.perf_counter() - started
    peak = next(int(line.split()[1]) / 1024 for line in done.stderr.splitlines() if line.startswith("peak"))
    return took, peak, json.loads(done.stdout)["files"][0]["counts"]


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    engines = sys.argv[2:] or ["sqlite", "postgresql"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(rows, folder / "new.csv")
        change_one_percent(folder / "new.csv", folder / "changed.csv")
        print(f"| engine | {rows:,} rows | seconds | rows per second | peak MB |\n|---|---|---|---|---|")
        for engine in engines:
            url, cluster = f"sqlite:///{folder}/d.sqlite", None
            if engine == "postgresql":
                cluster = Cluster.found(durable=True)
                url = cluster.new_database()
            for label, file in (("new", "new.csv"), ("unchanged", "new.csv"), ("1 % changed", "changed.csv")):
                took, peak, counts = measure(url, folder / file)
                told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
                print(f"| {engine} | {label}: {told} | {took:.1f} | {rows / took:,.0f} | {peak:.0f} |", flush=True)
            if cluster:
                cluster.remove()
    print(f"two cores, load {os.getloadavg()[0]:.1f}, children's peak {_children_mb():.0f} MB", file=sys.stderr)


def _children_mb() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
