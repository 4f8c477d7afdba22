"""Probes: whether a good figure means what it seems to mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.corpus import count_marks
from framing.corpus.marks import MARKS
from framing.corruption import damage
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.metrics import Auc, MacroF1, Mean, MeanOf, Within
from framing.evaluation.results import Probe

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_LIGHT = 0.02
_ENOUGH = 3
"""Marked and unmarked test documents that a source needs to be looked into."""


def mark_rates(texts: Sequence[str]) -> Floats:
    """Marks of damage per 1,000 characters, of shape (documents, kinds of marks)."""
    rates = np.zeros((len(texts), len(MARKS)))
    for i, text in enumerate(texts):
        counts = count_marks(text)
        rates[i] = [1000 * counts.get(mark, 0) / max(len(text), 1) for mark in MARKS]
    return rates


def marks_give_away(
    name: str, train: Floats, y_train: Ints, test: Floats, y_test: Ints,
    bootstrap: ClusterBootstrap, *, n_classes: int, seed: int,
) -> Probe:  # fmt: skip
    """How well the classes are told by marks of damage alone, which is what to be wary of."""
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(
        200, min_samples_leaf=5, class_weight="balanced", random_state=seed
    )
    said = model.fit(train, y_train).predict(test)
    dummy = np.full(len(y_test), np.bincount(y_train).argmax())
    figure = bootstrap.interval(MacroF1(y_test, said, n_classes))
    return {
        "name": f"{name}: macro-F1 from marks of damage alone",
        "value": figure.value, "low": figure.low, "high": figure.high,
        "reference": MacroF1(y_test, dummy, n_classes)(np.ones(len(y_test))),
        "reference_name": "dummy",
        "meaning": "How far the damage that the corpus came with gives the class away. The views "
        "of a style target should not see it: prepare: normalized takes it out.",
    }  # fmt: skip


def features_show_marks(
    name: str,
    train: sparse.csr_matrix,
    test: sparse.csr_matrix,
    marked: tuple[Bools, Bools],
    sources: tuple[Ints, Ints],
    lengths: Floats,
    bootstrap: ClusterBootstrap,
    *,
    seed: int,
) -> Probe | None:
    """Whether a target's features still tell marked documents of a source from unmarked ones.

    Parameters
    ----------
    train, test : CSR matrix
        The features of the target's training and test documents.
    marked, sources : pair of ndarray
        Of both: which carry a mark, and a number for each value of the target's column.
    lengths : ndarray of shape (test documents,)
        In characters: long documents have more room for marks, so length alone tells something.
    """
    from sklearn.svm import LinearSVC

    cells = 2 * sources[0] + marked[0]
    share = np.bincount(cells) / len(cells)
    # every source and both states count alike, so that the source itself says nothing
    model = LinearSVC(C=0.3, tol=1e-2, random_state=seed)
    if not 0 < marked[0].sum() < len(cells):
        return None
    score = model.fit(train, marked[0], sample_weight=1 / share[cells]).decision_function(test)
    inside = [sources[1] == k for k in np.unique(sources[1])]
    inside = [c for c in inside if _ENOUGH <= marked[1][c].sum() <= c.sum() - _ENOUGH]
    if not inside:
        return None

    def within_sources(scores: Floats) -> MeanOf:
        return MeanOf([Within(c, Auc(marked[1], scores)) for c in inside])

    figure = bootstrap.interval(within_sources(score))
    return {
        "name": f"{name}: AUC of its features for marks of damage within a source",
        "value": figure.value, "low": figure.low, "high": figure.high,
        "reference": within_sources(lengths)(np.ones(len(lengths))),
        "reference_name": "length alone",
        "meaning": "A model is trained to tell marked from unmarked documents of one source by the "
        "target's own features. If it does no better than the documents' lengths, the features do "
        "not show the damage that the corpus came with.",
    }  # fmt: skip


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
        "reference": 0.05, "reference_name": "at most",
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
