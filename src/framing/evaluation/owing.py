"""What a target may owe to the outlets and the topics of its documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from framing.corpus.texts import Texts
from framing.evaluation.bootstrap import ClusterBootstrap, Interval
from framing.evaluation.metrics import Difference, MacroF1, Mean, Within
from framing.evaluation.probe_results import Probe
from framing.evaluation.probes import features
from framing.evaluation.style_probes import Answers
from framing.features.excerpts import READ_AT_MOST
from framing.features.tfidf import FittedView

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_SOURCES = 20
"""Sources, and topics, that are told apart, at most: the largest."""
_TO_LEARN, _TO_READ = 5, 3
"""Training and test documents that a source needs."""
_DOCUMENTS = 1_000
_CHARACTERS = 4_000_000
"""Documents and characters on either side, at most."""
_TOPIC_FROM = 5
"""Documents that a topic needs."""
_FOLDS = 5


def source_read(
    views: Mapping[str, FittedView], texts: Texts, train: Ints, test: Ints, sources: Ints,
    *, seed: int, jobs: int,
) -> tuple[Ints, Ints, Ints] | None:  # fmt: skip
    """Read the source from the features of some views, as far as a linear SVM can.

    Parameters
    ----------
    train, test : ndarray of int
        Row numbers.
    sources : ndarray of shape (documents,)
        A number for each source.

    Returns
    -------
    learnt, read, said : ndarray of int
        The training rows that were learnt from, the test rows that were read, and what source was
        read there; None where there are fewer than two sources of enough documents.
    """
    from sklearn.svm import LinearSVC

    in_train = np.bincount(sources[train], minlength=sources.max() + 1)
    in_test = np.bincount(sources[test], minlength=sources.max() + 1)
    usable = np.flatnonzero((in_train >= _TO_LEARN) & (in_test >= _TO_READ))
    usable = usable[np.argsort(-in_train[usable], kind="stable")][:_SOURCES]
    if len(usable) < 2:
        return None
    learnt, read = (
        _some(texts, rows[np.isin(sources[rows], usable)], sources, [seed, 0x50CE, i])
        for i, rows in enumerate((train, test))
    )
    if len(np.unique(sources[learnt])) < 2 or not len(read):
        return None
    # a tolerance of a tenth moves few answers, and takes half the time
    model = LinearSVC(C=0.3, tol=0.1, class_weight="balanced", random_state=seed)
    model.fit(features(views, texts, learnt, jobs=jobs), sources[learnt])
    said = model.predict(features(views, texts, read, jobs=jobs))
    return learnt, read, np.asarray(said, dtype=np.int64)


def source_shows(
    name: str, column: str, learnt: Ints, read: Ints, said: Ints, sources: Ints, y: Ints,
    bootstrap: ClusterBootstrap,
) -> Probe:  # fmt: skip
    """How well the source shows in a target's features, beside what its class alone says of it.

    Parameters
    ----------
    learnt, read, said : ndarray of int
        What :func:`source_read` gives.
    sources, y : ndarray of shape (documents,)
        Numbers of source and class.
    bootstrap : ClusterBootstrap
        Of the documents that were read.
    """
    n = int(sources.max()) + 1
    figure = bootstrap.interval(MacroF1(sources[read], said, n))
    of_class = _most_frequent(y[learnt], sources[learnt])
    several = any(len(np.unique(sources[learnt][y[learnt] == c])) > 1 for c in of_class)
    dummy = int(np.bincount(sources[learnt]).argmax())
    rival = np.array([of_class.get(int(c), dummy) if several else dummy for c in y[read]])
    told = len(np.unique(sources[learnt]))
    return {
        "name": f"{name}: macro-F1 of {column} read from its features",
        "value": figure.value, "low": figure.low, "high": figure.high,
        "reference": MacroF1(sources[read], rival, n).value(),
        "reference_name": "the class alone" if several else "dummy",
        "meaning": f"A linear SVM learns {told} values of {column} from the target's own features "
        f"of {len(learnt):,} training documents. "
        + ("What it reads beyond the class is what a label can owe to the source."
           if several else "Each class is one source, so this is the target itself, from less."),
    }  # fmt: skip


def topic_shows(
    name: str, answers: Answers, topics: Sequence[str], groups: Ints,
    bootstrap: ClusterBootstrap, *, seed: int,
) -> Probe | None:  # fmt: skip
    """How well the topic is read from a target's probabilities, beside what the class says of it.

    Parameters
    ----------
    topics : sequence of str
        Of each document; an empty one is none.
    groups : ndarray of shape (documents,)
        What stays together when documents are held out.
    bootstrap : ClusterBootstrap
        Of all the documents.

    Returns
    -------
    Probe or None
        None where there are fewer than two topics of enough documents.
    """
    from sklearn.linear_model import LogisticRegression

    number = _numbered(topics)
    inside = number >= 0
    fold = _dealt(groups, _FOLDS, [seed, 0x70F1])
    if len(np.unique(number[inside])) < 2 or len(np.unique(groups[inside])) < _FOLDS:
        return None
    X = np.log(np.maximum(answers.probabilities, 1e-6))
    said, rival = np.full(len(number), -1), np.full(len(number), -1)
    for k in range(_FOLDS):
        learnt, held_out = inside & (fold != k), inside & (fold == k)
        if len(np.unique(number[learnt])) < 2 or not held_out.any():
            return None
        model = LogisticRegression(max_iter=200).fit(X[learnt], number[learnt])
        said[held_out] = model.predict(X[held_out])
        of_class = _most_frequent(answers.truth[learnt], number[learnt])
        dummy = int(np.bincount(number[learnt]).argmax())
        rival[held_out] = [of_class.get(int(c), dummy) for c in answers.truth[held_out]]
    figure = bootstrap.interval(Within(inside, Mean((said == number)[inside])))
    return {
        "name": f"{name}: accuracy of the topic read from its probabilities",
        "value": figure.value, "low": figure.low, "high": figure.high,
        "reference": float(np.mean((rival == number)[inside])),
        "reference_name": "the class alone",
        "meaning": f"The topic of {int(inside.sum()):,} test documents, among "
        f"{len(np.unique(number[inside]))}, is learnt from the target's probabilities. Outlets "
        "choose their topics; more than the true class tells of the topic is read from the text.",
    }  # fmt: skip


def topic_gap(
    name: str, answers: Answers, topics: Sequence[str], groups: Ints,
    bootstrap: ClusterBootstrap, *, seed: int,
) -> Probe | None:  # fmt: skip
    """By how much accuracy is higher on some topics than on others.

    Topics are called easy or hard by one half of the documents and measured on the other, both
    ways round: else the best of many topics would be so by chance. Parameters are those of
    :func:`topic_shows`.
    """
    number = _numbered(topics)
    inside = number >= 0
    if len(np.unique(number[inside])) < 2:
        return None
    half = _dealt(groups, 2, [seed, 0x70F2])
    easy, hard = np.zeros(len(number), dtype=bool), np.zeros(len(number), dtype=bool)
    for k in (0, 1):
        ranked = inside & (half != k)
        n = np.bincount(number[ranked], minlength=number.max() + 1)
        hits = np.bincount(number[ranked], answers.right[ranked], minlength=len(n))
        accuracy = np.divide(hits, n, out=np.full(len(n), np.nan), where=n > 0)
        known = np.flatnonzero(n)
        order = known[np.argsort(accuracy[known], kind="stable")]
        cut = len(order) // 2
        hard |= (half == k) & np.isin(number, order[:cut])
        easy |= (half == k) & np.isin(number, order[len(order) - cut :])
    if not (easy.any() and hard.any()):
        return None
    right = answers.right
    gap: Interval = bootstrap.interval(
        Difference(Within(easy, Mean(right[easy])), Within(hard, Mean(right[hard])))
    )
    return {
        "name": f"{name}: accuracy on easy topics less that on hard ones",
        "value": gap.value, "low": gap.low, "high": gap.high,
        "reference": 0.0, "reference_name": "topics do not matter",
        "meaning": "Half the topics are called hard by one half of the documents, and the "
        "accuracies are compared on the other half, both ways round.",
    }  # fmt: skip


def _some(texts: Texts, rows: Ints, sources: Ints, seed: Sequence[int]) -> Ints:
    """Rows to learn from or to read, about as many of each source, in order."""
    order = np.random.default_rng(seed).permutation(rows)
    turn = np.zeros(len(order), dtype=np.int64)
    for source in np.unique(sources[rows]):
        own = sources[order] == source
        turn[own] = np.arange(own.sum())
    order = order[np.argsort(turn, kind="stable")][:_DOCUMENTS]
    lengths = np.minimum(texts.lengths[order], READ_AT_MOST)
    return np.sort(order[np.cumsum(lengths) <= _CHARACTERS])


def _numbered(topics: Sequence[str]) -> Ints:
    """A number for each of the largest topics, -1 for others and for none."""
    names, number = np.unique(np.asarray(topics, dtype=object).astype(str), return_inverse=True)
    sizes = np.bincount(number, minlength=len(names))
    sizes[names == ""] = 0
    large = np.argsort(-sizes, kind="stable")[:_SOURCES]
    large = large[sizes[large] >= _TOPIC_FROM]
    place = np.full(len(names), -1, dtype=np.int64)
    place[large] = np.arange(len(large))
    return place[number]


def _dealt(groups: Ints, n: int, seed: Sequence[int]) -> Ints:
    """A number below `n` for each document, the same within a group."""
    names, group = np.unique(groups, return_inverse=True)
    return (np.random.default_rng(seed).permutation(len(names)) % n)[group]


def _most_frequent(of: Ints, values: Ints) -> dict[int, int]:
    """The most frequent value of each class."""
    return {int(c): int(np.bincount(values[of == c]).argmax()) for c in np.unique(of)}
