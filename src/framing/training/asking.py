"""The probes of style targets: answers to test documents, whole, changed and cut short.

Everything goes from text through :meth:`FramingModel.predict`, so nothing here knows how a head
comes to its answer.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from framing.config import Config
from framing.corpus.texts import Texts
from framing.evaluation.baselines import majority
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.changes import Changed, damaged_to, lightly_damaged, names_swapped
from framing.evaluation.corruption import Parts
from framing.evaluation.names import find_names
from framing.evaluation.owing import source_read, source_shows, topic_gap, topic_shows
from framing.evaluation.probe_results import ChangeFigures, PartFigures, Probe, StyleProbes
from framing.evaluation.style_probes import (
    Answers,
    change_figures,
    confident_figures,
    figures_by,
    flips_under_damage,
    flips_under_swap,
    part_figures,
)
from framing.features.excerpts import READ_AT_MOST
from framing.model import FramingModel, Prediction
from framing.training.loading import Documents, as_strings
from framing.training.probing import ReadAgain
from framing.training.style import FittedStyle

Ints = npt.NDArray[np.int64]

_WHOLE, _WHOLE_CHARACTERS = 4_000, 20_000_000
"""Test documents that are read as they are, and their characters, at most."""
_CHANGED_CHARACTERS = 800_000
"""The same of documents that are changed; every change reads them once more."""
_LONGEST = 20_000
"""Characters of a document that is changed, at most."""
_PREFIXES = (100, 300, 1_000, 3_000)
_OUTLETS = 1_000
"""Names of outlets that are looked for, at most."""


@dataclass(frozen=True)
class _Asked:
    """Changes of some test documents, and what the model says of each; the first is no change."""

    change: Changed
    predictions: list[Prediction]


@dataclass(frozen=True)
class _Reading:
    """What a model says of test documents, and of some of them changed."""

    whole: Ints
    """Row numbers."""
    answers: list[Prediction]
    rows: Ints
    """Row numbers of those that are changed."""
    texts: list[str]
    before: list[Prediction]
    names: list[_Asked]
    kinds: list[_Asked]
    levels: list[_Asked]
    prefixes: list[_Asked]


def ask_styles(
    config: Config,
    documents: Documents,
    model: FramingModel,
    fitted: Mapping[str, FittedStyle],
    again: ReadAgain,
) -> dict[str, StyleProbes]:
    """Ask of every style target what its answers rest on.

    Parameters
    ----------
    again : ReadAgain
        The test documents to change; as many of them as there are characters to spend.

    Returns
    -------
    dict of str to StyleProbes
        By target; empty when the config leaves probes out.
    """
    if not fitted or not config.evaluation.probes:
        return {}
    styles = replace(model, corruption=None)
    reading = _read(config, documents, styles, again)
    # targets often read the same views of the same documents
    sources: dict[tuple[object, ...], tuple[Ints, Ints, Ints] | None] = {}
    return {
        name: _of_target(name, config, documents, styles, one, reading, sources)
        for name, one in fitted.items()
    }


def _read(config: Config, documents: Documents, model: FramingModel, again: ReadAgain) -> _Reading:
    seed, texts = config.seed, documents.texts
    rng = np.random.default_rng([seed, 0xA5C1])
    whole = np.sort(_first(texts, rng.permutation(documents.split.test), READ_AT_MOST,
                           _WHOLE_CHARACTERS)[:_WHOLE])  # fmt: skip
    rows = np.sort(_first(texts, rng.permutation(again.rows), _LONGEST, _CHANGED_CHARACTERS))
    cut = [text[:_LONGEST] for text in texts.take(rows)]
    outlets = _outlets(config, documents)

    def asked(changes: list[Changed]) -> list[_Asked]:
        return [_Asked(change, model.predict(change.texts)) for change in changes]

    untouched = Changed("0", cut, [0.0] * len(cut))
    before = model.predict(cut)
    longest = max(map(len, cut), default=0)
    starts = [
        Changed(f"first {n:,} characters", [text[:n] for text in cut], [0.0] * len(cut))
        for n in _PREFIXES
        if n < longest
    ]
    return _Reading(
        whole, model.predict(texts.take(whole)), rows, cut, before,
        names=asked(names_swapped(cut, find_names(cut, outlets), outlets, seed=seed)),
        kinds=asked(lightly_damaged(cut, seed=seed)),
        levels=[_Asked(untouched, before), *asked(damaged_to(cut, seed=seed))],
        prefixes=[*asked(starts), _Asked(replace(untouched, change="all of it"), before)],
    )  # fmt: skip


def _of_target(
    name: str,
    config: Config,
    documents: Documents,
    model: FramingModel,
    fitted: FittedStyle,
    reading: _Reading,
    sources: dict[tuple[object, ...], tuple[Ints, Ints, Ints] | None],
) -> StyleProbes:
    head, y, groups = fitted.head, documents.labels[name].y, documents.split.groups
    dummy = majority(y[fitted.train])
    target = config.style_targets[name]
    column = target.leave_out or target.column
    values = as_strings(documents.columns[column])
    # documents of no class of this target say nothing about it
    of_whole, of_changed = y[reading.whole] >= 0, y[reading.rows] >= 0
    whole, rows = reading.whole[of_whole], reading.rows[of_changed]
    in_whole, in_changed = (ClusterBootstrap.of(config, groups[r]) for r in (whole, rows))

    def answers(predictions: list[Prediction], known: npt.NDArray[np.bool_], r: Ints) -> Answers:
        kept = [predictions[i] for i in np.flatnonzero(known)]
        return Answers.of(kept, name, head.classes, y[r], dummy)

    def changes(asked: list[_Asked]) -> list[ChangeFigures]:
        kept = np.flatnonzero(of_changed)
        texts = [reading.texts[i] for i in kept]
        return [
            change_figures(
                before, answers(one.predictions, of_changed, rows), texts,
                Changed(one.change.change, [one.change.texts[i] for i in kept],
                        [one.change.levels[i] for i in kept]),
                in_changed,
            )
            for one in asked
        ]  # fmt: skip

    said = answers(reading.answers, of_whole, whole)
    figures: list[Probe] = []
    names: list[ChangeFigures] = []
    kinds: list[ChangeFigures] = []
    levels: list[ChangeFigures] = []
    prefixes: list[PartFigures] = []
    if len(rows):
        before = answers(reading.before, of_changed, rows)
        names, kinds, levels = map(changes, (reading.names, reading.kinds, reading.levels))
        damaged = [answers(one.predictions, of_changed, rows) for one in reading.kinds]
        figures += [flips_under_swap(name, names[0]),
                    flips_under_damage(name, before, damaged, in_changed)]  # fmt: skip
        everything = np.ones(len(rows), dtype=bool)
        prefixes = [
            part_figures(one.change.change, answers(one.predictions, of_changed, rows),
                         everything, in_changed)
            for one in reading.prefixes
        ]  # fmt: skip
    figures += _source(name, column, config, documents, model, fitted, sources)
    topics: list[PartFigures] = []
    if config.data.columns.topic:
        found = as_strings(documents.columns[config.data.columns.topic])
        of_docs = [found[i] for i in whole]
        topics = figures_by(of_docs, said, in_whole)
        for probe in (topic_shows, topic_gap):
            figure = probe(name, said, of_docs, groups[whole], in_whole, seed=config.seed)
            figures += [figure] if figure else []
    parts = Parts.by_length(documents.texts.lengths[whole])
    return {
        "documents": len(whole),
        "changed_documents": len(rows),
        "characters": _LONGEST,
        "figures": figures,
        "names": names,
        "kinds": kinds,
        "levels": levels,
        "prefixes": prefixes,
        "lengths": [
            part_figures(part, said, parts.part == i, in_whole)
            for i, part in enumerate(parts.names)
        ],
        "group_column": column,
        "groups": figures_by([values[i] for i in whole], said, in_whole),
        "topics": topics,
        "confident": confident_figures(said, in_whole),
    }


def _source(
    name: str,
    column: str,
    config: Config,
    documents: Documents,
    model: FramingModel,
    fitted: FittedStyle,
    done: dict[tuple[object, ...], tuple[Ints, Ints, Ints] | None],
) -> list[Probe]:
    train, test, views = fitted.train, fitted.test, fitted.head.views
    values = as_strings(documents.columns[column])
    sources = np.unique(values, return_inverse=True)[1].astype(np.int64)
    key = views, column, train.tobytes(), test.tobytes()
    if key not in done:
        done[key] = source_read(
            {view: model.views[view] for view in views}, documents.texts, train, test, sources,
            seed=config.seed, jobs=config.jobs or os.cpu_count() or 1,
        )  # fmt: skip
    found = done[key]
    if found is None:
        return []
    bootstrap = ClusterBootstrap.of(config, documents.split.groups[found[1]])
    return [source_shows(name, column, *found, sources, documents.labels[name].y, bootstrap)]


def _first(texts: Texts, rows: Ints, longest: int, characters: int) -> Ints:
    """Rows up to so many characters, of which each document counts up to `longest`."""
    lengths = np.minimum(texts.lengths[rows], longest)
    return rows[: max(1, int(np.searchsorted(np.cumsum(lengths), characters, side="right")))]


def _outlets(config: Config, documents: Documents) -> list[str]:
    """What the sources of the documents are called, the frequent ones."""
    columns = {target.leave_out or target.column for target in config.style_targets.values()}
    counts = Counter(
        value.strip()
        for column in sorted(columns)
        for value in as_strings(documents.columns[column])
    )
    return sorted(outlet for outlet, _ in counts.most_common(_OUTLETS) if outlet)
