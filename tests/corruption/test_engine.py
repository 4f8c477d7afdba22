import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corruption import OPERATORS, apply_edits, damage, measure_level
from framing.errors import ConfigError

PLANS = st.dictionaries(st.sampled_from(list(OPERATORS)), st.floats(0.005, 1), max_size=4).map(
    lambda plan: list(plan.items())
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=120),
    st.just('Anna Reyes can\'t say who built the old-time mill (a ruin). "It is hers," he said.'),
)


@given(TEXTS, PLANS, st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_damage_reports_what_it_did(text: str, plan: list[tuple[str, float]], seed: int) -> None:
    damaged = damage(text, plan, np.random.default_rng(seed))
    assert damaged == damage(text, plan[::-1], np.random.default_rng(seed))
    assert damaged.level == measure_level(text, damaged.text)
    assert set(damaged.spans) == set(damaged.shares) <= {kind for kind, _ in plan}
    for kind, spans in damaged.spans.items():
        assert spans
        assert list(spans) == sorted(spans)
        assert all(0 <= start <= end <= len(damaged.text) for start, end in spans)
        assert 0 < damaged.shares[kind] <= 1
    if not damaged.spans:
        assert damaged.text == text


@pytest.mark.parametrize("kind", OPERATORS)
def test_text_outside_the_spans_is_the_original(kind: str, article: str) -> None:
    for seed in range(5):
        damaged = damage(article, [(kind, 0.1)], np.random.default_rng(seed))
        edits = OPERATORS[kind](article, 0.1, np.random.default_rng(seed))
        assert apply_edits(article, edits)[0] == damaged.text
        read = written = 0
        for edit, span in zip(edits, damaged.spans[kind], strict=True):
            assert article[read : edit.start] == damaged.text[written : span.start]
            read, written = edit.end, span.end
        assert article[read:] == damaged.text[written:]


def test_spans_of_earlier_kinds_follow_later_ones(article: str) -> None:
    for seed in range(10):
        plan = [("keyword_tail", 0.1), ("chrome", 0.3), ("tokenised", 1.0)]
        damaged = damage(article, plan, np.random.default_rng(seed))
        (tail,) = damaged.spans["keyword_tail"]
        alone = damage(article, [plan[0], plan[2]], np.random.default_rng(seed))
        # chrome may stand inside the tail; without it the tail is the same
        pieces, read = [], tail.start
        for start, end in damaged.spans["chrome"]:
            if tail.start <= start <= end <= tail.end:
                pieces.append(damaged.text[read:start])
                read = end
        pieces.append(damaged.text[read : tail.end])
        assert "".join(pieces) == alone.text[slice(*alone.spans["keyword_tail"][0])]
        set_off = [damaged.text[slice(*span)] for span in damaged.spans["tokenised"]]
        assert all(piece.isspace() or piece.strip(" ") in
                   ("``", "''", "-LRB-", "-RRB-") for piece in set_off)  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ([("mildew", 0.1)], "mildew.*\n.*chrome"),
        ([("ocr", 0.1), ("ocr", 0.2)], "ocr twice"),
        ([("ocr", 0.0)], "severity of ocr is 0"),
        ([("ocr", 1.5)], "severity of ocr is 1.5"),
        ([("ocr", float("nan"))], "severity of ocr is nan"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(
    plan: list[tuple[str, float]], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        damage("text", plan, np.random.default_rng(0))
