"""Documents changed in ways that a source's style does not hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framing.config.schema import KindName
from framing.corruption import KINDS, Strike, damage
from framing.evaluation.names import NAME_KINDS, Name, NameKind
from framing.evaluation.swapping import swap_names

LIGHT = 0.02
"""The level at which each kind of damage is tried alone: light damage."""
LEVELS = (0.03, 0.1, 0.3)
"""The levels that a mixture of kinds is aimed at."""
_MIXED = 3  # kinds in a mixture
NAMES: dict[str, tuple[NameKind, ...]] = {
    "people, parties and outlets": ("person", "party", "outlet"),
    "people": ("person",),
    "parties": ("party",),
    "outlets": ("outlet",),
    "organisations": ("organisation",),
    "places and other names": ("other",),
    "all names": NAME_KINDS,
}
"""The swaps that are tried; the first is the one with a limit."""


@dataclass(frozen=True)
class Changed:
    """What became of some documents."""

    change: str
    texts: list[str]
    levels: list[float]
    """Of damage; or the share of each text that was replaced."""


def names_swapped(
    texts: Sequence[str],
    names: Sequence[Sequence[Name]],
    outlets: Sequence[str],
    *,
    seed: int,
) -> list[Changed]:
    """The documents with the names of others in the place of their own, by kind of name.

    `names` are what :func:`framing.evaluation.names.find_names` found in the texts.
    """
    found = []
    for change, kinds in NAMES.items():
        after = swap_names(texts, names, outlets=outlets, kinds=kinds, seed=seed)
        shares = [
            sum(name.end - name.start for name in own if name.kind in kinds) / max(len(text), 1)
            for text, own in zip(texts, names, strict=True)
        ]
        found.append(Changed(change, after, shares))
    return found


def lightly_damaged(texts: Sequence[str], *, seed: int) -> list[Changed]:
    """The documents with a trace of damage, by kind."""
    return [
        _damaged(kind.name, texts, [[Strike(kind.name, LIGHT)]] * len(texts), [seed, 0x1167, i])
        for i, kind in enumerate(KINDS)
    ]


def damaged_to(texts: Sequence[str], *, seed: int) -> list[Changed]:
    """The documents with damage of three kinds that are drawn for each, by level.

    A document has the same kinds at every level.
    """
    kinds: list[KindName] = [kind.name for kind in KINDS]
    rng = np.random.default_rng([seed, 0x313D])
    drawn = [rng.permutation(len(kinds))[:_MIXED].tolist() for _ in texts]
    found = []
    for i, level in enumerate(LEVELS):
        plans = [[Strike(kinds[k], level / _MIXED) for k in own] for own in drawn]
        found.append(_damaged(f"{level:g}", texts, plans, [seed, 0x313E, i]))
    return found


def _damaged(
    change: str, texts: Sequence[str], plans: Sequence[Sequence[Strike]], seed: Sequence[int]
) -> Changed:
    rng = np.random.default_rng(seed)
    struck = [damage(text, plan, rng) for text, plan in zip(texts, plans, strict=True)]
    return Changed(change, [one.text for one in struck], [one.level for one in struck])
