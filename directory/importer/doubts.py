"""What is written as it stands and may still be wrong: damaged letters, mixed alphabets, placeholders, private data.

A doubt refuses nothing. It is (code, message id, values, suggestion), for the administrator to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from directory.importer import private
from directory.importer.lookalikes import in_one_script, is_disguised, mixed_words
from directory.importer.phones import extension
from directory.importer.reaching import host_of
from directory.models import NAME_LENGTH
from directory.vocabulary import N_

Doubt = tuple[str, str, Mapping[str, Any], str]

_TELLING: Final = re.compile(
    "[\\\\?\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "ÃÂÐÑØÙÅÄÎÏâ√‚„†‡ˆ‰‹›™¤¦¬±¶¸€ЂЃѓЉЊЌЋЏђљњќћџЎўЈЄЇІіґєјЅѕї°µ·№»©«®‘’“”•–—§ŽŠŸƒЁ]"
)
"""One look at a text: without any of these nothing in it is damaged."""
_ONE_ALPHABET_AS_ANOTHER: Final = re.compile("[À-ÖØ-öø-ÿ][À-ÖØ-öø-ÿ][À-ÖØ-öø-ÿ][À-ÖØ-öø-ÿ]")
"""“Ïðèåìíà”: Cyrillic that was read as Western. No language writes four accented letters on end."""

_ESCAPED: Final = re.compile(r"\\(?:['\"]|[nrt](?![a-z])|u(?!00[0-7])[0-9a-fA-F]{4}|x[89a-fA-F][0-9a-fA-F])")
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{5,}"
)
_HALF_LOST: Final = re.compile(r"(?<![\w/.=&?])[^\W\d_]*[^\W\d_]\?[^\W\d_A-Z]+(?![\w/=])")

_LATER_BYTE: Final = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\xa0-\xbf"
_LATER_BYTE_CYRILLIC: Final = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџ\xa0ЎўЈ¤Ґ¦§Ё©Є«¬­®Ї°±Ііґµ¶·ё№є»јЅѕї"
_NEVER_LATER: Final = "ЂЃѓ†‡€‰Љ‹ЊЌЋЏђ™љ›ќћџЎў¤Ґ¦§©¬®°±ґµ¶Ѕ"
"""Of those, what stands after no Г or В that begins a word: neither in Ukrainian (Гі) nor in Serbian (Гњ)."""
_LETTER_LATER: Final = "".join(c for c in _LATER_BYTE_CYRILLIC if c not in "‚„…‘’“”•–—\xa0«»·№")
_DAMAGED: Final = re.compile(
    "[ÃÂâïÐÑØÙÅÄÎÏРСГВвп√‚„†‡ˆ‰‹›™¤¦¬±¶¸ŽŠŸƒ](?:"  # what it begins with, to be found fast
    f"(?<=[ÃÂ])[{_LATER_BYTE}]|(?<=â)(?:€[{_LATER_BYTE}]?|[‚„†‡ˆ‰–˜™š›œž][{_LATER_BYTE}])|(?<=ï)»¿"
    f"|(?<=[ÐÑ])[{_LATER_BYTE}]\\W?[ÐÑ][{_LATER_BYTE}]\\W?|(?<=[ØÙÅÄÎÏ])[{_LATER_BYTE}][ØÙÅÄÎÏ][{_LATER_BYTE}]"
    f"|(?<=[РСÐ])[{_LATER_BYTE_CYRILLIC}][РСÐ][{_LATER_BYTE_CYRILLIC}]|(?<=[a-z][ГВ])[{_LATER_BYTE_CYRILLIC}]"
    f"|(?<![Ѐ-ӿ].)(?<=[ГВ])(?:[{_NEVER_LATER}]|[{_LETTER_LATER}](?=[A-Za-z]))"
    "|(?<=в)(?:Ђ|‚¬|„[–ў]|њ[“”])|(?<=п)»ї|(?<=√)[©®†¢´ßªØ∞]|(?<=‚)(?:Ä[ôòúùìîö¶¢]|Ç¨)"
    "|(?<=[A-Za-zÀ-ÿ][‚„†‡ˆ‰‹›™¤¦¬±¶¸])[a-z]"
    r"|(?<=[A-Za-z][ŽŠŸ])(?<!\be.)(?<!D.)(?=[b-df-hj-np-tv-z])|(?<=[a-z][a-z]Ž)(?!\w)|(?<=ƒ)(?=[A-Za-z]{2}))"
)
_MENDS: Final = (
    ("cp1252", "utf-8"),
    ("cp1251", "utf-8"),
    ("mac_roman", "utf-8"),
    ("cp1252", "cp1251"),
    ("latin-1", "utf-8"),
)

_PLACEHOLDERS: Final = frozenset(
    phrase.strip()
    for phrase in """todo|to do|tbd|tba|tbc|fixme|xx|xxx|yyy|zzz|test|tests|testing|test test|тест|тестов|proef|essai|
    n/a|none|null|nil|nan|undefined|unknown|inconnu|inconnue|неизвестно|onbekend|nvt|n.v.t|n.a|s.o|няма|
    няма данни|н.д|à compléter|a completer|
    à définir|a definir|à remplir|a remplir|à venir|à faire|à déterminer|to be completed|to be confirmed|to be defined|
    to complete|to fill in|fill in|in te vullen|nog in te vullen|nog aan te vullen|aan te vullen|да се допълни|
    да се попълни|за попълване|предстои|sans objet|asdf|asdfg|asdfgh|qwerty|azerty|йцукен|foo|foobar|dummy|sample|
    example|exemple|пример|voorbeeld|placeholder|name|nom|naam|име|description|описание|beschrijving|text|texte|
    sample text|your text here|change me""".split("|")
)
_FILLED_IN: Final = re.compile(
    r"[\W_]+|(.)\1{2,}|lorem ipsum\b.*|(?:todo|tbd|fixme|xxx+)\b.*|<[\w ]+>|\{[\w ]+\}|\[[\w .…]+\]",
    re.DOTALL,
)
_LONGEST_PLACEHOLDER: Final = 40


def of_name(text: str) -> Sequence[Doubt]:
    """Of one line that names something: street, city, organization."""
    found = _placeholder(text) if len(text) <= _LONGEST_PLACEHOLDER or text[:5].lower() == "lorem" else ()
    if text.isascii():
        return (*found, *_damage(text)) if "\\" in text or "?" in text else found
    return (*found, *_damage(text), *_mixed(text))


def of_text(text: str) -> Sequence[Doubt]:
    """Of a name or a description that visitors read: also what belongs to one person."""
    found = of_name(text)
    kind = private.kind(text)
    if not kind:
        return found
    message = N_("This text seems to hold data of one person (%(kind)s). Everybody will be able to read it.")
    return (*found, ("personal_data_suspected", message, {"kind": kind}, ""))


def of_names(texts: list[str]) -> Sequence[Doubt]:
    return [doubt for text in texts for doubt in of_text(text)]


def of_url(url: str) -> Sequence[Doubt]:
    """A host with letters of several alphabets, or of one that only looks Latin."""
    if url.isascii() and "xn--" not in url:
        return []
    labels = host_of(url).split(".")
    odd = [label for label in labels if mixed_words(label)]
    odd += [label for label in labels[:-1] if is_disguised(label) and labels[-1].isascii()]
    if not odd:
        return []
    message = N_("The web address “%(text)s” has letters of another alphabet that look like Latin ones.")
    return [("mixed_script", message, {"text": url}, "")]


def of_email(address: str) -> Sequence[Doubt]:
    if address.isascii() and "xn--" not in address:
        return []
    return _mixed(address)


def of_phone(text: str) -> Sequence[Doubt]:
    """Of the cell as it was written."""
    if not (number := extension(text)):
        return []
    message = N_("The extension %(extension)s is not kept with the telephone number: put it into the description.")
    return [("bad_phone", message, {"extension": number}, "")]


def _placeholder(text: str) -> Sequence[Doubt]:
    lowered = text.lower()
    if lowered.rstrip(" .…:!") not in _PLACEHOLDERS and not _FILLED_IN.fullmatch(lowered):
        return ()
    return (("placeholder", N_("“%(text)s” looks like a placeholder, not like real data."), {"text": text[:60]}, ""),)


def _damage(text: str) -> Sequence[Doubt]:
    is_telling = _TELLING.search(text) is not None
    found: list[Doubt] = []
    if is_telling and "\\" in text and _ESCAPED.search(text):
        message = N_("A backslash before a character is left over from another program.")
        found.append(("backslash_escape", message, {}, _short(re.sub(r"\\(['\"\\])", r"\1", text))))
    if is_telling and _MARKS.search(text):
        message = N_("One letter carries very many accents.")
        found.append(("too_many_combining_marks", message, {}, _short(_MARKS.sub("", text))))
    damaged = is_telling and (_DAMAGED.search(text) or _HALF_LOST.search(text))
    damaged = damaged or _ONE_ALPHABET_AS_ANOTHER.search(text)
    if damaged:
        message = N_("“%(text)s” looks like letters that were damaged when the file was saved.")
        found.append(("suspected_mojibake", message, {"text": damaged[0]}, _short(mended(text))))
    return found


def _short(suggestion: str) -> str:
    return suggestion if len(suggestion) <= NAME_LENGTH else ""


def mended(text: str) -> str:
    """The text as it probably was before it was read in the wrong encoding, or ''."""
    for wrong, right in _MENDS:
        try:
            better = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if (
            better != text
            and better.isprintable()
            and not _DAMAGED.search(better)
            and not _HALF_LOST.search(better)
            and not mixed_words(better)
            and not _ONE_ALPHABET_AS_ANOTHER.search(better)
        ):
            return better
    return ""


def _mixed(text: str) -> Sequence[Doubt]:
    words = mixed_words(text)
    if not words:
        return []
    message = N_("“%(text)s” mixes letters of several alphabets that look alike.")
    whole = text
    for word in words:
        whole = whole.replace(word, in_one_script(word) or word)
    return [("mixed_script", message, {"text": words[0][:60]}, _short(whole) if whole != text else "")]


OF_COLUMN: Final[Mapping[str, Callable[[Any], Sequence[Doubt]]]] = {
    "organization": of_name,
    "network": of_name,
    "street": of_name,
    "city": of_name,
    "name": of_text,
    "names": of_text,
    "descriptions": of_text,
    "alt_names": of_names,
    "audiences": of_names,
    "website": of_url,
    "source_url": of_url,
    "email": of_email,
}
"""By attribute: what looks at the value of a column."""
