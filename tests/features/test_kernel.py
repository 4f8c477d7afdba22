import pickle
import re
from functools import cache
from itertools import chain, islice

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from framing.corpus.news_articles import read_news_articles
from framing.errors import DataError
from framing.features import HashedTfidfVectorizer, compiling, counting, reading
from framing.features.symbols import class_table, encode, lowered

ODD = st.sampled_from(
    [*"aAbBzZ09_ß İıΣσςǅ'-.,  \t\n\r\v\f\x00\x1c\x1d\x1e\x1f\x85\xa0", "\u2028", "\u2029", "\u200b",
     "\u3000", "\u180e", "\ufeff", "\u0301", "e\u0301", "\ud800", "\udfff", "\ud83d\ude00", "😀",
     "👩‍👧", "文", "字", "OF", "ΟΔΟΣ", "  ", " \n "]
)  # fmt: skip
TEXT = st.one_of(
    st.lists(ODD, max_size=40).map("".join),
    st.text(st.characters(codec=None), max_size=30),
    st.text("ab \n", max_size=60),
)
ANALYZERS = st.sampled_from(["word", "char", "char_wb"])
ALL_ANALYZERS = st.sampled_from(reading.ANALYZERS)
RANGES = st.tuples(st.integers(1, 6), st.integers(1, 6)).map(lambda r: (min(r), max(r)))


def expected_counts(texts, vectorizer):
    """Rows of column -> count, from scikit-learn's own n-grams."""
    theirs = CountVectorizer(
        analyzer=vectorizer.analyzer, ngram_range=vectorizer.ngram_range,
        lowercase=vectorizer.lowercase,
    ).build_analyzer()  # fmt: skip
    rows = np.zeros((len(texts), vectorizer.n_features), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        np.add.at(row, vectorizer.columns(theirs(text)), 1)
    return rows


def assert_well_formed(matrix):
    matrix.check_format(full_check=True)
    assert matrix.dtype == np.float32
    assert matrix.indices.dtype == matrix.indptr.dtype == np.int32
    for start, end in zip(matrix.indptr, matrix.indptr[1:], strict=False):
        assert (np.diff(matrix.indices[start:end]) > 0).all()


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXT, max_size=6), ANALYZERS, RANGES, st.booleans())
def test_counts_are_those_of_scikit_learn(texts, analyzer, ngram_range, lowercase):
    vectorizer = HashedTfidfVectorizer(
        analyzer=analyzer, ngram_range=ngram_range, n_features=2**12, lowercase=lowercase
    )
    counts = vectorizer.count(texts)
    assert_well_formed(counts)
    assert np.array_equal(counts.toarray(), expected_counts(texts, vectorizer))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(TEXT, min_size=1, max_size=6), ANALYZERS, st.sampled_from(["l1", "l2", None]),
    st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
def test_weights_are_those_of_scikit_learn(texts, analyzer, norm, sublinear, use_idf, smooth):
    vectorizer = HashedTfidfVectorizer(
        analyzer=analyzer, ngram_range=(1, 2), n_features=2**12, norm=norm,
        sublinear_tf=sublinear, use_idf=use_idf, smooth_idf=smooth,
    )  # fmt: skip
    weighed = vectorizer.fit_transform(texts)
    assert_well_formed(weighed)
    counts = vectorizer.count(texts)
    met = np.unique(counts.indices)
    theirs = TfidfTransformer(norm=norm, sublinear_tf=sublinear, use_idf=use_idf, smooth_idf=smooth)
    expected = np.zeros(counts.shape)
    if met.size:
        expected[:, met] = theirs.fit_transform(counts[:, met].astype(np.float64)).toarray()
    np.testing.assert_allclose(weighed.toarray(), expected, rtol=1e-5, atol=1e-7)
    for same in (vectorizer.transform(texts), vectorizer.weigh(counts)):
        assert (same != weighed).nnz == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, max_size=6), st.lists(TEXT, max_size=6), ALL_ANALYZERS)
def test_parts_add_up_to_the_whole(some, others, analyzer):
    def fresh():
        return HashedTfidfVectorizer(analyzer=analyzer, n_features=2**10, keep_words=["ab", "of"])

    whole = fresh().fit(some + others)
    in_steps = fresh().partial_fit(some).partial_fit(others)
    merged = fresh().fit(some) + fresh().fit(others)
    from_counts = fresh().fit_counts(whole.count(some + others))
    for same in (in_steps, merged, from_counts):
        assert np.array_equal(same.df_, whole.df_)
        assert np.array_equal(same.idf_, whole.idf_)
        assert same.n_documents_ == whole.n_documents_ == len(some + others)


