"""The probes of a run: questions about the damage that the corpus came with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy import sparse

from framing.config import Config
from framing.corpus import is_marked
from framing.evaluation import results
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.probes import (
    features_show_marks,
    flips_when_marked,
    level_finds_marks,
    mark_rates,
    marks_give_away,
    with_light_mojibake,
)
from framing.model import FramingModel
from framing.training.loading import Documents, as_strings
from framing.training.style import FittedStyle

_READ_AGAIN = 400
"""Test documents that are predicted from their text, at most."""


@dataclass(frozen=True)
class Probed:
    """What the probes found, and how fast the model read on the way."""

    probes: list[results.Probe]
    documents_per_second: float
    megabytes_per_second: float


def probe(
    config: Config,
    documents: Documents,
    model: FramingModel,
    fitted: Mapping[str, FittedStyle],
    features: Mapping[str, tuple[sparse.csr_matrix, sparse.csr_matrix]],
) -> Probed:
    """Ask of every target whether its figures owe something to damage in the corpus.

    Parameters
    ----------
    features : mapping of str to pair of CSR matrix
        By style target those of its training and of its test documents.
    """
    texts, groups = documents.texts, documents.split.groups
    read = documents.split.test
    if len(read) > _READ_AGAIN:
        rng = np.random.default_rng([config.seed, 0x9B0BE])
        read = np.sort(rng.choice(read, _READ_AGAIN, replace=False))
    start = perf_counter()
    before = model.predict([texts[i] for i in read])
    seconds = perf_counter() - start
    size = sum(len(texts[i].encode("utf-8", "replace")) for i in read) / 1e6

    probes: list[results.Probe] = []
    marked = np.array([is_marked(text) for text in texts])
    clean = np.flatnonzero(~marked[read])
    after = model.predict(with_light_mojibake([texts[read[i]] for i in clean], seed=config.seed))
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    rates = mark_rates(texts) if marked.any() else None
    for name, one in fitted.items():
        train, test, n = one.train, one.test, len(one.head.classes)
        y = documents.labels[name].y
        column = as_strings(documents.columns[config.style_targets[name].column])
        sources = np.unique(column, return_inverse=True)[1].astype(np.int64)
        of_test = ClusterBootstrap.of(config, groups[test])
        if rates is not None:
            probes.append(
                marks_give_away(
                    name, rates[train], y[train], rates[test], y[test], of_test,
                    n_classes=n, seed=config.seed,
                )
            )  # fmt: skip
            shown = features_show_marks(
                name, features[name][0], features[name][1], (marked[train], marked[test]),
                (sources[train], sources[test]), lengths[test], of_test, seed=config.seed,
            )  # fmt: skip
            probes += [shown] if shown else []
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
    return Probed(probes, len(read) / seconds, size / seconds)
