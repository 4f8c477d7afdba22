"""Lines that repeat across a corpus are page chrome, not clean text."""

from hypothesis import given
from hypothesis import strategies as st

from framing.corruption import make_variants
from framing.corruption.furniture import repeated_lines, without_lines

FOOTER = "Copyright The Brackenford Bugle. All rights reserved."
SIGN_UP = "Sign up for the Bugle's morning letter"
TEXTS = [f"Story {i} begins.\n{SIGN_UP}\nStory {i} ends.\n  {FOOTER}\n" for i in range(5)]


def test_lines_of_three_documents_are_found_most_frequent_first():
    more = [*TEXTS, f"One more.\n{FOOTER}", "One more.\nAnd more."]
    assert repeated_lines(more) == (FOOTER, SIGN_UP)
    # a line that one document says again and again is its own
    assert repeated_lines([f"{FOOTER}\n{FOOTER}\n{FOOTER}\nx"]) == ()
    assert repeated_lines([]) == ()
    # a text of one line is no page
    assert repeated_lines(["The same."] * 5) == ()


def test_they_are_taken_out_as_they_stand():
    assert without_lines(TEXTS[0], frozenset(repeated_lines(TEXTS))) == (
        "Story 0 begins.\nStory 0 ends.\n"
    )


@given(st.text(max_size=300))
def test_without_lines_to_take_out_a_text_is_as_it_was(text):
    assert without_lines(text, frozenset()) == text
    assert without_lines(text, frozenset([FOOTER])) == text


def test_variants_have_them_as_chrome_only(article):
    text = f"{SIGN_UP}\n{article}\n{FOOTER}"
    seen = set()
    for seed in range(60):
        clean, (variant,) = make_variants(
            text, title=None, count=1, kinds=["chrome"], seed=seed, key="a", lines=(FOOTER, SIGN_UP)
        )
        assert FOOTER not in clean
        assert SIGN_UP not in clean
        assert variant.kinds == ("chrome",)
        seen |= {line for line in (FOOTER, SIGN_UP) if line in variant.text}
    assert seen == {FOOTER, SIGN_UP}
