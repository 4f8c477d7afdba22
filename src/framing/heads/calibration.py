"""From decision values to probabilities that hold, sets and intervals with a stated coverage."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def fit_temperature(decisions: Floats, y: Ints, class_of: Ints | None = None) -> float:
    """The temperature that makes the softmax of decision values most likely.

    Guo et al. 2017, fitted on held-out documents.

    Parameters
    ----------
    decisions : ndarray of shape (documents, outputs)
    y : ndarray of shape (documents,), class numbers
    class_of : ndarray of shape (outputs,), optional
        The class of each output; without it, each is one.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax, logsumexp

    rows = np.arange(len(y))
    right = None if class_of is None else np.where(class_of == y[:, None], 0.0, -np.inf)

    def loss(log_temperature: float) -> float:
        logs = log_softmax(decisions / math.exp(log_temperature), axis=1)
        return -float((logs[rows, y] if right is None else logsumexp(logs + right, axis=1)).mean())

    found = minimize_scalar(loss, bounds=(math.log(1e-3), math.log(1e3)), method="bounded")
    return math.exp(float(found.x))


def to_probabilities(decisions: Floats, temperature: float) -> Floats:
    """Softmax of decision values over a temperature; rows sum to one."""
    scaled = decisions / temperature
    shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def fit_set_threshold(probabilities: Floats, y: Ints, coverage: float) -> float:
    """The probability from which on a class joins the label set.

    Split conformal prediction (Sadinle et al. 2019): on documents like the ones given, sets of
    all classes at or above it hold the true class with at least the coverage.
    """
    of_the_truth = np.sort(probabilities[np.arange(len(y)), y])
    rank = math.floor((len(y) + 1) * (1 - coverage))
    # too few documents for the promise: every class joins
    return float(of_the_truth[rank - 1]) if rank >= 1 else 0.0


@dataclass(frozen=True)
class Sigmoid:
    """Platt scaling: ``1 / (1 + exp(-(slopes . scores + offset)))`` for each output."""

    slopes: Floats
    """(outputs, scores)."""
    offset: Floats
    """(outputs,)."""

    def __call__(self, scores: Floats) -> Floats:
        """Probabilities (documents, outputs) from scores (documents, outputs, scores)."""
        # tanh does not overflow
        return np.asarray(0.5 + 0.5 * np.tanh(((scores * self.slopes).sum(2) + self.offset) / 2))

    def without(self, output: int) -> Sigmoid:
        """Of the other outputs."""
        return Sigmoid(np.delete(self.slopes, output, axis=0), np.delete(self.offset, output))


def fit_sigmoid(scores: Floats, truth: npt.NDArray[np.bool_]) -> Sigmoid:
    """Fit each output's sigmoid on held-out documents.

    Parameters
    ----------
    scores : ndarray of shape (documents, outputs, scores)
    truth : ndarray of shape (documents, outputs)
        An output whose truth is all one way gets that way's share, whatever the scores.
    """
    from sklearn.linear_model import LogisticRegression

    slopes, offset = np.zeros(scores.shape[1:]), np.zeros(scores.shape[1])
    for i in range(scores.shape[1]):
        positives = int(truth[:, i].sum())
        if 0 < positives < len(truth):
            # nearly unregularised: a few parameters, thousands of documents
            model = LogisticRegression(C=1e6).fit(scores[:, i], truth[:, i])
            slopes[i], offset[i] = model.coef_[0], model.intercept_[0]
        else:
            share = (positives + 1) / (len(truth) + 2)
            offset[i] = math.log(share / (1 - share))
    return Sigmoid(slopes, offset)


@dataclass(frozen=True)
class Interpolated:
    """A piecewise linear function, constant beyond its ends."""

    x: Floats
    y: Floats

    def __call__(self, values: Floats) -> Floats:
        """The function's values, of the shape of the argument."""
        return np.interp(values, self.x, self.y)


_UNDAMAGED = 0.004
"""What a level rises to where the truth is mostly 0: rank is kept, and the grade is clean."""


