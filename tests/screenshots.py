"""Makes the pictures of README and docs: `make screenshots`. The real server, the seed, a plain map ground."""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from pathlib import Path

from browser.administering import Office
from browser.conftest import ARGUMENTS
from importing import EMAIL, a_csv, a_row
from playwright.sync_api import Browser, sync_playwright
from tile_server import TileServer

from directory import database, importer

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
LEGAL = "contact-points?city=%D9%84%D9%8A%D9%8A%D8%AC&topic=legal_aid&status=undocumented"
PAPER = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mN49urRfwAIeAPYoZBxNgAAAABJRU5ErkJggg=="
)
"""One grey pixel: no map server can be reached where the pictures are made."""
PICTURES = {
    "home-en-phone": ("/en/", 375, 812, "light"),
    "home-ar-phone": ("/ar/", 375, 812, "light"),
    "results-ar-phone": (f"/ar/{LEGAL}", 375, 812, "light"),
    "results-fr-desktop": ("/fr/contact-points?city=Li%C3%A8ge&topic=legal_aid", 1280, 900, "light"),
    "map-bg-desktop": ("/bg/map?city=Sofia", 1280, 900, "light"),
    "contact-point-ar-phone": ("/ar/contact-points/monde-des-possibles", 375, 812, "light"),
    "contact-point-en-dark": ("/en/contact-points/cite-miroir", 375, 812, "dark"),
}
BEHIND_THE_DOOR = {
    "imports-en-desktop": ("/en/admin/imports", 1280, 900, "light"),
    "plan-en-desktop": ("/en/admin/imports/{plan}", 1280, 1100, "light"),
    "plan-ar-phone": ("/ar/admin/imports/{plan}", 375, 812, "light"),
    "applied-fr-desktop": ("/fr/admin/imports/{applied}", 1280, 900, "light"),
    "edit-en-desktop": ("/en/admin/contact-points/example-desk/edit", 800, 900, "light"),
    "history-en-desktop": ("/en/admin/contact-points/example-desk/history", 1280, 900, "light"),
    "care-bg-phone": ("/bg/admin/care", 375, 812, "light"),
}
SCROLLED_TO = {"edit-en-desktop": "[data-pin]"}
"""What stands in the middle of a picture that does not begin at the top of its page."""
EXAMPLE = a_row(
    id="example-desk",
    name="Example Welcome Desk",
    name_fr="Accueil Exemple",
    street="Place Saint-Lambert 1",
    topics="legal_aid|housing",
    languages="fr|ar|uk",
    phone="04 221 81 11",
    website="https://desk.example/",
    latitude="50.6452",
    longitude="5.5734",
    opening_hours="Mo-Fr 09:00-12:00",
)
"""Nothing is told of a real organization that is not true: what the pictures change is invented."""
CHANGED = EXAMPLE | {
    "topics": "legal_aid|food",
    "street": "Place Saint-Lambert 3",
    "opening_hours": "Mo-Th 09:00-16:00",
}
KITCHEN = a_row(id="example-kitchen", name="Example Kitchen", website="https://kitchen.example/", cost="gratuit")
COURSE = a_row(id="example-course", name="Example Course", topics="language_course", website="https://course.example/")
WRONG = (
    a_row(id="example-night", name="Example Night Shelter", topics="housng", website="https://night.example/"),
    a_row(id="example-clinic", name="Example Clinic", topics="health", email="clinic(at)example.org"),
    a_row(id="example-club", name="Example Club", topics="community", latitude="5.57", longitude="50.63"),
)


def work(office: Office) -> dict[str, int]:
    """What an administrator did before the pictures are taken: the numbers of the runs."""
    first = office.import_(a_csv(EXAMPLE), "welcome-desks.csv")
    applied = office.import_(a_csv(CHANGED, COURSE, WRONG[1]), "printemps.csv")
    with database.writing(office.engine) as session:
        cells = {"id": EXAMPLE["id"], "name": EXAMPLE["name"], "country": "BE", "cost": "free"}
        assert importer.edit(session, cells, EMAIL, version=2).run
    plan = office.upload(a_csv(CHANGED | {"cost": "low"}, COURSE, KITCHEN, *WRONG), "contact-points.csv")
    return {"first": first, "applied": applied, "plan": plan}


def take(browser: Browser, office: Office, name: str, picture: tuple[str, int, int, str], runs: dict[str, int]) -> None:
    path, width, height, scheme = picture
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    if name in BEHIND_THE_DOOR:
        office.enter(page)
    page.route("**/tiles/**", lambda route: route.fulfill(body=PAPER, content_type="image/png"))
    page.goto(office.served.address + path.format(**runs))
    page.wait_for_load_state("networkidle")
    if name in SCROLLED_TO:
        page.locator(SCROLLED_TO[name]).evaluate(
            "element => element.scrollIntoView({ block: 'center', behavior: 'instant' })"
        )
        page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


def main(*wanted: str) -> None:
    """Take the pictures that are wanted: all, or those of these names."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, TileServer() as tiles, sync_playwright() as playwright:
        office = Office(Path(folder), tiles.template)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        runs = work(office)
        for name, picture in (PICTURES | BEHIND_THE_DOOR).items():
            if not wanted or name in wanted:
                take(browser, office, name, picture, runs)
        browser.close()
        office.served.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
