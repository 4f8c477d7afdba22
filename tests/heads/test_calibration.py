from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax

from framing.heads.calibration import (
    Interpolated,
    fit_band,
    fit_median,
    fit_set_threshold,
    fit_sigmoid,
    fit_temperature,
    hold_down,
    to_probabilities,
)

QUICK = settings(max_examples=40, deadline=None)
finite = st.floats(-50, 50)


def drawn_classes(p, rng):
    return (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)


# --- temperature


@pytest.mark.parametrize("temperature", [0.2, 1.0, 4.0])
def test_a_known_temperature_is_found_again(temperature):
    rng = np.random.default_rng(0)
    decisions = rng.normal(size=(20_000, 4)) * temperature * 2
    y = drawn_classes(softmax(decisions / temperature, axis=1), rng)
    # its standard error at 20,000 documents is about one per cent
    assert fit_temperature(decisions, y) == pytest.approx(temperature, rel=0.05)


def test_a_fitted_temperature_makes_the_truth_no_less_likely():
    rng = np.random.default_rng(1)
    decisions = rng.normal(size=(300, 3))
    y = rng.integers(0, 3, 300)

    def loss(temperature):
        return -np.log(to_probabilities(decisions, temperature)[np.arange(300), y]).mean()

    best = loss(fit_temperature(decisions, y))
    assert all(best <= loss(t) + 1e-6 for t in (0.01, 0.1, 0.5, 1, 2, 10, 100))


def test_temperature_stays_finite_where_all_is_right_or_all_is_wrong():
    decisions = np.eye(3)[[0, 1, 2] * 5]
    for y in (np.array([0, 1, 2] * 5), np.array([1, 2, 0] * 5)):
        temperature = fit_temperature(decisions, y)
        assert 0 < temperature < np.inf
        assert np.isfinite(to_probabilities(decisions, temperature)).all()


@QUICK
@given(
    rows=st.lists(st.tuples(finite, finite, finite), min_size=1), temperature=st.floats(1e-3, 1e3)
)
def test_probabilities_sum_to_one_and_keep_the_order(rows, temperature):
    decisions = np.array(rows)
    p = to_probabilities(decisions, temperature)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert ((p >= 0) & (p <= 1)).all()
    for row, of_row in zip(decisions, p, strict=True):
        assert of_row[row.argmax()] == of_row.max()


# --- label sets


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("n", [30, 200])
def test_label_sets_hold_the_truth_as_often_as_promised(coverage, n):
    held = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        decisions = rng.normal(size=(n + 1000, 4)) * 2
        y = drawn_classes(softmax(decisions, axis=1), rng)
        # probabilities need not be right for the promise to hold
        p = to_probabilities(decisions, 0.5)
        threshold = fit_set_threshold(p[:n], y[:n], coverage)
        held.append((p[n:] >= threshold)[np.arange(1000), y[n:]].mean())
    # the mean over 60 draws has a standard error below 0.01 even at 30 documents
    assert np.mean(held) >= coverage - 0.02
    if n == 200:
        assert np.mean(held) <= coverage + 0.03


@QUICK
@given(
    truth=st.lists(st.floats(0, 1), min_size=1, max_size=60),
    coverages=st.lists(st.floats(0.01, 0.99), min_size=2, max_size=2).map(sorted),
)
def test_the_threshold_falls_as_more_is_promised(truth, coverages):
    p = np.column_stack([truth, 1 - np.array(truth)])
    y = np.zeros(len(truth), dtype=np.int64)
    low, high = (fit_set_threshold(p, y, coverage) for coverage in coverages)
    assert high <= low
    # the documents that it was fitted on are covered, too
    assert (p[:, 0] >= low).mean() >= coverages[0]


def test_too_few_documents_for_the_promise_let_every_class_in():
    p = np.array([[0.9, 0.1]] * 8)
    assert fit_set_threshold(p, np.zeros(8, dtype=np.int64), 0.9) == 0
    assert fit_set_threshold(np.empty((0, 2)), np.empty(0, dtype=np.int64), 0.9) == 0


# --- sigmoids


def test_a_known_sigmoid_is_found_again():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(20_000, 2, 2))
    slopes, offset = np.array([[3.0, 1.0], [-0.5, 0.2]]), np.array([-1.0, 2.0])
    wanted = expit((scores * slopes).sum(axis=2) + offset)
    truth = rng.random((20_000, 2)) < wanted
    found = fit_sigmoid(scores, truth)
    np.testing.assert_allclose(found.slopes, slopes, atol=0.15)
    np.testing.assert_allclose(found.offset, offset, atol=0.15)
    np.testing.assert_allclose(found(scores), wanted, atol=0.05)


@QUICK
@given(n=st.integers(1, 200), decisions=st.lists(finite, min_size=2, max_size=2))
def test_an_output_that_is_all_one_way_gets_that_ways_share(n, decisions):
    truth = np.tile([True, False], (n, 1))
    found = fit_sigmoid(np.random.default_rng(0).normal(size=(n, 2, 1)), truth)
    p = found(np.array([decisions])[:, :, None])[0]
    # the rule of succession: never quite sure
    assert p.tolist() == pytest.approx([(n + 1) / (n + 2), 1 / (n + 2)])


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_outputs_that_part_the_truth_wholly_give_finite_probabilities(scale):
    decisions = np.linspace(-1, 1, 200)[:, None] * scale
    truth = decisions > 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p = fit_sigmoid(decisions[:, :, None], truth)(decisions[:, :, None])
    assert np.isfinite(p).all()
    assert ((p > 0.5) == truth).all()


def test_an_output_that_never_changes_gives_the_share_of_the_truth():
    truth = (np.arange(100) < 30)[:, None]
    p = fit_sigmoid(np.zeros((100, 1, 1)), truth)(np.zeros((1, 1, 1)))
    assert p[0, 0] == pytest.approx(0.3, abs=1e-3)


