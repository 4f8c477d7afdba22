from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.features import HashedTfidfVectorizer, reading
from framing.features.reading import Reader, Reading, join_rows
from framing.features.tfidf import Weighing

QUICK = settings(max_examples=40, deadline=None)
WORDS = ("the", "and", "was")
texts = st.lists(
    st.text("ab AB,.\n\t  éΣσ“”?\ufffd…") | st.text(st.characters(codec=None), max_size=20),
    max_size=6,
)
readings = st.lists(
    st.builds(
        Reading,
        analyzer=st.sampled_from(reading.ANALYZERS),
        ngram_range=st.sampled_from([(1, 1), (1, 2), (2, 4)]),
        n_features=st.sampled_from([2**4, 2**10]),
        lowercase=st.booleans(),
        prepare=st.sampled_from(["as_is", "layout", "normalized"]),
    ),
    min_size=1,
    max_size=4,
)


def vectorizer_of(one):
    return HashedTfidfVectorizer(
        analyzer=one.analyzer, ngram_range=one.ngram_range, n_features=one.n_features,
        lowercase=one.lowercase, prepare=one.prepare, keep_words=(), sublinear_tf=True,
    )  # fmt: skip


def view_of(rows, reader, number):
    """The rows of one view as a dense matrix."""
    n_views = len(reader.readings)
    first = reader.offsets[number]
    counts = np.zeros(((len(rows.indptr) - 1) // n_views, reader.readings[number].n_features))
    for document in range(len(counts)):
        row = document * n_views + number
        place = slice(rows.indptr[row], rows.indptr[row + 1])
        counts[document, rows.indices[place] - first] = rows.data[place]
    return counts


@QUICK
@given(texts=texts, several=readings)
def test_views_that_are_read_together_are_read_as_if_alone(texts, several):
    reader = Reader(several, 1)
    rows = reader.count(texts)
    for number, one in enumerate(several):
        alone = vectorizer_of(one).count(texts).toarray()
        np.testing.assert_array_equal(view_of(rows, reader, number), alone)


@QUICK
@given(texts=texts, several=readings, seed=st.integers(0, 99))
def test_weights_and_scores_are_those_of_each_vectorizer(texts, several, seed):
    fitted = [vectorizer_of(one).fit(texts) for one in several]
    weighing = Weighing([one.fitted_view for one in fitted])
    reader = Reader(several, 1)
    rows = reader.count(texts)
    weighed = rows._replace(data=weighing.weigh(rows))
    for number, one in enumerate(fitted):
        np.testing.assert_array_equal(
            view_of(weighed, reader, number), one.transform(texts).toarray()
        )
        weights = np.random.default_rng(seed).normal(size=(one.n_features, 3)).astype(np.float32)
        found = weighing.score(rows, number, weighing.pack(number, weights), 3)
        np.testing.assert_allclose(found, one.score(texts, weights), atol=1e-6)


def test_neither_chunks_nor_threads_change_a_count(monkeypatch):
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("abc  \n“é"), rng.integers(0, 300))) for _ in range(60)]
    several = [
        Reading("char", (1, 3), 2**10, prepare="layout"),
        Reading("masked", (1, 2), 2**10, words=WORDS),
        Reading("shape", (1, 4), 2**10),
    ]
    whole = Reader(several, 1).count(texts)
    for chunk, n_threads in ((1, 1), (500, 3), (4000, 2)):
        monkeypatch.setattr(reading, "_CHUNK", chunk)
        parts = list(Reader(several, n_threads).each(texts, lambda rows: rows))
        assert len(parts) > 1
        for found, expected in zip(join_rows(parts), whole, strict=True):
            np.testing.assert_array_equal(found, expected)


def test_no_texts_give_no_rows():
    rows = Reader([Reading(), Reading("char")], 2).count([])
    assert rows.indptr.tolist() == [0]
    assert len(rows.indices) == len(rows.data) == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ngram_range": (2, 1)}, "ngram_range"),
        ({"ngram_range": (0, 1)}, "ngram_range"),
        ({"n_features": 1000}, "power of two"),
        ({"analyzer": "words"}, "one of word, char"),
        ({"prepare": "tidy"}, "one of as_is"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(values, said):
    with pytest.raises(ValueError, match=said):
        Reading(**values)


def test_more_columns_than_can_be_numbered_are_refused():
    with pytest.raises(ValueError, match="columns in all views"):
        Reader([Reading(n_features=2**30)] * 3)