def fit_median(raw: Floats, truth: Floats, *, bins: int = 60) -> Interpolated:
    """The rising function that gives the median of the truth where raw outputs are alike.

    The median is what errs least on average, and unlike the mean it does not call a document
    damaged because a few that look like it are. It runs through the medians of bins of raw
    outputs, which isotonic regression puts in order; bins of one height count as one, so that the
    function rises between them and the rank of raw outputs is not lost.
    """
    from sklearn.isotonic import IsotonicRegression

    order = np.argsort(raw, kind="stable")
    parts = np.array_split(order, max(1, min(bins, len(raw) // 25)))
    x = np.array([np.median(raw[part]) for part in parts])
    y = IsotonicRegression().fit_transform(x, np.array([np.median(truth[part]) for part in parts]))
    heights = np.unique(y)
    centres = np.array([x[y == height].mean() for height in heights])
    if heights[0] == 0:
        last = x[y == 0].max()
        top = min([_UNDAMAGED, *heights[1:2]])
        heights = np.concatenate([[0.0, top], heights[1:]])
        centres = np.concatenate([[min(0.0, last - 1e-9), last], centres[1:]])
    return Interpolated(centres, heights)


def hold_down(function: Interpolated, end: float, limit: float) -> Interpolated:
    """The same rising function, but that up to an argument it stays below a limit.

    Values up to half of the limit are as they were; those from there to the argument's are pressed
    together under the limit, so that rank is kept; beyond the argument it is as it was.
    """
    at_end = float(function(np.array(end)))
    if at_end < limit:
        return function
    half = limit / 2
    start = min(end, float(np.interp(half, function.y, function.x)))  # where it is at half of it
    inside, beyond = function.x < end, function.x > end
    x = np.sort(np.concatenate([function.x[inside], [start, end]]))
    risen = np.maximum(function(x) - half, 0) / (at_end - half)
    y = np.minimum(function(x), half + risen * (np.nextafter(limit, 0) - half))
    return Interpolated(
        np.concatenate([x, [np.nextafter(end, np.inf)], function.x[beyond]]),
        np.concatenate([y, [at_end], function.y[beyond]]),
    )


@dataclass(frozen=True)
class Band:
    """An interval around a predicted level, wider where errors were wider.

    Documents are taken apart by their length, and those of a length by their predicted level.
    """

    lengths: Floats
    """(strata - 1,) Characters from which on the next stratum begins."""
    edges: tuple[Floats, ...]
    """Of each stratum (bins - 1,): predicted levels at which one bin ends and the next begins."""
    below: tuple[Floats, ...]
    """Of each stratum (bins,): how far the truth may lie under the prediction."""
    above: tuple[Floats, ...]
    """Of each stratum (bins,): how far it may lie over it."""

    def __call__(self, predicted: Floats, length: npt.NDArray[Any]) -> tuple[Floats, Floats]:
        """Lower and upper ends in [0, 1], each of the shape of the predictions."""
        low, high = np.zeros(len(predicted)), np.ones(len(predicted))
        stratum = np.searchsorted(self.lengths, length, side="right")
        for k in range(len(self.edges)):
            inside = stratum == k
            level = predicted[inside]
            bin_of = np.searchsorted(self.edges[k], level, side="right")
            low[inside] = np.clip(level - self.below[k][bin_of], 0.0, 1.0)
            high[inside] = np.clip(level + self.above[k][bin_of], 0.0, 1.0)
        return low, high


_STRATA = 4
_OF_A_BIN = 100  # documents, at least


def fit_band(
    predicted: Floats, truth: Floats, length: npt.NDArray[Any], coverage: float, *, bins: int = 8
) -> Band:
    """Conformal interval by length and by predicted level (Mondrian, Vovk et al. 2003).

    On documents like the ones given, each bin's intervals hold the truth with at least the
    coverage, half of the misses on each side.

    Parameters
    ----------
    length : ndarray of shape (documents,)
        How long the documents are: of short ones less is known.
    """
    strata = max(1, min(_STRATA, len(predicted) // (4 * _OF_A_BIN)))
    lengths = _edges(length.astype(np.float64), strata)
    stratum = np.searchsorted(lengths, length, side="right")
    fitted = [
        _of_stratum(predicted[stratum == k], truth[stratum == k], coverage, bins)
        for k in range(len(lengths) + 1)
    ]
    edges, below, above = zip(*fitted, strict=True)
    return Band(lengths, edges, below, above)


def _of_stratum(
    predicted: Floats, truth: Floats, coverage: float, bins: int
) -> tuple[Floats, Floats, Floats]:
    edges = _edges(predicted, max(1, min(bins, len(predicted) // _OF_A_BIN)))
    bin_of = np.searchsorted(edges, predicted, side="right")
    below, above = np.ones(len(edges) + 1), np.ones(len(edges) + 1)
    for i in range(len(edges) + 1):
        error = np.sort(truth[bin_of == i] - predicted[bin_of == i])
        rank = math.floor((len(error) + 1) * (1 - coverage) / 2)
        if rank >= 1:
            below[i] = max(0.0, -float(error[rank - 1]))
            above[i] = max(0.0, float(error[-rank]))
    return edges, below, above


def _edges(values: Floats, parts: int) -> Floats:
    """Where to cut values into parts of about one size, none of them empty."""
    if parts == 1:
        return np.zeros(0)
    cuts = np.unique(np.quantile(values, np.arange(1, parts) / parts, method="higher"))
    return np.asarray(cuts[cuts > values.min()])
