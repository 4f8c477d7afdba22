from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from framing.features import HashedTfidfVectorizer, prepare
from framing.features.symbols import lowered

QUICK = settings(max_examples=50, deadline=None)
TEXTS = [
    "The mill on the hill burned down.",
    "A ferry left the harbour, and the mill was silent.",
    "  The  ferry\nreturned…  ",
    "Überall 静か 🙂🙂 nai\u0308ve",
    "",
]
texts = st.lists(
    st.text() | st.text("abc AB.\n\t\u0301é🙂\x00", max_size=30), min_size=1, max_size=6
)
settings_of_views = st.fixed_dictionaries(
    {
        "analyzer": st.sampled_from(["word", "char", "char_wb"]),
        "ngram_range": st.sampled_from([(1, 1), (1, 2), (2, 4), (1, 3)]),
        "lowercase": st.booleans(),
        "prepare": st.sampled_from(["as_is", "layout", "normalized"]),
        "n_features": st.sampled_from([2**8, 2**12, 2**18]),
    }
)
weighing = st.fixed_dictionaries(
    {
        "sublinear_tf": st.booleans(),
        "norm": st.sampled_from(["l1", "l2", None]),
        "use_idf": st.booleans(),
    }
)


def folded_counts(vectorizer, documents):
    """scikit-learn's counts, their n-grams added up in the columns that the vectorizer names."""

    def preprocess(text):
        if not vectorizer.lowercase:
            return prepare(text, vectorizer.prepare)
        return prepare(lowered(text), vectorizer.prepare).lower()

    reference = CountVectorizer(
        analyzer=vectorizer.analyzer, ngram_range=vectorizer.ngram_range, preprocessor=preprocess
    )
    analyze = reference.build_analyzer()
    if not any(analyze(text) for text in documents):
        # the one thing that a vocabulary cannot be is empty
        return sparse.csr_matrix((len(documents), vectorizer.n_features))
    counts = reference.fit_transform(documents)
    columns = vectorizer.columns(reference.get_feature_names_out())
    fold = sparse.csr_matrix(
        (np.ones(len(columns)), (np.arange(len(columns)), columns)),
        shape=(len(columns), vectorizer.n_features),
    )
    return (counts @ fold).tocsr()


def assert_equal(a, b, rtol=0.0):
    assert a.shape == b.shape
    np.testing.assert_allclose(a.toarray(), b.toarray(), rtol=rtol, atol=rtol)


no_surrogates = st.characters(exclude_categories=["Cs"])


@QUICK
@given(
    documents=st.lists(
        st.text(no_surrogates) | st.text("abc AB.\n\t\u0301é🙂\x00", max_size=30),
        min_size=1,
        max_size=6,
    ),
    view=settings_of_views,
    weigh=weighing,
)
def test_counts_and_tfidf_are_scikit_learns(documents, view, weigh):
    vectorizer = HashedTfidfVectorizer(**view, **weigh)
    expected = folded_counts(vectorizer, documents)
    counts = vectorizer.count(documents)
    assert counts.dtype == np.float32
    # small matrices compare dense, large ones by their difference
    assert abs(counts - expected).max() == 0
    found = vectorizer.fit_transform(documents)
    assert found.dtype == np.float32
    wanted = TfidfTransformer(**weigh).fit_transform(expected)
    assert abs(found - wanted).max() <= 1e-5 * max(1.0, abs(wanted).max())


def test_idf_of_new_documents_is_that_of_the_fitted_ones():
    vectorizer = HashedTfidfVectorizer(sublinear_tf=True).fit(TEXTS)
    transformer = TfidfTransformer(sublinear_tf=True).fit(folded_counts(vectorizer, TEXTS))
    new = ["the harbour and a new word", "mill mill mill"]
    wanted = transformer.transform(folded_counts(vectorizer, new))
    assert_equal(vectorizer.transform(new), wanted, rtol=1e-5)


@QUICK
@given(documents=texts, view=settings_of_views, weigh=weighing, cut=st.integers(0, 6))
def test_fitting_on_counts_made_in_parts_is_fitting_on_all(documents, view, weigh, cut):
    whole = HashedTfidfVectorizer(**view, **weigh).fit(documents)
    parts = HashedTfidfVectorizer(**view, **weigh)
    counts = sparse.vstack([parts.count(documents[:cut]), parts.count(documents[cut:])]).tocsr()
    parts.fit_counts(counts)
    np.testing.assert_array_equal(parts.idf_, whole.idf_)
    before = counts.copy()
    weighed = parts.weigh(counts)
    assert abs(weighed - whole.transform(documents)).nnz == 0
    assert (counts != before).nnz == 0


