"""The scale that evens out how the sources of a class differ."""

import numpy as np
import pytest
from scipy import sparse

from framing.features.reading import Rows
from framing.training.invariance import Invariance, Scaled


class OneBlock:
    """Documents in one block, with one view; weights are the counts."""

    def __init__(self, X):
        self._X = X
        self.n_columns = X.shape[1]

    def each(self):
        class Block:
            number, documents = 0, np.arange(self._X.shape[0])
            rows = Rows(self._X.indptr.astype(np.int64), self._X.indices, self._X.data)

        yield Block

    def weigh_documents(self, rows, inside, read):
        part = self._X[inside]
        return Rows(part.indptr.astype(np.int64), part.indices, part.data)


@pytest.fixture
def corpus():
    rng = np.random.default_rng(0)
    source = np.repeat(np.arange(6), 40)
    y = source % 2
    X = rng.random((240, 8)).astype(np.float32)
    X[:, 0] += y  # of the class
    X[:, 1] += np.where(source == 3, 2, 0)  # a habit of one source
    X[:, 2] = np.where(source == 4, 1.0, 0.0)  # its fingerprint
    return sparse.csr_matrix(X), y, source


def taught(corpus, masks):
    X, y, source = corpus
    found = Invariance(y, source, masks)
    block = OneBlock(X)
    found.learn(block, block, np.ones(1, dtype=bool))
    return found


def test_it_is_the_variance_between_sources_of_one_class_over_energy(corpus):
    X, _, source = corpus
    everywhere = np.ones(240, dtype=bool)
    scale = taught(corpus, [everywhere]).scale(everywhere, 30.0, None)
    dense = X.toarray().astype(np.float64)
    means = np.array([dense[source == s].mean(axis=0) for s in range(6)])
    of_class = np.arange(6) % 2
    centred = means - np.array([means[of_class == c].mean(axis=0) for c in of_class])
    expected = 1 / np.sqrt(1 + 30 * (centred**2).mean(axis=0) / (dense**2).mean(axis=0))
    expected /= np.sqrt((expected**2 * (dense**2).mean(axis=0)).sum())
    np.testing.assert_allclose(scale, expected, rtol=1e-4)
    assert scale[1] < scale[0]


def test_a_fingerprint_is_left_out_and_a_habit_is_not(corpus):
    everywhere = np.ones(240, dtype=bool)
    found = taught(corpus, [everywhere])
    scale = found.scale(everywhere, 0.0, 20.0)
    assert (scale == 0).tolist() == [False, False, True] + [False] * 5
    found.ignore(np.array([5]))
    assert found.scale(everywhere, 0.0, 20.0)[5] == 0


def test_documents_outside_of_the_mask_do_not_count(corpus):
    X, y, source = corpus
    without = source != 3
    alone = taught((X[without], y[without], source[without]), [np.ones(200, dtype=bool)])
    together = taught(corpus, [without, np.ones(240, dtype=bool)])
    a = alone.scale(np.ones(200, dtype=bool), 30.0, 20.0)
    b = together.scale(without, 30.0, 20.0)
    # all but their common length, which is of all documents
    np.testing.assert_allclose(a[0] / a[7], b[0] / b[7], rtol=0.05)
    assert b[1] / b[0] > 1.2 * together.scale(np.ones(240, dtype=bool), 30.0, 20.0)[1] / b[0]


def test_weights_are_for_columns_as_they_are_and_explanations_are_dropped(corpus):
    X, _, source = corpus

    class Sum:
        def visit(self, documents, rows):
            self.X = sparse.csr_matrix((rows.data, rows.indices, rows.indptr), (len(documents), 10))

        def end_pass(self):
            return False

        def linear(self):
            from framing.heads import Linear

            return Linear(np.asarray(self.X.sum(axis=0)).T, np.zeros(1))

    scale = np.linspace(0, 2, 8).astype(np.float32)
    solver = Scaled(Sum(), scale, np.column_stack([source % 2]))
    solver.visit(np.arange(240), Rows(X.indptr.astype(np.int64), X.indices, X.data))
    assert solver.solver.X[:, 8:].sum(axis=0).tolist() == [[120, 120]]
    expected = np.asarray(X.sum(axis=0)).ravel() * scale**2
    np.testing.assert_allclose(solver.linear().weights.ravel(), expected, rtol=1e-4)
