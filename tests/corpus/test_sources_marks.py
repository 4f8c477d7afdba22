from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corpus import MARKS, count_marks, is_marked, mark_counts, marks_by

DATA = Path(__file__).parents[1] / "data" / "corpus"
MARKED = [json.loads(line) for line in (DATA / "marked.jsonl").read_text("utf-8").splitlines()]
UNMARKED = (DATA / "unmarked.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("case", MARKED, ids=lambda case: case["marks"][0])
def test_damage_is_found_by_its_name(case):
    assert list(count_marks(case["text"])) == case["marks"]
    assert is_marked(case["text"])


@pytest.mark.parametrize("text", UNMARKED)
def test_undamaged_text_has_no_marks(text):
    assert count_marks(text) == {}
    assert not is_marked(text)


def test_every_mark_has_an_example():
    assert {name for case in MARKED for name in case["marks"]} == set(MARKS)


pieces = st.sampled_from(
    [*(case["text"] for case in MARKED), *UNMARKED, "we’re ", "You're", "é", "\x85", "\n", " "]
)


@settings(deadline=None)
@given(st.lists(pieces | st.text(max_size=5), max_size=4).map("".join))
def test_marks_are_what_their_patterns_find(text):
    expected = {name: len(mark.findall(text)) for name, mark in MARKS.items()}
    assert count_marks(text) == {name: n for name, n in expected.items() if n}
    assert is_marked(text) == any(expected.values())
    assert marks_by(mark_counts([text]), ["all"])["all"] == {
        **{name: float(n > 0) for name, n in expected.items()},
        "any mark": float(any(expected.values())),
    }


def test_marks_are_counted():
    assert count_marks('It isn"t, she didn"t.') == {"quote inside a word": 2}


def test_shares_by_group():
    texts = ["Jos\ufffd.", "Fine.", "Fine too.", 'We don"t. Jos\ufffd.']
    shares = marks_by(mark_counts(texts), ["a", "a", "b", "a"])
    assert list(shares) == ["a", "b"]
    assert shares["a"]["replacement character"] == pytest.approx(2 / 3)
    assert shares["a"]["quote inside a word"] == pytest.approx(1 / 3)
    assert shares["a"]["any mark"] == pytest.approx(2 / 3)
    assert set(shares["b"].values()) == {0.0}


def test_groups_and_texts_must_be_as_many():
    with pytest.raises(ValueError):
        marks_by(mark_counts(["one", "two"]), ["a"])


def test_counts_do_not_depend_on_the_processes():
    texts = [case["text"] * 2000 for case in MARKED]
    counts = mark_counts(iter(texts), jobs=2)
    assert (counts == mark_counts(texts)).all()
    assert [dict(zip(MARKS, row.tolist(), strict=True)) for row in counts] == [
        {**dict.fromkeys(MARKS, 0), **count_marks(text)} for text in texts
    ]
    assert mark_counts([]).shape == (0, len(MARKS))
