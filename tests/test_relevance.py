"""What people type, in ten languages and four scripts, and what they must be shown first: `relevance.csv`.

`first` holds ids that must be among the first three (one of those with `|` between them), or conditions that each of
the first three must fulfil (`topic=housing|emergency place=Liège`: there, or serving everywhere). `never` holds what
must not be on the page, or among the first three where a name was asked for: what is like it may follow.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from asking import ask
from sqlalchemy import Engine

from directory import database
from directory.config import LANGUAGES
from directory.models import ContactPoint

RECALL_AT_3 = 0.95


@dataclass(frozen=True)
class Expected:
    language: str
    question: str
    first: str
    never: str


SET = (Path(__file__).parent / "relevance.csv").read_text("utf-8")
QUESTIONS = [Expected(**row) for row in csv.DictReader(SET.splitlines())]


@pytest.fixture(scope="module")
def answers(seeded: Engine) -> list[tuple[Expected, list[ContactPoint]]]:
    """Each question with the page that it gets."""
    with database.reading(seeded) as session:
        return [(one, [item.entry for item in ask(session, one.question).items]) for one in QUESTIONS]


def fulfils(entry: ContactPoint, conditions: str) -> bool:
    """Whether an entry has the id, or all that the conditions ask for."""
    city = {entry.place.name} if entry.place else set()
    has = {
        "topic": set(entry.topics),
        "place": city or {"Liège", "Sofia"},
        "city": city,
        "status": {entry.status},
    }
    return all(
        bool(has[name] & set(values.split("|"))) for name, values in (one.split("=") for one in conditions.split())
    )


def recall(shown: list[ContactPoint], first: str) -> float:
    """The share of what must be shown that is; of the three that are shown, where conditions are asked."""
    if not shown:
        return 0.0
    if "=" in first:
        return sum(fulfils(entry, first) for entry in shown) / len(shown)
    wanted, ids = first.split(), {entry.id for entry in shown}
    return sum(bool(ids & set(one.split("|"))) for one in wanted) / len(wanted)


def test_the_set_is_large_and_speaks_every_language() -> None:
    assert len(QUESTIONS) >= 300
    assert len({(one.language, one.question) for one in QUESTIONS}) == len(QUESTIONS)
    spoken = Counter(one.language for one in QUESTIONS)
    assert set(spoken) == set(LANGUAGES)
    assert min(spoken.values()) >= 25
    assert all(one.first and one.never for one in QUESTIONS)


def test_what_must_be_found_is_among_the_first_three(answers: list[tuple[Expected, list[ContactPoint]]]) -> None:
    misses, total = [], 0.0
    for one, page in answers:
        shown = page[:3]
        share = recall(shown, one.first)
        total += share
        if share < 1:
            misses.append(f"{one.language} {one.question!r}: {share:.2f} of {one.first}, shown {[e.id for e in shown]}")
    report = "\n".join([f"recall@3 is {total / len(QUESTIONS):.3f}", *misses])
    print(report)
    assert total / len(QUESTIONS) >= RECALL_AT_3, report


def test_what_must_not_be_found_is_not_shown(answers: list[tuple[Expected, list[ContactPoint]]]) -> None:
    wrong = []
    for one, page in answers:
        found = page if "=" in one.first else page[:3]
        shown = [e.id for e in found if (fulfils(e, one.never) if "=" in one.never else e.id == one.never)]
        if shown:
            wrong.append(f"{one.language} {one.question!r} shows {shown}")
    assert not wrong, "\n".join(wrong)
