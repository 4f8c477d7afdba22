"""Long texts cut into windows, whose borders are not taken for a text's start and end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from framing.features.repeats import repeated_words

CUT = "\ufdd0"
"""A noncharacter at the end of a stretch that the document goes beyond: it gets no mark there."""
REPEATED = "\ufdd1"
"""A noncharacter after each word that the document said before, see :func:`repeated_words`."""
_OTHER = "\ufdd2"  # a noncharacter that means nothing
WINDOW = 400
"""Characters of a window, about."""
_TOGETHER = 2500  # windows in which words are looked for that come again
_REACH = 24  # characters by which a cut moves to the next white space


def cut_places(text: str) -> list[int]:
    """Where the windows of a text start, and where the last one ends.

    All are about equally long, 300 to 600 characters; a shorter text is one window.
    """
    n = max(1, round(len(text) / WINDOW))
    places = [0]
    for k in range(1, n):
        at = k * len(text) // n
        space = text.find(" ", at, at + _REACH)
        places.append(at if space < 0 else space + 1)
    return [*places, len(text)]


def windows(text: str, places: Sequence[int]) -> list[str]:
    """A text in windows: its stretches, marked for what a stretch alone does not show.

    Inner borders carry :data:`CUT`: `layout` knows by it that the text goes on there.
    :data:`REPEATED` stands after words that the text said before, a million characters back at
    most.

    Parameters
    ----------
    places : sequence of int
        As :func:`cut_places` gives them.
    """
    # a document that holds a mark itself is not to pass for a marked one
    text = text.replace(CUT, _OTHER).replace(REPEATED, _OTHER)
    found = []
    last = len(places) - 2
    for first in range(0, last + 1, _TOGETHER):
        some = places[first : first + _TOGETHER + 1]
        start = some[0]
        part = text[start : some[-1]]
        repeated = repeated_words(part)
        # a mark belongs to the word that ends there, so to the stretch before a border
        before = np.searchsorted(repeated, np.array(some) - start, side="right").tolist()
        if len(repeated):
            ends = repeated.tolist()
            part = REPEATED.join([part[a:b] for a, b in pairwise([0, *ends, len(part)])])
        borders = [place - start + marks for place, marks in zip(some, before, strict=True)]
        for k, (a, b) in enumerate(pairwise(borders), start=first):
            found.append(f"{CUT if k else ''}{part[a:b]}{CUT if k < last else ''}")
    return found
