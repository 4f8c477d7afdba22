from __future__ import annotations

import itertools
import math
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.config import Data
from framing.corpus.split import LEFT_OUT, TEST, TRAIN, assign_groups, make_split
from framing.errors import DataError
from framing.features import normalized

QUICK = settings(max_examples=40, deadline=None)


def data(**split):
    columns = {"date": "date"} if {"test_from", "by"} & split.keys() else {}
    return Data(path="reviews.csv", columns=columns, split=split)


def strangers(n, rng):
    """Texts that share no word."""
    names = rng.permutation(n * 12)
    return [" ".join(f"w{k}" for k in names[i * 12 : (i + 1) * 12]) for i in range(n)]


def edited(text, rng):
    """A near-duplicate: one word of it is another one."""
    parts = text.split()
    parts[rng.integers(len(parts))] = f"edit{rng.integers(10**6)}"
    return " ".join(parts)


def retold(text, rng):
    """The same story in other words: the names stand elsewhere."""
    return " ".join(rng.permutation([*text.split(), f"new{rng.integers(10**6)}"]))


def family_corpus(seed, n=60):
    """Texts, some of them near-duplicates or retellings of others, and who belongs together."""
    rng = np.random.default_rng(seed)
    texts, family = [], []
    for i, text in enumerate(strangers(n, rng)):
        versions = [text]
        if i % 3 == 0:
            versions += [edited(text, rng) for _ in range(rng.integers(1, 4))]
        elif i % 3 == 1:
            versions += [retold(text, rng) for _ in range(rng.integers(1, 3))]
        texts += versions
        family += [i] * len(versions)
    order = rng.permutation(len(texts))
    return [texts[i] for i in order], np.array(family)[order]


def parted(family, side):
    return [f for f in set(family) if {TRAIN, TEST} <= set(side[family == f])]


# --- similar documents


@pytest.mark.parametrize("seed", range(4))
def test_near_duplicates_and_retold_stories_are_never_parted(seed):
    texts, family = family_corpus(seed)
    split = make_split({"text": texts}, data(), None, seed=seed)
    assert parted(family, split.side) == []
    for f in set(family):
        assert len(set(split.groups[family == f])) == 1
    assert len(split.train) + len(split.test) == len(texts)
    assert all(proof.holds for proof in split.proof)


def test_without_keep_apart_they_are_parted():
    texts, family = family_corpus(0)
    split = make_split({"text": texts}, data(keep_apart=[]), None, seed=0)
    assert parted(family, split.side)
    assert split.proof == ()
    assert len(set(split.groups)) == len(texts)


# --- stories and time


def of_days(**split):
    return Data(path="reviews.csv", columns={"date": "date"}, split=split)


def story_groups(days, config, *, seed=0):
    """Groups of tellings of one story that were published on these days."""
    rng = np.random.default_rng(seed)
    story = strangers(1, rng)[0]
    others = strangers(30, np.random.default_rng(seed + 1))
    texts = [retold(story, rng) for _ in days] + [text.replace("w", "v") for text in others]
    columns = {"text": texts, "date": [*days, *["2020-01-01"] * len(others)]}
    split = make_split(columns, config, None, seed=seed)
    return split.groups[: len(days)].tolist(), split


@pytest.mark.parametrize(("apart", "together"), [(7, True), (8, False)])
def test_a_story_is_told_within_days(apart, together):
    days = ["2020-03-01", f"2020-03-{1 + apart:02}"]
    (first, second), split = story_groups(days, of_days())
    assert (first == second) == together
    assert "7 days apart at most" in split.proof[-1].what


def test_a_chain_of_days_is_one_story_as_it_goes_on():
    groups, _ = story_groups(["2020-03-01", "2020-03-08", "2020-03-15", "2020-04-15"], of_days())
    assert groups[0] == groups[1] == groups[2] != groups[3]


@pytest.mark.parametrize(
    "config",
    [of_days(story_days=None), of_days(story_days=400), data()],
    ids=["no limit", "a wide limit", "no column of days"],
)
def test_time_does_not_count_where_it_is_not_asked_for_or_known(config):
    groups, _ = story_groups(["2020-03-01", "2021-03-01"], config)
    assert len(set(groups)) == 1


