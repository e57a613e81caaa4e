"""The `directory` command as an administrator's shell sees it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import SEED

from directory import database, search, stamp
from directory.cli import main
from directory.maps import build

HEAD = "id,name,country,topics,website\n"
GOOD = "a,Desk,BE,asylum,https://a.example/\n"
BAD = "b,Other,BE,asylm,https://b.example/\n"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def command(*arguments: str, **environment: str) -> Result:
        variables = {"DATABASE_URL": f"sqlite:///{tmp_path}/d.sqlite", **environment}
        return CliRunner().invoke(main, arguments, env=variables, catch_exceptions=False)

    return command


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(text: str) -> str:
        path = tmp_path / "upload.csv"
        path.write_text(text)
        return str(path)

    return write


def total(tmp_path: Path, words: str = "") -> int:
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    with database.reading(engine) as session:
        found = search.find(session, search.Question(words=words)).total
    engine.dispose()
    return found


def test_a_good_file_is_written(run: Any, file: Any, tmp_path: Path) -> None:
    ran = run("import", file(HEAD + GOOD))
    assert (ran.exit_code, "1 created" in ran.output, "Written as run 1." in ran.output) == (0, True, True)
    assert total(tmp_path, "desk") == 1


def test_a_dry_run_only_says(run: Any, file: Any, tmp_path: Path) -> None:
    ran = run("import", "--dry-run", file(HEAD + GOOD))
    assert (ran.exit_code, "Nothing written." in ran.output) == (0, True)
    assert total(tmp_path) == 0


def test_one_bad_row_keeps_all_out_unless_the_good_are_accepted(run: Any, file: Any, tmp_path: Path) -> None:
    refused = run("import", file(HEAD + GOOD + BAD))
    assert refused.exit_code == 1
    assert "line 3, topics" in refused.output
    assert "Did you mean asylum?" in refused.output
    assert total(tmp_path) == 0
    accepted = run("import", "--accept-valid", file(HEAD + GOOD + BAD))
    assert (accepted.exit_code, total(tmp_path)) == (1, 1)


def test_json_is_one_object(run: Any, file: Any) -> None:
    ran = run("import", "--json", "--dry-run", file(HEAD + GOOD + BAD))
    report = json.loads(ran.stdout)["files"][0]
    assert report["counts"] == {"created": 1, "changed": 0, "unchanged": 0, "refused": 1}
    told = report["problems"][0]
    assert (told["line"], told["column"], told["code"], told["suggestion"]) == (3, "topics", "unknown_value", "asylum")
    assert report["applied"] is False


def test_a_run_is_listed_and_undone_once(run: Any, file: Any, tmp_path: Path) -> None:
    run("import", file(HEAD + GOOD))
    listed = json.loads(run("runs", "--json").stdout)
    assert (listed["total"], listed["runs"][0]["created"], listed["runs"][0]["state"]) == (1, 1, "applied")
    assert json.loads(run("undo", "1", "--json").stdout) == {"run": 2, "undone": 1, "kept": []}
    assert total(tmp_path) == 0
    again = run("undo", "1", "--json")
    assert (again.exit_code, json.loads(again.stdout)["code"]) == (1, "already_undone")
    assert "undone" in run("undo", "1").output
    assert [line.split()[0] for line in run("runs").output.splitlines()] == ["2", "1"]


def test_the_undo_of_a_run_that_does_not_exist_says_so(run: Any) -> None:
    told = run("undo", "99")
    assert (told.exit_code, told.stderr) == (1, "There is no import with this number.\n")
    as_json = run("undo", "99", "--json")
    assert (as_json.exit_code, json.loads(as_json.stdout)["code"]) == (1, "no_such_run")


def test_the_export_is_imported_as_unchanged(run: Any, file: Any, tmp_path: Path) -> None:
    run("import", file(SEED.decode()))
    path = tmp_path / "export.csv"
    assert run("export", "-o", str(path)).exit_code == 0
    again = run("import", "--json", str(path))
    assert json.loads(again.stdout)["files"][0]["counts"]["unchanged"] == 111
    assert json.loads(again.stdout)["files"][0]["run"] is None
    features = json.loads(run("export", "--format", "geojson").stdout)["features"]
    assert len(features) > 50


def test_a_file_that_could_be_written_in_two_ways_needs_a_word(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(b"id,name,country,topics,website\nx,\xe9\xe8\xe0\xf9,BE,food,https://x.example/\n")
    asked = run("import", str(path))
    assert (asked.exit_code, "--encoding" in asked.output, "cp1251" in asked.output) == (1, True, True)
    assert run("import", "--encoding", "cp1252", str(path)).exit_code == 0


def test_an_unreadable_file_is_refused_in_a_sentence(run: Any, file: Any) -> None:
    ran = run("import", file("what,is,this\n"))
    assert (ran.exit_code, "refused" in ran.output) == (1, True)


def test_a_file_that_is_not_there_is_a_usage_error(run: Any) -> None:
    assert run("import", "/nowhere.csv").exit_code == 2
    assert run("import").exit_code == 2
    assert run("fly").exit_code == 2


def test_every_command_explains_itself(run: Any) -> None:
    for command in ((), ("serve",), ("import",), ("undo",), ("runs",), ("export",), ("reindex",)):
        ran = run(*command, "--help")
        assert ran.exit_code == 0
        assert "Usage:" in ran.output


def test_reindexing_finds_the_same(run: Any, file: Any, tmp_path: Path) -> None:
    run("import", file(SEED.decode()))
    before = [total(tmp_path, words) for words in ("", "avocat", "caritas", "bulgarian helsinki")]
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    with database.writing(engine) as session:
        session.connection().exec_driver_sql("DELETE FROM search_text")
        session.connection().exec_driver_sql("DELETE FROM facet")
        stamp.renew(session)
    engine.dispose()
    assert total(tmp_path, "avocat") == 0
    assert run("reindex").output == "Indexed 111 contact points.\n"
    assert [total(tmp_path, words) for words in ("", "avocat", "caritas", "bulgarian helsinki")] == before


def test_a_database_that_cannot_be_used_is_told_in_a_sentence(run: Any) -> None:
    ran = run("reindex", DATABASE_URL="mysql://a/b")
    assert ran.exit_code == 1
    assert ran.output.startswith("Error: DATABASE_URL must be")


def test_the_map_has_only_folium_s_body() -> None:
    made = build(
        "points", "/tiles/{z}/{x}/{y}.png", "© someone", 19, {"name": "</script><script>alert(1)</script> ${1}"}
    )
    for part in (made.html, made.script):
        assert "http" not in part
        assert "<script" not in part
        assert "</script" not in part
        assert "style=" not in part
    assert "contactPoints.show(map_points, tile_layer_points," in made.script
    assert build("points", "/t", "", 19, {}) == build("points", "/t", "", 19, {})


def test_a_place_where_nothing_can_be_written_is_told_in_a_sentence(run: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = run("runs", DATABASE_URL=f"sqlite:///{tmp_path}/file/x/d.sqlite")
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    assert "Traceback" not in told.output


def test_reading_commands_do_not_wait_for_whoever_writes(run: Any, file: Any, tmp_path: Path) -> None:
    run("import", file(HEAD + GOOD))
    engine = database.connect(f"sqlite:///{tmp_path}/d.sqlite")
    with database.writing(engine) as session:
        session.connection()
        assert run("runs").exit_code == 0


@pytest.mark.parametrize("number", [str(2**31), "9" * 30, "9" * 5000])
def test_a_number_that_no_database_holds_is_a_usage_error(run: Any, number: str) -> None:
    for command in (("undo", number, "--json"), ("runs", "--page", number), ("work", number)):
        assert run(*command).exit_code == 2
