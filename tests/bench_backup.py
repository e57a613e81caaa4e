"""Backup and restore: seconds, size and peak memory, from and into each engine: `make bench`.

    python tests/bench_backup.py [ROWS]

Each figure is one command in a process of its own, its start included. The data are those of `bench_import.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_import import RUNNER, generate
from conftest import Cluster


def measure(url: str, *arguments: str) -> str:
    """Seconds and peak memory of one command."""
    started = time.perf_counter()
    variables = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-c", RUNNER, *arguments]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    took = time.perf_counter() - started
    peak = next(int(line.split()[1]) / 1024 for line in done.stderr.splitlines() if line.startswith("peak"))
    return f"{took:.1f} | {peak:.0f}"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    cluster = Cluster.found(durable=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            data, file = Path(folder) / "data.csv", Path(folder) / "directory.zip"
            generate(rows, data)
            first = f"sqlite:///{folder}/first.sqlite"
            measure(first, "import", "--no-limits", str(data))
            print(f"| {rows:,} contact points | seconds | peak MB |\n|---|---|---|")
            print(f"| backup of SQLite | {measure(first, 'backup', str(file))} |", flush=True)
            print(f"| restore into SQLite | {measure(f'sqlite:///{folder}/second.sqlite', 'restore', str(file))} |")
            url = cluster.new_database()
            print(f"| restore into PostgreSQL | {measure(url, 'restore', str(file))} |", flush=True)
            print(f"| backup of PostgreSQL | {measure(url, 'backup', '--overwrite', str(file))} |")
            sizes = [each.stat().st_size / 1e6 for each in (file, Path(folder) / "second.sqlite")]
            print("\nThe file has {:.1f} MB, the directory as SQLite {:.1f} MB.".format(*sizes))
    finally:
        cluster.remove()


if __name__ == "__main__":
    main()
