"""Where damage is found: every figure can be replayed by taking the place out."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.explaining import map_damage
from framing.features.windows import CUT, REPEATED, cut_places

KINDS = ("rust", "moss")
BARE = str.maketrans("", "", CUT + REPEATED)


def measure(windows):
    """Damage that is known: # is rust, % is moss, every other character is undamaged."""
    bare = [window.translate(BARE) for window in windows]
    shares = np.array([[w.count("#"), w.count("%")] for w in bare]).reshape(len(bare), 2)
    shares = shares / np.maximum([len(w) for w in bare], 1)[:, None]
    return np.column_stack([shares.sum(axis=1), shares])


def words(n, seed=0):
    rng = np.random.default_rng(seed)
    return " ".join("".join(rng.choice(list("abcdef"), rng.integers(2, 9))) for _ in range(n))


def test_damaged_words_lines_and_gaps_are_found():
    text = f"{words(40)}\n\n####\n{words(30)} ###### {words(30)}\n%%%%% %%%\n{words(80)}\n"
    found = map_damage(text, measure, KINDS)
    assert [text[line.start : line.end] for line in found.lines] == [
        line for line in text.split("\n") if line
    ]
    assert [(text[s.start : s.end], s.kind) for s in found.spans] == [
        ("####", "rust"), ("######", "rust"), ("%%%%% %%%", "moss"),
    ]  # fmt: skip
    hit = found.damaged_lines()
    assert [text[line.start : line.end] for line in hit] == ["####", "%%%%% %%%"]
    assert [line.kind for line in hit] == ["rust", "moss"]
    assert all(line.level > 0.85 for line in hit)
    (between,) = [line for line in found.lines if "######" in text[line.start : line.end]]
    assert between.level == pytest.approx(6 / (between.end - between.start), rel=0.1)


@given(st.lists(st.sampled_from(["word", "##", "%", "a#b", "\n", "  ", "🙂", "é"]), max_size=300))
@settings(max_examples=60, deadline=None)
def test_lines_of_any_text_are_as_damaged_as_they_are(pieces):
    text = " ".join(pieces)
    found = map_damage(text, measure, KINDS)
    assert [text[p.start : p.end] for p in found.lines] == re.findall(r"[^\n]*\S[^\n]*", text)
    for line in found.lines:
        bad = sum(text.count(c, line.start, line.end) for c in "#%")
        # a mean over stretches by length: exact, whatever windows it lies in
        assert line.level == pytest.approx(bad / (line.end - line.start), abs=1e-9)
        assert (line.kind is None) == (bad == 0)
    for span in found.spans:
        assert 0.5 <= span.level <= 1
        assert "\n" not in text[span.start : span.end].strip()
    ends = [0, *(place for span in found.spans for place in (span.start, span.end))]
    assert ends == sorted(ends)


def test_what_a_line_is_said_to_hold_is_what_taking_it_out_changes():
    text = f"{words(20)}\n### {words(10, 1)}\n{words(15, 2)}"
    assert len(cut_places(text)) == 2
    found = map_damage(text, measure, KINDS)
    whole = measure([text])[0, 0]
    for line in found.lines:
        rest = text[: line.start] + text[line.end :]
        share = (line.end - line.start) / len(text)
        assert line.level * share + measure([rest])[0, 0] * (1 - share) == pytest.approx(whole)


def test_a_document_that_holds_marks_itself_is_found_in_its_own_places():
    text = f"{CUT}ab{REPEATED} cd ####{CUT} ef\n{REPEATED}###### gh"
    found = map_damage(text, measure, KINDS)
    assert [text[s.start : s.end].strip(CUT + REPEATED) for s in found.spans] == ["####", "######"]


@pytest.mark.parametrize("text", ["", " \n ", "\n\n"])
def test_nothing_is_found_in_nothing(text):
    found = map_damage(text, measure, KINDS)
    assert (found.lines, found.spans) == ((), ())


def test_the_plain_form_holds_offsets_levels_and_kinds():
    found = map_damage("ab ##", measure, KINDS)
    assert found.to_dict() == {
        "lines": [{"start": 0, "end": 5, "level": 0.4, "kind": "rust"}],
        "spans": [{"start": 3, "end": 5, "level": pytest.approx(2 / 3, abs=0.01), "kind": "rust"}],
    }
