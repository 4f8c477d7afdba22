"""Texts in, rows of counts out: chunks of documents over threads, in order, in bounded memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from queue import Empty, SimpleQueue
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from framing.features import counting
from framing.features.symbols import class_table, encode, encode_documents

_CHUNK = 1 << 18
"""Characters that are read at a time; a longer document is a chunk of its own."""

T = TypeVar("T")


class Rows(NamedTuple):
    """Counts of some documents, as the three arrays of a CSR matrix."""

    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]
    data: npt.NDArray[np.float32]


_NONE = Rows(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))


class Engine:
    """Counts n-grams of texts.

    Parameters
    ----------
    analyzer : {"word", "char", "char_wb"}
    ngram_range : tuple of int
    n_features : int
        A power of two.
    lowercase : bool
    n_threads : int, optional
        By default one for each processor this process may use.
    """

    def __init__(
        self,
        analyzer: str,
        ngram_range: tuple[int, int],
        n_features: int,
        lowercase: bool,
        n_threads: int | None,
    ) -> None:
        low, high = ngram_range
        self.n_features = n_features
        self.n_threads = threads(n_threads)
        self._spread = high - low + 1
        self._reading = counting.Reading(
            classes=class_table(lowercase),
            analyzer={"word": 0, "char": 1, "char_wb": 2}[analyzer],
            low=low,
            high=high,
            bits=n_features.bit_length() - 1,
        )

    def each(self, texts: Iterable[str], use: Callable[[Rows], T]) -> Iterator[T]:
        """What `use` makes of each chunk's rows, in the order of the texts.

        `use` runs on the chunk's thread; the rows are its own.
        """
        chunks = _chunks(texts)
        idle: SimpleQueue[_Workspace] = SimpleQueue()

        def work(chunk: list[str]) -> T:
            try:
                workspace = idle.get_nowait()
            except Empty:
                workspace = _Workspace(0, 0, 0)
            rows, workspace = self._count(chunk, workspace)
            idle.put(workspace)
            return use(rows)

        first = next(chunks, None)
        if first is None:
            return
        second = next(chunks, None)
        if second is None or self.n_threads == 1:
            yield work(first)
            if second is not None:
                yield work(second)
            for chunk in chunks:
                yield work(chunk)
            return
        with ThreadPoolExecutor(self.n_threads) as pool:
            running: deque[Future[T]] = deque([pool.submit(work, first), pool.submit(work, second)])
            for chunk in chunks:
                if len(running) >= 2 * self.n_threads:
                    yield running.popleft().result()
                running.append(pool.submit(work, chunk))
            while running:
                yield running.popleft().result()

    def _count(self, texts: list[str], workspace: _Workspace) -> tuple[Rows, _Workspace]:
        codes, starts, ends = encode_documents(texts)
        # " a " counts three characters where the text has two
        ngrams = (3 * (ends - starts) // 2 + 3) * self._spread
        most = np.minimum(ngrams, self.n_features)
        needed = int(ngrams.max()), int(most.max()), int(most.sum())
        if not workspace.fits(*needed):
            usual = (3 * _CHUNK // 2 + 3) * self._spread
            workspace = _Workspace(
                max(usual, needed[0]),
                max(min(usual, self.n_features), needed[1]),
                max(usual, needed[2]),
            )
        indptr = np.zeros(len(texts) + 1, dtype=np.int64)
        indices, data = workspace.indices, workspace.data
        counting.count_documents(
            codes, starts, ends, self._reading, workspace.scratch, indptr, indices, data
        )
        n = int(indptr[-1])
        return Rows(indptr, indices[:n].copy(), data[:n].copy()), workspace


class _Workspace:
    """The memory a thread uses again for every chunk; untouched memory costs nothing."""

    def __init__(self, longest: int, most: int, total: int) -> None:
        self.sizes = longest, most, total
        self.scratch = counting.make_scratch(longest, most)
        self.indices = np.empty(total, dtype=np.int32)
        self.data = np.empty(total, dtype=np.float32)

    def fits(self, *sizes: int) -> bool:
        return all(size <= own for size, own in zip(sizes, self.sizes, strict=True))


def join_rows(parts: Iterable[Rows]) -> Rows:
    """The rows of all parts, one below the other; wide indices only where they are needed."""
    listed = list(parts)
    ends = np.cumsum([0, *(part.data.shape[0] for part in listed)])
    kind = np.int64 if ends[-1] > np.iinfo(np.int32).max else np.int32
    indptr = [part.indptr[1:] + end for part, end in zip(listed, ends, strict=False)]
    indices = np.empty(ends[-1], dtype=kind)
    data = np.empty(ends[-1], dtype=np.float32)
    for i, (start, end) in enumerate(pairwise(ends)):
        indices[start:end] = listed[i].indices
        data[start:end] = listed[i].data
        listed[i] = _NONE  # frees it
    return Rows(np.concatenate([[0], *indptr]).astype(kind), indices, data)


def over_rows(
    use: Callable[[npt.NDArray[np.int64]], object],
    indptr: npt.NDArray[np.int64],
    n_threads: int | None,
) -> None:
    """Call `use` with the `indptr` of equal parts of the rows, over threads if it is worth it."""
    indptr = indptr.astype(np.int64)
    n = threads(n_threads)
    if n == 1 or indptr[-1] < _CHUNK:
        use(indptr)
        return
    cuts = np.searchsorted(indptr, np.linspace(0, indptr[-1], n + 1)[1:-1])
    bounds = [0, *cuts.tolist(), indptr.shape[0] - 1]
    with ThreadPoolExecutor(n) as pool:
        list(pool.map(use, [indptr[a : b + 1] for a, b in pairwise(bounds)]))


def threads(n_threads: int | None) -> int:
    """How many threads to use: as said, or one for each processor this process may use."""
    if n_threads is not None:
        return max(1, n_threads)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def hash_columns(ngrams: Iterable[str], n_features: int) -> npt.NDArray[np.int64]:
    """The column of each n-gram."""
    listed = list(ngrams)
    ends = np.cumsum(np.fromiter(map(len, listed), dtype=np.int64, count=len(listed)))
    columns = np.empty(len(listed), dtype=np.int64)
    counting.hash_columns(encode("".join(listed)), ends, n_features.bit_length() - 1, columns)
    return columns


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    room = _CHUNK
    for text in texts:
        if chunk and len(text) + 1 > room:
            yield chunk
            chunk, room = [], _CHUNK
        chunk.append(text)
        room -= len(text) + 1
    if chunk:
        yield chunk
