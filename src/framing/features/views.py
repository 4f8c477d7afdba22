"""All views of many texts: their n-gram counts, and what stands behind a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.config import View
from framing.features.prepare import PREPARE, Prepare
from framing.features.vectorizer import HashedTfidfVectorizer

Counts = dict[str, sparse.csr_matrix]
"""Per view the counts of the same documents, float32 CSR."""

READ_AT_MOST = 1_000_000
"""Characters of one document that are read; of longer ones, windows spread evenly over it."""
_WINDOW = 10_000
_CHUNK = 2_000_000
"""Characters that are read at a time."""


def vectorizer_for(view: View, *, n_threads: int | None = None) -> HashedTfidfVectorizer:
    """An unfitted vectorizer as the config describes it."""
    return HashedTfidfVectorizer(**view.model_dump(), n_threads=n_threads)


def excerpt(text: str) -> str:
    """The text, or windows spread evenly over it when it has over `READ_AT_MOST` characters.

    The first and the last window are the document's own start and end.
    """
    if len(text) <= READ_AT_MOST:
        return text
    starts = np.linspace(0, len(text) - _WINDOW, READ_AT_MOST // (_WINDOW + 1)).astype(np.int64)
    return "\n".join(text[start : start + _WINDOW] for start in starts)


def count_views(
    vectorizers: Mapping[str, HashedTfidfVectorizer],
    texts: Sequence[str],
    *,
    advance: Callable[[int], None] | None = None,
) -> Counts:
    """N-gram counts of every text in every view; views that prepare texts alike share that work.

    Parameters
    ----------
    vectorizers : mapping of str to HashedTfidfVectorizer
        By view; they need not be fitted.
    texts : sequence of str
    advance : callable, optional
        Called with the number of texts done since the last call.
    """
    parts: dict[str, list[sparse.csr_matrix]] = {
        name: [sparse.csr_matrix((0, v.n_features), dtype=np.float32)]
        for name, v in vectorizers.items()
    }
    for chunk in _chunks(texts):
        read = [excerpt(text) for text in chunk]
        prepared: dict[Prepare, list[str]] = {}
        for name, vectorizer in vectorizers.items():
            how = vectorizer.prepare
            if how not in prepared:
                prepared[how] = [PREPARE[how](text) for text in read]
            parts[name].append(vectorizer.count_prepared(prepared[how]))
        if advance:
            advance(len(chunk))
    return {name: sparse.vstack(found, format="csr") for name, found in parts.items()}


def ngrams_behind(
    vectorizer: HashedTfidfVectorizer,
    columns: npt.NDArray[np.int64],
    texts: Sequence[str],
) -> dict[int, list[str]]:
    """The n-grams of the texts that fall into each of the given columns, most frequent first.

    A column with several n-grams is a collision of the hash; a column with none of the texts'
    n-grams is missing from the answer.
    """
    totals: Counter[str] = Counter()
    for text in texts:
        totals.update(vectorizer.ngrams(excerpt(text)))
    # names sorted first, so that equal counts come in the same order everywhere
    ngrams = sorted(totals)
    where = vectorizer.columns(ngrams)
    wanted = np.isin(where, columns)
    behind: dict[int, list[str]] = {}
    for i in np.flatnonzero(wanted):
        behind.setdefault(int(where[i]), []).append(ngrams[i])
    return {c: sorted(found, key=lambda n: -totals[n]) for c, found in behind.items()}


def _chunks(texts: Sequence[str]) -> list[list[str]]:
    chunks: list[list[str]] = []
    room = 0
    for text in texts:
        if room <= 0:
            chunks.append([])
            room = _CHUNK
        chunks[-1].append(text)
        room -= len(text)
    return chunks
