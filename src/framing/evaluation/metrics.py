"""Metrics of many resamples at once.

A resample says how often each group of documents counts. What a metric can add up by group it
adds up once; what depends on the order of the documents sorts them once. With weights of one they
equal scikit-learn's and SciPy's figures. NaN says that a metric is not defined.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Metric(ABC):
    """A figure of some documents.

    Parameters
    ----------
    n_documents : int
    """

    def __init__(self, n_documents: int) -> None:
        self._n = n_documents

    @abstractmethod
    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """The figure in each resample.

        Parameters
        ----------
        weights : ndarray of shape (resamples, groups), float64
            How often each group counts, and so each of its documents.
        group : ndarray of shape (documents,)
            Which group each document belongs to.
        """

    def value(self) -> float:
        """The figure of the documents as they are."""
        return float(self.resampled(np.ones((1, 1)), np.zeros(self._n, dtype=np.int64))[0])


class Mean(Metric):
    """The mean of a value, such as an error or a hit."""

    def __init__(self, values: npt.ArrayLike) -> None:
        self._values = np.asarray(values, dtype=np.float64)
        super().__init__(len(self._values))

    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """See :meth:`Metric.resampled`."""
        n_groups = weights.shape[1]
        sums = np.bincount(group, weights=self._values, minlength=n_groups)
        return _ratio(weights @ sums, _sizes(weights, group))


class MacroF1(Metric):
    """Mean F1 over the classes that occur in the truth or in the predictions."""

    def __init__(self, truth: Ints, predicted: Ints, n_classes: int) -> None:
        self._truth, self._predicted, self._n_classes = truth, predicted, n_classes
        super().__init__(len(truth))

    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """See :meth:`Metric.resampled`."""
        hit = self._truth == self._predicted
        shape = (weights.shape[1], self._n_classes)

        def counted(classes: Ints, group: Ints) -> Floats:
            entries = np.ones(len(classes)), (group, classes)
            return np.asarray(weights @ sparse.coo_matrix(entries, shape=shape).tocsr())

        there_and_said = counted(self._truth, group) + counted(self._predicted, group)
        f1 = _ratio(2 * counted(self._truth[hit], group[hit]), there_and_said)
        return _mean_of_defined(f1)


class Auc(Metric):
    """Area under the ROC curve; ties count half."""

    def __init__(self, truth: npt.NDArray[np.bool_], scores: Floats) -> None:
        self._order = np.argsort(scores, kind="stable")
        self._positive = truth[self._order].astype(np.float64)
        ranked = scores[self._order]
        self._last = np.append(ranked[1:] != ranked[:-1], True)[: len(ranked)]
        super().__init__(len(ranked))

    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """See :meth:`Metric.resampled`."""
        from framing.evaluation.ranking import resampled_auc

        figures = np.empty(len(weights))
        resampled_auc(weights, group[self._order], self._positive, self._last, figures)
        return figures


class Spearman(Metric):
    """Rank correlation, ties at their middle rank."""

    def __init__(self, first: Floats, second: Floats) -> None:
        self._ranks = [np.unique(values, return_inverse=True)[1] for values in (first, second)]
        super().__init__(len(first))

    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """See :meth:`Metric.resampled`."""
        from framing.evaluation.ranking import resampled_spearman

        figures = np.empty(len(weights))
        sizes = [int(rank.max(initial=-1)) + 1 for rank in self._ranks]
        resampled_spearman(weights, group, *self._ranks, *sizes, figures)
        return figures


class Ece(Metric):
    """Expected calibration error over equal-width bins of confidence (Guo et al. 2017)."""

    def __init__(self, confidence: Floats, hit: npt.NDArray[np.bool_], *, bins: int = 10) -> None:
        self._bin = np.minimum((confidence * bins).astype(np.int64), bins - 1)
        self._gap = hit - confidence
        self._bins = bins
        super().__init__(len(hit))

    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """See :meth:`Metric.resampled`."""
        n_groups = weights.shape[1]
        gaps = np.bincount(
            group * self._bins + self._bin, weights=self._gap, minlength=n_groups * self._bins
        ).reshape(n_groups, self._bins)
        return _ratio(np.abs(weights @ gaps).sum(axis=1), _sizes(weights, group))


class MeanOf(Metric):
    """The mean of several metrics, over those that are defined."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics
        super().__init__(metrics[0]._n if metrics else 0)

    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """See :meth:`Metric.resampled`."""
        if not self._metrics:
            return np.full(len(weights), np.nan)
        return _mean_of_defined(
            np.column_stack([metric.resampled(weights, group) for metric in self._metrics])
        )


class Within(Metric):
    """A metric of some of the documents.

    Parameters
    ----------
    inside : ndarray of bool of shape (documents,)
    metric : Metric
        Of the documents inside alone.
    """

    def __init__(self, inside: npt.NDArray[np.bool_], metric: Metric) -> None:
        self._rows = np.flatnonzero(inside)
        self._metric = metric
        super().__init__(len(inside))

    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """See :meth:`Metric.resampled`."""
        return self._metric.resampled(weights, group[self._rows])


class Difference(Metric):
    """One metric less another, both of the same documents."""

    def __init__(self, first: Metric, second: Metric) -> None:
        self._first, self._second = first, second
        super().__init__(first._n)

    def resampled(self, weights: Floats, group: Ints) -> Floats:
        """See :meth:`Metric.resampled`."""
        return self._first.resampled(weights, group) - self._second.resampled(weights, group)


def _sizes(weights: Floats, group: Ints) -> Floats:
    """How many documents each resample has."""
    return np.asarray(weights @ np.bincount(group, minlength=weights.shape[1]))


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _mean_of_defined(figures: Floats) -> Floats:
    """The mean of each row over what is not NaN."""
    defined = ~np.isnan(figures)
    return _ratio(np.where(defined, figures, 0).sum(axis=1), defined.sum(axis=1).astype(np.float64))
