"""Damage done to a text by several operators, with its level and the places it touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framing.config.schema import KindName
from framing.corruption.catalogue import OPERATORS
from framing.corruption.edits import Span, apply_edits, remap_spans
from framing.corruption.level import measure_level
from framing.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged text and what was done to it."""

    text: str
    level: float
    """Measured against the undamaged text, in [0, 1]; see :func:`measure_level`."""
    spans: dict[KindName, tuple[Span, ...]]
    """Where in `text` each kind struck; kinds that found no place are not in it."""
    shares: dict[KindName, float]
    """The level of each kind alone, measured between the text before and after it."""

    @property
    def kinds(self) -> tuple[KindName, ...]:
        """The kinds that struck, in the order in which they did."""
        return tuple(self.spans)


def damage(text: str, plan: Sequence[tuple[KindName, float]], rng: np.random.Generator) -> Damaged:
    """Damage a text.

    Parameters
    ----------
    text : str
        The undamaged text; any Unicode.
    plan : sequence of (kind, severity)
        Each kind at most once, with its severity in (0, 1]. They are applied in the order of
        :data:`framing.corruption.KINDS`, whatever their order here.
    rng : numpy.random.Generator
        The source of every choice.

    Raises
    ------
    ConfigError
        If a kind is unknown or comes twice, or a severity is not in (0, 1].
    """
    severities = _checked(plan)
    damaged = text
    spans: dict[KindName, tuple[Span, ...]] = {}
    shares: dict[KindName, float] = {}
    for kind, operator in OPERATORS.items():
        if kind not in severities:
            continue
        edits = operator(damaged, severities[kind], rng)
        after, touched = apply_edits(damaged, edits)
        if after == damaged:
            continue
        spans = {earlier: remap_spans(places, edits) for earlier, places in spans.items()}
        spans[kind] = tuple(touched)
        shares[kind] = measure_level(damaged, after)
        damaged = after
    level = next(iter(shares.values())) if len(shares) == 1 else measure_level(text, damaged)
    return Damaged(damaged, level, spans, shares)


def _checked(plan: Sequence[tuple[KindName, float]]) -> dict[KindName, float]:
    severities: dict[KindName, float] = {}
    for kind, severity in plan:
        if kind not in OPERATORS:
            raise ConfigError(
                f"there is no kind of damage {kind!r}", hint=f"Choose from {', '.join(OPERATORS)}."
            )
        if kind in severities:
            raise ConfigError(f"the plan has {kind} twice", hint="Name each kind once.")
        if not 0 < severity <= 1:
            raise ConfigError(
                f"the severity of {kind} is {severity}",
                hint="Give the share of the text to damage, above 0 and up to 1.",
            )
        severities[kind] = severity
    return severities
