"""Hashed n-gram counts and their TF-IDF, with scikit-learn's names and meanings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from framing.features.prepare import Prepare

if TYPE_CHECKING:  # they bring the compiler in, which takes most of a second
    from framing.features.reading import Analyzer, Reader, Reading, Rows
    from framing.features.sketch import Collisions, ColumnNgram, ColumnNumbers, NgramSketch
    from framing.features.tfidf import FittedView, Weighing

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class HashedTfidfVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF of n-grams that are hashed into a fixed number of columns.

    Parameters mean what they mean in :class:`sklearn.feature_extraction.text.TfidfVectorizer`;
    there is no vocabulary, so nothing grows with the corpus and unseen n-grams count as well.

    Parameters
    ----------
    analyzer : {"word", "char", "char_wb", "shape", "masked"}
        `shape` reads the shapes of words (``Xxxx``, at most four equal symbols in a row), runs of
        white space and every other character as tokens; `masked` reads words and other characters,
        and of words that are not among the most frequent ones only the shape (text distortion,
        after Stamatatos 2017).
    ngram_range : tuple of int
        Shortest and longest n-gram.
    n_features : int
        Number of columns, a power of two from 2 to 2**30.
    lowercase, sublinear_tf, use_idf, smooth_idf : bool
        Without `smooth_idf`, an n-gram that was in no document weighs as if it were in one.
    norm : {"l1", "l2"} or None
    prepare : {"as_is", "layout", "normalized"}
        What happens to a text first, see :data:`framing.features.prepare.Prepare`.
    keep_words : int or sequence of str
        With `masked`: how many of the most frequent words to learn and keep, or the words.
    keep_names : bool
        Whether fitting on texts keeps the most frequent n-grams of every column, see
        :class:`framing.features.sketch.NgramSketch`. Without them fitting takes about half the
        time and far less memory.
    n_threads : int or None
        By default one for each processor. Results do not depend on it.

    Attributes
    ----------
    df_ : ndarray of shape (n_features,), int64
        In how many documents each column was.
    n_documents_ : int
    idf_ : ndarray of shape (n_features,), float32
        ``log((1 + n_documents_) / (1 + df_)) + 1``, without the two 1s inside if not `smooth_idf`;
        ones without `use_idf`.
    words_ : tuple of str
        The words that `masked` keeps; empty with other analyzers.
    sketch_ : NgramSketch or None
        What stands behind the columns; None when it is not known.
    """

    words_: tuple[str, ...]

    def __init__(
        self,
        *,
        analyzer: Analyzer = "word",
        ngram_range: tuple[int, int] = (1, 1),
        n_features: int = 2**18,
        lowercase: bool = True,
        sublinear_tf: bool = False,
        norm: Literal["l1", "l2"] | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        prepare: Prepare = "as_is",
        keep_words: int | Sequence[str] = 1000,
        keep_names: bool = True,
        n_threads: int | None = None,
    ) -> None:
        self.analyzer = analyzer
        self.ngram_range = ngram_range
        self.n_features = n_features
        self.lowercase = lowercase
        self.sublinear_tf = sublinear_tf
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.prepare = prepare
        self.keep_words = keep_words
        self.keep_names = keep_names
        self.n_threads = n_threads

    def fit(self, raw_documents: Iterable[str], y: object = None) -> Self:
        """Learn the document frequencies of an iterable of str."""
        texts, sketch = self._begin(raw_documents)
        return self._learn(*self._frequencies(texts, sketch), sketch)

    def partial_fit(self, raw_documents: Iterable[str], y: object = None) -> Self:
        """Add the document frequencies of more documents.

        With `masked`, the words are learnt from the first call's documents.
        """
        if not hasattr(self, "df_"):
            return self.fit(raw_documents)
        sketch = self.sketch_ and self.sketch_.copy()
        df, n = self._frequencies(_checked(raw_documents), sketch)
        return self._learn(df + self.df_, n + self.n_documents_, sketch)

    def fit_counts(self, counts: sparse.csr_matrix) -> Self:
        """Learn document frequencies from counts that were made before, which have no names."""
        if not hasattr(self, "words_"):
            self.words_ = self._given_words()
        df = np.bincount(counts.indices, minlength=self.n_features).astype(np.int64)
        return self._learn(df, counts.shape[0], None)

    def __add__(self, other: HashedTfidfVectorizer) -> HashedTfidfVectorizer:
        """A vectorizer as if fitted on the documents of both; their parameters must be the same.

        With `masked` their words must be the same too: give them as `keep_words`.
        """
        check_is_fitted(self, "df_")
        check_is_fitted(other, "df_")
        mine, others = self.get_params(), other.get_params()
        mine["words_"], others["words_"] = self.words_, other.words_
        differing = sorted(k for k in mine if k != "n_threads" and mine[k] != others[k])
        if differing:
            raise ValueError(f"vectorizers of different {', '.join(differing)} do not add up")
        both = type(self)(**self.get_params())
        both.words_ = self.words_
        sketch = self.sketch_ and other.sketch_ and self.sketch_ + other.sketch_
        return both._learn(self.df_ + other.df_, self.n_documents_ + other.n_documents_, sketch)

    def transform(self, raw_documents: Iterable[str]) -> sparse.csr_matrix:
        """TF-IDF as float32 CSR of shape (documents, n_features), columns in order."""
        weighing = self._weighing()

        def weighed(rows: Rows) -> Rows:
            weighing.weigh(rows, out=rows.data)
            return rows

        return self._matrix(self._reader().each(_checked(raw_documents), weighed))

    def fit_transform(self, raw_documents: Iterable[str], y: object = None) -> sparse.csr_matrix:
        """Fit, then transform, reading the texts once."""
        from framing.features.reading import Rows
        from framing.features.tfidf import frequencies_into

        texts, sketch = self._begin(raw_documents)
        df = np.zeros(self.n_features, dtype=np.uint32)
        watched = sketch.watch(texts) if sketch else texts
        counts = self._matrix(self._reader().each(watched, frequencies_into(df)))
        self._learn(df.astype(np.int64), counts.shape[0], sketch)
        rows = Rows(counts.indptr, counts.indices, counts.data)
        self._weighing().weigh(rows, out=counts.data, n_threads=self.n_threads)
        return counts

    def count(self, raw_documents: Iterable[str]) -> sparse.csr_matrix:
        """Plain n-gram counts as float32 CSR of shape (documents, n_features), columns in order.

        With `masked` and words to learn, the vectorizer must be fitted.
        """
        return self._matrix(self._reader().each(_checked(raw_documents), lambda rows: rows))

    def weigh(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Counts to TF-IDF; the counts stay as they are."""
        from framing.features.reading import Rows

        rows = Rows(counts.indptr, counts.indices, counts.data)
        data = self._weighing().weigh(rows, n_threads=self.n_threads)
        parts = (data, counts.indices.copy(), counts.indptr.copy())
        return sparse.csr_matrix(parts, shape=counts.shape)

    def score(
        self,
        raw_documents: Iterable[str],
        weights: Floats,
        bias: npt.ArrayLike = 0.0,
    ) -> npt.NDArray[np.float64]:
        """What a linear model gives: ``transform(raw_documents) @ weights + bias``.

        No matrix is made, so it takes less time and far less memory.

        Parameters
        ----------
        weights : ndarray of shape (n_features, outputs), float32
        bias : array-like of shape (outputs,) or one number

        Returns
        -------
        ndarray of shape (documents, outputs), float64
        """
        weighing = self._weighing()
        weights = np.ascontiguousarray(weights, dtype=np.float32)
        if weights.ndim != 2 or weights.shape[0] != self.n_features:
            raise ValueError(
                f"weights of shape {weights.shape}, expected ({self.n_features}, outputs)"
            )
        packed = weighing.pack(0, weights)
        found = self._reader().each(
            _checked(raw_documents), lambda rows: weighing.score(rows, 0, packed, weights.shape[1])
        )
        scores: npt.NDArray[np.float64] = np.concatenate([np.zeros((0, weights.shape[1])), *found])
        return scores + np.asarray(bias, dtype=np.float64)

    def ngrams(self, text: str) -> list[str]:
        """The n-grams of one text, in the analyzer's order, repeated ones repeated."""
        from framing.features.ngrams import ngrams

        return ngrams(text, self.reading)

    def columns(self, ngrams: Iterable[str]) -> Ints:
        """The column of each n-gram, int64."""
        from framing.features.reading import columns_of

        return columns_of(ngrams, self.n_features)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """A name for every column: the most frequent n-gram that fell into it.

        No two columns have the same name: ``[column 7]`` stands in place of the name of a column
        that no n-gram fell into, and after a name that is cut off (at 48 characters).

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        ndarray of shape (n_features,), of str objects

        Raises
        ------
        NotFittedError
            Also when fitted without names.
        """
        return self._names().unique_names()

    def column_ngrams(self, columns: ColumnNumbers) -> dict[int, list[ColumnNgram]]:
        """The most frequent n-grams (at most two) of each of the columns, with their counts."""
        return self._names().ngrams(columns)

    def collisions(self) -> Collisions:
        """How often several n-grams share a column."""
        return self._names().collisions()

    @property
    def reading(self) -> Reading:
        """How texts are read, without what they weigh."""
        from framing.features.reading import Reading

        words = getattr(self, "words_", None)
        if words is None:
            words = self._given_words()
        low, high = self.ngram_range
        return Reading(
            self.analyzer, (low, high), self.n_features, self.lowercase, self.prepare, words
        )

    @property
    def fitted_view(self) -> FittedView:
        """What is needed to weigh n-grams as this vectorizer does, and no more."""
        from framing.features.tfidf import FittedView

        check_is_fitted(self, "idf_")
        return FittedView(self.reading, self.sublinear_tf, self.norm, self.idf_)

    def _names(self) -> NgramSketch:
        check_is_fitted(self, "df_")
        if self.sketch_ is None:
            raise NotFittedError(
                "the n-grams behind the columns are not known: fit on texts, not on counts, "
                "with keep_names=True"
            )
        return self.sketch_

    def _given_words(self) -> tuple[str, ...]:
        words = self.keep_words
        if self.analyzer != "masked":
            return ()
        if isinstance(words, str):
            raise ValueError("keep_words: give a number or a sequence of words, not one word")
        if isinstance(words, int | np.integer):
            check_is_fitted(self, "words_")
            return self.words_
        return tuple(word.lower() for word in words) if self.lowercase else tuple(words)

    def _begin(self, raw_documents: Iterable[str]) -> tuple[Iterable[str], NgramSketch | None]:
        """Learn what must be known before n-grams can be read; gives the documents back."""
        texts: Iterable[str] = _checked(raw_documents)
        self.words_ = ()
        if self.analyzer == "masked" and isinstance(self.keep_words, int | np.integer):
            from framing.features.ngrams import frequent_words

            if self.keep_words < 0:
                raise ValueError(f"keep_words {self.keep_words}: expected 0 or more")
            texts = list(texts)
            self.words_ = frequent_words(texts, self.keep_words, self.reading)
        else:
            self.words_ = self._given_words()
        if not self.keep_names:
            return texts, None
        from framing.features.sketch import NgramSketch

        return texts, NgramSketch(self.reading)

    def _frequencies(self, texts: Iterable[str], sketch: NgramSketch | None) -> tuple[Ints, int]:
        from framing.features.tfidf import frequencies_into

        df = np.zeros(self.n_features, dtype=np.uint32)
        add = frequencies_into(df)
        watched = sketch.watch(texts) if sketch else texts
        n = sum(self._reader().each(watched, lambda rows: add(rows).indptr.shape[0] - 1))
        return df.astype(np.int64), n

    def _learn(self, df: Ints, n_documents: int, sketch: NgramSketch | None) -> Self:
        from framing.features.tfidf import idf_of

        self.df_ = df
        self.n_documents_ = n_documents
        self.sketch_ = sketch
        self.idf_ = np.ones(self.n_features, dtype=np.float32)
        if self.use_idf:
            self.idf_ = idf_of(df, n_documents, smooth=self.smooth_idf)
        return self

    def _reader(self) -> Reader:
        from framing.features.reading import Reader

        return Reader([self.reading], self.n_threads)

    def _weighing(self) -> Weighing:
        from framing.features.tfidf import Weighing

        return Weighing([self.fitted_view])

    def _matrix(self, parts: Iterator[Rows]) -> sparse.csr_matrix:
        from framing.features.reading import join_rows

        indptr, indices, data = join_rows(parts)
        kind = np.int64 if data.shape[0] > np.iinfo(np.int32).max else np.int32
        matrix = sparse.csr_matrix(
            (data, indices.astype(kind, copy=False), indptr.astype(kind)),
            shape=(indptr.shape[0] - 1, self.n_features),
        )
        matrix.has_canonical_format = True
        return matrix

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _checked(raw_documents: Iterable[str]) -> Iterator[str]:
    if isinstance(raw_documents, str):
        raise ValueError("give an iterable of texts, not one text")
    for text in raw_documents:
        if not isinstance(text, str):
            raise ValueError(f"a document must be a str, not {type(text).__name__}")
        yield text
