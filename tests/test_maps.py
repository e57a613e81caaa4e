"""The map: Folium's body and script only, nothing from other sites, nothing that people wrote as code."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.maps import EUROPE, MapParts, build

TILES = "/tiles/{z}/{x}/{y}.png"


def built(options: dict[str, Any] | None = None, **changes: Any) -> MapParts:
    given: dict[str, Any] = {"name": "points", "tiles_url": TILES, "attribution": "© Everyone", "max_zoom": 19}
    return build(**given | changes, options=options or {})


def handed_over(script: str) -> Any:
    """The options as map.js gets them."""
    found = re.search(r"contactPoints\.show\([^,]+,[^,]+, (.*)\);", script)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("part", ["html", "script"])
def test_no_other_site_is_named(part: str) -> None:
    text = getattr(built(), part).lower()
    assert not re.findall(r"https?:|//[a-z]|cdn|jsdelivr|unpkg|cloudflare|bootstrap|jquery", text)


def test_the_parts_have_no_tags_of_script_or_style() -> None:
    parts = built()
    assert not re.search(r"<\s*/?\s*(script|style|link|meta|iframe)", parts.html + parts.script, re.IGNORECASE)
    assert "style=" not in parts.html


def test_the_container_bears_the_name() -> None:
    assert re.search(r'id="map_points"', built().html)
    assert "map_points" in built().script


def test_the_same_map_is_built_the_same_way_each_time() -> None:
    assert built({"a": 1}) == built({"a": 1})


def test_our_own_tiles_are_drawn_with_their_attribution() -> None:
    script = built(attribution='<a href="/about">© Someone</a>', max_zoom=14).script
    assert TILES in script
    assert "Someone" in script
    assert re.search(r'"maxZoom": 14', script)


def test_the_first_view_is_what_was_asked_for() -> None:
    bounds = ((50.0, 5.0), (51.0, 6.5))
    assert "[[50.0, 5.0], [51.0, 6.5]]" in built(bounds=bounds).script
    assert str([list(corner) for corner in EUROPE]) in built().script


def test_one_map_does_not_change_the_next() -> None:
    import folium

    before = (list(folium.Map.default_js), list(folium.Map.default_css))
    built()
    assert (folium.Map.default_js, folium.Map.default_css) == before


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "${alert(1)}",
        "`",
        "'); alert(1); ('",
        '"',
        "\u2028",
        "{{ 7*7 }}",
    ],
)
def test_nothing_in_the_options_can_break_out(text: str) -> None:
    script = built({"text": text, text: [text]}).script
    assert "</" not in script.replace("</a>", "")
    assert "<!--" not in script
    assert handed_over(script) == {"text": text, text: [text]}


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=2))
def test_any_option_arrives_as_it_is(options: dict[str, str]) -> None:
    script = built(options).script
    assert "<" not in re.sub(r'"attribution": "[^"]*"', "", script)
    assert handed_over(script) == options
