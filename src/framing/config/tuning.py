"""What the config may say of a search for better values: `framing tune`."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_serializer, model_validator

from framing.config.section import Section

TuneMetric = Literal["accuracy", "macro-F1", "log loss"]

_EXAMPLE = "give a list of choices, or low and high"
_KEYS = ("choices", "low", "high", "log", "step")


class Range(Section):
    """The values that are tried for one key: a list of choices, or all numbers of an interval."""

    choices: list[Any] | None = Field(default=None, min_length=1)
    """The values to choose from; a list alone means the same."""
    low: int | float | None = None
    """The lowest number."""
    high: int | float | None = None
    """The highest number."""
    log: bool = False
    """Whether orders of magnitude are tried evenly, in place of numbers."""
    step: int | float | None = None
    """The distance between the numbers that are tried."""

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, values: object) -> object:
        if isinstance(values, list | tuple):
            return {"choices": list(values)}
        if not isinstance(values, dict | Range):
            raise ValueError(_EXAMPLE)
        return values

    @model_validator(mode="after")
    def _sound(self) -> Range:
        numbers = [self.low, self.high, self.step]
        if self.choices is not None:
            if self.log or any(number is not None for number in numbers):
                raise ValueError("choices stand alone, without low, high, log and step")
            return self
        if self.low is None or self.high is None:
            raise ValueError(_EXAMPLE)
        if not all(number is None or math.isfinite(number) for number in numbers):
            raise ValueError("low, high and step must be finite")
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        if self.log and self.low <= 0:
            raise ValueError(f"log: low ({self.low}) must be above 0")
        if self.step is not None and self.log:
            raise ValueError("give either log or step")
        if self.step is not None and not 0 < self.step <= self.high - self.low:
            raise ValueError(f"step ({self.step}) must be above 0 and fit between low and high")
        return self

    @model_serializer
    def _as_written(self) -> Any:
        if self.choices is not None:
            return self.choices
        values: dict[str, Any] = {"low": self.low, "high": self.high}
        if self.log:
            values["log"] = True
        if self.step is not None:
            values["step"] = self.step
        return values


def _by_path(ranges: object) -> object:
    """Nested mappings, which `--set tune.ranges.targets.lean.C=...` makes, as dotted paths."""
    found: dict[str, object] = {}

    def walk(at: str, value: object) -> None:
        if isinstance(value, dict) and value and not any(key in _KEYS for key in value):
            for key, inner in value.items():
                walk(f"{at}.{key}" if at else str(key), inner)
        elif at:
            found[at] = value

    if not isinstance(ranges, dict):
        return ranges
    walk("", ranges)
    return found


class Tuning(Section):
    """A search for better values, by cross-validation inside the training documents."""

    target: str | None = None
    """The style target whose figure counts; the first one that has a model of its own when not
    given."""
    metric: TuneMetric = "accuracy"
    """The figure to better; of `log loss`, lower is better."""
    apart: Literal["rows", "groups", "sources"] | None = None
    """What is kept apart when training documents are held out: nothing but the `rows`, the
    `groups` of the split, or `sources`, the values of the target's `leave_out`. When not given,
    sources where the target has `leave_out`, else groups."""
    folds: int | None = Field(default=None, ge=2, le=20)
    """Parts that the training documents are held out in; `evaluation.folds` when not given."""
    trials: int = Field(default=30, ge=1, le=10_000)
    """Settings that are tried, the config's own among them."""
    ranges: Annotated[dict[str, Range], BeforeValidator(_by_path), Field(min_length=1)]
    """What is tried, by the dotted path of a key of the target or of a view that it reads:
    `targets.lean.C: {low: 0.01, high: 100, log: true}`, or a list of choices."""
