from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.config import View
from framing.features import (
    READ_AT_MOST,
    HashedTfidfVectorizer,
    count_views,
    excerpt,
    ngrams_behind,
    vectorizer_for,
    views,
)

TEXTS = [
    "The mill on the hill burned down.",
    "",
    "A ferry left the harbour, and the mill was silent.",
    "The ferry returned; the harbour was full of boats.",
]


@pytest.fixture
def two_views():
    return {
        "words": HashedTfidfVectorizer(n_features=2**12),
        "layout": HashedTfidfVectorizer(
            analyzer="char", ngram_range=(1, 2), n_features=2**10, prepare="layout"
        ),
    }


# --- count_views


def same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        assert first[name].shape == second[name].shape
        assert (first[name] != second[name]).nnz == 0


def test_every_view_counts_as_its_vectorizer_does(two_views):
    counts = count_views(two_views, TEXTS)
    same(counts, {name: vectorizer.count(TEXTS) for name, vectorizer in two_views.items()})
    assert {matrix.dtype for matrix in counts.values()} == {np.dtype(np.float32)}


def test_views_that_share_a_preparation_count_as_if_alone(two_views, monkeypatch):
    monkeypatch.setattr(views, "_CHUNK", 40)
    texts = TEXTS * 3
    done = []
    together = count_views(two_views, texts, advance=done.append)
    same(together, {name: view.count(texts) for name, view in two_views.items()})
    assert sum(done) == len(texts)
    assert len(done) > 2


@given(sizes=st.lists(st.integers(0, 30), max_size=12), chunk=st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_counts_do_not_depend_on_how_texts_are_handed_out(sizes, chunk):
    view = {"letters": HashedTfidfVectorizer(analyzer="char", n_features=2**8)}
    texts = [chr(97 + i) * size for i, size in enumerate(sizes)]
    done = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "_CHUNK", chunk)
        counts = count_views(view, texts, advance=done.append)["letters"]
    assert sum(done) == len(texts)
    assert counts.shape == (len(texts), 2**8)
    np.testing.assert_array_equal(np.asarray(counts.sum(axis=1)).ravel(), sizes)


def test_no_texts_give_no_rows(two_views):
    counts = count_views(two_views, [])
    assert {name: matrix.shape for name, matrix in counts.items()} == {
        "words": (0, 2**12),
        "layout": (0, 2**10),
    }


def test_long_texts_are_read_in_excerpts(two_views):
    long = "".join(f"word{i} " for i in range(150_000))
    same(
        count_views({"words": two_views["words"]}, [long]),
        {"words": two_views["words"].count([excerpt(long)])},
    )


def test_a_vectorizer_is_made_as_the_config_says():
    view = View(analyzer="char", ngram_range=(2, 5), n_features=2**9, norm=None, prepare="layout")
    made = vectorizer_for(view, n_threads=2).get_params()
    assert made == {**view.model_dump(), "smooth_idf": True, "n_threads": 2}


# --- excerpt


@pytest.mark.parametrize("length", [0, 1, READ_AT_MOST - 1, READ_AT_MOST])
def test_a_text_that_is_not_too_long_is_read_whole(length):
    text = "x" * length
    assert excerpt(text) is text


@pytest.mark.parametrize("length", [READ_AT_MOST + 1, READ_AT_MOST + 20_000, 3_000_000])
def test_of_a_longer_text_windows_over_all_of_it_are_read(length):
    # five digits every ten characters tell where a window comes from
    text = "".join(f"{i:09d} " for i in range(length // 10 + 1))[:length]
    read = excerpt(text)
    assert 0.98 * READ_AT_MOST < len(read) <= READ_AT_MOST
    windows = read.split("\n")
    assert text.startswith(windows[0])
    assert text.endswith(windows[-1])
    starts = [text.index(window) for window in windows]
    gaps = np.diff(starts)
    assert gaps.min() > 0
    assert gaps.max() - gaps.min() <= 1
    assert excerpt(read) is read


# --- ngrams_behind


def test_the_ngrams_of_a_column_are_found():
    view = HashedTfidfVectorizer(n_features=2**16)
    columns = view.columns(["mill", "harbour", "never"])
    found = ngrams_behind(view, columns, TEXTS)
    assert found == {int(columns[0]): ["mill"], int(columns[1]): ["harbour"]}


def test_ngrams_are_named_as_the_view_reads_them():
    view = HashedTfidfVectorizer(ngram_range=(2, 2), n_features=2**16, prepare="normalized")
    column = view.columns(["the harbour"])
    assert ngrams_behind(view, column, ["“The—Harbour”"]) == {int(column[0]): ["the harbour"]}


@given(
    texts=st.lists(st.text("abcd e", max_size=20), max_size=5),
    columns=st.lists(st.integers(0, 7), unique=True),
)
@settings(max_examples=60, deadline=None)
def test_all_ngrams_of_the_columns_are_found_most_frequent_first(texts, columns):
    # eight columns for all n-grams: collisions everywhere
    view = HashedTfidfVectorizer(analyzer="char", ngram_range=(1, 2), n_features=8)
    found = ngrams_behind(view, np.array(columns, dtype=np.int64), texts)
    all_ngrams = [ngram for text in texts for ngram in view.ngrams(text)]
    expected = {ngram for ngram in all_ngrams if view.columns([ngram])[0] in columns}
    assert set().union(*found.values()) == expected
    for column, ngrams in found.items():
        assert len(set(ngrams)) == len(ngrams)
        assert set(view.columns(ngrams)) == {column}
        counts = [all_ngrams.count(ngram) for ngram in ngrams]
        assert counts == sorted(counts, reverse=True)
        assert ngrams == ngrams_behind(view, np.array([column]), texts[::-1])[column]
