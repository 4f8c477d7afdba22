"""The n-grams that speak most for a class, in spite of hashed columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.evaluation import results
from framing.features import HashedTfidfVectorizer, ngrams_behind
from framing.model import side_by_side

_NAMED_FROM = 600_000
"""Characters of training text in which the n-grams behind hashed columns are looked up."""
_CANDIDATES, _SHOWN = 60, 15


@dataclass(frozen=True)
class Speaker:
    """One output of a head and the training documents that it ought to speak for."""

    name: str
    weights: npt.NDArray[np.float32]
    """(columns of all views,)."""
    share: npt.NDArray[np.float64]
    """(documents,) how much a document is of the output's class; they sum to one."""


def strongest_ngrams(
    vectorizers: Mapping[str, HashedTfidfVectorizer],
    counts: Mapping[str, sparse.csr_matrix],
    views: Sequence[str],
    speakers: Sequence[Speaker],
    texts: Sequence[str],
) -> list[results.ClassNgrams]:
    """For each output and view the n-grams that add most to it in the documents it speaks for.

    They are ordered by weight times the difference between the n-gram's mean TF-IDF in those
    documents and in all; the weight, which is above zero, is what is reported.

    Parameters
    ----------
    counts : mapping of str to CSR matrix
        Of the training documents that the speakers' shares are about.
    texts : sequence of str
        The same documents, to look names up in.
    """
    X = side_by_side(vectorizers, dict(counts), views)
    everywhere = np.full(X.shape[0], 1 / X.shape[0])
    mean = X.T @ everywhere
    found: list[results.ClassNgrams] = []
    sample = _sample(texts)
    added = {s.name: np.maximum(s.weights, 0) * (X.T @ s.share - mean) for s in speakers}
    start = 0
    for view in views:
        vectorizer = vectorizers[view]
        end = start + vectorizer.n_features
        best = {s.name: start + np.argsort(-added[s.name][start:end], kind="stable")[:_CANDIDATES]
                for s in speakers}  # fmt: skip
        wanted = np.unique(np.concatenate(list(best.values()))) - start
        names = ngrams_behind(vectorizer, wanted, sample)
        for speaker in speakers:
            ngrams: list[results.Ngram] = [
                {
                    "ngram": names[column - start][0],
                    "weight": round(float(speaker.weights[column]), 4),
                }
                for column in best[speaker.name].tolist()
                if column - start in names and added[speaker.name][column] > 0
            ]
            found.append({"class": speaker.name, "view": view, "ngrams": ngrams[:_SHOWN]})
        start = end
    return found


def _sample(texts: Sequence[str]) -> list[str]:
    """Texts taken evenly from all of them, up to a total length."""
    total = sum(len(text) for text in texts)
    step = max(1, -(-total // _NAMED_FROM))
    return list(texts[::step])
