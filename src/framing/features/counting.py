"""Compiled inner loops: code points to n-gram counts, one document after the other.

Everything here runs without the interpreter lock and knows nothing of Python strings. Documents are
stretches of one ``uint32`` buffer of code points with a free slot on either side of each, since
they are folded in place. Each takes three steps:

1. *fold* (``_fold_*``): lower-case, fold white space or cut tokens; every n-gram is then a
   contiguous stretch of symbols;
2. *hash* (``_hash_*``): list the column of every n-gram. The hash of an n-gram extends the hash of
   the n-gram one symbol shorter, and is extended for a block of starts at once, so that the
   compiler can use vector instructions;
3. *tally*: sort the columns, then write down each with the length of its run.

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
from framing.features.sorting import radix_sort
from framing.features.symbols import IS_SPACE, IS_WORD

# The hash: h = SEED, then h = (h ^ symbol) * MULTIPLIER for every code point; the column is the top
# bits of (h ^ h >> 32) * FINAL. Another value of these three makes every saved model useless.
SEED = np.uint64(0x9E3779B97F4A7C15)
MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)
FINAL = np.uint64(0xFF51AFD7ED558CCD)

WORD, CHAR, CHAR_WB = 0, 1, 2

_CODE = np.uint32(0x1FFFFF)
_SPACE = np.uint32(32)
_ONE = np.uint64(1)
_32 = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)

_BLOCK = 512  # starts that are hashed together
_PART = 1 << 20  # columns that are tallied together

_N_KEYS, _N_PAIRS = 0, 1  # places in Scratch.state


class Reading(NamedTuple):
    """How documents are read into n-grams."""

    classes: npt.NDArray[np.uint32]
    analyzer: int
    low: int
    high: int
    bits: int
    """Of a column."""


class Scratch(NamedTuple):
    """The working memory of one thread."""

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


def make_scratch(longest: int, most: int) -> Scratch:
    """Working memory for documents of at most `longest` n-grams in at most `most` columns."""
    keys = min(longest, _PART) + _BLOCK
    pairs = most + 2 * _PART if longest > _PART else 1
    return Scratch(
        keys=np.empty(keys, np.uint32),
        other_keys=np.empty(keys, np.uint32),
        pairs=np.empty(pairs, np.uint64),
        other_pairs=np.empty(pairs, np.uint64),
        histogram=np.empty(2 << 11, np.uint32),
        hashes=np.empty(_BLOCK, np.uint64),
        alive=np.empty(_BLOCK, np.uint64),
        state=np.zeros(2, np.int64),
    )


@njit(inline="always")
def _extend(h: Any, symbol: Any) -> Any:
    return (h ^ np.uint64(symbol)) * MULTIPLIER


@njit(inline="always")
def _column(h: Any, bits: Any) -> Any:
    return ((h ^ (h >> _32)) * FINAL) >> np.uint64(64 - bits)


@compiled
def hash_columns(codes: Any, ends: Any, bits: Any, columns: Any) -> None:
    """The column of each n-gram; n-gram i ends before ``ends[i]``."""
    start = 0
    for i in range(ends.shape[0]):
        h = SEED
        for j in range(start, ends[i]):
            h = _extend(h, codes[j])
        columns[i] = _column(h, bits)
        start = ends[i]


@njit
def _fold_words(codes: Any, start: Any, end: Any, classes: Any) -> Any:
    r"""``\b\w\w+\b`` tokens, each followed by one space; returns where they end."""
    write = start
    first = start
    for i in range(start, end):
        entry = classes[codes[i]]
        if entry >= IS_WORD:
            codes[write] = entry & _CODE
            write += 1
            continue
        if write - first > 1:
            codes[write] = _SPACE
            write += 1
        else:
            write = first
        first = write
    if write - first > 1:
        codes[write] = _SPACE
        return write + 1
    return first


@njit
def _fold_chars(codes: Any, start: Any, end: Any, classes: Any) -> Any:
    """Runs of white space become one space, lone white space stays; returns where they end."""
    write = start
    run = 0
    for i in range(start, end):
        entry = classes[codes[i]]
        run = run + 1 if entry & IS_SPACE else 0
        if run > 1:
            codes[write - 1] = _SPACE
        else:
            codes[write] = entry & _CODE
            write += 1
    return write


@njit
def _fold_padded(codes: Any, start: Any, end: Any, classes: Any) -> Any:
    """Words with one space around and between them; they start one before `start`."""
    write = start
    codes[start - 1] = _SPACE
    for i in range(start, end):
        entry = classes[codes[i]]
        if not entry & IS_SPACE:
            codes[write] = entry & _CODE
            write += 1
        elif codes[write - 1] != _SPACE:
            codes[write] = _SPACE
            write += 1
    if codes[write - 1] != _SPACE:
        codes[write] = _SPACE
        write += 1
    return write if write > start else start - 1


@njit
def _hash_words(codes: Any, start: Any, end: Any, reading: Any, s: Any) -> None:
    i = start
    n_keys = s.state[_N_KEYS]
    while i < end:
        if n_keys + reading.high > s.keys.shape[0]:
            s.state[_N_KEYS] = n_keys
            _set_aside(reading.bits, s)
            n_keys = 0
        h = SEED
        n = 1
        following = end
        for j in range(i, end):
            if codes[j] != _SPACE:
                h = _extend(h, codes[j])
                continue
            if n == 1:
                following = j + 1
            s.keys[n_keys] = _column(h, reading.bits)
            n_keys += n >= reading.low
            if n == reading.high:
                break
            n += 1
            h = _extend(h, _SPACE)
        i = following
    s.state[_N_KEYS] = n_keys


@njit
def _hash_chars(codes: Any, start: Any, end: Any, padded: Any, reading: Any, s: Any) -> None:
    """List the columns of all stretches; if `padded`, of those with no space inside."""
    hashes, alive = s.hashes, s.alive
    n_keys = s.state[_N_KEYS]
    for block in range(start, end, _BLOCK):
        hashes[:] = SEED
        alive[:] = _ONE
        for n in range(1, reading.high + 1):
            size = min(_BLOCK, end - block - n + 1)
            if size <= 0:
                break
            symbols = codes[block + n - 1 : block + n - 1 + size]
            for i in range(size):
                hashes[i] = _extend(hashes[i], symbols[i])
            if padded and n > 2:
                inside = codes[block + n - 2 : block + n - 2 + size]
                for i in range(size):
                    alive[i] &= np.uint64(inside[i] != _SPACE)
            if n < reading.low:
                continue
            if n_keys + size > s.keys.shape[0]:
                s.state[_N_KEYS] = n_keys
                _set_aside(reading.bits, s)
                n_keys = 0
            keys = s.keys[n_keys : n_keys + size]
            if padded and n > 2:
                k = np.uint64(0)
                for i in range(size):
                    keys[k] = _column(hashes[i], reading.bits)
                    k += alive[i]
                n_keys += np.int64(k)
            else:
                for i in range(size):
                    keys[i] = _column(hashes[i], reading.bits)
                n_keys += size
    s.state[_N_KEYS] = n_keys


@njit
def _hash_rest(codes: Any, start: Any, end: Any, reading: Any, s: Any) -> None:
    """What :func:`_hash_chars` has too few of: words between two spaces share one."""
    first = start
    for i in range(start + 1, end):
        if codes[i] != _SPACE:
            continue
        if s.state[_N_KEYS] == s.keys.shape[0]:
            _set_aside(reading.bits, s)
        # a word shorter than the shortest n-gram counts once, as a whole
        if i + 1 - first < reading.low or (reading.low == 1 and i < end - 1):
            h = SEED
            for j in range(first if reading.low > 1 else i, i + 1):
                h = _extend(h, codes[j])
            s.keys[s.state[_N_KEYS]] = _column(h, reading.bits)
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


@compiled
def count_documents(
    codes: Any, starts: Any, ends: Any, reading: Any, s: Any, indptr: Any, indices: Any, data: Any
) -> None:
    """Write the counts of documents as CSR rows."""
    at = 0
    for d in range(starts.shape[0]):
        start = starts[d]
        s.state[:] = 0
        if reading.analyzer == WORD:
            end = _fold_words(codes, start, ends[d], reading.classes)
            _hash_words(codes, start, end, reading, s)
        elif reading.analyzer == CHAR:
            end = _fold_chars(codes, start, ends[d], reading.classes)
            _hash_chars(codes, start, end, False, reading, s)
        else:
            end = _fold_padded(codes, start, ends[d], reading.classes)
            _hash_chars(codes, start - 1, end, True, reading, s)
            if reading.low == 1 or reading.low > 3:
                _hash_rest(codes, start - 1, end, reading, s)
        if s.state[_N_PAIRS] == 0:
            at = _tally(reading.bits, s, indices, data, at)
        else:
            _set_aside(reading.bits, s)
            for k in range(_merge(reading.bits, s)):
                indices[at] = s.pairs[k] >> _32
                data[at] = s.pairs[k] & _LOW
                at += 1
        indptr[d + 1] = at
