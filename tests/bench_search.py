"""What a question costs, by size, side by side with Datasette: `make bench`, or with sizes: `bench_search.py 186 10000`.

Each peer is served as its documentation says, answers JSON with facets, and is asked the whole mix by one client: each
question for the first time, then the whole mix when all have been asked. Datasette and matplotlib are installed in an
environment of their own. The data and the mix come from `../shared/bench` where that exists, else from the copy in
`tests/bench_data`.
"""

from __future__ import annotations

import csv
import http.client
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from conftest import Served, free_port

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "bench"
BENCH = SHARED if SHARED.is_dir() else ROOT / "tests" / "bench_data"
sys.path.insert(0, str(BENCH))
import queries  # noqa: E402

FOLDER = ROOT / "instance" / "bench"
SIZES = tuple(int(size) for size in sys.argv[1:]) or (186, 10_000, 100_000)
QUESTIONS = 400
ROUNDS = 3
SLOW_MS, SLOW_QUESTIONS = 300, 15
"""Whoever takes longer than that is asked fewer questions, so that the bench ends."""
MOST_FOR_DATASETTE = 100_000
"""Beyond that each of its answers takes a minute."""
FACETS = ("city", "country", "kind")
ARRAYS = ("topics", "languages", "residence_status")
Question = dict[str, Any]
Timed = dict[str, float]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    python = _environment()
    rows = []
    for size in SIZES:
        file = FOLDER / f"{size}.csv"
        if not file.exists():
            subprocess.run([sys.executable, BENCH / "gen.py", str(size), file], check=True)
        ours, page = _ours(size, file)
        theirs = _datasette(size, file, python) if size <= MOST_FOR_DATASETTE else None
        rows.append({"size": size, "ours": ours, "page": page, "datasette": theirs})
        _say(rows[-1])
    told = json.dumps({"rows": rows, "load": os.getloadavg()})
    (FOLDER / "figures.json").write_text(told)
    subprocess.run([python, ROOT / "tests" / "bench_plot.py", FOLDER / "search.svg"], input=told, text=True, check=True)
    print(f"plot: {FOLDER / 'search.svg'}")


def _environment() -> Path:
    """The interpreter of the environment that has Datasette and matplotlib; made once."""
    folder = FOLDER / "environment"
    python = folder / "bin" / "python"
    if not (folder / "bin" / "datasette").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "datasette", "matplotlib"], check=True)
    return python


def _ours(size: int, file: Path) -> tuple[Timed, Timed]:
    """The API and the results page of `directory serve` with its default settings."""
    database = FOLDER / f"{size}.sqlite"
    address = f"sqlite:///{database}"
    if not database.exists():
        started = time.perf_counter()
        command = [sys.executable, "-m", "directory", "import", file, "--no-limits"]
        subprocess.run(command, check=True, env={**os.environ, "DATABASE_URL": address}, cwd=FOLDER)
        print(f"imported {size} in {time.perf_counter() - started:.0f} s")
    served = Served(FOLDER, DATABASE_URL=address)
    try:
        api = _timed(served.port, lambda q: f"/api/contact-points?{urlencode(_asked(q))}")
        return api, _timed(served.port, lambda q: f"/en/contact-points?{urlencode(_asked(q))}")
    finally:
        served.stop()


def _asked(question: Question) -> dict[str, Any]:
    asked = {name: question[name] for name in ("q", "city", "topic") if question[name]}
    if question["lat"] is not None:
        asked |= {"near": f"{question['lat']},{question['lon']}", "radius_km": question["km"]}
    return asked


def _datasette(size: int, file: Path, python: Path) -> Timed:
    database = FOLDER / f"{size}-datasette.sqlite"
    if not database.exists():
        _flat(file, database)
    with _serving(python, database) as port:
        return _timed(port, lambda q: f"/{database.stem}/contact_points.json?{_datasette_asked(q)}")


