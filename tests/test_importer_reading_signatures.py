"""Files that are no CSV are told by their first bytes, with a sentence on what to do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from random import Random

import pytest

from directory.importer.reading import Unreadable, read


def packed(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet")
    return data.getvalue()


CSV = b"id,name,country\r\n1,Desk,BE\r\n"
SHEET = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'


@pytest.mark.parametrize(
    ("data", "code", "advice"),
    [
        (packed("[Content_Types].xml", "xl/workbook.xml"), "looks_like_workbook", "CSV UTF-8"),
        (packed("mimetype", "content.xml"), "looks_like_workbook", "LibreOffice"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "looks_like_workbook", "Excel"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", "looks_like_workbook", "Excel"),
        (SHEET.encode(), "looks_like_workbook", "Excel"),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "looks_like_workbook", "Excel"),
        (packed("contacts.csv"), "binary_content", "Unpack"),
        (gzip.compress(CSV, mtime=0), "binary_content", "Unpack"),
        (bz2.compress(CSV), "binary_content", "Unpack"),
        (lzma.compress(CSV), "binary_content", "Unpack"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "binary_content", "PDF"),
        (b"{\\rtf1\\ansi id;name;country}", "binary_content", "RTF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary_content", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "binary_content", "JPEG"),
        (b"<!DOCTYPE html><title>Sign in</title>", "looks_like_html", "CSV UTF-8"),
        (b"\xef\xbb\xbf\r\n <table><tr><td>id", "looks_like_html", "CSV UTF-8"),
        ("<html><body>".encode("utf-16"), "looks_like_html", "CSV UTF-8"),
        (b'[{"id": 1}]', "looks_like_json", "CSV UTF-8"),
        (b'{"type": "FeatureCollection", "features": []}', "looks_like_json", "CSV UTF-8"),
        (b'{"id": 1}\n{"id": 2}\n', "looks_like_json", "CSV UTF-8"),
        (Random(1).randbytes(65536), "binary_content", "CSV UTF-8"),
        (CSV + b"\0" * 500, "binary_content", "CSV UTF-8"),
    ],
    ids=lambda value: "file" if isinstance(value, bytes) else value,
)
def test_other_formats_are_refused_with_what_to_do(data: bytes, code: str, advice: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert (refused.value.code, refused.value.line) == (code, None)
    assert advice in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        b"ID;Phone;name;country\r\n1;2;Desk;BE\r\n",
        b"MZ;id;name;country\r\n1;2;Desk;BE\r\n",
        b"[id];name;country\r\n1;Desk;BE\r\n",
        b"id;name;country\r\n1;De\x00sk;BE\r\n",
    ],
)
def test_what_only_begins_like_another_format_is_read(data: bytes) -> None:
    assert read(data).count == 1