# --- levels


@QUICK
@given(
    rows=st.lists(st.tuples(finite, st.floats(0, 1)), min_size=1, max_size=40),
    copies=st.integers(1, 5),
    new=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20),
)
def test_the_monotone_function_never_falls_and_stays_a_level(rows, copies, new):
    # copies: many equal outputs, so that bins fall together
    raw, truth = np.array(rows * copies).T
    found = fit_median(raw, truth)
    values = found(np.sort(new))
    assert (np.diff(values) >= -1e-12).all()
    assert ((values >= 0) & (values <= 1)).all()
    assert found(np.array([1e9]))[0] == found(np.array([raw.max()]))[0]


def test_a_monotone_relation_is_kept_as_it_is():
    raw = np.random.default_rng(0).random(3000)
    found = fit_median(raw, raw**2)
    inside = (raw > 0.02) & (raw < 0.98)
    np.testing.assert_allclose(found(raw)[inside], raw[inside] ** 2, atol=0.005)
    # and so is the order, where it rises at all
    assert (np.diff(found(np.linspace(0.02, 0.98, 500))) > 0).all()


def test_a_few_that_are_damaged_do_not_make_others_look_so():
    rng = np.random.default_rng(0)
    raw = rng.random(2000)
    truth = np.where(rng.random(2000) < 0.2, 0.5, 0.0)
    said = fit_median(raw, truth)(raw)
    # they keep their rank, and the grade "clean"
    assert said.max() < 0.005
    assert (np.diff(said[np.argsort(raw)]) > 0).mean() > 0.95


@given(
    heights=st.lists(st.floats(0, 1), min_size=2, max_size=12, unique=True),
    end=st.floats(-1, 13),
    limit=st.floats(0.01, 0.5),
)
def test_a_function_is_held_below_a_limit_up_to_an_argument(heights, end, limit):
    function = Interpolated(np.arange(len(heights), dtype=float), np.sort(heights))
    held = hold_down(function, end, limit)
    x = np.append(np.linspace(-2, 14, 400), end)
    assert (held(x[x <= end]) < max(limit, 0) + 1e-12).all()
    beyond = x > end + 1e-9
    np.testing.assert_allclose(held(x[beyond]), function(x[beyond]), atol=1e-9)
    assert (held(x) <= function(x) + 1e-9).all()
    # whoever was ahead is not behind
    values = held(np.sort(x))
    assert (np.diff(values) >= -1e-12).all()
    low = (function(x) < limit / 2) & (x <= end)
    np.testing.assert_allclose(held(x[low]), function(x[low]), atol=1e-9)


def levels(rng, n):
    predicted = rng.beta(1, 4, n)
    # wider errors at higher levels
    truth = np.clip(predicted + rng.normal(size=n) * 0.3 * predicted, 0, 1)
    return predicted, truth, np.full(n, 400)


@pytest.mark.parametrize("coverage", [0.8, 0.9])
@pytest.mark.parametrize("n", [50, 200, 1000])
def test_bands_hold_the_truth_as_often_as_promised(coverage, n):
    held, by_half = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        band = fit_band(*levels(rng, n), coverage)
        predicted, truth, length = levels(rng, 2000)
        low, high = band(predicted, length)
        inside = (low <= truth) & (truth <= high)
        held.append(inside.mean())
        by_half.append([inside[predicted < 0.15].mean(), inside[predicted >= 0.15].mean()])
    # the mean over 40 draws has a standard error below 0.01
    assert np.mean(held) >= coverage - 0.02
    if n == 1000:
        assert np.mean(held) <= coverage + 0.05
        # not bought by wide bands where it is easy
        assert (np.mean(by_half, axis=0) >= coverage - 0.04).all()


def test_bands_are_wider_where_errors_were_wider():
    band = fit_band(*levels(np.random.default_rng(0), 5000), 0.9)
    low, high = band(np.array([0.02, 0.5]), np.array([400, 400]))
    width = high - low
    assert width[0] < width[1] / 5


def test_bands_are_wider_for_short_documents_where_errors_were_wider():
    rng = np.random.default_rng(0)
    length = rng.integers(50, 5000, 4000)
    predicted = rng.random(4000)
    truth = np.clip(predicted + rng.normal(size=4000) * np.where(length < 1000, 0.3, 0.02), 0, 1)
    band = fit_band(predicted, truth, length, 0.9)
    low, high = band(np.full(2, 0.5), np.array([60, 4000]))
    assert (high - low)[0] > 5 * (high - low)[1]
    # shorter and longer than any that was seen
    low, high = band(np.full(2, 0.5), np.array([1, 10**9]))
    assert (high - low)[0] > 5 * (high - low)[1]


@QUICK
@given(
    rows=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30),
    copies=st.integers(1, 20),
    new=st.lists(st.floats(0, 1), min_size=1, max_size=20),
)
def test_bands_are_intervals_of_levels_around_the_prediction(rows, copies, new):
    # copies: many equal predictions, so that edges of bins fall together
    predicted, truth = np.array(rows * copies).T
    length = np.arange(len(truth))
    low, high = fit_band(predicted, truth, length, 0.9)(np.array(new), np.arange(len(new)))
    assert ((low >= 0) & (low <= new) & (new <= high) & (high <= 1)).all()


def test_too_few_documents_for_the_promise_give_the_whole_range():
    predicted = np.linspace(0, 1, 10)
    length = np.full(10, 400)
    band = fit_band(predicted, predicted, length, 0.9)
    low, high = band(np.array([0.0, 0.4, 1.0]), length[:3])
    assert low.tolist() == [0, 0, 0]
    assert high.tolist() == [1, 1, 1]
