"""Whatever stands in a file: it is restored to the letter or refused in one sentence, and then nothing was written."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asking import LIEGE, a_file
from backups import Members, Told, backed_up, changed, packed, restored, row, silent
from conftest import fill
from entering import an_account
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from directory import backup, database
from directory.backup import Refused, rows


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup of a few rows."""
    folder = tmp_path_factory.mktemp("small")
    engine = database.connect(f"sqlite:///{folder}/d.sqlite")
    database.migrate(engine)
    place = {"latitude": str(LIEGE[0]), "longitude": str(LIEGE[1]), "verified_on": "2026-01-31"}
    fill(engine, a_file({"id": "a", "organization": "House", **place}, {"id": "b"}))
    an_account(engine)
    backed_up(engine, folder / "b.zip")
    engine.dispose()
    return (folder / "b.zip").read_bytes()


def read(file: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a backup; raises Refused."""
    with backup.opened(io.BytesIO(file)) as found:
        found.check(silent)
        return {table.name: list(found.rows(table)) for table in found.tables}


def refusal(file: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(file)
    sentence = refused.value.sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return refused.value


@given(st.binary(max_size=400))
@example(b"")
@example(b"PK\x03\x04")
@example(b"PK\x05\x06" + bytes(18))
@example(packed({}))
@example(packed({"manifest.json": b"[]"}))
@example(packed({"manifest.json": b"[" * 100_000}))
@example(packed({"manifest.json": b'{"format": "something else"}'}))
def test_any_bytes_are_refused_in_a_sentence(file: bytes) -> None:
    assert refusal(file).code == "not_a_backup"


def assert_noticed_or_the_same(file: bytes, small: bytes) -> None:
    try:
        found = read(file)
    except Refused as refused:
        assert refused.code in ("not_a_backup", "damaged")
    else:
        assert found == read(small)


@settings(max_examples=600)
@given(st.data())
def test_a_changed_byte_is_noticed_or_changes_nothing(small: bytes, data: st.DataObject) -> None:
    """Of a ZIP some bytes mean nothing: times of members, the version that is needed to read them."""
    at = data.draw(st.integers(0, len(small) - 1))
    other = data.draw(st.integers(1, 255))
    file = small[:at] + bytes([small[at] ^ other]) + small[at + 1 :]
    assert_noticed_or_the_same(file, small)


@settings(max_examples=200)
@given(st.data())
def test_a_part_that_is_missing_or_too_much_is_noticed_or_changes_nothing(small: bytes, data: st.DataObject) -> None:
    start, length = data.draw(st.integers(0, len(small))), data.draw(st.integers(0, 300))
    file = small[:start] + data.draw(st.binary(max_size=40)) + small[start + length :]
    assert_noticed_or_the_same(file, small)


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(small: bytes, left: float) -> None:
    assert "missing" in refusal(small[: int(len(small) * left)]).sentence


def test_a_byte_of_a_row_that_was_not_compressed_is_noticed(small: bytes) -> None:
    """Without the sum of the member, a letter of a name would be another one, and nobody would know."""

    def other(members: Members, told: Told) -> None:
        members["network.jsonl"] = members["network.jsonl"].replace(b"a", b"b")
        members["city.jsonl"] = members["city.jsonl"].replace("è".encode(), "é".encode())
        told["tables"]["city"].update(dict.fromkeys(("keep rows", "keep bytes", "keep sha256")))

    assert refusal(changed(small, other)).sentence == "The backup is damaged: the table city is not what was written."


MEMBERS: list[tuple[str, Callable[[Members, Told], object], str]] = [
    ("a member is missing", lambda m, t: m.pop("city.jsonl"), "its members are not those"),
    ("one is too much", lambda m, t: m.update({"more.jsonl": b""}), "its members are not those"),
    ("a table is missing", lambda m, t: (m.pop("city.jsonl"), t["tables"].pop("city")), "city is missing"),
    (
        "an unknown table",
        lambda m, t: (m.update({"x.jsonl": b""}), t["tables"].update({"x": {**t["tables"]["network"], "bytes": 0}})),
        "its members are not those",
    ),
    ("a column is missing", lambda m, t: t["tables"]["city"]["columns"].pop(), "has other columns"),
    ("an unknown column", lambda m, t: t["tables"]["city"]["columns"].append("x"), "has other columns"),
    ("columns are none", lambda m, t: t["tables"]["city"].update(columns=3), "manifest cannot be read"),
    ("rows are none", lambda m, t: t["tables"]["city"].update(rows="1"), "manifest cannot be read"),
    ("tables are none", lambda m, t: t.update(tables=[]), "manifest cannot be read"),
    ("a table is none", lambda m, t: t["tables"].update(city=None), "manifest cannot be read"),
    ("the time is none", lambda m, t: t.update(made_at="yesterday"), "manifest cannot be read"),
    ("more bytes are told", lambda m, t: t["tables"]["city"].update(bytes=10**12), "its members are not those"),
    ("fewer rows are told", lambda m, t: t["tables"]["contact_point"].update(rows=1), "not what was written"),
    ("more rows are told", lambda m, t: t["tables"]["contact_point"].update(rows=3), "not what was written"),
    ("another sum is told", lambda m, t: t["tables"]["city"].update(sha256="0" * 64), "not what was written"),
]


@pytest.mark.parametrize(("change", "told"), [each[1:] for each in MEMBERS], ids=[each[0] for each in MEMBERS])
def test_members_that_do_not_fit_are_refused(small: bytes, change: Any, told: str) -> None:
    refused = refusal(changed(small, change))
    assert refused.code == "damaged"
    assert told in refused.sentence


ROWS: list[tuple[str, str, Callable[[Members], object], str]] = [
    ("no JSON", "city", lambda m: m.update({"city.jsonl": b"[1,\n"}), "row 1 of city is no JSON."),
    ("no list", "city", lambda m: m.update({"city.jsonl": b"{}\n"}), "row 1 of city has other columns."),
    ("a value less", "city", lambda m: m.update({"city.jsonl": b"[1]\n"}), "row 1 of city has other columns."),
    ("a text for a number", "city", lambda m: row(m, "city", number="1"), "row 1 of city has a wrong value in number."),
    ("yes for a number", "city", lambda m: row(m, "city", number=True), "wrong value in number."),
    ("a fraction", "city", lambda m: row(m, "city", number=1.5), "wrong value in number."),
    ("a huge number", "city", lambda m: row(m, "city", number=2**63), "wrong value in number."),
    ("a whole number for a fraction", "city", lambda m: row(m, "city", latitude=50), "wrong value in latitude."),
    ("nothing", "city", lambda m: row(m, "city", name=None), "wrong value in name."),
    ("a number for a text", "city", lambda m: row(m, "city", name=5), "wrong value in name."),
    ("half a character", "city", lambda m: row(m, "city", name="\ud800"), "is no JSON."),
    ("a number for yes", "account", lambda m: row(m, "account", is_disabled=0), "wrong value in is_disabled."),
    ("no time", "account", lambda m: row(m, "account", made_at="today"), "wrong value in made_at."),
    (
        "a time without zone",
        "account",
        lambda m: row(m, "account", made_at="2026-01-01T00:00:00"),
        "wrong value in made_at.",
    ),
    (
        "a time before all",
        "account",
        lambda m: row(m, "account", made_at="0001-01-01T00:00:00+09:00"),
        "wrong value in made_at.",
    ),
    (
        "no day",
        "contact_point",
        lambda m: row(m, "contact_point", verified_on="2026-02-30"),
        "wrong value in verified_on.",
    ),
    ("no base64", "door_key", lambda m: row(m, "door_key", key="*"), "wrong value in key."),
    ("text that is no JSON", "contact_point", lambda m: row(m, "contact_point", names="{"), "wrong value in names."),
    (
        "JSON without end",
        "contact_point",
        lambda m: row(m, "contact_point", names="[" * 99_999),
        "wrong value in names.",
    ),
]


@pytest.mark.parametrize(("table", "change", "told"), [e[1:] for e in ROWS], ids=[e[0] for e in ROWS])
def test_rows_that_do_not_fit_are_refused(small: bytes, table: str, change: Any, told: str) -> None:
    refused = refusal(changed(small, lambda members, _: change(members)))
    assert refused.code == "damaged"
    assert refused.sentence.endswith(told)
    assert table in refused.sentence


def test_a_member_that_stands_twice_is_refused(small: bytes) -> None:
    file = io.BytesIO(small)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("city.jsonl", archive.read("city.jsonl"))
    assert refusal(file.getvalue()).code == "damaged"


def test_one_that_is_locked_or_packed_in_another_way_is_refused(small: bytes) -> None:
    at = small.index(b"PK\x01\x02")
    locked = small[: at + 8] + bytes([small[at + 8] | 1]) + small[at + 9 :]
    packed_otherwise = small[: at + 10] + bytes([99]) + small[at + 11 :]
    assert {refusal(locked).code, refusal(packed_otherwise).code} == {"damaged"}


@pytest.mark.parametrize(
    "newer", [{"format_version": 2}, {"format_version": 0}, {"revision": "9999"}, {"revision": ""}]
)
def test_a_backup_of_a_newer_program_asks_for_an_update(small: bytes, newer: Told) -> None:
    refused = refusal(changed(small, lambda _, told: told.update(newer)))
    assert refused.code == "newer"
    assert "update the program" in refused.sentence


def test_a_bomb_is_put_out_before_it_fills_the_memory(small: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    import tracemalloc

    monkeypatch.setattr("directory.backup.reading.LONGEST_BYTES", 1 << 20)
    bomb = changed(small, lambda members, _: members.update({"city.jsonl": b"[" + b" " * (64 << 20) + b"]\n"}))
    manifest = packed({"manifest.json": b" " * (64 << 20)})
    tracemalloc.start()
    assert (refusal(bomb).code, refusal(manifest).code) == ("damaged", "not_a_backup")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


def test_a_line_is_as_long_as_the_longest_file_needs() -> None:
    """An upload of 25 MB that cannot be compressed, in base64, beside the rest of its run."""
    assert rows.LONGEST_BYTES > 26_214_400 * 1.01 * 4 / 3 + 1_000_000


REFUSED: list[tuple[str, Callable[[Members], object], str]] = [
    ("a number twice", lambda m: m.update({"city.jsonl": m["city.jsonl"] * 2}), "city"),
    ("a place that is none", lambda m: row(m, "city", latitude=91.0), "city"),
    ("an owner who is not there", lambda m: row(m, "contact_point", organization_number=77), "contact_point"),
]


@pytest.mark.parametrize(("change", "table"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_what_the_database_refuses_is_told_and_nothing_stays(
    engine: Engine, small: bytes, tmp_path: Path, change: Any, table: str
) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(changed(small, lambda members, _: change(members)))
    with pytest.raises(Refused, match=f"refuses what the backup has in {table}") as refused:
        restored(engine, file)
    assert refused.value.code == "refused_by_database"
    assert json.dumps(refused.value.sentence).count("\\n") == 0
    file.write_bytes(small)
    restored(engine, file)
