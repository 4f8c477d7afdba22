"""Hashed n-gram counts and their TF-IDF, with scikit-learn's names and meanings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from framing.features.prepare import PREPARE, Prepare


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
        Number of columns, a power of two.
    lowercase, sublinear_tf, use_idf : bool
    norm : {"l1", "l2"} or None
    prepare : {"as_is", "layout", "normalized"}
        What happens to a text first, see :mod:`framing.features.prepare`.

    Attributes
    ----------
    idf_ : ndarray of shape (n_features,), float32
        Smoothed inverse document frequencies, ``log((1 + n) / (1 + df)) + 1``; ones without
        ``use_idf``.
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
        prepare: Prepare = "as_is",
    ) -> None:
        self.analyzer = analyzer
        self.ngram_range = ngram_range
        self.n_features = n_features
        self.lowercase = lowercase
        self.sublinear_tf = sublinear_tf
        self.norm = norm
        self.use_idf = use_idf
        self.prepare = prepare

    def fit(self, raw_documents: Iterable[str], y: object = None) -> Self:
        """Learn the document frequencies of an iterable of str."""
        return self.fit_counts(self.count(raw_documents))

    def transform(self, raw_documents: Iterable[str]) -> sparse.csr_matrix:
        """TF-IDF as float32 CSR of shape (documents, n_features)."""
        check_is_fitted(self, "idf_")
        return self.weigh(self.count(raw_documents))

    def fit_transform(self, raw_documents: Iterable[str], y: object = None) -> sparse.csr_matrix:
        """Fit, then transform, reading the texts once."""
        counts = self.count(raw_documents)
        return self.fit_counts(counts).weigh(counts)

    def count(self, raw_documents: Iterable[str]) -> sparse.csr_matrix:
        """Plain n-gram counts as float32 CSR of shape (documents, n_features)."""
        if isinstance(raw_documents, str):
            raise ValueError("give an iterable of texts, not one text")
        texts = list(raw_documents)
        if not texts:
            return sparse.csr_matrix((0, self.n_features), dtype=np.float32)
        return self._hashing().transform(texts)

    def fit_counts(self, counts: sparse.csr_matrix) -> Self:
        """Learn document frequencies from counts that were made before."""
        idf = np.ones(self.n_features, dtype=np.float32)
        if self.use_idf:
            df = np.bincount(counts.indices, minlength=self.n_features)
            idf = (np.log((1 + counts.shape[0]) / (1 + df)) + 1).astype(np.float32)
        self.idf_ = idf
        return self

    def weigh(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Counts to TF-IDF; the counts stay as they are."""
        data: npt.NDArray[np.float32] = counts.data
        data = np.log(data) + np.float32(1) if self.sublinear_tf else data.copy()
        data *= self.idf_[counts.indices]
        weighed = sparse.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)
        if not self.norm or not counts.shape[0]:
            return weighed
        return normalize(weighed, norm=self.norm, copy=False)

    def ngrams(self, text: str) -> list[str]:
        """The n-grams of one text, in the analyzer's order, repeated ones repeated."""
        found: list[str] = self._hashing().build_analyzer()(text)
        return found

    def columns(self, ngrams: Iterable[str]) -> npt.NDArray[np.int64]:
        """The column of each n-gram, int64."""
        alone = [[ngram] for ngram in ngrams]
        if not alone:
            return np.empty(0, dtype=np.int64)
        rows = self._hasher().transform(alone)
        columns: npt.NDArray[np.int64] = rows.indices.astype(np.int64)
        return columns

    def _hashing(self) -> HashingVectorizer:
        return HashingVectorizer(
            preprocessor=self._preprocess, analyzer=self.analyzer,
            ngram_range=tuple(self.ngram_range), n_features=self.n_features,
            alternate_sign=False, norm=None, dtype=np.float32,
        )  # fmt: skip

    def _hasher(self) -> HashingVectorizer:
        # one n-gram a document, taken as it is
        return HashingVectorizer(
            analyzer=_itself, n_features=self.n_features, alternate_sign=False, norm=None
        )

    def _preprocess(self, text: str) -> str:
        text = PREPARE[self.prepare](text)
        text = text.lower() if self.lowercase else text
        # the hash wants UTF-8, which has no form for lone surrogates
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _itself(ngrams: list[str]) -> list[str]:
    return ngrams
