from __future__ import annotations

import pickle
from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from framing.features import HashedTfidfVectorizer, reading
from framing.features.ngrams import ngrams
from framing.features.reading import Reading, columns_of
from framing.features.sketch import NgramSketch

MODERATE = settings(max_examples=50, deadline=None)
texts = st.lists(
    st.text("ab AB,.\n\t  éΣσİ“”?\ufffd…\x00\x7f\x80߿ࠀ\ud800\uffff😀", max_size=30)
    | st.text("abc ", max_size=80)
    | st.sampled_from(["the mill on the hill ", "x" * 60, "文字" * 40 + " mill"]),
    max_size=6,
)
readings = st.builds(
    Reading,
    analyzer=st.sampled_from(reading.ANALYZERS),
    ngram_range=st.sampled_from([(1, 1), (1, 2), (2, 4), (1, 3), (5, 5), (1, 55)]),
    n_features=st.sampled_from([2, 8, 64, 2**12]),
    lowercase=st.booleans(),
    prepare=st.sampled_from(["as_is", "layout", "normalized"]),
    words=st.sampled_from([(), ("the", "on", "ab")]),
)


def counted(documents, one):
    """What really fell into each column."""
    behind = defaultdict(Counter)
    for text in documents:
        found = ngrams(text, one)
        for ngram, column in zip(found, columns_of(found, one.n_features).tolist(), strict=True):
            behind[column][ngram] += 1
    return dict(behind)


def cut(ngram):
    return ngram if len(ngram) <= 48 else ngram[:47] + "…"


def assert_promises_kept(sketch, documents):
    """Everything that is said of every column is true."""
    behind = counted(documents, sketch.reading)
    totals = np.zeros(sketch.reading.n_features, dtype=np.int64)
    totals[list(behind)] = [counts.total() for counts in behind.values()]
    np.testing.assert_array_equal(sketch.totals, totals)
    names = sketch.names()
    assert [column for column, name in enumerate(names) if name is not None] == sorted(behind)
    elsewhere = 0
    for column, found in sketch.ngrams(range(len(names))).items():
        counts = behind.get(column, Counter())
        often = {cut(ngram) for ngram, count in counts.items() if 3 * count > counts.total()}
        assert often <= {ngram for ngram, _, _ in found}
        assert {ngram for ngram, _, _ in found} <= set(map(cut, counts))
        assert len(found) == min(len(counts), 2)
        for ngram, at_least, at_most in found:
            if ngram in counts:  # or cut off, as others may be
                assert 1 <= at_least <= counts[ngram] <= at_most
        assert names[column] == (found[0].ngram if found else None)
        elsewhere += counts.total() - counts[names[column]]
    collisions = sketch.collisions()
    assert collisions.columns == len(behind)
    shared = sum(len(counts) > 1 for counts in behind.values())
    assert collisions.shared == pytest.approx(shared / max(len(behind), 1))
    if all(len(ngram) <= 48 for counts in behind.values() for ngram in counts):
        at_least, at_most = collisions.unnamed
        assert at_least - 1e-9 <= elsewhere / max(totals.sum(), 1) <= at_most + 1e-9


@MODERATE
@given(documents=texts, one=readings)
def test_what_a_sketch_says_of_columns_is_true(documents, one):
    assert_promises_kept(NgramSketch(one).update(documents), documents)


@MODERATE
@given(some=texts, others=texts, one=readings)
def test_sketches_of_parts_add_up(some, others, one):
    a, b = NgramSketch(one).update(some), NgramSketch(one).update(others)
    both = a + b
    assert_promises_kept(both, some + others)
    every = range(one.n_features)
    assert (b + a).ngrams(every) == both.ngrams(every)
    assert_promises_kept(both.update(some), some + others + some)
    assert_promises_kept(a, some)


