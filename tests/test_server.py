"""`directory serve` as its user starts it: production server, quiet log, graceful stop, data kept."""

from __future__ import annotations

import http.client
import shutil
import socket
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest
from conftest import Served


def get(served: Served, path: str, **headers: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_it_is_healthy_and_says_how_much_it_holds(served: Served) -> None:
    assert get(served, "/healthz") == (200, b'{"contact_points":111,"status":"ok"}\n')


def test_ten_thousand_letters_get_the_helpful_page(served: Served) -> None:
    status, body = get(served, "/en/contact-points?q=" + "a" * 10_000)
    assert status == 400
    assert b"300 characters at most" in body


def test_a_broken_request_is_refused(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall(b"NONSENSE\r\n\r\n")
        assert b"400" in connection.recv(1000)


def test_nothing_personal_reaches_the_log(served: Served) -> None:
    get(served, "/en/contact-points?q=mysecretname&status=undocumented", **{"X-Forwarded-For": "203.0.113.7"})
    get(served, "/en/contact-points?topic=mysecrettopic")
    get(served, "/en/mysecretpath")
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall(b"GET /mysecretheader HTTP/9.9\r\n\r\n")
        connection.recv(1000)
    log = served.log.read_text()
    assert "mysecret" not in log
    assert "127.0.0.1:8" not in log.replace(served.address, "")
    assert "ip=" not in log
    assert "203.0.113.7" not in log


def test_fifty_visitors_at_once_get_their_pages(served: Served) -> None:
    paths = [
        "/en/",
        "/ar/contact-points?q=avocat+gratuit",
        "/bg/map/points",
        "/fr/contact-points/cite-miroir",
        "/tr/map?city=Sofia",
    ]
    statuses: list[int] = []

    def visit(number: int) -> None:
        for step in range(4):
            statuses.append(get(served, paths[(number + step) % len(paths)])[0])

    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(50)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert statuses == [200] * 200


def test_an_empty_directory_gets_the_seed_once_and_keeps_what_was_changed(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite", "TILES": "http://127.0.0.1:9/{z}/{x}/{y}.png"}
    first = Served(tmp_path, **environment)
    assert first.stop() == 0
    assert "Loaded 111 contact points." in first.log.read_text()
    second = Served(tmp_path, **environment)
    assert second.stop() == 0
    assert "Loaded" not in second.log.read_text()
    assert f"The directory is open at {second.address}/" in second.log.read_text()


def test_a_stop_lets_what_was_begun_end(seeded_file: Path, tmp_path: Path) -> None:
    shutil.copy(seeded_file, tmp_path / "directory.sqlite")
    served = Served(
        tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/directory.sqlite", TILES="http://127.0.0.1:9/{z}/{x}/{y}.png"
    )
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(b"GET /en/contact-points HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")
        time.sleep(0.3)
        served.process.terminate()
        time.sleep(0.3)
        connection.sendall(b"\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.rstrip().endswith(b"</html>")
    assert served.stop() == 0


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("PORT", "many", "PORT must be a number"),
        ("DATABASE_URL", "mysql://x/y", "sqlite or postgresql"),
        ("TILES", "/nowhere/map.mbtiles", "TILES"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, variable: str, value: str, told: str
) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/d.sqlite", variable: value}
    with pytest.raises(AssertionError) as stopped:
        Served(tmp_path, **environment)
    assert told in str(stopped.value)
    assert "Traceback" not in str(stopped.value)


def test_the_page_is_served_compressed(served: Served) -> None:
    with urlopen(f"{served.address}/en/") as plain:
        whole = plain.read()
    status, packed = get(served, "/en/", **{"Accept-Encoding": "gzip"})
    assert status == 200
    assert len(packed) < len(whole) / 3
