"""Compiled inner loops: code points to n-gram counts, one document after the other.

Everything here runs without the interpreter lock and knows nothing of Python strings. Documents are
stretches of one ``uint32`` buffer of code points. Of each, every view is read in four steps:

1. *prepare* (preparing.py), which neighbouring views that prepare alike share;
2. *fold* (folding.py): lower-case, fold white space or cut tokens; every n-gram is then a
   contiguous stretch of symbols;
3. *list* (columns.py): hash every n-gram into its column;
4. *tally*: sort the columns, then write down each with the length of its run.

There is no table of counts: a table as wide as the matrix does not fit the inner caches, the
columns of one document do, and nothing in these loops waits for memory or guesses a branch. The
columns of a very long document are tallied in parts that are merged.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from framing.features.columns import BLOCK, N_KEYS, list_columns
from framing.features.compiling import compiled, compiled_part
from framing.features.folding import fold
from framing.features.preparing import Replacements, prepare
from framing.features.sorting import radix_sort
from framing.features.symbols import Codes

_ONE = np.uint64(1)
_32 = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)

_PART = 1 << 20  # columns that are tallied together

# what a row of Tables.views holds
_ANALYZER, _PREPARE, _LOWERCASE, _MIN_N, _MAX_N, _BITS, _OFFSET, _KEPT, _KEPT_END = range(9)


class Tables(NamedTuple):
    """How documents are read."""

    views: npt.NDArray[np.int64]
    """(views, 9) analyzer, prepare, lowercase, shortest and longest n-gram, bits of a column,
    first column, and where its words start and end in `kept`."""
    cased: Codes
    lowered: Codes
    shapes: Codes
    replacements: Replacements
    kept: npt.NDArray[np.uint64]
    """The words that masked views keep, see :func:`fold_masked`."""


class Scratch(NamedTuple):
    """The working memory of one thread."""

    prepared: Codes
    folded: Codes
    token_ends: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint32]
    """Columns of the document at hand, one for every n-gram."""
    other_keys: npt.NDArray[np.uint32]
    pairs: npt.NDArray[np.uint64]
    """Column high, count low: of the parts of a long document."""
    other_pairs: npt.NDArray[np.uint64]
    histogram: npt.NDArray[np.uint32]
    hashes: npt.NDArray[np.uint64]
    alive: npt.NDArray[np.uint64]
    state: npt.NDArray[np.int64]


def make_scratch(length: int, ngrams: int, most: int, lengths: int) -> Scratch:
    """Working memory for documents of at most `length` code points when prepared.

    They have at most `ngrams` n-grams in `most` columns in any view, of `lengths` lengths.
    """
    # with more room than a block of starts needs, so that only what is longer is read in parts
    keys = min(ngrams, _PART) + BLOCK * (lengths + 1)
    pairs = most + 2 * _PART if ngrams > _PART else 1
    return Scratch(
        prepared=np.empty(length, np.uint32),
        folded=np.empty(2 * length + 2, np.uint32),
        token_ends=np.empty(length, np.int64),
        keys=np.empty(keys, np.uint32),
        other_keys=np.empty(keys, np.uint32),
        pairs=np.empty(pairs, np.uint64),
        other_pairs=np.empty(pairs, np.uint64),
        histogram=np.empty(2 << 11, np.uint32),
        hashes=np.empty(BLOCK, np.uint64),
        alive=np.empty(BLOCK, np.uint64),
        state=np.zeros(2, np.int64),
    )


@compiled_part
def _tally(bits: Any, s: Any, indices: Any, data: Any, at: Any) -> Any:
    """Write each listed column with its count from place `at` on; returns where they end."""
    n = s.state[N_KEYS]
    s.state[N_KEYS] = 0
    if n == 0:
        return at
    keys, ends = s.keys, s.other_keys
    if radix_sort(keys, ends, n, 0, bits, s.histogram):
        keys, ends = ends, keys
    p = np.uint64(0)
    for i in range(n - 1):
        key = keys[i]
        indices[np.uint64(at) + p] = key
        ends[p] = i + 1
        p += np.uint64(key != keys[i + 1])
    indices[np.uint64(at) + p] = keys[n - 1]
    ends[p] = n
    before = np.uint32(0)
    for k in range(np.int64(p) + 1):
        data[at + k] = ends[k] - before
        before = ends[k]
    return at + np.int64(p) + 1


@compiled_part
def _tally_parts(
    start: Any,
    end: Any,
    analyzer: Any,
    low: Any,
    high: Any,
    bits: Any,
    s: Any,
    indices: Any,
    data: Any,
    at: Any,
) -> Any:
    """What :func:`_tally` does, of a document whose listing stopped at `start` for want of room."""
    pairs = _set_aside(bits, s, 0)
    while start < end:
        start = list_columns(start, end, analyzer, low, high, bits, s)
        pairs = _set_aside(bits, s, pairs)
    for k in range(_merge(bits, s, pairs)):
        indices[at] = s.pairs[k] >> _32
        data[at] = s.pairs[k] & _LOW
        at += 1
    return at


@compiled_part
def _set_aside(bits: Any, s: Any, at: Any) -> Any:
    """Tally the listed columns into `pairs` from place `at` on; returns where they end."""
    n = s.state[N_KEYS]
    s.state[N_KEYS] = 0
    if at + n > s.pairs.shape[0]:
        at = _merge(bits, s, at)
    keys = s.keys
    if radix_sort(keys, s.other_keys, n, 0, bits, s.histogram):
        keys = s.other_keys
    for i in range(n):
        if i and keys[i - 1] == keys[i]:
            s.pairs[at - 1] += _ONE
        else:
            s.pairs[at] = (np.uint64(keys[i]) << _32) | _ONE
            at += 1
    return at


@compiled_part
def _merge(bits: Any, s: Any, n: Any) -> Any:
    """Sort `n` pairs and add up those of the same column; returns how many are left."""
    if radix_sort(s.pairs, s.other_pairs, n, 32, bits, s.histogram):
        for i in range(n):
            s.pairs[i] = s.other_pairs[i]
    last = 0
    for i in range(1, n):
        pair = s.pairs[i]
        if pair >> _32 == s.pairs[last] >> _32:
            s.pairs[last] += pair & _LOW
        else:
            last += 1
            s.pairs[last] = pair
    return last + 1


@compiled
def count_documents(
    codes: Any,
    starts: Any,
    ends: Any,
    lowered: Any,
    lowered_starts: Any,
    lowered_ends: Any,
    tables: Any,
    s: Any,
    indptr: Any,
    indices: Any,
    data: Any,
) -> None:
    """Write the counts of documents as CSR rows, one for each document and view.

    Documents come twice, as they are and for views that lower-case, as some symbols can only be
    lower-cased in their context; mostly the two are the same memory.
    """
    at = np.int64(0)
    views = tables.views.shape[0]
    for d in range(starts.shape[0]):
        ready = -1  # what `prepared` holds
        text = codes[0:0]
        for v in range(views):
            view = tables.views[v]
            wanted = view[_PREPARE] * 2 + view[_LOWERCASE]
            if wanted != ready:
                source = lowered if view[_LOWERCASE] else codes
                start = lowered_starts[d] if view[_LOWERCASE] else starts[d]
                end = lowered_ends[d] if view[_LOWERCASE] else ends[d]
                text = prepare(view[_PREPARE], source, start, end, tables.replacements, s.prepared)
                ready = wanted
            analyzer, low, high = view[_ANALYZER], view[_MIN_N], view[_MAX_N]
            bits, offset = view[_BITS], view[_OFFSET]
            classes = tables.lowered if view[_LOWERCASE] else tables.cased
            kept = tables.kept[view[_KEPT] : view[_KEPT_END]]
            last = fold(analyzer, text, classes, tables.shapes, kept, s.folded, s.token_ends)
            s.state[N_KEYS] = 0
            first = at
            listed = list_columns(0, last, analyzer, low, high, bits, s)
            if listed == last:
                at = _tally(bits, s, indices, data, at)
            else:
                at = _tally_parts(listed, last, analyzer, low, high, bits, s, indices, data, at)
            if offset:
                for k in range(first, at):
                    indices[k] += offset
            indptr[d * views + v + 1] = at
