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
from framing.corpus.split import TEST, TRAIN, Split
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
    """A head, and decisions of models that did not know a document's value of `leave_out`."""

    head: StyleHead
    left_out: CrossFit | None
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
    document's group.
    """
    split, labels = documents.split, documents.labels
    labelled = labels.y != NO_CLASS
    train = np.flatnonzero((split.side == TRAIN) & labelled)
    test = np.flatnonzero((split.side == TEST) & labelled)
    if len(test) == 0:
        raise DataError("no test document has a class that was trained on", where=f"targets.{name}")

    alone = _LIBLINEAR if target.model == "linear_svc" else nullcontext()

    def fit(X: sparse.csr_matrix, rows: Ints) -> Linear:
        with alone:
            return fit_classes(
                X, labels.y[rows], len(labels.classes), model=target.model, C=target.C,
                class_weight=target.class_weight, seed=config.seed,
            )  # fmt: skip

    views = {view: config.views[view] for view in target.views}

    def held_out(rows: Ints, groups: Ints, keep: list[int] | None, where: str) -> CrossFit:
        fold = np.full(len(labels.y), NO_FOLD, dtype=np.int64)
        fold[rows] = deal_folds(groups[rows], keep, config.evaluation.folds, config.seed)
        return cross_fit(
            views, documents.counts, fold, split.side == TRAIN, fit, where=where, jobs=jobs
        )

    by_group = held_out(train, split.groups, labels.y[train].tolist(), f"targets.{name}")
    left_out = None
    if documents.left_out is not None:
        # a class may have values of its own, so its share cannot be the same in every fold
        rows = np.concatenate([train, test])
        left_out = held_out(rows, documents.left_out, None, f"targets.{name}.leave_out")
    X = side_by_side(vectorizers, _rows(documents.counts, train, target.views), target.views)
    head = calibrate_style(
        labels.classes, tuple(target.views), fit(X, train), by_group.decisions[train],
        labels.y[train], temperature=target.calibration == "temperature",
        coverage=target.coverage,
    )  # fmt: skip
    return FittedStyle(head, left_out, train, test)


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
    if documents.left_out is not None and fitted.left_out is not None:
        read = _left_out(target, config, documents, fitted, fitted.left_out)
        evaluations.append(
            evaluate_style(
                read,
                ClusterBootstrap.of(config, documents.left_out[test]),
                protocol=f"{target.leave_out} left out",
                description=f"Test documents of values of {target.leave_out} that were left out "
                f"of training and calibration, every value once. Baseline: {STYLE_BASELINE}.",
            )
        )
    return MeasuredStyle(evaluations, (features[0], features[1]))


def _left_out(
    target: StyleTarget,
    config: Config,
    documents: StyleDocuments,
    fitted: FittedStyle,
    crossed: CrossFit,
) -> StylePredictions:
    """Test documents read by models, and rivals, that did not know their value of `leave_out`."""
    fold, decisions, y = crossed.fold, crossed.decisions, documents.labels.y
    head, train, test = fitted.head, fitted.train, fitted.test
    p = np.zeros((len(test), len(head.classes)))
    sets = np.zeros(p.shape, dtype=bool)
    dummy, rival = np.zeros(len(test), dtype=np.int64), np.zeros(len(test), dtype=np.int64)
    for k in np.unique(fold[test]):
        others, inside = train[fold[train] != k], fold[test] == k
        calibrated = calibrate_style(
            head.classes, head.views, head.linear, decisions[others], y[others],
            temperature=target.calibration == "temperature", coverage=target.coverage,
        )  # fmt: skip
        p[inside] = calibrated.from_decisions(decisions[test[inside]])
        sets[inside] = calibrated.label_sets(p[inside])
        dummy[inside] = majority(y[others])
        rival[inside] = style_baseline(
            [documents.texts[i] for i in others], y[others],
            [documents.texts[i] for i in test[inside]], seed=config.seed,
        )  # fmt: skip
    return StylePredictions(head.classes, y[test], p, sets, target.coverage, dummy, rival)


def _rows(counts: Counts, rows: Ints, views: Sequence[str]) -> Counts:
    return {view: counts[view][rows] for view in views}
