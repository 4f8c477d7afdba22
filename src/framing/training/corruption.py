"""The corruption target: fitted, calibrated on held-out groups, measured on test documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.config import Config, CorruptionTarget
from framing.corpus.split import TEST, TRAIN, Split
from framing.errors import DataError
from framing.evaluation.baselines import CORRUPTION_BASELINE, SurfaceCounts, corruption_baseline
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.corruption import KindPredictions, LevelPredictions, evaluate_corruption
from framing.evaluation.results import CorruptionEvaluation
from framing.heads import (
    CorruptionHead,
    CorruptionOutputs,
    Linear,
    calibrate_corruption,
    start_corruption,
)
from framing.training.blocks import Mask
from framing.training.documents import DamagedTexts
from framing.training.fitting import (
    CrossFit,
    Fitted,
    Ints,
    Solver,
    Task,
    deal_folds,
    fold_tasks,
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DamageDocuments:
    """The clean and damaged texts of a run as the corruption target sees them."""

    damaged: DamagedTexts
    side: npt.NDArray[np.int8]
    """(texts,) the side of the document that a text was made of."""
    groups: Ints
    """(texts,) variants of one document share a group."""
    left_out: Sequence[str] | None
    """(texts,) the value of the `leave_out` column, or None."""

    @property
    def train(self) -> Ints:
        """Row numbers of the training texts."""
        return np.flatnonzero(self.side == TRAIN)

    @property
    def test(self) -> Ints:
        """Row numbers of the test texts."""
        return np.flatnonzero(self.side == TEST)


@dataclass(frozen=True)
class DamagePlan:
    """The models that the corruption target needs: its own, and one for each fold."""

    target: CorruptionTarget
    documents: DamageDocuments
    fold: Ints
    """(texts,) the fold in which a text is held out."""
    tasks: list[Task]
    """Its own first, then one for each fold."""
    asked: list[Mask]
    """The texts on which each task's model decides."""


@dataclass(frozen=True)
class FittedCorruption:
    """A head, its decisions, and the held-out decisions that calibrated it."""

    head: CorruptionHead
    decisions: Floats
    """(test texts, outputs) of the head itself."""
    held_out: CrossFit


def gather(damaged: DamagedTexts, split: Split, left_out: Sequence[str] | None) -> DamageDocuments:
    """Give each text the side, the group and the left-out value of its document."""
    parent = damaged.parent
    values = None if left_out is None else [left_out[i] for i in parent]
    documents = DamageDocuments(damaged, split.side[parent], split.groups[parent], values)
    for rows, name in ((documents.train, "train"), (documents.test, "test")):
        if not len(rows):
            raise DataError(
                f"no document to {name} on is free of marks of damage",
                where="targets.corruption.skip_marked",
                hint="Give cleaner text, or set skip_marked: false.",
            )
    return documents


def plan_damage(target: CorruptionTarget, config: Config, documents: DamageDocuments) -> DamagePlan:
    """Decide which models to fit, on which texts.

    Level, interval and probabilities are calibrated on decisions of models that did not see the
    document's group (nor, with `leave_out`, its value of that column).
    """
    damaged = documents.damaged

    def start(mask: Mask, n_columns: int) -> Solver:
        return start_corruption(
            damaged.level, damaged.present, mask, n_columns, alpha=target.alpha, seed=config.seed
        )

    def task(mask: Mask) -> Task:
        return Task(tuple(target.views), mask, start)

    values = documents.groups
    if documents.left_out is not None:
        values = np.unique(documents.left_out, return_inverse=True)[1]
    fold = deal_folds(values, None, config.evaluation.folds, config.seed)
    where = f"targets.corruption{'.leave_out' if target.leave_out else ''}"
    in_train = documents.side == TRAIN
    own = Task(tuple(target.views), in_train, start, kept=True)
    tasks = [own, *fold_tasks(fold, in_train, task, where=where)]
    asked = [documents.side == TEST, *(fold == k for k in np.unique(fold))]
    return DamagePlan(target, documents, fold, tasks, asked)


