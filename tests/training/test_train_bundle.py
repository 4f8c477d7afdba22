import hashlib
import json
from collections import defaultdict
from datetime import date

import joblib
import numpy as np
import pytest

import framing
from framing.bundle import read_manifest
from framing.config import config_hash, load_config
from framing.corpus.similarity import near_duplicate_pairs, story_pairs
from framing.progress import Progress
from framing.training import load_documents

KEYS = {
    "format", "schema", "name", "created", "command", "config_from", "data_fingerprint",
    "versions", "targets", "config_hash", "files", "sha256",
}  # fmt: skip
FILES = {
    "config.yaml", "model.joblib", "report/index.html", "report/report.json", "report/report.md"
}  # fmt: skip


@pytest.fixture(scope="module")
def documents(full):
    return load_documents(load_config(full), Progress())


def target_named(report, name):
    return next(target for target in report["targets"] if target["name"] == name)


def metrics_of(report, name, protocol):
    evaluations = target_named(report, name)["evaluations"]
    found = next(e for e in evaluations if e["protocol"] == protocol)
    return {metric["name"]: metric for metric in found["metrics"]}


def test_the_bundle_holds_its_files_and_nothing_else(bundle):
    found = {p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file()}
    assert found == FILES | {"manifest.json"}
    assert [p.name for p in bundle.parent.iterdir()] == [bundle.name]


def test_the_manifest_has_its_keys(bundle, full):
    manifest = read_manifest(bundle)
    assert set(manifest) == KEYS
    assert manifest["config_from"] == str(full)
    assert set(manifest["targets"]) == {"outlet", "register", "corruption"}
    assert manifest["targets"]["register"]["labels"] == ["sober", "chatty"]


def test_the_manifest_tells_size_and_hash_of_every_file(bundle):
    manifest = read_manifest(bundle)
    assert set(manifest["files"]) == FILES
    for name, said in manifest["files"].items():
        data = (bundle / name).read_bytes()
        assert said == {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def test_the_config_in_the_bundle_is_the_one_that_was_used(bundle, full):
    kept = load_config(bundle / "config.yaml")
    assert kept == load_config(full)
    assert read_manifest(bundle)["config_hash"] == config_hash(kept)


def test_the_command_is_told(bundle, full, report):
    assert read_manifest(bundle)["command"] == f"framing train {full} --output {bundle}"
    assert report["command"] == read_manifest(bundle)["command"]


def test_the_summary_names_the_bundle_and_the_report(trained):
    bundle, said = trained
    assert said.out.splitlines()[-1] == f"bundle {bundle}  report {bundle}/report/index.html"
    assert said.err == ""


@pytest.mark.parametrize("protocol", ["held-out documents", "outlet left out"])
def test_register_beats_the_dummy(report, protocol):
    metrics = metrics_of(report, "register", protocol)
    assert metrics["macro-F1"]["value"] > metrics["macro-F1"]["dummy"] + 0.2
    assert metrics["log loss"]["value"] < metrics["log loss"]["dummy"]


def test_outlets_with_habits_of_their_own_are_told_apart(report):
    metrics = metrics_of(report, "outlet", "held-out documents")
    assert metrics["macro-F1"]["value"] > metrics["macro-F1"]["dummy"] + 0.5


@pytest.mark.parametrize("protocol", ["held-out documents", "outlet left out"])
def test_the_level_beats_the_dummy(report, protocol):
    metrics = metrics_of(report, "corruption", protocol)
    error, rank = metrics["level: mean absolute error"], metrics["level: Spearman"]
    assert error["value"] < error["dummy"]
    assert rank["value"] > 0.3


def test_an_outlet_target_alone_has_no_left_out_protocol(report):
    protocols = {
        target["name"]: [e["protocol"] for e in target["evaluations"]]
        for target in report["targets"]
    }
    assert protocols == {
        "outlet": ["held-out documents"],
        "register": ["held-out documents", "outlet left out"],
        "corruption": ["outlet left out", "held-out documents"],
    }


def test_every_value_is_left_out_once(report):
    evaluation = target_named(report, "corruption")["evaluations"][0]
    rows = [row for row in evaluation["slices"] if row["by"] == "outlet"]
    assert {row["slice"] for row in rows} == {
        "Harbour Ledger", "Northgate Wire", "Kite Daily", "Lantern Post",
    }  # fmt: skip
    assert sum(row["documents"] for row in rows) == evaluation["documents"]


def test_undamaged_passages_that_are_not_news_are_judged(report):
    rows = target_named(report, "corruption")["registers"]
    assert {"poetry", "dialogue", "transcript", "table", "code", "science"} <= {
        row["register"] for row in rows
    }
    assert all(row["passages"] >= 3 and 0 <= row["mean_level"] <= 1 for row in rows)


def test_kinds_that_were_never_seen_are_scored_when_asked_for(cli, configs, tmp_path):
    folder = tmp_path / "bundle"
    kinds = "targets.corruption.kinds=[ocr, recased, mojibake]"
    more = ["--set", kinds, "--set", "evaluation.unseen_kinds=true"]
    said = cli("train", configs / "full.yaml", *more, "--output", folder)
    assert said.code == 0
    report = json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))
    target = target_named(report, "corruption")
    assert [row["kind"] for row in target["unseen_kinds"]] == ["ocr", "recased", "mojibake"]
    ocr = target["unseen_kinds"][0]
    assert ocr["documents"] > 5
    assert ocr["trained"] >= ocr["found"]
    assert "Damage of a kind that was left out of training" in (
        folder / "report" / "report.md"
    ).read_text(encoding="utf-8")


