"""How well damage is measured and its kinds are told, beside a dummy and a plain baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.metrics import Auc, Mean, MeanOf, Spearman, Within
from framing.evaluation.results import CorruptionEvaluation, GroupFigures, KindFigures, Levels
from framing.evaluation.style import confusion, metric
from framing.grades import GRADES, grade

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_SHOWN = 2000
_ALARMS = 0.01
"""The share of clean texts that may be called damaged before the score is a nuisance."""
_GRADE_NAMES = [name for name, _ in GRADES]


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
    group_names: Sequence[str] | None = None,
    seed: int,
) -> CorruptionEvaluation:
    """All figures of the corruption target under one protocol; the headline is the level's MAE.

    `group_names` (documents,) asks for a table by group. `seed` picks the documents that the
    scatter plot shows.
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
        "by_group": _by_group(truth, said, group_names) if group_names is not None else [],
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


def _by_group(truth: Floats, said: Floats, names: Sequence[str]) -> list[GroupFigures]:
    name_of = np.asarray(names)
    rows: list[GroupFigures] = []
    for name in np.unique(name_of):
        inside = name_of == name
        rank = Spearman(said[inside], truth[inside]).value()
        rows.append(
            {
                "group": str(name),
                "documents": int(inside.sum()),
                "mae": float(np.abs(said - truth)[inside].mean()),
                "spearman": _defined(rank),
            }
        )
    return rows
