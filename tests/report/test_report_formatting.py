import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.report import formatting as f
from framing.report.markdown import code, escaped


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (f.figure, 0.9124, "0.912"),
        (f.figure, -0.0412, "-0.041"),
        (f.figure, 0, "0.000"),
        (f.figure, 0.000042, "4.2e-05"),
        (f.figure, 0.00042, "0.00042"),
        (f.figure, 1234.5, "1,234.500"),
        (f.count, 12345, "12,345"),
        (f.percent, 0.3021, "30.2%"),
        (f.duration, 7.44, "7.4 s"),
        (f.duration, 59.96, "1 min 0 s"),
        (f.duration, 200.4, "3 min 20 s"),
        (f.rate, 8.25, "8.2"),
        (f.rate, 1250.4, "1,250"),
        (f.rate, 99.96, "100"),
    ],
)
def test_numbers_follow_the_documented_rules(write, value, text):
    assert write(value) == text


@pytest.mark.parametrize("write", [f.figure, f.count, f.percent, f.duration, f.rate])
def test_a_missing_number_is_an_en_dash(write):
    assert write(None) == "–"


def test_intervals_stay_readable_with_negative_and_missing_ends():
    assert f.interval(0.883, 0.919) == "0.883–0.919"
    assert f.interval(-0.12, 0.031) == "-0.120 to 0.031"
    assert f.interval(None, None) == "–"
    assert f.interval(0.8, None) == "0.800 to –"


@given(st.floats(min_value=-1e6, max_value=1e6))
def test_a_figure_is_never_off_by_more_than_it_rounds(value):
    assert abs(float(f.figure(value).replace(",", "")) - value) <= 0.000501


@given(st.text())
def test_ngrams_show_every_character(text):
    shown = f.ngram(text)
    assert shown.isprintable()
    assert " " not in shown
    assert len(shown) >= max(1, len(text))


@given(st.text())
def test_labels_are_one_line_without_hidden_characters(text):
    shown = f.label(text).replace("\u200c", "").replace("\u200d", "")
    assert shown.isprintable()


def test_layout_in_ngrams_has_its_own_signs():
    assert f.ngram("a b\n\t\u00a0\u200b") == "a␣b↵⇥⍽⟨U+200B⟩"
    assert f.ngram("") == "∅"


def test_direction_overrides_and_terminal_escapes_are_spelled_out():
    assert f.label("a\u202eb\x1b[31m") == "a⟨U+202E⟩b⟨U+001B⟩[31m"


@given(st.text())
def test_escaped_markdown_has_no_tag_and_no_bare_table_mark(text):
    shown = escaped(text)
    assert "<" not in shown
    assert not re.search(r"(?<!\\)(\\\\)*\|", shown)


@given(st.text(alphabet="`|ab<", min_size=1))
def test_code_spans_are_closed_by_their_own_fence_only(text):
    span = code(text)
    ticks = len(span) - len(span.lstrip("`"))
    inside = span[ticks:-ticks]
    assert all(len(run) < ticks for run in re.findall("`+", inside))
    assert not re.search(r"(?<!\\)\|", span)


def test_nan_and_infinities_become_none():
    nested = {"a": [float("nan"), {"b": float("inf")}, 1.5], "c": "nan"}
    assert f.finite(nested) == {"a": [None, {"b": None}, 1.5], "c": "nan"}
