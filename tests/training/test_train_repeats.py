"""One config gives one result, wherever and however often it is run."""

import json

import numpy as np
import pytest

import framing
from framing.training import train

TIMES = ("created", "command", "cost")


@pytest.fixture(scope="module")
def elsewhere(full, process, tmp_path_factory):
    """The full config once more: another process, another hash seed, two jobs."""
    folder = tmp_path_factory.mktemp("elsewhere") / "bundle"
    said = process("train", full, "--output", folder, "--set", "jobs=2", PYTHONHASHSEED="5")
    assert said.code == 0, said.err
    return folder, said


def without_times(folder):
    report = json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))
    settings = report.pop("config").replace("jobs: 2", "jobs: 1")
    return {**{k: v for k, v in report.items() if k not in TIMES}, "config": settings}


def weights(folder):
    model = framing.load(folder)
    heads = {**model.style, "corruption": model.corruption}
    arrays = {name: head.linear.weights for name, head in heads.items() if head}
    idf = {name: view.idf for name, view in model.views.items()}
    return {**arrays, **idf}


def test_the_report_is_the_same(bundle, elsewhere):
    assert without_times(elsewhere[0]) == without_times(bundle)


def test_the_weights_are_the_same(bundle, elsewhere):
    ours, theirs = weights(bundle), weights(elsewhere[0])
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        assert np.array_equal(array, theirs[name]), name


def test_predictions_are_the_same(bundle, elsewhere, stories):
    texts = [row["text"] for row in stories]
    assert framing.load(elsewhere[0]).predict(texts) == framing.load(bundle).predict(texts)


def test_progress_is_silent_away_from_a_terminal(elsewhere):
    assert elsewhere[1].err == ""


def test_what_memory_allows_changes_no_number(quick, tmp_path, without_pages):
    kept = train(quick, output=tmp_path / "kept")
    read_again = train(quick, ["memory=0"], output=tmp_path / "again")
    assert kept.report["targets"] == read_again.report["targets"]
    assert kept.report["config_hash"] == read_again.report["config_hash"]
    texts = ["A ferry left the harbour.", "The mill  burned down."]
    assert kept.model.predict(texts) == read_again.model.predict(texts)


def test_another_seed_divides_and_fits_otherwise(quick, tmp_path, without_pages):
    one = train(quick, output=tmp_path / "one")
    again = train(quick, output=tmp_path / "again")
    other = train(quick, ["seed=4"], output=tmp_path / "other")
    same, first, second = (run.model.style["outlet"].linear.weights for run in (again, one, other))
    assert np.array_equal(same, first)
    assert not np.array_equal(first, second)
    assert one.report["targets"] == again.report["targets"]
    assert one.report["config_hash"] != other.report["config_hash"]
