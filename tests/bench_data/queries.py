"""The query mix shared by every peer.  One query = dict(cls, q, city, topic, lat, lon, km)."""

from __future__ import annotations

import math
import random

TEXT1 = [
    "asylum",
    "housing",
    "réfugiés",
    "Geflüchtete",
    "бежанци",
    "переклад",
    "interpreter",
    "alimentaire",
    "mieszkanie",
    "Behörde",
    "tolk",
    "документа",
]
TEXT2 = [
    "legal advice",
    "language school",
    "conseil juridique",
    "Asyl Beratung",
    "правна помощ",
    "consulenza legale",
    "porady prawne",
    "work documents",
]
TEXT3 = [
    "free legal advice",
    "housing for family",
    "français pour réfugiés",
    "Beratung Asyl Aufenthalt",
    "помощ бежанци документи",
    "asesoría jurídica vivienda",
]
FACET = [
    ("asylum", "Berlin", "asylum"),
    ("housing", "Paris", "housing"),
    ("Beratung", "Wien", "legal_aid"),
    ("réfugiés", "Liège", "language_course"),
    ("помощ", "Sofia", "residence_permits"),
    ("legal", "Madrid", "finding_work"),
    ("health", "Warszawa", "health"),
    ("school", "Kyiv", "children_youth"),
    ("", "Hamburg", "housing"),
    ("", "Roma", "legal_aid"),
    ("", "Athína", "asylum"),
    ("", "Lyon", "food"),
]
NEAR = [
    (52.52, 13.405, ""),
    (50.6326, 5.5797, "asylum"),
    (42.6977, 23.3219, "legal_aid"),
    (48.8566, 2.3522, "housing"),
    (51.7592, 19.456, ""),
    (50.9513, 1.8587, "food"),
    (40.4168, -3.7038, "finding_work"),
    (59.3293, 18.0686, "health"),
]
RARE = ["galo", "zzzqqqx", "tapanifa", "geelmomi", "qwertzuiop migranten", "Ñele"]
ACCENTLESS = [
    "refugies",
    "Gefluchtete",
    "logement francais",
    "Behorde",
    "asesoria juridica",
    "uchodzcy",
    "radgivning",
    "sanatate",
    "zywnosc",
    "pristresi",
]
SHARE = {"text1": 3, "text2": 3, "text3": 2, "facet": 4, "near": 3, "rare": 2, "accent": 2}


def _q(cls, q="", city="", topic="", lat=None, lon=None, km=10.0):
    return {"cls": cls, "q": q, "city": city, "topic": topic, "lat": lat, "lon": lon, "km": km}


BY_CLASS = {
    "text1": [_q("text1", t) for t in TEXT1],
    "text2": [_q("text2", t) for t in TEXT2],
    "text3": [_q("text3", t) for t in TEXT3],
    "facet": [_q("facet", t, c, k) for t, c, k in FACET],
    "near": [_q("near", "", "", k, la, lo) for la, lo, k in NEAR],
    "rare": [_q("rare", t) for t in RARE],
    "accent": [_q("accent", t) for t in ACCENTLESS],
}


def mix(n: int = 400, seed: int = 11) -> list[dict]:
    rng = random.Random(seed)
    classes = [c for c, w in SHARE.items() for _ in range(w)]
    return [rng.choice(BY_CLASS[rng.choice(classes)]) for _ in range(n)]


def bbox(lat: float, lon: float, km: float) -> tuple[float, float, float, float]:
    dlat = km / 111.195
    dlon = dlat / max(0.01, math.cos(math.radians(lat)))
    return lat - dlat, lat + dlat, lon - dlon, lon + dlon


def fts(q: str) -> str:
    """User text -> FTS5 expression: every word must match, last one as prefix; safe for any input."""
    words = ['"' + w.replace('"', '""') + '"' for w in q.split()]
    return " ".join(words[:-1] + [words[-1] + "*"]) if words else ""
