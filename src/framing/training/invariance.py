"""What the sources of a class have in common: n-grams are scaled down by how they differ.

Within-class covariance normalisation, as speaker recognition does it with sessions (Hatch et al.
2006), by its diagonal: an n-gram in which the sources of one class lie far apart tells sources, not
classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.features.reading import Rows
from framing.features.tfidf import Weighing
from framing.heads import Linear
from framing.training.blocks import Blocks, Mask
from framing.training.fitting import Solver

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_FEWEST = 5
"""Documents of a source whose mean says anything."""
_FINGERS = 20
"""Documents of a source by which its fingerprints are known."""
_HALF = 50
"""Documents of a source that make it count half."""


class Invariance:
    """Sums of TF-IDF over the documents of each source, from which a scale of columns follows.

    Parameters
    ----------
    y : ndarray of shape (documents,)
        Class numbers.
    source : ndarray of shape (documents,)
        Numbers of sources.
    masks : sequence of ndarray of bool of shape (documents,)
        The sets of documents for which scales will be asked.
    """

    def __init__(self, y: Ints, source: Ints, masks: Sequence[Mask]) -> None:
        self._used = np.any(masks, axis=0)
        # documents that no mask tells apart are summed up together
        pattern = np.unique(np.array(masks)[:, self._used], axis=1, return_inverse=True)[1]
        parts = np.column_stack([pattern.ravel(), source[self._used], y[self._used]])
        kinds, first, part = np.unique(parts, axis=0, return_index=True, return_inverse=True)
        self._rows = np.flatnonzero(self._used)[first]
        """A document of each part."""
        self._part = np.full(len(y), -1)
        self._part[self._used] = part.ravel()
        self._of_part = kinds[:, 1:]
        self._sizes = np.bincount(part.ravel())
        self._sums = sparse.csr_matrix((len(kinds), 0), dtype=np.float32)
        self._energy = np.zeros(0)
        self._ignored = np.zeros(0, dtype=bool)

    def learn(self, blocks: Blocks, weighing: Weighing, read: Mask) -> None:
        """Sum up the documents' TF-IDF.

        Parameters
        ----------
        read : ndarray of bool of shape (views,)
            The views that are read; the others' columns stay nought.
        """
        shape = len(self._sizes), blocks.n_columns
        energy = np.zeros(blocks.n_columns)
        piles: list[sparse.csr_matrix] = []
        for block in blocks.each():
            inside = np.flatnonzero(self._used[block.documents])
            rows = weighing.weigh_documents(block.rows, inside, read)
            X = sparse.csr_matrix((rows.data, rows.indices, rows.indptr), (len(inside), shape[1]))
            energy += np.bincount(rows.indices, rows.data.astype(np.float64) ** 2, shape[1])
            part = self._part[block.documents[inside]]
            ones = np.ones(len(part), dtype=np.float32)
            piles.append(
                sparse.csr_matrix((ones, (part, np.arange(len(part)))), (shape[0], len(part))) @ X
            )
            # piles of like size are put together, so that each sum is added a few times only
            while len(piles) > 1 and piles[-2].nnz < 2 * piles[-1].nnz:
                last = piles.pop()
                piles[-1] = piles[-1] + last
        self._sums = sum(piles[::-1], start=sparse.csr_matrix(shape, dtype=np.float32)).tocsr()
        self._energy = energy / max(int(self._used.sum()), 1)
        self._ignored = np.zeros(shape[1], dtype=bool)

    def ignore(self, columns: Ints) -> None:
        """Leave columns out of every scale."""
        self._ignored[columns] = True

    def scale(
        self, mask: Mask, strength: float, fingerprints: float | None
    ) -> npt.NDArray[np.float32]:
        """What each column is to be multiplied by, of shape (columns,).

        ``1 / sqrt(1 + strength * V / E)``, where V is the variance of a column's mean between
        sources of one class and E its mean square; times what makes the mean square length of a
        document 1.

        Parameters
        ----------
        mask : ndarray of bool of shape (documents,)
            One of those announced.
        strength : float
        fingerprints : float, optional
            Columns are left out where one source's mean is so many times that of all others.
        """
        parts = np.flatnonzero(mask[self._rows])
        sources, of_source = np.unique(self._of_part[parts], axis=0, return_inverse=True)
        n = np.bincount(of_source.ravel(), self._sizes[parts]).astype(np.float64)
        often = n >= _FEWEST
        weight = np.where(often, n / (n + _HALF), 0.0)
        entries = np.ones(len(parts), dtype=np.float32), (of_source.ravel(), parts)
        together = sparse.csr_matrix(entries, (len(sources), self._sums.shape[0]))
        means = sparse.diags(1 / n) @ (together @ self._sums)
        spread = np.zeros(len(self._energy))
        if weight.any():
            spread += weight @ means.multiply(means)
            for label in np.unique(sources[:, 1]):
                inside = np.where(sources[:, 1] == label, weight, 0.0)
                if inside.any():
                    spread -= (inside @ means) ** 2 / inside.sum()
            spread = np.maximum(spread, 0) / weight.sum()
        apart = np.divide(spread, self._energy, out=np.zeros_like(spread), where=self._energy > 0)
        scale = np.where(self._ignored, 0.0, 1 / np.sqrt(1 + strength * apart))
        if fingerprints is not None:
            scale[_of_one_source(means, n, fingerprints)] = 0
        length = float((scale**2 * self._energy).sum())
        return np.asarray(scale / np.sqrt(max(length, 1e-12)), dtype=np.float32)


def _of_one_source(means: sparse.csr_matrix, n: Floats, times: float) -> npt.NDArray[np.bool_]:
    """(columns,) whether one source's mean is so many times that of all other documents."""
    often = np.flatnonzero(n >= _FINGERS)
    if len(often) < 2:
        return np.zeros(means.shape[1], dtype=bool)
    sums = sparse.diags(n) @ means
    total = np.asarray(sums.sum(axis=0)).ravel()
    by_column = means.tocsr()[often].tocsc()
    top = np.asarray(by_column.max(axis=0).todense()).ravel()
    who = often[np.asarray(by_column.argmax(axis=0)).ravel()]
    rest = (total - top * n[who]) / np.maximum(n.sum() - n[who], 1)
    return np.asarray((top > 0) & (top > times * rest))


