"""A style target: fitted, calibrated on held-out groups, measured on test documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.config import Config, StyleTarget
from framing.corpus.split import TEST, TRAIN, Split
from framing.corpus.texts import Texts
from framing.errors import DataError
from framing.evaluation.baselines import STYLE_BASELINE, majority, style_baseline
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.results import StyleEvaluation
from framing.evaluation.style import StylePredictions, evaluate_style
from framing.heads import StyleHead, calibrate_style, start_classes
from framing.heads.familiarity import Familiarity, Rarity, fit_familiarity, mean_idf
from framing.training.blocks import Mask
from framing.training.documents import NO_CLASS, Labels
from framing.training.fitting import (
    NO_FOLD,
    CrossFit,
    Fitted,
    Ints,
    Question,
    Solver,
    Task,
    deal_folds,
    fold_tasks,
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StyleDocuments:
    """The documents of a run as a style target sees them."""

    texts: Texts
    split: Split
    labels: Labels
    left_out: Ints | None
    """(documents,) number of each document's value of the `leave_out` column, or None."""


@dataclass(frozen=True)
class StylePlan:
    """The models that a style target needs: its own, and those that did not see some documents."""

    name: str
    target: StyleTarget
    documents: StyleDocuments
    train: Ints
    test: Ints
    by_group: Ints
    """(documents,) the fold in which a training document is held out, else NO_FOLD."""
    left_out: Ints | None
    """(documents,) the fold in which a document's value of `leave_out` is held out."""
    tasks: list[Task]
    """Its own first, then one for each fold."""
    asked: list[Mask]
    """The documents on which each task's model decides."""


@dataclass(frozen=True)
class FittedStyle:
    """A head, and decisions of models that did not know a document's value of `leave_out`."""

    head: StyleHead
    decisions: Floats
    """(test documents, classes) of the head itself."""
    left_out: CrossFit | None
    train: Ints
    test: Ints


def plan_style(
    name: str, target: StyleTarget, config: Config, documents: StyleDocuments
) -> StylePlan:
    """Decide which models to fit, on which documents.

    Probabilities and label sets are calibrated on decisions of models that did not see the
    document's group.
    """
    split, labels = documents.split, documents.labels
    labelled = labels.y != NO_CLASS
    in_train, in_test = (split.side == TRAIN) & labelled, (split.side == TEST) & labelled
    train, test = np.flatnonzero(in_train), np.flatnonzero(in_test)
    if len(test) == 0:
        raise DataError("no test document has a class that was trained on", where=f"targets.{name}")

    def start(mask: Mask, n_columns: int) -> Solver:
        return start_classes(
            labels.y, mask, len(labels.classes), n_columns, model=target.model, C=target.C,
            class_weight=target.class_weight, seed=config.seed,
        )  # fmt: skip

    def task(mask: Mask) -> Task:
        return Task(tuple(target.views), mask, start)

    def folds(rows: Ints, groups: Ints, keep: list[int] | None) -> Ints:
        fold = np.full(len(labels.y), NO_FOLD, dtype=np.int64)
        fold[rows] = deal_folds(groups[rows], keep, config.evaluation.folds, config.seed)
        return fold

    own = Task(tuple(target.views), in_train, start, split.side == TRAIN, kept=True)
    by_group = folds(train, split.groups, labels.y[train].tolist())
    tasks = [own, *fold_tasks(by_group, in_train, task, where=f"targets.{name}")]
    asked = [in_test, *(by_group == k for k in _numbers(by_group))]
    left_out = None
    if documents.left_out is not None:
        # a class may have values of its own, so its share cannot be the same in every fold
        left_out = folds(np.concatenate([train, test]), documents.left_out, None)
        tasks += fold_tasks(left_out, in_train, task, where=f"targets.{name}.leave_out")
        asked += [left_out == k for k in _numbers(left_out)]
    return StylePlan(name, target, documents, train, test, by_group, left_out, tasks, asked)


def finish_style(
    plan: StylePlan, fitted: Sequence[Fitted], decisions: Sequence[Floats]
) -> FittedStyle:
    """Calibrate the head on what the models of the folds decided."""
    target, labels = plan.target, plan.documents.labels
    n = 1 + len(_numbers(plan.by_group))
    held_out = CrossFit.of(plan.by_group, decisions[1:n])
    left_out = None
    if plan.left_out is not None:
        left_out = CrossFit.of(plan.left_out, decisions[n:])
    head = calibrate_style(
        labels.classes, tuple(target.views), fitted[0].linear, held_out.decisions[plan.train],
        labels.y[plan.train], temperature=target.calibration == "temperature",
        coverage=target.coverage, other=target.other,
    )  # fmt: skip
    return FittedStyle(head, decisions[0][plan.test], left_out, plan.train, plan.test)


