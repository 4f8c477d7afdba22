"""A style target: fitted, calibrated on held-out groups, measured on test documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from framing.config import Config, StyleTarget
from framing.corpus.days import to_day
from framing.corpus.split import TEST, TRAIN, Split
from framing.corpus.texts import Texts
from framing.errors import DataError
from framing.heads import Decided, Linear, StyleHead, calibrate_style, start_classes
from framing.heads.familiarity import Familiarity, Rarity, fit_familiarity, mean_idf
from framing.training.blocks import Mask
from framing.training.documents import NO_CLASS, FinerClasses, Labels, finer_classes
from framing.training.fitting import (
    NO_FOLD,
    CrossFit,
    Fitted,
    Ints,
    Question,
    Solver,
    Task,
    deal_folds,
    fold_masks,
)
from framing.training.invariance import Invariance, Scaled
from framing.training.loading import Documents, as_strings

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StyleDocuments:
    """The documents of a run as a style target sees them."""

    texts: Texts
    split: Split
    labels: Labels
    left_out: Ints | None
    """(documents,) number of each document's value of the `leave_out` column, or None."""
    names: Sequence[str]
    """The values of that column."""
    finer: FinerClasses | None
    """The classes that are told apart in place of the target's own, if there are."""
    explained: Ints | None
    """(documents, k) what else is known of a document, as numbers of columns."""


def as_seen(documents: Documents, name: str, target: StyleTarget) -> StyleDocuments:
    """The documents of a run as a style target sees them.

    Raises
    ------
    DataError
        When the column of `leave_out` has one value.
    """
    labels, columns, left_out = documents.labels[name], documents.columns, None
    names: list[str] = []
    if target.leave_out:
        values = as_strings(columns[target.leave_out])
        unique, numbers = np.unique(values, return_inverse=True)
        names, left_out = unique.tolist(), numbers.astype(np.int64)
        if len(names) < 2:
            raise DataError(
                f"column {target.leave_out!r} has one value, so none can be left out",
                where=f"targets.{name}.leave_out",
            )
    finer = explained = None
    if target.through:
        values = as_strings(columns[target.through])
        finer = finer_classes(labels, values, documents.split, target.through_documents)
    if target.unseen and target.unseen.explained_by:
        explained = _explained([columns[column] for column in target.unseen.explained_by])
    return StyleDocuments(
        documents.texts, documents.split, labels, left_out, names, finer, explained
    )


def _explained(columns: Sequence[Sequence[object]]) -> Ints:
    """A number for each value of each column, those of one column after those of another."""
    found: list[Ints] = []
    first = 0
    for values in columns:
        days = [to_day(value) for value in values]
        ways = [as_strings(list(values))]
        if sum(day is not None for day in days) > len(days) / 2:
            # weeks and days are too many to be told from the documents themselves
            ways = [[(day or "")[:4] for day in days], [(day or "")[:7] for day in days]]
        for way in ways:
            number = np.unique(way, return_inverse=True)[1].astype(np.int64)
            found.append(first + number)
            first += int(number.max(initial=0)) + 1
    return np.column_stack(found)


OWN = "own"
ROWS, GROUPS, SOURCES = "rows", "groups", "sources"
"""What is kept apart when documents are held out: nothing, groups of the split, values of
`leave_out`."""


class Key(NamedTuple):
    """Which of a target's models a task is."""

    apart: str
    """OWN for the model itself, else what keeps held-out documents apart."""
    fold: int
    unseen: bool
    """Whether it is the one for unseen sources."""


@dataclass(frozen=True)
class StylePlan:
    """The models that a style target needs: its own, and those that did not see some documents."""

    name: str
    target: StyleTarget
    documents: StyleDocuments
    train: Ints
    test: Ints
    folds: dict[str, Ints]
    """(documents,) the fold in which a document is held out, else NO_FOLD, by what is kept
    apart."""
    keys: list[Key]
    tasks: list[Task]
    """One a key, its own first."""
    asked: list[Mask]
    """The documents on which each task's model decides."""
    invariance: Invariance | None
    """Of the models for unseen sources; to be taught before they are fitted."""
    owner: str
    """The target whose models these are: its own name, or that of the one it shares."""

    @property
    def names(self) -> Sequence[str]:
        """Of sources, whose words the models for unseen sources are not to read."""
        unseen = self.target.unseen
        return self.documents.names if unseen and not unseen.names else ()


@dataclass(frozen=True)
class FittedStyle:
    """A head, and decisions of models that did not know some documents."""

    head: StyleHead
    decisions: Decided
    """(test documents, classes) of the head itself."""
    held_out: dict[str, Decided]
    """(documents, classes) by what was kept apart; NaN where a document has no fold."""
    train: Ints
    test: Ints


