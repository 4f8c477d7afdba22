"""How well a style target is read, beside a dummy and a plain baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.config.tuning import TuneMetric
from framing.evaluation.bootstrap import ClusterBootstrap, Interval
from framing.evaluation.metrics import Auc, Ece, MacroF1, Mean
from framing.evaluation.metrics import Metric as AnyMetric
from framing.evaluation.results import (
    ClassFigures,
    Confusion,
    Metric,
    Reliability,
    ReliabilityBin,
    SplitFigures,
    StyleEvaluation,
)
from framing.heads.style import Parted

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_BINS = 10
_RANKED = 5
"""Classes from which on being among the first three is worth something."""


@dataclass(frozen=True)
class StylePredictions:
    """What was predicted for documents whose class is known, by the model and by its rivals."""

    classes: Sequence[str]
    truth: Ints
    """(documents,) class numbers."""
    parted: Parted
    """Probabilities, and the parts that they are put together from."""
    label_sets: npt.NDArray[np.bool_]
    """(documents, classes)."""
    coverage: float
    """What the label sets promise."""
    dummy: Ints | None = None
    """(documents,) the class that a model says which does not read."""
    baseline: Ints | None = None
    """(documents,) the class that a plain model says."""


def style_metric(name: TuneMetric, truth: Ints, probabilities: Floats) -> AnyMetric:
    """One of the figures by which models are chosen.

    Parameters
    ----------
    name : str
        `accuracy`, `macro-F1`, or `log loss` (of which lower is better).
    truth : ndarray of shape (documents,)
        Class numbers.
    probabilities : ndarray of shape (documents, classes)
    """
    if name == "log loss":
        of_truth = probabilities[np.arange(len(truth)), truth]
        return Mean(-np.log(np.maximum(of_truth, 1e-15)))
    said = probabilities.argmax(axis=1)
    if name == "accuracy":
        return Mean(truth == said)
    return MacroF1(truth, said, probabilities.shape[1])


def evaluate_style(
    predictions: StylePredictions,
    bootstrap: ClusterBootstrap,
    *,
    protocol: str,
    description: str,
) -> StyleEvaluation:
    """All figures of a style target under one protocol; the headline is macro-F1."""
    truth, p = predictions.truth, predictions.parted.probabilities
    n = len(predictions.classes)
    said = p.argmax(axis=1)
    sets = predictions.label_sets
    rows = np.arange(len(truth))
    dummy, baseline = predictions.dummy, predictions.baseline

    def macro(predicted: Ints | None) -> float | None:
        return None if predicted is None else MacroF1(truth, predicted, n).value()

    def accuracy(predicted: Ints | None) -> float | None:
        return None if predicted is None else float((truth == predicted).mean())

    held = sets[rows, truth]
    metrics = [
        metric("macro-F1", bootstrap.interval(style_metric("macro-F1", truth, p)),
               dummy=macro(dummy), baseline=macro(baseline)),
        metric("accuracy", bootstrap.interval(style_metric("accuracy", truth, p)),
               dummy=accuracy(dummy), baseline=accuracy(baseline)),
        metric("log loss", bootstrap.interval(style_metric("log loss", truth, p)), "lower",
               dummy=_entropy(truth)),
        metric("expected calibration error", bootstrap.interval(Ece(p.max(axis=1), truth == said)),
               "lower"),
        metric("label-set coverage", bootstrap.interval(Mean(held)), goal=predictions.coverage),
        metric("mean label-set size", bootstrap.interval(Mean(sets.sum(axis=1))), "lower",
               dummy=float(n)),
    ]  # fmt: skip
    if n > _RANKED:
        metrics.insert(2, metric("top-3 accuracy", bootstrap.interval(Mean(_among(p, truth, 3)))))
    metrics += _parts(predictions, bootstrap)
    return {
        "protocol": protocol,
        "description": description,
        "documents": len(truth),
        "groups": bootstrap.n_groups,
        "metrics": metrics,
        "confusion": confusion(list(predictions.classes), truth, said),
        "reliability": _reliability(p.max(axis=1), truth == said),
        "classes": [_of_class(i, name, truth, said, p) for i, name in
                    enumerate(predictions.classes)],
    }  # fmt: skip


def compare_split(
    predictions: StylePredictions, bootstrap: ClusterBootstrap, apart: str
) -> SplitFigures:
    """The figures to compare when the same documents are held out in different ways.

    Parameters
    ----------
    apart : str
        What was kept apart.
    """
    truth, n, p = predictions.truth, len(predictions.classes), predictions.parted.probabilities
    said = p.argmax(axis=1)
    baseline, dummy = predictions.baseline, predictions.dummy
    metrics = [
        metric("accuracy", bootstrap.interval(style_metric("accuracy", truth, p)),
               dummy=None if dummy is None else float((truth == dummy).mean()),
               baseline=None if baseline is None else float((truth == baseline).mean())),
        metric("macro-F1", bootstrap.interval(style_metric("macro-F1", truth, p)),
               dummy=None if dummy is None else MacroF1(truth, dummy, n).value(),
               baseline=None if baseline is None else MacroF1(truth, baseline, n).value()),
    ]  # fmt: skip
    if baseline is not None:
        lead = (truth == said).astype(np.float64) - (truth == baseline)
        metrics.append(metric("accuracy less the baseline's", bootstrap.interval(Mean(lead))))
    return {
        "apart": apart,
        "documents": len(truth),
        "groups": bootstrap.n_groups,
        "metrics": metrics + _parts(predictions, bootstrap),
    }


def _parts(predictions: StylePredictions, bootstrap: ClusterBootstrap) -> list[Metric]:
    """What the two readings are worth each, and which of them is trusted."""
    truth, parted = predictions.truth, predictions.parted
    if parted.unseen is None or parted.gate is None:
        return []
    return [
        metric("accuracy, read as a known source",
               bootstrap.interval(Mean(truth == parted.seen.argmax(axis=1)))),
        metric("accuracy, read as an unknown source",
               bootstrap.interval(Mean(truth == parted.unseen.argmax(axis=1)))),
        metric("mean trust in the reading as a known source",
               bootstrap.interval(Mean(parted.gate))),
    ]  # fmt: skip


def _among(p: Floats, truth: Ints, first: int) -> npt.NDArray[np.bool_]:
    """Whether the true class is among the likeliest."""
    of_truth = p[np.arange(len(truth)), truth][:, None]
    return np.asarray((p > of_truth).sum(axis=1) < first)


def metric(name: str, interval: Interval, better: str = "higher", **more: object) -> Metric:
    """A row of the report's table of metrics; `more` are its dummy, baseline, goal and note."""
    row = {
        "name": name, "value": interval.value, "low": interval.low, "high": interval.high,
        "dummy": None, "baseline": None, "better": better, **more,
    }  # fmt: skip
    return row  # type: ignore[return-value]


