"""Compiled listing of n-grams with their hashes and where they stand, a block at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from framing.features.columns import BLOCK
from framing.features.compiling import compiled_part
from framing.features.folding import CHAR, CHAR_WB, SHAPE, fold
from framing.features.hashing import SEED, extend
from framing.features.preparing import Replacements, prepare
from framing.features.symbols import Codes

_SPACE = np.uint32(32)
_ONE = np.uint64(1)

_ROOM = 2048  # n-grams that are listed together, at least the longest n-gram's length

LISTED, MET = 0, 1  # places in Block.state
_DOCUMENT, _FOLDED, _START, _LENGTH = 2, 3, 4, 5


class Block(NamedTuple):
    """The document at hand, and the n-grams of it that are listed."""

    prepared: Codes
    folded: Codes
    token_ends: npt.NDArray[np.int64]
    grown: npt.NDArray[np.uint64]
    """The hash of the n-gram at each start, one symbol longer each time."""
    alive: npt.NDArray[np.uint64]
    hashes: npt.NDArray[np.uint64]
    """Of the listed n-grams; then their fingerprints."""
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    columns: npt.NDArray[np.uint64]
    state: npt.NDArray[np.int64]


class Way(NamedTuple):
    """How documents are read."""

    analyzer: int
    prepare: int
    low: int
    high: int
    bits: int
    classes: Codes
    shapes: Codes
    kept: npt.NDArray[np.uint64]
    replacements: Replacements


def make_block(length: int) -> Block:
    """Working memory for documents of at most `length` code points when prepared."""
    return Block(
        prepared=np.empty(length, np.uint32),
        folded=np.empty(2 * length + 2, np.uint32),
        token_ends=np.empty(length, np.int64),
        grown=np.empty(BLOCK, np.uint64),
        alive=np.empty(BLOCK, np.uint64),
        hashes=np.empty(_ROOM, np.uint64),
        starts=np.empty(_ROOM, np.int64),
        ends=np.empty(_ROOM, np.int64),
        columns=np.empty(_ROOM, np.uint64),
        state=np.zeros(6, np.int64),
    )


@compiled_part
def list_next(codes: Any, starts: Any, ends: Any, way: Any, block: Any) -> Any:
    """List the n-grams that follow in the documents; False if there are none left."""
    block.state[LISTED] = 0
    block.state[MET] = 0
    while block.state[LISTED] == 0:
        if block.state[_START] < block.state[_FOLDED]:
            _list(way, block)
            continue
        d = block.state[_DOCUMENT]
        if d == starts.shape[0]:
            return False
        text = prepare(way.prepare, codes, starts[d], ends[d], way.replacements, block.prepared)
        block.state[_FOLDED] = fold(
            way.analyzer, text, way.classes, way.shapes, way.kept, block.folded, block.token_ends
        )
        block.state[_START] = 0
        block.state[_LENGTH] = 0
        block.state[_DOCUMENT] = d + 1
    return True


@compiled_part
def _list(way: Any, block: Any) -> None:
    """List the next n-grams of the document at hand."""
    codes, low, high = block.folded, way.low, way.high
    end = block.state[_FOLDED]
    if way.analyzer in (CHAR, CHAR_WB):
        _list_chars(codes, end, way.analyzer == CHAR_WB, low, high, block)
    elif way.analyzer == SHAPE:
        _list_tokens(codes, block.token_ends, end, low, high, block)
    else:
        _list_words(codes, end, low, high, block)


@compiled_part
def _list_words(codes: Any, end: Any, low: Any, high: Any, block: Any) -> None:
    """List n-grams of tokens that end with a space."""
    first = block.state[_START]
    k = 0
    while first < end and k + high <= _ROOM:
        h = SEED
        n = 1
        following = end
        for j in range(first, end):
            if codes[j] != _SPACE:
                h = extend(h, codes[j])
                continue
            if n == 1:
                following = j + 1
            block.hashes[k], block.starts[k], block.ends[k] = h, first, j
            k += n >= low
            if n == high:
                break
            n += 1
            h = extend(h, _SPACE)
        first = following
    block.state[_START] = first
    block.state[LISTED] = k


@compiled_part
def _list_tokens(codes: Any, ends: Any, tokens: Any, low: Any, high: Any, block: Any) -> None:
    first = block.state[_START]
    k = 0
    while first < tokens and k + high <= _ROOM:
        start = ends[first - 1] if first else 0
        h = SEED
        at = start
        for n in range(1, min(high, tokens - first) + 1):
            end = ends[first + n - 1]
            for j in range(at, end):
                h = extend(h, codes[j])
            at = end
            block.hashes[k], block.starts[k], block.ends[k] = h, start, end
            k += n >= low
        first += 1
    block.state[_START] = first
    block.state[LISTED] = k


@compiled_part
def _list_chars(codes: Any, end: Any, padded: Any, low: Any, high: Any, block: Any) -> None:
    """List the stretches of one length in a block; if `padded`, those with no space inside."""
    n = block.state[_LENGTH] + 1
    first = block.state[_START]
    grown, alive = block.grown, block.alive
    if n == 1:
        grown[:] = SEED
        alive[:] = _ONE
    size = min(BLOCK, end - first - n + 1)
    if n == high or size <= 1:
        block.state[_START] = first + BLOCK
        block.state[_LENGTH] = 0
    else:
        block.state[_LENGTH] = n
    if size <= 0:
        block.state[LISTED] = 0
        return
    symbols = codes[first + n - 1 : first + n - 1 + size]
    for i in range(size):
        grown[i] = extend(grown[i], symbols[i])
    if padded and n > 2:
        inside = codes[first + n - 2 : first + n - 2 + size]
        for i in range(size):
            alive[i] &= np.uint64(inside[i] != _SPACE)
    k = np.uint64(0)
    if n >= low and not (padded and n > 2):
        for i in range(size):
            block.hashes[i] = grown[i]
            block.starts[i] = first + i
        k = np.uint64(size)
    elif n >= low:
        for i in range(size):
            block.hashes[k] = grown[i]
            block.starts[k] = first + i
            k += alive[i]
    elif padded and n > 2:
        # a word shorter than the shortest n-gram counts once, as a whole
        for i in range(size):
            if alive[i] and codes[first + i] == _SPACE and symbols[i] == _SPACE:
                block.hashes[k] = grown[i]
                block.starts[k] = first + i
                k += _ONE
    if padded and n == 1 and low == 1:
        # the space between two words is one of each
        for i in range(size):
            if symbols[i] == _SPACE and 0 < first + i < end - 1:
                block.hashes[k] = grown[i]
                block.starts[k] = first + i
                k += _ONE
    for i in range(np.int64(k)):
        block.ends[i] = block.starts[i] + n
    block.state[LISTED] = np.int64(k)
