"""A style target: fitted, calibrated on held-out groups, measured on test documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.config import Config, StyleTarget
from framing.corpus.split import Split
from framing.errors import DataError
from framing.evaluation.baselines import STYLE_BASELINE, majority, style_baseline
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.results import StyleEvaluation
from framing.evaluation.style import StylePredictions, evaluate_style
from framing.features import Counts, HashedTfidfVectorizer
from framing.heads import Linear, StyleHead, calibrate_style, fit_classes
from framing.model import side_by_side
from framing.training.documents import NO_CLASS, Labels
from framing.training.fitting import NO_FOLD, CrossFit, Ints, cross_fit, deal_folds

Floats = npt.NDArray[np.float64]

_LIBLINEAR = Lock()
"""liblinear draws from one generator for the whole process: two fits at once would take turns
with it by chance, and no run could be repeated."""


@dataclass(frozen=True)
class StyleDocuments:
    """The documents of a run as a style target sees them."""

    texts: Sequence[str]
    counts: Counts
    split: Split
    labels: Labels
    left_out: Ints | None
    """(documents,) number of each document's value of the `leave_out` column, or None."""


@dataclass(frozen=True)
class FittedStyle:
    """A head and the held-out decisions that calibrated it."""

    head: StyleHead
    held_out: CrossFit
    train: Ints
    test: Ints


def fit_style(
    name: str,
    target: StyleTarget,
    config: Config,
    documents: StyleDocuments,
    vectorizers: Mapping[str, HashedTfidfVectorizer],
    *,
    jobs: int,
) -> FittedStyle:
    """Fit a style target on the training documents.

    Probabilities and label sets are calibrated on decisions of models that did not see the
    document's group (nor, with `leave_out`, its value of that column).
    """
    split, labels = documents.split, documents.labels
    labelled = labels.y != NO_CLASS
    train = np.flatnonzero((split.side == 0) & labelled)
    test = np.flatnonzero((split.side == 1) & labelled)
    if len(test) == 0:
        raise DataError("no test document has a class that was trained on", where=f"targets.{name}")

    alone = _LIBLINEAR if target.model == "linear_svc" else nullcontext()

    def fit(X: sparse.csr_matrix, rows: Ints) -> Linear:
        with alone:
            return fit_classes(
                X, labels.y[rows], len(labels.classes), model=target.model, C=target.C,
                class_weight=target.class_weight, seed=config.seed,
            )  # fmt: skip

    groups = split.groups if documents.left_out is None else documents.left_out
    held = train if documents.left_out is None else np.concatenate([train, test])
    fold = np.full(len(labels.y), NO_FOLD, dtype=np.int64)
    # one class may fill whole groups of `leave_out`, so its shares cannot be kept there
    keep = labels.y[held].tolist() if documents.left_out is None else None
    fold[held] = deal_folds(groups[held], keep, config.evaluation.folds, config.seed)
    views = {view: config.views[view] for view in target.views}
    crossed = cross_fit(
        views, documents.counts, fold, split.side == 0, fit,
        where=f"targets.{name}{'.leave_out' if target.leave_out else ''}", jobs=jobs,
    )  # fmt: skip
    X = side_by_side(vectorizers, _rows(documents.counts, train, target.views), target.views)
    head = calibrate_style(
        labels.classes, tuple(target.views), fit(X, train), crossed.decisions[train],
        labels.y[train], temperature=target.calibration == "temperature",
        coverage=target.coverage,
    )  # fmt: skip
    return FittedStyle(head, crossed, train, test)


@dataclass(frozen=True)
class MeasuredStyle:
    """Figures under every protocol, and what they were made of."""

    evaluations: list[StyleEvaluation]
    features: tuple[sparse.csr_matrix, sparse.csr_matrix]
    """Of the training and of the test documents."""


def measure_style(
    target: StyleTarget,
    config: Config,
    documents: StyleDocuments,
    fitted: FittedStyle,
    vectorizers: Mapping[str, HashedTfidfVectorizer],
) -> MeasuredStyle:
    """Measure a style target on the test documents."""
    head, test, y = fitted.head, fitted.test, documents.labels.y
    features = [
        side_by_side(vectorizers, _rows(documents.counts, rows, head.views), head.views)
        for rows in (fitted.train, test)
    ]
    probabilities = head.probabilities(features[1])
    rival = style_baseline(
        [documents.texts[i] for i in fitted.train], y[fitted.train],
        [documents.texts[i] for i in test], seed=config.seed,
    )  # fmt: skip
    dummy = np.full(len(test), majority(y[fitted.train]))
    evaluations = [
        evaluate_style(
            StylePredictions(head.classes, y[test], probabilities, head.label_sets(probabilities),
                             target.coverage, dummy, rival),
            ClusterBootstrap.of(config, documents.split.groups[test]),
            protocol="held-out documents",
            description=f"{documents.split.description} Baseline: {STYLE_BASELINE}.",
        )
    ]  # fmt: skip
    if documents.left_out is not None:
        p, sets = _left_out(target, fitted, y)
        evaluations.append(
            evaluate_style(
                StylePredictions(head.classes, y[test], p, sets, target.coverage, dummy),
                ClusterBootstrap.of(config, documents.left_out[test]),
                protocol=f"{target.leave_out} left out",
                description=f"Test documents of values of {target.leave_out} that were left out "
                "of training and calibration, every value once.",
            )
        )
    return MeasuredStyle(evaluations, (features[0], features[1]))


def _left_out(
    target: StyleTarget, fitted: FittedStyle, y: Ints
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Test documents read by the models that did not know their value of `leave_out`."""
    fold, decisions = fitted.held_out.fold, fitted.held_out.decisions
    head, train, test = fitted.head, fitted.train, fitted.test
    p = np.zeros((len(test), len(head.classes)))
    sets = np.zeros(p.shape, dtype=bool)
    for k in np.unique(fold[test]):
        others = train[fold[train] != k]
        calibrated = calibrate_style(
            head.classes, head.views, head.linear, decisions[others], y[others],
            temperature=target.calibration == "temperature", coverage=target.coverage,
        )  # fmt: skip
        inside = fold[test] == k
        p[inside] = calibrated.from_decisions(decisions[test[inside]])
        sets[inside] = calibrated.label_sets(p[inside])
    return p, sets


def _rows(counts: Counts, rows: Ints, views: Sequence[str]) -> Counts:
    return {view: counts[view][rows] for view in views}
