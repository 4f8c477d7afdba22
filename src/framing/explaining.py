"""Where a document is damaged: what the score says of each line and word.

A level is a mean by length. So if a stretch is the share q of a window, the window's level is l
and it would be m without the stretch, then the stretch's own level is (l - (1 - q) m) / q. Every
figure here can be replayed: take the stretch out, score what is left.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from framing.features.windows import CUT, REPEATED, cut_places, windows
from framing.grades import GRADES

Floats = npt.NDArray[np.float64]
Measure = Callable[[Iterable[str]], Floats]
"""From windows, which it may forget one by one, to their amounts of damage, of shape (windows,
1 + kinds), all of it first."""

_DAMAGED = 0.5
_SEVERE = dict(GRADES)["heavy"]  # where heavy ends
_DOUBT = 1
"""Undamaged characters that a word is read together with: of a comma little is known."""
_NOTHING = 1e-9
# words, and white space that is more than one space
_TOKEN = re.compile(r"\S+|[^\S ]+(?:\s+)?| \s+")
_MARKS = str.maketrans("", "", CUT + REPEATED)


@dataclass(frozen=True)
class DamagedPart:
    """A stretch ``text[start:end]`` of a document and how damaged it is."""

    start: int
    end: int
    level: float
    """The share of it that is damaged, in [0, 1]; on average over the document, its level."""
    kind: str | None
    """The kind of damage that has most of it; None where there is none."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "start": self.start,
            "end": self.end,
            "level": round(self.level, 4),
            "kind": self.kind,
        }


@dataclass(frozen=True)
class DamageMap:
    """Where a document is damaged."""

    text: str
    lines: tuple[DamagedPart, ...]
    """Every line that is not blank."""
    spans: tuple[DamagedPart, ...]
    """Damaged words and gaps, in order: those of which at least half is damaged, neighbours of
    one kind together."""

    def damaged_lines(self, threshold: float = _SEVERE) -> list[DamagedPart]:
        """The lines at or above a level; severely damaged ones if none is given."""
        return [line for line in self.lines if line.level >= threshold]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, offsets in code points."""
        return {
            "lines": [line.to_dict() for line in self.lines],
            "spans": [span.to_dict() for span in self.spans],
        }


class _Piece(NamedTuple):
    """A stretch of a document that lies within one window."""

    window: int
    start: int
    end: int


_Left = tuple[_Piece, str]
"""A piece, and what is left of its window when it is gone."""


def map_damage(text: str, measure: Measure, kinds: Sequence[str]) -> DamageMap:
    """Find out where a document is damaged.

    Parameters
    ----------
    text : str
    measure : callable
        The amounts of damage in windows; their mean by length is the document's level.
    kinds : sequence of str
    """
    places = cut_places(text)
    cut = windows(text, places)
    whole = measure(cut)
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)]
    lengths = np.diff(places)
    tokens, of_tokens = _own_amounts(
        (left for k in range(len(cut)) for left in _tokens(k, places[k], cut[k])),
        lengths, whole, measure,
    )  # fmt: skip
    pieces, of_pieces = _own_amounts(
        (left for line in lines for left in _of_line(line, places, cut)), lengths, whole, measure
    )
    found = []
    at = 0
    for start, end in lines:
        inside = slice(at, at + bisect_left(places, end) - bisect_right(places, start) + 1)
        weights = [piece.end - piece.start for piece in pieces[inside]]
        amounts = np.average(of_pieces[inside], axis=0, weights=weights)
        found.append(_part(start, end, amounts, kinds))
        at = inside.stop
    widths = np.array([token.end - token.start for token in tokens])
    of_tokens = of_tokens * (widths / (widths + _DOUBT))[:, None]
    words = [_part(t.start, t.end, a, kinds) for t, a in zip(tokens, of_tokens, strict=True)]
    return DamageMap(text, tuple(found), tuple(_joined(text, words)))


def _own_amounts(
    left: Iterable[_Left], lengths: npt.NDArray[np.int64], whole: Floats, measure: Measure
) -> tuple[list[_Piece], Floats]:
    """The pieces and the amounts of damage of each, from what is left without it."""
    pieces: list[_Piece] = []

    def remainders() -> Iterator[str]:
        for piece, without in left:
            pieces.append(piece)
            yield without

    without = measure(remainders())
    window = np.array([piece.window for piece in pieces], dtype=np.int64)
    share = np.array([piece.end - piece.start for piece in pieces]) / lengths[window]
    share = share[:, None]
    return pieces, np.asarray((whole[window] - (1 - share) * without) / share)


def _part(start: int, end: int, amounts: Floats, kinds: Sequence[str]) -> DamagedPart:
    level = float(np.clip(amounts[0], 0.0, 1.0))
    best = int(np.argmax(amounts[1:]))
    # differences of what is the same are not quite zero
    there = level > _NOTHING and amounts[1 + best] > _NOTHING
    return DamagedPart(start, end, level, kinds[best] if there else None)


def _tokens(window: int, start: int, marked: str) -> Iterator[_Left]:
    """The words and gaps of a window; `marked` carries marks, which count for nothing."""
    marks = 0  # before the token
    for match in _TOKEN.finditer(marked):
        token = match[0]
        a, b = match.span()
        bare = token.translate(_MARKS)
        first = start + a - marks
        marks += len(token) - len(bare)
        if not bare:
            continue
        if bare.isspace():
            yield _Piece(window, first, first + len(bare)), f"{marked[:a]} {marked[b:]}"
        else:
            head = CUT if token.startswith(CUT) else ""
            tail = CUT if token.endswith(CUT) else ""
            after = b + 1 if marked[b : b + 1] == " " else b
            left = f"{marked[:a]}{head}{tail}{marked[after:]}"
            yield _Piece(window, first, first + len(bare)), left


def _of_line(line: tuple[int, int], places: Sequence[int], cut: Sequence[str]) -> Iterator[_Left]:
    """A line by the windows that it lies in."""
    start, end = line
    for k in range(bisect_right(places, start) - 1, len(cut)):
        a, b = max(start, places[k]), min(end, places[k + 1])
        if a >= b:
            break
        yield _Piece(k, a, b), _without(cut[k], a - places[k], b - places[k])


def _without(marked: str, start: int, end: int) -> str:
    """A window without a stretch of it, whose offsets do not count marks; its ends stay."""
    left, at = [], 0
    for character in marked:
        if character in (CUT, REPEATED):
            if character == CUT or not start < at <= end:
                left.append(character)
            continue
        if not start <= at < end:
            left.append(character)
        at += 1
    return "".join(left)


def _joined(text: str, words: Sequence[DamagedPart]) -> Iterator[DamagedPart]:
    """Damaged words, those that stand side by side and are damaged alike as one."""
    group: list[DamagedPart] = []
    for word in [*sorted(words, key=lambda word: word.start), None]:
        if word is not None and word.level < _DAMAGED:
            continue
        if group and (
            word is None or word.kind != group[-1].kind or text[group[-1].end : word.start].strip()
            or "\n" in text[group[-1].end : word.start]
        ):  # fmt: skip
            lengths = [part.end - part.start for part in group]
            level = float(np.average([part.level for part in group], weights=lengths))
            yield DamagedPart(group[0].start, group[-1].end, level, group[0].kind)
            group = []
        if word is not None:
            group.append(word)
