"""A view that has learnt its document frequencies: what a model keeps of a vectorizer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from framing.features.reading import Reading, Rows, over_rows
from framing.features.weighing import (
    NORMS,
    add_frequencies,
    score_rows,
    weigh_documents,
    weigh_rows,
)

Norm = Literal["l1", "l2"] | None
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class FittedView:
    """How a text is read, and what its n-grams weigh."""

    reading: Reading
    sublinear_tf: bool
    norm: Norm
    idf: Floats
    """(n_features,)"""


class Weighing:
    """TF-IDF of rows that have a row of counts for each document and view.

    Parameters
    ----------
    views : sequence of FittedView
        In the order in which the rows were read.
    """

    def __init__(self, views: Sequence[FittedView]) -> None:
        self._idf = np.concatenate([view.idf for view in views])
        self._sublinear = np.array([view.sublinear_tf for view in views])
        self._norms = np.array([NORMS[view.norm] for view in views])
        self._offsets = np.cumsum([0, *(view.reading.n_features for view in views)]).tolist()

    def weigh(self, rows: Rows, out: Floats | None = None, n_threads: int | None = 1) -> Floats:
        """The weight of every count, written to `out` if it is given (it may be the counts)."""
        indptr, indices, counts = rows
        data = np.empty(counts.shape[0], dtype=np.float32) if out is None else out

        def weigh(part: Ints) -> None:
            weigh_rows(part, indices, counts, self._idf, self._sublinear, self._norms, data)

        over_rows(weigh, indptr, n_threads)
        return data

    def weigh_documents(self, rows: Rows, documents: Ints, read: Mask) -> Rows:
        """TF-IDF of some documents, one row each, of the views that are read.

        Parameters
        ----------
        rows : Rows
            Counts, with a row for each document and view.
        documents : ndarray of int
            Numbers of documents among the rows.
        read : ndarray of bool of shape (views,)
        """
        views = len(self._norms)
        lengths = np.diff(rows.indptr).reshape(-1, views)[documents][:, read]
        size = int(lengths.sum())
        weighed = Rows(
            np.zeros(len(documents) + 1, np.int64),
            np.empty(size, rows.indices.dtype),
            np.empty(size, np.float32),
        )
        weigh_documents(*rows, documents, self._idf, self._sublinear, self._norms, read, *weighed)
        return weighed

    def pack(self, view: int, weights: Floats) -> Floats:
        """Weights of shape (n_features of the view, outputs) in the form that :meth:`score` takes.

        Rows are filled up with zeros to whole vector registers.
        """
        idf = self._idf[self._offsets[view] : self._offsets[view + 1]]
        outputs = weights.shape[1]
        packed = np.zeros((len(idf), -(-(outputs + 1) // 8) * 8), dtype=np.float32)
        packed[:, 0] = idf
        np.multiply(weights, idf[:, None], out=packed[:, 1 : outputs + 1])
        return packed

    def score(self, rows: Rows, view: int, packed: Floats, outputs: int) -> npt.NDArray[np.float64]:
        """``TF-IDF @ weights`` of one view, of shape (documents, outputs)."""
        documents = (rows.indptr.shape[0] - 1) // len(self._norms)
        scores = np.empty((documents, outputs))
        offset = self._offsets[view]
        score_rows(*rows, self._sublinear, self._norms, view, offset, packed, scores)
        return scores


def idf_of(df: Ints, n_documents: int, *, smooth: bool = True) -> Floats:
    """Inverse document frequencies, as scikit-learn's TfidfTransformer has them.

    ``log((1 + n) / (1 + df)) + 1``, or without the two 1s inside; an n-gram that was in no document
    then weighs as if it were in one.
    """
    more = 1 if smooth else 0
    share = (n_documents + more) / np.maximum(df + more, 1)
    # before any document no n-gram is rarer than another
    return (np.log(np.maximum(share, 1)) + 1).astype(np.float32)


def frequencies_into(df: npt.NDArray[np.uint32]) -> Callable[[Rows], Rows]:
    """A function that adds the document frequencies of rows to `df` and gives the rows back."""
    from threading import Lock

    lock = Lock()

    def add(rows: Rows) -> Rows:
        # on the thread that made them, while they are in its cache
        with lock:
            add_frequencies(rows.indices, df)
        return rows

    return add
