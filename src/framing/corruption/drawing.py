"""Draws from short lists: numpy's own `choice` takes longer than the damage it would draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


def pick(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """Draw one item; all are alike."""
    return items[int(rng.random() * len(items))]


def pick_weighted(rng: np.random.Generator, items: Sequence[tuple[Item, float]]) -> Item:
    """Draw one item of `(item, weight)` pairs; the weights need not add up to 1."""
    left = rng.random() * sum(weight for _, weight in items)
    for item, weight in items:
        left -= weight
        if left < 0:
            return item
    return items[-1][0]


def sample(rng: np.random.Generator, items: Sequence[Item], count: int) -> list[Item]:
    """Draw up to `count` different places of a list, in random order."""
    return [items[i] for i in rng.permutation(len(items))[:count].tolist()]
