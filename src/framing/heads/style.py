"""The head of a style target: one class a document, with probabilities and a label set."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from framing.heads.gate import Gate, Readings, fit_gate
from framing.heads.linear import Linear

if TYPE_CHECKING:
    from framing.heads.descent import Descent
    from framing.heads.logistic import Logistic


@dataclass(frozen=True)
class UnseenReading:
    """How documents of sources that were not trained on are read."""

    views: tuple[str, ...]
    """The views whose columns, side by side, it reads."""
    linear: Linear
    """One output a class, of what the sources of a class have in common."""
    temperature: float
    gate: Gate


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
    class_of: Ints | None = None
    """(outputs,) the class of each output of the linear map, -1 for those of none; where not
    given, each is one."""
    unseen: UnseenReading | None = None

    def from_decisions(self, decisions: Decided) -> Parted:
        """Calibrated probabilities from decision values."""
        seen = _summed(
            to_probabilities(decisions.seen, self.temperature), self.class_of, len(self.classes)
        )
        if self.unseen is None or decisions.unseen is None:
            return Parted(seen)
        unseen = to_probabilities(decisions.unseen, self.unseen.temperature)
        gate = self.unseen.gate(Readings(decisions.seen, seen, unseen))
        return Parted(seen, unseen, gate)

    def label_sets(self, probabilities: Floats) -> npt.NDArray[np.bool_]:
        """Which classes are in each document's label set, of shape (documents, classes)."""
        return probabilities >= self.set_threshold


def _summed(probabilities: Floats, class_of: Ints | None, n_classes: int) -> Floats:
    """Of classes, from those of finer ones; of some that are parts of no class, without them."""
    if class_of is None:
        return probabilities
    found = probabilities @ (class_of[:, None] == np.arange(n_classes))
    return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-12))


@dataclass(frozen=True)
class Decided:
    """Decision values of some documents."""

    seen: Floats
    """(documents, outputs) of the model that knows the sources."""
    unseen: Floats | None = None
    """(documents, classes) of the one for other sources, if there is one."""

    def __getitem__(self, rows: Ints | npt.NDArray[np.bool_]) -> Decided:
        return Decided(self.seen[rows], None if self.unseen is None else self.unseen[rows])


@dataclass(frozen=True)
class Parted:
    """Probabilities, and the parts that they are put together from."""

    seen: Floats
    """(documents, classes) as if the source was known."""
    unseen: Floats | None = None
    """(documents, classes) as if it was not."""
    gate: Floats | None = None
    """(documents,) how likely it is known."""

    @property
    def probabilities(self) -> Floats:
        """(documents, classes) in all; rows sum to one."""
        if self.unseen is None or self.gate is None:
            return self.seen
        known = self.gate[:, None]
        return known * self.seen + (1 - known) * self.unseen


def calibrate_style(
    classes: tuple[str, ...],
    views: tuple[str, ...],
    linear: Linear,
    held_out: Decided,
    y: Ints,
    *,
    temperature: bool,
    coverage: float,
    other: str | None = None,
    class_of: Ints | None = None,
    unseen: tuple[tuple[str, ...], Linear, Decided] | None = None,
) -> StyleHead:
    """Complete linear maps with what held-out decision values teach.

    Parameters
    ----------
    held_out : Decided
        Of documents whose group was not trained on.
    y : ndarray of shape (documents,)
        Their class numbers.
    temperature : bool
        Whether to fit one; otherwise it is 1.
    class_of : ndarray of shape (outputs,), optional
        The class of each output of `linear`, where they are finer.
    unseen : tuple, optional
        Views and linear map of the model for unseen sources, and decisions on the same documents
        by models to which their sources were unseen.
    """

    def fitted(decisions: Floats, class_of: Ints | None = None) -> float:
        return fit_temperature(decisions, y, class_of) if temperature else 1.0

    reading = None
    warmth = fitted(held_out.seen, class_of)
    if unseen is not None and held_out.unseen is not None and unseen[2].unseen is not None:
        of_unseen = unseen[2].unseen
        other_warmth = fitted(of_unseen)
        known, unknown = (
            Readings(
                seen,
                _summed(to_probabilities(seen, warmth), class_of, len(classes)),
                to_probabilities(rest, other_warmth),
            )
            for seen, rest in ((held_out.seen, held_out.unseen), (unseen[2].seen, of_unseen))
        )
        reading = UnseenReading(unseen[0], unseen[1], other_warmth, fit_gate(known, unknown))
    head = StyleHead(classes, views, linear, warmth, 0.0, other, class_of, reading)
    probabilities = head.from_decisions(held_out).probabilities
    return replace(head, set_threshold=fit_set_threshold(probabilities, y, coverage))


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
