"""Confidence intervals by resampling groups, since documents of one group are not independent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.config import Config
from framing.evaluation.metrics import Metric

Floats = npt.NDArray[np.float64]
_ENTRIES = 1_000_000
"""Weights that are drawn at a time."""


@dataclass(frozen=True)
class Interval:
    """A figure with its confidence interval; None where it is not defined."""

    value: float | None
    low: float | None
    high: float | None


class ClusterBootstrap:
    """Draws groups with replacement (percentile bootstrap, Efron & Tibshirani 1993).

    Parameters
    ----------
    groups : ndarray of shape (documents,)
        Whoever shares a value is drawn together.
    resamples : int
    confidence : float
        Between 0 and 1.
    seed : int
        Two metrics of one bootstrap see the same resamples.
    """

    def __init__(
        self, groups: npt.NDArray[np.int64], *, resamples: int, confidence: float, seed: int
    ) -> None:
        self._names, self._group = np.unique(groups, return_inverse=True)
        self._resamples = resamples
        self._tail = (1 - confidence) / 2
        self._seed = seed

    @classmethod
    def of(cls, config: Config, groups: npt.NDArray[np.int64]) -> ClusterBootstrap:
        """As the config's `evaluation` section says."""
        settings = config.evaluation
        return cls(
            groups, resamples=settings.bootstrap, confidence=settings.confidence, seed=config.seed
        )

    @property
    def n_groups(self) -> int:
        """The number of groups."""
        return len(self._names)

    def interval(self, metric: Metric) -> Interval:
        """A metric of the documents and its interval."""
        value = metric.value()
        if np.isnan(value):
            return Interval(None, None, None)
        if self.n_groups < 2:
            return Interval(value, None, None)
        drawn = np.concatenate([metric.resampled(w, self._group) for w in self._weights()])
        drawn = drawn[~np.isnan(drawn)]
        if not len(drawn):
            return Interval(value, None, None)
        low, high = np.quantile(drawn, [self._tail, 1 - self._tail])
        return Interval(value, float(low), float(high))

    def _weights(self) -> Iterator[Floats]:
        """How often each group counts, of shape (resamples, groups), some resamples at a time."""
        rng = np.random.default_rng([self._seed, 0xB007])
        n = self.n_groups
        at_once = max(1, _ENTRIES // n)
        for start in range(0, self._resamples, at_once):
            size = min(at_once, self._resamples - start)
            drawn = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
            counts = np.bincount(drawn.ravel(), minlength=size * n)
            yield counts.reshape(size, n).astype(np.float64)
