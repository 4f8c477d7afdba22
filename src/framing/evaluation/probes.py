"""Probes: whether a good figure means what it seems to mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from framing.corpus.texts import Texts
from framing.corruption import damage
from framing.evaluation.bootstrap import ClusterBootstrap, Interval
from framing.evaluation.metrics import Auc, MacroF1, Mean, MeanOf, Within
from framing.evaluation.probe_results import AT_MOST, Probe
from framing.features.excerpts import READ_AT_MOST, excerpt
from framing.features.reading import Reader
from framing.features.tfidf import FittedView, Weighing
from framing.heads import Linear, Scorer

if TYPE_CHECKING:
    from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_LIGHT = 0.02
_ENOUGH = 3
"""Marked and unmarked test documents that a source needs to be looked into."""
_CHARACTERS = 10_000_000
"""Of training documents that tell what the features show."""
_FOREST_FROM = 10_000
"""Training documents that tell what marks give away, at most."""


def marks_give_away(
    name: str, train: Floats, y_train: Ints, test: Floats, y_test: Ints,
    bootstrap: ClusterBootstrap, *, n_classes: int, seed: int, jobs: int,
) -> Probe:  # fmt: skip
    """How well the classes are told by marks of damage alone, which is what to be wary of."""
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(
        200, min_samples_leaf=5, class_weight="balanced", random_state=seed, n_jobs=jobs
    )
    rows = np.arange(len(train))
    if len(rows) > _FOREST_FROM:
        rows = np.random.default_rng([seed, 0xF07E]).choice(rows, _FOREST_FROM, replace=False)
    model.fit(train[rows], y_train[rows])
    # several threads would add up the votes of the trees in an order left to chance
    said = model.set_params(n_jobs=1).predict(test)
    dummy = np.full(len(y_test), np.bincount(y_train).argmax())
    figure = bootstrap.interval(MacroF1(y_test, said, n_classes))
    return {
        "name": f"{name}: macro-F1 from marks of damage alone",
        "value": figure.value, "low": figure.low, "high": figure.high,
        "reference": MacroF1(y_test, dummy, n_classes).value(),
        "reference_name": "dummy",
        "meaning": "How far the damage that the corpus came with gives the class away. The views "
        "of a style target should not see it: prepare: normalized takes it out.",
    }  # fmt: skip


@dataclass(frozen=True)
class ShownMarks:
    """How well features tell marked documents of a source from unmarked ones, as an AUC."""

    auc: Interval
    length_alone: float
    """The same of the documents' lengths: long documents have more room for marks."""


def shown_marks(
    views: Mapping[str, FittedView],
    texts: Texts,
    train: Ints,
    test: Ints,
    marked: Bools,
    sources: Ints,
    bootstrap: ClusterBootstrap,
    *,
    seed: int,
    jobs: int,
) -> ShownMarks | None:
    """Whether the features of some views tell marked documents of a source from unmarked ones.

    A linear SVM is trained on documents of `train`, up to ten million characters of them.

    Parameters
    ----------
    views : mapping of str to FittedView
    train, test : ndarray of int
        Row numbers.
    marked, sources : ndarray of shape (documents,)
        Which documents carry a mark, and a number for each source.
    bootstrap : ClusterBootstrap
        Of the test documents.

    Returns
    -------
    ShownMarks or None
        None where there are too few marked or unmarked documents.
    """
    rows = _learnt_from(texts, train, seed)
    inside = [sources[test] == k for k in np.unique(sources[test])]
    inside = [c for c in inside if _ENOUGH <= marked[test][c].sum() <= c.sum() - _ENOUGH]
    if not inside or len(np.unique(marked[rows])) < 2:
        return None
    linear = _svm(views, texts, rows, marked[rows], sources[rows], seed=seed, jobs=jobs)
    scorer = Scorer(views, {"": _Svm(tuple(views), linear)})
    scores = scorer(map(excerpt, texts.select(test)), n_threads=jobs).values[""][:, 0]

    def within_sources(scores: Floats) -> MeanOf:
        return MeanOf([Within(c, Auc(marked[test][c], scores[c])) for c in inside])

    lengths = texts.lengths[test].astype(np.float64)
    return ShownMarks(bootstrap.interval(within_sources(scores)), within_sources(lengths).value())


