"""The head of the corruption target: a level with an interval, and a probability for each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from framing.heads.calibration import (
    Band,
    Floats,
    Interpolated,
    Sigmoid,
    fit_band,
    fit_monotone,
    fit_sigmoid,
)
from framing.heads.linear import Linear

if TYPE_CHECKING:
    from framing.heads.descent import Descent


@dataclass(frozen=True)
class CorruptionOutputs:
    """What the head says of each document."""

    level: Floats
    """(documents,) in [0, 1]."""
    low: Floats
    """(documents,) the lower end of the level's interval."""
    high: Floats
    kinds: Floats
    """(documents, kinds) probabilities; several kinds can be likely at once."""


@dataclass(frozen=True)
class CorruptionHead:
    """A fitted corruption target."""

    kinds: tuple[str, ...]
    views: tuple[str, ...]
    """The views whose columns, side by side, it reads."""
    linear: Linear
    """Its first output is the square root of the level, the others are the kinds."""
    to_level: Interpolated
    band: Band
    sigmoid: Sigmoid

    def from_decisions(self, decisions: Floats) -> CorruptionOutputs:
        """Score documents from their decision values of shape (documents, 1 + kinds)."""
        level = self.to_level(decisions[:, 0])
        low, high = self.band(level)
        # a band fitted on other documents can miss the prediction itself
        low, high = np.minimum(low, level), np.maximum(high, level)
        return CorruptionOutputs(level, low, high, self.sigmoid(decisions[:, 1:]))


def start_corruption(
    level: Floats,
    kinds: npt.NDArray[np.bool_],
    train: npt.NDArray[np.bool_],
    n_columns: int,
    *,
    alpha: float,
    seed: int,
) -> Descent:
    """A ridge regression on the square root of the level and, as 0 or 1, on each kind.

    The root evens out the spread of levels: on outlets that were not trained on the mean absolute
    error is a fifth lower than without it. Kinds are as well told apart as by a linear SVM each
    (macro AUC .900 and .900 on 1,304 held-out documents), in a fraction of the time.

    Parameters
    ----------
    level : ndarray of shape (documents,), in [0, 1]
    kinds : ndarray of bool of shape (documents, kinds)
    train : ndarray of bool of shape (documents,)
        The documents that will be visited.
    """
    from framing.heads.descent import Descent

    targets = np.column_stack([np.sqrt(level), kinds]).astype(np.float32)
    slack = np.full((2, targets.shape[1]), alpha)
    centre = targets[train].mean(axis=0, dtype=np.float64)
    return Descent(n_columns, targets, slack, hinge=False, centre=centre, seed=seed, tol=0.01)


def calibrate_corruption(
    kinds: tuple[str, ...],
    views: tuple[str, ...],
    linear: Linear,
    held_out: Floats,
    level: Floats,
    present: npt.NDArray[np.bool_],
    *,
    coverage: float,
) -> CorruptionHead:
    """Complete a linear map with what held-out decision values teach.

    Parameters
    ----------
    held_out : ndarray of shape (documents, 1 + kinds)
        Decision values of documents whose group was not trained on.
    level : ndarray of shape (documents,)
        Their measured levels.
    present : ndarray of bool of shape (documents, kinds)
        The kinds of damage that they carry.
    """
    to_level = fit_monotone(held_out[:, 0], level)
    band = fit_band(to_level(held_out[:, 0]), level, coverage)
    sigmoid = fit_sigmoid(held_out[:, 1:], present)
    return CorruptionHead(kinds, views, linear, to_level, band, sigmoid)
