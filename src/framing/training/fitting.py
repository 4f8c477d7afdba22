"""Fitting the linear models of a run together, in passes over blocks of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from framing.config import View
from framing.corpus.split import assign_groups
from framing.errors import DataError
from framing.features.reading import NO_ROWS, Reading, Rows
from framing.features.tfidf import FittedView, Weighing, idf_of
from framing.features.weighing import add_frequencies
from framing.heads import Linear, Scorer
from framing.training.blocks import Block, Blocks, Mask, of_documents

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NO_FOLD = -1


class Solver(Protocol):
    """A model that is fitted in passes over the documents."""

    def visit(self, documents: Ints, rows: Rows) -> None:
        """Learn from some documents; `rows` are TF-IDF, one row a document."""

    def end_pass(self) -> bool:
        """Whether another pass is needed."""

    def linear(self) -> Linear:
        """What was learnt."""


@dataclass(frozen=True)
class Task:
    """One linear model to fit."""

    views: tuple[str, ...]
    """The views it reads, side by side in this order."""
    train: Mask
    """(documents,) those it learns from."""
    start: Callable[[Mask, int], Solver]
    """From `train` and the number of columns to a solver."""
    frequencies: Mask | None = None
    """(documents,) where idf is learnt; from `train` when not given."""
    kept: bool = False
    """Whether it becomes part of the model of the run."""


@dataclass(frozen=True)
class Fitted:
    """A linear model on views that learnt their document frequencies."""

    every_view: dict[str, FittedView]
    """All that its blocks were read in."""
    views: tuple[str, ...]
    """Those that it reads."""
    linear: Linear


Question = tuple[Fitted, Mask]
"""A model, and (documents,) those on which it is to decide."""


@dataclass(frozen=True)
class CrossFit:
    """Decisions on documents by models that did not learn from their fold."""

    fold: Ints
    """(documents,) the fold in which a document was held out, NO_FOLD for the others."""
    decisions: Floats
    """(documents, outputs) of the documents that have a fold; NaN for the others."""

    @classmethod
    def of(cls, fold: Ints, decisions: Sequence[Floats]) -> CrossFit:
        """Put together what the model of each fold decided."""
        together = np.full(decisions[0].shape, np.nan)
        for k, of_fold in zip(np.unique(fold[fold != NO_FOLD]), decisions, strict=True):
            together[fold == k] = of_fold[fold == k]
        return cls(fold, together)


def deal_folds(groups: Ints, labels: Sequence[object] | None, folds: int, seed: int) -> Ints:
    """A fold for each row: whole groups, classes in proportion, as many folds as groups allow."""
    n = min(folds, len(np.unique(groups)))
    rng = np.random.default_rng([seed, 0xF01D])
    return assign_groups(groups, labels, [1 / n] * n, rng)


def fold_masks(fold: Ints, trained_on: Mask, *, where: str) -> list[Mask]:
    """The documents that each fold's model learns from: those of the others.

    Parameters
    ----------
    fold : ndarray of shape (documents,)
        NO_FOLD for documents to leave alone.
    trained_on : ndarray of bool of shape (documents,)
        Documents that may train; those with a fold that may not are only decided on.
    where : str
        The place in the config that an error names.

    Raises
    ------
    DataError
        When a fold holds all the documents that may train.
    """
    usable = (fold != NO_FOLD) & trained_on
    masks = [usable & (fold != k) for k in np.unique(fold[fold != NO_FOLD])]
    if not all(mask.any() for mask in masks):
        raise DataError(
            "the documents to train on are all of one group, so none can be held out",
            where=where,
            hint="Give documents of more groups, or change what belongs together.",
        )
    return masks


Frequencies = dict[str, tuple[Ints, int]]
"""By view: in how many documents each column was, and how many documents there were."""


def document_frequencies(
    blocks: Blocks, masks: Sequence[Mask], advance: Callable[[int], None] | None = None
) -> list[Frequencies]:
    """The document frequencies of the documents in each mask, in one pass."""
    found = [np.zeros(blocks.n_columns, dtype=np.uint32) for _ in masks]

    def add(block: Block, i: int) -> None:
        add_frequencies(of_documents(block, masks[i], len(blocks.views)).rows.indices, found[i])

    with ThreadPoolExecutor(blocks.n_threads) as pool:
        for block in blocks.each(advance=advance):
            list(pool.map(add, [block] * len(masks), range(len(masks))))
    return [
        {
            view: (df[blocks.columns(view)].astype(np.int64), int(mask.sum()))
            for view in blocks.views
        }
        for df, mask in zip(found, masks, strict=True)
    ]


def fit_tasks(
    blocks: Blocks,
    views: Mapping[str, View],
    tasks: Sequence[Task],
    frequencies: Sequence[Frequencies],
    *,
    seed: int,
    advance: Callable[[int], None] | None = None,
) -> list[Fitted]:
    """Fit all tasks, each pass reading a block once for all of them.

    The order of blocks follows from the seed, so the result does not depend on the threads.

    Parameters
    ----------
    frequencies : sequence of Frequencies
        Those of each task.
    """
    running = [
        _Running(blocks, views, task, seen) for task, seen in zip(tasks, frequencies, strict=True)
    ]
    rng = np.random.default_rng([seed, 0x9A55])
    left = list(running)
    with ThreadPoolExecutor(blocks.n_threads) as pool:
        while left:
            order = rng.permutation(len(blocks)).tolist()
            needed = partial(_anyone_needs, left)
            for block in blocks.each(order, needed=needed):
                list(pool.map(_Running.visit, left, [block] * len(left)))
            remaining = [one for one in left if one.end_pass()]
            if advance:
                advance(len(left) - len(remaining))
            left = remaining
    return [one.fitted() for one in running]


def _anyone_needs(running: Sequence[_Running], number: int) -> bool:
    return any(one.needs(number) for one in running)


class _Running:
    def __init__(
        self, blocks: Blocks, views: Mapping[str, View], task: Task, seen: Frequencies
    ) -> None:
        self._task = task
        self._blocks = blocks
        self._every_view = {
            name: fitted_view(views[name], reading, *seen[name])
            for name, reading in blocks.views.items()
        }
        self._weighing = Weighing(list(self._every_view.values()))
        self._read = np.array([name in task.views for name in blocks.views])
        self._weighed: dict[int, Rows] = {}
        self.solver = task.start(task.train, blocks.n_columns)

    def needs(self, number: int) -> bool:
        """Whether the rows of a block are yet to be weighed."""
        return number not in self._weighed

    def visit(self, block: Block) -> None:
        documents = block.documents[self._task.train[block.documents]]
        if not len(documents):
            self._weighed[block.number] = NO_ROWS
            return
        rows = self._weighed.get(block.number)
        if rows is None:
            inside = np.searchsorted(block.documents, documents)
            rows = self._weighing.weigh_documents(block.rows, inside, self._read)
            if self._blocks.claim(sum(part.nbytes for part in rows)):
                # most of a fit would be weighing the same counts again
                self._weighed[block.number] = rows
        self.solver.visit(documents, rows)

    def end_pass(self) -> bool:
        """Whether another pass is needed; if not, the memory is given back."""
        more = self.solver.end_pass()
        if not more:
            self._blocks.claim(
                -sum(part.nbytes for rows in self._weighed.values() for part in rows)
            )
            self._weighed.clear()
        return more

    def fitted(self) -> Fitted:
        found = self.solver.linear()
        views = self._task.views
        if views != tuple(self._blocks.views):
            columns = [self._blocks.columns(view) for view in views]
            found = Linear(np.concatenate([found.weights[c] for c in columns]), found.bias)
        return Fitted(self._every_view, views, found)


def fitted_view(view: View, reading: Reading, df: Ints, n_documents: int) -> FittedView:
    """A view with the document frequencies of some documents."""
    idf = idf_of(df, n_documents) if view.use_idf else np.ones(len(df), dtype=np.float32)
    return FittedView(reading, view.sublinear_tf, view.norm, idf)


def decide(
    blocks: Blocks,
    asked: Sequence[Question],
    advance: Callable[[int], None] | None = None,
) -> list[Floats]:
    """Decision values of models on the documents in their masks, in one pass.

    Returns
    -------
    list of ndarray of shape (documents, outputs)
        NaN for documents outside of the mask.
    """
    scorers = [Scorer(model.every_view, {"": model}) for model, _ in asked]
    found = [np.full((len(blocks.texts), len(model.linear.bias)), np.nan) for model, _ in asked]

    def score(block: Block, i: int) -> None:
        part = of_documents(block, asked[i][1], len(blocks.views))
        if len(part.documents):
            found[i][part.documents] = scorers[i].score(part.rows).values[""]

    with ThreadPoolExecutor(blocks.n_threads) as pool:
        for block in blocks.each(advance=advance):
            list(pool.map(score, [block] * len(asked), range(len(asked))))
    return found
