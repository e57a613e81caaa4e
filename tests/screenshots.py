"""Makes the pictures of README and docs: `make screenshots`. The real server, the seed, a plain map ground."""

from __future__ import annotations

import base64
import shutil
import tempfile
from pathlib import Path

from browser.conftest import ARGUMENTS
from conftest import Served
from playwright.sync_api import sync_playwright
from tile_server import TileServer

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


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, TileServer() as tiles, sync_playwright() as playwright:
        served = Served(Path(folder), DATABASE_URL=f"sqlite:///{folder}/d.sqlite", TILES=tiles.template)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for name, (path, width, height, scheme) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.route("**/tiles/**", lambda route: route.fulfill(body=PAPER, content_type="image/png"))
            page.goto(served.address + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()
        served.stop()


if __name__ == "__main__":
    main()
