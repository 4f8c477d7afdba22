"""The corruption target: fitted, calibrated on held-out groups, measured on test documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.config import Config, CorruptionTarget
from framing.corpus.split import TEST, TRAIN, Split
from framing.errors import DataError
from framing.evaluation.baselines import CORRUPTION_BASELINE, SurfaceCounts, corruption_baseline
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.corruption import KindPredictions, LevelPredictions, evaluate_corruption
from framing.evaluation.results import CorruptionEvaluation
from framing.features import Counts, HashedTfidfVectorizer
from framing.heads import (
    CorruptionHead,
    CorruptionOutputs,
    Linear,
    calibrate_corruption,
    fit_corruption,
)
from framing.model import side_by_side
from framing.training.documents import DamagedTexts
from framing.training.fitting import CrossFit, Ints, cross_fit, deal_folds

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DamageDocuments:
    """The clean and damaged texts of a run as the corruption target sees them."""

    damaged: DamagedTexts
    counts: Counts
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
class FittedCorruption:
    """A head and the held-out decisions that calibrated it."""

    head: CorruptionHead
    held_out: CrossFit


def gather(
    damaged: DamagedTexts, counts: Counts, split: Split, left_out: Sequence[str] | None
) -> DamageDocuments:
    """Give each text the side, the group and the left-out value of its document."""
    parent = damaged.parent
    values = None if left_out is None else [left_out[i] for i in parent]
    documents = DamageDocuments(damaged, counts, split.side[parent], split.groups[parent], values)
    for rows, name in ((documents.train, "train"), (documents.test, "test")):
        if not len(rows):
            raise DataError(
                f"no document to {name} on is free of marks of damage",
                where="targets.corruption.skip_marked",
                hint="Give cleaner text, or set skip_marked: false.",
            )
    return documents


def fit_damage(
    target: CorruptionTarget,
    config: Config,
    documents: DamageDocuments,
    vectorizers: Mapping[str, HashedTfidfVectorizer],
    *,
    jobs: int,
) -> FittedCorruption:
    """Fit the corruption target on the training texts.

    Level, interval and probabilities are calibrated on decisions of models that did not see the
    document's group (nor, with `leave_out`, its value of that column).
    """
    damaged, train = documents.damaged, documents.train

    def fit(X: sparse.csr_matrix, rows: Ints) -> Linear:
        return fit_corruption(X, damaged.level[rows], damaged.present[rows], alpha=target.alpha)

    values = documents.groups
    if documents.left_out is not None:
        values = np.unique(documents.left_out, return_inverse=True)[1]
    fold = deal_folds(values, None, config.evaluation.folds, config.seed)
    views = {view: config.views[view] for view in target.views}
    crossed = cross_fit(
        views, documents.counts, fold, documents.side == TRAIN, fit,
        where=f"targets.corruption{'.leave_out' if target.leave_out else ''}", jobs=jobs,
    )  # fmt: skip
    X = side_by_side(
        vectorizers, {view: documents.counts[view][train] for view in views}, target.views
    )
    head = _calibrated(target, fit(X, train), documents, crossed.decisions, train)
    return FittedCorruption(head, crossed)


def measure_damage(
    target: CorruptionTarget,
    config: Config,
    documents: DamageDocuments,
    fitted: FittedCorruption,
    vectorizers: Mapping[str, HashedTfidfVectorizer],
    description: str,
) -> list[CorruptionEvaluation]:
    """Figures under every protocol, that of the left-out values first."""
    head, train, test = fitted.head, documents.train, documents.test
    X = side_by_side(
        vectorizers, {view: documents.counts[view][test] for view in head.views}, head.views
    )
    texts, clean = documents.damaged.texts, documents.damaged.level == 0
    surface = SurfaceCounts([texts[i] for i in train if clean[i]])
    rival = corruption_baseline(
        surface([texts[i] for i in train]), documents.damaged.level[train],
        documents.damaged.present[train], surface([texts[i] for i in test]),
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
            target, config, documents, head.outputs(X), rival, protocol="held-out documents",
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
