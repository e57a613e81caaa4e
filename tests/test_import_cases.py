"""The corpus of nasty uploads, through the real importer on both engines, where the corpus is at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import import_adapter
import pytest
from conftest import missing
from sqlalchemy import Engine

EXPECTATIONS = import_adapter.CASES / "expectations.json"
CASES = json.loads(EXPECTATIONS.read_text())["cases"] if EXPECTATIONS.exists() else []


def test_the_corpus_is_at_hand() -> None:
    if not CASES:
        missing("The corpus of import cases")


def faults(told: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """In what the outcome differs from one that would be right."""
    found = [
        f"{name}: {told[name]!r}, not {expected[name]!r}"
        for name in ("outcome", "rows_ok", "rows_error", "encoding", "delimiter", "db_changed")
        if name in expected and told[name] != expected[name]
    ]
    for name, count in expected.get("counts", {}).items():
        if told["counts"][name] != count:
            found.append(f"{name}: {told['counts'][name]}, not {count}")
    for kind in ("errors", "warnings"):
        found += _missing_from(told[kind], expected.get(kind, ()), kind)
    lines = {each["line"] for each in expected.get("errors", ())}
    if lines and {each["line"] for each in told["errors"]} != lines:
        found.append(f"errors in other lines than {lines}: {told['errors']}")
    if (wanted := expected.get("candidates_include")) and wanted not in told["candidates"]:
        found.append(f"{wanted} is not offered: {told['candidates']}")
    for id_, values in expected.get("values", {}).items():
        stored = told["values"].get(id_, {})
        found += [f"{id_}.{n}: {stored.get(n)!r}, not {v!r}" for n, v in values.items() if not _same(stored.get(n), v)]
    return found


def _missing_from(told: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]], kind: str) -> list[str]:
    found = []
    for wanted in expected:
        same = [
            each
            for each in told
            if all(each.get(name) == wanted.get(name) for name in ("code", "column", "line"))
            and all(word in each["message"] for word in wanted.get("message_mentions", ()))
        ]
        if not same:
            found.append(f"{kind}: {dict(wanted)} is not among {list(told)}")
    return found


def _same(stored: Any, wanted: Any) -> bool:
    if isinstance(wanted, float):
        return stored is not None and abs(float(stored) - wanted) < 1e-6
    return bool(stored == wanted)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_an_upload_comes_to_what_is_expected(case: dict[str, Any], engine: Engine) -> None:
    steps = case["steps"] or [{"action": "import", "file": case["file"]}]
    told = import_adapter.run(steps, case["precondition"], engine.url.render_as_string(hide_password=False))
    ways = [case["expect"], *case["also_acceptable"]]
    found = [faults(told, way) for way in ways]
    assert [] in found, "\n".join(found[0])


def test_an_empty_database_is_made_ready(url: str) -> None:
    told = import_adapter.run([{"action": "import", "file": case["file"]} for case in CASES[:1]], "empty", url)
    assert not CASES or told["outcome"] == CASES[0]["expect"]["outcome"]


def test_refused_rows_of_any_length_are_corrected_and_imported_again(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filling what is missing mends a short row; a row with cells beyond the columns is refused again."""
    (tmp_path / "ragged.csv").write_bytes(b"id,name,country,city\r\nbe-0951,A,BE\r\nbe-0952,B,BE,X,Y\r\n")
    monkeypatch.setattr(import_adapter, "CASES", tmp_path)
    steps = [
        {"action": "import", "file": "ragged.csv"},
        {"action": "download_errors"},
        {"action": "fix_and_import", "set": {"be-0951": {"city": "Namur"}, "be-0952": {"city": "Gent"}}},
    ]
    told = import_adapter.run(steps, "empty", url)
    assert (told["outcome"], told["rows_ok"], told["rows_error"]) == ("accept_with_row_errors", 1, 1)
    assert [(error["line"], error["code"]) for error in told["errors"]] == [(3, "wrong_number_of_cells")]
    assert {id_: values["city"] for id_, values in told["values"].items()} == {"be-0951": "Namur"}
