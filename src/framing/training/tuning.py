"""A search for better values of a config, which sees no test document."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from framing.config import Config, View
from framing.config.ranges import (
    Axis,
    axes,
    kept_apart,
    set_values,
    tuned_target,
    value_at,
    variations,
)
from framing.config.tuning import TuneMetric
from framing.errors import ConfigError, DataError, FramingError
from framing.evaluation.bootstrap import ClusterBootstrap, Interval
from framing.evaluation.style import style_metric
from framing.features.reading import Reading
from framing.progress import Progress
from framing.training.blocks import Blocks
from framing.training.documents import NO_CLASS
from framing.training.loading import Documents, label_columns, load_documents, training_part
from framing.training.measuring import clusters, names_of_apart, read_apart
from framing.training.proposing import Proposals
from framing.training.stream import Stream, readings_of
from framing.training.style import as_seen, hold_out, plan_folds

_READ_BY = ("analyzer", "ngram_range", "n_features", "lowercase", "prepare", "keep_words")
"""Keys of a view on which its counts depend; the others only weigh them."""


@dataclass(frozen=True)
class Trial:
    """Settings that were tried."""

    number: int
    """0 for the config's own."""
    parameters: dict[str, Any]
    """By path."""
    found: Interval | None
    """The figure with its confidence interval; None where the settings could not be used."""
    fault: str | None = None
    """Why they could not."""


@dataclass
class Tuned:
    """What a search found."""

    config: Config
    """That the search began with."""
    target: str
    metric: TuneMetric
    axes: list[Axis]
    apart: str
    """What was kept apart, in words."""
    documents: int
    """Training documents that were held out in turn."""
    folds: int = 0
    trials: list[Trial] = field(default_factory=list)
    """All, in the order in which they were tried."""
    interrupted: bool = False

    @property
    def lower(self) -> bool:
        """Whether lower figures are better."""
        return self.metric == "log loss"

    @property
    def ranked(self) -> list[Trial]:
        """Those with a figure, the best first; of equals the earlier one."""
        return sorted((t for t in self.trials if t.found), key=self._rank)

    @property
    def failed(self) -> list[Trial]:
        """Those whose settings could not be used."""
        return [trial for trial in self.trials if trial.found is None]

    @property
    def best(self) -> Trial:
        """The trial with the best figure."""
        return self.ranked[0]

    @property
    def chosen(self) -> Config:
        """The config with the best settings."""
        best = self.best
        return set_values(self.config, best.parameters) if best.number else self.config

    def _rank(self, trial: Trial) -> float:
        value = trial.found.value if trial.found else None
        return 0.0 if value is None else value if self.lower else -value


Watch = Callable[[Tuned, Trial], None]


