"""Targets that read known and unknown sources apart, and targets that share a model."""

import numpy as np
import pytest

from framing.errors import ConfigError
from framing.training import train

UNSEEN = [
    "targets.register.through=outlet",
    "targets.register.through_documents=5",
    "targets.register.unseen={views: [words], explained_by: [topic, date]}",
    "targets.outlet.shares=register",
    "targets.corruption.variants=1",
    "evaluation.folds=2",
    "data.columns.topic=topic",
]


@pytest.fixture(scope="module")
def run(full, tmp_path_factory):
    return train(full, UNSEEN, output=tmp_path_factory.mktemp("unseen") / "bundle")


def target(run, name):
    return next(t for t in run.report["targets"] if t["name"] == name)


def metrics(found):
    return {metric["name"]: metric for metric in found["metrics"]}


def test_both_readings_and_the_trust_are_reported_apart(run):
    for found in [*target(run, "register")["evaluations"], *target(run, "register")["splits"]]:
        said = metrics(found)
        assert 0 <= said["accuracy, read as a known source"]["value"] <= 1
        assert 0 <= said["accuracy, read as an unknown source"]["value"] <= 1
        assert 0 < said["mean trust in the reading as a known source"]["value"] < 1


def test_documents_are_held_out_in_three_ways(run):
    splits = target(run, "register")["splits"]
    assert len(splits) == 3
    assert splits[-1]["apart"] == "outlet"
    assert splits[-1]["groups"] == 4
    # four outlets in two folds: of each class one is known
    assert metrics(splits[0])["accuracy"]["value"] > metrics(splits[0])["accuracy"]["dummy"]
    assert {split["documents"] for split in splits} == {splits[0]["documents"]}


def test_trust_is_larger_where_outlets_are_known(run):
    rows, _, outlets = target(run, "register")["splits"]
    trust = "mean trust in the reading as a known source"
    assert metrics(rows)[trust]["value"] > metrics(outlets)[trust]["value"]


def test_a_shared_model_tells_the_values_that_the_other_adds_up(run, stories):
    outlet, register = run.model.style["outlet"], run.model.style["register"]
    assert outlet.linear is register.linear
    assert set(outlet.classes) == {row["outlet"] for row in stories}
    found = run.model.predict([row["text"] for row in stories])
    right = [p.style["outlet"].label == r["outlet"] for p, r in zip(found, stories, strict=True)]
    assert np.mean(right) > 0.8
    for prediction in found:
        for score in prediction.style.values():
            assert sum(score.probabilities.values()) == pytest.approx(1)


def test_damage_is_reported_by_topic(run, stories):
    for evaluation in target(run, "corruption")["evaluations"]:
        rows = [row for row in evaluation["slices"] if row["by"] == "topic"]
        assert {row["slice"] for row in rows} <= {row["topic"] for row in stories}
        assert sum(row["documents"] for row in rows) == evaluation["documents"]


def test_a_saved_model_says_the_same(run, stories):
    import joblib

    texts = [row["text"] for row in stories[:20]]
    assert joblib.load(run.folder / "model.joblib").predict(texts) == run.model.predict(texts)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["targets.outlet.shares=nobody"], "nobody"),
        (["targets.outlet.shares=register"], "goes through outlet"),
        (["targets.outlet.unseen={views: [words]}"], "leave_out"),
        (["targets.register.unseen={views: [wrods]}"], "no view 'wrods'"),
    ],
)
def test_what_does_not_fit_is_refused_before_any_work(full, settings, said, tmp_path):
    with pytest.raises(ConfigError, match=said):
        train(full, settings, output=tmp_path / "bundle")
