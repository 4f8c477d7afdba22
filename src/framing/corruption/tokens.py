"""Tokenised text: the spaces that a Penn Treebank tokeniser sets and no one took out again."""

from __future__ import annotations

import re

import numpy as np

from framing.corruption.edits import Edit, run_within_budget
from framing.corruption.vocabulary import AFTER_ABBREVIATION

_TOKENS = re.compile(
    rf"""[^\w\s](?:
      (?P<clitic>(?<=[^\W\d_]['’])(?:(?<=n.)t|s|re|ve|ll|d|m|S)\b)
    | (?P<initials>(?<=\b[A-Z]\.)(?=[A-Z]\.))
    | (?P<dash>(?<=[—–])|(?<=-)-|(?<=\s-)(?=\s))
    | (?P<stop>(?<=\.)\.\.(?!\.)|(?<=[.!?…])(?!{AFTER_ABBREVIATION})(?=["'”’)\]]*(?:\s|$)))
    | (?P<mark>(?<=[,;:])(?<!\d.)|(?<=[,;:])(?!\d))
    | (?P<quote>(?<=["“”])|(?<=`)`|(?<=')')
    | (?P<bracket>(?<=[()\[\]]))
    | (?P<symbol>(?<=[$€£%\#&])(?=[\w\s]))
    )""",
    re.VERBOSE,
)
_BRACKETS = {"(": "-LRB-", ")": "-RRB-", "[": "-LSB-", "]": "-RSB-"}


def tokenised(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Set spaces around punctuation and before clitics, in one run of the text or all of it.

    How quotes, brackets, dashes and initials are written is drawn once a document. Setting every
    space damages some 3 to 6 % of a text; from there on severity changes nothing.
    """
    latex_quotes = rng.random() < 0.33
    escape_brackets = rng.random() < 0.2
    split_initials = rng.random() < 0.5
    wide_dashes = rng.random() < 0.2
    split_symbols = rng.random() < 0.6
    edits: list[Edit] = []
    opening = True
    for match in _TOKENS.finditer(text):
        kind, token = str(match.lastgroup), match[0]
        start, end = match.span()
        if kind == "initials":
            if split_initials:
                edits.append(Edit(end, end, " "))
            continue
        if kind == "clitic" and token[-1] == "t":
            start -= 1  # it is "n't" that stands apart
        if kind == "symbol" and not split_symbols:
            continue
        written = token
        if kind == "quote" and latex_quotes:
            opening = _opens(text, start) if token == '"' else token in ("“", "``")
            written = "``" if opening else "''"
        elif kind == "bracket" and escape_brackets:
            written = _BRACKETS[token]
        pad = "   " if kind == "dash" and wide_dashes else " "
        spaced_left = start == 0 or text[start - 1].isspace()
        spaced_right = end == len(text) or text[end].isspace()
        # neighbouring tokens share the space between them, which the left one sets
        if edits and edits[-1].end == start and edits[-1].replacement[-1:] == " ":
            spaced_left = True
        left = "" if spaced_left else pad
        right = "" if spaced_right or kind == "clitic" else pad
        if written != token:
            edits.append(Edit(start, end, left + written + right))
        else:
            if left:
                edits.append(Edit(start, start, left))
            if right:
                edits.append(Edit(end, end, right))
    return run_within_budget(edits, severity * len(text), rng)


def _opens(text: str, at: int) -> bool:
    return at == 0 or text[at - 1].isspace() or text[at - 1] in "([—–-'‘"
