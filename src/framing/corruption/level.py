"""How damaged a text is: the level that is measured against the undamaged text."""

from __future__ import annotations

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

_EXACT = 200_000
_BLOCK = 8_192
_ANCHOR = 48
_REACH = 65_536
_LARGEST = 3 * _BLOCK * (_REACH + 3 * _BLOCK)


def measure_level(undamaged: str, damaged: str, *, at_most: int | None = None) -> float:
    """Give the share of a document that is damaged, in [0, 1]; 0 only for equal texts.

    It is the Levenshtein distance over the length of the longer text. Above 200,000 characters
    the two are cut at passages they share and the distances of the pieces are added up, so that
    time is linear in length, a second or so a million characters at worst. That is never below
    the exact level, and close above it unless the text repeats itself or parts were moved.

    Parameters
    ----------
    at_most : int, optional
        A distance that is known not to be exceeded: it saves time.
    """
    longer = max(len(undamaged), len(damaged))
    if undamaged == damaged:
        return 0.0
    if longer <= _EXACT:
        return _exact(undamaged, damaged, at_most) / longer
    start = _common_prefix(undamaged, damaged)
    a, b = undamaged[start:], damaged[start:]
    end = _common_prefix(a[::-1], b[::-1])
    return min(1.0, _distance(a[: len(a) - end], b[: len(b) - end]) / longer)


def _exact(a: str, b: str, at_most: int | None = None) -> int:
    if at_most is not None:
        return int(Levenshtein.distance(a, b, score_cutoff=at_most))
    # most damage is small: the hint starts with a narrow band, which is widened where it must be
    return int(Levenshtein.distance(a, b, score_hint=len(a) // 32 + 8))


def _distance(a: str, b: str) -> int:
    if max(len(a), len(b)) <= _EXACT:
        return _exact(a, b)
    total = at_a = at_b = 0
    while at_a < len(a) or at_b < len(b):
        cut_a, cut_b = _next_cut(a, b, at_a, at_b)
        total += _piece_distance(a[at_a:cut_a], b[at_b:cut_b])
        at_a, at_b = cut_a, cut_b
    return total


def _next_cut(a: str, b: str, at_a: int, at_b: int) -> tuple[int, int]:
    for offset in range(_BLOCK, 3 * _BLOCK, _BLOCK // 8):
        anchor = a[at_a + offset : at_a + offset + _ANCHOR]
        if len(anchor) < _ANCHOR:
            break
        # a passage that comes twice may be cut in the wrong place, and all after it with it
        if a.find(anchor, at_a, at_a + offset + _ANCHOR - 1) >= 0:
            continue
        found = b.find(anchor, at_b, at_b + offset + _REACH)
        if found >= 0 and b.find(anchor, found + 1, at_b + offset + _REACH) < 0:
            return at_a + offset, found
    if len(a) - at_a <= _BLOCK or len(b) - at_b <= _BLOCK:
        return len(a), len(b)
    return at_a + _BLOCK, _closest(a, at_a + _BLOCK, b, at_b, at_b + _BLOCK)


def _closest(a: str, at_a: int, b: str, after: int, expected: int) -> int:
    # damaged too densely for a shared passage: the most similar one keeps the two in step
    start = max(after, expected - _BLOCK)
    window = b[start : expected + _BLOCK]
    found = fuzz.partial_ratio_alignment(a[at_a : at_a + 4 * _ANCHOR], window, score_cutoff=60)
    return start + found.dest_start if found else expected


def _piece_distance(a: str, b: str) -> int:
    if a == b:
        return 0
    if len(a) * len(b) > _LARGEST:
        return max(len(a), len(b))
    return _exact(a, b)


def _common_prefix(a: str, b: str) -> int:
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
