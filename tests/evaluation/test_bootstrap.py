from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.evaluation import bootstrap as module
from framing.evaluation.bootstrap import ClusterBootstrap, Interval
from framing.evaluation.metrics import Auc, Mean, Metric


class Watched(Metric):
    """A metric that remembers how often each document counted."""

    def __init__(self, n, figure=lambda weights: 0.0):
        super().__init__(n)
        self.seen, self._figure = [], figure

    def resampled(self, weights, group):
        self.seen += list(weights[:, group])
        return np.array([self._figure(drawn[group]) for drawn in weights])


def bootstrap(groups, **keys):
    keys = {"resamples": 300, "confidence": 0.95, "seed": 0, **keys}
    return ClusterBootstrap(np.asarray(groups), **keys)


def width(interval):
    return interval.high - interval.low


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(st.floats(-100, 100), min_size=4, max_size=40),
    n_groups=st.integers(2, 10),
    seed=st.integers(0, 99),
)
def test_the_interval_of_a_mean_lies_within_the_values_and_holds_it(values, n_groups, seed):
    groups = np.arange(len(values)) % n_groups
    found = bootstrap(groups, seed=seed).interval(Mean(values))
    assert found.value == pytest.approx(np.mean(values))
    slack = 1e-9 + 1e-9 * np.abs(values).max()
    assert min(values) - slack <= found.low <= found.high <= max(values) + slack
    assert found.low <= found.value + slack
    assert found.high >= found.value - slack


def test_the_interval_has_the_width_of_theory():
    values = np.random.default_rng(0).normal(size=400)
    found = bootstrap(np.arange(400), resamples=2000).interval(Mean(values))
    expected = 2 * 1.96 * values.std() / np.sqrt(400)
    # 2,000 resamples leave a few per cent of chance in a quantile
    assert width(found) == pytest.approx(expected, rel=0.12)


def test_intervals_hold_the_truth_as_often_as_promised():
    rng = np.random.default_rng(1)
    held = 0
    for seed in range(150):
        values = rng.normal(size=60)
        found = bootstrap(np.arange(60), resamples=200, confidence=0.8, seed=seed).interval(
            Mean(values)
        )
        held += found.low <= 0 <= found.high
    # 120 are expected; four standard deviations are 20
    assert 100 <= held <= 140


def test_copies_within_a_group_do_not_make_it_surer():
    values = np.random.default_rng(0).normal(size=40)
    few, copied = np.arange(40), np.repeat(np.arange(40), 25)
    by_group = bootstrap(copied).interval(Mean(np.repeat(values, 25)))
    by_row = bootstrap(np.arange(1000)).interval(Mean(np.repeat(values, 25)))
    alone = bootstrap(few).interval(Mean(values))
    assert width(by_group) == pytest.approx(width(alone))
    # a thousand independent rows would be five times as sure
    assert width(by_group) > 3 * width(by_row)


def test_more_confidence_is_a_wider_interval():
    values = np.random.default_rng(0).normal(size=50)
    widths = [
        width(bootstrap(np.arange(50), confidence=c).interval(Mean(values)))
        for c in (0.5, 0.8, 0.95, 0.99)
    ]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_the_same_seed_gives_the_same_interval_and_the_names_of_groups_do_not_matter():
    values = np.random.default_rng(0).normal(size=50)
    groups = np.arange(50) // 3
    first = bootstrap(groups).interval(Mean(values))
    assert bootstrap(groups).interval(Mean(values)) == first
    assert bootstrap(groups * 7 + 100).interval(Mean(values)) == first
    assert bootstrap(groups, seed=1).interval(Mean(values)) != first


def test_two_metrics_of_one_bootstrap_see_the_same_resamples():
    one = bootstrap(np.arange(50))
    first, second = Watched(50), Watched(50, lambda weights: float(weights[0]))
    for metric in (first, second):
        one.interval(metric)
    assert len(first.seen) == 301
    np.testing.assert_array_equal(first.seen, second.seen)


def test_resamples_do_not_depend_on_how_many_are_drawn_at_a_time(monkeypatch):
    whole, parts = Watched(50), Watched(50)
    bootstrap(np.arange(50)).interval(whole)
    monkeypatch.setattr(module, "_ENTRIES", 350)
    bootstrap(np.arange(50)).interval(parts)
    np.testing.assert_array_equal(whole.seen, parts.seen)


def test_whole_groups_are_drawn_as_many_as_there_are():
    groups = np.array([0, 0, 0, 5, 5, 9])
    watched = Watched(6)
    bootstrap(groups, resamples=100).interval(watched)
    np.testing.assert_array_equal(watched.seen[0], np.ones(6))
    for weights in watched.seen[1:]:
        per_group = [set(weights[groups == name]) for name in (0, 5, 9)]
        assert [len(drawn) for drawn in per_group] == [1, 1, 1]
        assert sum(drawn.pop() for drawn in per_group) == 3


def test_one_group_has_a_value_and_no_interval():
    found = bootstrap([4, 4, 4]).interval(Mean([1.0, 2.0, 3.0]))
    assert found == Interval(2.0, None, None)
    assert bootstrap([4, 4, 4]).n_groups == 1


def test_an_undefined_metric_has_no_value():
    undefined = Auc(np.ones(5, dtype=bool), np.arange(5.0))
    assert bootstrap(np.arange(5)).interval(undefined) == Interval(None, None, None)


def test_resamples_in_which_a_metric_is_undefined_are_passed_over():
    # in many resamples the one positive document is not drawn
    auc = Auc(np.array([True, False, False, False]), np.array([0.9, 0.1, 0.2, 0.3]))
    assert bootstrap(np.arange(4)).interval(auc) == Interval(1.0, 1.0, 1.0)
    only_whole = bootstrap(np.arange(4)).interval(
        Watched(4, lambda weights: 0.5 if (weights == 1).all() else float("nan"))
    )
    assert only_whole.value == 0.5
    assert only_whole.low in (None, 0.5)
