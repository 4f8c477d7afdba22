"""The head of the corruption target: a level with an interval, and the kinds of damage.

It reads windows of a few hundred characters, and a document's level comes of the mean of theirs. A
linear model of a whole document's normalised TF-IDF would not do: it is not linear in the share
that is damaged, while the level is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from framing.grades import LIGHT_BELOW
from framing.heads.calibration import (
    Band,
    Floats,
    Interpolated,
    Sigmoid,
    fit_band,
    fit_median,
    fit_sigmoid,
    hold_down,
)
from framing.heads.linear import Linear

if TYPE_CHECKING:
    from framing.heads.descent import Descent


_SHORTEST = 120
"""Characters that undamaged training texts have, as a rule: of shorter ones little is known."""

_BESIDE = 100
"""Characters of undamaged text that are thought beside each document. On held-out stories they
halve the false alarms below 300 characters and change no rank."""
_FALSE_ALARMS = 0.02
"""Of the undamaged documents that calibrate, how many may be graded worse than light. A half of
these are damaged in truth, by something that left no mark. With a half of it one in two
documents that are damaged moderately would be called light, instead of one in four."""


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
    shares: Floats
    """(documents, kinds) what each kind has of the level; a row adds up to the level."""


@dataclass(frozen=True)
class WindowDecisions:
    """Decision values of the windows of some documents: roots of shares that are damaged."""

    values: Floats
    """(windows, 1 + kinds), of all damage first."""
    lengths: npt.NDArray[np.int64]
    """(windows,) characters."""
    firsts: npt.NDArray[np.int64]
    """(documents,) the row of each document's first window; the others follow."""

    @property
    def characters(self) -> npt.NDArray[np.int64]:
        """(documents,) how long they are."""
        return self._sums(self.lengths)

    def shares(self) -> Floats:
        """(documents, 1 + kinds) the shares that are damaged: the windows' mean, by length."""
        return self._mean(damaged_share(self.values))

    def kinds(self) -> Floats:
        """(documents, kinds, 2): the mean over the windows by length, and the highest."""
        if not len(self.firsts):
            return np.zeros((0, self.values.shape[1] - 1, 2))
        of_kinds = self.values[:, 1:]
        highest = np.maximum.reduceat(of_kinds, self.firsts)
        return np.stack([self._mean(of_kinds), highest], axis=2)

    def without(self, kind: int) -> WindowDecisions:
        """The same but for one kind of damage."""
        return replace(self, values=np.delete(self.values, 1 + kind, axis=1))

    def _mean(self, of_windows: Floats) -> Floats:
        length = np.maximum(self.characters, 1)[:, None]
        return np.asarray(self._sums(of_windows * self.lengths[:, None]) / length)

    def _sums(self, of_windows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if not len(self.firsts):
            return np.zeros((0, *of_windows.shape[1:]), of_windows.dtype)
        return np.asarray(np.add.reduceat(of_windows, self.firsts))


def damaged_share(values: Floats) -> Floats:
    """The shares whose roots decision values are, in [0, 1]."""
    return np.asarray(np.clip(values, 0.0, 1.0) ** 2)


@dataclass(frozen=True)
class CorruptionHead:
    """A fitted corruption target."""

    kinds: tuple[str, ...]
    views: tuple[str, ...]
    """The views whose columns, side by side, it reads."""
    linear: Linear
    """Of a window: the roots of the share that is damaged and of the share of each kind."""
    sigmoid: Sigmoid
    to_level: Interpolated
    band: Band

    def from_decisions(self, decisions: WindowDecisions) -> CorruptionOutputs:
        """Score documents."""
        kinds = self.sigmoid(decisions.kinds())
        whole, of_kinds = _amounts(decisions.shares(), kinds)
        level = self._level(whole, decisions)
        low, high = self.band(level, decisions.characters)
        # a band fitted on other documents can miss the prediction itself
        low, high = np.minimum(low, level), np.maximum(high, level)
        # of a few words little is known: they may be anything
        unknown = 1 - np.minimum(decisions.characters / _SHORTEST, 1)
        low, high = (1 - unknown) * low, high + unknown * (1 - high)
        scale = np.divide(level, whole, where=whole > 0, out=np.zeros_like(whole))
        shares = of_kinds * scale[:, None]
        return CorruptionOutputs(level, low, high, kinds, shares)

    def _level(self, whole: Floats, decisions: WindowDecisions) -> Floats:
        return self.to_level(_cautious(whole, decisions))

    def without(self, kind: int) -> CorruptionHead:
        """A head that does not know a kind, and is as it was for the others."""
        return replace(
            self,
            kinds=self.kinds[:kind] + self.kinds[kind + 1 :],
            linear=Linear(
                np.delete(self.linear.weights, 1 + kind, axis=1),
                np.delete(self.linear.bias, 1 + kind),
            ),
            sigmoid=self.sigmoid.without(kind),
        )

    def amounts(self, windows: Floats, decisions: WindowDecisions) -> Floats:
        """(windows, 1 + kinds) damage in windows of a document, all of it first.

        Their mean by length is the document's level.

        Parameters
        ----------
        windows : ndarray of shape (windows, 1 + kinds)
            Decision values: of the document's own windows, or of what else they might hold.
        decisions : WindowDecisions
            The document, all by itself.
        """
        kinds = self.sigmoid(decisions.kinds())
        of_document = _amounts(decisions.shares(), kinds)[0]
        level = self._level(of_document, decisions)
        scale = level / max(float(of_document[0]), 1e-9)
        whole, of_kinds = _amounts(damaged_share(windows), kinds)
        return scale * np.column_stack([whole, of_kinds])


def _cautious(whole: Floats, decisions: WindowDecisions) -> Floats:
    """An amount of damage as if some undamaged text stood beside each document.

    In a few words any oddity is a large share.
    """
    return whole * decisions.characters / (decisions.characters + _BESIDE)


def _amounts(shares: Floats, kinds: Floats) -> tuple[Floats, Floats]:
    """An amount that rises with the level, and what each kind has of it, (documents, kinds).

    A share counts as far as it is likely that there is damage of the kind. What lifts all shares
    a little, such as the English of another century, is not taken for damage.
    """
    of_kinds = kinds * shares[:, 1:]
    total = of_kinds.sum(axis=1)
    whole = (1 - np.prod(1 - kinds, axis=1)) * shares[:, 0] + total
    part = np.divide(whole, total, where=total > 0, out=np.zeros_like(total))
    return whole, of_kinds * part[:, None]


def start_corruption(
    shares: npt.NDArray[np.float32],
    train: npt.NDArray[np.bool_],
    n_columns: int,
    *,
    alpha: float,
    seed: int,
) -> Descent:
    """A ridge regression on the roots of the shares of windows that are damaged.

    The root evens out the spread of levels. On held-out stories the Spearman correlation of a
    document's level is .79 with it and .72 without, on real OCR .83 and .78.

    Parameters
    ----------
    shares : ndarray of shape (windows, kinds), in [0, 1]
        Of each kind; a row adds up to the level of the window.
    train : ndarray of bool of shape (windows,)
        The windows that will be visited.
    """
    from framing.heads.descent import Descent

    whole = np.minimum(shares.sum(axis=1), 1)
    targets = np.sqrt(np.column_stack([whole, shares])).astype(np.float32)
    slack = np.full((2, targets.shape[1]), alpha)
    centre = targets[train].mean(axis=0, dtype=np.float64)
    # ten times closer to the optimum takes twice the passes and changes no figure
    return Descent(n_columns, targets, slack, hinge=False, centre=centre, seed=seed, tol=0.1)


def calibrate_corruption(
    kinds: tuple[str, ...],
    views: tuple[str, ...],
    linear: Linear,
    held_out: WindowDecisions,
    level: Floats,
    present: npt.NDArray[np.bool_],
    *,
    coverage: float,
) -> CorruptionHead:
    """Complete a linear map with what held-out decision values teach.

    Parameters
    ----------
    held_out : WindowDecisions
        Of documents whose group was not trained on.
    level : ndarray of shape (documents,)
        Their measured levels.
    present : ndarray of bool of shape (documents, kinds)
        The kinds of damage that they carry.
    """
    scores = held_out.kinds()
    sigmoid = fit_sigmoid(scores, present)
    whole = _cautious(_amounts(held_out.shares(), sigmoid(scores))[0], held_out)
    to_level = fit_median(whole, level)
    if (undamaged := whole[level == 0]).size:
        most = float(np.quantile(undamaged, 1 - _FALSE_ALARMS))
        to_level = hold_down(to_level, most, LIGHT_BELOW)
    band = fit_band(to_level(whole), level, held_out.characters, coverage)
    return CorruptionHead(kinds, views, linear, sigmoid, to_level, band)
