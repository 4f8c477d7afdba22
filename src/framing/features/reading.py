"""Texts in, rows of counts out: all views at once, over threads, in order, in bounded memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from queue import Empty, SimpleQueue
from typing import Literal, NamedTuple, TypeVar, get_args

import numpy as np
import numpy.typing as npt

from framing.features import counting
from framing.features.hashing import FINAL, hash_strings
from framing.features.prepare import PREPARE, Prepare
from framing.features.preparing import REPLACEMENTS, expanded
from framing.features.symbols import (
    Codes,
    class_table,
    encode,
    encode_documents,
    lowered,
    shape_table,
)

Analyzer = Literal["word", "char", "char_wb", "shape", "masked"]
ANALYZERS: tuple[Analyzer, ...] = get_args(Analyzer)

_CHUNK = 1 << 18
"""Characters that are read at a time; a longer document is a chunk of its own."""
_LONGEST = 1000
"""The longest n-gram there may be."""

T = TypeVar("T")
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Reading:
    """How a text is read into counts of hashed n-grams.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    analyzer: Analyzer = "word"
    ngram_range: tuple[int, int] = (1, 1)
    n_features: int = 2**18
    lowercase: bool = True
    prepare: Prepare = "as_is"
    words: tuple[str, ...] = ()
    """The words that the analyzer `masked` keeps, as they are after lower-casing."""

    def __post_init__(self) -> None:
        low, high = self.ngram_range
        if not 1 <= low <= high <= _LONGEST:
            raise ValueError(
                f"ngram_range {self.ngram_range}: expected 1 <= low <= high <= {_LONGEST}"
            )
        n = self.n_features
        if not 2 <= n <= 2**30 or n & (n - 1):
            raise ValueError(f"n_features {n}: expected a power of two from 2 to 2**30")
        for name, value, known in (
            ("analyzer", self.analyzer, ANALYZERS),
            ("prepare", self.prepare, PREPARE),
        ):
            if value not in known:
                raise ValueError(f"{name} {value!r}: expected one of {', '.join(known)}")


class Rows(NamedTuple):
    """Counts of some documents as the arrays of a CSR matrix, a row for each document and view.

    Row ``d * views + v`` is of document d in view v; the columns of the views stand side by side.
    """

    indptr: Ints
    indices: npt.NDArray[np.int32]
    data: npt.NDArray[np.float32]


