"""Text to numbers: prepared texts, n-gram counts, hashed TF-IDF."""

from framing.features.prepare import PREPARE, normalized
from framing.features.vectorizer import HashedTfidfVectorizer
from framing.features.views import (
    READ_AT_MOST,
    Counts,
    count_views,
    excerpt,
    ngrams_behind,
    vectorizer_for,
)

__all__ = [
    "PREPARE",
    "READ_AT_MOST",
    "Counts",
    "HashedTfidfVectorizer",
    "count_views",
    "excerpt",
    "ngrams_behind",
    "normalized",
    "vectorizer_for",
]
