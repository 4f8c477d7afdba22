"""Linear SVM and ridge regression by dual coordinate descent, all outputs at once.

Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM", the algorithm of
liblinear, with each document visited once a pass for all outputs together. Documents come in blocks
that need not be in memory together; of each, only its dual variables are kept.

Both models minimise ``|w|**2 / 2 + sum(loss) / (2 * slack)`` for every output, with the loss
``(t - z)**2`` of the decision value z = w.x + b and the target t, and no loss for a t of 1 or -1
that z is beyond (squared hinge). A dual variable v and w = sum(v * x) then solve it when every
``g = z + slack * v - t`` is 0, or v is 0 and the loss too. So one step serves both models; the
squared hinge only keeps v from a sign other than its target's.

The bias ties all documents together: as the weight of a column of ones it makes each of them more
alike, and steps have to be shorter. So a pass lets it go only a little way from a centre, which
moves after each pass such that the bias ends up where it should (the proximal point method,
Rockafellar 1976). With a reach of a tenth of a document's squared length instead of 1, a third
fewer passes are needed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from framing.features.compiling import compiled
from framing.features.prefetching import prefetch
from framing.features.reading import Rows
from framing.heads.linear import Floats, Linear

Ints = npt.NDArray[np.int64]

_AHEAD = 32
"""Entries of a document whose weights are asked of the memory before they are needed."""
_WIDTHS = (1, 2, 4, 8, 16, 24, 32, 48)
"""Outputs that the loops are compiled for; weights of more are laid out as they are."""
_LINE = 64
"""Bytes that the memory gives at a time."""


class Descent:
    """A fit in passes over blocks of documents, each asked for until it needs no more.

    Parameters
    ----------
    n_columns : int
    targets : ndarray of shape (documents, outputs), int8 or float32
        Of all documents, whether they will be visited or not; 1 and -1 if `hinge`.
    slack : ndarray of shape (2, outputs)
        Of documents with a target above zero, and of others: 1 / 2C of a linear SVM, the alpha of
        a ridge regression.
    hinge : bool
        Squared hinge, with a bias that is the weight of a column of ones and penalised like any
        other, as in ``sklearn.svm.LinearSVC``; or least squares with a bias that is not penalised,
        as in ``sklearn.linear_model.Ridge``.
    centre : ndarray of shape (outputs,)
        Where the bias starts, best at the targets' mean.
    seed : int
        Shuffles the documents of each block.
    tol : float
        It is done after a pass in which :attr:`gap` was at most this. In cross-validation inside
        the default corpus's training part, macro-F1 is .850 at .05 after 5 passes, .861 at .02
        after 6 or 7, and .866 at .005 after 17.
    max_passes : int

    Attributes
    ----------
    passes : int
        How many there were.
    gap : float
        The share of its objective by which an output was at most off in the last pass: the largest
        duality gap over objective, summed up from what each document showed when it was visited,
        so that at the end of the pass it is about half of that or less.
    """

    def __init__(
        self,
        n_columns: int,
        targets: npt.NDArray[np.int8] | npt.NDArray[np.float32],
        slack: Floats,
        *,
        hinge: bool,
        centre: Floats,
        seed: int,
        tol: float = 0.02,
        max_passes: int = 50,
    ) -> None:
        self.passes = 0
        self.gap = np.inf
        self._tol, self._max_passes, self._hinge = tol, max_passes, hinge
        self._targets, self._slack = targets, slack
        outputs = targets.shape[1]
        self._n_columns = n_columns
        self._width = next((width for width in _WIDTHS if width >= outputs), outputs)
        self._weights = _aligned_zeros(n_columns * self._width)
        self._duals = np.zeros(targets.shape, dtype=np.float32)
        # a pass adds (bias - centre)**2 / (2 * reach) to the objective
        self._centre, self._bias, self._reach = centre.copy(), centre.copy(), 0.0
        self._objective, self._gaps = np.zeros(outputs), np.zeros(outputs)
        self._rng = np.random.default_rng(seed)

    def visit(self, documents: Ints, rows: Rows) -> None:
        """One step for every output of each document.

        Parameters
        ----------
        documents : ndarray of shape (rows,)
            Their numbers among the targets.
        rows : Rows
            Their features, one row each.

        Raises
        ------
        ValueError
            Rows that do not fit the documents or the columns.
        """
        indptr, indices, data = rows
        if len(indptr) != len(documents) + 1 or indptr[-1] > min(len(indices), len(data)):
            raise ValueError(f"indptr does not describe {len(documents):,} rows")
        if len(indices) and (indices.min() < 0 or indices.max() >= self._n_columns):
            raise ValueError(f"there are columns outside of 0 to {self._n_columns - 1:,}")
        if not self._reach and len(documents):
            # not so small that a few documents or large slacks need many passes to move it
            length = float(data[indptr[0] : indptr[-1]] @ data[indptr[0] : indptr[-1]])
            reach = 0.1 * length / len(documents) + 10 * self._slack.max() / len(self._targets)
            self._reach = min(1.0, reach) if self._hinge else reach
        width = (0,) * self._width if self._width <= _WIDTHS[-1] else np.zeros(self._width)
        _visit(
            *rows, self._rng.permutation(len(documents)), documents, self._targets, self._slack,
            self._hinge, self._reach, width, self._duals, self._weights, self._bias,
            self._objective, self._gaps,
        )  # fmt: skip

    def end_pass(self) -> bool:
        """Whether another pass is needed.

        Raises
        ------
        ValueError
            When the features or targets were not finite.
        """
        self.passes += 1
        # the sum of the dual variables, which in the end is the bias, or zero if that is free
        pull = (self._bias - self._centre) / (self._reach or 1.0)
        self._gaps += (pull - self._bias if self._hinge else pull) ** 2 / 2
        # the dual objective and the gap make the primal one
        shares = self._gaps / np.maximum(self._objective + self._gaps, 1e-300)
        self.gap = float(np.max(shares, initial=0.0))
        if not np.isfinite(self.gap):
            raise ValueError("the features or the targets hold values that are not finite")
        self._gaps[:] = 0
        if self.gap <= self._tol or self.passes >= self._max_passes:
            return False
        centre = (1 - self._reach) * self._bias if self._hinge else self._bias
        self._objective -= (centre - self._centre) * pull
        self._centre, self._bias = centre, centre + self._reach * pull
        return True

    def linear(self) -> Linear:
        """What was learnt."""
        outputs = len(self._bias)
        weights = self._weights.reshape(self._n_columns, self._width)[:, :outputs]
        return Linear(np.ascontiguousarray(weights), self._bias.copy())


def _aligned_zeros(n: int) -> npt.NDArray[np.float32]:
    zeros = np.zeros(n + _LINE // 4, dtype=np.float32)
    first = -zeros.ctypes.data % _LINE // 4
    return zeros[first : first + n]


@compiled
def _visit(
    indptr: Any,
    indices: Any,
    data: Any,
    order: Any,
    documents: Any,
    targets: Any,
    slack: Any,
    hinge: Any,
    reach: Any,
    width: Any,
    duals: Any,
    weights: Any,
    bias: Any,
    objective: Any,
    gap: Any,
) -> None:
    """One step for every output of every row; `weights` are (columns * width,)."""
    wide = len(width)
    outputs = targets.shape[1]
    z = np.empty(wide, np.float32)
    step = np.zeros(wide, np.float32)
    for row in order:
        first, last = indptr[row], indptr[row + 1]
        for i in range(first, min(first + _AHEAD, last)):
            for line in range(0, wide, 16):
                prefetch(weights, np.int64(indices[i]) * wide + line)
        z[:] = 0
        square = np.float32(0)
        for i in range(first, last):
            if i + _AHEAD < last:
                for line in range(0, wide, 16):
                    prefetch(weights, np.int64(indices[i + _AHEAD]) * wide + line)
            value = data[i]
            column = np.int64(indices[i]) * wide
            square += value * value
            for k in range(wide):
                z[k] += value * weights[column + k]
        moved = False
        document = documents[row]
        for k in range(outputs):
            t = np.float64(targets[document, k])
            s = slack[0, k] if t > 0 else slack[1, k]
            v = np.float64(duals[document, k])
            decision = z[k] + bias[k]
            g = decision + s * v - t
            if hinge and decision * t >= 1:
                gap[k] += v * g - s * v * v / 2
            else:
                gap[k] += g * g / (2 * s)
            curvature = np.float64(square) + reach + s
            new = v - g / curvature
            if hinge and new * t < 0:
                new = 0.0
            duals[document, k] = new
            # what was stored, so that the weights stay the sum of the rows
            change = np.float64(duals[document, k]) - v
            objective[k] -= change * (g + change * curvature / 2)
            bias[k] += reach * change
            step[k] = change
            moved = moved or change != 0
        if moved:
            for i in range(first, last):
                value = data[i]
                column = np.int64(indices[i]) * wide
                for k in range(wide):
                    weights[column + k] += value * step[k]