@pytest.mark.parametrize("undated", [None, "", "some day", "0001-01-01"])
def test_documents_without_a_day_go_by_what_they_say(undated):
    groups, _ = story_groups(["2020-03-01", undated], of_days())
    assert len(set(groups)) == 1


def test_near_duplicates_do_not_ask_for_the_day():
    rng = np.random.default_rng(0)
    texts = strangers(30, rng)
    texts.append(edited(texts[0], rng))
    days = ["2020-03-01"] * 30 + ["2024-03-01"]
    split = make_split({"text": texts, "date": days}, of_days(), None, seed=0)
    assert split.groups[0] == split.groups[-1]


@pytest.mark.parametrize("seed", range(3))
def test_the_proof_speaks_of_pairs_that_count_as_one_story(seed):
    # the same story every year: on both sides, and no break of the promise
    rng = np.random.default_rng(seed)
    texts, days = [], []
    for text in strangers(12, rng):
        for year in range(2000, 2006):
            texts.append(retold(text, rng))
            days.append(f"{year}-06-{int(rng.integers(1, 29)):02}")
    columns = {"text": texts, "date": days}
    split = make_split(columns, of_days(keep_apart=["stories"]), None, seed=seed)
    assert len(set(split.groups)) == len(texts)
    assert split.proof[0].largest_across is None
    assert split.proof[0].holds
    strict = make_split(columns, of_days(keep_apart=["stories"], story_days=None), None, seed=seed)
    assert len(set(strict.groups)) == 12
    assert strict.proof[0].holds


def test_only_what_is_asked_for_is_kept_apart():
    rng = np.random.default_rng(0)
    texts = strangers(40, rng)
    texts += [retold(text, rng) for text in texts]
    family = np.tile(np.arange(40), 2)
    near = make_split({"text": texts}, data(keep_apart=["near_duplicates"]), None, seed=0)
    assert parted(family, near.side)
    stories = make_split({"text": texts}, data(keep_apart=["stories"]), None, seed=0)
    assert parted(family, stories.side) == []
    assert [len(s.proof) for s in (near, stories)] == [1, 1]


def five_grams(text):
    words = re.findall(r"\w+", normalized(text).lower())
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def largest_jaccard_across(texts, side):
    grams = [five_grams(text) for text in texts]
    return max(
        len(grams[i] & grams[j]) / len(grams[i] | grams[j])
        for i, j in itertools.product(np.flatnonzero(side == TRAIN), np.flatnonzero(side == TEST))
    )


def largest_cosine_across(texts, side):
    counts = [Counter(re.findall(r"\w\w+", normalized(text).lower())) for text in texts]
    df = Counter(word for count in counts for word in count)
    n = len(texts)
    vocabulary = sorted(word for word in df if df[word] <= max(20, 0.02 * n))
    rows = np.array(
        [
            [
                (1 + math.log(c[word])) * (1 + math.log((1 + n) / (1 + df[word])))
                if word in c
                else 0
                for word in vocabulary
            ]
            for c in counts
        ]
    )
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows[side == TRAIN] @ rows[side == TEST].T).max()


@pytest.mark.parametrize("seed", range(3))
def test_the_numbers_of_the_proof_are_those_of_comparing_all_pairs(seed):
    # texts of few words overlap at every degree
    rng = np.random.default_rng(seed)
    texts = strangers(40, rng)
    for i in range(0, 40, 2):
        cut = int(rng.integers(4, 9))
        texts[i + 1] = " ".join([*texts[i].split()[:cut], *texts[i + 1].split()[cut:]])
    config = data(near_duplicate_similarity=0.4, story_similarity=0.55)
    split = make_split({"text": texts}, config, None, seed=seed)
    near, story = split.proof
    assert near.limit == 0.4
    assert story.limit == 0.55
    for proof, brute_force in (
        (near, largest_jaccard_across(texts, split.side)),
        (story, largest_cosine_across(texts, split.side)),
    ):
        assert brute_force < proof.limit
        assert proof.holds
        # pairs below half of the limit are not listed
        if brute_force >= proof.limit / 2:
            assert proof.largest_across == pytest.approx(brute_force, abs=1e-5)
        else:
            assert proof.largest_across is None