@settings(max_examples=40, deadline=None)
@given(documents=texts, one=readings)
def test_nothing_adds_nothing(documents, one):
    sketch = NgramSketch(one).update(documents)
    every = range(one.n_features)
    assert (sketch + NgramSketch(one)).ngrams(every) == sketch.ngrams(every)
    assert (NgramSketch(one) + sketch).collisions() == sketch.collisions()


@settings(max_examples=40, deadline=None)
@given(some=texts, others=texts, one=readings)
def test_texts_may_come_in_steps(some, others, one):
    whole = NgramSketch(one).update(some + others)
    first = NgramSketch(one).update(some)
    in_steps = first.copy().update(iter(others))
    every = range(one.n_features)
    assert in_steps.ngrams(every) == whole.ngrams(every)
    assert first.ngrams(every) == NgramSketch(one).update(some).ngrams(every)
    watched = NgramSketch(one)
    assert list(watched.watch(iter(some + others))) == some + others
    assert watched.ngrams(every) == whole.ngrams(every)


@cache
def many_texts(seed, n):
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(list("abcdefghé文"), rng.integers(1, 9))) for _ in range(4000)]
    ranks = 1 / np.arange(1, 4001)
    return [
        " ".join(rng.choice(words, rng.integers(0, 400), p=ranks / ranks.sum())) for _ in range(n)
    ]


@pytest.mark.parametrize("analyzer", reading.ANALYZERS)
def test_names_do_not_depend_on_threads_or_steps(analyzer):
    documents = many_texts(1, 560)
    assert sum(map(len, documents)) > 2 * reading._CHUNK

    def fresh(n_threads):
        return HashedTfidfVectorizer(
            analyzer=analyzer, ngram_range=(1, 2), n_features=2**5, keep_words=["a"],
            n_threads=n_threads,
        )  # fmt: skip

    in_steps = fresh(1)
    for start in range(0, 560, 130):
        in_steps.partial_fit(documents[start : start + 130])
    transformed = fresh(2)
    transformed.fit_transform(documents)
    whole = fresh(1).fit(documents)
    assert whole.collisions().shared > 0
    for same in (fresh(3).fit(iter(documents)), in_steps, transformed):
        assert same.column_ngrams(range(2**5)) == whole.column_ngrams(range(2**5))
        assert same.collisions() == whole.collisions()
    merged = fresh(1).fit(documents[:20]) + fresh(1).fit(documents[20:40])
    assert_promises_kept(merged.sketch_, documents[:40])


def test_memory_does_not_grow_with_the_texts():
    one = Reading("word", (3, 3), 2**8)
    sketch = NgramSketch(one)
    rng = np.random.default_rng(5)
    sizes = []
    for _ in range(12):
        letters = rng.choice(list("abcdefghijklmnop"), (4000, 15))
        sketch.update([" ".join(map("".join, letters))])
        sizes.append(sketch.nbytes)
    assert sketch.totals.sum() == 12 * 3998
    assert max(sizes[2:]) == sizes[-1] <= 2**8 * (32 + 3 * 2 * 56)
    assert len(pickle.dumps(sketch)) <= 2**8 * (40 + 2 * 56) + 2000


# --- feature names


def test_columns_are_named_after_their_most_frequent_ngram():
    view = HashedTfidfVectorizer(n_features=2**10).fit(["the mill", "The “mill” on the hill"])
    names = view.get_feature_names_out()
    assert names.shape == (2**10,)
    assert names.dtype == object
    for word in ("the", "mill", "on", "hill"):
        assert names[view.columns([word])[0]] == word
    unmet = int(view.columns(["ferry"])[0])
    assert names[unmet] == f"[column {unmet}]"
    assert view.column_ngrams(view.columns(["mill", "ferry"])) == {
        int(view.columns(["mill"])[0]): [("mill", 2, 2)],
        unmet: [],
    }


