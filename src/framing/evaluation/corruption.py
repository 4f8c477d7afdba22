"""How well damage is measured and its kinds are told, beside a dummy and a plain baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.metrics import Auc, Mean, MeanOf, Spearman, Within
from framing.evaluation.results import (
    CorruptionEvaluation,
    KindFigures,
    Levels,
    SliceFigures,
    UnseenKind,
)
from framing.evaluation.style import confusion, metric
from framing.grades import GRADES, grade

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_SHOWN = 2000
_ALARMS = 0.01
"""The share of clean texts that may be called damaged before the score is a nuisance."""
_GRADE_NAMES = [name for name, _ in GRADES]
_LENGTHS = (300, 1000, 3000)
_PLAIN = 0.1  # damage of this level should be seen, of whatever kind it is


@dataclass(frozen=True)
class LevelPredictions:
    """What was predicted for documents whose damage is known, by the model and by its rivals."""

    truth: Floats
    """(documents,) measured levels."""
    level: Floats
    low: Floats
    high: Floats
    coverage: float
    """What the intervals promise."""
    dummy: float | None = None
    """The level that a model says which does not read."""
    baseline: Floats | None = None
    """(documents,) the level that a plain model says."""


@dataclass(frozen=True)
class Parts:
    """A way to part documents."""

    names: Sequence[str]
    part: npt.NDArray[np.int64]
    """(documents,) the place of each document's part among the names."""

    @classmethod
    def by_value(cls, values: Sequence[str]) -> Parts:
        """Those that share a value, such as an outlet, are together."""
        names, part = np.unique(values, return_inverse=True)
        return cls(names.tolist(), part)

    @classmethod
    def by_length(cls, characters: npt.NDArray[np.int64]) -> Parts:
        """Those that are about equally long are together."""
        edges = [f"{edge:,}" for edge in _LENGTHS]
        between = [f"{a} to {b}" for a, b in pairwise(edges)]
        names = [f"under {edges[0]}", *between, f"{edges[-1]} and more"]
        return cls(names, np.searchsorted(_LENGTHS, characters, side="right"))


@dataclass(frozen=True)
class KindPredictions:
    """Which kinds of damage documents carry, and how likely they were said to be."""

    names: Sequence[str]
    truth: Bools
    """(documents, kinds)."""
    probabilities: Floats
    baseline: Floats | None = None
    """(documents, kinds) the plain model's scores."""


def evaluate_corruption(
    levels: LevelPredictions,
    kinds: KindPredictions | None,
    bootstrap: ClusterBootstrap,
    *,
    protocol: str,
    description: str,
    slices: Mapping[str, Parts] | None = None,
    seed: int,
) -> CorruptionEvaluation:
    """All figures of the corruption target under one protocol; the headline is the level's MAE.

    `slices` are ways to part the documents, which give a table. `seed` picks the documents that
    the scatter plot shows.
    """
    truth, said = levels.truth, levels.level
    baseline = levels.baseline
    inside = (levels.low <= truth) & (truth <= levels.high)
    clean = truth == 0
    alarm = _grade_numbers(said) >= _GRADE_NAMES.index("moderate")
    metrics = [
        metric("level: mean absolute error", bootstrap.interval(Mean(np.abs(said - truth))),
               "lower",
               dummy=None if levels.dummy is None else float(np.abs(levels.dummy - truth).mean()),
               baseline=None if baseline is None else float(np.abs(baseline - truth).mean())),
        metric("level: Spearman", bootstrap.interval(Spearman(said, truth)),
               dummy=None if levels.dummy is None else 0.0,
               baseline=None if baseline is None else _defined(Spearman(baseline, truth).value())),
        metric("level: interval coverage", bootstrap.interval(Mean(inside)),
               goal=levels.coverage),
        metric("level: mean interval width", bootstrap.interval(Mean(levels.high - levels.low)),
               "lower"),
    ]  # fmt: skip
    if clean.any():
        alarms = bootstrap.interval(Within(clean, Mean(alarm[clean])))
        metrics.append(metric("clean text graded moderate or worse", alarms, "lower", goal=_ALARMS))
    figures: list[KindFigures] = []
    if kinds is not None:
        both = [i for i in range(len(kinds.names)) if 0 < kinds.truth[:, i].sum() < len(truth)]
        metrics.append(
            metric("kinds: macro AUC",
                   bootstrap.interval(MeanOf([Auc(kinds.truth[:, i], kinds.probabilities[:, i])
                                              for i in both])),
                   dummy=0.5,
                   baseline=None if kinds.baseline is None else _defined(MeanOf(
                       [Auc(kinds.truth[:, i], kinds.baseline[:, i]) for i in both]).value()))
        )  # fmt: skip
        figures = [_of_kind(i, kinds, bootstrap) for i in range(len(kinds.names))]
    return {
        "protocol": protocol,
        "description": description,
        "documents": len(truth),
        "groups": bootstrap.n_groups,
        "metrics": metrics,
        "levels": _sample(truth, said, seed),
        "grades": confusion(_GRADE_NAMES, _grade_numbers(truth), _grade_numbers(said)),
        "kinds": figures,
        "slices": [
            row
            for by, parts in (slices or {}).items()
            for row in _slices(by, parts, truth, said, alarm)
        ],
    }


