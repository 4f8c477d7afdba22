"""Where a text says again what it said before: n-grams of a window cannot show that."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from framing.features.compiling import compiled
from framing.features.symbols import IS_SPACE, class_table, encode

Ints = npt.NDArray[np.int64]

_WORDS = 4
"""So many words in a row that stood in the text before are a repetition."""
_EMPTY = np.uint64(0)
_PRIME, _SEED = np.uint64(1099511628211), np.uint64(14695981039346656037)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def repeated_words(text: str) -> Ints:
    """Where words end that were said before: with the three before them, or just before.

    Returns
    -------
    ndarray of shape (repeated words,)
        Places in the text, ascending.
    """
    codes = encode(text)
    # a word and the space after it take two characters or more
    ends = np.empty(len(codes) // 2 + 1, dtype=np.int64)
    size = 1 << max(4, (len(codes) // 2 + 1).bit_length() + 1)
    seen = np.zeros(size, dtype=np.uint64)
    return ends[: _find(codes, class_table(False), seen, ends)]


@compiled
def _find(codes: Any, classes: Any, seen: Any, ends: Any) -> Any:
    mask = np.uint64(seen.shape[0] - 1)
    last = np.zeros(_WORDS, np.uint64)  # the hashes of the last words, the latest first
    words = 0
    n = 0
    word = _SEED
    length = 0
    for i in range(codes.shape[0] + 1):
        if i < codes.shape[0] and not classes[codes[i]] & IS_SPACE:
            word = (word ^ np.uint64(codes[i])) * _PRIME
            length += 1
            continue
        if not length:
            continue
        again = words > 0 and length > 1 and last[0] == word
        for k in range(_WORDS - 1, 0, -1):
            last[k] = last[k - 1]
        last[0] = word
        words += 1
        if words >= _WORDS:
            together = _SEED
            for k in range(_WORDS):
                together = (together ^ last[k]) * _SPREAD
                together ^= together >> np.uint64(29)
            if together == _EMPTY:
                together = _SEED
            place = together & mask
            while seen[place] != _EMPTY and seen[place] != together:
                place = (place + np.uint64(1)) & mask
            again = again or seen[place] == together
            seen[place] = together
        if again:
            ends[n] = i
            n += 1
        word = _SEED
        length = 0
    return n