def rarities(plan: StylePlan, models: Sequence[Fitted]) -> list[Question]:
    """Ask how rare the n-grams of held-out documents are in the others, view by view.

    Parameters
    ----------
    models : sequence of Fitted
        Of the plan.
    """
    folds = [plan.by_group == k for k in _numbers(plan.by_group)]
    return [
        (Fitted(model.every_view, (view,), Rarity.of(view, found).linear), fold)
        for model, fold in zip(models[1 : 1 + len(folds)], folds, strict=True)
        for view, found in model.every_view.items()
    ]


def finish_familiarity(
    plan: StylePlan, views: tuple[str, ...], decisions: Sequence[Floats]
) -> Familiarity:
    """Learn what is usual from the answers to :func:`rarities`.

    Parameters
    ----------
    views : tuple of str
        All that the models were read in.
    """
    n = len(views)
    idf = np.full((len(plan.by_group), n), np.nan)
    for number, k in enumerate(_numbers(plan.by_group)):
        held_out = plan.by_group == k
        idf[held_out] = mean_idf([d[held_out] for d in decisions[number * n : (number + 1) * n]])
    rows = plan.train
    return fit_familiarity(views, idf[rows], plan.documents.texts.lengths[rows])


def measure_style(plan: StylePlan, config: Config, fitted: FittedStyle) -> list[StyleEvaluation]:
    """Figures on the test documents under every protocol."""
    head, train, test = fitted.head, fitted.train, fitted.test
    target, documents, y = plan.target, plan.documents, plan.documents.labels.y
    probabilities = head.from_decisions(fitted.decisions)
    rival = _rival(plan, config, train, test)
    dummy = np.full(len(test), majority(y[train]))
    evaluations = [
        evaluate_style(
            StylePredictions(head.classes, y[test], probabilities, head.label_sets(probabilities),
                             target.coverage, dummy, rival),
            ClusterBootstrap.of(config, documents.split.groups[test]),
            protocol="held-out documents",
            description=f"{documents.split.description} {_about_rival(config, len(train))}",
        )
    ]  # fmt: skip
    if documents.left_out is not None and fitted.left_out is not None:
        evaluations.append(
            evaluate_style(
                _left_out(plan, config, fitted, fitted.left_out),
                ClusterBootstrap.of(config, documents.left_out[test]),
                protocol=f"{target.leave_out} left out",
                description=f"Test documents of values of {target.leave_out} that were left out "
                f"of training and calibration, every value once. "
                + _about_rival(config, len(train)),
            )
        )
    return evaluations


def _left_out(
    plan: StylePlan, config: Config, fitted: FittedStyle, crossed: CrossFit
) -> StylePredictions:
    """Test documents read by models, and rivals, that did not know their value of `leave_out`."""
    target, y = plan.target, plan.documents.labels.y
    fold, decisions = crossed.fold, crossed.decisions
    head, train, test = fitted.head, fitted.train, fitted.test
    p = np.zeros((len(test), len(head.classes)))
    sets = np.zeros(p.shape, dtype=bool)
    dummy, rival = np.zeros(len(test), dtype=np.int64), np.zeros(len(test), dtype=np.int64)
    for k in np.unique(fold[test]):
        others, inside = train[fold[train] != k], fold[test] == k
        calibrated = calibrate_style(
            head.classes, head.views, head.linear, decisions[others], y[others],
            temperature=target.calibration == "temperature", coverage=target.coverage,
            other=target.other,
        )  # fmt: skip
        p[inside] = calibrated.from_decisions(decisions[test[inside]])
        sets[inside] = calibrated.label_sets(p[inside])
        dummy[inside] = majority(y[others])
        rival[inside] = _rival(plan, config, others, test[inside])
    return StylePredictions(head.classes, y[test], p, sets, target.coverage, dummy, rival)


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


def _numbers(fold: Ints) -> list[int]:
    return [int(k) for k in np.unique(fold[fold != NO_FOLD])]
