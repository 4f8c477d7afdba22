"""Words that are gone: taken out with a gap left behind, or covered with a mark."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from framing.corruption.drawing import pick, pick_weighted
from framing.corruption.edits import Edit, disjoint, run_within_budget, within_budget
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
    ((_hyphenated, 3), 0.33),
    ((_names, 3), 0.13),
    ((_words, 1), 0.15),
    ((_links, 2), 0.17),
    ((_bracketed, 1), 0.22),
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


_PERSONS = ("[NAME]", "<PERSON>", "[REDACTED]", "PERSON_1", "[name removed]", "XXX", "█████")
_COVERS = (
    "@",
    "█",
    "*",
    "X",
    "_",
    "■",
    "x",
    "[REDACTED]",
    "[...]",
    "[inaudible]",
    "<unk>",
    "[MASK]",
)
_COVER_EVERY = 200  # words between two covered runs, as corpora under copyright have them


def redacted(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Cover words with marks: every n-th, ten in a row now and then, names, numbers, or any."""
    spans = [match.span() for match in _WORD.finditer(text)]
    if not spans:
        return []
    cover = pick(rng, _COVERS)
    sort = pick(rng, ("every", "runs", "names", "numbers", "any", "any"))
    if sort == "names" and (found := name_spans(text)):
        spans, cover = found, pick(rng, (cover, *_PERSONS))
    elif sort == "numbers":
        spans = [(a, b) for a, b in spans if text[a].isdigit()] or spans
    elif sort == "every":
        step = 2 + int(9 * rng.random())
        spans = spans[int(step * rng.random()) :: step] or spans[:1]
    elif sort == "runs":
        first = int(rng.random() * min(len(spans), _COVER_EVERY))
        spans = [span for i, span in enumerate(spans) if (i - first) % _COVER_EVERY < 10]
    edits = [Edit(start, end, _covered(end - start, cover)) for start, end in spans]
    draw = run_within_budget if sort in ("every", "runs") else within_budget
    return draw(edits, severity * len(text), rng)


def _covered(length: int, cover: str) -> str:
    return cover * length if len(cover) == 1 and cover != "@" else cover
