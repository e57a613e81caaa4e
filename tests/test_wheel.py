"""The wheel by way of the sdist: what it holds, and that it runs from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from directory.config import LANGUAGES

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel made from it, built from a clean copy of what git knows."""
    pytest.importorskip("build", reason="the build package is missing")
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    source.mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    (source / "directory" / "secret.env").write_text("git ignores this")
    (source / ".gitignore").write_text((source / ".gitignore").read_text() + "\n*.env\n")
    subprocess.run(["git", "init", "-q"], cwd=source, check=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(folder / "dist")], cwd=source, check=True, capture_output=True
    )
    return folder / "dist"


def test_the_wheel_holds_templates_seed_catalogs_and_nothing_ignored(built: Path) -> None:
    wheel = next(built.glob("*.whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        *(f"directory/{path.relative_to(ROOT)}" for path in (ROOT / "templates").rglob("*.html")),
        *(str(path.relative_to(ROOT)) for path in (ROOT / "directory/static").iterdir()),
        *(f"directory/translations/{code}/LC_MESSAGES/messages.mo" for code in LANGUAGES if code != "en"),
        *(f"directory/synonyms/{code}.toml" for code in LANGUAGES),
        *(
            "directory/data/seed.csv",
            "directory/migrations/env.py",
            "directory/migrations/versions/0001_contact_points.py",
        ),
    }
    assert wanted <= names, wanted - names
    strangers = [name for name in names if not name.startswith(("directory/", "contact_points-"))]
    assert not strangers
    assert not [name for name in names if name.endswith((".env", ".pyc", ".sqlite")) or "instance" in name]


def test_the_sdist_can_be_built_from(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert {"hatch_build.py", "wsgi.py", "Makefile", "README.md", "LICENSE", "data/seed.csv", "pyproject.toml"} <= names


def test_the_wheel_finds_its_own_files_from_anywhere(built: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(next(built.glob("*.whl"))).extractall(tmp_path / "site")
    code = (
        "from directory import create_app, config; app = create_app(config.Settings(contact_email='a@example.org'));"
        "from directory.cli import main;"
        "assert 'site' in str(config.bundled('templates')) and 'site' in str(config.bundled('data/seed.csv'));"
        "from directory import database, importer;"
        "engine = app.extensions['database']; database.migrate(engine);"
        "print(app.test_client().get('/ar/about').status_code)"
    )
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "site")}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=variables, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip() == "200", ran.stderr
