"""What the corruption target learns from, through the functions that a run calls."""

from dataclasses import replace

import numpy as np
import pytest

from framing.config import load_config
from framing.corpus import is_marked, mark_counts
from framing.corpus.split import TEST, TRAIN
from framing.corruption import make_variants, measure_level
from framing.errors import DataError
from framing.features.windows import cut_places
from framing.progress import Progress
from framing.training import load_documents
from framing.training.corruption import gather
from framing.training.documents import make_damaged


@pytest.fixture(scope="module")
def config(full):
    return load_config(full)


@pytest.fixture(scope="module")
def documents(config):
    return load_documents(config, Progress())


def made(config, documents, *, jobs=1, **changes):
    target = config.corruption_target.model_copy(update=changes)
    columns = documents.columns
    return make_damaged(
        target, documents.texts, columns["title"], columns["id"], documents.split,
        mark_counts(documents.texts).any(axis=1), seed=config.seed, jobs=jobs,
    )  # fmt: skip


def whole(damaged):
    return list(damaged.texts(np.arange(len(damaged.level))))


@pytest.fixture(scope="module")
def damaged(config, documents):
    return made(config, documents)


def test_every_clean_document_stands_before_its_variants(config, damaged, documents):
    usable = [i for i, text in enumerate(documents.texts) if not is_marked(text)]
    each = config.corruption_target.variants + 1
    assert damaged.parent.tolist() == np.repeat(usable, each).tolist()
    assert damaged.skipped == len(documents.texts) - len(usable)
    clean = np.arange(0, len(damaged.level), each)
    assert not damaged.level[clean].any()
    assert not damaged.present[clean].any()


def test_the_true_level_is_the_measured_one(config, damaged):
    each = config.corruption_target.variants + 1
    texts = whole(damaged)
    for i, (text, level) in enumerate(zip(texts, damaged.level, strict=True)):
        assert level == measure_level(texts[i - i % each], text)
    assert damaged.level.max() > 0.1


def test_a_kind_is_present_where_there_is_damage(damaged):
    assert ((damaged.level > 0) == damaged.present.any(axis=1)).all()
    assert damaged.present.any(axis=0).all(), "every kind strikes somewhere"


def test_variants_follow_from_the_document_alone(config, damaged, documents):
    target = config.corruption_target
    i = int(damaged.parent[-1])
    clean, variants = make_variants(
        documents.texts[i], title=documents.columns["title"][i], count=target.variants,
        kinds=target.kinds, seed=config.seed, key=documents.columns["id"][i],
    )  # fmt: skip
    assert whole(damaged)[-target.variants - 1 :] == [clean, *(v.text for v in variants)]


def test_the_level_of_a_text_is_the_mean_of_its_windows(damaged):
    n = sum(len(cut_places(text)) - 1 for text in whole(damaged))
    assert len(damaged.windows) == len(damaged.text_of) == len(damaged.shares) == n
    of_windows = damaged.shares.sum(axis=1)
    for i, text in enumerate(whole(damaged)):
        inside = damaged.text_of == i
        mean = np.average(of_windows[inside], weights=np.diff(cut_places(text)))
        # a level is over the longer text, and what was taken out can be more than is left
        assert mean == pytest.approx(damaged.level[i], abs=0.1)


def test_variants_of_a_document_stand_on_its_side(damaged, documents):
    split = documents.split
    gathered = gather(damaged, split, documents.columns["outlet"])
    for i in np.unique(damaged.parent):
        own = damaged.parent == i
        assert set(gathered.side[own]) == {split.side[i]}
        assert set(gathered.groups[own]) == {split.groups[i]}
        assert {gathered.left_out[j] for j in np.flatnonzero(own)} == {
            documents.columns["outlet"][i]
        }
    assert set(gathered.side) == {TRAIN, TEST}
    assert not set(gathered.groups[gathered.train]) & set(gathered.groups[gathered.test])


def test_of_many_documents_some_are_drawn(config, damaged, documents):
    some = made(config, documents, max_documents=12)
    assert len(set(some.parent.tolist())) == 12
    assert set(some.parent.tolist()) < set(damaged.parent.tolist())
    assert some.skipped == damaged.skipped
    again = made(config, documents, max_documents=12, jobs=2)
    assert again.parent.tolist() == some.parent.tolist()


def test_marked_documents_may_be_used(config, documents):
    assert any(map(is_marked, documents.texts))
    everything = made(config, documents, skip_marked=False, variants=1)
    assert everything.skipped == 0
    assert set(everything.parent) == set(range(len(documents.texts)))


def test_without_a_clean_test_document_nothing_can_be_measured(config, damaged, documents):
    kept = documents.split.side[damaged.parent] == TRAIN
    train_only = replace(
        damaged, level=damaged.level[kept], present=damaged.present[kept],
        parent=damaged.parent[kept],
    )  # fmt: skip
    with pytest.raises(DataError, match=r"skip_marked: no document to test on"):
        gather(train_only, documents.split, None)
