"""Metrics in which each document counts as often as its weight says.

Each is a class that sorts or bins once and is called for each resample. With weights of one they
equal scikit-learn's and SciPy's figures. NaN says that a metric is not defined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Mean:
    """The mean of a value, such as an error or a hit."""

    def __init__(self, values: npt.ArrayLike) -> None:
        self._values = np.asarray(values, dtype=np.float64)

    def __call__(self, weights: Floats) -> float:
        """The figure for the given weights, of shape (documents,)."""
        total = weights.sum()
        return float(self._values @ weights / total) if total else float("nan")


class MacroF1:
    """Mean F1 over the classes that occur in the truth or in the predictions."""

    def __init__(self, truth: Ints, predicted: Ints, n_classes: int) -> None:
        self._truth, self._predicted, self._n = truth, predicted, n_classes
        self._hit = (truth == predicted).astype(np.float64)

    def __call__(self, weights: Floats) -> float:
        """The figure for the given weights, of shape (documents,)."""
        there = np.bincount(self._truth, weights=weights, minlength=self._n)
        said = np.bincount(self._predicted, weights=weights, minlength=self._n)
        hit = np.bincount(self._truth, weights=weights * self._hit, minlength=self._n)
        known = (there + said) > 0
        return float((2 * hit[known] / (there + said)[known]).mean()) if known.any() else np.nan


class Auc:
    """Area under the ROC curve; ties count half."""

    def __init__(self, truth: npt.NDArray[np.bool_], scores: Floats) -> None:
        _, self._rank = np.unique(scores, return_inverse=True)
        self._truth = truth.astype(np.float64)

    def __call__(self, weights: Floats) -> float:
        """The figure for the given weights, of shape (documents,)."""
        positive = np.bincount(self._rank, weights=weights * self._truth)
        negative = np.bincount(self._rank, weights=weights * (1 - self._truth))
        pairs = positive.sum() * negative.sum()
        below = np.cumsum(negative) - negative / 2
        return float(positive @ below / pairs) if pairs else float("nan")


class Spearman:
    """Rank correlation, ties at their middle rank."""

    def __init__(self, first: Floats, second: Floats) -> None:
        self._ranks = [np.unique(values, return_inverse=True)[1] for values in (first, second)]

    def __call__(self, weights: Floats) -> float:
        """The figure for the given weights, of shape (documents,)."""
        total = weights.sum()
        centred = []
        for rank in self._ranks:
            mass = np.bincount(rank, weights=weights)
            if np.count_nonzero(mass) < 2:
                return float("nan")
            middle = (np.cumsum(mass) - mass / 2)[rank]
            centred.append(middle - middle @ weights / total)
        a, b = centred
        norm = np.sqrt((weights * a) @ a * ((weights * b) @ b))
        return float((weights * a) @ b / norm)


class Ece:
    """Expected calibration error over equal-width bins of confidence (Guo et al. 2017)."""

    def __init__(self, confidence: Floats, hit: npt.NDArray[np.bool_], *, bins: int = 10) -> None:
        self._bin = np.minimum((confidence * bins).astype(np.int64), bins - 1)
        self._gap = hit - confidence

    def __call__(self, weights: Floats) -> float:
        """The figure for the given weights, of shape (documents,)."""
        total = weights.sum()
        gaps = np.bincount(self._bin, weights=weights * self._gap)
        return float(np.abs(gaps).sum() / total) if total else float("nan")


class MeanOf:
    """The mean of several metrics, over those that are defined."""

    def __init__(self, metrics: Sequence[Callable[[Floats], float]]) -> None:
        self._metrics = metrics

    def __call__(self, weights: Floats) -> float:
        """The figure for the given weights, of shape (documents,)."""
        values = [metric(weights) for metric in self._metrics]
        return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")


class Within:
    """A metric on some of the documents."""

    def __init__(self, inside: npt.NDArray[np.bool_], metric: Callable[[Floats], float]) -> None:
        self._inside = inside.astype(np.float64)
        self._metric = metric

    def __call__(self, weights: Floats) -> float:
        """The figure for the given weights, of shape (documents,)."""
        return self._metric(weights * self._inside)
