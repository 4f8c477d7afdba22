"""The one path from a config to a bundle."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt

from framing.bundle import check_place, read_manifest, write_bundle
from framing.config import Config, load_config
from framing.corpus import mark_counts
from framing.corpus.split import TRAIN
from framing.corpus.texts import Texts
from framing.errors import BundleError
from framing.evaluation import results
from framing.evaluation.registers import judge_registers
from framing.features.tfidf import FittedView
from framing.heads import CorruptionHead, StyleHead
from framing.model import FramingModel
from framing.progress import Progress
from framing.training.asking import ask_styles
from framing.training.corruption import (
    DamagePlan,
    FittedCorruption,
    finish_damage,
    gather,
    measure_damage,
    measure_unseen,
    plan_damage,
)
from framing.training.documents import DamagedTexts, make_damaged
from framing.training.loading import Documents, as_strings, load_documents
from framing.training.measuring import compare_splits, measure_style
from framing.training.ngrams import Spoken, strongest_ngrams
from framing.training.probing import probe, read_again
from framing.training.reporting import assemble
from framing.training.stream import Stream, readings_of, share_frequencies
from framing.training.style import (
    FittedStyle,
    StylePlan,
    finish_familiarity,
    finish_style,
    plan_styles,
    rarities,
)
from framing.versions import installed_versions

_WORKERS_FROM = 500_000
"""Characters from which on several processes look at the texts."""
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
    jobs = config.jobs or os.cpu_count() or 1
    with progress.step("corpus", "looking for marks of damage"):
        marks = mark_counts(documents.texts, jobs=_jobs_for(documents.texts, jobs))
    damaged = _damage(config, documents, marks.sum(axis=1) > 0, jobs, progress)
    plans = plan_styles(config, documents)
    damage = None
    if damaged is not None and config.corruption_target is not None:
        leave_out = config.corruption_target.leave_out
        left_out = as_strings(documents.columns[leave_out]) if leave_out else None
        about = config.data.columns.topic
        topic = as_strings(documents.columns[about]) if about else None
        seen = gather(damaged, documents.split, left_out, topic)
        damage = plan_damage(config.corruption_target, config, seen)
    style_stream, damage_stream = _streams(config, documents, plans, damage, jobs)
    streams = [stream for stream in (style_stream, damage_stream) if stream]

    total = sum(len(stream.blocks.texts) for stream in streams)
    with progress.step("features", "reading n-grams", total) as advance:
        for stream in streams:
            stream.read(advance)
        for plan in plans:
            if style_stream and plan.invariance:
                style_stream.teach(plan.invariance, plan.tasks[-1].views, plan.names)
        share_frequencies(streams)
    views: dict[str, FittedView] = {}
    fitted: dict[str, FittedStyle] = {}
    fitted_damage = familiarity = None
    with progress.step("fit", "fitting", sum(len(s.tasks) for s in streams)) as advance:
        if style_stream:
            first = next(plan for plan in plans if plan.tasks)
            models, decisions = style_stream.fit(advance, partial(rarities, first))
            read = models[0].every_view
            views |= read
            familiarity = finish_familiarity(first, tuple(read), decisions[len(models) :])
            keys = [(plan.owner, key) for plan in plans if plan.tasks for key in plan.keys]
            of_key = dict(zip(keys, zip(models, decisions, strict=False), strict=False))
            for plan in plans:
                own = {key: of_key[plan.owner, key] for key in plan.keys}
                fitted[plan.name] = finish_style(
                    plan, {k: m for k, (m, _) in own.items()}, {k: d for k, (_, d) in own.items()}
                )
        if damage_stream and damage:
            models, decisions = damage_stream.fit(advance)
            views |= models[0].every_view
            fitted_damage = finish_damage(damage, models, decisions)
        del models, decisions
    model = FramingModel(
        config.name,
        {name: views[name] for name in config.views if name in views},
        {name: one.head for name, one in fitted.items()},
        fitted_damage.head if fitted_damage else None,
        installed_versions(),
        familiarity,
    )

    found: list[results.Target] = []
    with (
        progress.step("evaluate", "measuring", len(config.targets) + 1) as advance,
        # the baselines' solver holds no interpreter lock, but has one random generator a process
        ThreadPoolExecutor(1) as aside,
    ):
        again = read_again(config, documents, model)
        measured = [aside.submit(measure_style, plan, config, fitted[plan.name]) for plan in plans]
        compared = [
            aside.submit(compare_splits, plan, config, fitted[plan.name])
            if config.evaluation.probes
            else None
            for plan in plans
        ]
        ngrams: list[list[results.ClassNgrams]] = []
        if style_stream:
            spoken = [_style_spoken(plan, fitted[plan.name].head) for plan in plans]
            in_train = documents.split.side == TRAIN
            each = iter(
                strongest_ngrams(style_stream.blocks, model, list(chain(*spoken)), in_train)
            )
            ngrams = [list(chain(*islice(each, len(heads)))) for heads in spoken]
        probes = probe(config, documents, marks, model, fitted, again)
        asked = ask_styles(config, documents, model, fitted, again)
        advance(1)
        of_damage = None
        if damage and fitted_damage and damage_stream:
            of_damage = _damage_figures(
                config, documents, model, damage, fitted_damage, damage_stream
            )
            advance(1)
        for plan, of_plan, evaluations, splits in zip(
            plans, ngrams, measured, compared, strict=True
        ):
            head = fitted[plan.name].head
            found.append(
                {
                    "name": plan.name,
                    "type": "style",
                    "classes": list(head.classes),
                    "views": list(head.views),
                    "temperature": head.temperature,
                    "evaluations": evaluations.result(),
                    "splits": splits.result() if splits else [],
                    "ngrams": of_plan,
                    "probes": asked.get(plan.name),
                }
            )
            advance(1)
        if of_damage is not None:
            found.append(of_damage)
    report = assemble(config, documents, marks, damaged, found, probes, again, progress.seconds)
    return model, report


def _damage_figures(
    config: Config,
    documents: Documents,
    model: FramingModel,
    plan: DamagePlan,
    fitted: FittedCorruption,
    stream: Stream,
) -> results.CorruptionTarget:
    damaged = plan.documents.damaged
    in_train = plan.documents.side[damaged.text_of] == TRAIN
    spoken = [_damage_spoken(plan, fitted.head)]
    (ngrams,) = strongest_ngrams(stream.blocks, model, spoken, in_train)
    return {
        "name": "corruption",
        "type": "corruption",
        "kinds": list(plan.target.kinds),
        "views": list(plan.target.views),
        "evaluations": measure_damage(plan, config, fitted, documents.split.description),
        "unseen_kinds": measure_unseen(plan, config, model, fitted),
        "registers": judge_registers(model),
        "ngrams": ngrams,
    }


def _streams(
    config: Config,
    documents: Documents,
    plans: list[StylePlan],
    damage: DamagePlan | None,
    jobs: int,
) -> tuple[Stream | None, Stream | None]:
    """The documents as they are for style targets, and damaged ones for the corruption target."""
    readings = readings_of(config.views, documents.texts, documents.split.train)
    memory = config.memory // (2 if plans and damage else 1)
    style = harm = None
    if plans:
        tasks = [task for plan in plans for task in plan.tasks]
        asked = [mask for plan in plans for mask in plan.asked]
        style = Stream(config, documents.texts, readings, tasks, asked, memory=memory, jobs=jobs)
    if damage:
        cut = damage.documents.damaged.windows
        harm = Stream(config, cut, readings, damage.tasks, damage.asked, memory=memory, jobs=jobs)
    return style, harm


def _damage(
    config: Config,
    documents: Documents,
    marked: npt.NDArray[np.bool_],
    jobs: int,
    progress: Progress,
) -> DamagedTexts | None:
    target = config.corruption_target
    if target is None:
        return None
    texts, columns = documents.texts, documents.columns
    titles = columns.get("title") or [None] * len(texts)
    with progress.step("damage", "damaging clean texts") as advance:
        return make_damaged(
            target, texts, titles, columns["id"], documents.split, marked,
            seed=config.seed, jobs=_jobs_for(texts, jobs), advance=advance,
        )  # fmt: skip


def _jobs_for(texts: Texts, jobs: int) -> int:
    """Processes that look at texts: they take a second to start, and short corpora less."""
    return jobs if texts.lengths.sum() > _WORKERS_FROM else 1


def _style_spoken(plan: StylePlan, head: StyleHead) -> list[Spoken]:
    """The model for known sources, and the one for others if there is one."""
    documents, train = plan.documents, plan.train
    if plan.owner != plan.name:
        return []  # they are told of the owner

    def shares(y: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.float64]:
        of_class = np.zeros((len(y), n))
        of_class[train, y[train]] = 1
        return of_class

    finer, y, classes = documents.finer, documents.labels.y, head.classes
    found = [Spoken(head.linear, head.views, classes, shares(y, len(classes)))]
    if finer is not None:
        whole = zip(finer.class_of.tolist(), finer.values, strict=True)
        names = tuple(f"{classes[c]}: {value or 'others'}" for c, value in whole)
        found = [Spoken(head.linear, head.views, names, shares(finer.y, len(names)))]
    if head.unseen is not None:
        names = tuple(f"{name}, of unknown sources" for name in classes)
        linear, views = head.unseen.linear, head.unseen.views
        found.append(Spoken(linear, views, names, shares(y, len(classes))))
    return found


def _damage_spoken(plan: DamagePlan, head: CorruptionHead) -> Spoken:
    damaged = plan.documents.damaged
    train = plan.documents.side[damaged.text_of] == TRAIN
    shares = np.column_stack([damaged.shares.sum(axis=1), damaged.shares]) * train[:, None]
    return Spoken(head.linear, head.views, ["level", *head.kinds], shares)


def _is_the_defaults_own(folder: Path, origin: str) -> bool:
    """Whether a bare `framing train` meets the bundle of an earlier one."""
    if origin != PACKAGED or not folder.is_dir():
        return False
    try:
        return read_manifest(folder).get("config_from") == PACKAGED
    except BundleError:
        return False
