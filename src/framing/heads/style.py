"""The head of a style target: one class a document, with probabilities and a label set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.heads.calibration import (
    Floats,
    Ints,
    fit_set_threshold,
    fit_temperature,
    to_probabilities,
)
from framing.heads.linear import Linear


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

    def probabilities(self, X: sparse.csr_matrix) -> Floats:
        """Calibrated probabilities of shape (documents, classes)."""
        return self.from_decisions(self.linear.decide(X))

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
    return StyleHead(classes, views, linear, fitted, threshold)