def test_different_vectorizers_do_not_add_up():
    one = HashedTfidfVectorizer(n_features=2**10).fit(["a text"])
    with pytest.raises(ValueError, match="lowercase"):
        one + HashedTfidfVectorizer(n_features=2**10, lowercase=False).fit(["a text"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(TEXT, max_size=6), ALL_ANALYZERS, st.sampled_from(["l1", "l2", None]), st.booleans()
)
def test_scores_are_those_of_the_matrix(texts, analyzer, norm, sublinear):
    vectorizer = HashedTfidfVectorizer(
        analyzer=analyzer, ngram_range=(1, 3), n_features=2**10, norm=norm, sublinear_tf=sublinear
    ).fit(texts)
    weights = np.random.default_rng(3).normal(size=(2**10, 4)).astype(np.float32)
    bias = np.arange(4.0)
    scores = vectorizer.score(texts, weights, bias)
    assert scores.dtype == np.float64
    expected = vectorizer.transform(texts).astype(np.float64) @ weights + bias
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)


@cache
def many_texts(seed, n):
    random = np.random.default_rng(seed)
    words = [
        "".join(random.choice(list("abcdefgéßЖ文"), random.integers(1, 12))) for _ in range(3000)
    ]
    return [" ".join(random.choice(words, random.integers(0, 400))) for _ in range(n)]


@pytest.mark.parametrize("analyzer", reading.ANALYZERS)
def test_results_do_not_depend_on_threads_or_neighbours(analyzer):
    texts = many_texts(1, 500)
    assert sum(map(len, texts)) > 2 * reading._CHUNK
    weights = np.random.default_rng(3).normal(size=(2**14, 2)).astype(np.float32)
    made = []
    for n_threads in (1, 2, 5):
        v = HashedTfidfVectorizer(
            analyzer=analyzer, ngram_range=(1, 3), n_features=2**14, n_threads=n_threads
        )
        made.append(
            (v.fit_transform(texts), v.idf_, v.transform(iter(texts)), v.score(texts, weights))
        )
    for fitted, idf, transformed, scores in made:
        assert np.array_equal(fitted.data, made[0][0].data)
        assert np.array_equal(fitted.indices, made[0][0].indices)
        assert (transformed != fitted).nnz == 0
        assert np.array_equal(idf, made[0][1])
        assert np.array_equal(scores, made[0][3])
    alone = sparse.vstack([v.transform([text]) for text in texts[:40]])
    assert (alone != made[0][0][:40]).nnz == 0


@pytest.mark.parametrize(
    ("analyzer", "longest", "bits"),
    [("word", 9, 18), ("char", 4, 8), ("char", 4, 26), ("char_wb", 4, 18), ("shape", 5, 18),
     ("masked", 9, 20)],
)  # fmt: skip
def test_a_document_longer_than_a_part(analyzer, longest, bits):
    words = ["ab", "Ab", "b9", "bé", "文字", "AB", "ba"]
    text = " ".join(np.random.default_rng(2).choice(words, 120_000))
    vectorizer = HashedTfidfVectorizer(
        analyzer=analyzer, ngram_range=(1, longest), n_features=2**bits, keep_words=["ab", "ba"],
        n_threads=1,
    )  # fmt: skip
    counts = vectorizer.count([text, "and a short one"])
    assert counts[0].sum() > counting._PART
    assert_well_formed(counts)
    columns, expected = np.unique(vectorizer.columns(vectorizer.ngrams(text)), return_counts=True)
    assert np.array_equal(counts[0].indices, columns)
    assert np.array_equal(counts[0].data, expected)


def test_n_grams_longer_than_the_text():
    for analyzer in ("word", "char", "char_wb"):
        vectorizer = HashedTfidfVectorizer(analyzer=analyzer, ngram_range=(5, 300), n_features=2**9)
        texts = ["", "a", "ab cd", "x" * 350 + " y", "one two six ten far off"]
        assert np.array_equal(vectorizer.count(texts).toarray(), expected_counts(texts, vectorizer))


@pytest.mark.parametrize("bits", [18, 20, 22])
def test_the_hash_spreads_like_chance(bits):
    letters = "abcdefghijklmnopqrstuvwxyz "
    ngrams = [a + b + c for a in letters for b in letters for c in letters]
    ngrams += [f"{a} {b}" for a in range(200) for b in range(200)]
    ngrams += [chr(code) for code in range(0x4E00, 0x9FFF)]
    columns = HashedTfidfVectorizer(n_features=2**bits).columns(ngrams)
    size, n = 2.0**bits, len(ngrams)
    distinct = np.unique(columns).size
    expected = size * (1 - (1 - 1 / size) ** n)
    assert abs(distinct - expected) < 5 * np.sqrt(n * n / (2 * size))
    load = np.bincount(columns >> (bits - 8), minlength=256)
    assert ((load - n / 256) ** 2 / (n / 256)).sum() < 255 + 6 * np.sqrt(2 * 255)


def test_the_hash_is_the_documented_one():
    def column(ngram, bits):
        h = 0x9E3779B97F4A7C15
        for character in ngram:
            h = (h ^ ord(character)) * 0xD6E8FEB86659FD93 % 2**64
        return ((h ^ h >> 32) * 0xFF51AFD7ED558CCD % 2**64) >> (64 - bits)

    ngrams = ["a", "", "new york", " ab", "\x00", "文字", "\ud800", "😀"]
    for bits in (1, 9, 18, 30):
        found = HashedTfidfVectorizer(n_features=2**bits).columns(ngrams)
        assert found.tolist() == [column(n, bits) for n in ngrams]


