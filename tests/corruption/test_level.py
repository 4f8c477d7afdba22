import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from framing.corruption import damage, measure_level
from framing.grades import GRADES, grade

ANY = st.text(st.characters(), max_size=80)


@given(ANY, ANY)
def test_level_is_the_normalized_edit_distance(one: str, other: str) -> None:
    level = measure_level(one, other)
    assert level == pytest.approx(Levenshtein.normalized_distance(one, other))
    assert 0 <= level <= 1
    assert (level == 0) == (one == other)


@pytest.mark.parametrize(("name", "below"), GRADES[:-1])
def test_a_grade_ends_at_its_border(name: str, below: float) -> None:
    assert grade(below - 1e-9) == name
    assert grade(below) != name


def test_grades_go_from_clean_to_severe() -> None:
    assert [grade(x) for x in (0, 0.01, 0.05, 0.2, 0.5, 1)] == [
        "clean", "light", "moderate", "heavy", "severe", "severe",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def book(article: str) -> str:
    words = np.random.default_rng(0).choice(article.split(), 36_000)
    return " ".join(words.tolist())


@pytest.mark.parametrize("severity", [0.01, 0.08])
def test_long_texts_are_measured_in_pieces_as_if_whole(book: str, severity: float) -> None:
    assert len(book) > 200_000
    plan = [("ocr", severity), ("keyword_tail", 0.01), ("chrome", 0.02)]
    damaged = damage(book, plan, np.random.default_rng(3)).text
    exact = Levenshtein.normalized_distance(book, damaged, score_hint=0.15)
    assert exact - 1e-9 <= measure_level(book, damaged) <= exact * 1.05


def test_a_long_insertion_costs_its_length(book: str) -> None:
    damaged = "x" * 20_000 + book[:70_000] + "?" + book[70_001:]
    assert measure_level(book, damaged) == pytest.approx(20_001 / len(damaged), rel=0.02)
    assert measure_level(damaged, book) == pytest.approx(20_001 / len(damaged), rel=0.02)


def test_time_is_bounded_for_unlike_texts() -> None:
    rng = np.random.default_rng(1)
    one, other = ("".join(map(chr, rng.integers(32, 127, 600_000))) for _ in range(2))
    start = time.process_time()
    assert measure_level(one, other) > 0.5
    assert measure_level(one, other[:1000]) > 0.9
    assert time.process_time() - start < 5
