"""What answers rest on: flips, accuracy in parts, the surest answers, outlets and topics."""

import numpy as np
import pytest

from framing.corpus.texts import Texts
from framing.corruption import KINDS, measure_level
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.changes import (
    LEVELS,
    LIGHT,
    Changed,
    damaged_to,
    lightly_damaged,
    names_swapped,
)
from framing.evaluation.names import find_names
from framing.evaluation.owing import source_read, source_shows, topic_gap, topic_shows
from framing.evaluation.style_probes import (
    Answers,
    change_figures,
    confident_figures,
    figures_by,
    flips_under_damage,
    part_figures,
)
from framing.features import HashedTfidfVectorizer
from framing.model import Prediction, StyleScore

N = 200
GROUPS = np.arange(N) // 2
BOOTSTRAP = ClusterBootstrap(GROUPS, resamples=200, confidence=0.95, seed=0)
PROSE = [
    f"The ferry to Norrick left at {i} o'clock. Captain Orla Vantry said it was full; the "
    f"harbour's clerk counted {i * 7} heads. “Nobody asked us,” a passenger from Halstow said. "
    * 20
    for i in range(8)
]


def answers(said, truth, probability=None, abstained=None, probabilities=None, dummy=0):
    said, truth = np.asarray(said), np.asarray(truth)
    n = len(said)
    return Answers(
        truth,
        said,
        np.full(n, 0.8) if probability is None else np.asarray(probability),
        np.full((n, 2), 0.5) if probabilities is None else probabilities,
        np.zeros(n, bool) if abstained is None else np.asarray(abstained),
        dummy,
    )


def test_answers_are_taken_from_predictions():
    def predicted(label, p, abstained):
        score = StyleScore(label, max(p, 1 - p), {"b": p, "a": 1 - p}, (), abstained)
        return Prediction(None, {"outlet": score}, None)

    found = Answers.of([predicted("b", 0.7, False), predicted("a", 0.4, True)], "outlet",
                       ["a", "b"], np.array([1, 1]), 0)  # fmt: skip
    assert found.said.tolist() == [1, 0]
    assert found.right.tolist() == [True, False]
    assert found.probability.tolist() == [0.7, 0.6]
    assert found.probabilities[0].tolist() == pytest.approx([0.3, 0.7])
    assert found.abstained.tolist() == [False, True]


def test_flips_and_accuracy_after_a_change():
    truth = np.arange(N) % 2
    before, after = truth.copy(), truth.copy()
    after[:30] = 1 - after[:30]
    texts = ["a"] * N
    changed = Changed("c", ["b"] * 50 + texts[50:], [0.1] * N)
    row = change_figures(answers(before, truth), answers(after, truth), texts, changed, BOOTSTRAP)
    assert (row["documents"], row["changed"], row["level"]) == (N, 0.25, pytest.approx(0.1))
    assert row["flips"] == 0.15
    assert row["flips_low"] < 0.15 < row["flips_high"]
    assert row["accuracy"] == 0.85
    assert row["low"] < 0.85 < row["high"]
    assert row["dummy"] == 0.5


def test_a_part_without_documents_has_no_figures():
    truth = np.zeros(N, dtype=np.int64)
    row = part_figures("none", answers(truth, truth), np.zeros(N, dtype=bool), BOOTSTRAP)
    assert row == {"part": "none", "documents": 0, "accuracy": None, "low": None, "high": None,
                   "dummy": None}  # fmt: skip


def test_parts_come_worst_first_and_small_ones_together():
    rare = [f"rare {i % 20}" for i in range(80)]
    values = ["good"] * 60 + ["bad"] * 48 + [""] * 12 + rare
    truth = np.zeros(N, dtype=np.int64)
    said = truth.copy()
    said[60:84] = 1
    said[108:111] = 1
    rows = figures_by(values, answers(said, truth), BOOTSTRAP)
    assert [(r["part"], r["documents"], r["accuracy"]) for r in rows] == [
        ("bad", 48, 0.5), ("(none)", 12, 0.75), ("good", 60, 1.0),
        ("20 others, each with fewer than 10", 80, 1.0),
    ]  # fmt: skip


