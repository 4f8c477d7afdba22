"""Compiled sorting by some of the bits of a number."""

from __future__ import annotations

from typing import Any

import numpy as np

from framing.features.compiling import compiled_part

_STEP = np.uint32(1)


@compiled_part
def radix_sort(values: Any, other: Any, n: Any, low: Any, bits: Any, histogram: Any) -> Any:
    """Sort by the `bits` from bit `low` up, least significant digit first; 1 if into `other`."""
    if n <= 64:
        for i in range(1, n):
            value = values[i]
            j = i
            while j > 0 and values[j - 1] > value:
                values[j] = values[j - 1]
                j -= 1
            values[j] = value
        return 0
    digits = 2 if bits <= 22 else 3
    width = np.uint64((bits + digits - 1) // digits)
    size = np.int64(1) << np.int64(width)
    mask = np.uint64(size - 1)
    first, second = np.uint64(low), np.uint64(low) + width
    places, others = histogram[:size], histogram[size : 2 * size]
    for k in range(2 * size):
        histogram[k] = 0
    for i in range(n):
        key = np.uint64(values[i])
        places[(key >> first) & mask] += _STEP
        others[(key >> second) & mask] += _STEP
    _accumulate(places)
    _accumulate(others)
    _scatter(values, other, n, first, mask, places)
    _scatter(other, values, n, second, mask, others)
    if digits == 2:
        return 0
    third = second + width
    for k in range(size):
        places[k] = 0
    for i in range(n):
        places[(np.uint64(values[i]) >> third) & mask] += _STEP
    _accumulate(places)
    _scatter(values, other, n, third, mask, places)
    return 1


@compiled_part
def _accumulate(places: Any) -> None:
    total = np.uint32(0)
    for k in range(places.shape[0]):
        here = places[k]
        places[k] = total
        total += here


@compiled_part
def _scatter(values: Any, other: Any, n: Any, shift: Any, mask: Any, places: Any) -> None:
    for i in range(n):
        value = values[i]
        k = (np.uint64(value) >> shift) & mask
        place = places[k]
        other[np.uint64(place)] = value
        places[k] = place + _STEP