@QUICK
@given(documents=texts, view=settings_of_views)
def test_ngrams_in_their_columns_are_the_counts(documents, view):
    vectorizer = HashedTfidfVectorizer(**view)
    counts = vectorizer.count(documents)
    for i, text in enumerate(documents):
        columns = vectorizer.columns(vectorizer.ngrams(text))
        expected = np.bincount(columns, minlength=vectorizer.n_features)
        np.testing.assert_array_equal(counts[[i]].toarray()[0], expected)


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("prepare", ["as_is", "layout", "normalized"])
@pytest.mark.parametrize("text", ["a \ud800 b", "\udfff", "caf\udce9s open", "\x00", "🙂\ud83d"])
def test_lone_surrogates_and_nul_are_read(analyzer, prepare, text):
    vectorizer = HashedTfidfVectorizer(analyzer=analyzer, prepare=prepare)
    matrix = vectorizer.fit_transform([text, "plain words"])
    assert np.isfinite(matrix.data).all()


def test_the_rows_of_tfidf_have_unit_length():
    for norm, order in (("l1", 1), ("l2", 2)):
        rows = HashedTfidfVectorizer(norm=norm).fit_transform(TEXTS).toarray()
        lengths = np.linalg.norm(rows, ord=order, axis=1)
        np.testing.assert_allclose(lengths, [1, 1, 1, 1, 0], rtol=1e-6)


def test_texts_may_come_from_any_iterable():
    vectorizer = HashedTfidfVectorizer().fit(text for text in TEXTS)
    same = HashedTfidfVectorizer().fit(tuple(TEXTS))
    assert_equal(vectorizer.transform(iter(TEXTS)), same.transform(TEXTS))


def test_no_texts_give_no_rows():
    vectorizer = HashedTfidfVectorizer().fit(TEXTS)
    for nothing in ([], iter([])):
        assert vectorizer.transform(nothing).shape == (0, vectorizer.n_features)
    assert vectorizer.columns([]).shape == (0,)


def test_one_text_in_place_of_many_is_refused():
    vectorizer = HashedTfidfVectorizer().fit(TEXTS)
    for method in (vectorizer.fit, vectorizer.transform, vectorizer.fit_transform):
        with pytest.raises(ValueError, match="not one text"):
            method("one text")


def test_an_unfitted_vectorizer_says_so():
    with pytest.raises(NotFittedError):
        HashedTfidfVectorizer().transform(TEXTS)


@given(view=settings_of_views, weigh=weighing)
def test_parameters_are_kept_as_given_and_can_be_set(view, weigh):
    parameters = {
        **view, **weigh, "smooth_idf": False, "keep_words": 5, "keep_names": False, "n_threads": 3
    }  # fmt: skip
    vectorizer = HashedTfidfVectorizer(**parameters)
    assert vectorizer.get_params() == parameters
    assert HashedTfidfVectorizer().set_params(**parameters).get_params() == parameters
    assert clone(vectorizer).get_params() == parameters


def test_a_clone_is_not_fitted_and_the_original_stays_fitted():
    vectorizer = HashedTfidfVectorizer().fit(TEXTS)
    assert not hasattr(clone(vectorizer), "idf_")
    assert hasattr(vectorizer, "idf_")


def test_an_unknown_parameter_is_refused():
    with pytest.raises(ValueError, match="ngrams"):
        HashedTfidfVectorizer().set_params(ngrams=3)


def test_a_pickled_vectorizer_gives_the_same():
    vectorizer = HashedTfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3)).fit(TEXTS)
    again = pickle.loads(pickle.dumps(vectorizer))
    assert again.get_params() == vectorizer.get_params()
    assert_equal(again.transform(TEXTS), vectorizer.transform(TEXTS))


def test_it_works_in_a_pipeline():
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(HashedTfidfVectorizer(n_features=2**10), MultinomialNB())
    y = [0, 1, 1, 0, 0]
    assert model.fit(TEXTS, y).predict(["ferry in the harbour"]).tolist() == [1]
