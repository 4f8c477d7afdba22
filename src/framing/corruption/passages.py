"""Whole passages: cut off, repeated, or out of order."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from framing.corruption.drawing import pick, pick_weighted
from framing.corruption.edits import Edit, disjoint

_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?…][\"'”’)\]]*(?=\s|$)|(?=\n|$))")
_WORDS = re.compile(r"\S+(?: \S+)*")
_STUBS = (
    "…", "…", "...", "...", " ...", " […]", " [...]", " … [Read more]", "... Read more",
    "… Continue reading", " [+{count} chars]", "... (more)", " Read the full story",
    "… Subscribe to continue reading", " To read the rest of this article, log in or register.",
    "… Already a subscriber? Sign in", " You have reached your limit of free articles.",
)  # fmt: skip


def truncated(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Cut the end off in mid-sentence, at times the start too, and mark the place now and then.

    What is gone counts with its whole length. A reader cannot see how long it was.
    """
    body = text.rstrip()
    lost = max(2, int((0.6 + 0.4 * rng.random()) * min(severity, 0.95) * len(text)))
    if len(body) < 4:
        return []
    stub = pick(rng, _STUBS) if rng.random() < 0.45 else ""
    if "{count}" in stub:
        stub = stub.format(count=lost)
    if len(stub) > lost:
        stub = "…" if rng.random() < 0.3 else ""
    both = rng.random() < 0.25 and lost > 8
    at_start = int(lost * rng.random()) if both else 0
    cut = max(at_start + 1, len(body) - (lost - at_start))
    if rng.random() < 0.75:
        # mostly between words
        space = body.find(" ", cut)
        cut = space if cut < space < cut + 20 else cut
    edits = [Edit(0, at_start, "")] if at_start else []
    if text[cut:] != stub:
        edits.append(Edit(cut, len(text), stub))
    return edits


def repeated(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Say things again: a word, a phrase in a loop, sentences, paragraphs, or the whole text."""
    budget = min(severity, 0.9) * len(text) / (1 - min(severity, 0.9))
    sort = pick_weighted(
        rng, (("words", 0.25), ("loop", 0.25), ("sentences", 0.25), ("paragraphs", 0.25))
    )
    lines = [match.span() for match in _WORDS.finditer(text)]
    if not lines:
        return []
    if sort == "paragraphs":
        again = _again(text, lines, budget, rng, "\n\n" if "\n\n" in text else "\n")
    elif sort == "sentences":
        again = _again(text, [m.span() for m in _SENTENCE.finditer(text)], budget, rng, " ")
    else:
        again = []
    if again:
        return again
    words = [match.span() for match in re.finditer(r"\S+", text)]
    edits: list[Edit] = []
    spent = 0
    while not edits or (spent < budget and len(edits) < 200):
        first = int(rng.random() * len(words))
        last = min(len(words) - 1, first + (0 if sort == "words" else int(7 * rng.random())))
        start, end = words[first][0], words[last][1]
        copies = 1 if sort == "words" else 1 + int(6 * rng.random() ** 2)
        said = (" " + text[start:end]) * copies
        if edits and spent + len(said) > budget:
            break
        if not edits and len(said) > budget:
            start, end = words[first]
            said = " " + text[start:end]
        edits.append(Edit(end, end, said))
        spent += len(said)
    return sorted({edit.end: edit for edit in edits}.values())


def _again(
    text: str,
    spans: list[tuple[int, int]],
    budget: float,
    rng: np.random.Generator,
    between: str,
) -> list[Edit]:
    """Insert copies of whole spans, each after itself or all at the end."""
    at_end = rng.random() < 0.3
    edits = []
    spent = 0
    for i in rng.permutation(len(spans)).tolist():
        start, end = spans[i]
        said = between + text[start:end]
        if spent + len(said) <= budget:
            edits.append(Edit(len(text) if at_end else end, len(text) if at_end else end, said))
            spent += len(said)
    # those at the end stand in the order of the text
    return edits if at_end else sorted(edits)


def shuffled(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Put words in another order, a dozen at a time, or change the order of sentences."""
    budget = severity * len(text)
    if rng.random() < 0.15:
        sentences = [match.span() for match in _SENTENCE.finditer(text)]
        edits = _reordered(text, sentences, 2, budget, rng)
        if edits:
            return edits
    words = [match.span() for match in re.finditer(r"\S+", text)]
    return _reordered(text, words, 12, budget, rng) or _reordered(text, words, 2, np.inf, rng)[:1]


def _reordered(
    text: str,
    spans: list[tuple[int, int]],
    longest: int,
    budget: float,
    rng: np.random.Generator,
) -> list[Edit]:
    """Runs of neighbouring spans in another order, which cost at most `budget`."""
    edits: list[Edit] = []
    spent = 0.0
    for first in rng.permutation(max(0, len(spans) - 1)).tolist():
        size = 2 + int((longest - 1) * rng.random())
        run = spans[first : first + size]
        start, end = run[0][0], run[-1][1]
        if spent + end - start > budget:
            run = run[:2]
            start, end = run[0][0], run[-1][1]
        if spent + end - start > budget or any(e.start < end and start < e.end for e in edits):
            continue
        order = rng.permutation(len(run)).tolist()
        if order == sorted(order):
            order = order[::-1]
        pieces = [text[a:b] for a, b in run]
        gaps = [text[b:a] for (_, b), (a, _) in pairwise(run)]
        moved = "".join(pieces[place] + gap for place, gap in zip(order, [*gaps, ""], strict=True))
        if moved != text[start:end]:
            edits.append(Edit(start, end, moved))
            spent += end - start
        if spent >= 0.95 * budget or len(edits) > 300:
            break
    return disjoint(edits)