def tune(
    config: Config,
    *,
    trials: int | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Tuned:
    """Search the ranges of a config's section `tune` by cross-validation of training documents.

    Test documents are gone before the search begins. The config's own values are tried first, so
    that what is chosen is not worse by the figure of the search. The same config, data and seed
    give the same trials.

    Parameters
    ----------
    config : Config
    trials : int, optional
        In place of the config's `tune.trials`.
    watch : callable, optional
        Called after every trial with all that was found so far, and the trial.

    Returns
    -------
    Tuned
        An interrupt (Ctrl-C) after the first trial with a figure ends the search, not the program.

    Raises
    ------
    ConfigError, DataError
        When the config, the documents or none of the settings can be used.
    FramingError
        When optuna is not installed.
    """
    if config.tune is None:
        raise ConfigError(
            "this section is needed, with what to search", where="tune",
            hint="Such as: --set 'tune.ranges.targets.NAME.C={low: 0.01, high: 100, log: true}'",
        )  # fmt: skip
    progress = progress or Progress()
    name, target = tuned_target(config)
    # found before the documents are read
    used = _views_used(config, name)
    found_axes = axes(config)
    metric = config.tune.metric
    proposals = Proposals(found_axes, seed=config.seed, lower=metric == "log loss")
    documents = training_part(load_documents(config, progress, _columns(config)))
    seen = as_seen(documents, name, target)
    apart = kept_apart(config)
    tuned = Tuned(
        config, name, metric, found_axes, names_of_apart(seen, target)[apart],
        int((seen.labels.y != NO_CLASS).sum()),
    )  # fmt: skip
    own = {axis.path: value_at(config, axis.path) for axis in found_axes}
    scorer = _Scorer(config, name, apart, documents, found_axes, used)
    count = trials or config.tune.trials
    try:
        with progress.step("tune", "trying values", count) as advance:
            for number in range(count):
                values = proposals.next() if number else own
                if values is None:
                    break
                trial = _tried(number, values, scorer, config)
                tuned.folds = tuned.folds or scorer.folds
                tuned.trials.append(trial)
                value = trial.found.value if trial.found else None
                (proposals.learn if number else proposals.start)(values, value)
                if watch:
                    watch(tuned, trial)
                advance(1)
    except KeyboardInterrupt:
        if not tuned.ranked:
            raise
        tuned.interrupted = True
    if not tuned.ranked:
        raise DataError(
            f"none of {len(tuned.trials):,} trials could be used; the first: "
            f"{tuned.trials[0].fault}",
            where="tune",
        )
    return tuned


def _tried(number: int, values: dict[str, Any], scorer: _Scorer, config: Config) -> Trial:
    try:
        # of a section that the config has not, there are no own values to set
        found = scorer.score(set_values(config, values) if number else config)
    except FramingError as error:
        return Trial(number, values, None, str(error))
    except (ValueError, ArithmeticError, MemoryError) as error:
        return Trial(number, values, None, f"{type(error).__name__}: {error}")
    if found.value is None:
        return Trial(number, values, None, "the figure is not defined")
    return Trial(number, values, found)


class _Scorer:
    """Figures of settings, on documents that are read once.

    Parameters
    ----------
    used : set of str
        Views that the target reads, or may in a trial.
    """

    def __init__(
        self,
        config: Config,
        name: str,
        apart: str,
        documents: Documents,
        found_axes: Sequence[Axis],
        used: set[str],
    ) -> None:
        self.folds = 0
        """Of the last score."""
        self._config, self._name, self._apart = config, name, apart
        self._documents = documents
        self._jobs = config.jobs or os.cpu_count() or 1
        self._memory = config.memory
        self._readings: dict[tuple[Any, ...], Reading] = {}
        varied = {f"views.{view}.{key}" for view in used for key in _READ_BY}
        varied &= {axis.path for axis in found_axes}
        fixed = {
            view: self._reading(settings)
            for view, settings in config.views.items()
            if view in used and not any(path.startswith(f"views.{view}.") for path in varied)
        }
        self._known: Blocks | None = None
        if fixed:
            self._memory //= 2
            self._known = Blocks(
                documents.texts, fixed,
                seed=config.seed, memory=self._memory, n_threads=self._jobs,
            )  # fmt: skip

    def score(self, config: Config) -> Interval:
        """The figure of a config on held-out training documents, read as their fold allows."""
        tune, documents, name = self._config.tune, self._documents, self._name
        assert tune is not None  # or there would be no search
        config = set_values(config, {"evaluation.folds": tune.folds or config.evaluation.folds})
        target = config.style_targets[name]
        plan = plan_folds(name, target, config, as_seen(documents, name, target), self._apart)
        views = {view for task in plan.tasks for view in task.views}
        readings = {v: self._reading(s) for v, s in config.views.items() if v in views}
        stream = Stream(
            config, documents.texts, readings, plan.tasks, plan.asked,
            memory=self._memory, jobs=self._jobs, known=self._known,
        )  # fmt: skip
        stream.read(_silent)
        if plan.invariance:
            stream.teach(plan.invariance, plan.tasks[-1].views, plan.names)
        _, decisions = stream.fit(_silent)
        held_out = hold_out(plan, dict(zip(plan.keys, decisions, strict=True)))
        read = read_apart(plan, held_out, self._apart, plan.train)
        self.folds = len(np.unique(plan.folds[self._apart][plan.train]))
        bootstrap = ClusterBootstrap.of(config, clusters(plan, self._apart)[plan.train])
        return bootstrap.interval(style_metric(tune.metric, read.truth, read.parted.probabilities))

    def _reading(self, view: View) -> Reading:
        key = tuple(getattr(view, one) for one in _READ_BY)
        if key not in self._readings:
            texts, train = self._documents.texts, self._documents.split.train
            self._readings[key] = readings_of({"": view}, texts, train)[""]
        return self._readings[key]


def _silent(count: int) -> None:
    """Progress is told of trials, not of what they do."""


def _views_used(config: Config, name: str) -> set[str]:
    """The views that the target reads, in any of the trials."""
    used: set[str] = set()
    for varied in variations(config):
        target = varied.style_targets[name]
        used |= {*target.views, *(target.unseen.views if target.unseen else ())}
    for axis in axes(config):
        section, view, *_ = axis.path.split(".")
        if section == "views" and view not in used:
            raise ConfigError(
                f"targets.{name} reads {', '.join(sorted(used))}, and not this view",
                where=f"tune.ranges.{axis.path}",
            )
    return used


def _columns(config: Config) -> Mapping[str, str]:
    """What any of the trials reads."""
    return {place: column for one in variations(config)
            for place, column in label_columns(one).items()}  # fmt: skip
