"""Spacing that went wrong: words run together or split, hard line wraps, runs of spaces."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from framing.corruption.drawing import pick, pick_weighted
from framing.corruption.edits import Edit, run_within_budget, within_budget

_SPACE = re.compile(r"(?<=\S) (?=\S)")
_AFTER_SENTENCE = re.compile(r"(?<=[a-z][.!?,;:]) (?=\S)")
_INSIDE_WORD = re.compile(r"(?<=[^\W\d_]{2})(?=[^\W\d_]{2})")
_LETTER_BORDER = re.compile(r"(?<=[^\W\d_])(?=[^\W\d_])")


def _joined(text: str, rng: np.random.Generator) -> list[Edit]:
    return [Edit(*match.span(), "") for match in _SPACE.finditer(text)]


def _joined_sentences(text: str, rng: np.random.Generator) -> list[Edit]:
    return [Edit(*match.span(), "") for match in _AFTER_SENTENCE.finditer(text)]


def _split(text: str, rng: np.random.Generator) -> list[Edit]:
    return [Edit(match.start(), match.start(), " ") for match in _INSIDE_WORD.finditer(text)]


def _letter_spaced(text: str, rng: np.random.Generator) -> list[Edit]:
    return [Edit(match.start(), match.start(), " ") for match in _LETTER_BORDER.finditer(text)]


def _wrapped(text: str, rng: np.random.Generator) -> list[Edit]:
    width = int(pick(rng, (30, 45, 60, 65, 72, 76, 80)) + 3 * rng.random())
    written = pick(rng, ("\n", "\n", "\n", "\r\n", " \n", "\n\n", "=\n"))
    edits = []
    line = 0  # where the line at hand starts
    last = -1  # the last space that it may be wrapped at
    for match in re.finditer(r"\n|" + _SPACE.pattern, text):
        at = match.start()
        if text[at] == "\n":
            line, last = at + 1, -1
            continue
        if at - line > width and last >= 0:
            edits.append(Edit(last, last + 1, written))
            line = last + 1
        last = at
    return edits


def _widened(text: str, rng: np.random.Generator) -> list[Edit]:
    gap = pick(rng, ("  ", "  ", "   ", "\t", "     ", " \t ", "\u00a0 ", "        "))
    return [Edit(*match.span(), gap) for match in _SPACE.finditer(text)]


_Way = Callable[[str, np.random.Generator], list[Edit]]
_WAYS: tuple[tuple[tuple[_Way, bool], float], ...] = (
    ((_joined, False), 0.22),
    ((_joined_sentences, False), 0.13),
    ((_split, False), 0.18),
    ((_letter_spaced, True), 0.07),
    ((_wrapped, True), 0.25),
    ((_widened, False), 0.15),
)
"""What can happen, whether in one run of the text or scattered, and how often."""


def spacing(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Take out spaces, set them inside words, wrap lines, or leave wide gaps.

    One way a document: spaces are gone between words or after punctuation; words are split, or
    set letter by letter; lines are wrapped at a width that is drawn; or spaces come in runs.
    """
    (way, in_a_run), scattered = pick_weighted(rng, _WAYS), rng.random() < 0.7
    edits = way(text, rng) or _joined(text, rng) or _letter_spaced(text, rng)
    draw = run_within_budget if in_a_run or not scattered else within_budget
    return draw(edits, severity * len(text), rng)
