"""An administrator at the desk: signs in, reads pages, fills in their forms as a browser would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element

from conftest import Settings, create_app
from entering import PASSWORD, an_account
from pages import document, text_of
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from directory import database, importer, stamp
from directory.models import Base, ContactPoint

DESK: Final = "/en/admin/contact-points"
FULL: Final = {
    "id": "full",
    "kind": "service",
    "name": "Poort",
    "name_nl": "Poort",
    "name_uk": "Двері",
    "name_de": "Tor",
    "alt_names": "B|C, D",
    "organization": "O",
    "network": "N",
    "description_en": "Two\nlines",
    "description_ar": "نص",
    "topics": "housing|food|asylum",
    "audiences": "women|men",
    "residence_status": "refugee|temporary_protection",
    "languages": "so|fr|sw|ak",
    "street": "Rue Agimont 9",
    "postal_code": "4000",
    "city": "Liège",
    "country": "BE",
    "latitude": "50.6",
    "longitude": "5.5",
    "precision": "street",
    "phone": "+3242218111|+32470123456",
    "email": "a@example.org",
    "website": "https://a.example/",
    "opening_hours": "Mo-Fr 09:00-12:00",
    "cost": "low",
    "appointment": "preferred",
    "wheelchair": "limited",
    "verified_on": "2025-01-01",
    "source_url": "https://s.example/",
}
"""Something in every column, as an export writes it."""
SOUP: Final[dict[str, Any]] = {
    "name": "Soupe du jour",
    "country": "BE",
    "city": "Liège",
    "topics": ["food"],
    "phone": "04 221 81 11",
}
"""What is typed for a new contact point."""
SOUP_ID: Final = "be-soupe-du-jour-liege"


class Desk:
    """A directory with one administrator, who is signed in."""

    def __init__(self, url: str) -> None:
        self.app = create_app(Settings(database_url=url, second_factor="optional"))
        self.app.testing = True
        self.engine = self.app.extensions["database"]
        database.migrate(self.engine)
        self.email = an_account(self.engine)
        self.client = self.app.test_client()
        form = form_of(document(self.client.get("/en/account/sign-in").data), "/sign-in")
        self.post(form, "/en/account/sign-in", {"email": self.email, "password": PASSWORD})

    def clear(self) -> None:
        """Empty the directory; the administrator stays signed in."""
        kept = {"contact_point", "city", "organization", "network", "facet", "import_run"}
        kept |= {"change", "planned_row", "plan_problem"}
        tables = [table for table in Base.metadata.sorted_tables if table.name in kept]
        with database.writing(self.engine) as session:
            if self.engine.dialect.name == "postgresql":
                names = ", ".join(table.name for table in tables)
                session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            else:
                for table in reversed(tables):
                    session.execute(table.delete())
            stamp.renew(session)

    def get(self, path: str, status: int = 200) -> Element:
        """A page; relative paths are of the contact points."""
        answer = self.client.get(path if path.startswith("/") else f"{DESK}/{path}")
        assert answer.status_code == status, answer.text
        return document(answer.data)

    def post(self, form: Element, path: str, typed: Mapping[str, Any]) -> TestResponse:
        sent = {**fields(form), **typed}
        return self.client.post(form.get("action") or path, data=sent, headers={"Origin": "http://localhost"})

    def send(self, path: str, action: str = "", **typed: Any) -> TestResponse:
        """Open a page, type into its form, send it."""
        return self.post(form_of(self.get(path), action), f"{DESK}/{path}", typed)

    def write(self, **cells: str) -> str:
        """A contact point that somebody else wrote; a page shows the version it has now."""
        stored = self.stored(cells["id"])
        with database.writing(self.engine) as session:
            told = importer.edit(session, cells, "other@example.org", stored.version if stored else 0)
        assert told.run, told.step.problems
        return told.step.id

    def stored(self, id_: str) -> ContactPoint | None:
        with database.reading(self.engine) as session:
            return session.scalars(select(ContactPoint).where(ContactPoint.id == id_)).one_or_none()


def form_of(page: Element, action: str = "") -> Element:
    """The form of a page that is posted to an address with this end; '' is the page itself."""
    posted = [form for form in page.iter("form") if form.get("method") == "post"]
    return next(
        form
        for form in posted
        if (form.get("action") or "").endswith(action) and bool(action) == bool(form.get("action"))
    )


def fields(form: Element) -> dict[str, Any]:
    """What a browser would send of a form as it stands."""
    sent: dict[str, Any] = {}
    for field in form.iter():
        name = field.get("name")
        if name is None or (field.get("type") == "checkbox" and field.get("checked") is None):
            continue
        if field.get("type") == "checkbox":
            sent.setdefault(name, []).append(field.get("value"))
        elif field.tag == "select":
            chosen = [each for each in field.iter("option") if each.get("selected") is not None]
            sent[name] = next(iter([*chosen, *field.iter("option")])).get("value")
        elif field.tag == "textarea":
            sent[name] = (field.text or "").removeprefix("\n").replace("\n", "\r\n")
        elif field.tag == "input":
            sent[name] = field.get("value") or ""
    return sent


def by_id(page: Element, ids: str | None) -> list[Element]:
    """The elements with these ids, in their order; fails for one that is not there."""
    found = {each.get("id"): each for each in page.iter() if each.get("id")}
    return [found[each] for each in (ids or "").split()]


def said(page: Element | TestResponse) -> str:
    """The words of a page's main part."""
    tree = page if isinstance(page, Element) else document(page.data)
    main = tree.find(".//main")
    assert main is not None
    return text_of(main)


def links(page: Element, within: str = ".//main") -> Iterable[str]:
    part = page.find(within)
    assert part is not None
    return [link.get("href") or "" for link in part.iter("a")]
