"""The rules of the house. Each message says what to do instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from directory.web.access import entry_of

ROOT = Path(__file__).parent.parent
CODE = sorted(path for path in (ROOT / "directory").rglob("*.py") if "versions" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE, LONGEST_DEF = 350, 45


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", [*CODE, *TEMPLATES, *TESTS], ids=name)
def test_a_file_fits_in_one_reading(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= LONGEST_FILE, f"{name(path)} has {lines} lines: split it by purpose into a package"


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST_DEF, f"{name(path)}: {node.name} has {lines} lines: give its steps names"


GROUND = [p for p in CODE if not {"web", "cli"} & set(p.parts) and p.name not in ("__init__.py", "server.py")]


@pytest.mark.parametrize(
    "path", [*GROUND, *(p for p in CODE if p.parent.name in ("search", "importer", "models", "accounts"))], ids=name
)
def test_the_ground_does_not_know_of_the_web(path: Path) -> None:
    for module in imports(path):
        assert not module.startswith(("flask", "werkzeug", "directory.web")), (
            f"{name(path)} imports {module}: move it upstairs"
        )


DOORS = [p for p in CODE if "web" in p.parts and re.search(r"^door = Blueprint", p.read_text(), re.MULTILINE)]


@pytest.mark.parametrize("path", DOORS, ids=name)
def test_a_door_imports_no_other_door(path: Path) -> None:
    others = {f"directory.web.{other.stem}" for other in DOORS if other != path}
    assert not others & set(imports(path)), "what several doors need stands on the ground, or beside the doors"


def test_no_room_is_an_attic() -> None:
    attics = {"utils", "helpers", "common", "base", "manager", "services", "misc"}
    assert not [name(path) for path in CODE if path.stem in attics], (
        "name it after what the visitor or the data would say"
    )


def test_every_view_says_who_may_enter(app: Flask) -> None:
    silent = [endpoint for endpoint, view in app.view_functions.items() if entry_of(view) is None]
    assert not silent, f"mark {silent} with @public or another entry of web/access.py"


WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def test_no_public_view_takes_a_post(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None
        entry = entry_of(app.view_functions[rule.endpoint])
        assert not rule.methods & WRITING or entry in ("arriving", "signed_in", "administrators"), (
            f"{rule} writes: it needs a door that is not public, so that its forms are checked"
        )


def test_every_post_without_our_form_is_refused_and_answers_with_a_page(app: Flask) -> None:
    """Whoever is not signed in is led to sign-in or refused; whoever is sends our form or is refused."""
    for rule in app.url_map.iter_rules():
        if rule.methods and rule.methods & WRITING:
            values = {name: "en" if name == "lang" else "1" for name in rule.arguments}
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
            answer = app.test_client().post(address)
            is_arriving = entry_of(app.view_functions[rule.endpoint]) == "arriving"
            assert answer.status_code == (403 if is_arriving else 303), f"{rule} takes a form that is not ours"
            assert answer.mimetype == "text/html"


PARTS = {"base.html", "layout.html", "parts.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_page_extends_base_and_sets_a_title(path: Path) -> None:
    source = path.read_text()
    included = any(f'include "{path.relative_to(ROOT / "templates")}"' in other.read_text() for other in TEMPLATES)
    if path.name in PARTS or included:
        return
    assert re.search(r'{% extends "(base|\w+/layout)\.html" %}', source), f"{name(path)} extends nothing"
    assert "{% block title %}" in source, f"{name(path)} has no title"


@pytest.mark.parametrize("path", sorted((ROOT / "directory/static").glob("*.css")), ids=name)
def test_styles_know_start_and_end_not_left_and_right(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/|\.leaflet-[\w-]+", "", path.read_text(), flags=re.DOTALL)
    found = re.findall(r"[\w-]*\b(?:left|right)\b[\w-]*", source)
    assert not found, f"{name(path)} says {found}: use inline-start and inline-end"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_no_style_no_script_of_its_own_and_trusts_only_folium(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle=|\son\w+=|<style", source), (
        f"{name(path)}: the policy forbids it; use site.css and site.js"
    )
    trusted = re.findall(r"\{\{\s*([^}]+?)\|safe", source)
    assert set(trusted) <= {"map.html", "map.script"}, f"{name(path)} trusts {trusted}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_says_nothing_untranslated(path: Path) -> None:
    source = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<script.*?</script>|<[^>]*>", " ", path.read_text(), flags=re.DOTALL
    )
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", source))
    assert not words, f"{name(path)} says {words}: wrap it in _()"


def test_every_setting_stands_in_the_docs() -> None:
    from dataclasses import fields

    from directory.config import Settings

    documented = (ROOT / "docs/settings.md").read_text()
    missing = [field.name.upper() for field in fields(Settings) if f"`{field.name.upper()}`" not in documented]
    assert not missing, f"describe {missing} in docs/settings.md"


def test_nothing_points_to_another_sites_files() -> None:
    for path in (*TEMPLATES, *(ROOT / "directory").rglob("*.js"), *(ROOT / "directory").rglob("*.css")):
        assert not re.search(r"//(cdn|unpkg|cdnjs|fonts\.g|code\.jquery)", path.read_text()), (
            f"{name(path)} loads from elsewhere"
        )
