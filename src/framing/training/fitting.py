"""Cross-fitting: decision values of documents whose group a model was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy import sparse

from framing.config import View
from framing.corpus.split import assign_groups
from framing.errors import DataError
from framing.features import Counts, HashedTfidfVectorizer, vectorizer_for
from framing.heads import Linear
from framing.model import side_by_side

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

Fit = Callable[[sparse.csr_matrix, Ints], Linear]
"""From features and the row numbers that they belong to, a fitted linear map."""

NO_FOLD = -1


@dataclass(frozen=True)
class CrossFit:
    """Held-out decision values of the rows that were asked for."""

    fold: Ints
    """(rows of the counts,) the fold in which a row was held out, NO_FOLD for the others."""
    decisions: Floats
    """(rows of the counts, outputs) of the rows that have a fold; NaN for the others."""


def deal_folds(groups: Ints, labels: Sequence[object] | None, folds: int, seed: int) -> Ints:
    """A fold for each row: whole groups, classes in proportion, as many folds as groups allow."""
    n = min(folds, len(np.unique(groups)))
    rng = np.random.default_rng([seed, 0xF01D])
    return assign_groups(groups, labels, [1 / n] * n, rng)


def cross_fit(
    views: Mapping[str, View],
    counts: Counts,
    fold: Ints,
    trained_on: npt.NDArray[np.bool_],
    fit: Fit,
    *,
    where: str,
    jobs: int,
) -> CrossFit:
    """Hold each fold out once, learn idf and weights from the rest, decide on what was held out.

    Parameters
    ----------
    views : mapping of str to View
        The views to read, side by side in this order.
    counts : Counts
        Of all rows.
    fold : ndarray of shape (rows,)
        NO_FOLD for rows to leave alone.
    trained_on : ndarray of bool of shape (rows,)
        Rows that may train; rows with a fold that may not are only decided on.
    fit : callable
        See :data:`Fit`.
    where : str
        The place in the config that an error names.

    Raises
    ------
    DataError
        When a fold holds all the rows that may train.
    """
    folds = [int(k) for k in np.unique(fold[fold != NO_FOLD])]
    rows = {k: np.flatnonzero((fold != k) & (fold != NO_FOLD) & trained_on) for k in folds}
    if not all(len(others) for others in rows.values()):
        raise DataError(
            "the documents to train on are all of one group, so none can be held out",
            where=where,
            hint="Give documents of more groups, or change what belongs together.",
        )
    # threads: the solvers let go of the interpreter lock, and the counts need no copying
    results = Parallel(n_jobs=jobs, prefer="threads")(
        delayed(_one_fold)(
            views,
            counts,
            rows[k],
            np.flatnonzero(fold == k),
            fit,
        )
        for k in folds
    )
    outputs = next(values.shape[1] for _, values in results)
    decisions = np.full((len(fold), outputs), np.nan)
    for held_out, values in results:
        decisions[held_out] = values
    return CrossFit(fold, decisions)


def fit_vectorizers(
    views: Mapping[str, View], counts: Counts, rows: Ints
) -> dict[str, HashedTfidfVectorizer]:
    """Vectorizers whose document frequencies come from the given rows."""
    return {
        name: vectorizer_for(view).fit_counts(counts[name][rows]) for name, view in views.items()
    }


def _one_fold(
    views: Mapping[str, View], counts: Counts, train: Ints, held_out: Ints, fit: Fit
) -> tuple[Ints, Floats]:
    vectorizers = fit_vectorizers(views, counts, train)

    def features(rows: Ints) -> sparse.csr_matrix:
        return side_by_side(vectorizers, {v: counts[v][rows] for v in views}, list(views))

    linear = fit(features(train), train)
    return held_out, linear.decide(features(held_out))
