"""Compiled inner loops: code points to n-gram counts, one document after the other.

Everything here runs without the interpreter lock and knows nothing of Python strings. Documents are
stretches of one ``uint32`` buffer of code points. Of each, every view is read in four steps:

1. *prepare* (preparing.py), which neighbouring views that prepare alike share;
2. *fold* (folding.py): lower-case, fold white space or cut tokens; every n-gram is then a
   contiguous stretch of symbols;
3. *hash* (``_hash_*``): list the column of every n-gram. The hash of an n-gram extends the hash of
   the n-gram one symbol shorter, and is extended for a block of starts at once, so that the
   compiler can use vector instructions;
4. *tally*: sort the columns, then write down each with the length of its run.

There is no table of counts: a table as wide as the matrix does not fit the inner caches, the
columns of one document do, and nothing in these loops waits for memory or guesses a branch. The
columns of a very long document are tallied in parts that are merged.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from framing.features.compiling import compiled
from framing.features.folding import (
    fold_chars,
    fold_masked,
    fold_padded,
    fold_shapes,
    fold_words,
)
from framing.features.hashing import SEED, column, extend
from framing.features.preparing import (
    LAYOUT,
    NORMALIZED,
    Replacements,
    normalize,
    prepare_layout,
)
from framing.features.sorting import radix_sort
from framing.features.symbols import Codes

WORD, CHAR, CHAR_WB, SHAPE, MASKED = 0, 1, 2, 3, 4

_SPACE = np.uint32(32)
_ONE = np.uint64(1)
_32 = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)

_BLOCK = 512  # starts that are hashed together
_PART = 1 << 20  # columns that are tallied together

_N_KEYS, _N_PAIRS = 0, 1  # places in Scratch.state

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


def make_scratch(length: int, ngrams: int, most: int) -> Scratch:
    """Working memory for documents of at most `length` code points when prepared.

    They have at most `ngrams` n-grams in `most` columns in any view.
    """
    keys = min(ngrams, _PART) + _BLOCK
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
        hashes=np.empty(_BLOCK, np.uint64),
        alive=np.empty(_BLOCK, np.uint64),
        state=np.zeros(2, np.int64),
    )


@njit
def _hash_words(codes: Any, end: Any, low: Any, high: Any, bits: Any, s: Any) -> None:
    i = 0
    n_keys = s.state[_N_KEYS]
    while i < end:
        if n_keys + high > s.keys.shape[0]:
            s.state[_N_KEYS] = n_keys
            _set_aside(bits, s)
            n_keys = 0
        h = SEED
        n = 1
        following = end
        for j in range(i, end):
            if codes[j] != _SPACE:
                h = extend(h, codes[j])
                continue
            if n == 1:
                following = j + 1
            s.keys[n_keys] = column(h, bits)
            n_keys += n >= low
            if n == high:
                break
            n += 1
            h = extend(h, _SPACE)
        i = following
    s.state[_N_KEYS] = n_keys


@njit
def _hash_chars(codes: Any, end: Any, padded: Any, low: Any, high: Any, bits: Any, s: Any) -> None:
    """List the columns of all stretches; if `padded`, of those with no space inside."""
    hashes, alive = s.hashes, s.alive
    n_keys = s.state[_N_KEYS]
    for block in range(0, end, _BLOCK):
        hashes[:] = SEED
        alive[:] = _ONE
        for n in range(1, high + 1):
            size = min(_BLOCK, end - block - n + 1)
            if size <= 0:
                break
            symbols = codes[block + n - 1 : block + n - 1 + size]
            for i in range(size):
                hashes[i] = extend(hashes[i], symbols[i])
            if padded and n > 2:
                inside = codes[block + n - 2 : block + n - 2 + size]
                for i in range(size):
                    alive[i] &= np.uint64(inside[i] != _SPACE)
            if n < low:
                continue
            if n_keys + size > s.keys.shape[0]:
                s.state[_N_KEYS] = n_keys
                _set_aside(bits, s)
                n_keys = 0
            keys = s.keys[n_keys : n_keys + size]
            if padded and n > 2:
                k = np.uint64(0)
                for i in range(size):
                    keys[k] = column(hashes[i], bits)
                    k += alive[i]
                n_keys += np.int64(k)
            else:
                for i in range(size):
                    keys[i] = column(hashes[i], bits)
                n_keys += size
    s.state[_N_KEYS] = n_keys


@njit
def _hash_rest(codes: Any, end: Any, low: Any, high: Any, bits: Any, s: Any) -> None:
    """What :func:`_hash_chars` has too few of: words between two spaces share one."""
    first = 0
    for i in range(1, end):
        if codes[i] != _SPACE:
            continue
        if s.state[_N_KEYS] == s.keys.shape[0]:
            _set_aside(bits, s)
        # a word shorter than the shortest n-gram counts once, as a whole
        if i + 1 - first < low or (low == 1 and i < end - 1):
            h = SEED
            for j in range(first if low > 1 else i, i + 1):
                h = extend(h, codes[j])
            s.keys[s.state[_N_KEYS]] = column(h, bits)
            s.state[_N_KEYS] += 1
        first = i


@njit
def _tally(bits: Any, s: Any, indices: Any, data: Any, at: Any) -> Any:
    """Write each listed column with its count from place `at` on; returns where they end."""
    n = s.state[_N_KEYS]
    s.state[_N_KEYS] = 0
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


@njit
def _set_aside(bits: Any, s: Any) -> None:
    """Tally the columns of a long document so far into `pairs`, where one may stand repeatedly."""
    n = s.state[_N_KEYS]
    at = s.state[_N_PAIRS]
    if at + n > s.pairs.shape[0]:
        at = _merge(bits, s)
    if radix_sort(s.keys, s.other_keys, n, 0, bits, s.histogram):
        for i in range(n):
            s.keys[i] = s.other_keys[i]
    for i in range(n):
        column = np.uint64(s.keys[i])
        if i and s.keys[i - 1] == s.keys[i]:
            s.pairs[at - 1] += _ONE
        else:
            s.pairs[at] = (column << _32) | _ONE
            at += 1
    s.state[_N_PAIRS] = at
    s.state[_N_KEYS] = 0


@njit
def _merge(bits: Any, s: Any) -> Any:
    """Sort `pairs` and add up those of the same column; returns how many are left."""
    n = s.state[_N_PAIRS]
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


@njit
def _hash_tokens(
    codes: Any, ends: Any, tokens: Any, low: Any, high: Any, bits: Any, s: Any
) -> None:
    n_keys = s.state[_N_KEYS]
    start = 0
    for i in range(tokens):
        if n_keys + high > s.keys.shape[0]:
            s.state[_N_KEYS] = n_keys
            _set_aside(bits, s)
            n_keys = 0
        h = SEED
        first = start
        for n in range(1, min(high, tokens - i) + 1):
            end = ends[i + n - 1]
            for j in range(first, end):
                h = extend(h, codes[j])
            first = end
            s.keys[n_keys] = column(h, bits)
            n_keys += n >= low
        start = ends[i]
    s.state[_N_KEYS] = n_keys


@njit
def _list_columns(text: Any, view: Any, tables: Any, s: Any) -> None:
    """Fold a prepared text as a view reads it and list the columns of its n-grams."""
    low, high, bits = view[_MIN_N], view[_MAX_N], view[_BITS]
    analyzer = view[_ANALYZER]
    classes = tables.lowered if view[_LOWERCASE] else tables.cased
    folded = s.folded
    s.state[:] = 0
    if analyzer in (WORD, MASKED):
        if analyzer == WORD:
            end = fold_words(text, classes, folded)
        else:
            kept = tables.kept[view[_KEPT] : view[_KEPT_END]]
            end = fold_masked(text, classes, tables.shapes, kept, folded)
        _hash_words(folded, end, low, high, bits, s)
    elif analyzer == SHAPE:
        tokens = fold_shapes(text, tables.shapes, folded, s.token_ends)
        _hash_tokens(folded, s.token_ends, tokens, low, high, bits, s)
    else:
        padded = analyzer == CHAR_WB
        end = fold_padded(text, classes, folded) if padded else fold_chars(text, classes, folded)
        _hash_chars(folded, end, padded, low, high, bits, s)
        if padded and (low == 1 or low > 3):
            _hash_rest(folded, end, low, high, bits, s)


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
                if view[_PREPARE] == LAYOUT:
                    text = s.prepared[: prepare_layout(source, start, end, s.prepared)]
                elif view[_PREPARE] == NORMALIZED:
                    n = normalize(source, start, end, tables.replacements, s.prepared)
                    text = s.prepared[:n]
                else:
                    text = source[start:end]
                ready = wanted
            _list_columns(text, view, tables, s)
            offset, bits = view[_OFFSET], view[_BITS]
            first = at
            if s.state[_N_PAIRS] == 0:
                at = _tally(bits, s, indices, data, at)
            else:
                _set_aside(bits, s)
                for k in range(_merge(bits, s)):
                    indices[at] = s.pairs[k] >> _32
                    data[at] = s.pairs[k] & _LOW
                    at += 1
            if offset:
                for k in range(first, at):
                    indices[k] += offset
            indptr[d * views + v + 1] = at
