"""Every setting: its name in the environment, its default, and why it is there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

LANGUAGES = ("en", "fr", "bg", "nl", "es", "ar", "fa", "uk", "ru", "tr")
OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


CHOICES = {"second_factor": ("required", "optional")}
"""Settings that take one of a few words."""
_LEAST = {"session_idle_minutes": 1, "session_hours": 1}
"""Numbers below which nobody could work; others may be 0."""


class BadSetting(Exception):
    """A setting in the environment cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decides. Each field is read from the environment variable of its name in capitals."""

    database_url: str = "sqlite:///instance/directory.sqlite"
    """Where the directory is kept: an SQLite file, or postgresql://user:password@host/name."""

    host: str = "127.0.0.1"
    """The address that `directory serve` listens on. Only this machine by default."""

    port: int = 8000
    """The port that `directory serve` listens on."""

    workers: int = 2
    """Processes that answer. Two use both cores of a small machine."""

    threads: int = 32
    """Threads in each process: slow readers and a slow map server must not hold up the others."""

    public_url: str = ""
    """The address people see (https://example.org). Empty: taken from each request. With https, HSTS is sent."""

    proxies: int = 0
    """How many reverse proxies stand in front and may be believed about scheme and host."""

    contact_email: str = ""
    """Who answers for this site: shown under "something wrong?", and named to the tile server."""

    operator: str = ""
    """Who runs this site, shown in the footer and in the privacy page."""

    described_in: str = "en fr bg"
    """Languages in which every contact point should be described; "needs care" lists those that are not."""

    second_factor: str = "required"
    """`required`: administrators cannot enter without an authenticator app; `optional`: each may choose."""

    session_idle_minutes: int = 60
    """After so many minutes without a page an administrator has to sign in again."""

    session_hours: int = 12
    """After so many hours an administrator has to sign in again, whatever was done."""

    tiles: str = OSM_TILES
    """Map pictures: a URL template with {z}, {x} and {y}, or the path of an MBTiles file."""

    tiles_attribution: str = ""
    """Whose map it is. Empty: OpenStreetMap's for a URL, the file's own for MBTiles."""

    tile_cache: str = "instance/tiles"
    """The folder that keeps fetched map pictures."""

    tile_cache_mb: int = 200
    """The most that the folder may hold, in megabytes; the oldest go first."""

    tile_timeout: float = 5.0
    """Seconds to wait for the map server before the page draws its pins on a plain ground."""

    nominatim_url: str = ""
    """The Nominatim server that `directory geocode` asks for streets. Empty: nobody is asked, only GeoNames is used."""

    nominatim_delay: float = 1.0
    """The least seconds between two requests to it. The public server allows no less than one."""

    nominatim_timeout: float = 10.0
    """Seconds to wait for one of its answers."""


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raise BadSetting with the variable's name when one cannot be used."""
    environment = os.environ if environment is None else environment
    found: dict[str, str | int | float] = {}
    for field in fields(Settings):
        text = environment.get(field.name.upper(), "").strip()
        if text:
            found[field.name] = _typed(field.name, str(field.type), text)
    return Settings(**found)  # type: ignore[arg-type]  # each value was given its field's type just above


def _typed(name: str, kind: str, text: str) -> str | int | float:
    if name in CHOICES and text not in CHOICES[name]:
        raise BadSetting(f"{name.upper()} must be {' or '.join(CHOICES[name])}, not {text!r}")
    if kind == "str":
        return text
    try:
        value = int(text) if kind == "int" else float(text)
    except ValueError:
        raise BadSetting(f"{name.upper()} must be a number, not {text!r}") from None
    least = _LEAST.get(name, 0)
    if not least <= value <= 1_000_000:
        raise BadSetting(f"{name.upper()} must lie between {least} and 1,000,000, not {text}")
    return value


def bundled(name: str) -> Path:
    """A file or folder that ships with us: inside the package (a wheel) first, beside it (a checkout) second."""
    inside = Path(__file__).parent / name
    return inside if inside.exists() else Path(__file__).parent.parent / name