@settings(max_examples=40, deadline=None)
@given(documents=texts, one=readings)
def test_every_column_has_a_name_of_its_own(documents, one):
    view = HashedTfidfVectorizer(
        analyzer=one.analyzer, ngram_range=one.ngram_range, n_features=one.n_features,
        keep_words=one.words,
    ).fit(documents)  # fmt: skip
    names = view.get_feature_names_out()
    assert all(type(name) is str for name in names)
    assert len(set(names)) == len(names) == one.n_features


def test_a_name_that_looks_like_a_placeholder_is_told_apart():
    text = "[column 5]"
    view = HashedTfidfVectorizer(analyzer="char", ngram_range=(10, 10), n_features=2**4)
    names = view.fit([text]).get_feature_names_out()
    assert len(set(names)) == 2**4
    assert text in names[view.columns([text])[0]]


def test_long_ngrams_are_cut_off():
    ngram = " ".join(["harbour"] * 8)
    view = HashedTfidfVectorizer(ngram_range=(8, 8), n_features=2**6).fit([ngram])
    column = int(view.columns([ngram])[0])
    assert view.sketch_.names([column]).tolist() == [ngram[:47] + "…"]
    assert view.get_feature_names_out()[column] == f"{ngram[:47]}… [column {column}]"


def test_the_most_frequent_of_several_gives_the_name():
    view = HashedTfidfVectorizer(n_features=2).fit(["ab " * 30 + "cd ef gh ij " * 3])
    column = view.columns(["ab"])[0]
    assert view.get_feature_names_out()[column] == "ab"
    best, *_ = view.column_ngrams([column])[column]
    assert best.at_least <= 30 <= best.at_most
    assert view.collisions().columns == 2


@pytest.mark.parametrize(
    "fit",
    [
        lambda view: view,
        lambda view: view.fit_counts(view.count(["the mill"])),
        lambda view: view.fit_counts(view.count(["the mill"])).partial_fit(["the hill"]),
        lambda view: view.set_params(keep_names=False).fit(["the mill"]),
        lambda view: view.fit(["the"]) + HashedTfidfVectorizer().fit_counts(view.count(["a b"])),
    ],
)
def test_where_names_are_not_known_that_is_said(fit):
    view = fit(HashedTfidfVectorizer())
    for use in (view.get_feature_names_out, lambda: view.column_ngrams([1]), view.collisions):
        with pytest.raises(NotFittedError, match=r"fit on texts|not fitted yet"):
            use()


def test_a_failed_step_changes_nothing():
    view = HashedTfidfVectorizer(n_features=2**6).fit(["the mill"])
    before = view.get_feature_names_out().tolist()
    with pytest.raises(ValueError, match="must be a str"):
        view.partial_fit(["the ferry", None])
    assert view.get_feature_names_out().tolist() == before
    assert view.sketch_.totals.sum() == 2


def test_sparse_output_is_refused_as_scikit_learn_refuses_it():
    view = HashedTfidfVectorizer(n_features=2**6).set_output(transform="pandas")
    with pytest.raises(ValueError, match="sparse"):
        view.fit_transform(["the mill"])
    assert view.set_output(transform="default").fit_transform(["the mill"]).shape == (1, 2**6)


@settings(max_examples=30, deadline=None)
@given(documents=texts, one=readings)
def test_a_pickled_sketch_goes_on_where_it_was(documents, one):
    sketch = NgramSketch(one).update(documents)
    again = pickle.loads(pickle.dumps(sketch))
    every = range(one.n_features)
    assert again.ngrams(every) == sketch.ngrams(every)
    assert again.update(documents).ngrams(every) == sketch.update(documents).ngrams(every)


def test_columns_that_were_never_met_are_not_pickled():
    view = HashedTfidfVectorizer(n_features=2**20, keep_words=()).fit(["the mill on the hill"])
    assert len(pickle.dumps(view.sketch_)) < 2000


def test_sketches_of_different_readings_do_not_add_up():
    with pytest.raises(ValueError, match="different readings"):
        NgramSketch(Reading()) + NgramSketch(Reading("char"))
