"""Lost words: what a filter took out of the running text, and the gap it left."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from framing.corruption.drawing import pick, pick_weighted
from framing.corruption.edits import Edit, disjoint, within_budget
from framing.corruption.vocabulary import name_spans

_HYPHENATED = re.compile(r"(?<![\w-])[^\W_]+(?:-[^\W_]+)+(?![\w-])")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PHRASE = re.compile(r"[^\W_]{3,}(?:['’][^\W_]+)?(?: [^\W_]{3,}){0,2}")
_BRACKETED = re.compile(r"(?<=\()[^()\n]{1,60}\)?")

Finder = Callable[[str, np.random.Generator], list[tuple[int, int]]]


def _hyphenated(text: str, rng: np.random.Generator) -> list[tuple[int, int]]:
    return [match.span() for match in _HYPHENATED.finditer(text)]


def _names(text: str, rng: np.random.Generator) -> list[tuple[int, int]]:
    return name_spans(text)


def _words(text: str, rng: np.random.Generator) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text)]


def _links(text: str, rng: np.random.Generator) -> list[tuple[int, int]]:
    # links are long words and what stands beside them, a few in a document
    spans = [match.span() for match in _PHRASE.finditer(text)]
    keep = rng.random(len(spans)) < 0.25
    return [span for span, kept in zip(spans, keep, strict=True) if kept]


def _bracketed(text: str, rng: np.random.Generator) -> list[tuple[int, int]]:
    whole = rng.random() < 0.5
    spans = []
    for match in _BRACKETED.finditer(text):
        start, end = match.span()
        spans.append((start, end - (not whole and text[end - 1] == ")")))
    return [span for span in spans if span[0] < span[1]]


_FINDERS: tuple[tuple[tuple[Finder, int], float], ...] = (
    ((_hyphenated, 3), 0.4),
    ((_names, 3), 0.13),
    ((_words, 1), 0.17),
    ((_links, 2), 0.2),
    ((_bracketed, 1), 0.1),
)
"""Finders with the fewest places they must find to be of use, and how often each is drawn."""


def lost_words(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Take out words of one sort: hyphenated, names, linked phrases, what is in brackets, or any.

    The sort and the look of the gap are drawn once a document: the two spaces around the word
    left as they are, widened, or closed to one. A document with too few words of the sort loses
    words of another sort.
    """
    finder, fewest = pick_weighted(rng, _FINDERS)
    gap = pick(rng, ("left", "left", "widened", "widened", "closed"))
    spans = finder(text, rng)
    if len(spans) < fewest:
        spans = pick(rng, (_names, _links, _words))(text, rng) or _words(text, rng)
    return within_budget(disjoint(_taken_out(text, spans, gap, rng)), severity * len(text), rng)


def _taken_out(
    text: str, spans: list[tuple[int, int]], gap: str, rng: np.random.Generator
) -> list[Edit]:
    if gap == "left":
        return [Edit(start, end, "") for start, end in spans]
    after_space = [text[max(start - 1, 0) : start] == " " for start, _ in spans]
    if gap == "closed":
        return [
            Edit(start, end + (spaced and text[end : end + 1] == " "), "")
            for (start, end), spaced in zip(spans, after_space, strict=True)
        ]
    widths = iter((1 + (3 * rng.random(sum(after_space))).astype(np.int64)).tolist())
    return [
        Edit(start, end, " " * next(widths) if spaced else "")
        for (start, end), spaced in zip(spans, after_space, strict=True)
    ]
