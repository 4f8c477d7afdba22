"""What a run's report says of the answers of its style targets."""

import json

import pytest

from framing.training import train


@pytest.fixture
def run(quick, tmp_path, without_pages):
    def run(*overrides):
        return train(quick, overrides, output=tmp_path / "bundle", force=True).report

    return run


@pytest.fixture(scope="module")
def asked(report):
    return {t["name"]: t["probes"] for t in report["targets"] if t["type"] == "style"}


@pytest.mark.parametrize("name", ["outlet", "register"])
def test_every_style_target_is_asked(asked, report, name):
    probes = asked[name]
    assert probes["documents"] == report["split"]["test"]
    assert 0 < probes["changed_documents"] <= probes["documents"]
    assert [figure["name"] for figure in probes["figures"]] == [
        f"{name}: labels that change when names are swapped",
        f"{name}: labels that change under light damage",
        f"{name}: macro-F1 of outlet read from its features",
    ]
    assert len(probes["kinds"]) == 17
    assert probes["group_column"] == "outlet"
    assert {row["part"] for row in probes["groups"]} == {
        "Harbour Ledger", "Northgate Wire", "Kite Daily", "Lantern Post",
    }  # fmt: skip
    assert probes["topics"] == []


@pytest.mark.parametrize("name", ["outlet", "register"])
def test_parts_add_up_to_the_whole(asked, report, name):
    probes = asked[name]
    (target,) = [t for t in report["targets"] if t["name"] == name]
    accuracy = target["evaluations"][0]["metrics"][1]
    assert accuracy["name"] == "accuracy"
    whole = probes["confident"][0]
    assert whole["accuracy"] == pytest.approx(accuracy["value"])
    for parts in (probes["groups"], probes["lengths"]):
        assert sum(row["documents"] for row in parts) == probes["documents"]
        right = sum(row["accuracy"] * row["documents"] for row in parts if row["documents"])
        assert right / probes["documents"] == pytest.approx(accuracy["value"])


def test_no_damage_changes_no_label_and_all_of_a_text_is_the_text(asked):
    for probes in asked.values():
        none = probes["levels"][0]
        assert (none["change"], none["flips"], none["changed"]) == ("0", 0, 0)
        assert none["accuracy"] == probes["prefixes"][-1]["accuracy"]
        assert [row["change"] for row in probes["levels"][1:]] == ["0.03", "0.1", "0.3"]
        assert all(row["level"] > 0 for row in probes["levels"][1:])


def test_probes_can_be_left_out(run):
    report = run("evaluation.probes=false")
    assert report["probes"] == []
    assert [target["probes"] for target in report["targets"]] == [None]


def test_a_column_of_topics_is_asked_about(run, stories):
    report = run("data.columns.topic=topic")
    (target,) = report["targets"]
    probes = target["probes"]
    assert {row["part"] for row in probes["topics"]} == {row["topic"] for row in stories}
    names = [figure["name"] for figure in probes["figures"]]
    assert "outlet: accuracy of the topic read from its probabilities" in names
    assert "outlet: accuracy on easy topics less that on hard ones" in names


def test_topics_change_nothing_else(run):
    without, with_topics = run(), run("data.columns.topic=topic")
    assert without["data"]["fingerprint"] == with_topics["data"]["fingerprint"]
    (one,), (other,) = without["targets"], with_topics["targets"]
    assert one["evaluations"] == other["evaluations"]
    assert one["probes"]["names"] == other["probes"]["names"]


def test_the_same_seed_gives_the_same_probes(run):
    one, same, other = run(), run(), run("seed=8")

    def probes(report):
        return json.dumps([target["probes"] for target in report["targets"]])

    assert probes(one) == probes(same)
    assert probes(one) != probes(other)


def test_documents_of_no_class_say_nothing(run):
    report = run("targets.outlet.classes={a: Harbour Ledger, b: Kite Daily}")
    (target,) = report["targets"]
    probes = target["probes"]
    assert probes["documents"] == target["evaluations"][0]["documents"] < report["split"]["test"]
    assert all(row["documents"] == probes["changed_documents"] for row in probes["kinds"])
