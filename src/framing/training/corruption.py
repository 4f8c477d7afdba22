"""The corruption target: fitted, calibrated on held-out groups, measured on test documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from framing.config import Config, CorruptionTarget
from framing.corpus.split import TEST, TRAIN, Split
from framing.corruption import damage
from framing.errors import DataError
from framing.evaluation.baselines import CORRUPTION_BASELINE, SurfaceCounts, corruption_baseline
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.corruption import (
    KindPredictions,
    LevelPredictions,
    Parts,
    evaluate_corruption,
    evaluate_unseen,
)
from framing.evaluation.results import CorruptionEvaluation, UnseenKind
from framing.heads import (
    CorruptionHead,
    CorruptionOutputs,
    Linear,
    WindowDecisions,
    calibrate_corruption,
    start_corruption,
)
from framing.model import FramingModel
from framing.training.blocks import Mask
from framing.training.documents import DamagedTexts
from framing.training.fitting import (
    CrossFit,
    Fitted,
    Ints,
    Solver,
    Task,
    deal_folds,
    fold_masks,
)

Floats = npt.NDArray[np.float64]

_STRUCK = 150
"""Test documents that are damaged by a kind of which a model knows nothing, at most."""
_SEVERITY = 0.2


@dataclass(frozen=True)
class DamageDocuments:
    """The clean and damaged texts of a run as the corruption target sees them."""

    damaged: DamagedTexts
    side: npt.NDArray[np.int8]
    """(texts,) the side of the document that a text was made of."""
    groups: Ints
    """(texts,) variants of one document share a group."""
    left_out: Sequence[str] | None
    """(texts,) the value of the `leave_out` column, or None."""
    topic: Sequence[str] | None = None
    """(texts,) what a document is about, or None: damage must not depend on it."""

    @property
    def train(self) -> Ints:
        """Row numbers of the training texts."""
        return np.flatnonzero(self.side == TRAIN)

    @property
    def test(self) -> Ints:
        """Row numbers of the test texts."""
        return np.flatnonzero(self.side == TEST)

    def decisions(self, of_windows: Floats, rows: Ints) -> WindowDecisions:
        """Of some texts, from those of all windows."""
        damaged = self.damaged
        firsts, ends = (np.searchsorted(damaged.text_of, rows, side) for side in ("left", "right"))
        inside = np.concatenate([np.arange(a, b) for a, b in zip(firsts, ends, strict=True)])
        counts = np.cumsum(ends - firsts)
        return WindowDecisions(
            of_windows[inside], damaged.lengths[inside], np.append(0, counts[:-1])
        )


@dataclass(frozen=True)
class DamagePlan:
    """The models that the corruption target needs: its own, and one for each fold."""

    target: CorruptionTarget
    documents: DamageDocuments
    fold: Ints
    """(texts,) the fold in which a text is held out."""
    tasks: list[Task]
    """On windows: its own first, then one for each fold, then one without each kind."""
    asked: list[Mask]
    """The windows on which each task's model decides."""


@dataclass(frozen=True)
class FittedCorruption:
    """A head, its decisions, and the held-out decisions that calibrated it."""

    head: CorruptionHead
    decisions: Floats
    """(windows, outputs) of the head itself, on those of test texts."""
    held_out: Floats
    """(windows, outputs) of models that did not know the text's fold."""
    unseen: list[Fitted]
    """Models that were not trained on each kind, if there are any."""


def gather(
    damaged: DamagedTexts,
    split: Split,
    left_out: Sequence[str] | None,
    topic: Sequence[str] | None = None,
) -> DamageDocuments:
    """Give each text the side, the group, the left-out value and the topic of its document."""
    parent = damaged.parent
    values, topics = (v and [v[i] for i in parent] for v in (left_out, topic))
    documents = DamageDocuments(damaged, split.side[parent], split.groups[parent], values, topics)
    for rows, name in ((documents.train, "train"), (documents.test, "test")):
        if not len(rows):
            raise DataError(
                f"no document to {name} on is free of marks of damage",
                where="targets.corruption.skip_marked",
                hint="Give cleaner text, or set skip_marked: false.",
            )
    return documents


def plan_damage(target: CorruptionTarget, config: Config, documents: DamageDocuments) -> DamagePlan:
    """Decide which models to fit, on which texts.

    Level, interval and probabilities are calibrated on decisions of models that did not see the
    document's group (nor, with `leave_out`, its value of that column).
    """
    damaged = documents.damaged

    def start(mask: Mask, n_columns: int) -> Solver:
        return start_corruption(
            damaged.shares, mask, n_columns, alpha=target.alpha, seed=config.seed
        )

    def task(mask: Mask) -> Task:
        return Task(tuple(target.views), mask, start)

    values = documents.groups
    if documents.left_out is not None:
        values = np.unique(documents.left_out, return_inverse=True)[1]
    fold = deal_folds(values, None, config.evaluation.folds, config.seed)
    of_window = fold[damaged.text_of]
    where = f"targets.corruption{'.leave_out' if target.leave_out else ''}"
    side = documents.side[damaged.text_of]
    own = Task(tuple(target.views), side == TRAIN, start, kept=True)
    tasks = [own, *map(task, fold_masks(of_window, side == TRAIN, where=where))]
    asked = [side == TEST, *(of_window == k for k in np.unique(fold))]
    if config.evaluation.unseen_kinds:
        for k in range(len(damaged.kinds)):
            tasks.append(task((side == TRAIN) & ~damaged.present[damaged.text_of, k]))
            asked.append(np.zeros(len(side), dtype=bool))
    return DamagePlan(target, documents, fold, tasks, asked)


