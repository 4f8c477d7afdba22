"""From decision values to probabilities that hold, sets and intervals with a stated coverage."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def fit_temperature(decisions: Floats, y: Ints) -> float:
    """The temperature that makes the softmax of decision values most likely.

    Guo et al. 2017, fitted on held-out documents.

    Parameters
    ----------
    decisions : ndarray of shape (documents, classes)
    y : ndarray of shape (documents,), class numbers
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    rows = np.arange(len(y))

    def loss(log_temperature: float) -> float:
        scaled = decisions / math.exp(log_temperature)
        return float(-log_softmax(scaled, axis=1)[rows, y].mean())

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
    """Platt scaling: ``1 / (1 + exp(-(slope * decision + offset)))`` for each output."""

    slope: Floats
    offset: Floats

    def __call__(self, decisions: Floats) -> Floats:
        """Probabilities of the shape of the decision values."""
        # tanh does not overflow
        return np.asarray(0.5 + 0.5 * np.tanh((decisions * self.slope + self.offset) / 2))


def fit_sigmoid(decisions: Floats, truth: npt.NDArray[np.bool_]) -> Sigmoid:
    """Fit each output's sigmoid on held-out documents.

    Parameters
    ----------
    decisions, truth : ndarray of shape (documents, outputs)
        An output whose truth is all one way gets that way's share, whatever the decision.
    """
    from sklearn.linear_model import LogisticRegression

    slope, offset = np.zeros(decisions.shape[1]), np.zeros(decisions.shape[1])
    for i in range(decisions.shape[1]):
        positives = int(truth[:, i].sum())
        if 0 < positives < len(truth):
            # nearly unregularised: two parameters, thousands of documents
            model = LogisticRegression(C=1e6).fit(decisions[:, i : i + 1], truth[:, i])
            slope[i], offset[i] = model.coef_[0, 0], model.intercept_[0]
        else:
            share = (positives + 1) / (len(truth) + 2)
            offset[i] = math.log(share / (1 - share))
    return Sigmoid(slope, offset)


@dataclass(frozen=True)
class Interpolated:
    """A piecewise linear function, constant beyond its ends."""

    x: Floats
    y: Floats

    def __call__(self, values: Floats) -> Floats:
        """The function's values, of the shape of the argument."""
        return np.interp(values, self.x, self.y)


def fit_monotone(raw: Floats, truth: Floats) -> Interpolated:
    """The never-falling function that maps raw outputs to the truth best (isotonic regression)."""
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(raw, truth)
    return Interpolated(
        np.asarray(model.X_thresholds_, dtype=np.float64),
        np.asarray(model.y_thresholds_, dtype=np.float64),
    )


@dataclass(frozen=True)
class Band:
    """An interval around a predicted level, wider where errors were wider."""

    edges: Floats
    """(bins - 1,) Predicted levels at which one bin ends and the next begins."""
    below: Floats
    """(bins,) How far the truth may lie under the prediction."""
    above: Floats
    """(bins,) How far it may lie over it."""

    def __call__(self, predicted: Floats) -> tuple[Floats, Floats]:
        """Lower and upper ends in [0, 1], each of the shape of the predictions."""
        bin_of = np.searchsorted(self.edges, predicted, side="right")
        low = np.clip(predicted - self.below[bin_of], 0.0, 1.0)
        high = np.clip(predicted + self.above[bin_of], 0.0, 1.0)
        return low, high


def fit_band(predicted: Floats, truth: Floats, coverage: float, *, bins: int = 10) -> Band:
    """Conformal interval by bins of the predicted level (Mondrian, Vovk et al. 2003).

    On documents like the ones given, each bin's intervals hold the truth with at least the
    coverage, half of the misses on each side.
    """
    bins = max(1, min(bins, len(predicted) // 100))
    # with one bin there is no edge: the quantiles of an empty list
    edges: Floats = np.unique(np.quantile(predicted, np.arange(1, bins) / bins))
    bin_of = np.searchsorted(edges, predicted, side="right")
    below, above = np.ones(len(edges) + 1), np.ones(len(edges) + 1)
    for i in range(len(edges) + 1):
        error = np.sort(truth[bin_of == i] - predicted[bin_of == i])
        rank = math.floor((len(error) + 1) * (1 - coverage) / 2)
        if rank >= 1:
            below[i] = max(0.0, -float(error[rank - 1]))
            above[i] = max(0.0, float(error[-rank]))
    return Band(edges, below, above)