def plan_styles(config: Config, documents: Documents) -> list[StylePlan]:
    """Plans of all style targets, in the order of the config."""
    targets = config.style_targets
    plans = {
        name: plan_style(name, target, config, as_seen(documents, name, target))
        for name, target in targets.items()
        if target.shares is None
    }
    for name, target in targets.items():
        if target.shares is not None:
            plans[name] = share_plan(name, target, plans[target.shares], documents.labels[name])
    return [plans[name] for name in targets]


def plan_style(
    name: str, target: StyleTarget, config: Config, documents: StyleDocuments
) -> StylePlan:
    """Decide which models to fit, on which documents.

    Probabilities and label sets are calibrated on decisions of models that did not see the
    document's group.

    Raises
    ------
    DataError
        When no test document has a class, or no group can be held out.
    """
    if not ((documents.split.side == TEST) & (documents.labels.y != NO_CLASS)).any():
        raise DataError("no test document has a class that was trained on", where=f"targets.{name}")
    held_out = [GROUPS]
    if documents.left_out is not None:
        held_out.append(SOURCES)
    if config.evaluation.probes:
        held_out.append(ROWS)
    return _planned(name, target, config, documents, held_out, [Key(OWN, 0, False)])


def plan_folds(
    name: str, target: StyleTarget, config: Config, documents: StyleDocuments, apart: str
) -> StylePlan:
    """Plan no more models than are needed to read documents that were held out in one way.

    Parameters
    ----------
    apart : str
        ROWS, GROUPS or SOURCES: what is kept apart.

    Raises
    ------
    DataError
        When no group can be held out.
    """
    # heads are calibrated on held-out groups, and their gates on held-out sources
    needed = {GROUPS, apart} | ({SOURCES} if target.unseen else set())
    held_out = [one for one in (GROUPS, SOURCES, ROWS) if one in needed]
    return _planned(name, target, config, documents, held_out, [])


def _planned(
    name: str,
    target: StyleTarget,
    config: Config,
    documents: StyleDocuments,
    held_out: Sequence[str],
    keys: list[Key],
) -> StylePlan:
    """Plan models for each fold of each way to hold documents out, behind those of `keys`."""
    split, labels = documents.split, documents.labels
    labelled = labels.y != NO_CLASS
    in_train, in_test = (split.side == TRAIN) & labelled, (split.side == TEST) & labelled
    train, test = np.flatnonzero(in_train), np.flatnonzero(in_test)

    def folds(rows: Ints, groups: Ints, keep: list[int] | None) -> Ints:
        fold = np.full(len(labels.y), NO_FOLD, dtype=np.int64)
        fold[rows] = deal_folds(groups[rows], keep, config.evaluation.folds, config.seed)
        return fold

    y_train = labels.y[train].tolist()
    by_what: dict[str, Ints] = {}
    for apart in held_out:
        if apart == SOURCES and documents.left_out is not None:
            # a class may have values of its own, so its share cannot be the same in every fold
            by_what[apart] = folds(np.concatenate([train, test]), documents.left_out, None)
        else:
            groups = split.groups if apart == GROUPS else np.arange(len(labels.y))
            by_what[apart] = folds(train, groups, y_train)
    keys, masks, asked = list(keys), [in_train] * len(keys), [in_test] * len(keys)
    for apart, fold in by_what.items():
        where = f"targets.{name}" + (".leave_out" if apart == SOURCES else "")
        masks += fold_masks(fold, in_train, where=where)
        keys += [Key(apart, k, False) for k in _numbers(fold)]
        asked += [fold == k for k in _numbers(fold)]
    invariance = None
    if target.unseen is not None and documents.left_out is not None:
        invariance = Invariance(labels.y, documents.left_out, masks)
        keys += [key._replace(unseen=True) for key in keys]
        masks, asked = 2 * masks, 2 * asked
    start = _Start(target, documents, config.seed, invariance)
    tasks = [
        Task(
            start.views(key.unseen),
            mask,
            partial(start, key.unseen),
            split.side == TRAIN if key.apart == OWN else None,
            kept=key.apart == OWN,
        )
        for key, mask in zip(keys, masks, strict=True)
    ]
    return StylePlan(
        name, target, documents, train, test, by_what, keys, tasks, asked, invariance, name
    )


def share_plan(name: str, target: StyleTarget, owner: StylePlan, labels: Labels) -> StylePlan:
    """The plan of a target whose classes another one's models tell already.

    Raises
    ------
    DataError
        When no test document has one of its classes.
    """
    seen, split, finer = owner.documents, owner.documents.split, owner.documents.finer
    assert finer is not None  # the config was checked
    documents = replace(
        seen, labels=labels, finer=finer.within(labels, target.other), left_out=None
    )
    there = labels.y != NO_CLASS
    test = np.flatnonzero((split.side == TEST) & there)
    if len(test) == 0:
        raise DataError("no test document has a class that was trained on", where=f"targets.{name}")
    folds = {
        apart: np.where(there, fold, NO_FOLD)
        for apart, fold in owner.folds.items()
        if apart != SOURCES
    }
    train = np.flatnonzero(folds[GROUPS] != NO_FOLD)
    keys = [key for key in owner.keys if not key.unseen and key.apart != SOURCES]
    return StylePlan(name, target, documents, train, test, folds, keys, [], [], None, owner.name)