def test_a_few_parts_stand_by_themselves_however_small_they_are():
    truth = np.zeros(N, dtype=np.int64)
    rows = figures_by(["most"] * 198 + ["rare", "rarer"], answers(truth, truth), BOOTSTRAP)
    assert [(r["part"], r["documents"]) for r in rows] == [("most", 198), ("rare", 1), ("rarer", 1)]


def test_the_surest_answers_are_counted_from_the_surest_on():
    probability = np.linspace(0.5, 0.99, N)
    truth = np.zeros(N, dtype=np.int64)
    said = np.where(np.arange(N) < 100, 1, 0)  # the less sure half is wrong
    abstained = np.arange(N) < 40
    rows = confident_figures(answers(said, truth, probability, abstained), BOOTSTRAP)
    assert [r["documents"] for r in rows] == [*range(200, 0, -20), 160]
    assert [r["accuracy"] for r in rows[:6]] == pytest.approx(
        [0.5, 100 / 180, 100 / 160, 100 / 140, 100 / 120, 1.0]
    )
    assert all(r["low"] <= r["accuracy"] <= r["high"] for r in rows)
    assert rows[-1]["accuracy"] == 100 / 160
    lowest = [r["probability"] for r in rows[:-1]]
    assert lowest == sorted(lowest)


def test_no_documents_no_figures():
    none = np.zeros(0, int)
    nobody = answers(none, none, probabilities=np.zeros((0, 2)))
    bootstrap = ClusterBootstrap(np.zeros(0, int), resamples=100, confidence=0.95, seed=0)
    assert all(r["accuracy"] is None for r in confident_figures(nobody, bootstrap))
    assert figures_by([], nobody, bootstrap) == []


def test_each_kind_of_damage_counts_alike():
    truth = np.zeros(N, dtype=np.int64)
    flipped = truth.copy()
    flipped[:40] = 1
    same = answers(truth, truth)
    probe = flips_under_damage("t", same, [same, answers(flipped, truth)], BOOTSTRAP)
    assert probe["value"] == pytest.approx(0.1)
    assert probe["low"] < 0.1 < probe["high"]
    assert (probe["reference"], probe["reference_name"]) == (0.05, "at most")


def test_light_damage_is_light_whatever_its_kind():
    found = lightly_damaged(PROSE, seed=0)
    assert [one.change for one in found] == [kind.name for kind in KINDS]
    assert found == lightly_damaged(PROSE, seed=0)
    assert found != lightly_damaged(PROSE, seed=1)
    for one in found:
        levels = [measure_level(a, b) for a, b in zip(PROSE, one.texts, strict=True)]
        assert levels == pytest.approx(one.levels)
        assert 0 < np.mean(levels) < 1.5 * LIGHT, one.change


def test_damage_grows_with_the_level():
    found = damaged_to(PROSE, seed=0)
    assert [one.change for one in found] == [f"{level:g}" for level in LEVELS]
    means = [np.mean(one.levels) for one in found]
    assert means == sorted(means)
    assert all(mean <= level * 1.2 for mean, level in zip(means, LEVELS, strict=True))


def test_names_are_swapped_kind_by_kind():
    texts = [*PROSE, *(text.replace("Orla Vantry", "Denzil Marrick") for text in PROSE)]
    found = names_swapped(texts, find_names(texts), [], seed=0)
    by_change = {one.change: one for one in found}
    assert next(iter(by_change)) == "people, parties and outlets"
    people = by_change["people"]
    assert all("Vantry" not in after for after in people.texts[:8])
    assert all(0 < share < 0.2 for share in people.levels)
    assert by_change["parties"].texts == texts
    assert by_change["parties"].levels == [0.0] * len(texts)


