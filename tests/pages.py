"""The addresses of every kind of public page, and what a page must be: for the tests that look at all of them."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

import html5lib

PAGES: Final = {
    "home": "/{lang}/",
    "home in a city": "/{lang}/?city=Sofia",
    "results": "/{lang}/contact-points",
    "results in a city": "/{lang}/contact-points?city=Li%C3%A8ge&topic=legal_aid&status=undocumented",
    "results for words": "/{lang}/contact-points?q=avocat+gratuit+li%C3%A8ge",
    "results near": "/{lang}/contact-points?near=50.633,5.567&radius_km=5",
    "results open": "/{lang}/contact-points?open=now",
    "no results": "/{lang}/contact-points?q=xyzzyqu&city=Namur&topic=asylum",
    "map": "/{lang}/map?city=Sofia",
    "contact point": "/{lang}/contact-points/cite-miroir",
    "contact point without a street": "/{lang}/contact-points/liege-sada",
    "contact point of a country": "/{lang}/contact-points/stop-traite-helpline",
    "closed contact point": "/{lang}/contact-points/bulgarian-helsinki-committee-refugee-legal-aid",
    "about": "/{lang}/about",
}
ERRORS: Final = {
    "unknown topic": ("/{lang}/contact-points?topic=xyz", 400),
    "unknown page": ("/{lang}/nowhere", 404),
    "unknown contact point": ("/{lang}/contact-points/nobody", 404),
    "page beyond the last": ("/{lang}/contact-points?page=999", 404),
}


def document(data: bytes) -> Element:
    """The tree of a page; raises on HTML that breaks the standard."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(data.decode("utf-8"))
    return tree


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def faults(tree: Element) -> list[str]:
    """What is wrong with a page by the house's rules: lang, dir, one h1, a title, unique ids, labelled fields."""
    found = []
    root = tree
    if not root.get("lang") or root.get("dir") not in ("ltr", "rtl"):
        found.append("<html> lacks lang or dir")
    if len(list(tree.iter("h1"))) != 1:
        found.append("there is not exactly one h1")
    titles = [text_of(title) for title in tree.findall("./head/title")]
    if len(titles) != 1 or not titles[0]:
        found.append("there is no title")
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    found += [f"the id {each} stands twice" for each in {each for each in ids if ids.count(each) > 1}]
    labelled = {label.get("for") for label in tree.iter("label")}
    wrapped = {field for label in tree.iter("label") for field in label.iter("input")}
    for field in (*tree.iter("input"), *tree.iter("select"), *tree.iter("textarea")):
        if field.get("type") != "hidden" and field.get("id") not in labelled and field not in wrapped:
            found.append(f"the field {field.get('name')} has no label")
    found += [f"{element.tag} has an inline style" for element in tree.iter() if element.get("style")]
    found += [
        f"{element.tag} has an inline {name}"
        for element in tree.iter()
        for name in element.attrib
        if name.startswith("on")
    ]
    return found
