"""Text to numbers: prepared texts, n-gram counts, hashed TF-IDF."""

from typing import TYPE_CHECKING, Any

from framing.features.excerpts import READ_AT_MOST, excerpt
from framing.features.prepare import normalized, prepare

if TYPE_CHECKING:
    from framing.features.vectorizer import HashedTfidfVectorizer

__all__ = ["READ_AT_MOST", "HashedTfidfVectorizer", "excerpt", "normalized", "prepare"]


def __getattr__(name: str) -> Any:
    # scikit-learn takes two seconds to import, and prediction does without it
    if name == "HashedTfidfVectorizer":
        from framing.features.vectorizer import HashedTfidfVectorizer

        return HashedTfidfVectorizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
