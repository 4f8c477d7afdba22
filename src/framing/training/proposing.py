"""What a search tries next: settings that optuna proposes, none of them twice."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from framing.config.ranges import Axis
from framing.errors import FramingError

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

_REPEATS = 100
"""Proposals in a row that were tried before, after which there is nothing new to expect."""


class Proposals:
    """Settings by tree-structured Parzen estimators (Bergstra et al. 2011), from a seed.

    Parameters
    ----------
    axes : sequence of Axis
    seed : int
    lower : bool
        Whether lower values are better.

    Raises
    ------
    FramingError
        When optuna is not installed.
    """

    def __init__(self, axes: Sequence[Axis], *, seed: int, lower: bool) -> None:
        try:
            import optuna
        except ImportError:
            raise FramingError(
                "a search needs optuna, which is not installed",
                hint="Install it: pip install 'framing[tune]'",
            ) from None
        # every trial is told by us
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._optuna = optuna
        self._axes = {axis.path: axis for axis in axes}
        self._distributions = {axis.path: self._distribution(axis) for axis in axes}
        self._study = optuna.create_study(
            direction="minimize" if lower else "maximize",
            sampler=optuna.samplers.TPESampler(seed=seed),
        )
        self._found: dict[str, float | None] = {}
        self._size = math.prod(axis.size for axis in axes)
        self._asked: dict[str, Any] = {}

    def start(self, values: Mapping[str, Any], found: float | None) -> None:
        """Learn from settings that were not proposed, if they are among those that may be."""
        if not all(axis.holds(values[path]) for path, axis in self._axes.items()):
            return
        self._found[_key(values)] = found
        if found is None:
            return
        inner = {
            path: axis.options.index(values[path]) if axis.options is not None else values[path]
            for path, axis in self._axes.items()
        }
        self._study.add_trial(
            self._optuna.trial.create_trial(
                params=inner, distributions=self._distributions, value=found
            )
        )

    def next(self) -> dict[str, Any] | None:
        """Settings by path that were not tried yet, or None when all were."""
        for _ in range(_REPEATS):
            if len(self._found) >= self._size:
                return None
            trial = self._study.ask(self._distributions)
            values = {path: _value(axis, trial.params[path]) for path, axis in self._axes.items()}
            key = _key(values)
            if key not in self._found:
                self._asked[key] = trial
                return values
            self._tell(trial, self._found[key])
        return None

    def learn(self, values: Mapping[str, Any], found: float | None) -> None:
        """Learn what proposed settings are worth; None where they could not be used."""
        key = _key(values)
        self._found[key] = found
        self._tell(self._asked.pop(key), found)

    def _tell(self, trial: Any, found: float | None) -> None:
        state = self._optuna.trial.TrialState
        if found is None:
            self._study.tell(trial, state=state.FAIL)
        else:
            self._study.tell(trial, found)

    def _distribution(self, axis: Axis) -> BaseDistribution:
        kinds = self._optuna.distributions
        found: BaseDistribution
        high = axis.high
        step = axis.step or (1 if axis.whole else None)
        if step:
            # optuna wants the last of the steps
            high = axis.low + (axis.high - axis.low + 1e-9 * step) // step * step
        if axis.options is not None:
            # by number, since a choice may be a list
            found = kinds.CategoricalDistribution(range(len(axis.options)))
        elif axis.whole:
            found = kinds.IntDistribution(
                int(axis.low), int(high), log=axis.log, step=int(step or 1)
            )
        else:
            found = kinds.FloatDistribution(axis.low, high, log=axis.log, step=axis.step)
        return found


def _value(axis: Axis, proposed: Any) -> Any:
    if axis.options is not None:
        return axis.options[proposed]
    if axis.whole:
        return int(proposed)
    # digits that nobody could tell apart; a step's own are kept
    rounded = float(f"{proposed:.{12 if axis.step else 4}g}")
    return min(max(rounded, float(axis.low)), float(axis.high))


def _key(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True)
