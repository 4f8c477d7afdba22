"""What the answers of a style target rest on, from answers to documents and to changes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.changes import LIGHT, Changed
from framing.evaluation.metrics import Mean, Within
from framing.evaluation.probe_results import (
    AT_MOST,
    ChangeFigures,
    ConfidentFigures,
    PartFigures,
    Probe,
)
from framing.model import Prediction

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FLIPS = 0.05
"""The share of labels that may change where style does not."""
_TENTHS = range(10, 0, -1)
_MANY, _FEW = 20, 10
"""Where there are more parts than this, one needs so many documents to stand by itself."""


@dataclass(frozen=True)
class Answers:
    """What a model says of some documents whose class is known."""

    truth: Ints
    """(documents,) class numbers."""
    said: Ints
    """(documents,) class numbers, -1 for none."""
    probability: Floats
    """(documents,) of the label."""
    probabilities: Floats
    """(documents, classes)."""
    abstained: Bools
    """(documents,)."""
    dummy: int
    """The class that training saw most."""

    @classmethod
    def of(
        cls,
        predictions: Sequence[Prediction],
        target: str,
        classes: Sequence[str],
        truth: Ints,
        dummy: int,
    ) -> Answers:
        """The answers for one target among predictions."""
        scores = [prediction.style[target] for prediction in predictions]
        number = {c: i for i, c in enumerate(classes)}
        table = [[score.probabilities[c] for c in classes] for score in scores]
        return cls(
            truth,
            np.array([number.get(score.label, -1) for score in scores], dtype=np.int64),
            np.array([score.probability for score in scores], dtype=np.float64),
            np.array(table, dtype=np.float64).reshape(len(scores), len(classes)),
            np.array([score.abstained for score in scores], dtype=bool),
            dummy,
        )

    @property
    def right(self) -> Bools:
        """(documents,) whether the label is true."""
        return np.asarray(self.said == self.truth)


def change_figures(
    before: Answers, after: Answers, texts: Sequence[str], changed: Changed,
    bootstrap: ClusterBootstrap,
) -> ChangeFigures:  # fmt: skip
    """How labels and accuracy take a change of the documents.

    Parameters
    ----------
    before, after : Answers
        To the `texts` and to the changed ones.
    """
    touched = [a != b for a, b in zip(texts, changed.texts, strict=True)]
    flips = bootstrap.interval(Mean(before.said != after.said))
    accuracy = bootstrap.interval(Mean(after.right))
    return {
        "change": changed.change,
        "documents": len(texts),
        "changed": float(np.mean(touched)),
        "level": float(np.mean(changed.levels)),
        "flips": flips.value, "flips_low": flips.low, "flips_high": flips.high,
        "accuracy": accuracy.value, "low": accuracy.low, "high": accuracy.high,
        "dummy": float(np.mean(after.truth == after.dummy)),
    }  # fmt: skip


def part_figures(
    part: str, answers: Answers, inside: Bools, bootstrap: ClusterBootstrap
) -> PartFigures:
    """Accuracy in a part of the documents; None where it has none."""
    if not inside.any():
        return {"part": part, "documents": 0, "accuracy": None, "low": None, "high": None,
                "dummy": None}  # fmt: skip
    figure = bootstrap.interval(Within(inside, Mean(answers.right[inside])))
    return {
        "part": part,
        "documents": int(inside.sum()),
        "accuracy": figure.value, "low": figure.low, "high": figure.high,
        "dummy": float(np.mean(answers.truth[inside] == answers.dummy)),
    }  # fmt: skip


def figures_by(
    values: Sequence[str], answers: Answers, bootstrap: ClusterBootstrap
) -> list[PartFigures]:
    """Accuracy by a value of the documents, such as the outlet, the worst first.

    Where there are many values, those of few documents come last, together.
    """
    names, part = np.unique(np.asarray(values, dtype=object).astype(str), return_inverse=True)
    sizes = np.bincount(part, minlength=len(names))
    alone = sizes >= (_FEW if len(names) > _MANY else 1)
    large = np.flatnonzero(alone)
    rows = [part_figures(str(names[i]) or "(none)", answers, part == i, bootstrap) for i in large]
    rows.sort(key=lambda row: (row["accuracy"] or 0.0, row["part"]))
    rest = ~alone[part]
    if rest.any():
        many = len(names) - len(large)
        rows.append(part_figures(f"{many} others, each with fewer than {_FEW}", answers, rest,
                                 bootstrap))  # fmt: skip
    return rows


def confident_figures(answers: Answers, bootstrap: ClusterBootstrap) -> list[ConfidentFigures]:
    """Accuracy of the surest answers, from all to a tenth, and of those that are clear.

    Documents of the same probability keep their order.
    """
    order = np.argsort(-answers.probability, kind="stable")
    rows: list[ConfidentFigures] = []

    def add(part: str, inside: Bools) -> None:
        lowest = float(answers.probability[inside].min()) if inside.any() else None
        rows.append({**part_figures(part, answers, inside, bootstrap), "probability": lowest})

    for tenths in _TENTHS:
        inside = np.zeros(len(order), dtype=bool)
        inside[order[: max(1, round(len(order) * tenths / 10))]] = True
        add(f"surest {10 * tenths} %", inside)
    add("without those of no clear answer", ~answers.abstained)
    return rows


def flips_under_swap(name: str, swapped: ChangeFigures) -> Probe:
    """How often the label changes with the names of people, parties and outlets."""
    return {
        "name": f"{name}: labels that change when names are swapped",
        "value": swapped["flips"], "low": swapped["flips_low"], "high": swapped["flips_high"],
        "reference": FLIPS, "reference_name": AT_MOST,
        "meaning": f"In {swapped['documents']} test documents the names of people, parties and "
        "outlets give way to others of their kind; a style does not hang on who is in the news.",
    }  # fmt: skip


def flips_under_damage(
    name: str, before: Answers, after: Sequence[Answers], bootstrap: ClusterBootstrap
) -> Probe:
    """How often the label changes under light damage, all kinds alike."""
    flips = np.mean([before.said != one.said for one in after], axis=0)
    figure = bootstrap.interval(Mean(flips))
    return {
        "name": f"{name}: labels that change under light damage",
        "value": figure.value, "low": figure.low, "high": figure.high,
        "reference": FLIPS, "reference_name": AT_MOST,
        "meaning": f"Each of {len(after)} kinds of damage is done to {len(flips)} test documents, "
        f"aimed at level {LIGHT}; a style is not to change with it.",
    }  # fmt: skip