def confusion(labels: list[str], truth: Ints, said: Ints) -> Confusion:
    """Counts by true (row) and predicted (column) class."""
    n = len(labels)
    counts = np.bincount(truth * n + said, minlength=n * n).reshape(n, n)
    return {"labels": labels, "counts": counts.tolist()}


def _entropy(truth: Ints) -> float:
    """Log loss of saying nothing but the classes' own shares."""
    shares = np.bincount(truth) / len(truth)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def _reliability(confidence: Floats, hit: npt.NDArray[np.bool_]) -> Reliability:
    bins: list[ReliabilityBin] = []
    bin_of = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    for i in range(_BINS):
        inside = bin_of == i
        count = int(inside.sum())
        bins.append(
            {
                "low": i / _BINS,
                "high": (i + 1) / _BINS,
                "confidence": float(confidence[inside].mean()) if count else None,
                "accuracy": float(hit[inside].mean()) if count else None,
                "count": count,
            }
        )
    ece = Ece(confidence, hit, bins=_BINS).value()
    return {"bins": bins, "ece": ece}


def _of_class(i: int, name: str, truth: Ints, said: Ints, p: Floats) -> ClassFigures:
    hit = int(((truth == i) & (said == i)).sum())
    support, claimed = int((truth == i).sum()), int((said == i).sum())
    auc = Auc(truth == i, p[:, i]).value()
    return {
        "class": name,
        "precision": hit / claimed if claimed else None,
        "recall": hit / support if support else None,
        "f1": 2 * hit / (support + claimed) if support + claimed else None,
        "auc": None if np.isnan(auc) else auc,
        "support": support,
    }