def _grade_numbers(levels: Floats) -> npt.NDArray[np.int64]:
    """The number of each level's grade, 0 for clean."""
    return np.array([_GRADE_NAMES.index(grade(float(level))) for level in levels], dtype=np.int64)


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else value


def _of_kind(i: int, kinds: KindPredictions, bootstrap: ClusterBootstrap) -> KindFigures:
    from sklearn.metrics import average_precision_score

    truth, p = kinds.truth[:, i], kinds.probabilities[:, i]
    auc = bootstrap.interval(Auc(truth, p))
    said = p >= 0.5
    total = int(truth.sum() + said.sum())
    rival = None
    if kinds.baseline is not None:
        rival = _defined(Auc(truth, kinds.baseline[:, i]).value())
    return {
        "kind": kinds.names[i],
        "auc": auc.value,
        "average_precision": float(average_precision_score(truth, p)) if truth.any() else None,
        "f1": 2 * int((truth & said).sum()) / total if total else None,
        "prevalence": float(truth.mean()),
        "baseline_auc": rival,
        "low": auc.low,
        "high": auc.high,
    }


def _sample(truth: Floats, said: Floats, seed: int) -> Levels:
    shown = np.arange(len(truth))
    if len(shown) > _SHOWN:
        rng = np.random.default_rng([seed, 0x5CA7])
        shown = np.sort(rng.choice(len(truth), _SHOWN, replace=False))
    return {
        "true": [round(float(v), 5) for v in truth[shown]],
        "predicted": [round(float(v), 5) for v in said[shown]],
    }


def _slices(by: str, parts: Parts, truth: Floats, said: Floats, alarm: Bools) -> list[SliceFigures]:
    rows: list[SliceFigures] = []
    for k, name in enumerate(parts.names):
        inside = parts.part == k
        if not inside.any():
            continue
        clean = inside & (truth == 0)
        error = (said - truth)[inside]
        rows.append(
            {
                "by": by,
                "slice": name,
                "documents": int(inside.sum()),
                "mae": float(np.abs(error).mean()),
                "bias": float(error.mean()),
                "spearman": _defined(Spearman(said[inside], truth[inside]).value()),
                "clean": int(clean.sum()),
                "false_alarms": float(alarm[clean].mean()) if clean.any() else None,
            }
        )
    return rows


def evaluate_unseen(
    kind: str, truth: Floats, without: Floats, trained: Floats, bootstrap: ClusterBootstrap
) -> UnseenKind:
    """How damage of a kind is scored by a model that never saw it.

    Parameters
    ----------
    truth : ndarray of shape (documents,)
        Levels of documents whose only damage is of this kind.
    without, trained : ndarray of shape (documents,)
        What is said by the model that was not trained on the kind, and by the one that was.
    bootstrap : ClusterBootstrap
        Of these documents.
    """
    plain = truth >= _PLAIN
    moderate = _GRADE_NAMES.index("moderate")
    found = (_grade_numbers(without) >= moderate)[plain]
    share = bootstrap.interval(Within(plain, Mean(found)))
    return {
        "kind": kind,
        "documents": int(plain.sum()),
        "found": share.value, "low": share.low, "high": share.high,
        "mean_true": _defined(_mean(truth[plain])),
        "mean_level": _defined(_mean(without[plain])),
        "trained": _defined(_mean(_grade_numbers(trained[plain]) >= moderate)),
    }  # fmt: skip


def _mean(values: npt.NDArray[np.generic]) -> float:
    return float(values.mean()) if len(values) else float("nan")
