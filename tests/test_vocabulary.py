"""The closed lists, and what people say when they mean one of their keys."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from directory import vocabulary
from directory.config import LANGUAGES, bundled
from directory.search.reading import SPOKEN, filler, known
from directory.search.spelling import everyday_words
from directory.text import folded_phrase
from directory.vocabulary import APPOINTMENTS, COSTS, ENTRY_STATUSES, KINDS, PRECISIONS, STATUSES, TOPICS, WHEELCHAIR

TOPIC_KEYS = (
    "rights_at_work finding_work qualifications social_security union_membership exploitation "
    "asylum residence_permits family_reunification legal_aid before_departure return anti_discrimination "
    "housing health mental_health food emergency women children_youth "
    "language_course education_training digital_skills interpretation "
    "culture_society community social_economy"
)
LISTS = {
    "topics": (TOPICS, TOPIC_KEYS),
    "statuses": (
        STATUSES,
        "any undocumented asylum_seeker refugee subsidiary_protection temporary_protection third_country_national eu_citizen",
    ),
    "kinds": (KINDS, "contact_point service institution initiative"),
    "costs": (COSTS, "free low paid"),
    "appointments": (APPOINTMENTS, "required preferred no"),
    "wheelchair": (WHEELCHAIR, "yes limited no"),
    "precisions": (PRECISIONS, "exact street city none"),
    "entry statuses": (ENTRY_STATUSES, "active closed"),
}
SECTIONS = {"topics": TOPICS, "statuses": STATUSES, "kinds": KINDS, "costs": COSTS, "wheelchair": WHEELCHAIR}


@pytest.fixture(scope="module")
def synonyms() -> dict[str, dict[str, Any]]:
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in bundled("synonyms").glob("*.toml")}


@pytest.mark.parametrize("name", LISTS)
def test_the_keys_are_stable(name: str) -> None:
    terms, keys = LISTS[name]
    assert sorted(terms) == sorted(keys.split())
    assert all(key == term.key and term.label for key, term in terms.items())


def test_labels_are_told_apart() -> None:
    for terms, _ in LISTS.values():
        assert len({term.label for term in terms.values()}) == len(terms)


def test_every_topic_stands_in_one_group() -> None:
    keys = [key for _, terms in vocabulary.GROUPS.values() for key in terms]
    assert sorted(keys) == sorted(TOPICS)
    assert all(vocabulary.GROUP_OF[key] in vocabulary.GROUPS for key in TOPICS)


def test_the_lists_cannot_be_changed_by_mistake() -> None:
    with pytest.raises(TypeError):
        TOPICS["cooking"] = TOPICS["food"]  # type: ignore[index]


# What people say


def test_every_language_has_its_synonyms_and_no_other(synonyms: dict[str, dict[str, Any]]) -> None:
    assert sorted(synonyms) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_synonyms_are_of_known_sections_and_keys(synonyms: dict[str, dict[str, Any]], language: str) -> None:
    said = synonyms[language]
    assert said.keys() <= SECTIONS.keys() | {"place", "hours", "words", "filler", "misspelled", "languages"}
    assert {key for key, called in said["words"].items() if isinstance(called, dict)} <= TOPICS.keys()
    for section, terms in SECTIONS.items():
        assert said[section].keys() <= terms.keys(), section
    assert said["filler"].keys() == {"words"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_and_status_can_be_said(synonyms: dict[str, dict[str, Any]], language: str) -> None:
    assert synonyms[language]["topics"].keys() == TOPICS.keys()
    assert STATUSES.keys() - {"any"} <= synonyms[language]["statuses"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_understood(synonyms: dict[str, dict[str, Any]], language: str) -> None:
    facets = {"topics": "topic", "statuses": "status", "kinds": "kind", "costs": "cost", "wheelchair": "wheelchair"}
    for section, facet in facets.items():
        for key, phrases in synonyms[language][section].items():
            assert phrases, (section, key)
            for phrase in phrases:
                assert (facet, key) in known()[folded_phrase(phrase)], (section, key, phrase)
                assert len(folded_phrase(phrase).split()) <= 6, f"longer than what is looked up: {phrase}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_group_of_topics_can_be_said_in_25_everyday_ways(
    synonyms: dict[str, dict[str, Any]], language: str
) -> None:
    for group, (_, terms) in vocabulary.GROUPS.items():
        said = {folded_phrase(phrase) for key in terms for phrase in synonyms[language]["topics"][key]}
        assert len(said) >= 25, (group, len(said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_misspelled_is_understood_and_never_offered(synonyms: dict[str, dict[str, Any]], language: str) -> None:
    for wrong, right in synonyms[language].get("misspelled", {}).items():
        assert known()[folded_phrase(wrong)] == known()[folded_phrase(right)]
        assert folded_phrase(wrong) != folded_phrase(right), f"{wrong} is heard as {right} without being listed"
        assert folded_phrase(wrong) not in everyday_words()
        assert folded_phrase(right) in everyday_words()


def test_lack_of_papers_is_a_status_and_no_topic(synonyms: dict[str, dict[str, Any]]) -> None:
    for said in synonyms.values():
        lacking = {folded_phrase(phrase) for phrase in said["statuses"]["undocumented"]}
        topics = {folded_phrase(phrase) for phrase in said["topics"]["residence_permits"]}
        assert not lacking & topics


def test_filler_means_nothing() -> None:
    """A filler word that is also a synonym alone would keep its meaning; that is for the synonyms to decide."""
    assert {"i", "je", "ik", "yo"} & filler()
    assert not {"asylum", "asile", "avocat", "lawyer", "адвокат"} & filler()


@pytest.mark.parametrize(
    ("phrase", "meaning"),
    [
        ("sans papiers", ("status", "undocumented")),
        ("арабски", ("language", "ar")),
        ("українська", ("language", "uk")),
        ("Belgique", ("country", "BE")),
        ("безплатно", ("cost", "free")),
        ("Legal help", ("topic", "legal_aid")),
    ],
)
def test_names_and_labels_are_understood_too(phrase: str, meaning: tuple[str, str]) -> None:
    assert meaning in known()[folded_phrase(phrase)]


def test_the_languages_of_the_pages_are_among_those_that_are_spoken() -> None:
    assert set(LANGUAGES) <= set(SPOKEN)
    assert len(set(SPOKEN)) == len(SPOKEN)


@pytest.mark.parametrize("slur", ["чурка", "хачик", "маймуна", "sudaca", "zenci", "زنجي"])
def test_what_people_are_called_is_understood_and_never_offered(slur: str) -> None:
    assert ("topic", "anti_discrimination") in known()[folded_phrase(slur)]
    assert folded_phrase(slur) not in everyday_words()