@dataclass(frozen=True)
class _Start:
    """Starts the fits of a target."""

    target: StyleTarget
    documents: StyleDocuments
    seed: int
    invariance: Invariance | None

    def views(self, unseen: bool) -> tuple[str, ...]:
        more = self.target.unseen
        return tuple(more.views if unseen and more else self.target.views)

    def __call__(self, unseen: bool, mask: Mask, n_columns: int) -> Solver:
        target, more, documents = self.target, self.target.unseen, self.documents
        begin = partial(
            start_classes, model=target.model, class_weight=target.class_weight, seed=self.seed
        )
        labels, finer = documents.labels, documents.finer
        if unseen and more and self.invariance:
            scale = self.invariance.scale(mask, more.invariance, more.fingerprints)
            explained = documents.explained
            width = n_columns if explained is None else n_columns + int(explained.max()) + 1
            solver = begin(labels.y, mask, len(labels.classes), width, C=more.C)
            return Scaled(solver, scale, explained)
        if finer is not None:
            return begin(finer.y, mask, len(finer.class_of), n_columns, C=target.C)
        return begin(labels.y, mask, len(labels.classes), n_columns, C=target.C)


def finish_style(
    plan: StylePlan, fitted: Mapping[Key, Fitted], decisions: Mapping[Key, Floats]
) -> FittedStyle:
    """Calibrate the head on what the models of the folds decided.

    Parameters
    ----------
    fitted, decisions : mapping of Key to the model, and to what it decided
        Of the plan's owner.
    """
    held_out = hold_out(plan, decisions)
    two = plan.invariance is not None
    own, other = Key(OWN, 0, False), Key(OWN, 0, True)
    decided = Decided(decisions[own], decisions[other] if two else None)
    head = calibrate(
        plan, fitted[own].linear, fitted[other].linear if two else None, held_out, plan.train
    )
    return FittedStyle(head, decided[plan.test], held_out, plan.train, plan.test)


def hold_out(plan: StylePlan, decisions: Mapping[Key, Floats]) -> dict[str, Decided]:
    """What the models of the folds decided on the documents that they did not know.

    Returns
    -------
    dict of str to Decided
        (documents, classes) by what was kept apart; NaN where a document has no fold.
    """

    def crossed(apart: str, unseen: bool) -> Floats:
        keys = [k for k in plan.keys if (k.apart, k.unseen) == (apart, unseen)]
        return CrossFit.of(plan.folds[apart], [decisions[key] for key in keys]).decisions

    two = plan.invariance is not None
    return {
        apart: Decided(crossed(apart, False), crossed(apart, True) if two else None)
        for apart in plan.folds
    }


def calibrate(
    plan: StylePlan,
    linear: Linear,
    of_unseen: Linear | None,
    held_out: Mapping[str, Decided],
    rows: Ints,
) -> StyleHead:
    """A head, calibrated on what was decided on some of the held-out documents.

    Parameters
    ----------
    linear, of_unseen : Linear
        Its maps, the latter where the target has a model for unseen sources.
    """
    target, labels = plan.target, plan.documents.labels
    unseen = None
    if of_unseen is not None and target.unseen is not None:
        unseen = tuple(target.unseen.views), of_unseen, held_out[SOURCES][rows]
    return calibrate_style(
        labels.classes, tuple(target.views), linear, held_out[GROUPS][rows], labels.y[rows],
        temperature=target.calibration == "temperature", coverage=target.coverage,
        other=target.other, unseen=unseen,
        class_of=plan.documents.finer.class_of if plan.documents.finer else None,
    )  # fmt: skip


def rarities(plan: StylePlan, models: Sequence[Fitted]) -> list[Question]:
    """Ask how rare the n-grams of held-out documents are in the others, view by view.

    Parameters
    ----------
    models : sequence of Fitted
        Of the plan.
    """
    return [
        (Fitted(model.every_view, (view,), Rarity.of(view, found).linear), asked)
        for key, model, asked in zip(plan.keys, models, plan.asked, strict=False)
        if (key.apart, key.unseen) == (GROUPS, False)
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
    n, fold = len(views), plan.folds[GROUPS]
    idf = np.full((len(fold), n), np.nan)
    for number, k in enumerate(_numbers(fold)):
        held_out = fold == k
        idf[held_out] = mean_idf([d[held_out] for d in decisions[number * n : (number + 1) * n]])
    rows = plan.train
    return fit_familiarity(views, idf[rows], plan.documents.texts.lengths[rows])


def _numbers(fold: Ints) -> list[int]:
    return [int(k) for k in np.unique(fold[fold != NO_FOLD])]
