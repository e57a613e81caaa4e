"""Which encoding a file is in: proven, taken when every word agrees, asked for, or refused with the line."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.importer import encodings
from directory.importer.reading import Table, Unreadable, Unsure, read

FRENCH = (
    "id;nom;pays;ville;description_fr\r\n"
    "be-1;Accueil Aurore;BE;Liège;Premier conseil gratuit, à l'écoute, même l'été.\r\n"
    "be-2;École du Port;BE;Namur;Vivres et vêtements, près du canal.\r\n"
)
BULGARIAN = (
    "id;име;държава;град;description_bg\r\n"
    "bg-1;Приемна Аурора;BG;София;Безплатна първа консултация за всички.\r\n"
    "bg-2;Училище;BG;Варна;Уроци по български език до 12 г. и след това.\r\n"
)


def name(data: bytes) -> str:
    """The first name in a file of three columns."""
    return next(read(data).rows()).cells[1]


def one(text: str, encoding: str) -> bytes:
    return f"id;name;country\r\n1;{text};BE\r\n".encode(encoding)


def refusal(data: bytes, encoding: str = "") -> tuple[str, int | None]:
    with pytest.raises(Unreadable) as refused:
        read(data, encoding)
    assert refused.value.problem.sentence
    return refused.value.code, refused.value.line


def offered(data: bytes) -> dict[str, str]:
    with pytest.raises(Unsure) as unsure:
        read(data)
    return {candidate.encoding: candidate.sample for candidate in unsure.value.candidates}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (FRENCH.encode(), "utf-8"),
        (codecs.BOM_UTF8 + FRENCH.encode(), "utf-8"),
        (codecs.BOM_UTF8 * 2 + FRENCH.encode(), "utf-8"),
        (FRENCH.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), "utf-16"),
        (FRENCH.encode("utf-16-le"), "utf-16"),
        (FRENCH.encode("utf-16-be"), "utf-16"),
        (FRENCH.encode("cp1252"), "cp1252"),
    ],
)
def test_a_french_file_is_read_in_any_encoding_of_excel(data: bytes, encoding: str) -> None:
    table = read(data)
    assert (table.encoding, table.columns[:3]) == (encoding, ("id", "name", "country"))
    assert [row.cells[1] for row in table.rows()] == ["Accueil Aurore", "École du Port"]


@pytest.mark.parametrize(
    "text",
    [
        "идентификатор;име;държава;град;описание\r\nbg-0900;Център Мост;България;София;Безплатна\r\n",
        "ідентифікатор;назва;країна\r\nua-1;«Міст» — їжа;Україна\r\n",
        "שם;עיר\r\nמרכז הקהילה;אנטוורפן\r\n",
        "نام;شهر\r\nمرکز پناهندگان;آنتورپ\r\n",
    ],
)
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_of_any_alphabet_is_told_by_its_nul_bytes(text: str, codec: str) -> None:
    for data in (text.encode(codec), (text * 1000).encode(codec)):
        coding = encodings.find(data, data[:4097])
        assert (coding.name, coding.codec) == ("utf-16", codec)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_file_all_in_cyrillic_is_read_or_refused_for_what_it_is(codec: str) -> None:
    data = BULGARIAN.replace("id;", "идентификатор;").encode(codec)
    if codec.startswith("utf-32"):
        assert refusal(data) == ("encoding_unsupported", None)
    else:
        assert [row.cells[3] for row in read(data).rows()] == ["София", "Варна"]


@pytest.mark.parametrize(
    "data",
    [
        b"\x01\x02\x00\x03" * 40,
        bytes(range(1, 32)) + b"\x00" + bytes(range(1, 32)),
        "Център\ue000;".encode("utf-16-le") + b";\x00",
        "Център\u0378;".encode("utf-16-le") + b";\x00",
        b"\x13\x04\x00\xd8\x13\x04;\x00",
    ],
)
def test_nul_bytes_in_no_text_prove_nothing(data: bytes) -> None:
    assert encodings.marked(data) is None


@pytest.mark.parametrize("letter", [*"éÈèÑñÇבםمش", "üéà", "ÉÑ"])
def test_what_is_utf_8_is_never_taken_for_ebcdic(letter: str) -> None:
    text = letter * 150
    assert name(one(text, "utf-8")) == text
    assert read(one(text[:60], "utf-8")).encoding == "utf-8"
    assert refusal(one(text, "utf-8").replace(b"BE", b"\xc9")) == ("encoding_invalid_byte", 2)


@pytest.mark.parametrize(
    "text", ["Център за помощ и съвет", "ЦЕНТЪР ЗА ПОМОЩ, СОФИЯ", "Помощь и совет мигрантам", "Їжа для біженців, Львів"]
)
def test_cyrillic_of_windows_is_read(text: str) -> None:
    assert read(one(text, "cp1251")).encoding == "cp1251"
    assert name(one(text, "cp1251")) == text


@pytest.mark.parametrize(
    "text", ["Salle Liège", "l’aide aux réfugiés", "Vluchtelingen België", "Straße in Köln", "Niños y niñas", "5 €"]
)
def test_west_european_text_of_windows_is_read(text: str) -> None:
    assert read(one(text, "cp1252")).encoding == "cp1252"
    assert name(one(text, "cp1252")) == text


@pytest.mark.parametrize("encoding", ["koi8-r", "iso8859-5", "cp866", "mac_cyrillic"])
def test_other_encodings_of_bulgarian_are_asked_for(encoding: str) -> None:
    samples = offered(BULGARIAN.encode(encoding))
    assert "Приемна" in samples[encoding]
    assert next(iter(samples)) == encoding
    table = read(BULGARIAN.encode(encoding), encoding)
    assert [row.cells[3] for row in table.rows()] == ["София", "Варна"]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_other_encodings_of_french_are_asked_for(encoding: str) -> None:
    assert "Liège" in offered(FRENCH.encode(encoding))[encoding]


SIGNS = [
    "5 m²", "2½ heures", "10 × 5", "±10 min", "5 µm", "µ", "¼", "3 ‰", "note ²", "nº 5", "1ª", "l´aide", "10×20cm", "†", "5 ¬ 3", "¦ ¶"
]  # fmt: skip


@pytest.mark.parametrize("end", ["\r\n", "", ";x\r\n"])
@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_of_windows_alone_is_read_or_asked_for(sign: str, end: str) -> None:
    data = f"id;name;country;description_fr\r\nbe-0900;Rue;BE;{sign}{end}".encode("cp1252")
    try:
        assert data.decode(read(data).encoding) == data.decode("cp1252")
    except Unsure as unsure:
        assert "cp1252" in [candidate.encoding for candidate in unsure.candidates]


@pytest.mark.parametrize(
    "sign", ["5 m²", "2½ h", "10 × 5", "±10", "5 µm", "3 ‰", "note ²", "nº 5", "l´été", "†", "m³, m²"]
)
def test_a_sign_among_french_words_leaves_no_doubt(sign: str) -> None:
    table = read(FRENCH.replace("Vivres", sign).encode("cp1252"))
    assert table.encoding == "cp1252"
    assert [row.cells[4] for row in table.rows()][1].startswith(sign)


@pytest.mark.parametrize("sign", ["±10", "5 µ", "3 ‰", "† 1990", "10 Ч 5", "10ч"])
def test_a_sign_among_bulgarian_words_leaves_no_doubt(sign: str) -> None:
    assert read(BULGARIAN.replace("Уроци", sign).encode("cp1251")).encoding == "cp1251"


@pytest.mark.parametrize("text", ["10 Ч 5", "10ч", "ч", "2Ѕ", "є", "ј"])
def test_a_letter_of_cyrillic_is_not_taken_for_a_sign(text: str) -> None:
    assert {"cp1252", "cp1251"} <= set(offered(one(text, "cp1251")))


@pytest.mark.parametrize(
    ("text", "encoding"), [("kuća – 5 ‰", "cp1250"), ("5´ ďábel", "iso8859-2"), ("10 × być", "cp1250")]
)
def test_a_sign_of_many_encodings_settles_nothing(text: str, encoding: str) -> None:
    assert text.split()[-1] in " ".join(offered(one(text, encoding)).values())


def test_what_excel_writes_is_offered_whatever_else_fits_better() -> None:
    assert {"cp1252", "cp1251"} <= set(offered(BULGARIAN.encode("koi8-r")))


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (b"Li\xc3", "encoding_invalid_byte"),
        (b"10 \xe2\x82", "encoding_invalid_byte"),
        (b"Li\xc3\r\n", "encoding_unknown"),
        (b"A\xfeA", "encoding_unknown"),
        (b"A\xb2A", "encoding_unknown"),
    ],
)
def test_only_a_file_that_ends_within_a_character_was_cut(end: bytes, code: str) -> None:
    assert refusal(b"id;name;country\r\n1;A;BE\r\n2;" + end)[0] == code


def test_one_word_that_makes_sense_twice_is_asked_for() -> None:
    assert set(offered(one("Koèevje", "cp1252"))) >= {"cp1252", "cp1250"}
    assert "cp1251" in offered(one("София", "cp1251"))
    assert {"cp1252", "cp1251"} <= set(offered(one("aide à domicile", "cp1252")))


def test_a_polish_file_is_offered_as_polish_first() -> None:
    assert next(iter(offered(one("Łódź, Gdańsk, Kraków", "cp1250")))) == "cp1250"


@pytest.mark.parametrize("text", ["Κέντρο υποδοχής Αθήνα", "Şişli Göçmen Dayanışma", "مركز المساعدة للمهاجرين"])
def test_scripts_of_other_machines_are_offered(text: str) -> None:
    encoding = {"Κ": "cp1253", "Ş": "cp1254", "م": "cp1256"}[text[0]]
    assert text.split()[-1] in offered(one(text, encoding))[encoding]


def test_one_odd_word_among_thousands_is_enough_to_ask() -> None:
    rows = "".join(f"{n};Réfugiés{n};BE\r\n" for n in range(3000))
    data = ("id;name;country\r\n" + rows).encode("cp1252") + "9;Център София;BG\r\n".encode("cp1251")
    assert "cp1252" in offered(data)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (FRENCH.encode().replace("École".encode(), b"\xc9cole"), 3),
        (FRENCH.encode()[: FRENCH.encode().index("è".encode()) + 1], 2),
        (FRENCH.encode().replace(b"Namur", b"Na\xed\xa0\x80mur"), 3),
        (FRENCH.encode().replace(b"Namur", b"Na\xc0\xafmur"), 3),
        (codecs.BOM_UTF8 + one("Liège", "cp1252"), 2),
        (BULGARIAN.encode() + "bg-3;Център;BG;Русе;Съвет\r\n".encode("cp1251"), 4),
        (FRENCH.encode("utf-16")[:-1], 4),
        (FRENCH.replace("\r\n", "\r").encode().replace("École".encode(), b"\xc9cole"), 3),
    ],
)
def test_broken_unicode_is_refused_naming_the_line(data: bytes, line: int) -> None:
    assert refusal(data) == ("encoding_invalid_byte", line)


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be", "utf-7", "cp500"])
def test_encodings_that_nobody_means_are_refused(encoding: str) -> None:
    text = FRENCH.replace("\r\n", "\n") if encoding == "cp500" else FRENCH
    assert refusal(text.encode(encoding)) == ("encoding_unsupported", None)


def test_letters_that_make_sense_in_no_encoding_are_refused() -> None:
    assert refusal(b"id;name;country\r\n1;\xfeA\xf0B\xa4\xfeC;BE\r\n") == ("encoding_unknown", None)


def test_the_encoding_that_a_person_chose_must_decode_and_be_known() -> None:
    assert next(read(one("София", "cp1251"), "windows-1251").rows()).cells[1] == "София"
    assert next(read(one("Liège", "cp1252"), "latin-1").rows()).cells[1] == "Liège"
    assert refusal(one("Liège", "cp1252"), "utf-8") == ("encoding_invalid_byte", 2)
    assert refusal(b"id;name;country\r\n1;a\x98;BE\r\n", "cp1251") == ("encoding_invalid_byte", 2)
    for encoding in ("klingon", "rot13", "utf-7", "\0"):
        assert refusal(one("a", "ascii"), encoding)[0] == "encoding_unsupported"


def test_a_byte_order_mark_says_more_than_a_person() -> None:
    assert read(FRENCH.encode("utf-16"), "cp1252").encoding == "utf-16"


BULGARIAN_WORDS = st.sampled_from("приемна Център съвет ХРАНА и в бежанци София помощ ул адвокати г МОСТ първа".split())
FRENCH_WORDS = st.sampled_from("à été École Liège accueil l’aide VÊTEMENTS même où réfugiés cœur – « » conseil".split())


@given(st.lists(BULGARIAN_WORDS, min_size=1), st.sampled_from(["cp1251", "koi8-r", "cp866", "iso8859-5"]))
@example(["ХРАНА"], "koi8-r")
def test_bulgarian_is_never_garbled(words: list[str], encoding: str) -> None:
    never_garbled(" ".join(words), encoding)


@given(st.lists(FRENCH_WORDS, min_size=1), st.sampled_from(["cp1252", "mac_roman", "cp850", "cp437"]))
@example(["à"], "cp850")
def test_french_is_never_garbled(words: list[str], encoding: str) -> None:
    never_garbled(" ".join(words), encoding)


def never_garbled(text: str, encoding: str) -> None:
    """It is read as it is, or it is among what is offered, or it is refused."""
    kept = text.encode(encoding, "ignore")
    text = kept.decode(encoding)
    data = b"id;name;country\r\n1;" + kept + b";BE\r\n"
    try:
        table: Table = read(data)
    except Unsure as unsure:
        assert any(data.decode(c.encoding) == data.decode(encoding) for c in unsure.candidates)
    except Unreadable as refused:
        assert refused.code in ("encoding_unknown", "encoding_invalid_byte")
    else:
        assert next(table.rows()).cells[1] == text