def features_show_marks(name: str, shown: ShownMarks) -> Probe:
    """Whether a target's features still tell marked documents of a source from unmarked ones."""
    auc = shown.auc
    return {
        "name": f"{name}: AUC of its features for marks of damage within a source",
        "value": auc.value, "low": auc.low, "high": auc.high,
        "reference": shown.length_alone,
        "reference_name": "length alone",
        "meaning": "A model is trained to tell marked from unmarked documents of one source by the "
        "target's own features. If it does no better than the documents' lengths, the features do "
        "not show the damage that the corpus came with.",
    }  # fmt: skip


@dataclass(frozen=True)
class _Svm:
    """A linear model as :class:`Scorer` takes it."""

    views: tuple[str, ...]
    linear: Linear


def _learnt_from(texts: Texts, train: Ints, seed: int) -> Ints:
    """Training documents, as many of them as there are characters to learn from."""
    lengths = np.minimum(texts.lengths[train], READ_AT_MOST)
    if lengths.sum() <= _CHARACTERS:
        return train
    order = np.random.default_rng([seed, 0x5A3B]).permutation(len(train))
    return np.sort(train[order[np.cumsum(lengths[order]) <= _CHARACTERS]])


def features(
    views: Mapping[str, FittedView], texts: Texts, rows: Ints, *, jobs: int
) -> sparse.csr_matrix:
    """What some views show of documents, the views side by side: (rows, features)."""
    from scipy import sparse

    reader = Reader([view.reading for view in views.values()], jobs)
    counts = reader.count(map(excerpt, texts.select(rows)))
    data = Weighing(list(views.values())).weigh(counts, out=counts.data, n_threads=jobs)
    return sparse.csr_matrix(
        (data, counts.indices, counts.indptr[:: len(views)]), shape=(len(rows), reader.offsets[-1])
    )


def _svm(
    views: Mapping[str, FittedView], texts: Texts, rows: Ints, marked: Bools, sources: Ints,
    *, seed: int, jobs: int,
) -> Linear:  # fmt: skip
    from sklearn.svm import LinearSVC

    X = features(views, texts, rows, jobs=jobs)
    # every source and both states count alike, so that the source itself says nothing
    cells = 2 * sources + marked
    weight = len(rows) / np.bincount(cells)[cells]
    # a tolerance of a tenth changes the AUC by .0001, and takes twice the time
    model = LinearSVC(C=0.3, tol=0.1, random_state=seed).fit(X, marked, sample_weight=weight)
    return Linear(model.coef_.T.astype(np.float32), model.intercept_)


def flips_when_marked(
    name: str, before: Sequence[str], after: Sequence[str], bootstrap: ClusterBootstrap
) -> Probe:
    """How often the label changes when light encoding damage is done to an unmarked document.

    Parameters
    ----------
    before, after : sequence of str
        Labels of the documents and of what :func:`with_light_mojibake` makes of them.
    """
    figure = bootstrap.interval(Mean(np.asarray(before) != np.asarray(after)))
    return {
        "name": f"{name}: labels that change under light mojibake",
        "value": figure.value, "low": figure.low, "high": figure.high,
        "reference": 0.05, "reference_name": AT_MOST,
        "meaning": f"Encoding damage at severity {_LIGHT} is done to {len(before)} test documents "
        "that carry no mark; a style is not to change with it.",
    }  # fmt: skip


def with_light_mojibake(texts: Sequence[str], *, seed: int) -> list[str]:
    """The texts with a trace of encoding damage."""
    rng = np.random.default_rng([seed, 0xF11B])
    return [damage(text, [("mojibake", _LIGHT)], rng).text for text in texts]


def level_finds_marks(level: Floats, marked: Bools, bootstrap: ClusterBootstrap) -> Probe:
    """Whether documents that came damaged score higher: damage that was not made here."""
    figure = bootstrap.interval(Auc(marked, level))
    return {
        "name": "corruption: AUC of the level for marks of real damage",
        "value": figure.value, "low": figure.low, "high": figure.high,
        "reference": 0.5, "reference_name": "dummy",
        "meaning": "The level of test documents that carry marks of the corpus's own damage "
        "against those that carry none; it was trained on made damage only.",
    }  # fmt: skip
