"""Question → found contact points, facets, distances."""

from directory.search.finding import Found, Results, find, get
from directory.search.index import index, reindex
from directory.search.question import MOST_PER_PAGE, MOST_RADIUS_KM, MOST_WORDS, PER_PAGE, RADIUS_KM, Near, Question

__all__ = [
    "MOST_PER_PAGE",
    "MOST_RADIUS_KM",
    "MOST_WORDS",
    "PER_PAGE",
    "RADIUS_KM",
    "Found",
    "Near",
    "Question",
    "Results",
    "find",
    "get",
    "index",
    "reindex",
]
