"""Compiled storage of n-grams as names: UTF-8 in an arena, written over where that is possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from framing.features.compiling import compiled_part

LONGEST = 48
"""Code points of a name; the last one of a longer n-gram's is an ellipsis."""
ELLIPSIS = "…"

_ELLIPSIS = np.uint32(ord(ELLIPSIS))
# a name takes whole units, so that most names fit where another one stood
_UNIT = 8
_MOST = (1 + 4 * LONGEST) // _UNIT + 1
_ONE = np.uint64(1)
_FILL = np.uint64(_UNIT - 1)
_END, _USED = 0, 1  # places in Names.state


class Names(NamedTuple):
    """An arena of names. Where one stands is counted in units of eight bytes; 0 is nowhere."""

    arena: npt.NDArray[np.uint8]
    """Of every name a byte with its length, then UTF-8."""
    state: npt.NDArray[np.int64]
    """Where the last name ends, and how many units hold names that are in use."""


def make_names(units: int) -> Names:
    """An empty arena with room for so many units of names; untouched memory costs nothing."""
    return Names(np.empty((1 + units + _MOST) * _UNIT, np.uint8), np.array([1, 0]))


def units_in_use(names: Names) -> int:
    """How much room the names in use need."""
    return int(names.state[_USED])


def trimmed(names: Names) -> Names:
    """The same names without the room for more."""
    return Names(names.arena[: int(names.state[_END]) * _UNIT].copy(), names.state)


def read_names(names: Names, places: Iterable[int]) -> Iterator[str]:
    """The name at each place."""
    arena = names.arena.data
    for place in places:
        start = place * _UNIT + 1
        yield str(arena[start : start + arena[start - 1]], "utf-8", "surrogatepass")


@compiled_part
def has_room(names: Any) -> Any:
    """Whether the longest name would still fit."""
    return (names.state[_END] + _MOST) * _UNIT <= names.arena.shape[0]


@compiled_part
def write_name(codes: Any, start: Any, end: Any, place: Any, names: Any) -> Any:
    """Store an n-gram, over the name at `place` if it fits there; returns where it stands."""
    arena, state = names.arena, names.state
    cut = end - start > LONGEST
    if cut:
        end = start + LONGEST - 1
    free = np.uint64(state[_END] * _UNIT)
    at = free + _ONE
    for j in range(np.uint64(start), np.uint64(end)):
        at = _write_code(codes[j], arena, at)
    if cut:
        at = _write_code(_ELLIPSIS, arena, at)
    arena[free] = at - free - _ONE
    units = np.int64(at - free + _FILL) // _UNIT
    old = np.uint64(place) * np.uint64(_UNIT)
    before = np.int64(arena[old]) // _UNIT + 1 if place else 0
    state[_USED] += units - before
    if units <= before:
        for j in range(at - free):
            arena[old + j] = arena[free + j]
        return np.int64(place)
    state[_END] += units
    return state[_END] - units


@compiled_part
def copy_name(names: Any, place: Any, to: Any) -> Any:
    """Copy a name to the end of another arena; returns where it stands there."""
    at = np.int64(place) * _UNIT
    size = np.int64(names.arena[at]) + 1
    found = to.state[_END]
    for j in range(size):
        to.arena[found * _UNIT + j] = names.arena[at + j]
    units = (size + _UNIT - 1) // _UNIT
    to.state[_END] += units
    to.state[_USED] += units
    return found


@compiled_part
def _write_code(code: Any, arena: Any, at: Any) -> Any:
    """Write a code point as UTF-8, lone surrogates as well; returns where it ends."""
    if code < 0x80:
        arena[at] = code
        return at + _ONE
    more = np.uint64(1) + np.uint64(code >= 0x800) + np.uint64(code >= 0x10000)
    left = np.uint64(code)
    for k in range(np.int64(more), 0, -1):
        arena[at + np.uint64(k)] = 0x80 | (left & np.uint64(0x3F))
        left >>= np.uint64(6)
    arena[at] = (np.uint64(0xF80) >> more & np.uint64(0xFF)) | left
    return at + more + _ONE
