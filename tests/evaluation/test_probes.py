from __future__ import annotations

import numpy as np
import pytest

from framing.corpus.texts import Texts
from framing.corruption import measure_level
from framing.evaluation import probes
from framing.evaluation.bootstrap import ClusterBootstrap
from framing.evaluation.probes import (
    features_show_marks,
    marks_give_away,
    shown_marks,
    with_light_mojibake,
)
from framing.features import HashedTfidfVectorizer

N = 600
TRAIN, TEST = np.arange(0, N, 2), np.arange(1, N, 2)
SOURCES = np.arange(N) // 2 % 3
MARKED = np.random.default_rng(0).random(N) < 0.4


def bootstrap(n):
    return ClusterBootstrap(np.arange(n), resamples=100, confidence=0.95, seed=0)


def written(*, tell: bool) -> Texts:
    """Documents of three sources; marked ones have a word of their own if they `tell`."""
    rng = np.random.default_rng(1)
    common = [f"word{i}" for i in range(60)]
    texts = []
    for source, marked in zip(SOURCES, MARKED, strict=True):
        words = [f"source{source}", *rng.choice(common, rng.integers(10, 30))]
        texts.append(" ".join([*words, "garbled"] if tell and marked else words))
    return Texts.write(texts)


def shown(texts, marked=MARKED, seed=0):
    readings = {"ends": {"analyzer": "char_wb", "ngram_range": (3, 3)}, "words": {}}
    views = {
        name: HashedTfidfVectorizer(n_features=2**12, **keys).fit(texts.take(TRAIN)).fitted_view
        for name, keys in readings.items()
    }
    return shown_marks(
        views, texts, TRAIN, TEST, marked, SOURCES, bootstrap(len(TEST)), seed=seed, jobs=1
    )


def test_features_that_hold_a_mark_show_it():
    found = shown(written(tell=True))
    assert found.auc.low > 0.9
    assert 0.3 < found.length_alone < 0.7
    probe = features_show_marks("outlet", found)
    assert (probe["value"], probe["reference"]) == (found.auc.value, found.length_alone)


def test_features_that_hold_none_do_not_though_the_source_tells_how_often_there_is_one():
    marked = np.random.default_rng(2).random(N) < np.array([0.2, 0.5, 0.8])[SOURCES]
    found = shown(written(tell=False), marked)
    assert 0.35 < found.auc.value < 0.65


def test_a_part_of_many_documents_is_learnt_from(monkeypatch):
    texts = written(tell=True)
    whole = shown(texts)
    monkeypatch.setattr(probes, "_CHARACTERS", int(texts.lengths[TRAIN].sum()) // 2)
    part = shown(texts)
    assert part != whole
    assert part == shown(texts)
    assert part != shown(texts, seed=1)
    assert part.auc.value > 0.8


@pytest.mark.parametrize("marked", [np.zeros(N, bool), np.ones(N, bool), np.arange(N) < 2])
def test_with_too_few_marks_or_too_many_nothing_is_shown(marked):
    assert shown(written(tell=True), marked) is None


def test_marks_that_go_with_a_class_give_it_away_whatever_the_threads():
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=N)
    rates = rng.random((N, 4)) * (rng.random((N, 4)) < 0.5)
    rates[:, 1] += y == 2

    def found(jobs):
        return marks_give_away(
            "outlet", rates[TRAIN], y[TRAIN], rates[TEST], y[TEST], bootstrap(len(TEST)),
            n_classes=3, seed=0, jobs=jobs,
        )  # fmt: skip

    alone = found(1)
    assert alone == found(2)
    assert alone["low"] > alone["reference"]


def test_light_mojibake_is_a_trace():
    texts = ['"It is old," she said - and left. ' * 60] * 5
    after = with_light_mojibake(texts, seed=0)
    assert after == with_light_mojibake(texts, seed=0)
    levels = [measure_level(text, damaged) for text, damaged in zip(texts, after, strict=True)]
    assert all(0 < level <= 0.02 for level in levels)
