"""Which of two models to trust: one that knows the sources, or one that must not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framing.heads.calibration import Floats


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


def fit_gate(known: Readings, unknown: Readings) -> Gate:
    """Learn from held-out documents whose sources the models knew, and did not know.

    Two documents in three are thought of known sources. In cross-validation inside the training
    part of AllSides that costs unknown ones next to nothing (accuracy .358; .359 with one in two)
    and known ones less (.899; .897, and .900 by their own reading alone). A gate that makes the
    true classes most likely, as that of a mixture of experts does, was worse for known sources and
    no better for others.
    """
    from sklearn.linear_model import LogisticRegression

    signs = np.concatenate([known.signs(), unknown.signs()])
    middle, spread = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    model = LogisticRegression(class_weight={False: 1, True: 2}, max_iter=1000)
    model.fit((signs - middle) / spread, np.arange(len(signs)) < len(known.seen))
    return Gate(middle, spread, model.coef_[0], float(model.intercept_[0]))


def _sigmoid(x: Floats) -> Floats:
    # tanh does not overflow
    return np.asarray(0.5 + 0.5 * np.tanh(x / 2))


def _entropy(p: Floats) -> Floats:
    return np.asarray(-(p * np.log(np.maximum(p, 1e-15))).sum(axis=1))
