"""How damaged each stretch of a damaged text is, and by what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from framing.config.schema import KindName
from framing.corruption.engine import Damaged


def shares_by_stretch(
    damaged: Damaged, places: Sequence[int], kinds: Sequence[KindName]
) -> npt.NDArray[np.float32]:
    """Divide the damage of a text among its stretches and kinds.

    The edit distance is dealt out to the places that were touched by what each edit cost; what
    was taken out counts where the gap is.

    Parameters
    ----------
    places : sequence of int
        Where the stretches start in the damaged text, ascending, and where the last one ends.
    kinds : sequence of str
        The kinds to tell apart; they must hold all that struck.

    Returns
    -------
    ndarray of float32 of shape (stretches, kinds)
        The damage of a kind that lies in a stretch over the stretch's length. A row adds up to
        the level of the stretch, 1 at most.
    """
    starts, ends = np.array(places[:-1]), np.array(places[1:])
    costs = np.zeros((len(starts), len(kinds)))
    for step in damaged.steps:
        spans = np.array(damaged.spans[step.kind], dtype=np.int64).reshape(-1, 2)
        cost = np.array([edit.cost for edit in step.edits], dtype=np.float64)
        first = np.minimum(np.searchsorted(ends, spans[:, 0], side="right"), len(starts) - 1)
        last = np.maximum(first, np.searchsorted(starts, spans[:, 1], side="left") - 1)
        of_kind = costs[:, kinds.index(step.kind)]
        inside = first == last
        np.add.at(of_kind, first[inside], cost[inside])
        for i in np.flatnonzero(~inside).tolist():
            start, end = spans[i].tolist()
            reached = slice(first[i], last[i] + 1)
            parts = np.minimum(end, ends[reached]) - np.maximum(start, starts[reached])
            of_kind[reached] += cost[i] * parts / (end - start)
    before = damaged.steps[0].before if damaged.steps else damaged.text
    distance = damaged.level * max(len(before), len(damaged.text))
    # edits in one place, and those that undo one another, cost more than they change
    costs *= distance / max(costs.sum(), 1e-9)
    shares = costs / np.maximum(ends - starts, 1)[:, None]
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1.0)
    return np.asarray(shares, dtype=np.float32)
