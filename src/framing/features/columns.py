"""Compiled listing of columns: one for every n-gram of a folded text.

The hash of an n-gram extends the hash of the n-gram one symbol shorter, and is extended for a block
of starts at once, so that the compiler can use vector instructions.

All list the n-grams that start from `start` on until there is no room for more, and return where
they stopped, which is `end` if all are listed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.features.compiling import compiled_part
from framing.features.folding import CHAR, CHAR_WB, SHAPE
from framing.features.hashing import SEED, column, extend

BLOCK = 512
"""Starts that are hashed together."""
N_KEYS, _WORD_START = 0, 1  # places in Scratch.state

_SPACE = np.uint32(32)
_ONE = np.uint64(1)


@compiled_part
def list_columns(
    start: Any, end: Any, analyzer: Any, low: Any, high: Any, bits: Any, s: Any
) -> Any:
    """List the columns of the n-grams of the folded text in the working memory `s`."""
    if analyzer in (CHAR, CHAR_WB):
        padded = analyzer == CHAR_WB
        for block in range(start, end, BLOCK):
            if s.state[N_KEYS] + BLOCK * (high - low + 2) > s.keys.shape[0]:
                return block
            _list_chars(block, end, padded, low, high, bits, s)
            if padded and (low == 1 or low > 3):
                _list_rest(block, end, low, bits, s)
        return end
    if analyzer == SHAPE:
        return _list_tokens(start, end, low, high, bits, s)
    return _list_words(start, end, low, high, bits, s)


@compiled_part
def _list_words(start: Any, end: Any, low: Any, high: Any, bits: Any, s: Any) -> Any:
    """Those of tokens that end with a space."""
    codes = s.folded
    i = start
    n_keys = s.state[N_KEYS]
    while i < end and n_keys + high <= s.keys.shape[0]:
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
    s.state[N_KEYS] = n_keys
    return i


@compiled_part
def _list_tokens(start: Any, end: Any, low: Any, high: Any, bits: Any, s: Any) -> Any:
    """Those of tokens whose ends are known; `start` and `end` are numbers of tokens."""
    codes, ends = s.folded, s.token_ends
    i = start
    n_keys = s.state[N_KEYS]
    while i < end and n_keys + high <= s.keys.shape[0]:
        h = SEED
        first = ends[i - 1] if i else 0
        for n in range(1, min(high, end - i) + 1):
            last = ends[i + n - 1]
            for j in range(first, last):
                h = extend(h, codes[j])
            first = last
            s.keys[n_keys] = column(h, bits)
            n_keys += n >= low
        i += 1
    s.state[N_KEYS] = n_keys
    return i


@compiled_part
def _list_chars(block: Any, end: Any, padded: Any, low: Any, high: Any, bits: Any, s: Any) -> None:
    """Those of all stretches of a block; if `padded`, of those with no space inside."""
    codes, hashes, alive = s.folded, s.hashes, s.alive
    n_keys = s.state[N_KEYS]
    hashes[:] = SEED
    alive[:] = _ONE
    for n in range(1, high + 1):
        size = min(BLOCK, end - block - n + 1)
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
    s.state[N_KEYS] = n_keys


@compiled_part
def _list_rest(block: Any, end: Any, low: Any, bits: Any, s: Any) -> None:
    """What :func:`_list_chars` has too few of: words between two spaces share one."""
    codes = s.folded
    n_keys = s.state[N_KEYS]
    first = s.state[_WORD_START] if block else 0
    for i in range(max(block, 1), min(block + BLOCK, end)):
        if codes[i] != _SPACE:
            continue
        # a word shorter than the shortest n-gram counts once, as a whole
        if i + 1 - first < low or (low == 1 and i < end - 1):
            h = SEED
            for j in range(first if low > 1 else i, i + 1):
                h = extend(h, codes[j])
            s.keys[n_keys] = column(h, bits)
            n_keys += 1
        first = i
    s.state[_WORD_START] = first
    s.state[N_KEYS] = n_keys
