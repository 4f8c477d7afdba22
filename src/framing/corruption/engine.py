"""Damage done to a text by several operators, with its level and the places it touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from framing.config.schema import KindName
from framing.corruption.catalogue import OPERATORS, Operator
from framing.corruption.chrome import chrome
from framing.corruption.edits import Edit, Span, apply_edits, edited, remap_spans
from framing.corruption.level import measure_level
from framing.errors import ConfigError


class Strike(NamedTuple):
    """One kind of damage that is to befall a text."""

    kind: KindName
    severity: float
    """The share of the text to damage, in (0, 1]."""
    start: float = 0.0
    end: float = 1.0
    """The stretch that it keeps to, as shares of the text."""


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


def damage(
    text: str,
    plan: Sequence[Strike | tuple[KindName, float]],
    rng: np.random.Generator,
    *,
    lines: Sequence[str] = (),
) -> Damaged:
    """Damage a text.

    Parameters
    ----------
    text : str
        The undamaged text; any Unicode.
    plan : sequence of Strike or (kind, severity)
        Each kind at most once. They are applied in the order of
        :data:`framing.corruption.KINDS`, whatever their order here.
    rng : numpy.random.Generator
        The source of every choice.
    lines : sequence of str
        Lines of the pages that the corpus was taken from, for page chrome; frequent ones first.

    Raises
    ------
    ConfigError
        If a kind is unknown or comes twice, or a severity is not in (0, 1].
    """
    strikes = _checked(plan)
    damaged = text
    cost = 0
    steps: list[Step] = []
    for kind, operator in OPERATORS.items():
        if kind not in strikes:
            continue
        if kind == "chrome":
            operator = partial(chrome, lines=lines)
        edits = _struck(damaged, operator, strikes[kind], rng)
        after, most = edited(damaged, edits)
        if after != damaged:
            steps.append(Step(kind, damaged, tuple(edits)))
            damaged = after
            cost += most
    return Damaged(damaged, measure_level(text, damaged, at_most=cost), tuple(steps))


def _struck(text: str, operator: Operator, strike: Strike, rng: np.random.Generator) -> list[Edit]:
    start, end = int(strike.start * len(text)), int(strike.end * len(text))
    if (start, end) == (0, len(text)):
        return operator(text, strike.severity, rng)
    # the severity is a share of the whole text
    severity = min(1.0, strike.severity * len(text) / max(end - start, 1))
    edits = operator(text[start:end], severity, rng)
    return [Edit(e.start + start, e.end + start, e.replacement) for e in edits]


def _checked(plan: Sequence[Strike | tuple[KindName, float]]) -> dict[KindName, Strike]:
    strikes: dict[KindName, Strike] = {}
    for strike in (Strike(*item) for item in plan):
        kind = strike.kind
        if kind not in OPERATORS:
            raise ConfigError(
                f"there is no kind of damage {kind!r}", hint=f"Choose from {', '.join(OPERATORS)}."
            )
        if kind in strikes:
            raise ConfigError(f"the plan has {kind} twice", hint="Name each kind once.")
        if not 0 < strike.severity <= 1:
            raise ConfigError(
                f"the severity of {kind} is {strike.severity}",
                hint="Give the share of the text to damage, above 0 and up to 1.",
            )
        if not 0 <= strike.start < strike.end <= 1:
            raise ConfigError(
                f"{kind} is to keep to {strike.start} to {strike.end} of the text",
                hint="Give two shares of the text, from 0 to 1, the smaller one first.",
            )
        strikes[kind] = strike
    return strikes
