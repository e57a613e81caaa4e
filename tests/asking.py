"""Asking the directory in tests: small questions, generated questions, and what a question costs."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from directory import cities, search, vocabulary
from directory.search import Near, Question, Results

WEDNESDAY_NOON = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
"""11:00 in Liège, 12:00 in Sofia; no holiday."""
LIEGE, SOFIA = (50.6337, 5.5675), (42.6977, 23.3219)
WORDS = (
    "asylum accueil бежанци подслон abogado لاجئ پناهنده житло работа iş huisvesting fgtb caritas sans papiers "
    "free course union liège sofia Льеж أثينا berlin zzzyx qwrt migr 2022 rue"
).split()


def ask(session: Session, words: str = "", at: datetime = WEDNESDAY_NOON, **filters: Any) -> Results:
    """What a question finds; `cities` by their names, a single value of a filter without its tuple."""
    known = cities.atlas(session)
    asked = {name: (value,) if isinstance(value, str) else value for name, value in filters.items()}
    if "cities" in asked:
        asked["cities"] = tuple(place for name in asked["cities"] if (place := known.resolve(name)))
    return search.find(session, Question(words=words, **asked), known, at)


def ids(results: Results) -> list[str]:
    return [found.entry.id for found in results.items]


def all_ids(session: Session, question: Question) -> list[str]:
    """The ids of all that a question finds, page after page, in order."""
    known, found, page = cities.atlas(session), list[str](), 1
    while True:
        results = search.find(session, replace(question, page=page, per_page=100), known, WEDNESDAY_NOON, False)
        found += ids(results)
        if page >= results.pages:
            return found
        page += 1


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements that are executed inside, without BEGIN."""
    told: list[str] = []

    def tell(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith("BEGIN"):
            told.append(statement)

    event.listen(engine, "before_cursor_execute", tell)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", tell)


def questions(number: int, known: cities.Atlas, seed: int = 7) -> Iterator[Question]:
    """Questions as visitors may ask them: some words, some filters, seldom many; the same ones each time."""
    chance = random.Random(seed)

    def some(values: Sequence[Any], often: float) -> tuple[Any, ...]:
        return tuple(chance.sample(values, chance.choice((1, 1, 2)))) if chance.random() < often else ()

    for _ in range(number):
        spot = chance.choice((LIEGE, SOFIA, (48.2, 16.4)))
        yield Question(
            words=" ".join(chance.sample(WORDS, chance.choice((0, 0, 1, 1, 2, 3)))),
            cities=some(known.places, 0.25),
            countries=some(("BE", "BG", "ES", "IT", "PT"), 0.2),
            topics=some(list(vocabulary.TOPICS), 0.35),
            languages=some(("fr", "ar", "bg", "sw"), 0.15),
            statuses=some(list(vocabulary.STATUSES), 0.3),
            kinds=some(list(vocabulary.KINDS), 0.2),
            open_now=chance.random() < 0.1,
            near=Near(*spot, chance.choice((5.0, 25.0, 250.0))) if chance.random() < 0.2 else None,
            page=chance.choice((1, 1, 1, 2)),
            per_page=chance.choice((5, 20, 100)),
        )


def a_file(*rows: Mapping[str, str], delimiter: str = ",") -> bytes:
    """A CSV file of these rows. What every row needs and does not say is filled in."""
    filled = [{"id": "x", "name": "Door", "country": "BE", "city": "Liège", "topics": "food", **row} for row in rows]
    text = io.StringIO()
    columns = dict.fromkeys(name for row in filled for name in row)
    writer = csv.DictWriter(text, list(columns), restval="", delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(filled)
    return text.getvalue().encode()
