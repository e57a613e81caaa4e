"""Finding: home, results, map, and the page of one contact point."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup, escape

from directory import cities, maps, search, vocabulary
from directory.models import ContactPoint
from directory.search import Question, Results, arguments
from directory.tiles import Attribution
from directory.web import session, words
from directory.web.access import public
from directory.web.keeping import kept
from directory.web.languages import gettext
from directory.web.links import Links
from directory.web.openings import opening

door = Blueprint("finder", __name__)

MOST_POINTS: Final = 2000
"""What a map draws at once; a question that finds more is told so."""
STREET_KM, CITY_KM = 0.5, 3.0
FIRST_CITIES: Final = 2
"""Cities that home names at once; the others are a tap further."""


class SearchForm:
    """The arguments of an address, as a question and as the links that change it."""

    def __init__(self, endpoint: str) -> None:
        self.atlas = cities.atlas(session())
        self.question = arguments.parse(request.args.to_dict(flat=False), self.atlas)
        self.endpoint = endpoint

    def links(self, results: Results) -> Links:
        return Links(self.endpoint, results.question, results.reading)


@door.get("/")
@public
def home() -> str:
    """Where are you, what do you need? With `city` given, the topics lead to results there."""
    form = SearchForm("finder.results")
    asked = Question(cities=form.question.cities)
    counts = search.count(session(), asked, form.atlas)
    return render_template(
        "finder/home.html",
        links=Links("finder.results", asked),
        counts=counts,
        city=asked.cities[0] if asked.cities else None,
        cities=sorted(form.atlas.places, key=lambda place: -counts["local"][str(place.number)]),
        first=FIRST_CITIES,
        numbers=search.numbers(session()),
        helplines=search.helplines(session(), [place.country for place in asked.cities]),
    )


@door.get("/contact-points")
@public
@kept
def results() -> str | tuple[str, int]:
    """What was found, as a list."""
    return _page("finder/results.html", "finder.results")


@door.get("/map")
@public
def map() -> str | tuple[str, int]:  # noqa: A001  # the visitor's word for it
    """What was found, as a list and on a map."""
    return _page("finder/map.html", "finder.map")


def _page(template: str, endpoint: str) -> str | tuple[str, int]:
    form = SearchForm(endpoint)
    found = search.find(session(), form.question, form.atlas)
    shown: dict[str, Any] = {"results": found, "links": form.links(found), "question": found.question}
    if endpoint == "finder.map":
        shown["map"] = _map(data=shown["links"].here("finder.points"))
    if found.total and not found.items:
        return render_template("finder/no_page.html", **shown), 404
    return render_template(template, **shown)


@door.get("/map/points")
@public
def points() -> Response:
    """What the map draws: the places of all that was found, in rank order."""
    form = SearchForm("finder.points")
    asked = replace(form.question, page=1, per_page=MOST_POINTS)
    found = search.find(session(), asked, form.atlas, with_facets=False)
    drawn = [_pin(item.entry) for item in found.items if item.entry.latitude is not None]
    return jsonify(total=found.total, points=drawn)


@door.get("/map/points/<id>")
@public
def point(id: str) -> Response:  # noqa: A002  # the entry's id
    """What a pin's popup says; every text is plain text."""
    entry = search.get(session(), id)
    if entry is None:
        abort(404)
    said = words.description(entry)
    return jsonify(
        line=words.one_line(said[0]) if said else "",
        line_language=said[1] if said else "",
        topic=gettext(vocabulary.TOPICS[entry.topics[0]].label) if entry.topics else "",
        opening=opening(entry).sentence,
        phone=entry.phones[0] if entry.phones else "",
        phone_shown=words.phone(entry.phones[0]) if entry.phones else "",
        url=url_for("finder.contact_point", id=id),
    )


def _pin(entry: ContactPoint) -> dict[str, Any]:
    """A point as map.js draws it, and no more than that: a phone may load hundreds."""
    here = words.name_here(entry)
    pin = {
        "id": entry.id,
        "name": entry.name,
        "here": here[0] if here else "",
        "kind": entry.kind,
        "group": vocabulary.GROUP_OF[entry.topics[0]] if entry.topics else "",
        "lat": entry.latitude,
        "lon": entry.longitude,
        "radius_m": _radius_m(entry),
    }
    return {name: value for name, value in pin.items() if value}


def _radius_m(entry: ContactPoint) -> int:
    """How far from the drawn place the true one may lie, in metres; 0 for an exact address."""
    return {"street": int(STREET_KM * 1000), "city": int(CITY_KM * 1000)}.get(entry.precision, 0)


@door.get("/contact-points/<id>")
@public
def contact_point(id: str) -> str | Response | tuple[str, int]:  # noqa: A002  # the entry's id
    """Everything that is known about one contact point, and how far to trust it."""
    entry = search.get(session(), id)
    if entry is None:
        abort(404)
    if request.args:
        return redirect(url_for("finder.contact_point", id=id), 301)  # type: ignore[return-value]  # werkzeug's Response
    return render_template(
        "finder/contact_point.html",
        entry=entry,
        related=search.related(session(), entry),
        alternatives=search.alternatives(session(), entry),
        map=_small_map(entry) if entry.latitude is not None and not entry.is_closed else None,
    )


def _map(bounds: maps.Corners = maps.EUROPE, **options: Any) -> maps.MapParts:
    tiles = current_app.extensions["tiles"]
    return maps.build(
        "contact_points",
        tiles_url="/tiles/{z}/{x}/{y}.png",
        attribution=str(_credit(tiles.attribution)),
        max_zoom=tiles.max_zoom,
        options={"words": _map_words(), "popup": url_for("finder.point", id="ID"), **options},
        bounds=bounds,
    )


def _credit(attribution: Attribution) -> Markup:
    if not attribution.link:
        return escape(attribution.text)
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(attribution.link, attribution.text)


def _small_map(entry: ContactPoint) -> maps.MapParts:
    assert entry.latitude is not None and entry.longitude is not None
    reach = max(_radius_m(entry) / 111_195, 0.002)
    corners = ((entry.latitude - reach, entry.longitude - reach), (entry.latitude + reach, entry.longitude + reach))
    return _map(corners, points=[_pin(entry)])


def _map_words() -> dict[str, str]:
    """The sentences of map.js; %(…)s is filled in there."""
    return {
        "cluster": gettext("%(number)s contact points here, press to come closer"),
        "call": gettext("Call"),
        "close": gettext("Close this window"),
        "directions": gettext("Directions"),
        "details": gettext("Details"),
        "approximate": gettext("The exact address is not known: somewhere in this circle."),
        "no_tiles": gettext("The map picture cannot be loaded now. The places are still shown."),
        "no_points": gettext("The places cannot be loaded now. Use the list."),
        "zoom_in": gettext("Zoom in"),
        "zoom_out": gettext("Zoom out"),
        "you": gettext("You are about here"),
        "no_position": gettext("Your device does not tell where you are."),
        "full_screen": gettext("Full screen"),
        "locate": gettext("Where am I?"),
        "found_on_map": gettext("%(number)s on the map"),
        "back": gettext("Show all"),
    }
