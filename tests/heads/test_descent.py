from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import Ridge
from sklearn.svm import LinearSVC

from framing.features.reading import Rows
from framing.heads.descent import Descent

QUICK = settings(max_examples=25, deadline=None)


def problem(seed, n=120, columns=40, outputs=3, density=0.2):
    rng = np.random.default_rng(seed)
    X = sparse.random(n, columns, density, format="csr", dtype=np.float32, random_state=seed)
    truth = X @ rng.normal(size=(columns, outputs)) + rng.normal(0, 0.3, (n, outputs))
    return X, truth


def blocks(X, n_blocks):
    parts = np.array_split(np.arange(X.shape[0]), n_blocks)
    return [(part, X[part]) for part in parts if len(part)]


def run(solver, X, n_blocks=1):
    while True:
        for documents, part in blocks(X, n_blocks):
            rows = Rows(part.indptr.astype(np.int64), part.indices, part.data)
            solver.visit(documents, rows)
        if not solver.end_pass():
            return solver.linear()


def svc(X, signs, C=1.0, **keys):
    outputs = signs.shape[1]
    slack = np.full((2, outputs), 1 / (2 * C))
    keys = {"seed": 0, "tol": 1e-6, "max_passes": 3000, **keys}
    centre = np.zeros(outputs)
    return Descent(X.shape[1], signs, slack, hinge=True, centre=centre, **keys)


def ridge(X, targets, alpha=0.5, **keys):
    slack = np.full((2, targets.shape[1]), alpha)
    keys = {"seed": 0, "tol": 1e-5, "max_passes": 3000, **keys}
    wanted = targets.astype(np.float32)
    return Descent(X.shape[1], wanted, slack, hinge=False, centre=wanted.mean(0), **keys)


def hinge_objective(X, sign, w, b, C):
    loss = np.maximum(0, 1 - sign * (X @ w + b)) ** 2
    return 0.5 * (w @ w + b * b) + C * loss.sum()


def ridge_objective(X, target, w, b, alpha):
    return ((X @ w + b - target) ** 2).sum() + alpha * w @ w


@QUICK
@given(
    seed=st.integers(0, 10**6), outputs=st.integers(1, 9), C=st.sampled_from([0.05, 1.0, 10.0]),
    n_blocks=st.integers(1, 7),
)  # fmt: skip
def test_a_linear_svm_is_as_good_as_that_of_scikit_learn(seed, outputs, C, n_blocks):
    X, truth = problem(seed, outputs=outputs)
    signs = np.where(truth > 0, np.int8(1), np.int8(-1))
    found = run(svc(X, signs, C), X, n_blocks)
    for k in range(outputs):
        if len(np.unique(signs[:, k])) < 2:
            continue
        theirs = LinearSVC(C=C, tol=1e-6, max_iter=100_000, random_state=0).fit(X, signs[:, k])
        best = hinge_objective(X, signs[:, k], theirs.coef_[0], theirs.intercept_[0], C)
        ours = hinge_objective(X, signs[:, k], found.weights[:, k], found.bias[k], C)
        assert ours <= best * (1 + 1e-3)


@QUICK
@given(seed=st.integers(0, 10**6), outputs=st.integers(1, 9), alpha=st.sampled_from([0.1, 1.0]))
def test_a_ridge_regression_is_as_good_as_that_of_scikit_learn(seed, outputs, alpha):
    X, truth = problem(seed, outputs=outputs)
    found = run(ridge(X, truth, alpha), X, 3)
    theirs = Ridge(alpha=alpha).fit(X.toarray(), truth)
    coef, intercept = np.atleast_2d(theirs.coef_), np.atleast_1d(theirs.intercept_)
    for k in range(outputs):
        best = ridge_objective(X, truth[:, k], coef[k], intercept[k], alpha)
        ours = ridge_objective(X, truth[:, k], found.weights[:, k], found.bias[k], alpha)
        assert ours <= best * (1 + 1e-3)


@QUICK
@given(seed=st.integers(0, 10**6), n=st.integers(5, 40), alpha=st.floats(20, 400))
def test_the_bias_is_free_however_strong_the_penalty_on_weights(seed, n, alpha):
    rng = np.random.default_rng(seed)
    X = sparse.csr_matrix((5 * rng.random((n, 8))).astype(np.float32))
    truth = X @ rng.normal(size=(8, 2)) * 3
    found = run(ridge(X, truth, alpha, tol=1e-3), X)
    theirs = Ridge(alpha=alpha).fit(X.toarray().astype(float), truth)
    for k in range(2):
        best = ridge_objective(X, truth[:, k], theirs.coef_[k], theirs.intercept_[k], alpha)
        ours = ridge_objective(X, truth[:, k], found.weights[:, k], found.bias[k], alpha)
        assert ours <= best * 1.01


@pytest.mark.parametrize("C", [1e-3, 1.0])
@pytest.mark.parametrize("rare", [1, 5])
def test_rare_classes_get_the_bias_of_scikit_learn(C, rare):
    X, _ = problem(7, n=400)
    signs = np.where(np.arange(400)[:, None] < rare, np.int8(1), np.int8(-1))
    found = run(svc(X, signs, C), X, 3)
    theirs = LinearSVC(C=C, tol=1e-8, max_iter=10**6, random_state=0).fit(X, signs[:, 0])
    np.testing.assert_allclose(found.bias, theirs.intercept_, atol=5e-3)


