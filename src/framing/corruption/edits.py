"""Edits of a text, the spans they touch, and how spans move when later edits are applied."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Edit(NamedTuple):
    """Put `replacement` in place of ``text[start:end]``; offsets are code points, half-open."""

    start: int
    end: int
    replacement: str

    @property
    def cost(self) -> int:
        """The most this edit can add to the edit distance, in characters."""
        return max(self.end - self.start, len(self.replacement))


class Span(NamedTuple):
    """A touched place ``text[start:end]``; of no width where something was only taken out."""

    start: int
    end: int


def apply_edits(text: str, edits: Sequence[Edit]) -> tuple[str, list[Span]]:
    """Apply edits to a text.

    Parameters
    ----------
    text : str
        The text that the edits' offsets refer to.
    edits : sequence of Edit
        In order and not overlapping. Edits may touch; insertions at one place keep their order.

    Returns
    -------
    tuple of str and list of Span
        The new text, and for each edit the place of its replacement in the new text.

    Raises
    ------
    ValueError
        If an edit lies outside the text, is out of order, or overlaps the one before it.
    """
    pieces: list[str] = []
    spans: list[Span] = []
    read = written = 0
    for edit in edits:
        if not read <= edit.start <= edit.end <= len(text):
            raise ValueError(
                f"edit {edit.start}:{edit.end} does not fit: it must start at {read} or later and "
                f"end by {len(text)}"
            )
        pieces.append(text[read : edit.start])
        pieces.append(edit.replacement)
        written += edit.start - read
        spans.append(Span(written, written + len(edit.replacement)))
        written += len(edit.replacement)
        read = edit.end
    pieces.append(text[read:])
    return "".join(pieces), spans


def edited(text: str, edits: Sequence[Edit]) -> tuple[str, int]:
    """Give the new text, of edits that are known to fit, and what they cost."""
    pieces: list[str] = []
    read = 0
    for start, end, replacement in edits:
        pieces.append(text[read:start])
        pieces.append(replacement)
        read = end
    pieces.append(text[read:])
    return "".join(pieces), int(_costs(edits).sum())


def remap_spans(spans: Iterable[Span], edits: Sequence[Edit]) -> tuple[Span, ...]:
    """Give the places of earlier spans after later edits.

    A border inside an edited place moves out to the border of the replacement, so that a span
    never loses what came of it. Insertions at a span's border stay outside of it.

    Parameters
    ----------
    spans : iterable of Span
        Places in the text before the edits.
    edits : sequence of Edit
        As for :func:`apply_edits`.
    """
    starts = [edit.start for edit in edits]
    ends = [edit.end for edit in edits]
    shifts = [0, *accumulate(len(e.replacement) - (e.end - e.start) for e in edits)]

    def moved(span: Span) -> Span:
        before = bisect_left(ends, span.start + 1)  # edits that end at or before the start
        start = span.start + shifts[before]
        if before < len(edits) and starts[before] < span.start:
            start = starts[before] + shifts[before]
        after = bisect_left(starts, span.end)  # edits that start before the end
        end = span.end + shifts[after]
        if after and ends[after - 1] > span.end:
            end = ends[after - 1] + shifts[after]
        return Span(min(start, end), end)

    return tuple(moved(span) for span in spans)


def disjoint(edits: Iterable[Edit]) -> list[Edit]:
    """Put edits in order and leave out those that overlap an earlier one."""
    kept: list[Edit] = []
    free = 0
    for edit in sorted(edits):
        if edit.start >= free:
            kept.append(edit)
            free = edit.end
    return kept


def within_budget(
    edits: Sequence[Edit],
    budget: float,
    rng: np.random.Generator,
    *,
    weights: Sequence[float] | None = None,
) -> list[Edit]:
    """Draw scattered edits whose costs add up to at most `budget` characters, at least one.

    Parameters
    ----------
    edits : sequence of Edit
        Every edit that could be made, in order and not overlapping.
    budget : float
        In characters.
    rng : numpy.random.Generator
        The source of the draw.
    weights : sequence of float, optional
        How readily each edit is taken, relative to the others (all alike when not given).
    """
    if not edits:
        return []
    keys = rng.exponential(size=len(edits))
    if weights is not None:
        keys /= np.asarray(weights)
    order = np.argsort(keys)
    costs = np.cumsum(_costs(edits)[order])
    count = max(1, int(np.searchsorted(costs, budget, side="right")))
    return [edits[i] for i in np.sort(order[:count]).tolist()]


def units_within_budget(
    units: Sequence[Sequence[Edit]], budget: float, rng: np.random.Generator
) -> list[Edit]:
    """Draw edits that belong together, such as two brackets, as long as all fit.

    Returns
    -------
    list of Edit
        In no order.
    """
    drawn: list[Edit] = []
    spent = 0
    for i in rng.permutation(len(units)).tolist():
        cost = sum(edit.cost for edit in units[i])
        if spent + cost <= budget:
            drawn += units[i]
            spent += cost
    return drawn


def run_within_budget(edits: Sequence[Edit], budget: float, rng: np.random.Generator) -> list[Edit]:
    """Draw one unbroken run of edits that costs at most `budget` characters, at least one."""
    if not edits:
        return []
    costs = np.cumsum(_costs(edits))
    if costs[-1] <= budget:
        return list(edits)
    # any start from which the budget can be used up
    last = int(np.searchsorted(costs, costs[-1] - budget, side="right"))
    first = int(rng.integers(min(last, len(edits) - 1) + 1))
    spent = costs[first - 1] if first else 0
    stop = int(np.searchsorted(costs, spent + budget, side="right"))
    return list(edits[first : max(stop, first + 1)])


def _costs(edits: Sequence[Edit]) -> NDArray[np.int64]:
    # unpacked: asking each for its `cost` would take three times as long
    costs = (max(end - start, len(replacement)) for start, end, replacement in edits)
    return np.fromiter(costs, dtype=np.int64, count=len(edits))
