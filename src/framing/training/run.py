"""The one path from a config to a bundle."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy import sparse

from framing.bundle import check_place, read_manifest, write_bundle
from framing.config import Config, StyleTarget, load_config
from framing.corpus.split import Split
from framing.errors import BundleError, DataError
from framing.evaluation import results
from framing.features import Counts, HashedTfidfVectorizer, count_views, vectorizer_for
from framing.model import FramingModel
from framing.progress import Progress
from framing.training.corruption import (
    DamageDocuments,
    FittedCorruption,
    fit_damage,
    gather,
    measure_damage,
)
from framing.training.documents import DamagedTexts, make_damaged
from framing.training.loading import Documents, as_strings, load_documents
from framing.training.ngrams import Speaker, strongest_ngrams
from framing.training.probing import probe
from framing.training.reporting import assemble
from framing.training.style import FittedStyle, StyleDocuments, fit_style, measure_style
from framing.versions import installed_versions

PACKAGED = "packaged default"
"""What the manifest names as the config of a run without a config file."""


@dataclass(frozen=True)
class Run:
    """What a training run leaves."""

    folder: Path
    """The bundle."""
    model: FramingModel
    report: results.Report


def train(
    config: str | Path | Config | None = None,
    overrides: Iterable[str] = (),
    *,
    output: str | Path | None = None,
    force: bool = False,
    command: str = "framing.train()",
    progress: Progress | None = None,
) -> Run:
    """Train a model as a config says and write its bundle.

    Parameters
    ----------
    config : str, Path or Config, optional
        A YAML file or a config; without it, the packaged default.
    overrides : iterable of str
        ``a.b=value``, for a config file.
    output : str or Path, optional
        The bundle's folder; ``models/<name>`` when not given.
    force : bool
        Whether a bundle that stands there may be replaced.
    command : str
        What was typed, for the report.

    Raises
    ------
    ConfigError, DataError, BundleError
        When the config, the documents or the place cannot be used.
    """
    start = perf_counter()
    origin = PACKAGED if config is None else str(config) if isinstance(config, str | Path) else ""
    settings = config if isinstance(config, Config) else load_config(config, overrides)
    folder = Path(output) if output is not None else Path("models") / settings.name
    force = force or (output is None and _is_the_defaults_own(folder, origin))
    check_place(folder, force=force)
    progress = progress or Progress()
    model, report = _train(settings, progress)
    report["command"] = command
    report["cost"]["seconds"]["total"] = round(perf_counter() - start, 2)
    facts = {
        "created": report["created"],
        "command": command,
        "config_from": origin,
        "data_fingerprint": report["data"]["fingerprint"],
    }

    def report_into(place: Path) -> None:
        from framing.report import write_report

        write_report(report, place)

    with progress.step("bundle", "writing the bundle"):
        write_bundle(folder, model, settings, report_into, facts, force=force)
    return Run(folder, model, report)


def _train(config: Config, progress: Progress) -> tuple[FramingModel, results.Report]:
    documents = load_documents(config, progress)
    texts, split = documents.texts, documents.split
    jobs = config.jobs or os.cpu_count() or 1
    damaged = _damage(config, documents, jobs, progress)
    damaged_texts = damaged.texts if damaged else []

    blank = {v: vectorizer_for(view, n_threads=jobs) for v, view in config.views.items()}
    style_blank = {v: blank[v] for v in blank if any(
        v in target.views for target in config.style_targets.values())}  # fmt: skip
    target = config.corruption_target
    damage_blank = {v: blank[v] for v in target.views} if target else {}
    total = len(texts) * bool(style_blank) + len(damaged_texts)
    with progress.step("features", "reading n-grams", total) as advance:
        counts = count_views(style_blank, texts if style_blank else [], advance=advance)
        damage_counts = count_views(damage_blank, damaged_texts, advance=advance)

    damage: DamageDocuments | None = None
    if damaged is not None and target is not None:
        left_out = as_strings(documents.columns[target.leave_out]) if target.leave_out else None
        damage = gather(damaged, damage_counts, split, left_out)
    vectorizers = _fit_vectorizers(blank, counts, split, damage)
    seen = {
        name: _as_seen(documents, counts, name, style)
        for name, style in config.style_targets.items()
    }
    fitted: dict[str, FittedStyle] = {}
    fitted_damage: FittedCorruption | None = None
    with progress.step("fit", "fitting", len(config.targets)) as advance:
        for name, style in config.style_targets.items():
            fitted[name] = fit_style(name, style, config, seen[name], vectorizers, jobs=jobs)
            advance(1)
        if damage is not None and target is not None:
            fitted_damage = fit_damage(target, config, damage, vectorizers, jobs=jobs)
            advance(1)
    model = FramingModel(
        config.name,
        vectorizers,
        {name: one.head for name, one in fitted.items()},
        fitted_damage.head if fitted_damage else None,
        installed_versions(),
    )

    found: list[results.Target] = []
    features = {}
    with progress.step("evaluate", "measuring", len(config.targets) + 1) as advance:
        for name, style in config.style_targets.items():
            measured = measure_style(style, config, seen[name], fitted[name], vectorizers)
            features[name] = measured.features
            found.append(
                {
                    "name": name,
                    "type": "style",
                    "classes": list(fitted[name].head.classes),
                    "views": list(style.views),
                    "temperature": fitted[name].head.temperature,
                    "evaluations": measured.evaluations,
                    "ngrams": _style_ngrams(fitted[name], seen[name], vectorizers),
                }
            )
            advance(1)
        if damage is not None and target is not None and fitted_damage is not None:
            found.append(
                {
                    "name": "corruption",
                    "type": "corruption",
                    "kinds": list(target.kinds),
                    "views": list(target.views),
                    "evaluations": measure_damage(
                        target, config, damage, fitted_damage, vectorizers, split.description
                    ),
                    "ngrams": _damage_ngrams(fitted_damage, damage, vectorizers),
                }
            )
            advance(1)
        probed = probe(config, documents, model, fitted, features)
        advance(1)
    return model, assemble(config, documents, damage, found, probed, progress.seconds)


def _damage(
    config: Config, documents: Documents, jobs: int, progress: Progress
) -> DamagedTexts | None:
    target = config.corruption_target
    if target is None:
        return None
    texts, columns = documents.texts, documents.columns
    titles = columns.get("title") or [None] * len(texts)
    with progress.step("damage", "damaging clean texts") as advance:
        return make_damaged(
            target, texts, titles, columns["id"], documents.split, seed=config.seed, jobs=jobs,
            advance=advance,
        )  # fmt: skip


def _fit_vectorizers(
    blank: dict[str, HashedTfidfVectorizer],
    counts: Counts,
    split: Split,
    damage: DamageDocuments | None,
) -> dict[str, HashedTfidfVectorizer]:
    """Document frequencies of each view, from all the training texts that are read in it."""
    fitted = {}
    for view, vectorizer in blank.items():
        parts = [counts[view][split.train]] if view in counts else []
        if damage is not None and view in damage.counts:
            parts.append(damage.counts[view][damage.train])
        if parts:
            rows = parts[0] if len(parts) == 1 else sparse.vstack(parts, format="csr")
            # how many threads trained a model is not the model's affair
            fitted[view] = vectorizer.fit_counts(rows).set_params(n_threads=None)
    return fitted


def _as_seen(
    documents: Documents, counts: Counts, name: str, target: StyleTarget
) -> StyleDocuments:
    left_out = None
    if target.leave_out:
        values = as_strings(documents.columns[target.leave_out])
        left_out = np.unique(values, return_inverse=True)[1].astype(np.int64)
        if not left_out.any():
            raise DataError(
                f"column {target.leave_out!r} has one value, so none can be left out",
                where=f"targets.{name}.leave_out",
            )
    return StyleDocuments(
        documents.texts, counts, documents.split, documents.labels[name], left_out
    )


def _style_ngrams(
    fitted: FittedStyle, seen: StyleDocuments, vectorizers: dict[str, HashedTfidfVectorizer]
) -> list[results.ClassNgrams]:
    head, train = fitted.head, fitted.train
    y = seen.labels.y[train]
    speakers = [
        Speaker(name, head.linear.weights[:, i], (y == i) / max(1, int((y == i).sum())))
        for i, name in enumerate(head.classes)
    ]
    counts = {view: seen.counts[view][train] for view in head.views}
    texts = [seen.texts[i] for i in train]
    return strongest_ngrams(vectorizers, counts, head.views, speakers, texts)


def _damage_ngrams(
    fitted: FittedCorruption,
    damage: DamageDocuments,
    vectorizers: dict[str, HashedTfidfVectorizer],
) -> list[results.ClassNgrams]:
    head, train = fitted.head, damage.train
    shares = np.column_stack([damage.damaged.level, damage.damaged.present])[train]
    speakers = [
        Speaker(name, head.linear.weights[:, i], shares[:, i] / max(1e-9, shares[:, i].sum()))
        for i, name in enumerate(["level", *head.kinds])
    ]
    counts = {view: damage.counts[view][train] for view in head.views}
    texts = [damage.damaged.texts[i] for i in train]
    return strongest_ngrams(vectorizers, counts, head.views, speakers, texts)


def _is_the_defaults_own(folder: Path, origin: str) -> bool:
    """Whether a bare `framing train` meets the bundle of an earlier one."""
    if origin != PACKAGED or not folder.is_dir():
        return False
    try:
        return read_manifest(folder).get("config_from") == PACKAGED
    except BundleError:
        return False