def finish_damage(
    plan: DamagePlan, fitted: Sequence[Fitted], decisions: Sequence[Floats]
) -> FittedCorruption:
    """Calibrate the head on what the models of the folds decided."""
    documents = plan.documents
    n = 1 + len(np.unique(plan.fold))
    held_out = CrossFit.of(plan.fold[documents.damaged.text_of], decisions[1:n]).decisions
    head = _calibrated(plan.target, fitted[0].linear, documents, held_out, documents.train)
    return FittedCorruption(head, decisions[0], held_out, list(fitted[n:]))


def measure_damage(
    plan: DamagePlan, config: Config, fitted: FittedCorruption, description: str
) -> list[CorruptionEvaluation]:
    """Figures under every protocol, that of the left-out values first."""
    target, documents, head = plan.target, plan.documents, fitted.head
    train, test = documents.train, documents.test
    damaged = documents.damaged
    surface = SurfaceCounts(damaged.texts(train[damaged.level[train] == 0]))
    rival = corruption_baseline(
        surface(damaged.texts(train)), damaged.level[train],
        damaged.present[train], surface(damaged.texts(test)),
    )  # fmt: skip
    evaluations = []
    if documents.left_out is not None:
        evaluations.append(
            _evaluate(
                target, config, documents, _left_out(plan, fitted), rival,
                protocol=f"{target.leave_out} left out",
                description=f"Test documents of values of {target.leave_out} that were left out "
                f"of training and calibration, every value once. Baseline, trained on all values: "
                f"{CORRUPTION_BASELINE}.",
                by_left_out=True,
            )
        )  # fmt: skip
    evaluations.append(
        _evaluate(
            target, config, documents,
            head.from_decisions(documents.decisions(fitted.decisions, test)), rival,
            protocol="held-out documents",
            description=f"{description} Baseline: {CORRUPTION_BASELINE}.", by_left_out=False,
        )
    )  # fmt: skip
    return evaluations


def measure_unseen(
    plan: DamagePlan, config: Config, model: FramingModel, fitted: FittedCorruption
) -> list[UnseenKind]:
    """How damage of each kind is scored by a model that never saw the kind.

    It is done to undamaged test documents. All but the linear map is as in the model: how the
    other kinds are told, and how levels are calibrated.
    """
    documents = plan.documents
    rows = documents.test[documents.damaged.level[documents.test] == 0]
    clean = list(documents.damaged.texts(rows[:: -(-len(rows) // _STRUCK)]))
    found = []
    for k, blind in enumerate(fitted.unseen):
        kind = plan.target.kinds[k]
        rng = np.random.default_rng([config.seed, 0x10C0, k])
        struck = [damage(text, [(kind, _SEVERITY)], rng) for text in clean]
        head = replace(fitted.head, linear=blind.linear).without(k)
        without = FramingModel(config.name, blind.every_view, {}, head)
        levels = np.array([one.level for one in struck])
        texts = [one.text for one in struck]
        bootstrap = ClusterBootstrap.of(config, np.arange(len(struck)))
        found.append(
            evaluate_unseen(kind, levels, _said(without, texts), _said(model, texts), bootstrap)
        )
    return found


def _said(model: FramingModel, texts: Sequence[str]) -> Floats:
    scores = [prediction.corruption for prediction in model.predict(texts)]
    return np.array([score.level for score in scores if score])


def _calibrated(
    target: CorruptionTarget, linear: Linear, documents: DamageDocuments, decisions: Floats,
    rows: Ints,
) -> CorruptionHead:  # fmt: skip
    damaged = documents.damaged
    return calibrate_corruption(
        damaged.kinds, tuple(target.views), linear, documents.decisions(decisions, rows),
        damaged.level[rows], damaged.present[rows], coverage=target.coverage,
    )  # fmt: skip


def _left_out(plan: DamagePlan, fitted: FittedCorruption) -> CorruptionOutputs:
    """Test texts read by the models that did not know their value of `leave_out`."""
    documents, fold, decisions = plan.documents, plan.fold, fitted.held_out
    train, test = documents.train, documents.test
    n, kinds = len(test), len(documents.damaged.kinds)
    read = CorruptionOutputs(*np.zeros((3, n)), *np.zeros((2, n, kinds)))
    for k in np.unique(fold[test]):
        others = train[fold[train] != k]
        head = _calibrated(plan.target, fitted.head.linear, documents, decisions, others)
        inside = fold[test] == k
        outputs = head.from_decisions(documents.decisions(decisions, test[inside]))
        for whole, part in zip(vars(read).values(), vars(outputs).values(), strict=True):
            whole[inside] = part
    return read


def _evaluate(
    target: CorruptionTarget,
    config: Config,
    documents: DamageDocuments,
    outputs: CorruptionOutputs,
    rival: tuple[Floats, Floats],
    *,
    protocol: str,
    description: str,
    by_left_out: bool,
) -> CorruptionEvaluation:
    test, damaged = documents.test, documents.damaged
    groups = documents.groups[test]
    slices = {"characters": Parts.by_length(damaged.characters[test])}
    if documents.topic is not None:
        slices["topic"] = Parts.by_value([documents.topic[i] for i in test])
    if documents.left_out is not None:
        by_value = Parts.by_value([documents.left_out[i] for i in test])
        slices = {str(target.leave_out): by_value, **slices}
        groups = by_value.part if by_left_out else groups
    return evaluate_corruption(
        LevelPredictions(
            damaged.level[test], outputs.level, outputs.low, outputs.high, target.coverage,
            float(np.median(damaged.level[documents.train])), rival[0],
        ),
        KindPredictions(damaged.kinds, damaged.present[test], outputs.kinds, rival[1]),
        ClusterBootstrap.of(config, groups),
        protocol=protocol, description=description, slices=slices, seed=config.seed,
    )  # fmt: skip
