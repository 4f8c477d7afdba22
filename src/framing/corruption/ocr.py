"""Errors of optical character recognition, in bursts along the page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from framing.corruption.edits import Edit

# Pairs that recognisers are known to confuse; a pair that is more common stands more often.
_CONFUSIONS: dict[str, tuple[str, ...]] = {
    source: tuple(targets.split())
    for source, targets in {
        "rn": "m", "li": "h h ll", "cl": "d", "vv": "w", "in": "m", "ii": "u u u n", "ri": "n",
        "fi": "ﬁ h", "fl": "ﬂ", "ff": "ﬀ if", "tl": "d", "ll": "U", "nn": "m",
        "th": "tb tb tb tli", "Th": "Tb Tb Tli",
        "he": "be be be lie", "m": "rn rn rn in nn ni", "h": "b b b li li n", "d": "cl cl cl el",
        "w": "vv vv iv tv", "e": "c c c c o é a", "c": "e e e e o", "l": "1 1 1 I I i ! t",
        "1": "l l I", "I": "l l l 1 1 !", "o": "0 0 c e a", "0": "O o", "O": "0 0 0 Q",
        "s": "f f f a 5 ſ", "f": "t t s r", "t": "l f i c", "u": "n n n ii a", "n": "u u u ri ii h",
        "b": "h h h 6", "a": "o o n u s", "i": "l l 1 j t", "r": "i i t v", "v": "r y",
        "y": "v v j", "g": "q q 9 p", "q": "g", "p": "j n o", "k": "lc h", "x": "z", "j": "i ;",
        "z": "x", "A": "4 \\", "B": "8 8 R E", "C": "G G (", "D": "O I)", "E": "F F B",
        "F": "P E", "G": "C C 6", "H": "II II N", "J": "I ,]", "K": "R", "L": "I", "M": "IVI N",
        "N": "H M", "P": "F F l'", "Q": "O", "R": "B K", "S": "5 5 8 s", "T": "I 'I", "U": "ll II",
        "V": "Y", "W": "VV VV \\V", "Y": "V", "2": "Z z", "3": "8", "4": "A", "5": "S", "6": "b G",
        "7": "T /", "8": "3 B", "9": "g", ".": ", , , ·", ",": ". . . ;", ";": ": ,", ":": "; .",
        "-": "~ — _", "'": "` , *", '"': "'' “ * '", "’": "' ' `", "‘": "' `", "“": "\" '' *",
        "”": "\" '' *", "—": "- - _", "–": "-", "(": "[ { C", ")": "] } j", "$": "S S 8",
        "£": "L \ufffd", "&": "8 6", "?": "f 7", "!": "l 1", "/": "I l", "%": "°/o o/o",
    }.items()
}  # fmt: skip
_SPECKLES = ".',;^~|*·:`_"
_STRAY = ("l", "I", "_", ";", "-", "i", "e", ".", "*", "1", "t", "|", ". .", "J", "r", "' '", ",")
_FAMILIES = (
    "confusion", "dropped", "doubled", "speckle", "spacing", "hyphenation", "case", "stray", "lost",
)  # fmt: skip
_FAMILY_SHARES = np.array([0.54, 0.08, 0.03, 0.09, 0.11, 0.05, 0.04, 0.05, 0.01])
_Error = tuple[int, int, str]
"""What an :class:`Edit` holds: most are thrown away, and a tuple takes a tenth of the time."""
_BURST = 250  # characters over which the quality of a page changes


def ocr(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Make the errors of a bad scan: confused, lost and doubled letters, speckles, broken words.

    Marks from the margin and lost stretches of a line come as well.

    The mix of errors is drawn once a document; their rate rises and falls along the text.
    """
    if not text.strip():
        return []
    budget = severity * len(text)
    order = _smallest(rng.exponential(size=len(text)) / _rate(len(text), rng), int(2 * budget) + 40)
    mix = rng.dirichlet(12 * _FAMILY_SHARES)
    family_of = rng.choice(len(_FAMILIES), size=order.size, p=mix)
    draws = rng.random(order.size)
    taken = bytearray(len(text) + 1)
    edits: list[Edit] = []
    spent = 0
    for at, family, draw in zip(order.tolist(), family_of.tolist(), draws.tolist(), strict=True):
        error = _error(text, at, _FAMILIES[family], draw)
        if error is None:
            continue
        start, end, replacement = error
        width = max(end - start, 1)
        if taken.find(1, start, start + width) >= 0:
            continue
        cost = max(end - start, len(replacement))
        if edits and spent + cost > budget:
            break
        edits.append(Edit(start, end, replacement))
        spent += cost
        taken[start : start + width] = b"\x01" * width
    if not edits:
        at = len(text) - len(text.lstrip())
        return [Edit(at, at + 1, "")]
    return sorted(edits)


def _smallest(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Places of the `count` smallest values, in order."""
    if 2 * count >= len(values):
        return np.argsort(values)[:count]
    places = np.argpartition(values, count)[:count]
    return places[np.argsort(values[places])]


def _rate(length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    knots = length // _BURST + 2
    strength = rng.uniform(0.2, 1.4)
    heights = np.exp(strength * rng.standard_normal(knots))
    return np.interp(np.arange(length), np.arange(knots) * _BURST, heights)


def _confused(text: str, at: int, draw: float) -> _Error | None:
    # one draw settles both: the digits that choose the family of sources choose no target
    share = (draw * 7919) % 1.0
    pair = text[at : at + 2]
    source = pair if draw < 0.6 and pair in _CONFUSIONS else pair[:1]
    targets = _CONFUSIONS.get(source)
    if not targets:
        return None
    return at, at + len(source), targets[int(share * len(targets))]


def _error(text: str, at: int, family: str, draw: float) -> _Error | None:
    character = text[at]
    if family == "lost":
        # mostly a few letters, at times most of a line
        return (at, min(len(text), at + 2 + int(60 * draw**6)), "")
    if family == "stray":
        space = text.find(" ", at, at + 12)
        return None if space < 0 else (space, space, f" {_STRAY[int(draw * len(_STRAY))]}")
    if character == " ":
        return (at, at + 1, "") if family == "spacing" or draw < 0.05 else None
    if character.isspace():
        return None
    in_word = character.isalpha() and text[at + 1 : at + 2].isalpha()
    if family == "dropped":
        return (at, at + 1, "")
    if family == "doubled":
        return (at, at, character)
    if family == "speckle":
        speckle = _SPECKLES[int(draw * len(_SPECKLES))]
        return (at, at, speckle if draw < 0.8 or in_word else f" {speckle}")
    if family == "spacing" and in_word:
        return (at + 1, at + 1, " ")
    if family == "hyphenation" and in_word and at > 1 and text[at - 2 : at + 4].isalpha():
        # a line ends there, and whoever joined the lines may have left the hyphen
        return (at + 1, at + 1, "-\n" if draw < 0.5 else "- ")
    if family == "case" and character.swapcase() != character:
        return (at, at + 1, character.swapcase())
    error = _confused(text, at, draw)
    # letters of other scripts have no table: they get lost
    return error if error or character.isascii() else (at, at + 1, "")
