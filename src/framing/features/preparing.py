"""Compiled preparation of a text: code points to code points, before they are read into n-grams.

What each preparation is for stands in :mod:`framing.features.prepare`.
"""

from __future__ import annotations

import unicodedata
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from framing.features.compiling import compiled, compiled_part
from framing.features.symbols import IS_SPACE, IS_WORD, Codes, class_table
from framing.features.windows import CUT

AS_IS, LAYOUT, NORMALIZED = 0, 1, 2

GAP = "␣"
"""Stands for every second space of a run, so that a run stays visible."""
LINE_END = "¶"
TAB = "⇥"
START, END = "⟦", "⟧"
"""Stand at the ends of a document, so that what is cut off or hung on is visible."""

# Quotes, apostrophes, primes and dashes that Unicode does not count among quotes or dashes.
_MARKS = "\"'`ʼ‚„′‵〝〞〟−⁃"
# NFKD parts accents from letters, so that a corpus that lost them looks like one that kept them.
# Hyphens (Pd) go too: damaged corpora have them in place of spaces (`since-the`).
_REPLACED = {
    "Mn": "", "Cf": "", "Co": "", "Cs": "", "Cn": "",
    "Cc": " ", "Sc": " ", "Pd": " ", "Pi": " ", "Pf": " ",
}  # fmt: skip
_KEPT_CONTROLS = "\t\n\r\v\f"

Ints = npt.NDArray[np.int64]

_GROUP = 256  # code points whose replacements are looked up together
# In the table: what a code point becomes with the flags of the class table, or where its
# replacements stand, their number first.
_UNKNOWN = np.uint32(0xFFFFFFFF)
_EXPANDED = np.uint32(1 << 29)
_MARK = np.uint32(1 << 28)  # becomes a space, and so does `"?` as a whole
_CODE = np.uint32(0x1FFFFF)

_SPACE, _NEW_LINE, _RETURN, _TAB, _DOT, _QUESTION, _QUOTE, _BROKEN = (
    np.uint32(ord(c)) for c in ' \n\r\t.?"\ufffd'
)
_SHOWN_GAP, _SHOWN_LINE_END, _SHOWN_TAB, _SHOWN_START, _SHOWN_END, _CUT = (
    np.uint32(ord(c)) for c in (GAP, LINE_END, TAB, START, END, CUT)
)
_CLOSING = tuple(np.uint32(ord(c)) for c in ",.;:!?)]")


class Replacements(NamedTuple):
    """What :func:`_normalize` puts in the place of code points; filled by :func:`expanded`."""

    table: Codes
    listed: Codes
    """Replacements that are not one code point. All of Unicode needs 49,000 places."""


REPLACEMENTS = Replacements(np.full(0x110000, _UNKNOWN, np.uint32), np.zeros(1 << 17, np.uint32))
_end = [1]  # at place 0 stands that there are none
_lock = Lock()