class Reader:
    """Counts n-grams of texts in one or more views.

    Parameters
    ----------
    readings : sequence of Reading
        The views.
    n_threads : int, optional
        By default one for each processor this process may use. Results do not depend on it.
    """

    def __init__(self, readings: Sequence[Reading], n_threads: int | None = None) -> None:
        self.readings = tuple(readings)
        self.n_threads = threads(n_threads)
        self.offsets: list[int] = np.cumsum([0, *(r.n_features for r in readings)]).tolist()
        """Where each view's columns start, and where the last one's end."""
        if self.offsets[-1] > 2**31:
            raise ValueError(
                f"{self.offsets[-1]:,} columns in all views; at most 2**31 are possible"
            )
        kept = [word_table(r.words) if r.analyzer == "masked" else _NO_WORDS for r in readings]
        places = np.cumsum([0, *map(len, kept)]).tolist()
        views = [
            (
                ANALYZERS.index(r.analyzer), PREPARE.index(r.prepare), int(r.lowercase),
                *r.ngram_range, r.n_features.bit_length() - 1, offset, *place,
            )
            for r, offset, place in zip(readings, self.offsets, pairwise(places), strict=False)
        ]  # fmt: skip
        self._normalizes = any(r.prepare == "normalized" for r in readings)
        self._lowers = any(r.lowercase for r in readings)
        self._tables = counting.Tables(
            views=np.array(views, dtype=np.int64),
            cased=class_table(False),
            lowered=class_table(True),
            shapes=shape_table(),
            replacements=REPLACEMENTS,
            kept=np.concatenate([*kept, _NO_WORDS]),
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
                workspace = _Workspace()
            rows = self._count(chunk, workspace)
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

    def count(self, texts: Iterable[str]) -> Rows:
        """The rows of all texts."""
        return join_rows(self.each(texts, _same))

    def _count(self, texts: list[str], workspace: _Workspace) -> Rows:
        as_is = encode_documents(texts)
        low = as_is
        if self._lowers:
            in_context = [lowered(text) for text in texts]
            if any(a is not b for a, b in zip(in_context, texts, strict=True)):
                low = encode_documents(in_context)
        lengths = self._lengths(*as_is)
        if low is not as_is:
            lengths = np.maximum(lengths, self._lengths(*low))
        # " a " counts three characters where the text has two
        ngrams = 3 * lengths // 2 + 3
        spread = np.array([r.ngram_range[1] - r.ngram_range[0] + 1 for r in self.readings])
        widest = max(r.n_features for r in self.readings)
        workspace.make_room(
            length=int(lengths.max()),
            ngrams=int(ngrams.max() * spread.max()),
            most=int(min(ngrams.max() * spread.max(), widest)),
            lengths=int(spread.max()),
            total=int(sum(np.minimum(ngrams * s, widest).sum() for s in spread)),
        )
        indptr = np.zeros(len(texts) * len(self.readings) + 1, dtype=np.int64)
        counting.count_documents(
            *as_is, *low, self._tables, workspace.scratch, indptr, workspace.indices, workspace.data
        )
        n = int(indptr[-1])
        return Rows(indptr, workspace.indices[:n].copy(), workspace.data[:n].copy())

    def _lengths(self, codes: Codes, starts: Ints, ends: Ints) -> Ints:
        """At most how long each document is when it is prepared."""
        return expanded(codes, starts, ends) if self._normalizes else ends - starts + 2


class _Workspace:
    """The memory a thread uses again for every chunk; untouched memory costs nothing."""

    def __init__(self) -> None:
        self._sizes = dict.fromkeys(("length", "ngrams", "most", "lengths", "total"), 0)

    def make_room(self, **sizes: int) -> None:
        if all(size <= self._sizes[name] for name, size in sizes.items()):
            return
        self._sizes = {name: max(size, self._sizes[name]) for name, size in sizes.items()}
        room = self._sizes
        self.scratch = counting.make_scratch(**{n: room[n] for n in room if n != "total"})
        self.indices = np.empty(room["total"], dtype=np.int32)
        self.data = np.empty(room["total"], dtype=np.float32)


def join_rows(parts: Iterable[Rows]) -> Rows:
    """The rows of all parts, one below the other."""
    listed = list(parts)
    ends = np.cumsum([0, *(part.data.shape[0] for part in listed)])
    indptr = [part.indptr[1:] + end for part, end in zip(listed, ends, strict=False)]
    indices = np.empty(ends[-1], dtype=np.int32)
    data = np.empty(ends[-1], dtype=np.float32)
    for i, (start, end) in enumerate(pairwise(ends)):
        indices[start:end] = listed[i].indices
        data[start:end] = listed[i].data
        listed[i] = NO_ROWS  # frees it
    return Rows(np.concatenate([[0], *indptr]).astype(np.int64), indices, data)


def over_rows(use: Callable[[Ints], object], indptr: Ints, n_threads: int | None) -> None:
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


def columns_of(ngrams: Iterable[str], n_features: int) -> Ints:
    """The column of each n-gram."""
    h = _hashes(list(ngrams))
    mixed = (h ^ h >> np.uint64(32)) * FINAL
    return (mixed >> np.uint64(65 - n_features.bit_length())).astype(np.int64)


NO_ROWS = Rows(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
_NO_WORDS = np.zeros(1, dtype=np.uint64)


def _same(rows: Rows) -> Rows:
    return rows


def _hashes(strings: Sequence[str]) -> npt.NDArray[np.uint64]:
    ends = np.cumsum(np.fromiter(map(len, strings), dtype=np.int64, count=len(strings)))
    hashes = np.empty(len(strings), dtype=np.uint64)
    hash_strings(encode("".join(strings)), ends, hashes)
    return hashes


def word_table(words: Sequence[str]) -> npt.NDArray[np.uint64]:
    """An open-addressed table of the words' hashes, half of it or more free."""
    table = np.zeros(1 << (2 * len(words)).bit_length(), dtype=np.uint64)
    for h in _hashes(words):
        place = int(h) % len(table)
        while table[place] not in (0, h):
            place = (place + 1) % len(table)
        table[place] = h
    return table


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
