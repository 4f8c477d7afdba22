"""Broken encoding: UTF-8 read as something else, and the marks of characters that were lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from framing.corruption.drawing import pick_weighted
from framing.corruption.edits import Edit, disjoint, run_within_budget, within_budget
from framing.corruption.typography import typographic_edits

_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_LOST_MARK = re.compile(r"['\"‘’“”—–-](?:(?<=\w['’])s |(?<!-) ?|(?<=-)- ?)")
_PHRASE_BORDER = re.compile(
    r" (?<=\w.)(?=(?:and|but|which|who|that|because|while|with|as|after|when|said|including|or)\b)"
)


@lru_cache(maxsize=8192)
def misread(character: str, encoding: str, rounds: int = 1) -> str:
    """Give what shows when the UTF-8 bytes of a character are read in a one-byte encoding.

    Bytes that cp1252 leaves undefined show as the control characters of the same number, as in
    the WHATWG's windows-1252. Lone surrogates have no bytes and stay as they are.
    """
    shown = character
    for _ in range(rounds):
        try:
            raw = shown.encode("utf-8")
        except UnicodeEncodeError:
            return shown
        shown = "".join(
            bytes([byte]).decode(encoding, errors="ignore") or chr(byte) for byte in raw
        )
    return shown


def _without_controls(character: str) -> str:
    return re.sub(r"[\x80-\x9f]", "", misread(character, "cp1252"))


def _question_mark(character: str) -> str:
    return "?"


def _replacement(character: str, marks: int) -> str:
    return "\ufffd" * marks


_MODES: tuple[tuple[Callable[[str], str], float], ...] = (
    (partial(misread, encoding="cp1252"), 0.25),
    (_without_controls, 0.13),
    (partial(misread, encoding="latin-1"), 0.1),
    (partial(misread, encoding="mac_roman"), 0.06),
    (partial(misread, encoding="cp1252", rounds=2), 0.06),
    (_question_mark, 0.1),
    (partial(_replacement, marks=1), 0.08),
    (partial(_replacement, marks=2), 0.03),
    (partial(_replacement, marks=3), 0.06),
)
_MARK_MODE = 0.1  # the rest of the draw: characters lost as `"?` and as hyphens


def mojibake(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Break the characters beyond ASCII, with straight quotes and dashes in their curly forms.

    One mode a document: misread as cp1252, Latin-1 or Mac Roman, once or twice; or lost, as
    ``?``, as U+FFFD once to three times, as ``"?`` with what follows swallowed, or as a hyphen
    where a space was.
    """
    draw = rng.random()
    if draw < _MARK_MODE:
        edits = [Edit(*m.span(), '"?') for m in _LOST_MARK.finditer(text)]
    elif draw < _MARK_MODE + 0.03:
        edits = [Edit(*match.span(), "-") for match in _PHRASE_BORDER.finditer(text)]
    else:
        broken = pick_weighted(rng, _MODES)
        edits = broken_characters(text, broken)
        # text that is broken throughout has no NBSP in sight, and many in its source
        spaces = rng.random() < 0.15
        if spaces:
            edits = disjoint([*edits, *_broken_spaces(text, broken, rng)])
    if not edits:
        edits = broken_characters(text, pick_weighted(rng, _MODES))
    draw_edits = run_within_budget if rng.random() < 0.4 else within_budget
    return draw_edits(edits, severity * len(text), rng)


def broken_characters(text: str, broken: Callable[[str], str]) -> list[Edit]:
    """Give the edits that break every curly quote, dash and character beyond ASCII."""
    curly = typographic_edits(text)
    other = [] if text.isascii() else [Edit(*m.span(), m[0]) for m in _NON_ASCII.finditer(text)]
    edits = sorted([*curly, *other]) if other else curly
    # a document has few different characters of this sort, however long it is
    shown = {character: broken(character) for character in {e.replacement for e in edits}}
    broken_edits = [Edit(e.start, e.end, shown[e.replacement]) for e in edits]
    return [edit for edit in broken_edits if edit.replacement != text[edit.start : edit.end]]


def _broken_spaces(text: str, broken: Callable[[str], str], rng: np.random.Generator) -> list[Edit]:
    shown = broken("\u00a0")
    spaces = [match.start() for match in re.finditer(r"(?<=[.,!?]) ", text)]
    drawn = rng.random(len(spaces)) < 0.5
    return [Edit(at, at + 1, shown) for at, kept in zip(spaces, drawn, strict=True) if kept]