def _flat(file: Path, database: Path) -> None:
    """The CSV as one table with an FTS5 index and indexes on what is filtered, as Datasette's documentation has it."""
    with sqlite3.connect(database) as connection, file.open(encoding="utf-8") as opened:
        reader = csv.DictReader(opened)
        columns = reader.fieldnames or []
        connection.execute(f"CREATE TABLE contact_points ({', '.join(columns)})")
        values = ([_cell(name, row[name]) for name in columns] for row in reader)
        connection.executemany(f"INSERT INTO contact_points VALUES ({', '.join('?' * len(columns))})", values)
        text = ", ".join(name for name in columns if name.startswith(("name", "description", "organization")))
        connection.execute(f"CREATE VIRTUAL TABLE contact_points_fts USING fts5({text}, content='contact_points')")
        connection.execute("INSERT INTO contact_points_fts(contact_points_fts) VALUES ('rebuild')")
        for name in (*FACETS, "latitude"):
            connection.execute(f"CREATE INDEX ix_{name} ON contact_points({name})")


def _cell(name: str, text: str) -> Any:
    if name in ARRAYS:
        return json.dumps(text.split("|") if text else [])
    return float(text) if name in ("latitude", "longitude") and text else text


def _datasette_asked(question: Question) -> str:
    asked: list[tuple[str, Any]] = [("_size", 20), ("_shape", "objects")]
    asked += [("_facet", name) for name in FACETS] + [("_facet_array", name) for name in ARRAYS]
    if question["q"]:
        asked += [("_search", queries.fts(question["q"])), ("_searchmode", "raw")]
    if question["city"]:
        asked.append(("city", question["city"]))
    if question["topic"]:
        asked.append(("topics__arraycontains", question["topic"]))
    if question["lat"] is not None:
        south, north, west, east = queries.bbox(question["lat"], question["lon"], question["km"])
        asked += [
            ("latitude__gte", south),
            ("latitude__lte", north),
            ("longitude__gte", west),
            ("longitude__lte", east),
        ]
    return urlencode(asked)


@contextmanager
def _serving(python: Path, database: Path) -> Iterator[int]:
    """Datasette with time enough for its facets: by default it leaves out those that take over 200 ms."""
    port = free_port()
    limits = ["--setting", "facet_time_limit_ms", "60000", "--setting", "sql_time_limit_ms", "60000"]
    command = [python.parent / "datasette", "serve", database, "--port", str(port), *limits]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            http.client.HTTPConnection("127.0.0.1", port).request("GET", "/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing answers on port {port}")


def _timed(port: int, path: Callable[[Question], str]) -> Timed:
    """Milliseconds of the mix: of each question when it is first asked, and of all when all have been asked."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(question: Question) -> float:
        started = time.perf_counter()
        connection.request("GET", path(question))
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path(question), answer.status, body[:200])
        return (time.perf_counter() - started) * 1000

    mix = queries.mix(QUESTIONS)
    different = {json.dumps(q): q for q in mix}.values()
    first: list[float] = []
    for question in different:
        first.append(ask(question))
        if is_slow := len(first) >= SLOW_QUESTIONS and statistics.median(first) > SLOW_MS:
            break
    rounds = 0 if is_slow else ROUNDS
    for _ in range(rounds):  # each on a new connection, so that every process has met every question
        connection.close()
        for question in different:
            ask(question)
    connection.close()
    took = sorted(ask(question) for question in (mix if rounds else mix[:SLOW_QUESTIONS]))
    return {
        "p50": statistics.median(took),
        "p95": took[int(len(took) * 0.95)],
        "cold_p50": statistics.median(first),
        "cold_p95": sorted(first)[int(len(first) * 0.95)],
    }


def _say(row: dict[str, Any]) -> None:
    ours, theirs = row["ours"], row["datasette"]
    print(f"{row['size']} contact points, milliseconds as p50 / p95 (and for questions asked for the first time):")
    for name in ("ours", "page", "datasette"):
        if not (told := row[name]):
            continue
        print(f"  {name:10} {told['p50']:7.2f} / {told['p95']:7.2f}  ({told['cold_p50']:.2f} / {told['cold_p95']:.2f})")
    if theirs:
        print(
            f"  Datasette takes {theirs['p50'] / ours['p50']:.0f} times as long ({theirs['cold_p50'] / ours['cold_p50']:.0f} cold)"
        )


if __name__ == "__main__":
    main()