@pytest.fixture(scope="module")
def written():
    """Four sources with a word of their own, two of each class."""
    rng = np.random.default_rng(1)
    sources = np.arange(400) % 4
    common = [f"word{i}" for i in range(60)]
    texts = Texts.write(" ".join([f"source{s}", *rng.choice(common, 20)]) for s in sources)
    train, test = np.arange(0, 300), np.arange(300, 400)
    view = HashedTfidfVectorizer(n_features=2**12).fit(texts.take(train)).fitted_view
    return {"words": view}, texts, train, test, sources


def read(written, sources=None, seed=0):
    views, texts, train, test, own = written
    return source_read(views, texts, train, test, own if sources is None else sources,
                       seed=seed, jobs=1)  # fmt: skip


def shows(written, y, sources=None):
    sources = written[-1] if sources is None else sources
    found = read(written, sources)
    bootstrap = ClusterBootstrap(found[1], resamples=100, confidence=0.95, seed=0)
    return source_shows("t", "outlet", *found, sources, y, bootstrap)


def test_a_source_that_shows_is_read_far_beyond_its_class(written):
    probe = shows(written, written[-1] // 2)
    assert probe["low"] > 0.95
    assert probe["reference_name"] == "the class alone"
    # one of the two sources of each class: F1 of 2/3, and none of the other
    assert probe["reference"] == pytest.approx(1 / 3, abs=0.02)


def test_a_source_that_does_not_show_is_hardly_read(written):
    sources = np.random.default_rng(5).integers(4, size=400)
    probe = shows(written, np.zeros(400, dtype=np.int64), sources)
    assert probe["value"] < 0.45


def test_where_classes_are_sources_there_is_nothing_beyond_the_class(written):
    probe = shows(written, written[-1])
    assert probe["reference_name"] == "dummy"
    assert probe["reference"] < 0.2


def test_sources_of_few_documents_are_not_read(written):
    assert read(written, np.arange(400)) is None
    assert read(written, np.zeros(400, dtype=np.int64)) is None


TOPICS = np.repeat(np.array(["sea", "hill"]), N // 2).tolist()


def test_a_topic_that_probabilities_tell_is_read():
    truth = np.arange(N) % 2
    p = np.where(np.array(TOPICS) == "sea", 0.9, 0.2)
    told = answers(truth, truth, probabilities=np.column_stack([p, 1 - p]))
    probe = topic_shows("t", told, TOPICS, GROUPS, BOOTSTRAP, seed=0)
    assert probe["value"] == 1.0
    assert probe["reference"] < 0.6
    untold = answers(truth, truth)
    assert topic_shows("t", untold, TOPICS, GROUPS, BOOTSTRAP, seed=0)["value"] < 0.6


def test_hard_topics_are_found_and_chance_makes_none():
    truth = np.zeros(N, dtype=np.int64)
    rng = np.random.default_rng(0)
    hard = np.where(np.array(TOPICS) == "hill", rng.random(N) < 0.5, False).astype(int)
    probe = topic_gap("t", answers(hard, truth), TOPICS, GROUPS, BOOTSTRAP, seed=0)
    assert probe["low"] > 0.2
    assert probe["value"] == pytest.approx(hard.sum() / 100)
    many = rng.permutation(np.repeat([f"topic {i}" for i in range(10)], N // 10)).tolist()
    even = answers((rng.random(N) < 0.3).astype(int), truth)
    chance = topic_gap("t", even, many, GROUPS, BOOTSTRAP, seed=0)
    assert chance["low"] < 0 < chance["high"]


@pytest.mark.parametrize("topics", [[""] * N, ["sea"] * N, [str(i) for i in range(N)]])
def test_without_several_topics_nothing_is_said(topics):
    truth = np.arange(N) % 2
    for probe in (topic_shows, topic_gap):
        assert probe("t", answers(truth, truth), topics, GROUPS, BOOTSTRAP, seed=0) is None
