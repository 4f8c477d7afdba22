"""Compiled inner loops of the sketch: which n-grams fall into which column, and how often.

Documents are prepared and folded as the kernel does it (counting.py), and their n-grams listed with
their hashes, some hundreds at a time (listing.py). Each of these is *met*: counted in its column if
it is one of the two candidates there, else taken into a free slot, else counted off against both
(Misra and Gries 1982). Only what takes a slot costs a copy of its name.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from framing.features.compiling import compiled, compiled_part
from framing.features.hashing import FINAL
from framing.features.listing import LISTED, MET, list_next
from framing.features.names import Names, copy_name, has_room, write_name
from framing.features.prefetching import prefetch

CELL = np.dtype(
    [("first", "u8"), ("second", "u8"), ("lost", "u8"), ("first_name", "u4"), ("second_name", "u4")]
)
"""What is known of a column: two candidates (28 bits of fingerprint, 36 bits of count), how many
occurrences neither counts, and where the candidates' names stand in the arena."""

COUNT = np.uint64((1 << 36) - 1)
_TAKEN = np.uint64(1 << 36)  # part of every fingerprint, so that no slot that was used is zero
_32 = np.uint64(32)
_64 = np.uint64(64)
_ONE = np.uint64(1)
_THREE = np.uint64(3)
_WORDS = np.uint64(CELL.itemsize // 8)


class Columns(NamedTuple):
    """What is known of all columns."""

    cells: npt.NDArray[np.void]
    flat: npt.NDArray[np.uint64]
    """The memory of `cells`."""
    names: Names


@compiled_part
def _place(block: Any, bits: Any, columns: Any) -> None:
    """Find the column and the fingerprint of the listed n-grams and fetch their cells."""
    # the column is the top bits of the mixed hash, the fingerprint the bits below
    bits = np.uint64(bits)
    listed = block.state[LISTED]
    for i in range(listed):
        h = block.hashes[i]
        mixed = (h ^ (h >> _32)) * FINAL
        block.columns[i] = mixed >> (_64 - bits)
        block.hashes[i] = ((mixed << bits) & ~COUNT) | _TAKEN
    for i in range(listed):
        prefetch(columns.flat, block.columns[i] * _WORDS)


@compiled_part
def _meet(block: Any, columns: Any) -> Any:
    """Count the listed n-grams; False if the arena has no room for one more name."""
    cells, names = columns.cells, columns.names
    for i in range(block.state[MET], block.state[LISTED]):
        cell = cells[block.columns[i]]
        key = block.hashes[i]
        first, second = cell.first, cell.second
        if first ^ key <= COUNT:
            cell.first = first + _ONE
        elif second ^ key <= COUNT:
            cell.second = second + _ONE
        elif first & COUNT and second & COUNT:
            cell.first = first - _ONE
            cell.second = second - _ONE
            cell.lost += _THREE
        else:
            if not has_room(names):
                block.state[MET] = i
                return False
            start, end = block.starts[i], block.ends[i]
            if first & COUNT:
                cell.second = key | _ONE
                cell.second_name = write_name(block.folded, start, end, cell.second_name, names)
            else:
                cell.first = key | _ONE
                cell.first_name = write_name(block.folded, start, end, cell.first_name, names)
    block.state[MET] = block.state[LISTED]
    return True


@compiled
def learn(codes: Any, starts: Any, ends: Any, way: Any, block: Any, columns: Any) -> Any:
    """Count the n-grams of documents from where `block` left off.

    False if the arena has no room for one more name: call again with a larger one.
    """
    while True:
        if not _meet(block, columns):
            return False
        if not list_next(codes, starts, ends, way, block):
            return True
        _place(block, way.bits, columns)


@compiled
def move_names(cells: Any, names: Any, to: Any) -> None:
    """Copy the names of all candidates to another arena."""
    for c in range(cells.shape[0]):
        cell = cells[c]
        if cell.first_name:
            cell.first_name = copy_name(names, cell.first_name, to)
        if cell.second_name:
            cell.second_name = copy_name(names, cell.second_name, to)


@compiled
def merge(mine: Any, others: Any, both: Any) -> None:
    """Add up two sketches: of up to four candidates the two most frequent ones stay.

    What the third has is counted off against all, as Agarwal et al. (2012) do it.
    """
    slots = np.zeros(4, np.uint64)
    names = np.zeros(4, np.int64)
    for c in range(mine.cells.shape[0]):
        a, b, cell = mine.cells[c], others.cells[c], both.cells[c]
        total = a.lost + b.lost
        n = 0
        # names of the other sketch are told apart by their sign
        for slot, name in (
            (a.first, np.int64(a.first_name)),
            (a.second, np.int64(a.second_name)),
            (b.first, -np.int64(b.first_name)),
            (b.second, -np.int64(b.second_name)),
        ):
            if slot == 0:
                continue
            total += slot & COUNT
            k = 0
            while k < n and slots[k] ^ slot > COUNT:
                k += 1
            if k < n:
                slots[k] += slot & COUNT
            else:
                slots[n], names[n] = slot, name
                n += 1
        for i in range(1, n):
            slot, name = slots[i], names[i]
            k = i
            while k and _before(slot, slots[k - 1]):
                slots[k], names[k] = slots[k - 1], names[k - 1]
                k -= 1
            slots[k], names[k] = slot, name
        third = slots[2] & COUNT if n > 2 else np.uint64(0)
        if n > 0:
            cell.first = slots[0] - third
            cell.first_name = _copied(names[0], mine, others, both)
            total -= cell.first & COUNT
        if n > 1:
            cell.second = slots[1] - third
            cell.second_name = _copied(names[1], mine, others, both)
            total -= cell.second & COUNT
        cell.lost = total


@compiled_part
def _before(slot: Any, other: Any) -> Any:
    """Whether a candidate is more frequent; the fingerprint decides between equal ones."""
    count, other_count = slot & COUNT, other & COUNT
    return slot > other if count == other_count else count > other_count


@compiled_part
def _copied(name: Any, mine: Any, others: Any, both: Any) -> Any:
    return copy_name(mine.names if name > 0 else others.names, abs(name), both.names)
