"""Compiled loops over rows of counts: document frequencies, TF-IDF, scores.

A document has one row for each view, in order: row r is of view ``r % views``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.features.compiling import compiled, compiled_part
from framing.features.prefetching import prefetch

NORMS = {None: 0, "l1": 1, "l2": 2}

# most counts are small, and a logarithm costs as much as the rest of a weight
_DAMPED = np.log(np.maximum(np.arange(256), 1)) + 1


_AHEAD = 16  # entries of a row whose weights are fetched before they are needed
_PART = 64  # entries that are added up in float32


@compiled_part
def _damp(count: Any) -> Any:
    small = np.int64(count)
    if 0 <= small < 256 and small == count:
        return _DAMPED[small]
    return np.log(count) + 1


@compiled
def add_frequencies(indices: Any, df: Any) -> None:
    """Count in `df` how many rows have each column."""
    for i in range(indices.shape[0]):
        df[indices[i]] += 1


@compiled
def copy_documents(
    indptr: Any,
    indices: Any,
    data: Any,
    documents: Any,
    views: Any,
    to_indptr: Any,
    to_indices: Any,
    to_data: Any,
) -> None:
    """Copy the rows of some documents."""
    at = 0
    for d in range(documents.shape[0]):
        first = documents[d] * views
        for v in range(views):
            for i in range(indptr[first + v], indptr[first + v + 1]):
                to_indices[at] = indices[i]
                to_data[at] = data[i]
                at += 1
            to_indptr[d * views + v + 1] = at


@compiled
def weigh_rows(
    indptr: Any, indices: Any, counts: Any, idf: Any, sublinear: Any, norms: Any, data: Any
) -> None:
    """Write the TF-IDF of counts to `data`; `sublinear` and `norms` are by view."""
    views = norms.shape[0]
    for row in range(indptr.shape[0] - 1):
        first, last = indptr[row], indptr[row + 1]
        _weigh_row(
            indices, counts, first, last, idf, sublinear[row % views], norms[row % views], data,
            first,
        )  # fmt: skip


@compiled
def weigh_documents(
    indptr: Any,
    indices: Any,
    counts: Any,
    documents: Any,
    idf: Any,
    sublinear: Any,
    norms: Any,
    read: Any,
    to_indptr: Any,
    to_indices: Any,
    to_data: Any,
) -> None:
    """Copy the columns of some documents and weigh them, their views joined to one row.

    Views that are not `read` are left out.
    """
    at = 0
    views = norms.shape[0]
    for d in range(documents.shape[0]):
        for v in range(views):
            row = documents[d] * views + v
            first, last = indptr[row], indptr[row + 1]
            if not read[v]:
                continue
            _weigh_row(
                indices, counts, first, last, idf, sublinear[v], norms[v], to_data, at
            )  # fmt: skip
            for i in range(first, last):
                to_indices[at + i - first] = indices[i]
            at += last - first
        to_indptr[d + 1] = at


@compiled_part
def _weigh_row(
    indices: Any, counts: Any, first: Any, last: Any, idf: Any, damped: Any, norm: Any, data: Any,
    at: Any,
) -> None:  # fmt: skip
    length = 0.0
    for i in range(first, last):
        prefetch(idf, np.int64(indices[min(i + 2 * _AHEAD, last - 1)]))
        count = np.float64(counts[i])
        value = (_damp(count) if damped else count) * idf[indices[i]]
        length += value * value if norm == 2 else abs(value)
        data[at + i - first] = value
    if norm and length > 0:
        scale = 1 / (np.sqrt(length) if norm == 2 else length)
        for i in range(at, at + last - first):
            data[i] = data[i] * scale


@compiled
def add_means(indptr: Any, indices: Any, data: Any, shares: Any, means: Any) -> None:
    """Add ``X.T @ shares`` to `means`, of shape (columns, shares)."""
    for row in range(indptr.shape[0] - 1):
        for i in range(indptr[row], indptr[row + 1]):
            for k in range(shares.shape[1]):
                means[indices[i], k] += data[i] * shares[row, k]


@compiled
def score_rows(
    indptr: Any,
    indices: Any,
    counts: Any,
    sublinear: Any,
    norms: Any,
    view: Any,
    offset: Any,
    packed: Any,
    scores: Any,
) -> None:
    """Write ``TF-IDF @ weights`` of one view to `scores`.

    The view's columns start at `offset`; for each of them `packed` has a row with its idf and its
    weights times its idf, which is one place in memory to wait for instead of two. Sums are kept
    in float32 for a few entries at a time, so that nothing is lost in long documents.
    """
    views = norms.shape[0]
    damped, norm = sublinear[view], norms[view]
    width = packed.shape[1]
    flat = packed.reshape(-1)
    part = np.zeros(width, np.float32)
    total = np.zeros(width)
    for document in range(scores.shape[0]):
        row = document * views + view
        total[:] = 0
        length = 0.0
        end = indptr[row + 1]
        for first in range(indptr[row], end, _PART):
            part[:] = 0
            for i in range(first, min(first + _PART, end)):
                prefetch(flat, (indices[min(i + _AHEAD, end - 1)] - offset) * width)
                count = np.float64(counts[i])
                column = np.uint64(indices[i] - offset)
                tf = np.float32(_damp(count) if damped else count)
                value = np.float64(tf * packed[column, 0])
                length += value * value if norm == 2 else abs(value)
                for k in range(width):
                    part[k] += tf * packed[column, k]
            for k in range(width):
                total[k] += part[k]
        scale = 1.0
        if norm and length > 0:
            scale = 1 / (np.sqrt(length) if norm == 2 else length)
        for k in range(scores.shape[1]):
            scores[document, k] = total[k + 1] * scale
