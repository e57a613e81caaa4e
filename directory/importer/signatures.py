"""Files that are no CSV, told by their first bytes, each with what to do instead."""

from __future__ import annotations

import re
from typing import Final

from directory.importer.sources import Source, opened, size
from directory.importer.unreadable import Unreadable, refused
from directory.vocabulary import N_

WORKBOOK: Final = N_(
    "This is a workbook, not a CSV file. Open it in Excel or LibreOffice, choose “Save as”, and there “CSV UTF-8”."
)
ARCHIVE: Final = N_("This is a compressed file (%(kind)s). Unpack it, and upload the CSV file that is in it.")
DOCUMENT: Final = N_(
    "This is not a CSV file, but %(kind)s. Put the table into Excel or LibreOffice, and save it as “CSV UTF-8”."
)
WEB_PAGE: Final = N_(
    "This is a web page (HTML or XML), not a CSV file. The download may have failed, or asked you to sign in. "
    "Open the page’s table in Excel or LibreOffice, and save it as “CSV UTF-8”."
)
JSON: Final = N_(
    "This is a JSON file, not a CSV file. Ask its source for CSV, or save the table as “CSV UTF-8” in Excel."
)
BINARY: Final = N_("This is not a text file. Save the table as “CSV UTF-8” in Excel or LibreOffice.")

_WORKBOOKS: Final = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)
_PARTS_OF_A_WORKBOOK: Final = re.compile(rb"xl/|opendocument\.spreadsheet|content\.xml|Index/Document\.iwa")
_ARCHIVES: Final = {
    b"\x1f\x8b": "gzip",
    **{b"BZh%d1AY&SY" % level: "bzip2" for level in range(1, 10)},
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"MSCF\x00": "cab",
}
_DOCUMENTS: Final = {
    b"%PDF-": "PDF",
    b"{\\rtf": "RTF",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"SQLite format 3\x00": "SQLite",
    b"PAR1": "Parquet",
    b"\x7fELF": "ELF",
}
_PACKED_TEXT: Final = re.compile(r"ID;P[A-Z0-9]+[^\r\n]*[\r\n]+[BCFPO];")
_PAGE: Final = re.compile(
    r"<!--|<(\?xml|!doctype|html|head|body|meta|title|script|style|table|div|p|svg|rss|kml|gpx)\b|MIME-Version:",
    re.IGNORECASE,
)
_WORKBOOK_AS_XML: Final = re.compile(r"schemas-microsoft-com:office:(spreadsheet|excel)|opendocument:xmlns:office")
_JSON: Final = re.compile(r'\{\s*("|\})|\[\s*(\{|\[|"|-?\d[\d.]*\s*[,\]]|\]\s*$)')
_INVISIBLE: Final = "\ufeff \t\r\n"
_CONTROLS: Final = bytes(range(9)) + b"\x0e\x0f" + bytes(range(0x10, 0x1C))


def refuse_other_formats(source: Source, start: bytes) -> None:
    """Raise Unreadable for a workbook, an archive, a document or an image; `start` are the first bytes."""
    if start.startswith(_WORKBOOKS):
        raise refused("looks_like_workbook", WORKBOOK)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise _zip(source, start)
    for magic, kind in _ARCHIVES.items():
        if start.startswith(magic):
            raise refused("binary_content", ARCHIVE, kind=kind)
    for magic, kind in _DOCUMENTS.items():
        if start.lstrip().startswith(magic):
            raise refused("binary_content", DOCUMENT, kind=kind)
    if start.startswith(b"RIFF") and start[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        raise refused("binary_content", DOCUMENT, kind="RIFF")


def refuse_other_texts(start: str) -> None:
    """Raise Unreadable for HTML, XML, JSON and spreadsheets written as text."""
    start = start.lstrip(_INVISIBLE)
    if _PACKED_TEXT.match(start):
        raise refused("looks_like_workbook", WORKBOOK)
    if _PAGE.match(start):
        if _WORKBOOK_AS_XML.search(start[:4000]):
            raise refused("looks_like_workbook", WORKBOOK)
        raise refused("looks_like_html", WEB_PAGE)
    if _JSON.match(start[:4000]):
        raise refused("looks_like_json", JSON)


def refuse_binary(start: bytes) -> None:
    """Raise Unreadable when control characters, which no text has, are more than one byte in twenty."""
    if len(start) - len(start.translate(None, _CONTROLS)) > len(start) / 20:
        raise refused("binary_content", BINARY)


def _zip(source: Source, start: bytes) -> Unreadable:
    """A workbook's parts, or a Numbers document's, are named in the first part or in the list at the end."""
    with opened(source) as stream:
        stream.seek(max(0, size(source) - len(start)))
        end = stream.read(len(start))
    if _PARTS_OF_A_WORKBOOK.search(start) or _PARTS_OF_A_WORKBOOK.search(end):
        return refused("looks_like_workbook", WORKBOOK)
    return refused("binary_content", ARCHIVE, kind="zip")
