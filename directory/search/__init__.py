"""Question → found contact points, facets, distances."""

from directory.search.arguments import BadArgument, BadArguments
from directory.search.finding import Found, Results, alternatives, count, find, get, related
from directory.search.index import index, reindex
from directory.search.overview import Numbers, helplines, numbers
from directory.search.question import MOST_PER_PAGE, MOST_RADIUS_KM, MOST_WORDS, PER_PAGE, RADIUS_KM, Near, Question

__all__ = [
    "MOST_PER_PAGE",
    "MOST_RADIUS_KM",
    "MOST_WORDS",
    "PER_PAGE",
    "RADIUS_KM",
    "BadArgument",
    "BadArguments",
    "Found",
    "Near",
    "Numbers",
    "Question",
    "Results",
    "alternatives",
    "count",
    "find",
    "get",
    "helplines",
    "index",
    "numbers",
    "reindex",
    "related",
]
