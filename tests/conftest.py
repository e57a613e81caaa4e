"""Real databases, a real server, a real browser. What is missing skips with its reason; with CI=true it fails."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from entering import Clock
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from tile_server import TileServer

from directory import create_app, database, importer
from directory.config import Settings, bundled
from directory.importer import progress, runs, working
from directory.web.access import administrators, person

ENGINES = ("sqlite", "postgresql")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("house")


def missing(what: str) -> None:
    """Skip for want of a program; on the CI machine that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing here")


class Cluster:
    """A PostgreSQL of the tests' own, on a free port, gone with the session. Its programs refuse to run as root."""

    def __init__(self, folder: Path, programs: Path, durable: bool = False) -> None:
        self.folder, self.programs, self.port = folder, programs, free_port()
        self._fsync = "on" if durable else "off"
        self._made = 0
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self._run(
            "initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"
        )
        self.start()

    @classmethod
    def found(cls, durable: bool = False) -> Cluster:
        """One made with the programs of this machine; a failure or a skip where there are none."""
        found = shutil.which("initdb")
        candidates = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        if not candidates:
            missing("PostgreSQL (Debian: postgresql)")
        folder = tempfile.mkdtemp(prefix="postgresql-")  # not pytest's folder: the postgres user must reach its own
        return cls(Path(folder), candidates[0], durable)

    def _run(self, program: str, *arguments: str) -> None:
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_postgres, str(self.programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd=self.folder)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync={self._fsync}"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-o", options, "-w", "start"
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stop it, and leave nothing of it: a cluster takes a hundred megabytes and more."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self, template: str = "template0") -> str:
        """The address of a new database, empty or a copy of another."""
        self._made += 1
        name = f"test_{self._made}"
        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    made = Cluster.found()
    yield made
    made.remove()


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A PostgreSQL that may be stopped without disturbing other tests."""
    made = Cluster.found()
    yield made
    made.remove()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of three megabytes."""
    folder = Path(tempfile.mkdtemp(prefix="small-"))
    mounting = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mounting, capture_output=True).returncode:
        missing("The right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.postgresql if name != "sqlite" else ()) for name in ENGINES]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each engine; of one with its tables, where the test has an `engine` too."""
    has_tables = "engine" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "directory.sqlite"
        if has_tables:
            shutil.copy(request.getfixturevalue("migrated_file"), file)
        return f"sqlite:///{file}"
    made: Cluster = request.getfixturevalue("cluster")
    return made.new_database(request.getfixturevalue("migrated_database") if has_tables else "template0")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that holds the tables and nothing else. Copy it."""
    file = tmp_path_factory.mktemp("migrated") / "directory.sqlite"
    made = database.connect(f"sqlite:///{file}")
    database.migrate(made)
    made.dispose()
    return file


@pytest.fixture(scope="session")
def migrated_database(cluster: Cluster) -> str:
    """The name of a PostgreSQL database that holds the tables and nothing else: a template."""
    made = database.connect(cluster.new_database())
    database.migrate(made)
    made.dispose()
    assert made.url.database
    return made.url.database


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An empty directory with its tables, on each engine."""
    made = database.connect(url)
    yield made
    made.dispose()


def fill(engine: Engine, data: bytes) -> int:
    """Import a file, every row of which must be good; returns the number of its run."""
    table = importer.read(data)
    with database.writing(engine) as session:
        run = runs.upload(session, data, "test.csv")
        tally = importer.apply(session, run.number, importer.plan(session, table))
        assert not tally.refused
        run.state, run.applied_at = "applied", run.uploaded_at
        working.count(run, tally)
        return run.number


def claim_of(engine: Engine, run: int) -> progress.Claim:
    """The claim of whoever works on a run."""
    return progress.Claim(engine, run, progress.of(engine, run).beat_at)


SEED = bundled("data/seed.csv").read_bytes()


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that holds the seed. Copy it before you write."""
    file = tmp_path_factory.mktemp("seeded") / "directory.sqlite"
    made = database.connect(f"sqlite:///{file}")
    database.migrate(made)
    fill(made, SEED)
    made.dispose()
    return file


@pytest.fixture(
    scope="session", params=[pytest.param(n, marks=pytest.mark.postgresql if n != "sqlite" else ()) for n in ENGINES]
)
def seeded(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The seed on each engine, to read from."""
    if request.param == "sqlite":
        made = database.connect(f"sqlite:///{request.getfixturevalue('seeded_file')}")
    else:
        made = database.connect(request.getfixturevalue("cluster").new_database())
        database.migrate(made)
        fill(made, SEED)
    yield made
    made.dispose()


@pytest.fixture
def session(seeded: Engine) -> Iterator[Session]:
    with database.reading(seeded) as opened:
        yield opened


@pytest.fixture(scope="session")
def tile_server() -> Iterator[TileServer]:
    with TileServer() as server:
        yield server


@pytest.fixture(scope="session")
def app(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory, tile_server: TileServer) -> Iterator[Flask]:
    made = create_app(
        Settings(
            database_url=f"sqlite:///{seeded_file}",
            tiles=tile_server.template,
            tile_cache=str(tmp_path_factory.mktemp("tiles")),
            contact_email="directory@example.org",
            operator="Example network",
        )
    )
    made.testing = True
    yield made
    made.extensions["database"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


DESK = """{% extends "base.html" %}{% block title %}.{% endblock %}{% block main %}<h1>.</h1>{{ who }}
<form method="post">{{ csrf_field() }}</form>{% endblock %}"""


@pytest.fixture(
    scope="session", params=[pytest.param(n, marks=pytest.mark.postgresql if n != "sqlite" else ()) for n in ENGINES]
)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An empty directory with a door for administrators."""
    folder = tmp_path_factory.mktemp("house")
    cluster = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    url = cluster.new_database() if cluster else f"sqlite:///{folder}/directory.sqlite"
    app = create_app(Settings(database_url=url, contact_email="a@example.org", tile_cache=str(folder / "tiles")))
    database.migrate(app.extensions["database"])
    app.testing = True

    @app.route("/desk", methods=["GET", "POST"])
    @administrators
    def desk() -> str:
        return render_template_string(DESK, who=person().email)

    yield app
    app.extensions["database"].dispose()


@pytest.fixture
def clock(house: Flask) -> Clock:
    return Clock(house)


@pytest.fixture
def browser(house: Flask) -> FlaskClient:
    """A browser that has never been at the house."""
    return house.test_client()


@pytest.fixture
def store(house: Flask) -> Engine:
    """What the house keeps."""
    return house.extensions["database"]  # type: ignore[no-any-return]


class Served:
    """`directory serve` as its user starts it, on a port of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        variables = {
            **{name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COVERAGE_")},
            "PORT": str(self.port),
            "CONTACT_EMAIL": "directory@example.org",
            "TILE_CACHE": str(folder / "tiles"),
            **environment,
        }
        self._output = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "directory", "serve"],
            env=variables,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            try:
                with urlopen(f"{self.address}/healthz", timeout=2):
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.stop()
        raise AssertionError(self.log.read_text())

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(timeout=40)
        self._output.close()
        return code


@pytest.fixture(scope="session")
def served(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory, tile_server: TileServer) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(seeded_file, folder / "directory.sqlite")
    made = Served(folder, DATABASE_URL=f"sqlite:///{folder}/directory.sqlite", TILES=tile_server.template)
    yield made
    made.stop()
