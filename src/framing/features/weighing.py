"""Compiled loops over rows of counts: document frequencies, TF-IDF, scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from framing.features.compiling import compiled

NORMS = {None: 0, "l1": 1, "l2": 2}

# most counts are small, and a logarithm costs as much as the rest of a weight
_DAMPED = np.log(np.maximum(np.arange(256), 1)) + 1


@njit
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
def weigh_rows(
    indptr: Any, indices: Any, counts: Any, idf: Any, sublinear: Any, norm: Any, data: Any
) -> None:
    """Write the TF-IDF of counts to `data`."""
    for row in range(indptr.shape[0] - 1):
        first, last = indptr[row], indptr[row + 1]
        length = 0.0
        for i in range(first, last):
            count = np.float64(counts[i])
            value = (_damp(count) if sublinear else count) * idf[indices[i]]
            length += value * value if norm == 2 else abs(value)
            data[i] = value
        if norm and length > 0:
            scale = 1 / (np.sqrt(length) if norm == 2 else length)
            for i in range(first, last):
                data[i] = data[i] * scale


@compiled
def score_rows(
    indptr: Any,
    indices: Any,
    counts: Any,
    idf: Any,
    sublinear: Any,
    norm: Any,
    weights: Any,
    scores: Any,
) -> None:
    """Write ``TF-IDF @ weights`` to `scores`, which are zeros before; in float64 throughout."""
    for row in range(indptr.shape[0] - 1):
        total = scores[row]
        length = 0.0
        for i in range(indptr[row], indptr[row + 1]):
            count = np.float64(counts[i])
            column = indices[i]
            value = (_damp(count) if sublinear else count) * idf[column]
            length += value * value if norm == 2 else abs(value)
            for k in range(total.shape[0]):
                total[k] += value * weights[column, k]
        if norm and length > 0:
            scale = 1 / (np.sqrt(length) if norm == 2 else length)
            for k in range(total.shape[0]):
                total[k] *= scale