def finish_damage(
    plan: DamagePlan, fitted: Sequence[Fitted], decisions: Sequence[Floats]
) -> FittedCorruption:
    """Calibrate the head on what the models of the folds decided."""
    crossed = CrossFit.of(plan.fold, decisions[1:])
    train, test = plan.documents.train, plan.documents.test
    head = _calibrated(plan.target, fitted[0].linear, plan.documents, crossed.decisions, train)
    return FittedCorruption(head, decisions[0][test], crossed)


def measure_damage(
    plan: DamagePlan, config: Config, fitted: FittedCorruption, description: str
) -> list[CorruptionEvaluation]:
    """Figures under every protocol, that of the left-out values first."""
    target, documents, head = plan.target, plan.documents, fitted.head
    train, test = documents.train, documents.test
    texts, clean = documents.damaged.texts, documents.damaged.level == 0
    surface = SurfaceCounts(texts.select(train[clean[train]]))
    rival = corruption_baseline(
        surface(texts.select(train)), documents.damaged.level[train],
        documents.damaged.present[train], surface(texts.select(test)),
    )  # fmt: skip
    evaluations = []
    if documents.left_out is not None:
        evaluations.append(
            _evaluate(
                target, config, documents, _left_out(target, fitted, documents), rival,
                protocol=f"{target.leave_out} left out",
                description=f"Test documents of values of {target.leave_out} that were left out "
                f"of training and calibration, every value once. Baseline, trained on all values: "
                f"{CORRUPTION_BASELINE}.",
                by_value=True,
            )
        )  # fmt: skip
    evaluations.append(
        _evaluate(
            target, config, documents, head.from_decisions(fitted.decisions), rival,
            protocol="held-out documents",
            description=f"{description} Baseline: {CORRUPTION_BASELINE}.", by_value=False,
        )
    )  # fmt: skip
    return evaluations


def _calibrated(
    target: CorruptionTarget, linear: Linear, documents: DamageDocuments, decisions: Floats,
    rows: Ints,
) -> CorruptionHead:  # fmt: skip
    damaged = documents.damaged
    return calibrate_corruption(
        damaged.kinds, tuple(target.views), linear, decisions[rows], damaged.level[rows],
        damaged.present[rows], coverage=target.coverage,
    )  # fmt: skip


def _left_out(
    target: CorruptionTarget, fitted: FittedCorruption, documents: DamageDocuments
) -> CorruptionOutputs:
    """Test texts read by the models that did not know their value of `leave_out`."""
    fold, decisions = fitted.held_out.fold, fitted.held_out.decisions
    train, test = documents.train, documents.test
    n, kinds = len(test), len(documents.damaged.kinds)
    read = CorruptionOutputs(np.zeros(n), np.zeros(n), np.zeros(n), np.zeros((n, kinds)))
    for k in np.unique(fold[test]):
        others = train[fold[train] != k]
        head = _calibrated(target, fitted.head.linear, documents, decisions, others)
        inside = fold[test] == k
        outputs = head.from_decisions(decisions[test[inside]])
        read.level[inside], read.low[inside] = outputs.level, outputs.low
        read.high[inside], read.kinds[inside] = outputs.high, outputs.kinds
    return read


def _evaluate(
    target: CorruptionTarget,
    config: Config,
    documents: DamageDocuments,
    outputs: CorruptionOutputs,
    rival: tuple[Floats, Floats],
    *,
    protocol: str,
    description: str,
    by_value: bool,
) -> CorruptionEvaluation:
    test, damaged = documents.test, documents.damaged
    names = None
    groups = documents.groups[test]
    if by_value and documents.left_out is not None:
        names = [documents.left_out[i] for i in test]
        groups = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return evaluate_corruption(
        LevelPredictions(
            damaged.level[test], outputs.level, outputs.low, outputs.high, target.coverage,
            float(np.median(damaged.level[documents.train])), rival[0],
        ),
        KindPredictions(damaged.kinds, damaged.present[test], outputs.kinds, rival[1]),
        ClusterBootstrap.of(config, groups),
        protocol=protocol, description=description, group_names=names, seed=config.seed,
    )  # fmt: skip
