"""Single letters: typing errors, wrong case, and characters that do not show."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from framing.corruption.drawing import pick, pick_weighted
from framing.corruption.edits import Edit, disjoint, run_within_budget, within_budget

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for r, row in enumerate(_ROWS):
        for k, letter in enumerate(row):
            near = {*row[max(0, k - 1) : k + 2]}
            for other in _ROWS[max(0, r - 1) : r + 2]:
                near |= {*other[max(0, k - 1) : k + 1]}
            found[letter] = "".join(sorted(near - {letter}))
    return found


_NEAR = _neighbours()


def typos(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Make the errors of fast typing: a neighbouring key, two letters swapped, doubled or lost."""
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        return []
    shares = rng.dirichlet([3, 3, 1.5, 3])
    sorts = rng.choice(4, size=len(words), p=shares).tolist()
    draws = rng.random((len(words), 2)).tolist()
    edits = []
    for (start, end), sort, (place, key) in zip(words, sorts, draws, strict=True):
        # first letters are seldom wrong
        at = min(end - 1, start + (end - start > 2) + int(place * (end - start)))
        letter = text[at]
        if sort == 0 and (near := _NEAR.get(letter.lower())):
            struck = near[int(key * len(near))]
            struck = struck.upper() if letter.isupper() else struck
            edits.append(Edit(at, at + (key < 0.7), struck))
        elif sort == 1 and at + 1 < end and text[at + 1] != letter:
            edits.append(Edit(at, at + 2, text[at + 1] + letter))
        elif sort == 2:
            edits.append(Edit(at, at, letter))
        elif end - start > 1:
            edits.append(Edit(at, at + 1, ""))
    if not edits:
        edits = [Edit(start, start, text[start]) for start, _ in words]
    return within_budget(edits, severity * len(text), rng)


def _upper(text: str) -> list[Edit]:
    found = ((match.span(), match[0], match[0].upper()) for match in _WORD.finditer(text))
    return [Edit(*span, new) for span, old, new in found if new != old]


def _lower(text: str) -> list[Edit]:
    return [Edit(i, i + 1, c.lower()) for i, c in enumerate(text) if c.lower() != c]


def _title(text: str) -> list[Edit]:
    firsts = ((match.start(), match[0][0]) for match in _WORD.finditer(text))
    return [Edit(at, at + 1, c.title()) for at, c in firsts if c.title() != c]


def _swapped(text: str) -> list[Edit]:
    found = ((match.span(), match[0], match[0].swapcase()) for match in _WORD.finditer(text))
    return [Edit(*span, new) for span, old, new in found if new != old]


_CASES: tuple[tuple[Callable[[str], list[Edit]], float], ...] = (
    (_upper, 0.35),
    (_lower, 0.35),
    (_title, 0.25),
    (_swapped, 0.05),
)


def recased(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Set a run of the text, or all of it, in capitals, in small letters or like a headline."""
    edits = pick_weighted(rng, _CASES)(text) or _upper(text) or _lower(text)
    return run_within_budget(edits, severity * len(text), rng)


_ALIKE = dict(zip("aceopxyiABCEHIKMOPTXj", "асеорхуіАВСЕНІКМОРТХј", strict=True)) | dict(
    zip("vuNZ", "νυΝΖ", strict=True)
)
_ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060")
_BIDI = ("\u200e", "\u200f", "\u202a", "\u202c", "\u202d", "\u202e", "\u2066", "\u2069")
_SPACES = ("\u2009", "\u202f", "\u2003", "\u3000", "\u2005")


def _alike(text: str, rng: np.random.Generator) -> list[Edit]:
    return [Edit(i, i + 1, _ALIKE[c]) for i, c in enumerate(text) if c in _ALIKE]


def _zero_width(text: str, rng: np.random.Generator) -> list[Edit]:
    mark = pick(rng, _ZERO_WIDTH)
    if rng.random() < 0.5:
        return [Edit(m.end(), m.end(), mark) for m in _WORD.finditer(text)]
    return [Edit(i, i, mark) for i in range(len(text)) if text[i].isalpha()]


def _soft_hyphens(text: str, rng: np.random.Generator) -> list[Edit]:
    words = [match.span() for match in _LONG_WORD.finditer(text)]
    at = [start + 2 + int(r * (end - start - 3)) for (start, end), r in
          zip(words, rng.random(len(words)), strict=True)]  # fmt: skip
    return [Edit(i, i, "\u00ad") for i in at]


def _bidi(text: str, rng: np.random.Generator) -> list[Edit]:
    mark = pick(rng, _BIDI)
    return [Edit(m.start(), m.start(), mark) for m in _WORD.finditer(text)]


def _odd_spaces(text: str, rng: np.random.Generator) -> list[Edit]:
    space = pick(rng, _SPACES)
    return [Edit(i, i + 1, space) for i, c in enumerate(text) if c == " "]


_Unseen = Callable[[str, np.random.Generator], list[Edit]]
_UNSEEN: tuple[tuple[_Unseen, float], ...] = (
    (_alike, 0.25),
    (_zero_width, 0.3),
    (_soft_hyphens, 0.2),
    (_bidi, 0.15),
    (_odd_spaces, 0.1),
)


def invisible(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Set characters that do not show: zero-width, soft hyphens, direction marks, lookalikes."""
    if not text.strip():
        return []
    edits = pick_weighted(rng, _UNSEEN)(text, rng)
    if not edits:
        at = len(text) - len(text.lstrip())
        edits = [Edit(at, at, pick(rng, _ZERO_WIDTH))]
    draw = run_within_budget if rng.random() < 0.3 else within_budget
    return draw(disjoint(edits), severity * len(text), rng)
