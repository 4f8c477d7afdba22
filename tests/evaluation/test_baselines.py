from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from framing.evaluation.baselines import (
    SurfaceCounts,
    corruption_baseline,
    majority,
    style_baseline,
)


@given(st.lists(st.integers(0, 5), min_size=1))
def test_the_majority_is_a_most_frequent_class(y):
    found = majority(np.array(y))
    assert y.count(found) == max(map(y.count, y))


def test_the_style_baseline_reads_words():
    train = ["the mill burned", "the mill stood", "a ferry sank", "a ferry sailed"] * 3
    said = style_baseline(train, np.array([0, 0, 1, 1] * 3), ["mill", "ferry", "mill"], seed=0)
    assert said.tolist() == [0, 1, 0]
    assert said.dtype == np.int64


@pytest.mark.parametrize(
    ("train", "y"), [([".", "!"], [1, 1]), (["", ""], [0, 1]), (["a mill", "a ferry"], [1, 1])]
)
def test_where_nothing_can_be_read_the_style_baseline_says_the_majority(train, y):
    said = style_baseline(train, np.array(y), ["a mill", "", "?"], seed=0)
    assert said.tolist() == [majority(np.array(y))] * 3


def test_surface_counts_are_shares():
    count = SurfaceCounts(["The mill burned", "the mill stood"])
    found = count(["the Mill fell !", "", "  "])
    assert found.shape == (3, 4)
    unknown, symbols, spaces, capitals = found[0]
    # `the` and `mill` stand in two clean texts
    assert unknown == pytest.approx(2 / 4)
    assert symbols == pytest.approx(1 / 15)
    assert spaces == pytest.approx(3 / 15)
    assert capitals == pytest.approx(1 / 15)
    assert found[1].tolist() == [0, 0, 0, 0]
    assert found[2].tolist() == [0, 0, 1, 0]
    assert count([]).shape == (0, 4)


def test_the_style_baseline_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    words = np.array([f"{first}{second}" for first in "bdfglmnprst" for second in "aeiou"] * 2)
    words[: len(words) // 2] = [f"{word}r" for word in words[: len(words) // 2]]
    y = rng.integers(3, size=150)
    liked = rng.random((3, len(words))) ** 4
    texts = [
        " ".join(rng.choice(words, 12, p=liked[c] / liked[c].sum())).capitalize() + ", a B9!"
        for c in y
    ]
    theirs = make_pipeline(TfidfVectorizer(), LinearSVC(random_state=3)).fit(texts[:100], y[:100])
    said = style_baseline(texts[:100], y[:100], [*texts[100:], "unheard of"], seed=3)
    assert said.tolist() == theirs.predict([*texts[100:], "unheard of"]).tolist()
    assert 0.5 < np.mean(said[:50] == y[100:]) < 1


@given(st.lists(st.text(st.characters()), min_size=1, max_size=5))
def test_surface_counts_are_those_of_the_words_and_characters(texts):
    for text, found in zip(texts, SurfaceCounts([])(texts), strict=True):
        n = max(len(text), 1)
        assert found.tolist() == [
            float(bool(text.split())),
            sum(not c.isalnum() and not c.isspace() for c in text) / n,
            sum(c.isspace() for c in text) / n,
            sum(c.isupper() for c in text) / n,
        ]


@given(st.lists(st.text(), max_size=5))
def test_surface_counts_of_any_text_lie_between_none_and_all(texts):
    found = SurfaceCounts(texts)(texts)
    assert ((found >= 0) & (found <= 1)).all()


def test_the_corruption_baseline_learns_from_the_counts():
    rng = np.random.default_rng(0)
    counts = rng.random((400, 4))
    level = counts[:, 0] ** 2
    kinds = (counts[:, [1]] > 0.5).repeat(2, axis=1)
    kinds[:, 1] = False
    new = rng.random((100, 4))
    said, scores = corruption_baseline(counts, level, kinds, new)
    np.testing.assert_allclose(said, new[:, 0] ** 2, atol=1e-6)
    assert np.corrcoef(scores[:, 0], new[:, 1] > 0.5)[0, 1] > 0.8
    np.testing.assert_allclose(scores[:, 1], 0, atol=1e-9)


def test_levels_of_the_corruption_baseline_stay_levels():
    train = np.array([[0.0, 0, 0, 0], [1.0, 0, 0, 0]])
    far_off = np.array([[-50.0, 0, 0, 0], [50.0, 0, 0, 0]])
    said, _ = corruption_baseline(train, np.array([0.0, 1.0]), np.zeros((2, 1), bool), far_off)
    assert said.tolist() == [0, 1]
