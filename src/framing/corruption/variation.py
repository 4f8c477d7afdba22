"""Harmless variation: the ways in which undamaged texts differ in layout and typography."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from framing.corruption.drawing import pick
from framing.corruption.edits import apply_edits
from framing.corruption.typography import typographic_edits
from framing.corruption.vocabulary import AFTER_ABBREVIATION

_SENTENCE_END = re.compile(
    rf"""[.!?…](?!{AFTER_ABBREVIATION})["'”’)]*[ \u00a0]+(?=["'“‘(\[]?[A-Z0-9À-Þ])"""
)
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_AFTER_WORD = r"(?:(?<=[^\W\d_].)|(?<=[\"”’'),.].))"
# it begins with the set of its first characters, which is what makes it fast to find
_DASH = re.compile(
    rf"""[ —–-](?:
      (?<=\ )(?=[—–-])(?:{_AFTER_WORD}(?:—|–|--)\ ?(?=[^\W\d_]|["“‘'(])|(?<=\w.)-\ (?=\w))
    | (?:(?<=[—–]){_AFTER_WORD}|(?<=-){_AFTER_WORD}-)\ ?(?=[^\W\d_]|["“‘'(])
    )""",
    re.VERBOSE,
)
_DASHES = ("—", " — ", " – ", "–", "--", " -- ", " - ")
_SHORTEST = 120


def vary(text: str, title: str | None, rng: np.random.Generator) -> str:
    """Give the text in another undamaged form.

    Quotes and dashes may be spelled another way; sentences may be set in paragraphs, with a
    headline on top; headline and first words may be in capitals; a text may be cut down to a run
    of whole sentences of 120 characters and up. What is drawn from `rng` does not depend on the
    text.

    Parameters
    ----------
    text : str
        An undamaged text.
    title : str or None
        Its headline, if there is one.
    rng : numpy.random.Generator
        The source of every choice.
    """
    quotes, dash = rng.random(), rng.random()
    dashes, blanks, breaks = pick(rng, _DASHES), rng.random(), rng.random()
    headline, length, start = rng.random(), rng.random(2), rng.random(2)
    sizes = (1 + rng.integers(5, size=64)).tolist()
    loud, opening = rng.random(), rng.random()

    def restyled(plain: str) -> str:
        if dash < 0.6:
            plain = _DASH.sub(dashes, plain)
        if quotes < 0.5:
            return plain.translate(_STRAIGHT)
        if quotes < 0.95:
            # dashes were settled above
            edits = [e for e in typographic_edits(plain) if e.replacement in "“”‘’"]
            return apply_edits(plain, edits)[0]
        return plain

    whole = restyled(text.strip())
    top = restyled(title.strip()) if title and headline < 0.45 else ""
    paragraphs = [_sentences(line) for line in whole.splitlines() if line.strip()]
    if loud < 0.2:
        top = top.upper()
    if length[0] < 0.4:
        paragraphs = _cut(paragraphs, length[1], start)
    if opening < 0.06 and paragraphs:
        first, *others = paragraphs[0]
        paragraphs[0] = [_in_capitals(first, 1 + int(50 * opening)), *others]
    if len(paragraphs) == 1 and breaks < 0.75:
        paragraphs = _grouped(paragraphs[0], sizes)
    gap = "  " if blanks < 0.08 else " "
    indent = pick(rng, ("   ", "    ", "\t", "\u2003")) if rng.random() < 0.07 else ""
    between = "\n\n" if breaks < 0.45 else "\n" if breaks < 0.75 else gap
    if between == gap:
        indent = indent if rng.random() < 0.5 else ""
        body = indent + gap.join(gap.join(paragraph) for paragraph in paragraphs)
    else:
        body = between.join(indent + gap.join(paragraph) for paragraph in paragraphs)
    if rng.random() < 0.04:
        body = _hard_spaces(body, rng)
    if top:
        body = top + ("\n\n" if between == gap else between) + body
    return body + ("\n" if rng.random() < 0.25 else "")


def _sentences(line: str) -> list[str]:
    sentences, read = [], 0
    for match in _SENTENCE_END.finditer(line):
        sentences.append(line[read : match.end()].strip())
        read = match.end()
    sentences.append(line[read:].strip())
    return [sentence for sentence in sentences if sentence]


def _cut(paragraphs: list[list[str]], share: float, start: NDArray[np.float64]) -> list[list[str]]:
    total = sum(len(sentence) + 1 for paragraph in paragraphs for sentence in paragraph)
    if total <= _SHORTEST:
        return paragraphs
    wanted = _SHORTEST * (total / _SHORTEST) ** share
    skip = start[1] * (total - wanted) if start[0] < 0.4 else 0.0
    kept: list[list[str]] = []
    passed = length = 0.0
    for paragraph in paragraphs:
        run = []
        for sentence in paragraph:
            if passed >= skip and length < wanted:
                run.append(sentence)
                length += len(sentence) + 1
            passed += len(sentence) + 1
        if run:
            kept.append(run)
    return kept or paragraphs


def _in_capitals(sentence: str, words: int) -> str:
    """The first words in capitals, as papers open an article."""
    end = [match.end() for match in re.finditer(r"\S+", sentence)][:words][-1]
    return sentence[:end].upper() + sentence[end:]


def _grouped(sentences: list[str], sizes: list[int]) -> list[list[str]]:
    groups: list[list[str]] = []
    read = 0
    while read < len(sentences):
        size = sizes[len(groups) % len(sizes)]
        groups.append(sentences[read : read + size])
        read += size
    return groups


def _hard_spaces(text: str, rng: np.random.Generator) -> str:
    spaces = [match.start() for match in re.finditer(r"(?<=\S) (?=\S)", text)]
    drawn = set(np.flatnonzero(rng.random(len(spaces)) < 0.03).tolist())
    characters = list(text)
    for index, at in enumerate(spaces):
        if index in drawn:
            characters[at] = "\u00a0"
    return "".join(characters)
