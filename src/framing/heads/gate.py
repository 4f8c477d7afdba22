"""Which of two models to trust: one that knows the sources, or one that must not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framing.heads.calibration import Floats, Ints

_PENALTY = 1e-3
"""Of squared weights, so that a sign that is always right cannot make the gate blind."""


@dataclass(frozen=True)
class Readings:
    """What two models say of some documents: one that recognises sources, one that must not."""

    decisions: Floats
    """(documents, outputs) of the model that recognises sources."""
    seen: Floats
    """(documents, classes) its probabilities."""
    unseen: Floats
    """(documents, classes) probabilities by what the sources of a class have in common."""

    def signs(self) -> Floats:
        """(documents, signs) by which a known source shows: a sure decision, and an agreement."""
        ranked = np.sort(self.decisions, axis=1)
        return np.column_stack(
            [
                ranked[:, -1],
                ranked[:, -1] - ranked[:, -2],
                _entropy(self.seen),
                _entropy(self.unseen),
                (self.seen * self.unseen).sum(axis=1),
            ]
        )


@dataclass(frozen=True)
class Gate:
    """How far to trust that a document is of a source that was trained on."""

    middle: Floats
    """(signs,)"""
    spread: Floats
    weights: Floats
    offset: float

    def __call__(self, readings: Readings) -> Floats:
        """(documents,) the weight of the reading by known sources, between 0 and 1."""
        return _sigmoid((readings.signs() - self.middle) / self.spread @ self.weights + self.offset)


def fit_gate(known: Readings, unknown: Readings, y: Ints) -> Gate:
    """Learn from held-out documents, whose sources the models knew or did not know.

    The gate makes the true classes of both most likely, as that of a mixture of experts does
    (Jacobs et al. 1991); documents of known and of unknown sources count alike.

    Parameters
    ----------
    known, unknown : Readings
        Of the same documents.
    y : ndarray of shape (documents,)
        Their classes.
    """
    from scipy.optimize import minimize

    signs = np.concatenate([known.signs(), unknown.signs()])
    middle, spread = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    scaled = np.column_stack([(signs - middle) / spread, np.ones(len(signs))])
    rows = np.arange(len(y))
    seen, unseen = (
        np.maximum(np.concatenate([p[rows, y], q[rows, y]]), 1e-12)
        for p, q in ((known.seen, unknown.seen), (known.unseen, unknown.unseen))
    )

    def loss(weights: Floats) -> tuple[float, Floats]:
        gate = _sigmoid(scaled @ weights)
        likely = gate * seen + (1 - gate) * unseen
        slope = -(seen - unseen) / likely * gate * (1 - gate)
        penalty = _PENALTY * weights[:-1]
        gradient = scaled.T @ slope / len(likely)
        gradient[:-1] += penalty
        return float(-np.log(likely).mean() + penalty @ weights[:-1] / 2), gradient

    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    return Gate(middle, spread, found[:-1], float(found[-1]))


def _sigmoid(x: Floats) -> Floats:
    # tanh does not overflow
    return np.asarray(0.5 + 0.5 * np.tanh(x / 2))


def _entropy(p: Floats) -> Floats:
    return np.asarray(-(p * np.log(np.maximum(p, 1e-15))).sum(axis=1))
