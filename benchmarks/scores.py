"""Accuracy and macro-F1 with 95 % intervals (percentile bootstrap by document)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_RESAMPLES = 2000
_SEED = 0


class Interval(NamedTuple):
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


class Score(NamedTuple):
    """How well the labels of some documents were told."""

    accuracy: Interval
    macro_f1: Interval


def score(truth: list[str], told: list[str]) -> Score:
    """Accuracy and macro-F1 of the labels that a tool told."""
    classes = sorted(set(truth))
    k = len(classes)
    # a label that is no class of the truth is told wrongly
    y, p = _numbers(truth, classes), _numbers(told, classes)
    confusion = _resampled(y * (k + 1) + p, k * (k + 1)).reshape(-1, k, k + 1)
    right = np.diagonal(confusion, axis1=1, axis2=2)
    sides = confusion.sum(axis=2) + confusion.sum(axis=1)[:, :k]
    f1 = (2 * right / np.maximum(sides, 1)).mean(axis=1)
    return Score(_interval(right.sum(axis=1) / len(truth)), _interval(f1))


def accuracy_gain(truth: list[str], told: list[str], other: list[str]) -> Interval:
    """By how much one tool is more accurate than another on the same documents."""
    right = [np.array([a == b for a, b in zip(truth, t, strict=True)]) for t in (told, other)]
    gain = right[0].astype(np.int64) - right[1]
    counts = _resampled(gain + 1, 3)
    return _interval((counts[:, 2] - counts[:, 0]) / len(truth))


def _numbers(labels: list[str], classes: list[str]) -> npt.NDArray[np.int64]:
    number = {name: i for i, name in enumerate(classes)}
    return np.array([number.get(label, len(classes)) for label in labels])


def _resampled(cell: npt.NDArray[np.int64], cells: int) -> npt.NDArray[np.int64]:
    """How many documents fall into each cell: as they are, then in every resample."""
    # documents drawn with replacement fall into the cells as a multinomial
    counts = np.bincount(cell, minlength=cells)
    rng = np.random.default_rng(_SEED)
    return np.vstack([counts, rng.multinomial(len(cell), counts / len(cell), size=_RESAMPLES)])


def _interval(values: npt.NDArray[np.float64]) -> Interval:
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return Interval(float(values[0]), float(low), float(high))
