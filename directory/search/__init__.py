"""Question → found contact points, facets, distances."""

from directory.search.arguments import BadArgument, BadArguments
from directory.search.briefs import Brief, briefs
from directory.search.derived import Searched, searched
from directory.search.entries import alternatives, get, related
from directory.search.finding import Answer, Found, Results, answer, count, find
from directory.search.index import Indexing, hold_index, index, index_all, indexing, numbered, reindex
from directory.search.overview import Numbers, helplines, numbers
from directory.search.question import MOST_PER_PAGE, MOST_RADIUS_KM, MOST_WORDS, PER_PAGE, RADIUS_KM, Near, Question

__all__ = [
    "MOST_PER_PAGE",
    "MOST_RADIUS_KM",
    "MOST_WORDS",
    "PER_PAGE",
    "RADIUS_KM",
    "Answer",
    "BadArgument",
    "BadArguments",
    "Brief",
    "Found",
    "Indexing",
    "Near",
    "Numbers",
    "Question",
    "Results",
    "Searched",
    "alternatives",
    "answer",
    "briefs",
    "count",
    "find",
    "get",
    "helplines",
    "hold_index",
    "index",
    "index_all",
    "indexing",
    "numbered",
    "numbers",
    "reindex",
    "related",
    "searched",
]
