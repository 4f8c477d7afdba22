"""The head of a style target: one class a document, with probabilities and a label set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from framing.heads.calibration import (
    Floats,
    Ints,
    fit_set_threshold,
    fit_temperature,
    to_probabilities,
)
from framing.heads.linear import Linear

if TYPE_CHECKING:
    from framing.heads.descent import Descent
    from framing.heads.logistic import Logistic


@dataclass(frozen=True)
class StyleHead:
    """A fitted style target."""

    classes: tuple[str, ...]
    views: tuple[str, ...]
    """The views whose columns, side by side, it reads."""
    linear: Linear
    temperature: float
    set_threshold: float
    """The probability from which on a class is in the label set."""
    other: str | None = None
    """The class of all that is none of the others: reading a document as it is abstaining."""

    def from_decisions(self, decisions: Floats) -> Floats:
        """Calibrated probabilities from decision values of shape (documents, classes)."""
        return to_probabilities(decisions, self.temperature)

    def label_sets(self, probabilities: Floats) -> npt.NDArray[np.bool_]:
        """Which classes are in each document's label set, of shape (documents, classes)."""
        return probabilities >= self.set_threshold


def calibrate_style(
    classes: tuple[str, ...],
    views: tuple[str, ...],
    linear: Linear,
    held_out: Floats,
    y: Ints,
    *,
    temperature: bool,
    coverage: float,
    other: str | None = None,
) -> StyleHead:
    """Complete a linear map with what held-out decision values teach.

    Parameters
    ----------
    held_out : ndarray of shape (documents, classes)
        Decision values of documents whose group was not trained on.
    y : ndarray of shape (documents,)
        Their class numbers.
    temperature : bool
        Whether to fit one; otherwise it is 1.
    """
    fitted = fit_temperature(held_out, y) if temperature else 1.0
    threshold = fit_set_threshold(to_probabilities(held_out, fitted), y, coverage)
    return StyleHead(classes, views, linear, fitted, threshold, other)


def start_classes(
    y: Ints,
    train: npt.NDArray[np.bool_],
    n_classes: int,
    n_columns: int,
    *,
    model: Literal["linear_svc", "logistic_regression"],
    C: float,
    class_weight: Literal["balanced"] | None,
    seed: int,
) -> Descent | Logistic:
    """A fit of one output a class, which is ready to visit the training documents.

    Parameters
    ----------
    y : ndarray of shape (documents,)
        Class numbers from 0 to `n_classes` - 1 of the training documents.
    train : ndarray of bool of shape (documents,)
        Those that will be visited.
    """
    if model == "logistic_regression":
        from framing.heads.logistic import Logistic

        return Logistic(n_columns, y, n_classes, C=C, class_weight=class_weight)
    from framing.heads.descent import Descent

    share = np.ones(n_classes)
    if class_weight == "balanced":
        counts = np.bincount(y[train], minlength=n_classes)
        share = train.sum() / (n_classes * np.maximum(counts, 1))
    # as in scikit-learn: a class's documents weigh more in the output of their own class only,
    # except that of two classes one output is the other one's negative
    weight = np.array([share, share[::-1] if n_classes == 2 else np.ones(n_classes)])
    targets = np.where(y[:, None] == np.arange(n_classes), np.int8(1), np.int8(-1))
    return Descent(
        n_columns, targets, 1 / (2 * C * weight), hinge=True, centre=np.zeros(n_classes), seed=seed
    )