@pytest.mark.parametrize("lowercase", [True, False])
def test_every_character_is_read_as_python_reads_it(lowercase):
    read = list(map(chr, range(0x110000)))
    if lowercase:
        read = [c if c in "Σİ" else c.lower() for c in read]
        assert all(lowered(c) == c.lower() for c in "Σİ")
    codes = encode("".join(read))
    spaces = np.array(list(map(str.isspace, read)))
    words = np.array(list(map(str.isalnum, read))) | (codes == ord("_"))
    table = class_table(lowercase)
    assert np.array_equal(table & 0x1FFFFF, codes)
    assert np.array_equal(table & np.uint32(1 << 30) > 0, spaces)
    assert np.array_equal(table & np.uint32(1 << 31) > 0, words)


def test_patterns_and_methods_agree_on_what_a_space_and_a_word_character_are():
    characters = "".join(map(chr, range(0x110000)))
    assert re.findall(r"\s", characters) == [c for c in characters if not c.split()]
    assert re.findall(r"\s", characters) == [c for c in characters if c.isspace()]
    assert re.findall(r"\w", characters) == [c for c in characters if c.isalnum() or c == "_"]


@given(st.text(st.characters(codec=None)))
def test_code_points_survive(text):
    assert encode(text).tolist() == [ord(c) for c in text]


def cosines(tfidf):
    tfidf = tfidf.astype(np.float64)
    return (tfidf @ tfidf.T).toarray()


@pytest.mark.parametrize(("analyzer", "ngram_range"), [("char_wb", (2, 5)), ("word", (1, 2))])
def test_cosines_on_real_articles(analyzer, ngram_range):
    try:
        tables = read_news_articles().tables
    except DataError as error:
        pytest.skip(f"the news corpus cannot be fetched here: {error.what}")
    articles = chain.from_iterable(table["text"].to_pylist() for table in tables)
    texts = list(islice(filter(None, articles), 80))
    theirs = CountVectorizer(analyzer=analyzer, ngram_range=ngram_range, dtype=np.float64)
    counts = theirs.fit_transform(texts)
    ours = HashedTfidfVectorizer(analyzer=analyzer, ngram_range=ngram_range, n_features=2**22)
    found = cosines(ours.fit_transform(texts))

    def folded(columns):
        used, place = np.unique(columns, return_inverse=True)
        ngrams = np.arange(columns.size)
        fold = sparse.csr_matrix(
            (np.ones(columns.size), (ngrams, place)), (columns.size, used.size)
        )
        return cosines(TfidfTransformer().fit_transform(counts @ fold))

    columns = ours.columns(theirs.get_feature_names_out())
    np.testing.assert_allclose(found, folded(columns), atol=1e-5)
    # what collisions move must be no more than chance would have it
    exact = cosines(TfidfTransformer().fit_transform(counts))
    random = np.random.default_rng(5)
    by_chance = [
        np.abs(folded(random.integers(0, 2**22, columns.size)) - exact).mean() for _ in range(3)
    ]
    assert np.abs(found - exact).mean() < 2 * max(by_chance) < 2e-3


def test_clones_and_pickles():
    texts = ["Some text", "and some more"]
    vectorizer = HashedTfidfVectorizer(analyzer="char", ngram_range=(1, 3), n_features=2**10)
    fitted = clone(vectorizer).fit(texts)
    assert fitted.get_params() == vectorizer.get_params()
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.transform(texts) != fitted.transform(texts)).nnz == 0


def test_misuse_is_named():
    with pytest.raises(NotFittedError):
        HashedTfidfVectorizer().transform(["a"])
    with pytest.raises(ValueError, match="one text"):
        HashedTfidfVectorizer().fit("a text")
    with pytest.raises(ValueError, match="power of two"):
        HashedTfidfVectorizer(n_features=1000).fit(["a"])
    with pytest.raises(ValueError, match="ngram_range"):
        HashedTfidfVectorizer(ngram_range=(3, 2)).fit(["a"])
    with pytest.raises(ValueError, match="must be a str"):
        HashedTfidfVectorizer().fit([None])
    with pytest.raises(ValueError, match="weights of shape"):
        HashedTfidfVectorizer().fit(["a"]).score(["a"], np.zeros((3, 2), np.float32))


def test_no_documents():
    vectorizer = HashedTfidfVectorizer(n_features=2**10)
    assert vectorizer.count([]).shape == (0, 2**10)
    assert vectorizer.fit_transform([]).shape == (0, 2**10)
    assert vectorizer.score([], np.zeros((2**10, 3), np.float32)).shape == (0, 3)


@parametrize_with_checks([HashedTfidfVectorizer(n_features=2**8)])
def test_scikit_learn_conventions(estimator, check):
    check(estimator)


def test_loops_are_compiled_where_no_cache_can_be_written(monkeypatch):
    def without_a_place(**options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return numba.njit(**options)

    monkeypatch.setattr(compiling, "_njit", without_a_place)
    assert compiling.compiled(lambda number: number + 1)(2) == 3