# --- groups


@QUICK
@given(
    groups=st.lists(
        st.tuples(st.sampled_from([*"abcdefgh", None, ""]), st.sampled_from([*range(9), None])),
        min_size=30,
        max_size=60,
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_group_of_any_column_stands_on_both_sides(groups, seed):
    brands, events = zip(*groups, strict=True)
    texts = [f"text {i}" for i in range(len(groups))]
    columns = {"text": texts, "brand": brands, "event": events}
    config = data(groups=["brand", "event"], keep_apart=[])
    try:
        split = make_split(columns, config, None, seed=seed)
    except DataError as error:
        # chains of shared brands and events can hold nearly everything together
        assert "belong together" in error.what  # noqa: PT017
        return
    for values in (brands, events):
        for value in set(values) - {None, ""}:
            rows = [i for i, other in enumerate(values) if other == value]
            assert len(set(split.side[rows])) == 1
            assert len(set(split.groups[rows])) == 1
    assert set(split.side) == {TRAIN, TEST}


def test_missing_groups_hold_nothing_together():
    brands = [None, "", math.nan, "a", "b"] * 20
    brands[3::5] = [f"a{i}" for i in range(20)]
    brands[4::5] = [f"b{i}" for i in range(20)]
    columns = {"text": [f"text {i}" for i in range(100)], "brand": brands}
    split = make_split(columns, data(groups=["brand"], keep_apart=[]), None, seed=0)
    assert len(set(split.groups)) == 100


def test_a_group_may_be_a_list_of_values():
    tags = [["a", "b"], ["a"], ["b"], ["a", "b"], ["c"]] * 4
    columns = {"text": [f"text {i}" for i in range(20)], "tags": tags}
    split = make_split(columns, data(groups=["tags"], keep_apart=[]), None, seed=0)
    assert len({split.side[i] for i in range(20) if tags[i] == ["a", "b"]}) == 1
    assert len(set(split.groups)) == 4


def test_one_group_of_nearly_everything_is_refused():
    brands = ["a"] * 90 + [f"b{i}" for i in range(10)]
    columns = {"text": [f"text {i}" for i in range(100)], "brand": brands}
    with pytest.raises(DataError, match="90% of the documents belong together") as caught:
        make_split(columns, data(groups=["brand"], keep_apart=[]), None, seed=0)
    assert caught.value.where == "data.split"
    assert caught.value.hint


# --- proportions and seeds


@QUICK
@given(
    counts=st.lists(st.integers(10, 60), min_size=1, max_size=4),
    test_size=st.sampled_from([0.1, 0.2, 0.5]),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_class_comes_near_the_wanted_share(counts, test_size, seed):
    labels = [name for name, count in zip("abcd", counts, strict=False) for _ in range(count)]
    columns = {"text": [f"text {i}" for i in range(len(labels))]}
    split = make_split(columns, data(test_size=test_size, keep_apart=[]), labels, seed=seed)
    for name, count in zip("abcd", counts, strict=False):
        inside = sum(labels[i] == name for i in split.test)
        # single documents can be dealt out to within one
        assert abs(inside - test_size * count) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_classes_stay_in_proportion_when_groups_are_dealt_out(seed):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 120, 600)
    labels = rng.choice(["a", "b", "c"], 600, p=[0.6, 0.3, 0.1]).tolist()
    part = assign_groups(groups, labels, [0.7, 0.3], np.random.default_rng(seed))
    for name in "abc":
        inside = np.mean([p for p, label in zip(part, labels, strict=True) if label == name])
        assert inside == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize("seed", range(20))
def test_small_groups_even_out_what_large_ones_upset(seed):
    # dealt out in any other order, the group of 40 can come when both parts are nearly full
    groups = np.concatenate([np.full(40, 0), np.full(25, 1), np.arange(2, 137)])
    part = assign_groups(groups, None, [0.7, 0.3], np.random.default_rng(seed))
    assert abs((part == 1).sum() - 60) <= 1


@given(
    groups=st.lists(st.integers(0, 30), min_size=1, max_size=80),
    parts=st.integers(2, 5),
    seed=st.integers(0, 1000),
)
def test_groups_are_dealt_out_whole(groups, parts, seed):
    groups = np.array(groups)
    part = assign_groups(groups, None, [1 / parts] * parts, np.random.default_rng(seed))
    assert part.min() >= 0
    assert part.max() < parts
    for group in set(groups):
        assert len(set(part[groups == group])) == 1
    # no part is empty while there are groups to fill it
    assert len(set(part)) == min(parts, len(set(groups)))


@pytest.mark.parametrize("by", [{}, {"groups": ["brand"]}])
def test_a_seed_always_gives_the_same_split_and_another_one_another(by):
    texts, family = family_corpus(1)
    columns = {"text": texts, "brand": (family // 2).tolist()}
    labels = ["ab"[f % 2] for f in family]
    splits = [make_split(columns, data(**by), labels, seed=seed).side for seed in (3, 3, 4, 5)]
    np.testing.assert_array_equal(splits[0], splits[1])
    assert len({tuple(side) for side in splits}) == 3


# --- by time


def dated(days):
    return {"text": [f"text {i}" for i in range(len(days))], "date": days}


@QUICK
@given(
    days=st.lists(st.none() | st.dates().map(str), min_size=5, max_size=40),
    test_size=st.sampled_from([0.1, 0.2, 0.5]),
)
def test_the_latest_documents_test_and_undated_ones_are_left_out(days, test_size):
    known = sorted(day for day in days if day)
    config = data(by="time", test_size=test_size, keep_apart=[])
    if len(set(known)) < 2:
        with pytest.raises(DataError):
            make_split(dated(days), config, None, seed=0)
        return
    try:
        side = make_split(dated(days), config, None, seed=0).side
    except DataError as error:
        # the day from which on documents test can be the first one
        assert "trains the model" in error.what  # noqa: PT017
        assert known[int(len(known) * (1 - test_size))] == known[0]
        return
    assert {i for i, day in enumerate(days) if not day} == set(np.flatnonzero(side == LEFT_OUT))
    train = [day for day, s in zip(days, side, strict=True) if s == TRAIN]
    test = [day for day, s in zip(days, side, strict=True) if s == TEST]
    assert max(train) < min(test)
    # no later day would have been enough
    assert len(test) >= test_size * len(known)
    assert sum(day > min(test) for day in known) < test_size * len(known)


def test_a_day_divides_before_and_after():
    days = ["2017-02-28", "2017-03-01", "2017-03-02T08:00:00", None, "2016-12-31", ""]
    split = make_split(dated(days), data(test_from="20170301", keep_apart=[]), None, seed=0)
    assert split.side.tolist() == [TRAIN, TEST, TEST, LEFT_OUT, TRAIN, LEFT_OUT]


@pytest.mark.parametrize(
    ("days", "split", "where", "what"),
    [
        ([None, ""], {"by": "time"}, "data.columns.date", "no document has a date"),
        (["2017-03-01"] * 5, {"by": "time"}, "data.split", "trains the model"),
        (
            ["2017-03-01", "2017-03-02"],
            {"test_from": "2018-01-01"},
            "data.split",
            "tests the model",
        ),
        (["2017-03-01", "2017-03-02"], {"test_from": "2016-01-01"}, "data.split", "trains the"),
    ],
)
def test_an_empty_side_is_refused_by_time(days, split, where, what):
    with pytest.raises(DataError, match=what) as caught:
        make_split(dated(days), data(keep_apart=[], **split), None, seed=0)
    assert caught.value.where == where


# --- by column


def test_a_column_names_the_sides_and_other_values_are_left_out():
    parts = ["train", "valid", "test", "extra", None, "", "train", "dev", "Train"]
    columns = {"text": [f"text {i}" for i in range(len(parts))], "part": parts}
    split = make_split(columns, data(column="part"), None, seed=0)
    sides = [TRAIN, TEST, TEST, LEFT_OUT, LEFT_OUT, LEFT_OUT, TRAIN, TEST, LEFT_OUT]
    assert split.side.tolist() == sides
    assert split.train.tolist() == [0, 6]
    assert split.test.tolist() == [1, 2, 7]


def test_the_values_of_the_sides_can_be_named():
    columns = {"text": ["a", "b", "c", "d"], "fold": [0, 1, 2, 3]}
    split = make_split(columns, data(column="fold", train=[0, 1], test=3), None, seed=0)
    assert split.side.tolist() == [TRAIN, TRAIN, LEFT_OUT, TEST]


@pytest.mark.parametrize("parts", [["train"] * 3, ["test"] * 3, ["a", "b", None]])
def test_a_column_without_both_sides_shows_what_it_holds(parts):
    columns = {"text": ["a", "b", "c"], "part": parts}
    with pytest.raises(DataError) as caught:
        make_split(columns, data(column="part"), None, seed=0)
    assert caught.value.where == "data.split.column"
    assert repr(str(parts[0])) in caught.value.what
    assert "data.split.train" in caught.value.hint


# --- given sides and similar documents


@pytest.mark.parametrize("by", ["column", "time"])
def test_training_documents_too_close_to_a_test_document_are_left_out(by):
    texts, family = family_corpus(2)
    rng = np.random.default_rng(0)
    is_test = rng.random(len(texts)) < 0.3
    columns = {
        "text": texts,
        "part": np.where(is_test, "test", "train").tolist(),
        "date": np.where(is_test, "2017-03-02", "2017-03-01").tolist(),
    }
    apart = {"keep_apart": ["near_duplicates", "stories"]}
    sides = {"column": {"column": "part"}, "time": {"test_from": "2017-03-02"}}[by]
    split = make_split(columns, data(**sides, **apart), None, seed=0)
    too_close = np.isin(family, family[is_test]) & ~is_test
    assert too_close.any()
    assert (split.side[is_test] == TEST).all()
    assert (split.side[too_close] == LEFT_OUT).all()
    assert (split.side[~is_test & ~too_close] == TRAIN).all()
    assert all(proof.holds for proof in split.proof)
    untouched = make_split(columns, data(**sides, keep_apart=[]), None, seed=0)
    assert (untouched.side == np.where(is_test, TEST, TRAIN)).all()


def test_when_all_training_documents_are_too_close_it_says_so():
    text = "the old mill on the hill burned down last night"
    columns = {"text": [text, text], "part": ["train", "test"]}
    config = data(column="part", keep_apart=["near_duplicates"])
    with pytest.raises(DataError, match="no document is left that trains the model"):
        make_split(columns, config, None, seed=0)


# --- nothing to divide


def test_no_documents_are_refused():
    with pytest.raises(DataError) as caught:
        make_split({"text": []}, data(), None, seed=0)
    assert caught.value.where == "data.split"


@pytest.mark.parametrize("texts", [["one document"], ["the same five words again"] * 10])
def test_documents_that_cannot_be_told_apart_are_refused(texts):
    with pytest.raises(DataError, match="belong together") as caught:
        make_split({"text": texts}, data(), None, seed=0)
    assert caught.value.where == "data.split"


def test_the_description_tells_how_it_was_done():
    columns = {"text": ["a", "b"], "part": ["train", "test"], "date": ["2017-01-01", "2017-01-02"]}
    for split, words in (
        ({}, ("at random (seed 8)", "near-duplicates and stories never on both sides")),
        ({"column": "part"}, ("column part",)),
        ({"test_from": "2017-01-02"}, ("by time, from 2017-01-02 on",)),
        ({"by": "time", "test_size": 0.5}, ("the latest 50%",)),
    ):
        description = make_split(columns, data(**split), None, seed=8).description
        for word in words:
            assert word in description
