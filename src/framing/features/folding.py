"""Compiled folding: a prepared text to the stretch of symbols that its n-grams are cut from."""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.features.compiling import compiled_part
from framing.features.hashing import SEED, extend
from framing.features.symbols import IS_SPACE, IS_WORD

WORD, CHAR, CHAR_WB, SHAPE, MASKED = range(5)
"""Numbers of the analyzers."""

_CODE = np.uint32(0x1FFFFF)
_SPACE = np.uint32(32)
_RUN = 4  # equal symbols that a shape shows in a row


@compiled_part
def fold(
    analyzer: Any, text: Any, classes: Any, shapes: Any, kept: Any, out: Any, token_ends: Any
) -> Any:
    """Fold a text for an analyzer; returns where it ends in `out`, of shapes how many tokens."""
    if analyzer == WORD:
        return _fold_words(text, classes, out)
    if analyzer == CHAR:
        return _fold_chars(text, classes, out)
    if analyzer == CHAR_WB:
        return _fold_padded(text, classes, out)
    if analyzer == SHAPE:
        return _fold_shapes(text, shapes, out, token_ends)
    return _fold_masked(text, classes, shapes, kept, out)


@compiled_part
def _fold_words(text: Any, classes: Any, out: Any) -> Any:
    r"""``\b\w\w+\b`` tokens, each followed by one space; returns where they end."""
    n = 0
    first = 0
    for i in range(text.shape[0]):
        entry = classes[text[i]]
        if entry >= IS_WORD:
            out[n] = entry & _CODE
            n += 1
            continue
        if n - first > 1:
            out[n] = _SPACE
            n += 1
        else:
            n = first
        first = n
    if n - first > 1:
        out[n] = _SPACE
        return n + 1
    return first


@compiled_part
def _fold_chars(text: Any, classes: Any, out: Any) -> Any:
    """Runs of white space become one space, lone white space stays; returns where they end."""
    n = 0
    run = 0
    for i in range(text.shape[0]):
        entry = classes[text[i]]
        run = run + 1 if entry & IS_SPACE else 0
        if run > 1:
            out[n - 1] = _SPACE
        else:
            out[n] = entry & _CODE
            n += 1
    return n


@compiled_part
def _fold_padded(text: Any, classes: Any, out: Any) -> Any:
    """Words with one space around and between them; returns where they end."""
    out[0] = _SPACE
    n = 1
    for i in range(text.shape[0]):
        entry = classes[text[i]]
        if not entry & IS_SPACE:
            out[n] = entry & _CODE
            n += 1
        elif out[n - 1] != _SPACE:
            out[n] = _SPACE
            n += 1
    if out[n - 1] != _SPACE:
        out[n] = _SPACE
        n += 1
    return n if n > 1 else 0


@compiled_part
def _fold_shapes(text: Any, shapes: Any, out: Any, ends: Any) -> Any:
    """Tokens: the shape of a word, a run of white space, any other character; returns how many.

    Token i stands in `out` before ``ends[i]``. Of more than four equal symbols in a row, four
    are kept.
    """
    n = 0
    tokens = 0
    run = 0
    before = np.uint32(0)  # the flags of the last symbol
    for i in range(text.shape[0]):
        entry = shapes[text[i]]
        symbol, flags = entry & _CODE, entry & (IS_WORD | IS_SPACE)
        if flags and flags == before:
            run = run + 1 if out[n - 1] == symbol else 1
            if run > _RUN:
                continue
        else:
            tokens += 1
            run = 1
        out[n] = symbol
        n += 1
        ends[tokens - 1] = n
        before = flags
    return tokens


@compiled_part
def _fold_masked(text: Any, classes: Any, shapes: Any, kept: Any, out: Any) -> Any:
    """Words that are `kept`, the shapes of others, other characters, each followed by one space.

    `kept` is an open-addressed table of word hashes with zeros in its free places. Returns where
    the tokens end.
    """
    n = 0
    i = 0
    size = text.shape[0]
    mask = np.uint64(kept.shape[0] - 1)
    while i < size:
        entry = classes[text[i]]
        if entry & IS_SPACE:
            i += 1
            continue
        if entry < IS_WORD:
            out[n] = entry & _CODE
            out[n + 1] = _SPACE
            n += 2
            i += 1
            continue
        first = n
        start = i
        h = SEED
        while i < size and classes[text[i]] >= IS_WORD:
            out[n] = classes[text[i]] & _CODE
            h = extend(h, out[n])
            n += 1
            i += 1
        place = h & mask
        while kept[place] != 0 and kept[place] != h:
            place = (place + np.uint64(1)) & mask
        if kept[place] != h:
            n = first
            run = 0
            for j in range(start, i):
                symbol = shapes[text[j]] & _CODE
                run = run + 1 if n > first and out[n - 1] == symbol else 1
                if run <= _RUN:
                    out[n] = symbol
                    n += 1
        out[n] = _SPACE
        n += 1
    return n
