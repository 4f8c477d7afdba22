"""The probes of a run: questions about the damage that the corpus came with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt

from framing.config import Config
from framing.evaluation import results
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.probes import (
    ShownMarks,
    features_show_marks,
    flips_when_marked,
    level_finds_marks,
    marks_give_away,
    shown_marks,
    with_light_mojibake,
)
from framing.model import FramingModel, Prediction
from framing.training.loading import Documents, as_strings
from framing.training.style import FittedStyle

_READ_AGAIN = 400
"""Test documents that are predicted from their text, at most."""


@dataclass(frozen=True)
class ReadAgain:
    """Test documents predicted from their text, and how fast that was."""

    rows: npt.NDArray[np.int64]
    texts: list[str]
    predictions: list[Prediction]
    seconds: float

    @property
    def megabytes(self) -> float:
        """Of UTF-8."""
        return sum(len(text.encode("utf-8", "replace")) for text in self.texts) / 1e6


def read_again(config: Config, documents: Documents, model: FramingModel) -> ReadAgain:
    """Predict some of the test documents as a user would."""
    rows = documents.split.test
    if len(rows) > _READ_AGAIN:
        rng = np.random.default_rng([config.seed, 0x9B0BE])
        rows = np.sort(rng.choice(rows, _READ_AGAIN, replace=False))
    texts = documents.texts.take(rows)
    start = perf_counter()
    predictions = model.predict(texts)
    return ReadAgain(rows, texts, predictions, perf_counter() - start)


def probe(
    config: Config,
    documents: Documents,
    marks: npt.NDArray[np.int64],
    model: FramingModel,
    fitted: Mapping[str, FittedStyle],
    again: ReadAgain,
) -> list[results.Probe]:
    """Ask of every target whether its figures owe something to damage in the corpus.

    `marks` (documents, kinds of marks) says how often each document carries each. There are no
    probes when the config leaves them out.
    """
    if not config.evaluation.probes:
        return []
    texts, groups = documents.texts, documents.split.groups
    jobs = config.jobs or os.cpu_count() or 1
    read, read_texts, before = again.rows, again.texts, again.predictions
    probes: list[results.Probe] = []
    rates = 1000 * marks / np.maximum(texts.lengths, 1)[:, None]
    marked: npt.NDArray[np.bool_] = np.asarray(marks.any(axis=1))
    clean = np.flatnonzero(~marked[read])
    after = model.predict(with_light_mojibake([read_texts[i] for i in clean], seed=config.seed))
    # targets often read the same views of the same documents
    shown: dict[tuple[object, ...], ShownMarks | None] = {}
    for name, one in fitted.items():
        train, test, n = one.train, one.test, len(one.head.classes)
        y = documents.labels[name].y
        column = config.style_targets[name].column
        of_test = ClusterBootstrap.of(config, groups[test])
        if marked.any():
            probes.append(
                marks_give_away(
                    name, rates[train], y[train], rates[test], y[test], of_test,
                    n_classes=n, seed=config.seed, jobs=jobs,
                )
            )  # fmt: skip
            key = one.head.views, column, train.tobytes(), test.tobytes()
            if key not in shown:
                values = as_strings(documents.columns[column])
                sources = np.unique(values, return_inverse=True)[1].astype(np.int64)
                views = {view: model.views[view] for view in one.head.views}
                shown[key] = shown_marks(
                    views, texts, train, test, marked, sources, of_test,
                    seed=config.seed, jobs=jobs,
                )  # fmt: skip
            if found := shown[key]:
                probes.append(features_show_marks(name, found))
        if len(clean):
            labels = [before[i].style[name].label for i in clean]
            changed = [prediction.style[name].label for prediction in after]
            probes.append(
                flips_when_marked(
                    name, labels, changed, ClusterBootstrap.of(config, groups[read[clean]])
                )
            )
    if model.corruption is not None and 0 < len(clean) < len(read):
        level = np.array([p.corruption.level if p.corruption else np.nan for p in before])
        probes.append(
            level_finds_marks(level, marked[read], ClusterBootstrap.of(config, groups[read]))
        )
    return probes
