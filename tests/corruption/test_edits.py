import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.corruption import Edit, Span, apply_edits, remap_spans
from framing.corruption.edits import disjoint, edited, run_within_budget, within_budget

TEXTS = st.text(max_size=60)


@st.composite
def text_and_edits(draw: st.DrawFn, text: str | None = None) -> tuple[str, list[Edit]]:
    text = draw(TEXTS) if text is None else text
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(start, end, draw(st.text(max_size=5))) for start, end in pairs]


@given(text_and_edits())
def test_untouched_text_stays_and_spans_hold_the_replacements(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    after, spans = apply_edits(text, edits)
    assert edited(text, edits) == (after, sum(edit.cost for edit in edits))
    assert [after[s:e] for s, e in spans] == [edit.replacement for edit in edits]
    old_borders = [0, *(p for e in edits for p in (e.start, e.end)), len(text)]
    new_borders = [0, *(p for s in spans for p in s), len(after)]
    for i in range(0, len(old_borders), 2):
        old = text[old_borders[i] : old_borders[i + 1]]
        assert old == after[new_borders[i] : new_borders[i + 1]]


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(2, 4, ""), Edit(3, 5, "")],
        [Edit(3, 4, ""), Edit(1, 2, "")],
        [Edit(2, 1, "x")],
        [Edit(-1, 1, "x")],
        [Edit(5, 7, "x")],
    ],
    ids=["overlap", "order", "backwards", "before", "beyond"],
)
def test_bad_edits_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        apply_edits("abcdef", edits)


@given(st.data(), text_and_edits())
def test_remapped_spans_are_in_order_and_inside_the_text(
    data: st.DataObject, case: tuple[str, list[Edit]]
) -> None:
    text, edits = case
    middle, spans = apply_edits(text, edits)
    _, later = data.draw(text_and_edits(middle))
    after, touched = apply_edits(middle, later)
    moved = remap_spans(spans, later)
    assert all(0 <= s <= e <= len(after) for s, e in moved)
    assert list(moved) == sorted(moved)
    for old, new in zip(spans, moved, strict=True):
        hit = [
            place
            for edit, place in zip(later, touched, strict=True)
            if edit.start < old.end and edit.end > old.start
        ]
        if not hit:
            assert after[slice(*new)] == middle[slice(*old)]
        for place in hit:
            assert new.start <= place.start
            assert place.end <= new.end


def test_an_insertion_at_a_border_stays_outside_the_span() -> None:
    assert remap_spans([Span(2, 4)], [Edit(2, 2, "xx"), Edit(4, 4, "yy")]) == (Span(4, 6),)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=30))
def test_disjoint_edits_can_be_applied(pairs: list[tuple[int, int]]) -> None:
    kept = disjoint(Edit(start, start + width, "x") for start, width in pairs)
    apply_edits("." * 60, kept)
    assert bool(kept) == bool(pairs)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.floats(0, 200), st.integers(0, 99))
def test_draws_keep_to_the_budget(widths: list[int], budget: float, seed: int) -> None:
    edits = [Edit(i, i, "x" * width) for i, width in enumerate(widths)]
    for draw in (within_budget, run_within_budget):
        drawn = draw(edits, budget, np.random.default_rng(seed))
        assert drawn
        assert len(drawn) == 1 or sum(edit.cost for edit in drawn) <= budget
        assert drawn == sorted(set(drawn))
    assert drawn == edits[drawn[0].start : drawn[-1].start + 1]
