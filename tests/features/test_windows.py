import re
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.features.prepare import prepare
from framing.features.repeats import repeated_words
from framing.features.windows import CUT, REPEATED, WINDOW, cut_places, windows

TEXTS = st.text(st.characters(exclude_characters=CUT + REPEATED), max_size=3000)


# the first call compiles
@settings(deadline=None)
@given(TEXTS)
def test_windows_make_up_the_text(text):
    places = cut_places(text)
    found = [window.replace(REPEATED, "") for window in windows(text, places)]
    assert places[0] == 0
    assert places[-1] == len(text)
    assert [w.strip(CUT) for w in found] == [text[a:b] for a, b in pairwise(places)]


def test_windows_are_about_equally_long_and_begin_with_a_word():
    words = np.random.default_rng(0).integers(2, 12, size=5000)
    text = " ".join("x" * n for n in words)
    lengths = np.diff(cut_places(text))
    assert lengths.min() > 0.9 * WINDOW
    assert lengths.max() < 1.1 * WINDOW
    assert all(text[place - 1] == " " for place in cut_places(text)[1:-1])


def test_only_the_ends_of_the_text_are_marked_as_such():
    words = np.random.default_rng(0).integers(1000, 9999, size=300)
    text = " ".join(map(str, words))
    cut = [prepare(window, "layout") for window in windows(text, cut_places(text))]
    assert len(cut) > 2
    assert [window.startswith("⟦") for window in cut] == [True] + [False] * (len(cut) - 1)
    assert [window.endswith("⟧") for window in cut] == [False] * (len(cut) - 1) + [True]
    assert prepare("short", "layout") == "⟦short⟧"


def test_what_stands_for_a_cut_is_read_by_no_preparation():
    for how in ("layout", "normalized"):
        assert CUT not in prepare(f"{CUT}some words{CUT}", how)
    assert prepare(CUT, "layout") == "⟧"


def plainly_repeated(text):
    """The same in plain Python: words with the three before them, or right after themselves."""
    found, seen, words = [], set(), []
    for match in re.finditer(r"\S+", text):
        words.append(match[0])
        run = tuple(words[-4:])
        again = len(words) > 1 and len(match[0]) > 1 and words[-2] == match[0]
        if again or (len(run) == 4 and run in seen):
            found.append(match.end())
        seen.add(run)
    return found


# the first call compiles
@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "bb", "cc,", "dé", "\n", "  ", "🙂"]), max_size=80))
def test_words_that_were_said_before_are_found(pieces):
    text = " ".join(pieces)
    assert repeated_words(text).tolist() == plainly_repeated(text)


# the first call compiles
@settings(deadline=None)
@given(TEXTS)
def test_words_that_were_said_before_are_found_in_any_text(text):
    # what str.split takes for white space separates words here and there
    spaced = " ".join(text.split())
    twice = f"{spaced} {spaced}"
    assert repeated_words(twice).tolist() == plainly_repeated(twice)


def test_repeated_words_are_marked_where_they_stand():
    text = "We told you so once. We told you so once. The the end."
    assert windows(text, cut_places(text)) == [
        f"We told you so once. We told you so{REPEATED} once.{REPEATED} The the end."
    ]
    assert windows("the the", [0, 7]) == [f"the the{REPEATED}"]
    long = " ".join(map(str, range(1000, 1200)))
    doubled = f"{long} {long}"
    cut = windows(doubled, cut_places(doubled))
    assert sum(window.count(REPEATED) for window in cut) == 197
    assert REPEATED not in cut[0]
    assert cut[-1].endswith(f"1199{REPEATED}")
