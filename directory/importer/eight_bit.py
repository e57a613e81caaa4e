"""Which 8-bit encoding a file is in, word by word: taken when every word agrees and no other fits, else asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from string import ascii_letters, digits
from typing import Final

from directory.importer.alphabets import Reading, readings
from directory.importer.sources import Coding, Source, first_error, head, pieces
from directory.importer.telling import is_telling
from directory.importer.unreadable import Candidate, Unsure

TAKEN: Final = {"cp1252": 1, "cp1251": 3}
"""What Excel writes on Bulgarian and on French machines, and how many words prove it. All others are only offered."""
_LIKELY, _LESS_LIKELY = 0.45, 0.2
_OFFERED: Final = 5
_SAMPLED: Final = 2000
_REMEMBERED: Final = 200_000
_SHOWN: Final = 6
_AROUND: Final = rb"[^\r\n,;\t|\"]{0,20}"
_LONGEST: Final = 200
_MOST_DOUBT, _MOST_OF_EXCEL = 0.3, 0.7
"""The part of a file's words up to which they may make no sense in what is offered: in any reading, and in Excel's."""
_IN_TOKENS: Final = (ascii_letters + digits).encode() + bytes(range(0x80, 0x100))
_TOKEN: Final = re.compile(
    rb"(?<![0-9A-Za-z\x80-\xff])[0-9A-Za-z]*+[\x80-\xff][0-9A-Za-z\x80-\xff]*+"  # linear: no run is read twice
)


@dataclass(frozen=True, slots=True)
class _Tally:
    """How many words of a sample make sense in a reading, and how many cannot be."""

    reading: Reading
    good: int
    bad: int

    @property
    def doubt(self) -> float:
        return self.bad / (self.good + self.bad) if self.bad else 0.0


def recognize(source: Source) -> str | None:
    """The encoding, or None when words make sense in none; raises Unsure when they do in several."""
    tokens = _tokens(source)
    sample = list(islice(tokens, _SAMPLED))
    tallies = [_tally(reading, sample) for reading in readings()]
    if clear := _clear(tallies, sample):
        odd = next((token for token in tokens if clear.judge(token) < 0), None)
        if odd is None:
            return clear.encoding
        sample.insert(0, odd)
    candidates = _candidates(source, tallies, sample)
    if not candidates:
        return None
    raise Unsure(candidates)


def _tokens(source: Source) -> Iterator[bytes]:
    """Runs of letters and digits with at least one byte that is not ASCII, hardly any of them twice."""
    seen: set[bytes] = set()
    rest = b""
    for piece in chain(pieces(source), (b"",)):
        text = rest + piece
        whole = text[:-_LONGEST] + text[-_LONGEST:].rstrip(_IN_TOKENS) if piece else text
        rest = text[len(whole) :]  # it may go on in the next piece
        for token in map(re.Match.group, _TOKEN.finditer(whole)):
            if token not in seen:
                seen.add(token)
                yield token[:_LONGEST]
        if len(seen) > _REMEMBERED:
            seen.clear()


def _tally(reading: Reading, sample: Sequence[bytes]) -> _Tally:
    verdicts = [reading.judge(token) for token in sample]
    return _Tally(reading, verdicts.count(1), verdicts.count(-1))


def _clear(tallies: Sequence[_Tally], sample: Sequence[bytes]) -> Reading | None:
    """The one reading in which all words make sense, where no other that reads them differently does so as well."""
    fitting = [tally for tally in tallies if not tally.bad]
    for encoding, enough in TAKEN.items():
        tally = next(tally for tally in tallies if tally.reading.encoding == encoding)
        is_proven = tally.good >= enough or not any(map(tally.reading.has_letters, sample))
        if tally.bad or not is_proven or tally.reading.likelihood(sample) < _LIKELY:
            continue
        if all(_is_ruled_out(other, tally, sample) for other in fitting):
            return tally.reading
    return None


def _is_ruled_out(rival: _Tally, tally: _Tally, sample: Sequence[bytes]) -> bool:
    """Does the rival say the same, or has it no word where the other has only signs, or well known words?"""
    mine, other = tally.reading, rival.reading
    differing = [token for token in sample if mine.decode(token) != other.decode(token)]
    if not differing or other.likelihood(sample) < mine.likelihood(sample) - _LESS_LIKELY:
        return True
    if not rival.good and not any(
        mine.has_letters(token)
        or other.has_words_of_one_letter(token)
        or (mine.has_measures(token) and other.has_letters(token))
        for token in differing
    ):
        return True
    return _tells(mine, differing) and not _tells(other, differing)


def _tells(reading: Reading, tokens: Iterable[bytes]) -> bool:
    return any(is_telling(reading.decode(token)) for token in tokens)


def _candidates(source: Source, tallies: Sequence[_Tally], sample: Sequence[bytes]) -> tuple[Candidate, ...]:
    """Readings that decode the whole file: those that make sense of most words, likeliest first, then Excel's.

    If no reading makes sense of most words, Excel's must make sense of some, or there is none.
    """
    likely = [tally for tally in tallies if tally.doubt <= _MOST_DOUBT]
    likely.sort(key=lambda tally: (tally.doubt, not _tells(tally.reading, sample), -tally.good))
    usual = [
        tally for tally in tallies if tally.reading.encoding in TAKEN and (likely or tally.doubt <= _MOST_OF_EXCEL)
    ]
    shown = set[str]()
    found = [*islice(_distinct(source, likely, sample, shown), _OFFERED), *_distinct(source, usual, sample, shown)]
    phrases = _phrases(source, sample) if found else []
    return tuple(Candidate(each.encoding, " · ".join(map(each.decode, phrases))) for each in found)


def _distinct(source: Source, tallies: Iterable[_Tally], sample: Sequence[bytes], shown: set[str]) -> Iterator[Reading]:
    """Each text once."""
    for reading in (tally.reading for tally in tallies):
        text = reading.decode(b" ".join(sample))
        if text not in shown and first_error(source, Coding(reading.encoding, reading.encoding)) is None:
            shown.add(text)
            yield reading


def _phrases(source: Source, sample: Sequence[bytes]) -> list[bytes]:
    """The first words of the sample, those with several letters before others, with what stands around them."""
    start, phrases = head(source), list[bytes]()
    for token in sorted(sample[:_LONGEST], key=lambda token: not 3 < len(token) < 30):
        found = re.search(_AROUND + re.escape(token) + _AROUND, start)
        phrase = (found[0] if found else token[:60]).strip()
        if not any(token in shown for shown in phrases):
            phrases.append(phrase)
        if len(phrases) == _SHOWN:
            break
    return phrases
