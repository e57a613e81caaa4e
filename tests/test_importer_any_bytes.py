"""Any bytes come to one of four outcomes, and nothing is written unless somebody confirms."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from test_importer_working import seen, upload

from directory import database
from directory.models import Change, ContactPoint

HEADS = ("id,name,country\n", "id;name;country;city;topics;phone\r\n", "\ufeffid\tname\tcountry\tlatitude\tlongitude\n")
LIKE_A_FILE = st.builds(
    lambda head, text, encoding: (head + text).encode(encoding, "replace"),
    st.sampled_from(HEADS),
    st.text(max_size=200),
    st.sampled_from(["utf-8", "utf-16", "cp1251", "cp1252", "latin-1", "mac_roman"]),
)


@settings(max_examples=120)
@given(data=st.binary(max_size=300) | LIKE_A_FILE)
def test_any_bytes_are_planned_or_asked_about_or_refused(engine: Engine, data: bytes) -> None:
    run = seen(engine, upload(engine, data))
    assert run.state in ("planned", "asking", "refused")
    assert bool(run.candidates) == (run.state == "asking")
    assert bool(run.refusal) == (run.state == "refused")
    assert run.refusal is None or run.refusal["code"] != "failed"  # a mistake of ours
    with database.reading(engine) as session:
        written = [session.scalar(select(func.count()).select_from(table)) for table in (ContactPoint, Change)]
    assert written == [0, 0]
