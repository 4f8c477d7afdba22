"""Damage done to a text by several operators, with its level and the places it touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from framing.config.schema import KindName
from framing.corruption.catalogue import OPERATORS
from framing.corruption.edits import Edit, Span, apply_edits, edited, remap_spans
from framing.corruption.level import measure_level
from framing.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Step:
    """What one kind of damage did."""

    kind: KindName
    before: str
    """The text that it struck."""
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Damaged:
    """A damaged text and what was done to it."""

    text: str
    level: float
    """Measured against the undamaged text, in [0, 1]; see :func:`measure_level`."""
    steps: tuple[Step, ...]
    """What each kind did, in order; kinds that found no place are not among them."""

    @property
    def kinds(self) -> tuple[KindName, ...]:
        """The kinds that struck, in the order in which they did."""
        return tuple(step.kind for step in self.steps)

    @cached_property
    def spans(self) -> dict[KindName, tuple[Span, ...]]:
        """Where in `text` each kind struck."""
        spans: dict[KindName, tuple[Span, ...]] = {}
        for step in self.steps:
            spans = {kind: remap_spans(places, step.edits) for kind, places in spans.items()}
            spans[step.kind] = tuple(apply_edits(step.before, step.edits)[1])
        return spans

    @cached_property
    def shares(self) -> dict[KindName, float]:
        """The level of each kind alone, measured between the text before and after it."""
        texts = [*(step.before for step in self.steps), self.text]
        return {
            step.kind: measure_level(before, after)
            for step, before, after in zip(self.steps, texts, texts[1:], strict=False)
        }


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
    cost = 0
    steps: list[Step] = []
    for kind, operator in OPERATORS.items():
        if kind not in severities:
            continue
        edits = operator(damaged, severities[kind], rng)
        after, most = edited(damaged, edits)
        if after != damaged:
            steps.append(Step(kind, damaged, tuple(edits)))
            damaged = after
            cost += most
    return Damaged(damaged, measure_level(text, damaged, at_most=cost), tuple(steps))


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