def expanded(codes: Codes, starts: Ints, ends: Ints) -> Ints:
    """At most how long each document is when it is prepared, and see to it that it can be."""
    lengths = ends - starts + 2
    if not add_expansions(codes, starts, ends, REPLACEMENTS, lengths):
        table, listed = REPLACEMENTS
        with _lock:
            for group in np.unique(codes[table[codes] == _UNKNOWN] // _GROUP).tolist():
                for code in range(group * _GROUP, (group + 1) * _GROUP):
                    if table[code] == _UNKNOWN:
                        _look_up(code, table, listed)
        lengths = ends - starts + 2
        add_expansions(codes, starts, ends, REPLACEMENTS, lengths)
    return lengths


def _look_up(code: int, table: Codes, listed: Codes) -> None:
    entries = [_entry(c) for c in _replacement(chr(code))]
    if len(entries) == 1:
        table[code] = entries[0]
        return
    if not entries:
        table[code] = _EXPANDED
        return
    place, _end[0] = _end[0], _end[0] + 1 + len(entries)
    listed[place] = len(entries)
    listed[place + 1 : _end[0]] = entries
    table[code] = _EXPANDED | np.uint32(place)


def _entry(character: str) -> int:
    if character in _MARKS:
        return ord(character) | int(_MARK)
    flags = class_table(False)[ord(character)] & (IS_WORD | IS_SPACE)
    return ord(character) | int(flags)


def _replacement(character: str) -> str:
    parts = []
    for c in unicodedata.normalize("NFKD", character):
        kept = c in _KEPT_CONTROLS
        parts.append(c if kept else _REPLACED.get(unicodedata.category(c), c))
    # a mathematical sigma has no neighbours that could make it final when it is lower-cased
    return "".join(parts) if character == "Σ" else "".join(parts).replace("Σ", "σ")


@compiled
def add_expansions(codes: Any, starts: Any, ends: Any, replacements: Any, lengths: Any) -> Any:
    """Add to the length of each document what :func:`_normalize` may add to it.

    Returns whether the table knows all code points; if not, the lengths mean nothing.
    """
    unknown = False
    for d in range(starts.shape[0]):
        more = np.int64(0)
        for i in range(starts[d], ends[d]):
            entry = replacements.table[codes[i]]
            if entry & _EXPANDED:
                if entry == _UNKNOWN:
                    unknown = True
                elif entry > _EXPANDED:
                    more += np.int64(replacements.listed[entry ^ _EXPANDED]) - 1
        lengths[d] += more
    return not unknown


@compiled
def prepare(how: Any, codes: Any, start: Any, end: Any, replacements: Any, out: Any) -> Any:
    """The code points of a stretch as they are after a preparation, mostly written to `out`."""
    if how == LAYOUT:
        return out[: _layout(codes, start, end, out)]
    if how == NORMALIZED:
        return out[: _normalize(codes, start, end, replacements, out)]
    return codes[start:end]


@compiled_part
def _layout(codes: Any, start: Any, end: Any, out: Any) -> Any:
    """Write the text with its white space made visible; returns how long it is."""
    n = 0
    if start < end and codes[start] == _CUT:
        start += 1
    else:
        out[0] = _SHOWN_START
        n = 1
    goes_on = start < end and codes[end - 1] == _CUT
    if goes_on:
        end -= 1
    spaces = 0
    for i in range(start, end):
        code = codes[i]
        spaces = spaces + 1 if code == _SPACE else 0
        if code == _RETURN and i + 1 < end and codes[i + 1] == _NEW_LINE:
            continue
        if code in (_NEW_LINE, _RETURN):
            code = _SHOWN_LINE_END
        elif code == _TAB:
            code = _SHOWN_TAB
        elif spaces and spaces & 1 == 0:
            code = _SHOWN_GAP
        out[n] = code
        n += 1
    if goes_on:
        return n
    out[n] = _SHOWN_END
    return n + 1


@compiled_part
def _normalize(codes: Any, start: Any, end: Any, replacements: Any, out: Any) -> Any:
    """Write the text without typography, broken characters and layout; returns how long it is."""
    table, listed = replacements.table, replacements.listed
    n = 0
    word = -1  # where in `out` the word at hand starts
    broken = False  # the rest of a word with a broken character is skipped
    quoted = False  # the code before was a straight quote
    asked = False  # a question mark waits for what follows
    i = start
    while i < end:
        entry = table[codes[i]]
        if entry >= IS_WORD and not (asked or broken):
            # most of a text by far
            if word < 0:
                word = n
            while entry >= IS_WORD:
                out[n] = entry & _CODE
                n += 1
                i += 1
                if i == end:
                    return _close_up(out, n)
                entry = table[codes[i]]
            quoted = False
        i += 1
        place = np.int64(0)
        count = np.int64(1)
        if entry & _EXPANDED:
            place = np.int64(entry ^ _EXPANDED)
            count = np.int64(listed[place])
        for k in range(count):
            if place:
                entry = listed[place + 1 + k]
            code = entry & _CODE
            in_word = entry >= IS_WORD
            spaced = entry & (_MARK | IS_SPACE) > 0
            if asked:
                asked = False
                if not in_word:
                    out[n] = _QUESTION
                    n += 1
                elif n == 0 or out[n - 1] != _SPACE:
                    # a letter or currency sign that became a question mark
                    out[n] = _SPACE
                    n += 1
            if code == _BROKEN:
                # what is left of a word around broken bytes goes
                if word >= 0:
                    n = word
                word = -1
                broken = True
                spaced = True
            elif broken:
                if in_word:
                    continue
                broken = False
            if spaced:
                if n == 0 or out[n - 1] != _SPACE:
                    out[n] = _SPACE
                    n += 1
                word = -1
            elif code == _QUESTION:
                # after a quote it is half of a curly mark that an encoding error turned into two
                asked = not quoted
                word = -1
            else:
                if not in_word:
                    word = -1
                elif word < 0:
                    word = n
                out[n] = code
                n += 1
            quoted = code == _QUOTE
    if asked:
        out[n] = _QUESTION
        n += 1
    return _close_up(out, n)


@compiled_part
def _close_up(out: Any, end: Any) -> Any:
    """Runs of dots become a space, and no space stays before a sentence mark or at the ends."""
    n = 0
    i = 0
    while i < end:
        code = out[i]
        if code != _SPACE and code != _DOT:
            out[n] = code
            n += 1
            i += 1
            continue
        j = i + 1 if code == _SPACE else i
        dots = 0
        while j < end and out[j] == _DOT:
            dots += 1
            j += 1
            if j + 1 < end and out[j] == _SPACE and out[j + 1] == _DOT:
                j += 1
        if dots > 1:
            i = j + 1 if j < end and out[j] == _SPACE else j
        else:
            i += 1
            if code == _DOT:
                out[n] = _DOT
                n += 1
                continue
        if n and i < end and out[i] not in _CLOSING:
            out[n] = _SPACE
            n += 1
    return n


def prepared(codes: Codes, how: int) -> Codes:
    """The code points of one text as they are after a preparation."""
    lengths = expanded(codes, np.zeros(1, np.int64), np.array([codes.shape[0]]))
    out = np.empty(lengths[0], dtype=np.uint32)
    found: Codes = prepare(how, codes, 0, codes.shape[0], REPLACEMENTS, out)
    return found
