"""Which documents are too close to stand on both sides of a split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from framing.features import HashedTfidfVectorizer, excerpt, normalized

_Similarity = Callable[
    [npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]],
    npt.NDArray[np.float32],
]
"""From rows, columns and their dot products to similarities."""

_WORDS = r"(?u)\b\w+\b"
_BLOCK_ENTRIES = 2_000_000
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

    def largest_across(self, side: npt.NDArray[np.int8]) -> float | None:
        """The largest similarity of a pair that stands on two different sides.

        Sides below zero belong to neither part. None when no such pair is listed.
        """
        a, b = side[self.first], side[self.second]
        across = (a != b) & (a >= 0) & (b >= 0)
        return float(self.similarity[across].max()) if across.any() else None


def near_duplicate_pairs(texts: Sequence[str], *, at_least: float) -> Pairs:
    """Pairs by the Jaccard similarity of their sets of word 5-grams (Broder 1997), exactly.

    Case, typography and layout do not count. Texts of fewer than five words match nothing.
    """
    from sklearn.feature_extraction.text import HashingVectorizer

    shingles = HashingVectorizer(
        preprocessor=_read, token_pattern=_WORDS, ngram_range=(5, 5), n_features=2**26,
        alternate_sign=False, norm=None, binary=True, dtype=np.float32,
    ).transform(texts)  # fmt: skip
    sizes = np.diff(shingles.indptr).astype(np.float32)

    return _pairs(
        _without_single_columns(shingles),
        lambda rows, columns, shared: shared / (sizes[rows] + sizes[columns] - shared),
        at_least,
    )


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
    norms = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1.astype(np.float32)

    return _pairs(
        _without_single_columns(weighed),
        lambda rows, columns, product: product / (norms[rows] * norms[columns]),
        at_least,
    )


def clusters(n: int, pairs: Sequence[Pairs]) -> npt.NDArray[np.int64]:
    """The cluster of each of `n` documents: whoever a chain of pairs connects is together."""
    first = np.concatenate([p.first for p in pairs] or [np.empty(0, np.int64)])
    second = np.concatenate([p.second for p in pairs] or [np.empty(0, np.int64)])
    graph = sparse.coo_matrix((np.ones(len(first), np.int8), (first, second)), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels, dtype=np.int64)


def _read(text: str) -> str:
    return normalized(excerpt(text)).lower()


def _without_single_columns(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Keep the columns of two documents or more: the others make no pair."""
    _, where, df = np.unique(matrix.indices, return_inverse=True, return_counts=True)
    shared = df >= 2
    renumbered = np.cumsum(shared) - 1
    keep = shared[where]
    kept_before = np.concatenate([[0], np.cumsum(keep)])
    return sparse.csr_matrix(
        (matrix.data[keep], renumbered[where[keep]], kept_before[matrix.indptr]),
        shape=(matrix.shape[0], int(shared.sum())),
    )


def _pairs(matrix: sparse.csr_matrix, similarity: _Similarity, at_least: float) -> Pairs:
    """All pairs of rows with at least the given similarity, from blocks of ``X @ X.T``."""
    transposed = matrix.T.tocsr()
    df = np.diff(transposed.indptr)
    # entries a row's product can have: what bounds a block's memory
    reach = np.add.reduceat(
        np.append(df[matrix.indices], 0), np.minimum(matrix.indptr[:-1], len(matrix.indices))
    ) * (np.diff(matrix.indptr) > 0)
    reach_before = np.concatenate([[0], np.cumsum(reach, dtype=np.int64)])
    firsts, seconds, values = [], [], []
    start = 0
    while start < matrix.shape[0]:
        end = int(np.searchsorted(reach_before, reach_before[start] + _BLOCK_ENTRIES, "right"))
        end = max(start + 1, end - 1)
        product = (matrix[start:end] @ transposed).tocoo()
        rows = product.row.astype(np.int64) + start
        columns = product.col.astype(np.int64)
        above = rows < columns
        rows, columns = rows[above], columns[above]
        found = similarity(rows, columns, product.data[above])
        near = found >= at_least
        firsts.append(rows[near])
        seconds.append(columns[near])
        values.append(found[near].astype(np.float32))
        start = end
    empty = np.empty(0, np.int64)
    return Pairs(
        np.concatenate([*firsts, empty]),
        np.concatenate([*seconds, empty]),
        np.concatenate([*values, np.empty(0, np.float32)]),
    )