@dataclass(frozen=True)
class Scaled:
    """A solver that learns from scaled columns; its weights are for columns as they are."""

    solver: Solver
    scale: npt.NDArray[np.float32]
    """(columns,)"""
    explained: Ints | None = None
    """(documents, k) numbers of further columns that are 1 in training and not read later."""

    def visit(self, documents: Ints, rows: Rows) -> None:
        """See :meth:`Solver.visit`."""
        scaled = rows._replace(data=rows.data * self.scale[rows.indices])
        if self.explained is not None:
            scaled = _with_columns(scaled, self.explained[documents] + len(self.scale))
        self.solver.visit(documents, scaled)

    def end_pass(self) -> bool:
        """See :meth:`Solver.end_pass`."""
        return self.solver.end_pass()

    def linear(self) -> Linear:
        """See :meth:`Solver.linear`."""
        found = self.solver.linear()
        return Linear(found.weights[: len(self.scale)] * self.scale[:, None], found.bias)


def _with_columns(rows: Rows, columns: Ints) -> Rows:
    """Rows with further columns that are 1, (documents, k), at the end of each."""
    k = columns.shape[1]
    ends = np.repeat(rows.indptr[1:], k)
    return Rows(
        rows.indptr + k * np.arange(len(rows.indptr)),
        np.insert(rows.indices, ends, columns.ravel().astype(rows.indices.dtype)),
        np.insert(rows.data, ends, np.float32(1)),
    )
