from __future__ import annotations

import time
import unicodedata

import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.features import HashedTfidfVectorizer, normalized, prepare
from framing.features.preparing import END, GAP, LINE_END, START, TAB

QUICK = settings(max_examples=200, deadline=None)
RARE = ("Cn", "Co", "Cs")
MARKS = GAP + LINE_END + TAB + START + END


def layout(text):
    return prepare(text, "layout")


any_text = st.text()
# short texts of what the preparation works on meet each other far more often
tricky = st.text(
    "ab .,?!)\"'`-—–’“”«»…‥‴⁇ʼŉ\ufffd\u0301\u00ad\u200b\u00a0\x00\t\r\n$£é", max_size=14
)


def char_ngrams(text: str) -> set[str]:
    view = HashedTfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), prepare="layout", lowercase=False
    )
    return set(view.ngrams(text))


# --- the same as regular expressions give


@settings(max_examples=400, deadline=None)
@given(any_text | tricky | st.text(st.characters(codec=None)))
def test_compiled_preparations_do_what_regular_expressions_do(text):
    assert normalized(text) == reference.normalized(text)
    assert layout(text) == reference.layout(text)
    assert prepare(text, "as_is") == text


def test_every_character_is_prepared_as_regular_expressions_do():
    assigned = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in RARE]
    rare = [c for c in map(chr, range(0, 0x110000, 499)) if unicodedata.category(c) in RARE]
    characters = assigned + rare
    for start in range(0, len(characters), 5000):
        text = "".join(f"a{c}b\n" for c in characters[start : start + 5000])
        assert normalized(text) == reference.normalized(text)


# --- layout


@given(st.text(st.characters(exclude_characters=[*MARKS, "\r"])))
def test_a_text_can_be_read_back_from_its_layout(text):
    prepared = layout(text)
    assert prepared[0] == START
    assert prepared[-1] == END
    inside = prepared[1:-1].replace(LINE_END, "\n").replace(TAB, "\t").replace(GAP, " ")
    assert inside == text


@given(any_text)
def test_layout_leaves_no_line_end_tab_or_double_space(text):
    prepared = layout(text)
    assert not set("\r\n\t") & set(prepared)
    assert "  " not in prepared


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_the_same(line_end):
    assert layout(f"one{line_end}{line_end}two") == layout("one\n\ntwo")


def test_the_length_of_a_gap_shows():
    assert len({layout("a" + " " * n + "b") for n in range(6)}) == 6


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("the  mill", "the mill"),
        ("the \nmill", "the mill"),
        ("the\nmill", "the mill"),
        ("the\tmill", "the mill"),
        (" the mill", "the mill"),
        ("the mill ", "the mill"),
        ("the mill\n", "the mill"),
        ("the mil", "the mill"),
        ("he mill", "the mill"),
    ],
)
def test_what_layout_shows_reaches_the_ngrams(damaged, clean):
    assert char_ngrams(damaged) - char_ngrams(clean)


def test_a_document_without_text_still_shows_its_ends():
    assert char_ngrams("") == {START, END, START + END}


# --- normalized


@QUICK
@given(any_text | tricky)
def test_normalizing_twice_is_normalizing_once(text):
    once = normalized(text)
    assert normalized(once) == once


@QUICK
@given(any_text | tricky)
def test_no_typography_and_no_broken_character_is_left(text):
    left = normalized(text)
    assert not set(left) & set("\"'`´′″\ufffd")
    assert not {unicodedata.category(c) for c in left} & {
        "Pd", "Pi", "Pf", "Sc", "Mn", "Cc", "Cf", "Co", "Cs", "Cn",
    }  # fmt: skip
    assert left == " ".join(left.split())
    assert ".." not in left


@given(st.text(st.characters(categories=["Lu", "Ll", "Nd", "Zs"], max_codepoint=127)))
def test_plain_words_stay_as_they_are(text):
    assert normalized(text) == " ".join(text.split())


# pieces of a sentence, and the spellings that are to mean the same
word = st.text("abcdefgh", min_size=1, max_size=6)
end = st.sampled_from([".", ",", "!", ";", ":"])
sentence = st.lists(
    st.one_of(
        word,
        st.builds(lambda w, e: f"{w}{e}", word, end),
        st.builds(lambda w: f"“{w}”", word),
        st.builds(lambda v, w: f"“{v}, {w}”", word, word),
        st.builds(lambda v, w: f"{v}’{w}", word, word),
        st.builds(lambda v, w: f"{v}—{w}", word, word),
        st.builds(lambda v, w: f"{v} – {w}", word, word),
        st.builds(lambda v, w: f"{v}… {w}", word, word),
        st.builds(lambda w: f"€{w}", word),
    ),
    min_size=1,
    max_size=8,
).map(" ".join)
SPELLINGS = {
    "straight quotes": {"“": '"', "”": '"', "’": "'"},
    "single quotes": {"“": "‘", "”": "’"},
    "German quotes": {"“": "„", "”": "“"},
    "guillemets": {"“": "«", "”": "»"},
    "backticks": {"“": "``", "”": "''", "’": "`"},
    "quotes lost to an encoding": {"“": '"?', "”": '"?', "’": '"?'},
    "hyphens": {"—": "-", "–": "-"},
    "double hyphens": {"—": " -- ", "–": "--"},
    "minus": {"—": "−", "–": "−"},
    "no-break spaces": {" ": "\u00a0"},
    "new lines": {" ": "\n"},
    "double spaces": {" ": "  "},
    "spaced dots": {"…": " . . ."},
    "three dots": {"…": "..."},
    "dollars": {"€": "$"},
    "currency lost to an encoding": {"€": "?"},
    "zero-width spaces": {" ": " \u200b"},
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
@settings(max_examples=25, deadline=None)
@given(text=sentence)
def test_a_sentence_is_the_same_in_every_spelling(spelling, text):
    assert normalized(text.translate(str.maketrans(spelling))) == normalized(text)


def test_a_sentence_without_its_typography():
    text = "“Don’t,” she said—twice …  ‘why not?’ ( it cost £5 )"
    assert normalized(text) == "Don t, she said twice why not? ( it cost 5)"


@pytest.mark.parametrize("text", ["naïve café", "nai\u0308ve cafe\u0301", "naive cafe"])
def test_accents_do_not_count(text):
    assert normalized(text) == "naive cafe"


def test_what_broken_bytes_left_of_a_word_goes():
    assert normalized("The caf\ufffd\ufffd is open") == "The is open"
    assert normalized("caf\ufffds") == ""


@pytest.mark.parametrize("piece", ["a", "é", "a\ufffd", "?", ". ", " ", '"?', "\u0301"])
def test_time_is_linear_in_length(piece):
    start = time.perf_counter()
    normalized(piece * 200_000)
    layout(piece * 200_000)
    # quadratic time would be minutes
    assert time.perf_counter() - start < 10
