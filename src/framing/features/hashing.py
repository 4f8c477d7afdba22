"""Compiled hashing of n-grams into columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.features.compiling import compiled, compiled_part

# The hash: h = SEED, then h = (h ^ symbol) * MULTIPLIER for every code point; the column is the top
# bits of (h ^ h >> 32) * FINAL. Another value of these three makes every saved model useless.
SEED = np.uint64(0x9E3779B97F4A7C15)
MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)
FINAL = np.uint64(0xFF51AFD7ED558CCD)

_32 = np.uint64(32)


@compiled_part
def extend(h: Any, symbol: Any) -> Any:
    """The hash of an n-gram that is one symbol longer."""
    return (h ^ np.uint64(symbol)) * MULTIPLIER


@compiled_part
def column(h: Any, bits: Any) -> Any:
    """The column of a hashed n-gram among ``2**bits``."""
    return ((h ^ (h >> _32)) * FINAL) >> np.uint64(64 - bits)


@compiled
def hash_strings(codes: Any, ends: Any, hashes: Any) -> None:
    """The hash of each string; string i ends before ``ends[i]``."""
    start = 0
    for i in range(ends.shape[0]):
        h = SEED
        for j in range(start, ends[i]):
            h = extend(h, codes[j])
        hashes[i] = h
        start = ends[i]
