"""E-mail and web addresses: what can be written to and opened, and nothing that runs or misleads."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import idna
import pycountry
from email_validator import EmailNotValidError, validate_email

from directory.importer.cells import bare
from directory.importer.problems import BadCell
from directory.vocabulary import N_

LONGEST_URL: Final = 2000
LONGEST_HOST: Final = 253
LONGEST_EMAIL: Final = 254

_LABEL: Final = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN_EMAIL: Final = re.compile(
    rf"[a-z0-9]+(?:[._+-][a-z0-9]+)*(?<=[^@]{{1}})@(?:{_LABEL}\.)+(?!(?:arpa|invalid|local|localhost|onion|test)$)[a-z]{{2,20}}"
)
_PLAIN_URL: Final = re.compile(rf"https?://(?:{_LABEL}\.)+[a-z]{{2,20}}(?:/[\w./~%&=?#+,:;@!*()-]*)?", re.ASCII)
_IN_TEXT: Final = re.compile(r"[^\s<>,;:|()\"']+@[^\s<>,;|()\"']+")
_AT: Final = re.compile(r"\s*[\[({]\s*(?:at|@|arobase|кльомба)\s*[\])}]\s*", re.IGNORECASE)
_DOT: Final = re.compile(r"\s*[\[({]\s*(?:dot|point|точка|\.)\s*[\])}]\s*", re.IGNORECASE)

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_MISSPELLED: Final = re.compile(r"(?:https?|htpps?|htttps?|hpps?|ttps?|htps?)[:;]?(?:/{1,3}|\\{1,2})\s*", re.IGNORECASE)
_REFUSED: Final = re.compile(r"[\s<>\"\\^`{}|]")
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})\.?")
_USUAL_ENDINGS: Final = (
    frozenset(
        "eu com org net info int ngo ong coop social gov edu brussels vlaanderen gent paris cat bzh бг ею".split()
    )
    | {country.alpha_2.lower() for country in pycountry.countries}
    | {"uk"}
)


def an_email(text: str) -> str:
    """One address, checked by email-validator; the domain in small letters."""
    if len(text) <= 64 and _PLAIN_EMAIL.fullmatch(text):
        return text
    if len(text) > 2 * LONGEST_EMAIL:
        raise BadCell("bad_email", N_("This is too long for an e-mail address."))
    value = _valid(bare(text).rstrip(";,"))
    if not value:
        raise _bad_email(text)
    return value


def _bad_email(text: str) -> BadCell:
    plain = _DOT.sub(".", _AT.sub("@", text))
    found = [
        address
        for address in map(_valid, _IN_TEXT.findall(re.sub("mailto:", " ", plain, flags=re.IGNORECASE)))
        if address
    ]
    values = {"text": text[:100]}
    if len(found) > 1:
        message = N_("“%(text)s” holds several e-mail addresses; one can be listed.")
        return BadCell("bad_email", message, values, found[0])
    if found:
        return BadCell("bad_email", N_("“%(text)s” is more than an e-mail address."), values, found[0])
    return BadCell("bad_email", N_("“%(text)s” is not an e-mail address such as info@example.org."), values)


def _valid(text: str) -> str:
    try:
        value = validate_email(text, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        return ""
    return value if len(value) <= LONGEST_EMAIL else ""


def a_url(text: str) -> str:
    """An address that begins with http:// or https://; the scheme is added where nothing else can be meant."""
    if len(text) <= LONGEST_HOST and _PLAIN_URL.fullmatch(text):
        return text
    written = bare(text)
    if not _SCHEME.match(written) or re.match(r"[\w.-]+:\d+(?:/|$)", written):
        written = f"https://{written}" if _is_surely_a_host(written) else written
    value = _checked(written)
    if not value:
        raise _bad_url(text)
    return value


def _is_surely_a_host(text: str) -> bool:
    """“www.x.org/contact” and “x.be” are web addresses; “x.doc” and “info@x.be” are not."""
    host = re.split(r"[/?#:]", text.lower(), maxsplit=1)[0]
    return "." in host and (host.startswith("www.") or host.rsplit(".", 1)[1] in _USUAL_ENDINGS)


def _checked(text: str) -> str:
    """With scheme and host in small letters; '' for what is no address of a public web page."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        ascii_host = host if host.isascii() else idna.encode(host, uts46=True).decode()
        host = host if host.isascii() else idna.decode(ascii_host)
    except (ValueError, idna.IDNAError, UnicodeError):
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or _REFUSED.search(text) or len(text) > LONGEST_URL:
        return ""
    if not _HOST.fullmatch(ascii_host) or len(ascii_host) > LONGEST_HOST or port == 0:
        return ""
    rest = text[text.index("//") + 2 + len(parts.netloc) :]
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{rest}"


def _bad_url(text: str) -> BadCell:
    message = N_("“%(text)s” is not a web address that begins with http:// or https://.")
    return BadCell("bad_url", message, {"text": text[:200]}, _near(text))


def _near(text: str) -> str:
    written = bare(text).strip("<>")
    if whole := _checked(written.replace(" ", "%20")):
        return whole
    first = re.split(r"[\s,;|<>]+", written)[0]
    if _MISSPELLED.match(first):
        first = "https://" + _MISSPELLED.sub("", first, count=1).replace("\\", "/")
    if not first.startswith(("http://", "https://")):
        if not _is_surely_a_host(first):
            return ""
        first = f"https://{first}"
    return _checked(first)


def host_of(url: str) -> str:
    """The host of a checked address, as people see it: punycode decoded."""
    host = urlsplit(url).hostname or ""
    try:
        return idna.decode(host) if "xn--" in host else host
    except (idna.IDNAError, UnicodeError):
        return host
