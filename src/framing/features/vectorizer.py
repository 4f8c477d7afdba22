"""Hashed n-gram counts and their TF-IDF, with scikit-learn's names and meanings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils.validation import check_is_fitted

from framing.features.prepare import PREPARE, Prepare
from framing.features.symbols import lowered

if TYPE_CHECKING:  # they bring the compiler in, which takes most of a second
    from framing.features.engine import Rows

T = TypeVar("T")

_LONGEST = 1000
"""The longest n-gram there may be."""


class HashedTfidfVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF of n-grams that are hashed into a fixed number of columns.

    Parameters mean what they mean in :class:`sklearn.feature_extraction.text.TfidfVectorizer`;
    there is no vocabulary, so nothing grows with the corpus and unseen n-grams count as well.

    Parameters
    ----------
    analyzer : {"word", "char", "char_wb"}
    ngram_range : tuple of int
        Shortest and longest n-gram.
    n_features : int
        Number of columns, a power of two from 2 to 2**30.
    lowercase, sublinear_tf, use_idf, smooth_idf : bool
        Without `smooth_idf`, an n-gram that was in no document weighs as if it were in one.
    norm : {"l1", "l2"} or None
    prepare : {"as_is", "layout", "normalized"}
        What happens to a text first, see :mod:`framing.features.prepare`.
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
    """

    def __init__(
        self,
        *,
        analyzer: Literal["word", "char", "char_wb"] = "word",
        ngram_range: tuple[int, int] = (1, 1),
        n_features: int = 2**18,
        lowercase: bool = True,
        sublinear_tf: bool = False,
        norm: Literal["l1", "l2"] | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        prepare: Prepare = "as_is",
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
        self.n_threads = n_threads

    def fit(self, raw_documents: Iterable[str], y: object = None) -> Self:
        """Learn the document frequencies of an iterable of str."""
        return self._learn(*self._frequencies(raw_documents))

    def partial_fit(self, raw_documents: Iterable[str], y: object = None) -> Self:
        """Add the document frequencies of more documents."""
        df, n = self._frequencies(raw_documents)
        if hasattr(self, "df_"):
            df, n = df + self.df_, n + self.n_documents_
        return self._learn(df, n)

    def fit_counts(self, counts: sparse.csr_matrix) -> Self:
        """Learn document frequencies from counts that were made before."""
        df = np.bincount(counts.indices, minlength=self.n_features).astype(np.int64)
        return self._learn(df, counts.shape[0])

    def __add__(self, other: HashedTfidfVectorizer) -> HashedTfidfVectorizer:
        """A vectorizer as if fitted on the documents of both; their parameters must be the same."""
        check_is_fitted(self, "df_")
        check_is_fitted(other, "df_")
        mine, others = self.get_params(), other.get_params()
        differing = sorted(k for k in mine if k != "n_threads" and mine[k] != others[k])
        if differing:
            raise ValueError(f"vectorizers of different {', '.join(differing)} do not add up")
        both = type(self)(**mine)
        return both._learn(self.df_ + other.df_, self.n_documents_ + other.n_documents_)

    def transform(self, raw_documents: Iterable[str]) -> sparse.csr_matrix:
        """TF-IDF as float32 CSR of shape (documents, n_features), columns in order."""
        check_is_fitted(self, "idf_")
        return self._matrix(self._each(raw_documents, self._weighed))

    def fit_transform(self, raw_documents: Iterable[str], y: object = None) -> sparse.csr_matrix:
        """Fit, then transform, reading the texts once."""
        df = np.zeros(self.n_features, dtype=np.uint32)
        counts = self._matrix(self._each(raw_documents, _adding_to(df)))
        self._learn(df.astype(np.int64), counts.shape[0])
        self._weigh(counts.indptr, counts.indices, counts.data, counts.data)
        return counts

    def count(self, raw_documents: Iterable[str]) -> sparse.csr_matrix:
        """Plain n-gram counts as float32 CSR of shape (documents, n_features), columns in order."""
        return self._matrix(self._each(raw_documents, _same))

    def count_prepared(self, prepared: Iterable[str]) -> sparse.csr_matrix:
        """Counts of texts that `prepare` was done to before, for views that share it."""
        return self._matrix(self._read(prepared, _same))

    def weigh(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Counts to TF-IDF; the counts stay as they are."""
        check_is_fitted(self, "idf_")
        data = np.empty(counts.nnz, dtype=np.float32)
        self._weigh(counts.indptr, counts.indices, counts.data, data)
        parts = (data, counts.indices.copy(), counts.indptr.copy())
        return sparse.csr_matrix(parts, shape=counts.shape)

    def score(
        self,
        raw_documents: Iterable[str],
        weights: npt.NDArray[np.float32],
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
        check_is_fitted(self, "idf_")
        weights = np.ascontiguousarray(weights, dtype=np.float32)
        if weights.ndim != 2 or weights.shape[0] != self.n_features:
            raise ValueError(
                f"weights of shape {weights.shape}, expected ({self.n_features}, outputs)"
            )

        def score(rows: Rows) -> npt.NDArray[np.float64]:
            from framing.features.weighing import NORMS, score_rows

            scores = np.zeros((rows.indptr.shape[0] - 1, weights.shape[1]))
            score_rows(
                *rows, self.idf_, self.sublinear_tf, NORMS[self.norm], weights, scores
            )  # fmt: skip
            return scores

        empty = np.zeros((0, weights.shape[1]))
        scores: npt.NDArray[np.float64] = np.concatenate(
            [empty, *self._each(raw_documents, score)]
        ) + np.asarray(bias, dtype=np.float64)
        return scores

    def ngrams(self, text: str) -> list[str]:
        """The n-grams of one text, in the analyzer's order, repeated ones repeated."""
        reading = CountVectorizer(
            analyzer=self.analyzer, ngram_range=tuple(self.ngram_range), lowercase=self.lowercase
        )
        found: list[str] = reading.build_analyzer()(PREPARE[self.prepare](text))
        return found

    def columns(self, ngrams: Iterable[str]) -> npt.NDArray[np.int64]:
        """The column of each n-gram, int64."""
        from framing.features.engine import hash_columns

        return hash_columns(ngrams, self.n_features)

    def _frequencies(self, raw_documents: Iterable[str]) -> tuple[npt.NDArray[np.int64], int]:
        df = np.zeros(self.n_features, dtype=np.uint32)
        add = _adding_to(df)
        n = sum(self._each(raw_documents, lambda rows: add(rows).indptr.shape[0] - 1))
        return df.astype(np.int64), n

    def _learn(self, df: npt.NDArray[np.int64], n_documents: int) -> Self:
        self.df_ = df
        self.n_documents_ = n_documents
        self.idf_ = np.ones(self.n_features, dtype=np.float32)
        if self.use_idf:
            more = 1 if self.smooth_idf else 0
            share = (n_documents + more) / np.maximum(df + more, 1)
            # before any document no n-gram is rarer than another
            self.idf_ = (np.log(np.maximum(share, 1)) + 1).astype(np.float32)
        return self

    def _each(self, raw_documents: Iterable[str], use: Callable[[Rows], T]) -> Iterator[T]:
        if isinstance(raw_documents, str):
            raise ValueError("give an iterable of texts, not one text")
        return self._read(self._prepared(raw_documents), use)

    def _read(self, prepared: Iterable[str], use: Callable[[Rows], T]) -> Iterator[T]:
        from framing.features.engine import Engine

        low, high = self.ngram_range
        if not 1 <= low <= high <= _LONGEST:
            raise ValueError(
                f"ngram_range {self.ngram_range}: expected 1 <= low <= high <= {_LONGEST}"
            )
        n = self.n_features
        if not 2 <= n <= 2**30 or n & (n - 1):
            raise ValueError(f"n_features {n}: expected a power of two from 2 to 2**30")
        engine = Engine(self.analyzer, (low, high), n, self.lowercase, self.n_threads)
        return engine.each((lowered(t) for t in prepared) if self.lowercase else prepared, use)

    def _prepared(self, raw_documents: Iterable[str]) -> Iterator[str]:
        prepare = PREPARE[self.prepare]
        for text in raw_documents:
            if not isinstance(text, str):
                raise ValueError(f"a document must be a str, not {type(text).__name__}")
            yield prepare(text)

    def _weigh(
        self,
        indptr: npt.NDArray[Any],
        indices: npt.NDArray[Any],
        counts: npt.NDArray[Any],
        data: npt.NDArray[np.float32],
    ) -> None:
        from framing.features.engine import over_rows
        from framing.features.weighing import NORMS, weigh_rows

        norm = NORMS[self.norm]
        over_rows(
            lambda rows: weigh_rows(
                rows, indices, counts, self.idf_, self.sublinear_tf, norm, data
            ),
            indptr,
            self.n_threads,
        )

    def _weighed(self, rows: Rows) -> Rows:
        from framing.features.weighing import NORMS, weigh_rows

        indptr, indices, data = rows
        weigh_rows(
            indptr, indices, data, self.idf_, self.sublinear_tf, NORMS[self.norm], data
        )  # fmt: skip
        return rows

    def _matrix(self, parts: Iterator[Rows]) -> sparse.csr_matrix:
        from framing.features.engine import join_rows

        indptr, indices, data = join_rows(parts)
        matrix = sparse.csr_matrix(
            (data, indices, indptr), shape=(indptr.shape[0] - 1, self.n_features)
        )
        matrix.has_canonical_format = True
        return matrix

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _same(rows: Rows) -> Rows:
    return rows


def _adding_to(df: npt.NDArray[np.uint32]) -> Callable[[Rows], Rows]:
    from framing.features.weighing import add_frequencies

    lock = Lock()

    def add(rows: Rows) -> Rows:
        # on the thread that made them, while they are in its cache
        with lock:
            add_frequencies(rows.indices, df)
        return rows

    return add
