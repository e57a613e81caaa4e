"""Deterministic generator of synthetic migrant-support contact points.

    python gen.py N OUT.csv [--seed 7]

Same (N, seed) -> same bytes.  Row i depends only on (seed, i), so the first K
rows of every file are identical whatever N is.  No real organization, person,
telephone number or address is produced.  The format is the importer's (design.md 4.5).
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import sys
from pathlib import Path

# (city, country, lat, lon, script, dial, relative weight)
CITIES = [
    ("Sofia", "BG", 42.6977, 23.3219, "cyr", "+359", 10),
    ("Plovdiv", "BG", 42.1354, 24.7453, "cyr", "+359", 4),
    ("Varna", "BG", 43.2141, 27.9147, "cyr", "+359", 3),
    ("Burgas", "BG", 42.5048, 27.4626, "cyr", "+359", 3),
    ("Berlin", "DE", 52.5200, 13.4050, "lat", "+49", 14),
    ("Hamburg", "DE", 53.5511, 9.9937, "lat", "+49", 8),
    ("München", "DE", 48.1351, 11.5820, "lat", "+49", 8),
    ("Köln", "DE", 50.9375, 6.9603, "lat", "+49", 6),
    ("Düsseldorf", "DE", 51.2277, 6.7735, "lat", "+49", 4),
    ("Augsburg", "DE", 48.3705, 10.8978, "lat", "+49", 3),
    ("Wien", "AT", 48.2082, 16.3738, "lat", "+43", 8),
    ("Graz", "AT", 47.0707, 15.4395, "lat", "+43", 3),
    ("Liège", "BE", 50.6326, 5.5797, "lat", "+32", 5),
    ("Bruxelles", "BE", 50.8503, 4.3517, "lat", "+32", 8),
    ("Antwerpen", "BE", 51.2194, 4.4025, "lat", "+32", 4),
    ("Paris", "FR", 48.8566, 2.3522, "lat", "+33", 12),
    ("Lyon", "FR", 45.7640, 4.8357, "lat", "+33", 5),
    ("Marseille", "FR", 43.2965, 5.3698, "lat", "+33", 5),
    ("Calais", "FR", 50.9513, 1.8587, "lat", "+33", 2),
    ("Madrid", "ES", 40.4168, -3.7038, "lat", "+34", 8),
    ("Barcelona", "ES", 41.3874, 2.1686, "lat", "+34", 7),
    ("Málaga", "ES", 36.7213, -4.4214, "lat", "+34", 3),
    ("Lisboa", "PT", 38.7223, -9.1393, "lat", "+351", 5),
    ("Porto", "PT", 41.1579, -8.6291, "lat", "+351", 3),
    ("Roma", "IT", 41.9028, 12.4964, "lat", "+39", 8),
    ("Milano", "IT", 45.4642, 9.1900, "lat", "+39", 7),
    ("Torino", "IT", 45.0703, 7.6869, "lat", "+39", 4),
    ("Palermo", "IT", 38.1157, 13.3615, "lat", "+39", 3),
    ("Athína", "GR", 37.9838, 23.7275, "lat", "+30", 6),
    ("Thessaloníki", "GR", 40.6401, 22.9444, "lat", "+30", 3),
    ("Warszawa", "PL", 52.2297, 21.0122, "lat", "+48", 7),
    ("Kraków", "PL", 50.0647, 19.9450, "lat", "+48", 4),
    ("Łódź", "PL", 51.7592, 19.4560, "lat", "+48", 3),
    ("Praha", "CZ", 50.0755, 14.4378, "lat", "+420", 5),
    ("Brno", "CZ", 49.1951, 16.6068, "lat", "+420", 2),
    ("București", "RO", 44.4268, 26.1025, "lat", "+40", 5),
    ("Beograd", "RS", 44.7866, 20.4489, "cyr", "+381", 4),
    ("Skopje", "MK", 41.9973, 21.4280, "cyr", "+389", 2),
    ("Kyiv", "UA", 50.4501, 30.5234, "cyr", "+380", 6),
    ("Lviv", "UA", 49.8397, 24.0297, "cyr", "+380", 3),
    ("Stockholm", "SE", 59.3293, 18.0686, "lat", "+46", 4),
    ("Malmö", "SE", 55.6050, 13.0038, "lat", "+46", 3),
]
TOPICS = [
    "rights_at_work",
    "finding_work",
    "qualifications",
    "before_departure",
    "family_reunification",
    "return",
    "social_security",
    "culture_society",
    "union_membership",
    "community",
    "exploitation",
    "legal_aid",
    "asylum",
    "residence_permits",
    "housing",
    "health",
    "mental_health",
    "food",
    "emergency",
    "language_course",
    "education_training",
    "interpretation",
    "women",
    "children_youth",
    "anti_discrimination",
    "digital_skills",
    "social_economy",
]
TOPIC_W = [12, 12, 5, 4, 14, 2, 3, 9, 5, 6, 3, 9, 6, 2, 2, 5, 5, 12, 9, 3, 7, 4, 2, 6, 4, 3, 2]
LANGS = ["en", "fr", "de", "ar", "fa", "ps", "uk", "ru", "tr", "so", "ti", "es", "pl", "bg", "ro", "ur"]
LANG_W = [20, 9, 9, 12, 8, 4, 10, 9, 6, 4, 4, 6, 4, 5, 4, 3]
STATUSES = [
    "asylum_seeker",
    "refugee",
    "subsidiary_protection",
    "temporary_protection",
    "third_country_national",
    "undocumented",
    "eu_citizen",
    "any",
]
STATUS_W = [12, 12, 8, 9, 6, 8, 5, 20]

# Vocabulary keyed by language; per-language templates make text that tokenises
# like the real thing (diacritics, compounds, Cyrillic inflection, long tail).
ORG = {
    "bg": ["Център за", "Сдружение", "Фондация", "Приемна за", "Общинска служба за"],
    "uk": ["Центр", "Громадська організація", "Фонд", "Приймальня", "Служба"],
    "sr": ["Центар за", "Удружење", "Фондација", "Служба за"],
    "de": ["Beratungsstelle", "Migrationsberatung", "Verein für", "Bürgerzentrum", "Flüchtlingshilfe"],
    "fr": ["Centre d'accueil", "Association", "Maison des", "Permanence", "Collectif Réfugiés"],
    "es": ["Centro de", "Asociación", "Fundación", "Oficina de atención"],
    "it": ["Centro", "Associazione", "Sportello", "Casa della solidarietà"],
    "pl": ["Centrum", "Stowarzyszenie", "Fundacja", "Punkt informacyjny"],
    "pt": ["Centro de", "Associação", "Gabinete de apoio"],
    "sv": ["Rådgivning för", "Föreningen", "Stödcentrum"],
    "ro": ["Centrul", "Asociația", "Fundația"],
    "cs": ["Centrum", "Sdružení", "Poradna pro"],
    "el": ["Kéntro", "Sýllogos", "Steki"],
    "en": ["Centre for", "Association of", "Help Desk", "Foundation"],
}
CORE = {
    "bg": "бежанци мигранти чужденци право помощ закрила подслон здраве български език работа деца училище документи убежище консултация преводач семейство жилище храна".split(),
    "uk": "біженці мігранти допомога право захист притулок здоров'я мова робота діти школа документи консультація перекладач родина житло їжа".split(),
    "sr": "избеглице мигранти помоћ право заштита азил здравље језик посао деца школа документа саветовање преводилац породица смештај храна".split(),
    "de": "Geflüchtete Migranten Asyl Aufenthalt Beratung Recht Wohnung Unterkunft Gesundheit Sprachkurs Arbeit Kinder Schule Behörde Übersetzung Familie Ernährung Anhörung".split(),
    "fr": "réfugiés migrants asile séjour conseil juridique logement hébergement santé français emploi enfants école démarches interprète famille alimentaire régularisation".split(),
    "es": "refugiados migrantes asilo residencia asesoría jurídica vivienda alojamiento salud español empleo niños escuela trámites intérprete familia alimentación".split(),
    "it": "rifugiati migranti asilo soggiorno consulenza legale casa alloggio salute italiano lavoro bambini scuola documenti interprete famiglia mensa".split(),
    "pl": "uchodźcy migranci azyl pobyt porady prawne mieszkanie schronienie zdrowie język praca dzieci szkoła dokumenty tłumacz rodzina żywność".split(),
    "pt": "refugiados migrantes asilo residência apoio jurídico habitação alojamento saúde português emprego crianças escola documentação intérprete família alimentação".split(),
    "sv": "flyktingar migranter asyl uppehållstillstånd rådgivning juridik boende hälsa svenska arbete barn skola dokument tolk familj mat".split(),
    "ro": "refugiați migranți azil ședere consiliere juridică locuință adăpost sănătate română muncă copii școală acte interpret familie alimente".split(),
    "cs": "uprchlíci migranti azyl pobyt poradenství právo bydlení ubytování zdraví čeština práce děti škola doklady tlumočník rodina potraviny".split(),
    "el": "prósfyges metanástes ásylo diamoní symvoulés nomikí katoikía ygeía elliniká ergasía paidiá scholeío éngrafa diermineía oikogéneia trofí".split(),
    "en": "refugees migrants asylum residence advice legal housing shelter health language work children school documents interpreter family food".split(),
}
GLUE = {
    "bg": "за на и в с без безплатна от при".split(),
    "uk": "для на і в з без безкоштовна від при".split(),
    "sr": "за на и у са без бесплатна од при".split(),
    "de": "für und in mit ohne kostenlose von bei".split(),
    "fr": "pour et à avec sans gratuite de chez".split(),
    "es": "para y en con sin gratuita de".split(),
    "it": "per e in con senza gratuita di presso".split(),
    "pl": "dla i w z bez bezpłatna od przy".split(),
    "pt": "para e em com sem gratuito de".split(),
    "sv": "för och i med utan gratis från".split(),
    "ro": "pentru și în cu fără gratuită de".split(),
    "cs": "pro a v s bez bezplatná od při".split(),
    "el": "gia kai se me chorís doreán apó".split(),
    "en": "for and in with without free of at".split(),
}
COUNTRY_LANG = {
    "BG": "bg",
    "DE": "de",
    "AT": "de",
    "BE": "fr",
    "FR": "fr",
    "ES": "es",
    "PT": "pt",
    "IT": "it",
    "GR": "el",
    "PL": "pl",
    "CZ": "cs",
    "RO": "ro",
    "RS": "sr",
    "MK": "sr",
    "UA": "uk",
    "SE": "sv",
}
STREET = {
    "bg": "ул.",
    "uk": "вул.",
    "sr": "ул.",
    "de": "Straße",
    "fr": "rue",
    "es": "calle",
    "it": "via",
    "pl": "ul.",
    "pt": "rua",
    "sv": "gatan",
    "ro": "strada",
    "cs": "ulice",
    "el": "odós",
    "en": "street",
}
SYL_LAT = "ba be bi bo bra ca ce da de do dra el en er fa fi ga ge go ha he il in ka ke ko la le li lo ma me mi mo na ne ni no or pa pe ra re ri ro sa se si so ta te ti to tra va ve vi zé zó mü ñe ça".split()
SYL_CYR = "ба бе би во ва ве га ге да де до жи за зо ил ин ка ко ла ле ли ма ме ми на не ни но ор па пе ра ре ри ро са се си та те ти то тр ха че ша ю я".split()
KINDS = ["contact_point", "service", "service", "institution", "initiative"]
LOCAL = ["bg", "fr", "nl", "de", "es", "it", "pl", "pt", "sv", "ro", "cs", "el", "uk", "sr"]
DAYS = ["Mo-Fr", "Mo-Th", "Tu-Sa", "Mo,We,Fr", "Mo-Su"]

COLUMNS = [
    "id",
    "kind",
    "name",
    "name_en",
    "organization",
    "description_en",
    "{local}",
    "street",
    "postal_code",
    "city",
    "country",
    "latitude",
    "longitude",
    "precision",
    "topics",
    "languages",
    "residence_status",
    "email",
    "website",
    "opening_hours",
    "wheelchair",
    "verified_on",
]

_CW = list(itertools.accumulate(c[6] for c in CITIES))
_TW = list(itertools.accumulate(TOPIC_W))
_LW = list(itertools.accumulate(LANG_W))
_SW = list(itertools.accumulate(STATUS_W))


def _pick(rng: random.Random, pool: list[str], cum: list[int], lo: int, hi: int) -> list[str]:
    return sorted(set(rng.choices(pool, cum_weights=cum, k=rng.randint(lo, hi))))


def _proper(rng: random.Random, cyr: bool) -> str:
    syl = SYL_CYR if cyr else SYL_LAT
    return "".join(rng.choices(syl, k=rng.randint(2, 4))).capitalize()


def _sentence(rng: random.Random, lang: str, words: int) -> str:
    core, glue = CORE[lang], GLUE[lang]
    out = []
    for k in range(words):
        out.append(rng.choice(glue) if k % 3 == 2 else rng.choice(core))
    s = " ".join(out)
    return s[0].upper() + s[1:] + "."


def row(i: int, seed: int = 7) -> list:
    rng = random.Random(seed * 1_000_003 + i)
    city, cc, lat, lon, script, dial, _ = rng.choices(CITIES, cum_weights=_CW)[0]
    lang = COUNTRY_LANG[cc]
    cyr = script == "cyr"
    proper = _proper(rng, cyr)
    core = rng.choice(CORE[lang])
    name = f"{rng.choice(ORG[lang])} {core} {proper}"
    name_en = f"{rng.choice(ORG['en'])} {rng.choice(CORE['en'])} {_proper(rng, False)}"
    desc = " ".join(_sentence(rng, lang, rng.randint(7, 14)) for _ in range(rng.randint(1, 3)))
    desc_en = " ".join(_sentence(rng, "en", rng.randint(7, 14)) for _ in range(rng.randint(1, 2)))
    o = rng.randint(8, 10)
    return [
        f"p-{i}",
        rng.choice(KINDS),
        name,
        name_en,
        f"{rng.choice(ORG[lang])} {proper}",
        desc_en,
        (lang, desc),
        f"{STREET[lang]} {_proper(rng, cyr)} {rng.randint(1, 180)}",
        "",
        city,
        cc,
        f"{lat + rng.gauss(0, 0.045):.6f}",
        f"{lon + rng.gauss(0, 0.065):.6f}",
        rng.choice(["exact", "street"]),
        "|".join(_pick(rng, TOPICS, _TW, 1, 4)),
        "|".join(_pick(rng, LANGS, _LW, 1, 5)),
        "|".join(_pick(rng, STATUSES, _SW, 1, 3)),
        f"info@p{i}.example.org",
        f"https://p{i}.example.org/",
        f"{rng.choice(DAYS)} {o:02d}:00-{o + rng.randint(4, 9):02d}:00",
        rng.choice(["yes", "no", "limited", ""]),
        f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d}",
    ]


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("n", type=int)
    ap.add_argument("out")
    ap.add_argument("--seed", type=int, default=7)
    a = ap.parse_args()
    with Path(a.out).open("w", newline="", encoding="utf-8") as fh:
        w = csv.writer(fh, lineterminator="\n")
        header = [c for c in COLUMNS if c != "{local}"] + [f"description_{lang}" for lang in LOCAL]
        w.writerow(header)
        for i in range(a.n):
            cells = row(i, a.seed)
            lang, text = cells.pop(COLUMNS.index("{local}"))
            w.writerow(cells + [text if lang == k else "" for k in LOCAL])
    print(f"{a.n} rows -> {a.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
