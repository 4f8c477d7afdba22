"""Which documents are too close to stand on both sides of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from framing.features import HashedTfidfVectorizer, excerpt

NO_DAY = -1
"""In place of the number of a day that is not known; numbers are those of ``date.toordinal``."""
_ROOM = 1_000_000
"""Pairs that are listed at a time."""
_STORY_WORD_SHARE = 0.02
"""A word in more than this share of the documents does not tell one story from another."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of documents with their similarity, each pair once (first < second)."""

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    similarity: npt.NDArray[np.float32]

    def at_least(self, limit: float) -> Pairs:
        """The pairs from a similarity on."""
        near = self.similarity >= limit
        return Pairs(self.first[near], self.second[near], self.similarity[near])

    def within(self, days: npt.NDArray[np.int64], apart: int) -> Pairs:
        """The pairs whose documents are at most so many days apart, or one of which has no day.

        Parameters
        ----------
        days : ndarray of shape (documents,), int64
            The number of each document's day, :data:`NO_DAY` where it has none.
        apart : int
            The most days between two documents of a pair.
        """
        a, b = days[self.first], days[self.second]
        near = (a == NO_DAY) | (b == NO_DAY) | (np.abs(a - b) <= apart)
        return Pairs(self.first[near], self.second[near], self.similarity[near])

    def largest_across(self, side: npt.NDArray[np.int8]) -> float | None:
        """The largest similarity of a pair that stands on two different sides.

        Sides below zero belong to neither part. None when no such pair is listed.
        """
        a, b = side[self.first], side[self.second]
        across = (a != b) & (a >= 0) & (b >= 0)
        return float(self.similarity[across].max()) if across.any() else None


def near_duplicate_pairs(texts: Sequence[str], *, at_least: float) -> Pairs:
    """Pairs by the Jaccard similarity of their sets of word 5-grams (Broder 1997), exactly.

    Words have two letters or more; case, typography and layout do not count. Texts of fewer than
    five words match nothing.
    """
    shingles = HashedTfidfVectorizer(
        analyzer="word", ngram_range=(5, 5), n_features=2**28, prepare="normalized"
    ).count(excerpt(text) for text in texts)
    sizes = np.diff(shingles.indptr).astype(np.float32)
    shingles.data.fill(1)  # how often one stands in a text does not count
    shared = _without_single_columns(shingles)
    del shingles  # of a large corpus it is most of the memory
    return _pairs(shared, sizes, at_least, jaccard=True)


def story_pairs(texts: Sequence[str], *, at_least: float) -> Pairs:
    """Pairs by the cosine of their TF-IDF of distinctive words: names, places, rare words.

    Words that stand in over 2 % of the documents (at least 20) are left out: they tell the
    topic, not the story.
    """
    vectorizer = HashedTfidfVectorizer(
        analyzer="word", n_features=2**22, sublinear_tf=True, norm=None, prepare="normalized"
    )
    counts = vectorizer.count(excerpt(text) for text in texts)
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    weighed = vectorizer.fit_counts(counts).weigh(counts)
    weighed.data[df[weighed.indices] > max(20.0, _STORY_WORD_SHARE * len(texts))] = 0
    weighed.eliminate_zeros()
    del counts
    norms = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1.astype(np.float32)
    return _pairs(_without_single_columns(weighed), norms, at_least, jaccard=False)


def clusters(n: int, pairs: Sequence[Pairs]) -> npt.NDArray[np.int64]:
    """The cluster of each of `n` documents: whoever a chain of pairs connects is together."""
    first = np.concatenate([p.first for p in pairs] or [np.empty(0, np.int64)])
    second = np.concatenate([p.second for p in pairs] or [np.empty(0, np.int64)])
    graph = sparse.coo_matrix((np.ones(len(first), np.int8), (first, second)), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels, dtype=np.int64)


def _without_single_columns(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Keep the columns of two documents or more: the others make no pair. `matrix` is used up."""
    from framing.corpus.overlap import keep_repeated

    # most columns are of one document: a bit is all that is spent on a column
    once, repeated = np.zeros((2, -(-matrix.shape[1] // 8)), dtype=np.uint8)
    kept = keep_repeated(matrix.indptr, matrix.indices, matrix.data, once, repeated)
    columns, renumbered = np.unique(matrix.indices[:kept], return_inverse=True)
    return sparse.csr_matrix(
        (matrix.data[:kept].copy(), renumbered, matrix.indptr),
        shape=(matrix.shape[0], len(columns)),
    )


def _pairs(
    matrix: sparse.csr_matrix, sizes: npt.NDArray[np.float32], at_least: float, *, jaccard: bool
) -> Pairs:
    """All pairs of rows with at least the given similarity.

    It is the product of two rows divided by the product of their sizes, or if `jaccard` by the
    sum of their sizes less the product. Memory is that of the matrix and of the pairs found.
    """
    from framing.corpus.overlap import pairs_from

    n = matrix.shape[0]
    by_column = matrix.tocsc()
    unread = by_column.indptr[:-1].copy()
    products, touched = np.zeros(n, dtype=np.float32), np.empty(n, dtype=np.int32)
    room = n + _ROOM
    first, second = np.empty((2, room), dtype=np.int32)
    similarity = np.empty(room, dtype=np.float32)
    parts: list[Pairs] = []
    row = 0
    while row < n or not parts:
        row, found = pairs_from(
            row, matrix.indptr, matrix.indices, matrix.data,
            by_column.indptr, by_column.indices, by_column.data,
            sizes, jaccard, np.float32(at_least), unread, products, touched,
            first, second, similarity,
        )  # fmt: skip
        parts.append(
            Pairs(
                first[:found].astype(np.int64),
                second[:found].astype(np.int64),
                similarity[:found].copy(),
            )
        )
    return Pairs(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.similarity for part in parts]),
    )
