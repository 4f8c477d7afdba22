from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from framing.features import HashedTfidfVectorizer

WORDS = ("the", "on", "mill", "Mill", "ÉTÉ", "été", "a_b", "7")
texts = st.text(
    "aB éÉǅ7٣_ʼ'’.,!? \t\n\r\v\x1c\x85\u2028\u3000\u200b\ufeffΣσςİ文😀\ud800", max_size=30
) | st.lists(
    st.sampled_from(
        [*WORDS, "The", "hills", "x" * 9, "1999", ",", "!!", " ", "  ", "\n", "\r\n\r\n"]
    )
).map("".join)
ranges = st.tuples(st.integers(1, 4), st.integers(1, 4)).map(lambda r: (min(r), max(r)))


def tokens(text, analyzer="shape", **settings_of_view):
    view = HashedTfidfVectorizer(analyzer=analyzer, **{"keep_words": (), **settings_of_view})
    return view.ngrams(text)


@settings(max_examples=250, deadline=None)
@given(
    text=texts, analyzer=st.sampled_from(["shape", "masked"]), ngram_range=ranges,
    lowercase=st.booleans(), prepare=st.sampled_from(["as_is", "layout", "normalized"]),
    words=st.lists(st.sampled_from(WORDS), unique=True),
)  # fmt: skip
def test_what_is_counted_is_what_can_be_read(
    text, analyzer, ngram_range, lowercase, prepare, words
):
    view = HashedTfidfVectorizer(
        analyzer=analyzer, ngram_range=ngram_range, n_features=2**10, lowercase=lowercase,
        prepare=prepare, keep_words=words,
    )  # fmt: skip
    expected = np.bincount(view.columns(view.ngrams(text)), minlength=2**10)
    np.testing.assert_array_equal(view.count([text]).toarray()[0], expected)


# --- shape


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The mill, 1999", ["Xxx", " ", "xxxx", ",", " ", "dddd"]),
        ("USA iPhone x_1", ["XXX", " ", "xXxxxx", " ", "x_d"]),
        ("ten  ,", ["xxx", "  ", ","]),
        ("a\tb\u00a0c", ["x", "\t", "x", " ", "x"]),
        ("a\r\nb\u2028c", ["x", "\n\n", "x", "\n", "x"]),
        ("a \n b", ["x", " \n ", "x"]),
        ("naïve 文字 ٣٤", ["xxxx", " ", "xx", " ", "dd"]),
        ("...", [".", ".", "."]),
        ("", []),
    ],
)
def test_shapes(text, read):
    assert tokens(text) == read


@pytest.mark.parametrize("symbol", ["a", "A", "5", " ", "\n"])
def test_of_equal_symbols_four_show(symbol):
    shapes = [tokens(symbol * n) for n in range(1, 8)]
    assert [len(shape) for (shape,) in shapes] == [1, 2, 3, 4, 4, 4, 4]


def test_marks_repeat_as_often_as_they_stand():
    assert tokens("!!!!!!") == ["!"] * 6


def test_a_run_ends_where_the_symbols_change():
    assert tokens("aaaaaaBaaaaaa") == ["xxxxXxxxx"]


@pytest.mark.parametrize(
    ("damaged", "clean", "seen"),
    [
        ("the mill  ,", "the mill,", "  ,"),
        ("the  mill", "the mill", "xxx  xxxx"),
        ("the mill\nfell", "the mill fell", "xxxx\nxxxx"),
        ("tHe mill", "the mill", "xXx "),
        ("the mil1", "the mill", " xxxd"),
    ],
)
def test_damage_shows_in_shapes(damaged, clean, seen):
    assert seen in tokens(damaged, ngram_range=(1, 3))
    assert seen not in tokens(clean, ngram_range=(1, 3))


def test_shapes_do_not_depend_on_lower_case():
    assert tokens("The MILL", lowercase=True) == tokens("The MILL", lowercase=False)


# --- masked


def masked(text, words, **settings_of_view):
    return tokens(text, "masked", keep_words=words, **settings_of_view)


def test_kept_words_are_read_and_others_show_their_shape():
    text = "The Mill, on THE hill!"
    assert masked(text, ["the", "on"]) == ["the", "Xxxx", ",", "on", "the", "xxxx", "!"]


def test_with_case_words_are_kept_as_they_are_written():
    assert masked("The the", ["the"], lowercase=False) == ["Xxx", "the"]
    assert masked("The the", ["The"], lowercase=False) == ["The", "xxx"]


def test_given_words_are_lower_cased_where_texts_are():
    assert masked("the THE", ["THE"]) == ["the", "the"]


def test_tokens_are_joined_by_a_space_whatever_stands_between_them():
    found = masked("on\n\nthe  mill's", ["on", "the"], ngram_range=(2, 2))
    assert found == ["on the", "the xxxx", "xxxx '", "' x"]


def test_the_most_frequent_words_are_learnt():
    view = HashedTfidfVectorizer(analyzer="masked", keep_words=3, n_features=2**10)
    view.fit(["the mill the hill", "The ferry, the mill, a ferry"])
    assert view.words_ == ("the", "ferry", "mill")
    assert view.ngrams("the hill ferry") == ["the", "xxxx", "ferry"]


def test_learnt_words_are_those_of_the_prepared_text():
    view = HashedTfidfVectorizer(analyzer="masked", keep_words=1, prepare="normalized")
    assert view.fit(["café cafe CAFÉ mill mill"]).words_ == ("cafe",)


def test_with_no_words_everything_is_a_shape():
    view = HashedTfidfVectorizer(analyzer="masked", keep_words=0).fit(["the mill"])
    assert view.words_ == ()
    assert view.ngrams("the mill") == ["xxx", "xxxx"]


def test_partial_fit_keeps_the_words_of_the_first_documents():
    first, more = ["the mill the"], ["ferry ferry ferry the"]
    view = HashedTfidfVectorizer(analyzer="masked", keep_words=1, n_features=2**10)
    view.partial_fit(first).partial_fit(more)
    assert view.words_ == ("the",)
    given_words = HashedTfidfVectorizer(analyzer="masked", keep_words=["the"], n_features=2**10)
    np.testing.assert_array_equal(view.df_, given_words.fit(first + more).df_)
    assert view.n_documents_ == 2


def test_vectorizers_of_the_same_words_add_up():
    one, other = ["the mill the"], ["ferry the"]

    def fresh(words):
        return HashedTfidfVectorizer(analyzer="masked", keep_words=words, n_features=2**10)

    both = fresh(["the"]).fit(one) + fresh(["the"]).fit(other)
    np.testing.assert_array_equal(both.df_, fresh(["the"]).fit(one + other).df_)
    assert both.words_ == ("the",)
    assert both.ngrams("the mill") == ["the", "xxxx"]
    with pytest.raises(ValueError, match="words_ do not add up"):
        fresh(1).fit(one) + fresh(1).fit(["ferry ferry the"])


def test_misuse_of_words_is_named():
    view = HashedTfidfVectorizer(analyzer="masked", keep_words=5)
    for use in (view.count, view.transform):
        with pytest.raises(NotFittedError):
            use(["a text"])
    with pytest.raises(NotFittedError):
        view.ngrams("a text")
    with pytest.raises(ValueError, match="keep_words: give a number or a sequence of words"):
        HashedTfidfVectorizer(analyzer="masked", keep_words="the").fit(["a text"])
    with pytest.raises(ValueError, match="keep_words -1: expected 0 or more"):
        HashedTfidfVectorizer(analyzer="masked", keep_words=-1).fit(["a text"])