def test_where_the_bias_starts_does_not_matter_in_the_end():
    X, truth = problem(8)
    signs = np.where(truth > 0, np.int8(1), np.int8(-1))
    slack = np.full((2, 3), 0.5)
    options = {"hinge": True, "seed": 0, "tol": 1e-6, "max_passes": 3000}
    far = run(Descent(40, signs, slack, centre=np.full(3, 2.0), **options), X)
    near = run(Descent(40, signs, slack, centre=np.zeros(3), **options), X)
    np.testing.assert_allclose(far.weights, near.weights, atol=2e-3)
    np.testing.assert_allclose(far.bias, near.bias, atol=2e-3)


def test_weights_are_those_of_scikit_learn():
    X, truth = problem(1, n=300, outputs=2)
    signs = np.where(truth > 0, np.int8(1), np.int8(-1))
    found = run(svc(X, signs, tol=1e-7), X, 4)
    for k in range(2):
        theirs = LinearSVC(tol=1e-8, max_iter=10**6, random_state=0).fit(X, signs[:, k])
        np.testing.assert_allclose(found.weights[:, k], theirs.coef_[0], atol=2e-3)
        np.testing.assert_allclose(found.bias[k], theirs.intercept_[0], atol=2e-3)
    found = run(ridge(X, truth, tol=1e-7), X, 4)
    theirs = Ridge(alpha=0.5).fit(X.toarray(), truth)
    np.testing.assert_allclose(found.weights, theirs.coef_.T, atol=2e-3)
    np.testing.assert_allclose(found.bias, theirs.intercept_, atol=2e-3)


def test_documents_weigh_as_their_slack_says():
    X, truth = problem(5, outputs=1)
    signs = np.where(truth > 0.5, np.int8(1), np.int8(-1))
    weight = {1: 4.0, -1: 0.5}
    slack = np.array([[1 / (2 * weight[1])], [1 / (2 * weight[-1])]])
    solver = Descent(
        X.shape[1], signs, slack, hinge=True, centre=np.zeros(1), seed=0, tol=1e-6, max_passes=3000
    )
    found = run(solver, X)
    theirs = LinearSVC(class_weight=weight, tol=1e-8, max_iter=10**6, random_state=0)
    theirs.fit(X, signs[:, 0])
    np.testing.assert_allclose(found.weights[:, 0], theirs.coef_[0], atol=5e-3)


@pytest.mark.parametrize("outputs", [1, 4, 5, 17, 33, 70])
def test_outputs_do_not_disturb_each_other(outputs):
    X, truth = problem(2, outputs=outputs)
    signs = np.where(truth > 0, np.int8(1), np.int8(-1))
    together = run(svc(X, signs, tol=0, max_passes=5), X, 2)
    alone = run(svc(X, signs[:, -1:], tol=0, max_passes=5), X, 2)
    np.testing.assert_allclose(together.weights[:, -1:], alone.weights, atol=1e-5)
    assert together.weights.shape == (X.shape[1], outputs)
    assert together.weights.dtype == np.float32


def test_same_seed_same_bits():
    X, truth = problem(3)
    first, again, other = (
        run(ridge(X, truth, seed=seed, tol=0.1), X, 3).weights for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_it_stops_when_it_is_good_enough_or_tired():
    X, truth = problem(4)
    signs = np.where(truth > 0, np.int8(1), np.int8(-1))
    rough, fine, tired = svc(X, signs, tol=0.1), svc(X, signs), svc(X, signs, tol=0, max_passes=7)
    for solver in (rough, fine, tired):
        run(solver, X)
    assert rough.passes < fine.passes
    assert rough.gap <= 0.1
    assert fine.gap <= 1e-6
    assert tired.passes == 7


def test_documents_without_features_and_none_at_all():
    X = sparse.csr_matrix((6, 10), dtype=np.float32)
    signs = np.array([[1], [1], [1], [-1], [1], [1]], dtype=np.int8)
    found = run(svc(X, signs), X)
    assert not found.weights.any()
    assert 0 < found.bias[0] < 1
    nothing = Descent(10, signs[:0], np.ones((2, 1)), hinge=True, centre=np.zeros(1), seed=0)
    assert not nothing.end_pass()


def test_rows_that_do_not_fit_are_refused():
    X, truth = problem(6)
    solver = ridge(X, truth)
    indptr = X.indptr.astype(np.int64)
    with pytest.raises(ValueError, match="columns outside"):
        solver.visit(np.arange(120), Rows(indptr, X.indices + 40, X.data))
    with pytest.raises(ValueError, match="does not describe 119 rows"):
        solver.visit(np.arange(119), Rows(indptr, X.indices, X.data))
    solver.visit(np.arange(120), Rows(indptr, X.indices, X.data * np.float32(np.nan)))
    with pytest.raises(ValueError, match="not finite"):
        solver.end_pass()
