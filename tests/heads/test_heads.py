from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from framing.features.reading import Rows
from framing.heads import (
    Decided,
    WindowDecisions,
    calibrate_corruption,
    calibrate_style,
    start_classes,
    start_corruption,
)
from framing.heads.gate import Readings, fit_gate

MODELS = ["linear_svc", "logistic_regression"]
N, COLUMNS = 240, 12


def documents(n_classes, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(N) % n_classes
    centres = rng.normal(size=(n_classes, COLUMNS)) * 2
    X = rng.normal(size=(N, COLUMNS)) + centres[y]
    X[rng.random(X.shape) < 0.3] = 0
    return sparse.csr_matrix(X.astype(np.float32)), y


def finished(solver, X):
    while True:
        solver.visit(np.arange(X.shape[0]), Rows(X.indptr.astype(np.int64), X.indices, X.data))
        if not solver.end_pass():
            return solver.linear()


def fit(X, y, n_classes, model, **keys):
    keys = {"C": 1.0, "class_weight": "balanced", "seed": 0, **keys}
    everywhere = np.ones(len(y), dtype=bool)
    solver = start_classes(y, everywhere, n_classes, X.shape[1], model=model, **keys)
    return finished(solver, X)


def fit_damage(X, shares):
    everywhere = np.ones(len(shares), dtype=bool)
    solver = start_corruption(shares, everywhere, X.shape[1], alpha=0.5, seed=0)
    return finished(solver, X)


def decide(linear, X):
    return X @ linear.weights + linear.bias


def one_window_each(decisions):
    n = len(decisions)
    return WindowDecisions(decisions, np.full(n, 400), np.arange(n))


# --- classes


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_classes_are_told_apart_as_scikit_learn_does(model, n_classes):
    X, y = documents(n_classes)
    decisions = decide(fit(X, y, n_classes, model, C=0.01), X)
    reference = {
        "linear_svc": LinearSVC(C=0.01, class_weight="balanced", random_state=0),
        "logistic_regression": LogisticRegression(C=0.01, class_weight="balanced"),
    }[model].fit(X, y)
    wanted = reference.decision_function(X)
    if n_classes == 2:
        wanted = np.column_stack([-wanted, wanted])
    assert decisions.shape == (N, n_classes)
    # how far the solver goes is a matter of speed; where it goes is not
    assert np.corrcoef(decisions.ravel(), wanted.ravel())[0, 1] > 0.995
    assert (decisions.argmax(axis=1) == reference.predict(X)).mean() > 0.97
    assert (decisions.argmax(axis=1) == y).mean() > 0.8


@pytest.mark.parametrize("model", MODELS)
def test_a_fit_can_be_repeated(model):
    X, y = documents(3)
    first, second = (fit(X, y, 3, model, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.weights, second.weights)
    np.testing.assert_array_equal(first.bias, second.bias)
    assert first.weights.dtype == np.float32
    assert first.weights.flags["C_CONTIGUOUS"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("present", [[0, 2], [1, 3], [0, 1, 3]])
def test_a_class_without_documents_is_never_said(model, present):
    X, y = documents(len(present))
    y = np.array(present)[y]
    decisions = decide(fit(X, y, 4, model), X)
    assert decisions.shape == (N, 4)
    for missing in set(range(4)) - set(present):
        assert (decisions[:, missing] < -0.9).all()
    assert (decisions.argmax(axis=1) == y).mean() > 0.8


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("only", [0, 2])
def test_where_one_class_is_there_it_is_always_said(model, only):
    X, _ = documents(2)
    decisions = decide(fit(X, np.full(N, only), 3, model), X)
    assert (decisions.argmax(axis=1) == only).all()
    assert np.isfinite(decisions).all()


@pytest.mark.parametrize("model", MODELS)
def test_balanced_weights_give_a_rare_class_its_due(model):
    rng = np.random.default_rng(0)
    y = (rng.random(600) < 0.08).astype(np.int64)
    X = sparse.csr_matrix((rng.normal(size=(600, 4)) + y[:, None]).astype(np.float32))
    found = {
        weight: (decide(fit(X, y, 2, model, class_weight=weight), X).argmax(axis=1)[y == 1]).mean()
        for weight in ("balanced", None)
    }
    assert found["balanced"] > found[None] + 0.2


# --- style


@pytest.mark.parametrize("model", MODELS)
def test_a_style_head_gives_probabilities_and_sets_that_hold(model):
    X, y = documents(3)
    even = np.arange(N) % 4 < 2
    linear = fit(X[even], y[even], 3, model)
    head = calibrate_style(
        ("a", "b", "c"), ("view",), linear, Decided(decide(linear, X[~even])), y[~even],
        temperature=True, coverage=0.9,
    )  # fmt: skip
    p = head.from_decisions(Decided(decide(linear, X))).probabilities
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (p.argmax(axis=1) == decide(linear, X).argmax(axis=1)).all()
    sets = head.label_sets(p)
    assert sets.shape == (N, 3)
    # the documents that calibrated it
    assert sets[~even][np.arange((~even).sum()), y[~even]].mean() >= 0.9
    assert head.classes == ("a", "b", "c")


def test_without_a_temperature_it_is_one():
    X, y = documents(3)
    linear = fit(X, y, 3, "linear_svc")
    held_out = Decided(decide(linear, X))
    plain, fitted = (
        calibrate_style(("a", "b", "c"), ("v",), linear, held_out, y, temperature=t, coverage=0.9)
        for t in (False, True)
    )
    assert plain.temperature == 1
    assert fitted.temperature != 1


def loss(p, y):
    return -np.log(p[np.arange(len(y)), y]).mean()


def test_a_temperature_makes_probabilities_better():
    X, y = documents(3)
    linear = fit(X, y, 3, "linear_svc")
    decisions = Decided(decide(linear, X))
    plain, fitted = (
        calibrate_style(("a", "b", "c"), ("v",), linear, decisions, y, temperature=t, coverage=0.9)
        .from_decisions(decisions)
        .probabilities
        for t in (False, True)
    )
    assert loss(fitted, y) < loss(plain, y)


def test_finer_classes_add_up_to_their_class():
    rng = np.random.default_rng(2)
    X, y = documents(3)
    finer = 2 * y + (rng.random(N) < 0.5)
    linear = fit(X, finer, 6, "linear_svc")
    decisions = Decided(decide(linear, X))
    head = calibrate_style(
        ("a", "b", "c"), ("v",), linear, decisions, y, temperature=True, coverage=0.9,
        class_of=np.array([0, 0, 1, 1, 2, 2]),
    )  # fmt: skip
    p = head.from_decisions(decisions).probabilities
    assert p.shape == (N, 3)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (p.argmax(axis=1) == y).mean() > 0.9
    # a class that no finer one is a part of is never said
    more = replace(head, classes=("a", "b", "c", "d"))
    assert (more.from_decisions(decisions).probabilities[:, 3] == 0).all()


def test_a_gate_trusts_the_model_that_knows_where_it_knows():
    rng = np.random.default_rng(4)
    n = 3000
    y = rng.integers(0, 3, n)
    right, guess = np.eye(3)[y], rng.dirichlet(np.ones(3), n)
    fair = 0.6 * right + 0.4 * guess  # what the sources of a class have in common
    sure = Readings(6 * right - 3 + rng.normal(0, 1, (n, 3)), 0.97 * right + 0.01, fair)
    lost = Readings(rng.normal(-1, 0.3, (n, 3)), guess, fair)
    gate = fit_gate(sure, lost)
    assert gate(sure).mean() > 0.8
    assert gate(lost).mean() < 0.2


# --- corruption


def damaged(seed=0):
    """Windows with two kinds of damage; the root of a share is linear in the features."""
    rng = np.random.default_rng(seed)
    X = rng.random((1200, COLUMNS)).astype(np.float32)
    there = X[:, :2] > 0.5
    roots = there * X[:, :2] * [0.6, 0.4] + rng.normal(0, 0.01, (1200, 2)) * there
    return sparse.csr_matrix(X * np.column_stack([there, np.ones((1200, 10))])), roots**2


def calibrated(linear, X, shares):
    return calibrate_corruption(
        ("rust", "moss"), ("view",), linear, one_window_each(decide(linear, X)),
        shares.sum(axis=1), shares > 0, coverage=0.9,
    )  # fmt: skip


def test_damage_is_regressed_as_ridge_does():
    X, shares = damaged()
    linear = fit_damage(X, shares.astype(np.float32))
    wanted = np.sqrt(np.column_stack([shares.sum(axis=1), shares]))
    reference = Ridge(alpha=0.5).fit(X.toarray(), wanted).predict(X.toarray())
    found = decide(linear, X)
    assert found.shape == (1200, 3)
    # how far the solver goes is a matter of speed; where it goes is not
    np.testing.assert_allclose(found, reference, atol=0.05)
    for ours, theirs in zip(found.T, reference.T, strict=True):
        assert np.corrcoef(ours, theirs)[0, 1] > 0.999


def test_a_corruption_head_gives_levels_intervals_kinds_and_shares():
    X, shares = damaged()
    linear = fit_damage(X[:600], shares[:600])
    head = calibrated(linear, X[600:], shares[600:])
    new, truth = damaged(seed=1)
    found = head.from_decisions(one_window_each(decide(linear, new)))
    level = truth.sum(axis=1)
    assert np.abs(found.level - level).mean() < 0.03
    assert ((found.low <= found.level) & (found.level <= found.high)).all()
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    inside = (found.low <= level) & (level <= found.high)
    # 600 documents: a standard error of 0.012, and the band's own
    assert inside.mean() >= 0.9 - 0.05
    assert found.kinds.shape == found.shares.shape == (1200, 2)
    assert (found.kinds[truth > 0] > 0.5).mean() > 0.9
    assert (found.kinds[truth == 0] > 0.5).mean() < 0.1
    # a share is a part of the level
    likely = found.shares.sum(axis=1) > 0
    np.testing.assert_allclose(found.shares.sum(axis=1)[likely], found.level[likely])
    assert (found.level[~likely] < 0.02).all()
    assert np.abs(found.shares - truth).mean() < 0.03


def test_of_a_few_words_nothing_is_known():
    X, shares = damaged()
    linear = fit_damage(X, shares)
    head = calibrated(linear, X, shares)
    decisions = decide(linear, X)
    n = len(decisions)
    long = head.from_decisions(one_window_each(decisions))
    short = head.from_decisions(WindowDecisions(decisions, np.full(n, 3), np.arange(n)))
    assert short.level.max() < 0.03
    assert (short.low <= short.level).all()
    assert (short.high > 0.97).all()
    np.testing.assert_allclose(short.shares.sum(axis=1)[long.level > 0.01],
                               short.level[long.level > 0.01])  # fmt: skip
    # and what is there is looked for all the same
    np.testing.assert_array_equal(short.kinds, long.kinds)


def test_a_kind_that_never_struck_is_never_likely():
    X, shares = damaged()
    shares[:, 1] = 0
    linear = fit_damage(X, shares)
    head = calibrated(linear, X, shares)
    assert (head.from_decisions(one_window_each(decide(linear, X))).kinds[:, 1] < 0.01).all()


def test_the_share_of_a_document_is_the_mean_of_its_windows_by_length():
    values = np.array([[0.0, -1.0], [1.0, 2.0], [0.5, 0.0], [-3.0, 1.0]])
    decisions = WindowDecisions(values, np.array([100, 300, 50, 50]), np.array([0, 2]))
    # roots of shares; what is below zero is no less than undamaged
    np.testing.assert_allclose(decisions.shares(), [[0.75, 0.75], [0.125, 0.5]])
    np.testing.assert_allclose(decisions.kinds()[:, 0], [[1.25, 2.0], [0.5, 1.0]])
    assert decisions.characters.tolist() == [400, 100]


def test_no_documents_have_no_decisions():
    nothing = WindowDecisions(np.zeros((0, 3)), np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert nothing.shares().shape == (0, 3)
    assert nothing.kinds().shape == (0, 2, 2)
