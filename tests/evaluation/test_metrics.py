from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from framing.evaluation.metrics import (
    Auc,
    Difference,
    Ece,
    MacroF1,
    Mean,
    MeanOf,
    Spearman,
    Within,
)

QUICK = settings(max_examples=50, deadline=None)
# scores of few values, so that there are ties
scores = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]) | st.floats(0, 1)
documents = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), scores, scores, st.integers(0, 3)),
    min_size=1,
    max_size=25,
)


def columns(rows):
    return [np.array(column) for column in zip(*rows, strict=True)]


def weighed(metric, *weights):
    """The figure for each list of weights, where every document is a group of its own."""
    figures = metric.resampled(np.array(weights, dtype=float), np.arange(len(weights[0])))
    assert figures.shape == (len(weights),)
    return figures.tolist()


def all_metrics(truth, said, first, second):
    inside = said < 2
    return {
        "mean": Mean(first),
        "macro-F1": MacroF1(truth, said, 4),
        "AUC": Auc(truth > 1, first),
        "Spearman": Spearman(first, second),
        "ECE": Ece(first, truth == said),
        "mean AUC": MeanOf([Auc(truth > 1, first), Auc(truth == 0, second)]),
        "AUC within": Within(inside, Auc(truth[inside] > 1, first[inside])),
        "difference": Difference(Mean(first), Within(inside, Mean(second[inside]))),
    }


@QUICK
@given(documents)
def test_whole_weights_are_repeated_documents(rows):
    truth, said, first, second, weights = columns(rows)
    assume(weights.sum())
    metrics = all_metrics(truth, said, first, second)
    repeated = all_metrics(*(np.repeat(c, weights) for c in (truth, said, first, second)))
    for name, metric in metrics.items():
        [figure] = weighed(metric, weights)
        assert figure == pytest.approx(repeated[name].value(), abs=1e-9, nan_ok=True), name


@QUICK
@given(documents)
def test_a_resample_stands_for_itself(rows):
    truth, said, first, second, weights = columns(rows)
    several = [weights, np.ones(len(rows)), weights[::-1]]
    for name, metric in all_metrics(truth, said, first, second).items():
        together = weighed(metric, *several)
        alone = [weighed(metric, one)[0] for one in several]
        assert together == pytest.approx(alone, abs=1e-9, nan_ok=True), name


@QUICK
@given(documents, st.integers(1, 4))
def test_the_documents_of_a_group_count_alike(rows, n_groups):
    truth, said, first, second, weights = columns(rows)
    group = np.arange(len(rows)) % n_groups
    of_groups = np.resize(weights, n_groups).astype(float)
    for name, metric in all_metrics(truth, said, first, second).items():
        [figure] = metric.resampled(of_groups[None], group)
        [expected] = weighed(metric, of_groups[group])
        assert figure == pytest.approx(expected, abs=1e-9, nan_ok=True), name


@QUICK
@given(documents, st.floats(0.1, 10))
def test_only_the_ratio_of_weights_counts(rows, factor):
    truth, said, first, second, weights = columns(rows)
    for name, metric in all_metrics(truth, said, first, second).items():
        plain, scaled = weighed(metric, weights, weights * factor)
        assert scaled == pytest.approx(plain, abs=1e-6, nan_ok=True), name


@QUICK
@given(documents)
def test_documents_without_weight_leave_every_metric_undefined(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, metric in all_metrics(*columns(rows)[:4]).items():
            assert np.isnan(weighed(metric, np.zeros(len(rows)))[0]), name


@QUICK
@given(documents)
def test_with_equal_weights_they_are_the_known_figures(rows):
    truth, said, first, second, _ = columns(rows)
    found = {name: m.value() for name, m in all_metrics(truth, said, first, second).items()}
    assert found["mean"] == pytest.approx(first.mean())
    assert Mean(truth == said).value() == pytest.approx(accuracy_score(truth, said))
    assert found["macro-F1"] == pytest.approx(f1_score(truth, said, average="macro"))
    if 0 < (truth > 1).sum() < len(rows):
        assert found["AUC"] == pytest.approx(roc_auc_score(truth > 1, first))
    else:
        assert np.isnan(found["AUC"])
    if len(set(first)) > 1 and len(set(second)) > 1:
        assert found["Spearman"] == pytest.approx(spearmanr(first, second).statistic)
    else:
        assert np.isnan(found["Spearman"])


def ece_by_hand(confidence, hit, bins):
    total = 0.0
    for low in range(bins):
        inside = [
            i
            for i, c in enumerate(confidence)
            if low / bins <= c < (low + 1) / bins or (low == bins - 1 and c == 1)
        ]
        if inside:
            gap = np.mean([hit[i] for i in inside]) - np.mean([confidence[i] for i in inside])
            total += abs(gap) * len(inside) / len(confidence)
    return total


@QUICK
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 1024).map(lambda n: n / 1024), st.booleans()), min_size=1
    ),
    bins=st.sampled_from([1, 4, 8, 16]),
)
def test_calibration_error_is_the_weighed_gap_of_each_bin(rows, bins):
    # eighths and the like are exact, so that both agree on the edges of bins
    confidence, hit = columns(rows)
    expected = ece_by_hand(confidence, hit, bins)
    assert Ece(confidence, hit, bins=bins).value() == pytest.approx(expected, abs=1e-9)


def test_calibration_error_of_confidence_that_holds_and_does_not_hold():
    hit = np.arange(10) < 7
    assert Ece(np.full(10, 0.7), hit).value() == pytest.approx(0)
    assert Ece(np.full(10, 1.0), hit).value() == pytest.approx(0.3)


def test_the_mean_of_metrics_passes_over_undefined_ones():
    truth, first = np.array([True, False]), np.array([0.9, 0.1])
    defined, undefined = Auc(truth, first), Auc(np.array([True, True]), first)
    assert MeanOf([defined, undefined]).value() == defined.value() == 1
    assert np.isnan(MeanOf([undefined]).value())
    assert np.isnan(MeanOf([]).value())


def test_a_class_that_was_never_drawn_does_not_count():
    truth, said = np.array([0, 0, 1]), np.array([0, 0, 2])
    assert weighed(MacroF1(truth, said, 5), [1, 1, 0], [1, 1, 1]) == pytest.approx([1, 1 / 3])
