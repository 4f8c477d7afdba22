"""Texts that a model has never seen the like of."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.heads.familiarity import fit_familiarity, mean_idf


def usual(rng, n, views=2):
    characters = rng.integers(200, 8000, n)
    # longer texts have room for rarer words
    idf = 3 + 0.2 * np.log(characters)[:, None] + rng.normal(0, 0.1, (n, views))
    return idf, characters


def test_few_of_the_usual_are_unlike_and_all_of_the_unusual():
    rng = np.random.default_rng(0)
    known = fit_familiarity(("words", "letters"), *usual(rng, 4000))
    assert known.unlike(*usual(rng, 4000)).mean() < 0.02
    idf, characters = usual(rng, 200)
    for view in (0, 1):
        for more in (-1.5, 1.5):
            other = idf.copy()
            other[:, view] += more
            assert known.unlike(other, characters).all()


def test_too_short_to_say():
    rng = np.random.default_rng(1)
    idf, characters = usual(rng, 2000)
    known = fit_familiarity(("words", "letters"), idf, characters)
    assert known.unlike(idf[:1], np.array([characters.min() // 2])).all()


def test_documents_that_are_all_alike_set_no_trap():
    idf, characters = np.full((30, 1), 2.0), np.full(30, 100)
    known = fit_familiarity(("words",), idf, characters)
    assert not known.unlike(idf + 1e-9, characters).any()


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.floats(1, 20), st.integers(0, 10**6)), min_size=1, max_size=200),
    new=st.tuples(st.floats(0, 50), st.integers(0, 10**9)),
)
def test_any_documents_can_be_learnt_from(rows, new):
    idf, characters = np.array([[a] for a, _ in rows]), np.array([b for _, b in rows])
    known = fit_familiarity(("words",), idf, characters)
    said = known.unlike(np.array([[new[0]]]), np.array([new[1]]))
    assert said.shape == (1,)
    assert said.dtype == bool


def test_mean_idf_is_nought_where_nothing_was_read():
    found = mean_idf([np.array([[0.0, 0.0], [6.0, 2.0]]), np.array([[1.0, 1.0], [0.0, 0.0]])])
    np.testing.assert_array_equal(found, [[0, 1], [3, 0]])
