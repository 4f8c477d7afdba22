"""The n-gram counts of a run's documents, block by block: kept in memory or read again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from framing.corpus.texts import Texts
from framing.features.excerpts import READ_AT_MOST, excerpt
from framing.features.reading import NO_ROWS, Reader, Reading, Rows
from framing.features.weighing import copy_documents

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_CHARACTERS = 1_000_000
"""Of a block; large enough that handing it around costs nothing, small enough to be recomputed."""
_RUN = 16
"""Neighbours that stay together: they lie together on the disk as well."""


class Block(NamedTuple):
    """Some documents and their counts."""

    number: int
    documents: Ints
    """Their numbers, ascending."""
    rows: Rows


class _Kept(NamedTuple):
    """Counts in few bytes: nearly all of them are below 256."""

    indptr: Ints
    indices: npt.NDArray[np.int32]
    data: npt.NDArray[np.uint8 | np.uint16 | np.float32]

    @property
    def nbytes(self) -> int:
        return self.indptr.nbytes + self.indices.nbytes + self.data.nbytes


class Blocks:
    """Counts of documents in some views, a block at a time.

    The documents are dealt to the blocks at random, a few neighbours at a time, so that any block
    is a sample of all of them. Blocks that fit the memory are kept after they are first read; the
    others are read from text whenever they are asked for. Either way the numbers are the same.

    Parameters
    ----------
    texts : Texts
    views : mapping of str to Reading
    seed : int
        Deals the documents.
    memory : int
        Bytes that kept counts may take.
    n_threads : int
    known : Blocks, optional
        Of the same texts and seed. Counts in views that it reads alike are taken from there, and
        neither read nor kept here.
    """

    def __init__(
        self,
        texts: Texts,
        views: Mapping[str, Reading],
        *,
        seed: int,
        memory: int,
        n_threads: int,
        known: Blocks | None = None,
    ) -> None:
        self.texts = texts
        self.views = dict(views)
        self.n_threads = n_threads
        n = len(texts)
        runs = np.random.default_rng([seed, 0xB10C]).permutation(-(-n // _RUN))
        order = (runs[:, None] * _RUN + np.arange(_RUN)).ravel()
        order = order[order < n]
        size = np.cumsum(np.minimum(texts.lengths[order], READ_AT_MOST))
        cuts = np.flatnonzero(np.diff(size // _CHARACTERS)) + 1
        # in the order of the texts, which is how they are best read
        self._documents = [np.sort(part) for part in np.split(order, cuts)] if n else []
        self._kept: list[_Kept | None] = [None] * len(self._documents)
        self._room = memory
        self._lock = Lock()
        self._all = self._reader = Reader(list(views.values()), 1)
        self._known = known
        if known is not None:
            own = [reading for name, reading in views.items() if known.views.get(name) != reading]
            self._reader = Reader(own, 1)

    def __len__(self) -> int:
        return len(self._documents)

    @property
    def n_columns(self) -> int:
        """Of all views together."""
        return self._all.offsets[-1]

    def columns(self, view: str) -> slice:
        """Where a view's columns stand."""
        place = list(self.views).index(view)
        return slice(self._all.offsets[place], self._all.offsets[place + 1])

    def each(
        self,
        order: Sequence[int] | None = None,
        advance: Callable[[int], None] | None = None,
        *,
        needed: Callable[[int], bool] | None = None,
    ) -> Iterator[Block]:
        """Every block, or those asked for, in order; threads prepare the next ones meanwhile.

        Parameters
        ----------
        order : sequence of int, optional
        advance : callable, optional
            Called with the number of documents of each block.
        needed : callable, optional
            Whether anyone will look at the rows of a block; if not, there are none.
        """
        numbers = range(len(self)) if order is None else order
        with ThreadPoolExecutor(self.n_threads) as pool:
            ahead: deque[Future[Rows]] = deque()
            waiting = iter(numbers)
            for number in numbers:
                while (
                    len(ahead) <= self.n_threads and (following := next(waiting, None)) is not None
                ):
                    skipped = needed is not None and not needed(following)
                    ahead.append(pool.submit(_no_rows if skipped else self._rows, following))
                yield Block(number, self._documents[number], ahead.popleft().result())
                if advance:
                    advance(len(self._documents[number]))

    def claim(self, nbytes: int) -> bool:
        """Whether so much of the memory is left; if so, it is taken."""
        with self._lock:
            left = self._room >= nbytes
            self._room -= nbytes if left else 0
        return left

    def _rows(self, number: int) -> Rows:
        known = self._known
        if known is None:
            return self._own_rows(number)
        if known.views == self.views and list(known.views) == list(self.views):
            return known._rows(number)
        theirs, own = known._rows(number), NO_ROWS
        if self._reader.readings:
            own = self._own_rows(number)
        parts: list[_OfView] = []
        mine = 0
        for name, reading in self.views.items():
            if known.views.get(name) == reading:
                at = list(known.views).index(name)
                parts.append(_OfView(theirs, at, known._all.offsets))
            else:
                parts.append(_OfView(own, mine, self._reader.offsets))
                mine += 1
        return _side_by_side(parts, self._all.offsets)

    def _own_rows(self, number: int) -> Rows:
        if kept := self._kept[number]:
            return Rows(kept.indptr, kept.indices, kept.data.astype(np.float32))
        rows = self._reader.count(map(excerpt, self.texts.take(self._documents[number])))
        top = rows.data.max(initial=0)
        kind = np.uint8 if top < 2**8 else np.uint16 if top < 2**16 else np.float32
        small = _Kept(rows.indptr, rows.indices, rows.data.astype(kind))
        if self.claim(small.nbytes):
            self._kept[number] = small
        return rows


