"""What a first visit weighs on the wire, gzipped: the page, its files, and what the map loads. kB = 1000 bytes."""

from __future__ import annotations

import http.client
from contextlib import closing

import pytest
from conftest import Served
from pages import document

HOME, RESULTS, RESULTS_HTML, ENTRY, MAP = 20_000, 25_000, 10_000, 20_000, 75_000
LANGUAGES = ("en", "ar", "bg", "ru")


def size(served: Served, path: str) -> tuple[int, bytes]:
    """(bytes of the body as sent to a browser that knows gzip only, the body unpacked)."""
    import gzip

    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
    assert answer.status == 200
    assert answer.headers.get("Content-Encoding", "identity") in ("gzip", "identity")
    return len(body), gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


def weight(served: Served, path: str, *more: str) -> tuple[int, int]:
    """(bytes of the page, bytes of the page with every file that it refers to and the data it loads)."""
    page, body = size(served, path)
    tree = document(body)
    files = {e.get("src") for e in tree.iter("script") if e.get("src")}
    files |= {e.get("href") for e in tree.iter("link") if e.get("rel") in ("stylesheet", "icon")}
    return page, page + sum(size(served, str(each))[0] for each in (*files, *more))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_weighs_at_most_20_kb_in_all(served: Served, lang: str) -> None:
    assert weight(served, f"/{lang}/")[1] <= HOME


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("query", ("", "?city=Sofia", "?city=Li%C3%A8ge&topic=legal_aid&topic=housing&topic=asylum"))
def test_twenty_results_weigh_at_most_10_kb_and_25_in_all(served: Served, lang: str, query: str) -> None:
    page, whole = weight(served, f"/{lang}/contact-points{query}")
    assert page <= RESULTS_HTML
    assert whole <= RESULTS


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("id", ("refugee-bg-information-portal", "stop-traite-helpline"))
def test_a_contact_point_weighs_at_most_20_kb(served: Served, lang: str, id: str) -> None:  # noqa: A002
    assert weight(served, f"/{lang}/contact-points/{id}")[1] <= ENTRY


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("id", ("cite-miroir", "monde-des-possibles", "animus-association-foundation"))
def test_a_contact_point_with_its_small_map_weighs_at_most_20_kb_until_the_map_is_looked_at(
    served: Served,
    lang: str,
    id: str,  # noqa: A002
) -> None:
    assert weight(served, f"/{lang}/contact-points/{id}")[1] <= ENTRY


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("query", ("", "?city=Sofia"))
def test_the_map_weighs_at_most_75_kb_with_leaflet_and_its_places(served: Served, lang: str, query: str) -> None:
    assert weight(served, f"/{lang}/map{query}", f"/{lang}/map/points{query}")[1] <= MAP