def test_figures_lie_inside_their_intervals(report):
    for target in report["targets"]:
        for evaluation in target["evaluations"]:
            for metric in evaluation["metrics"]:
                if metric["low"] is not None:
                    assert metric["low"] <= metric["high"], metric["name"]


def test_the_report_counts_what_was_read(report, stories):
    data = report["data"]
    assert data["documents"] + data["duplicates_removed"] == len(stories)
    assert data["duplicates_removed"] == 1
    assert [(r["reason"], r["count"]) for r in data["rejected"]] == [("no text", 1)]
    split = report["split"]
    assert split["train"] + split["test"] + split["left_out"] == data["documents"]
    for labels in data["labels"]:
        assert sum(c["train"] for c in labels["classes"]) == split["train"]
        assert sum(c["test"] for c in labels["classes"]) == split["test"]


def test_the_proof_in_the_report_is_that_of_the_texts(report, documents):
    side = documents.split.side
    days = [date.fromisoformat(day).toordinal() for day in documents.columns["date"]]
    stories = story_pairs(documents.texts, at_least=0.15)
    pairs = {
        "near-duplicates": near_duplicate_pairs(documents.texts, at_least=0.15),
        "shared stories": stories.within(np.array(days), 7),
    }
    for proof in report["split"]["proof"]:
        of = next(found for name, found in pairs.items() if proof["what"].startswith(name))
        assert proof["holds"]
        assert proof["largest_across"] == of.largest_across(side)
        assert proof["limit"] == 0.3
        assert any(of.similarity >= proof["limit"]), "the corpus has such pairs to keep together"


def test_no_event_stands_on_both_sides(documents):
    sides, outlets = defaultdict(set), defaultdict(set)
    rows = zip(documents.corpus.dataset["event"], documents.columns["outlet"], strict=True)
    for i, (event, outlet) in enumerate(rows):
        sides[event].add(int(documents.split.side[i]))
        outlets[event].add(outlet)
    sides.pop(None)
    assert sum(len(outlets[event]) > 1 for event in sides) == 12
    assert all(len(found) == 1 for found in sides.values())


def test_marked_documents_are_not_used_for_damage(report):
    notes = " ".join(report["data"]["notes"])
    assert "17 documents are not used for it" in notes
    assert "107 documents and 321 texts" in notes


def test_python_joblib_and_the_command_give_the_same_predictions(bundle, stories, cli, tmp_path):
    texts = [row["text"] for row in stories[:20]]
    loaded = framing.load(bundle).predict(texts)
    assert joblib.load(bundle / "model.joblib").predict(texts) == loaded
    assert [framing.load(bundle).predict([text])[0] for text in texts] == loaded
    files = []
    for i, text in enumerate(texts):
        files.append(tmp_path / f"{i}.txt")
        files[-1].write_text(text, encoding="utf-8")
    said = cli("predict", *files, "--model", bundle, "--json").objects
    wanted = [{**p.to_dict(), "source": str(f)} for p, f in zip(loaded, files, strict=True)]
    assert said == json.loads(json.dumps(wanted))


def test_the_test_documents_are_read_as_the_report_says(bundle, report, documents):
    test, y = documents.split.test, documents.labels["outlet"].y
    predictions = framing.load(bundle).predict([documents.texts[i] for i in test])
    classes = list(documents.labels["outlet"].classes)
    right = [
        classes[y[i]] == p.style["outlet"].label for i, p in zip(test, predictions, strict=True)
    ]
    said = metrics_of(report, "outlet", "held-out documents")["accuracy"]["value"]
    assert np.mean(right) == pytest.approx(said)