class _OfView(NamedTuple):
    """One of the views that some documents were counted in."""

    rows: Rows
    place: int
    """Which of them."""
    offsets: Sequence[int]
    """Where the columns of each begin, and where the last one's end."""

    def bounds(self) -> tuple[Ints, Ints]:
        """(documents,) where the entries of each document begin and end."""
        n_views = len(self.offsets) - 1
        firsts, lasts = self.rows.indptr[:-1], self.rows.indptr[1:]
        return firsts[self.place :: n_views], lasts[self.place :: n_views]


def _side_by_side(parts: Sequence[_OfView], offsets: Sequence[int]) -> Rows:
    """Counts in views, a part each, as if these had been read together."""
    bounds = [part.bounds() for part in parts]
    lengths = np.column_stack([end - first for first, end in bounds])
    indptr = np.concatenate([[0], np.cumsum(lengths.ravel())]).astype(np.int64)
    indices = np.empty(indptr[-1], dtype=np.int32)
    data = np.empty(indptr[-1], dtype=np.float32)
    for i, (part, (first, _)) in enumerate(zip(parts, bounds, strict=True)):
        length = lengths[:, i]
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        into = within + np.repeat(indptr[:-1][i :: len(parts)], length)
        taken = within + np.repeat(first, length)
        indices[into] = part.rows.indices[taken] + (offsets[i] - part.offsets[part.place])
        data[into] = part.rows.data[taken]
    return Rows(indptr, indices, data)


def _no_rows(number: int) -> Rows:
    return NO_ROWS


def of_documents(block: Block, mask: Mask, n_views: int) -> Block:
    """The part of a block whose documents are in the mask over all documents."""
    inside = np.flatnonzero(mask[block.documents])
    if len(inside) == len(block.documents):
        return block
    rows = block.rows
    starts, ends = rows.indptr[:-1:n_views], rows.indptr[n_views::n_views]
    size = int((ends - starts)[inside].sum())
    part = Rows(
        np.zeros(len(inside) * n_views + 1, np.int64),
        np.empty(size, rows.indices.dtype),
        np.empty(size, rows.data.dtype),
    )
    copy_documents(*rows, inside, n_views, *part)
    return Block(block.number, block.documents[inside], part)
