"""Found → Folium map. Folium builds the map and its tile layer; the points come as JSON from our own route.

Only the body of Folium's page is used, never its header: that would load scripts from four other sites. The script is
embedded with the page's nonce, and nothing that people wrote stands in it: popups are built in the browser as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

Corners = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east (latitude, longitude) in degrees."""
_TAG: Final = re.compile(r"\{(?=[{%#])")
EUROPE: Final[Corners] = ((36.0, -9.5), (60.0, 29.0))


@dataclass(frozen=True, slots=True)
class MapParts:
    """What a page embeds: the container, and the script that fills it (without its tag)."""

    html: str
    script: str


class ContactPoints(MacroElement):
    """The layer of contact points: hands the map to `contactPoints.show` of our own map.js with plain options."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            contactPoints.show({{ this._parent.get_name() }}, {{ this.tiles }}, {{ this.options }});
        {% endmacro %}
        """
    )

    def __init__(self, tiles: str, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "ContactPoints"
        self.tiles = tiles
        self.options = _inert(json.dumps(options, ensure_ascii=True))


def _inert(text: str) -> str:
    """JSON that neither ends the script element nor means anything to Jinja: branca renders a script twice.

    In JSON an opening brace stands before another one, % or # only inside a string, where its number may stand.
    """
    return _TAG.sub(r"\\u007b", text.replace("<", r"\u003c"))


def build(
    name: str,
    tiles_url: str,
    attribution: str,
    max_zoom: int,
    options: Mapping[str, Any],
    bounds: Corners = EUROPE,
) -> MapParts:
    """A map element called `name` (letters, digits, `_`).

    `tiles_url` has {z}, {x} and {y}; `attribution` is HTML; `bounds` is what is shown first;
    `options` go to map.js as JSON.
    """
    made = folium.Map(tiles=None, max_zoom=max_zoom, world_copy_jump=True)
    made._id = name
    made.default_js, made.default_css = [], []  # on the instance: a class-wide change would reach every map
    tiles = folium.TileLayer(
        tiles_url,
        attr=attribution.replace("{", "&#123;") or " ",  # Folium asks for one; an MBTiles file may name nobody
        max_zoom=max_zoom,
        name="tiles",
    )
    tiles._id = name
    tiles.add_to(made)
    folium.FitBounds([list(corner) for corner in bounds], max_zoom=15).add_to(made)
    layer = ContactPoints(tiles.get_name(), options)
    layer.add_to(made)
    for number, child in enumerate(made._children.values()):
        child._id = f"{name}_{number}" if child is not tiles else name
    figure = made.get_root()
    assert isinstance(figure, Figure)
    figure.render()
    return MapParts(_body(figure.html), _body(figure.script))


def _body(element: Element) -> str:
    return str(element.render()).strip()
