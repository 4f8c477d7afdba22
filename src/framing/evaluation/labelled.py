"""An existing model on labelled documents that it was not made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.config import Config, CorruptionTarget, Data, Split, StyleTarget
from framing.corpus import Corpus, load_corpus
from framing.corruption import measure_level
from framing.errors import DataError
from framing.evaluation.baselines import majority
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.corruption import LevelPredictions, Parts, evaluate_corruption
from framing.evaluation.results import CorruptionEvaluation, StyleEvaluation
from framing.evaluation.style import StylePredictions, evaluate_style
from framing.heads.style import Parted
from framing.model import FramingModel, Prediction

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PROTOCOL = "given documents"


@dataclass(frozen=True)
class Labelled:
    """Figures of every target that the documents hold the truth of."""

    corpus: Corpus
    style: dict[str, StyleEvaluation]
    """By target."""
    corruption: CorruptionEvaluation | None


def evaluate_labelled(
    model: FramingModel,
    config: Config,
    *,
    level: str | None = None,
    undamaged: str | None = None,
    group: str | None = None,
) -> Labelled:
    """Score the documents of `config.data` and compare with what they say of themselves.

    A style target is measured when the data has its column; rows whose value the model does not
    know are not counted.

    Parameters
    ----------
    level, undamaged : str, optional
        The column of measured levels in [0, 1], or of undamaged texts to measure the level
        against; without one of them corruption is not measured.
    group : str, optional
        The column of groups that confidence intervals draw as one; without it, each row is one.

    Raises
    ------
    DataError
        When a named column is missing or no target can be measured.
    """
    plain = config.data.model_copy(update={"split": Split(), "drop_duplicates": False})
    options = {"--level": level, "--undamaged": undamaged, "--group": group}
    named = {option: column for option, column in options.items() if column}
    corpus = load_corpus(Data.model_validate(plain.model_dump()), seed=config.seed,
                         label_columns=named)  # fmt: skip
    columns = corpus.dataset.column_names
    usable = {n: t for n, t in config.style_targets.items()
              if n in model.style and t.column in columns}  # fmt: skip
    corrupt = config.corruption_target if level or undamaged else None
    if not usable and (corrupt is None or model.corruption is None):
        wanted = sorted({repr(t.column) for t in config.style_targets.values()})
        raise DataError(
            f"the data has no label of a target (columns: {', '.join(columns)})",
            where="--data",
            hint=f"Style is read from {', '.join(wanted) or 'no column'} (rename with "
            "--set targets.NAME.column=...); for corruption use --level or --undamaged.",
        )
    texts = list(corpus.texts)
    rows = list(corpus.dataset["id"])
    groups = np.arange(len(texts))
    if group:
        # a row whose group is missing belongs to nobody else
        names = [f"row {row}" if value is None else f"group {value}"
                 for row, value in zip(rows, corpus.dataset[group], strict=True)]  # fmt: skip
        groups = np.unique(names, return_inverse=True)[1]
    predictions = model.predict(texts)
    style = {
        name: _style(name, target, config, model, corpus, predictions, groups)
        for name, target in usable.items()
    }
    corruption = None
    if corrupt is not None and model.corruption is not None:
        if level:
            truth = [_level(v, row) for v, row in zip(corpus.dataset[level], rows, strict=True)]
        else:
            truth = [
                _measured(clean, text, row)
                for clean, text, row in zip(corpus.dataset[undamaged], texts, rows, strict=True)
            ]
        corruption = _corruption(
            corrupt, config, np.array(truth), predictions, groups, np.array(list(map(len, texts)))
        )
    return Labelled(corpus, style, corruption)


def _style(
    name: str,
    target: StyleTarget,
    config: Config,
    model: FramingModel,
    corpus: Corpus,
    predictions: Sequence[Prediction],
    groups: Ints,
) -> StyleEvaluation:
    head = model.style[name]
    broader = {str(v): c for c, vs in (target.classes or {}).items() for v in vs}
    number = {c: i for i, c in enumerate(head.classes)}
    values = corpus.dataset[target.column]
    labels = ["" if value is None else str(value).strip() for value in values]
    rest = -1 if head.other is None else number[head.other]
    y = np.array([number.get(broader.get(v, v), rest if v else -1) for v in labels])
    known = np.flatnonzero(y >= 0)
    if not len(known):
        raise DataError(
            f"none of the values of column {target.column!r} is a class of the model "
            f"({', '.join(head.classes[:8])})",
            where=f"targets.{name}",
        )
    scores = [predictions[int(i)].style[name] for i in known]
    p = np.array([[score.probabilities[c] for c in head.classes] for score in scores])
    sets = np.array([[c in score.label_set for c in head.classes] for score in scores])
    dummy = np.full(len(known), majority(y[known]))
    return evaluate_style(
        StylePredictions(head.classes, y[known], Parted(p), sets, target.coverage, dummy),
        ClusterBootstrap.of(config, groups[known]),
        protocol=PROTOCOL,
        description=f"{len(known):,} of {len(y):,} documents have a class that the model knows.",
    )


def _corruption(
    target: CorruptionTarget,
    config: Config,
    truth: Floats,
    predictions: Sequence[Prediction],
    groups: Ints,
    characters: Ints,
) -> CorruptionEvaluation:
    scores = [p.corruption for p in predictions if p.corruption is not None]
    said = np.array([[s.level, *s.interval] for s in scores])
    return evaluate_corruption(
        LevelPredictions(
            truth, said[:, 0], said[:, 1], said[:, 2], target.coverage, float(np.median(truth))
        ),
        None,
        ClusterBootstrap.of(config, groups),
        protocol=PROTOCOL,
        description="The level against the truth that the data holds.",
        slices={"characters": Parts.by_length(characters)},
        seed=config.seed,
    )


def _measured(undamaged: object, text: str, row: str) -> float:
    if not isinstance(undamaged, str):
        raise DataError("a row has no undamaged text", where=f"--undamaged, {row}")
    return measure_level(undamaged, text)


def _level(value: object, row: str) -> float:
    try:
        level = float(str(value))
    except ValueError:
        level = float("nan")
    if not 0 <= level <= 1:
        raise DataError(f"{str(value)[:60]!r} is not a level in [0, 1]", where=f"--level, {row}")
    return level
