from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    f1_score,
    log_loss,
    mean_absolute_error,
    precision_recall_fscore_support,
    roc_auc_score,
)

from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.corruption import (
    KindPredictions,
    LevelPredictions,
    Parts,
    evaluate_corruption,
    evaluate_unseen,
)
from framing.evaluation.style import StylePredictions, evaluate_style
from framing.grades import GRADES, grade
from framing.heads.style import Parted

CLASSES = ["north", "south", "west"]
N = 300


def bootstrap(n=N):
    return ClusterBootstrap(np.arange(n) // 2, resamples=100, confidence=0.95, seed=0)


def named(evaluation):
    return {metric["name"]: metric for metric in evaluation["metrics"]}


# --- style


def style_predictions(seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, N, p=[0.5, 0.3, 0.2])
    decisions = rng.normal(size=(N, 3)) + 1.2 * np.eye(3)[truth]
    p = np.exp(decisions) / np.exp(decisions).sum(axis=1, keepdims=True)
    return StylePredictions(
        classes=CLASSES,
        truth=truth,
        parted=Parted(p),
        label_sets=p >= 0.2,
        coverage=0.9,
        dummy=np.zeros(N, dtype=np.int64),
        baseline=rng.integers(0, 3, N),
    )


@pytest.fixture(scope="module")
def style():
    return style_predictions()


@pytest.fixture(scope="module")
def of_style(style):
    return evaluate_style(style, bootstrap(), protocol="test", description="as drawn")


def test_style_figures_are_scikit_learns(style, of_style):
    said = style.parted.probabilities.argmax(axis=1)
    found = named(of_style)
    macro = {"average": "macro"}
    assert found["macro-F1"]["value"] == pytest.approx(f1_score(style.truth, said, **macro))
    assert found["macro-F1"]["dummy"] == pytest.approx(f1_score(style.truth, style.dummy, **macro))
    assert found["macro-F1"]["baseline"] == pytest.approx(
        f1_score(style.truth, style.baseline, **macro)
    )
    assert found["accuracy"]["value"] == pytest.approx((said == style.truth).mean())
    assert found["accuracy"]["dummy"] == pytest.approx((style.truth == 0).mean())
    assert found["log loss"]["value"] == pytest.approx(
        log_loss(style.truth, style.parted.probabilities)
    )
    shares = np.tile(np.bincount(style.truth) / N, (N, 1))
    assert found["log loss"]["dummy"] == pytest.approx(log_loss(style.truth, shares))
    held = style.label_sets[np.arange(N), style.truth]
    assert found["label-set coverage"]["value"] == pytest.approx(held.mean())
    assert found["label-set coverage"]["goal"] == 0.9
    assert found["mean label-set size"]["value"] == pytest.approx(style.label_sets.sum() / N)


def test_style_figures_of_each_class_are_scikit_learns(style, of_style):
    said = style.parted.probabilities.argmax(axis=1)
    expected = precision_recall_fscore_support(style.truth, said)
    for i, figures in enumerate(of_style["classes"]):
        assert figures["class"] == CLASSES[i]
        for name, values in zip(("precision", "recall", "f1", "support"), expected, strict=True):
            assert figures[name] == pytest.approx(values[i])
        auc = roc_auc_score(style.truth == i, style.parted.probabilities[:, i])
        assert figures["auc"] == pytest.approx(auc)


def test_the_confusion_of_classes_is_scikit_learns(style, of_style):
    expected = confusion_matrix(style.truth, style.parted.probabilities.argmax(axis=1))
    assert of_style["confusion"]["counts"] == expected.tolist()
    assert of_style["confusion"]["labels"] == CLASSES


def test_reliability_adds_up_to_the_calibration_error(of_style):
    bins = of_style["reliability"]["bins"]
    assert sum(b["count"] for b in bins) == N
    gaps = sum(b["count"] * abs(b["accuracy"] - b["confidence"]) for b in bins if b["count"]) / N
    assert of_style["reliability"]["ece"] == pytest.approx(gaps)
    assert named(of_style)["expected calibration error"]["value"] == pytest.approx(gaps)
    for b in bins:
        assert (b["confidence"] is None) == (b["count"] == 0)
        assert b["count"] == 0 or b["low"] <= b["confidence"] <= b["high"]


def test_every_interval_of_style_holds_its_value(of_style):
    for metric in of_style["metrics"]:
        # percentiles of a biased figure may miss it; these are near unbiased at this size
        slack = 0.02
        assert metric["low"] - slack <= metric["value"] <= metric["high"] + slack
        assert metric["low"] < metric["high"]
    assert of_style["documents"] == N
    assert of_style["groups"] == N // 2
    json.dumps(of_style, allow_nan=False)


def test_a_class_without_documents_is_undefined_not_an_error():
    predictions = StylePredictions(
        classes=[*CLASSES, "east"],
        truth=np.array([0, 1, 2, 0]),
        parted=Parted(np.full((4, 4), 0.25)),
        label_sets=np.ones((4, 4), dtype=bool),
        coverage=0.9,
    )
    found = evaluate_style(predictions, bootstrap(4), protocol="p", description="d")
    east = found["classes"][3]
    assert east == {
        "class": "east", "precision": None, "recall": None, "f1": None, "auc": None, "support": 0,
    }  # fmt: skip
    assert {m["dummy"] for m in found["metrics"] if m["name"] == "macro-F1"} == {None}
    json.dumps(found, allow_nan=False)


# --- corruption

KINDS = ["rust", "moss", "never", "always"]


def corruption_predictions(n=N, seed=0):
    rng = np.random.default_rng(seed)
    truth = np.where(rng.random(n) < 0.4, 0.0, rng.beta(1, 6, n))
    level = np.clip(truth + rng.normal(0, 0.04, n), 0, 1)
    levels = LevelPredictions(
        truth=truth,
        level=level,
        low=np.clip(level - 0.06, 0, 1),
        high=np.clip(level + 0.06, 0, 1),
        coverage=0.9,
        dummy=float(np.median(truth)),
        baseline=rng.random(n) * 0.2,
    )
    there = rng.random((n, 4)) < [0.3, 0.5, 0, 2]
    p = np.clip(0.3 * there + 0.7 * rng.random((n, 4)), 0, 1)
    kinds = KindPredictions(names=KINDS, truth=there, probabilities=p, baseline=rng.random((n, 4)))
    return levels, kinds


@pytest.fixture(scope="module")
def damage():
    return corruption_predictions()


@pytest.fixture(scope="module")
def of_damage(damage):
    names = np.array(["b", "a", "c"])[np.arange(N) % 3]
    slices = {
        "place": Parts.by_value(names.tolist()),
        "characters": Parts.by_length(np.arange(N) * 10),
    }
    return evaluate_corruption(
        *damage, bootstrap(), protocol="test", description="as drawn", slices=slices, seed=0
    )


def test_level_figures_are_scikit_learns_and_scipys(damage, of_damage):
    from scipy.stats import spearmanr

    levels, _ = damage
    found = named(of_damage)
    error = found["level: mean absolute error"]
    assert error["value"] == pytest.approx(mean_absolute_error(levels.truth, levels.level))
    assert error["baseline"] == pytest.approx(mean_absolute_error(levels.truth, levels.baseline))
    assert error["dummy"] == pytest.approx(
        mean_absolute_error(levels.truth, np.full(N, levels.dummy))
    )
    rank = found["level: Spearman"]
    assert rank["value"] == pytest.approx(spearmanr(levels.level, levels.truth).statistic)
    assert rank["baseline"] == pytest.approx(spearmanr(levels.baseline, levels.truth).statistic)
    inside = (levels.low <= levels.truth) & (levels.truth <= levels.high)
    assert found["level: interval coverage"]["value"] == pytest.approx(inside.mean())
    assert found["level: interval coverage"]["goal"] == 0.9
    width = (levels.high - levels.low).mean()
    assert found["level: mean interval width"]["value"] == pytest.approx(width)
    alarms = [grade(v) in ("moderate", "heavy", "severe") for v in levels.level[levels.truth == 0]]
    alarm = found["clean text graded moderate or worse"]
    assert alarm["value"] == pytest.approx(np.mean(alarms))


def test_figures_of_kinds_are_scikit_learns(damage, of_damage):
    _, kinds = damage
    aucs = []
    for i, figures in enumerate(of_damage["kinds"][:2]):
        truth, p = kinds.truth[:, i], kinds.probabilities[:, i]
        aucs.append(roc_auc_score(truth, p))
        assert figures["kind"] == KINDS[i]
        assert figures["auc"] == pytest.approx(aucs[-1])
        assert figures["low"] < figures["auc"] < figures["high"]
        assert figures["baseline_auc"] == pytest.approx(roc_auc_score(truth, kinds.baseline[:, i]))
        assert figures["average_precision"] == pytest.approx(average_precision_score(truth, p))
        assert figures["f1"] == pytest.approx(f1_score(truth, p >= 0.5))
        assert figures["prevalence"] == pytest.approx(truth.mean())
    never, always = of_damage["kinds"][2:]
    assert never["auc"] is None
    assert always["auc"] is None
    assert (never["prevalence"], always["prevalence"]) == (0, 1)
    # kinds that cannot be ranked do not count in the mean
    assert named(of_damage)["kinds: macro AUC"]["value"] == pytest.approx(np.mean(aucs))


def test_the_grades_are_those_of_the_levels(damage, of_damage):
    levels, _ = damage
    names = [name for name, _ in GRADES]
    expected = confusion_matrix(
        [grade(v) for v in levels.truth], [grade(v) for v in levels.level], labels=names
    )
    assert of_damage["grades"] == {"labels": names, "counts": expected.tolist()}


def test_every_way_to_part_the_documents_covers_all(damage, of_damage):
    levels, _ = damage
    rows = of_damage["slices"]
    assert [row["slice"] for row in rows if row["by"] == "place"] == ["a", "b", "c"]
    lengths = [row["slice"] for row in rows if row["by"] == "characters"]
    assert (
        lengths == ["under 300", "300 to 1,000", "1,000 to 3,000", "3,000 and more"][: len(lengths)]
    )
    for by in ("place", "characters"):
        own = [row for row in rows if row["by"] == by]
        assert sum(row["documents"] for row in own) == N
        total = sum(row["mae"] * row["documents"] for row in own) / N
        assert total == pytest.approx(mean_absolute_error(levels.truth, levels.level))
        total = sum(row["bias"] * row["documents"] for row in own) / N
        assert total == pytest.approx(np.mean(levels.level - levels.truth))
        assert sum(row["clean"] for row in own) == (levels.truth == 0).sum()
        alarms = sum(row["false_alarms"] * row["clean"] for row in own if row["clean"])
        expected = ((levels.truth == 0) & (levels.level >= 0.03)).sum()
        assert alarms == pytest.approx(expected)


def test_a_kind_that_was_never_seen_counts_where_it_is_plain():
    truth = np.array([0.02, 0.1, 0.4, 0.2, 0.15])
    without = np.array([0.5, 0.01, 0.03, 0.2, 0.029])
    found = evaluate_unseen("rust", truth, without, truth, bootstrap(5))
    assert (found["kind"], found["documents"], found["found"]) == ("rust", 4, 0.5)
    assert found["trained"] == 1
    assert found["mean_true"] == pytest.approx(0.2125)
    assert found["mean_level"] == pytest.approx(0.06725)
    nothing = evaluate_unseen("moss", truth[:1], without[:1], truth[:1], bootstrap(1))
    assert (nothing["documents"], nothing["found"], nothing["mean_true"]) == (0, None, None)
    assert json.loads(json.dumps(nothing, allow_nan=False)) == nothing


def test_the_scatter_shows_a_sample_of_pairs_that_belong_together():
    levels, _ = corruption_predictions(n=3000)
    found = [
        evaluate_corruption(levels, None, bootstrap(3000), protocol="p", description="d", seed=seed)
        for seed in (1, 1, 2)
    ]
    shown = found[0]["levels"]
    pairs = {(round(a, 5), round(b, 5)) for a, b in zip(levels.truth, levels.level, strict=True)}
    assert len(shown["true"]) == len(shown["predicted"]) == 2000
    assert set(zip(shown["true"], shown["predicted"], strict=True)) <= pairs
    assert found[1]["levels"] == shown
    assert found[2]["levels"] != shown
    assert found[0]["kinds"] == []
    assert "kinds: macro AUC" not in named(found[0])


def test_an_evaluation_of_damage_is_plain_json(of_damage):
    assert json.loads(json.dumps(of_damage, allow_nan=False)) == of_damage


def test_without_clean_documents_there_are_no_false_alarms():
    levels = LevelPredictions(
        truth=np.full(4, 0.2), level=np.full(4, 0.1), low=np.zeros(4), high=np.ones(4), coverage=0.9
    )
    found = evaluate_corruption(levels, None, bootstrap(4), protocol="p", description="d", seed=0)
    metrics = named(found)
    assert "clean text graded moderate or worse" not in metrics
    assert metrics["level: Spearman"]["value"] is None
    assert metrics["level: mean absolute error"]["value"] == pytest.approx(0.1)
    json.dumps(found, allow_nan=False)
