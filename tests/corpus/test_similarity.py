from __future__ import annotations

import itertools
import math
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corpus import similarity
from framing.corpus.similarity import (
    NO_DAY,
    Pairs,
    clusters,
    near_duplicate_pairs,
    story_pairs,
)
from framing.features import normalized

QUICK = settings(max_examples=25, deadline=None)
# few words, so that texts share much
corpora = st.lists(
    st.lists(st.sampled_from(["mill", "ferry", "Hill", "boat", "rain", "a"]), max_size=14).map(
        " ".join
    ),
    min_size=1,
    max_size=8,
)


def words(text: str) -> list[str]:
    return re.findall(r"\b\w\w+\b", normalized(text).lower())


def jaccard(first: str, second: str) -> float:
    a, b = (set(zip(*(words(t)[i:] for i in range(5)), strict=False)) for t in (first, second))
    return len(a & b) / len(a | b) if a & b else 0.0


def story_cosines(texts):
    counts = [Counter(words(text)) for text in texts]
    df = Counter(word for count in counts for word in count)
    limit = max(20, 0.02 * len(texts))
    rows = [
        {
            word: (1 + math.log(n)) * (1 + math.log((1 + len(texts)) / (1 + df[word])))
            for word, n in count.items()
            if df[word] <= limit
        }
        for count in counts
    ]
    norms = [math.sqrt(sum(v * v for v in row.values())) for row in rows]
    for i, j in itertools.combinations(range(len(texts)), 2):
        product = sum(value * rows[j].get(word, 0) for word, value in rows[i].items())
        yield (i, j), product / (norms[i] * norms[j]) if product else 0.0


def assert_pairs(found: Pairs, expected: dict[tuple[int, int], float], at_least: float):
    listed = dict(
        zip(zip(found.first.tolist(), found.second.tolist(), strict=True),
            found.similarity.tolist(), strict=True)
    )  # fmt: skip
    assert len(listed) == len(found.first)
    for pair, value in expected.items():
        # float32 may fall on either side of the limit itself
        if abs(value - at_least) > 1e-5:
            assert (pair in listed) == (value > at_least), (pair, value)
        if pair in listed:
            assert listed[pair] == pytest.approx(value, abs=1e-5)
    assert listed.keys() <= expected.keys()


@QUICK
@given(texts=corpora, at_least=st.sampled_from([0.05, 0.3, 0.7]))
def test_near_duplicates_are_found_as_by_comparing_all_pairs(texts, at_least):
    expected = {
        (i, j): jaccard(texts[i], texts[j]) for i, j in itertools.combinations(range(len(texts)), 2)
    }
    assert_pairs(near_duplicate_pairs(texts, at_least=at_least), expected, at_least)


@settings(max_examples=12, deadline=None)
@given(texts=corpora, at_least=st.sampled_from([0.05, 0.3, 0.7]))
def test_stories_are_found_as_by_comparing_all_pairs(texts, at_least):
    assert_pairs(story_pairs(texts, at_least=at_least), dict(story_cosines(texts)), at_least)


@QUICK
@given(texts=corpora, room=st.integers(0, 5))
def test_pairs_do_not_depend_on_how_many_are_listed_at_a_time(texts, room):
    whole = near_duplicate_pairs(texts, at_least=0.1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "_ROOM", room)
        parts = near_duplicate_pairs(texts, at_least=0.1)
    for name in ("first", "second", "similarity"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_case_typography_and_layout_do_not_count():
    text = "“The mill burned,” she said—twice; nobody on the hill heard her."
    other = '"THE MILL  BURNED," she\nsaid - twice; nobody on the hill heard her.'
    for found in (near_duplicate_pairs([text, other], at_least=0.9),
                  story_pairs([text, other], at_least=0.9)):  # fmt: skip
        assert found.similarity.tolist() == pytest.approx([1.0])


def test_texts_of_fewer_than_five_words_are_no_near_duplicates():
    assert len(near_duplicate_pairs(["the mill burned down"] * 3, at_least=0.1).first) == 0
    assert len(near_duplicate_pairs(["the mill burned down again"] * 3, at_least=0.1).first) == 3


def test_words_of_the_topic_do_not_make_a_story():
    common = "election vote minister parliament"
    texts = [f"{common} name{i} place{i}" for i in range(30)]
    assert len(story_pairs(texts, at_least=0.01).first) == 0
    # in a small corpus nothing is common yet
    assert len(story_pairs(texts[:10], at_least=0.01).first) == 45


@pytest.mark.parametrize("texts", [[""], ["", ""], ["", "a b c d e f", ""], ["\x00", "\ud800"]])
def test_texts_without_words_pair_with_nothing(texts):
    assert len(near_duplicate_pairs(texts, at_least=0.1).first) == 0
    assert len(story_pairs(texts, at_least=0.1).first) == 0


# --- pairs and clusters

edges = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15)


def pairs_of(edges, similarities=None):
    first, second = (np.array([e[i] for e in edges], dtype=np.int64) for i in (0, 1))
    values = np.ones(len(edges)) if similarities is None else similarities
    return Pairs(first, second, np.asarray(values, dtype=np.float32))


@given(edges=edges, more=edges)
def test_clusters_are_what_chains_of_pairs_connect(edges, more):
    found = clusters(10, [pairs_of(edges), pairs_of(more)])
    together = [{i} for i in range(10)]
    for a, b in edges + more:
        joined = together[a] | together[b]
        for i in joined:
            together[i] = joined
    for i in range(10):
        assert set(np.flatnonzero(found == found[i])) == together[i]


def test_without_pairs_every_document_is_alone():
    assert len(set(clusters(5, []))) == 5


@given(edges=edges, data=st.data())
def test_the_largest_similarity_across_is_that_of_parted_pairs(edges, data):
    values = data.draw(
        st.lists(st.floats(0, 1, width=32), min_size=len(edges), max_size=len(edges))
    )
    side = np.array(data.draw(st.lists(st.integers(-1, 1), min_size=10, max_size=10)), np.int8)
    across = [v for (a, b), v in zip(edges, values, strict=True) if {side[a], side[b]} == {0, 1}]
    found = pairs_of(edges, values).largest_across(side)
    assert found == (max(across) if across else None)


@given(edges=edges, apart=st.integers(0, 12), data=st.data())
def test_pairs_within_some_days_are_those_not_known_to_be_further_apart(edges, apart, data):
    day = st.one_of(st.none(), st.integers(730_000, 730_020))
    days = data.draw(st.lists(day, min_size=10, max_size=10))
    numbers = np.array([NO_DAY if day is None else day for day in days], np.int64)
    found = pairs_of(edges, np.arange(len(edges)) / 16).within(numbers, apart)
    expected = [
        i
        for i, (a, b) in enumerate(edges)
        if days[a] is None or days[b] is None or abs(days[a] - days[b]) <= apart
    ]
    assert (found.similarity * 16).tolist() == expected
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [
        edges[i] for i in expected
    ]


def test_pairs_can_be_cut_at_a_similarity():
    found = pairs_of([(0, 1), (1, 2), (2, 3)], [0.5, 0.2, 0.3]).at_least(0.3)
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 1), (2, 3)]
