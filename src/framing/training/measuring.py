"""What a style target is worth: on test documents, and on training documents that were held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from framing.config import Config, StyleTarget
from framing.evaluation.baselines import STYLE_BASELINE, majority, style_baseline
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.results import SplitFigures, StyleEvaluation
from framing.evaluation.style import StylePredictions, compare_split, evaluate_style
from framing.heads import Decided, Linear
from framing.heads.style import Parted
from framing.training.style import (
    GROUPS,
    ROWS,
    SOURCES,
    FittedStyle,
    StyleDocuments,
    StylePlan,
    calibrate,
)

Ints = npt.NDArray[np.int64]

_NOT_READ = Linear(np.zeros((0, 0), dtype=np.float32), np.zeros(0))
"""In place of the map of a head that only sees decisions."""


def measure_style(plan: StylePlan, config: Config, fitted: FittedStyle) -> list[StyleEvaluation]:
    """Figures on the test documents under every protocol."""
    head, train, test = fitted.head, fitted.train, fitted.test
    target, documents, y = plan.target, plan.documents, plan.documents.labels.y
    parted = head.from_decisions(fitted.decisions)
    rival = _rival(plan, config, train, test)
    dummy = np.full(len(test), majority(y[train]))
    evaluations = [
        evaluate_style(
            StylePredictions(head.classes, y[test], parted, head.label_sets(parted.probabilities),
                             target.coverage, dummy, rival),
            ClusterBootstrap.of(config, documents.split.groups[test]),
            protocol="held-out documents",
            description=f"{documents.split.description} {_about_rival(config, len(train))}",
        )
    ]  # fmt: skip
    if documents.left_out is not None:
        evaluations.append(
            evaluate_style(
                _beside_rivals(plan, config, fitted, SOURCES, test),
                ClusterBootstrap.of(config, documents.left_out[test]),
                protocol=f"{target.leave_out} left out",
                description=f"Test documents of values of {target.leave_out} that were left out "
                f"of training and calibration, every value once. "
                + _about_rival(config, len(train)),
            )
        )
    return evaluations


def compare_splits(plan: StylePlan, config: Config, fitted: FittedStyle) -> list[SplitFigures]:
    """The same figures of the training documents, held out in different ways."""
    documents, train = plan.documents, plan.train
    names = names_of_apart(documents, plan.target)
    found: list[SplitFigures] = []
    for apart in (ROWS, GROUPS, SOURCES):
        if apart in plan.folds:
            predictions = _beside_rivals(plan, config, fitted, apart, train)
            bootstrap = ClusterBootstrap.of(config, clusters(plan, apart)[train])
            found.append(compare_split(predictions, bootstrap, names[apart]))
    return found


def names_of_apart(documents: StyleDocuments, target: StyleTarget) -> dict[str, str]:
    """What it is that was kept apart, in words."""
    return {
        ROWS: "nothing but the document",
        GROUPS: "stories and near-duplicates" if len(documents.split.proof) else "groups",
        SOURCES: str(target.leave_out),
    }


def clusters(plan: StylePlan, apart: str) -> Ints:
    """(documents,) what intervals draw together where something was kept apart."""
    left_out = plan.documents.left_out
    return left_out if apart == SOURCES and left_out is not None else plan.documents.split.groups


def read_apart(
    plan: StylePlan, held_out: Mapping[str, Decided], apart: str, rows: Ints
) -> StylePredictions:
    """Documents read by models and calibrations that did not know their fold.

    Parameters
    ----------
    held_out : mapping of str to Decided
        (documents, classes) by what was kept apart: of `apart`, and of what heads are calibrated
        on.
    apart : str
    rows : ndarray of int
        Those of the documents to read.
    """
    labels, fold, train = plan.documents.labels, plan.folds[apart], plan.train
    shape = len(rows), len(labels.classes)
    sets = np.zeros(shape, dtype=bool)
    seen, unseen, gate = np.zeros(shape), np.zeros(shape), np.zeros(len(rows))
    two = plan.invariance is not None
    for k in np.unique(fold[rows]):
        others, inside = train[fold[train] != k], fold[rows] == k
        head = calibrate(plan, _NOT_READ, _NOT_READ if two else None, held_out, others)
        parted = head.from_decisions(held_out[apart][rows[inside]])
        seen[inside] = parted.seen
        if parted.unseen is not None and parted.gate is not None:
            unseen[inside], gate[inside] = parted.unseen, parted.gate
        sets[inside] = head.label_sets(parted.probabilities)
    together = Parted(seen, unseen, gate) if two else Parted(seen)
    return StylePredictions(labels.classes, labels.y[rows], together, sets, plan.target.coverage)


def _beside_rivals(
    plan: StylePlan, config: Config, fitted: FittedStyle, apart: str, rows: Ints
) -> StylePredictions:
    """The same, with rivals that did not know a document's fold either."""
    y, fold, train = plan.documents.labels.y, plan.folds[apart], plan.train
    dummy, rival = np.zeros((2, len(rows)), dtype=np.int64)
    for k in np.unique(fold[rows]):
        others, inside = train[fold[train] != k], fold[rows] == k
        dummy[inside] = majority(y[others])
        rival[inside] = _rival(plan, config, others, rows[inside])
    read = read_apart(plan, fitted.held_out, apart, rows)
    return replace(read, dummy=dummy, baseline=rival)


def _rival(plan: StylePlan, config: Config, train: Ints, test: Ints) -> Ints:
    """What the baseline says of the test documents."""
    most = config.evaluation.baseline_documents
    if len(train) > most:
        # it learns from all at once, and slowly
        rng = np.random.default_rng([config.seed, 0xBA5E])
        train = np.sort(rng.choice(train, most, replace=False))
    texts = plan.documents.texts
    y = plan.documents.labels.y[train]
    return style_baseline(texts.select(train), y, texts.select(test), seed=config.seed)


def _about_rival(config: Config, documents: int) -> str:
    most = config.evaluation.baseline_documents
    part = f", trained on a random {most:,} of the documents" if documents > most else ""
    return f"Baseline: {STYLE_BASELINE}{part}."
