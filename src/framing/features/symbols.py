"""Texts as the code points that the compiled loops read, and what each code point is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

IS_SPACE = np.uint32(1 << 30)
IS_WORD = np.uint32(1 << 31)

_CODES = 0x110000
# All but these two lower-case one code point at a time, whatever stands around them.
_LOWERED_IN_CONTEXT = ("Σ", "İ")

Codes = npt.NDArray[np.uint32]


@cache
def class_table(lowercase: bool) -> Codes:
    r"""What each code point is read as, with flags for white space and word characters.

    White space is what both ``\s`` and :meth:`str.split` take for it, word characters are ``\w``.
    """
    codes = np.arange(_CODES, dtype=np.uint32)
    if lowercase:
        characters = decode(codes)
        for character in _LOWERED_IN_CONTEXT:
            characters = characters.replace(character, " ")
        codes = encode(characters.lower())
        for character in _LOWERED_IN_CONTEXT:
            codes[ord(character)] = ord(character)
    table = codes.copy()
    characters = decode(codes)
    for pattern, flag in ((r"\s+", IS_SPACE), (r"\w+", IS_WORD)):
        for found in re.finditer(pattern, characters):
            table[found.start() : found.end()] |= flag
    table.flags.writeable = False
    return table


@cache
def shape_table() -> Codes:
    r"""The shape of each code point, with the flags of :func:`class_table`.

    Word characters become ``X`` (upper and title case), ``d`` (``\d``), ``_`` or ``x``; spaces
    that are no control character become a space, every way to end a line becomes a line feed.
    """
    cased, lowered_ = class_table(False), class_table(True)
    table = cased.copy()
    words = cased >= IS_WORD
    table[words] = ord("x") | IS_WORD
    table[words & (cased != lowered_)] = ord("X") | IS_WORD
    table[[ord(c) for c in _LOWERED_IN_CONTEXT]] = ord("X") | IS_WORD
    for found in re.finditer(r"\d+", decode(np.arange(_CODES, dtype=np.uint32))):
        table[found.start() : found.end()] = ord("d") | IS_WORD
    table[ord("_")] = ord("_") | IS_WORD
    spaces = cased & IS_SPACE > 0
    table[spaces] = ord(" ") | IS_SPACE
    table[ord("\t")] = ord("\t") | IS_SPACE
    for character in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029":
        table[ord(character)] = ord("\n") | IS_SPACE
    table.flags.writeable = False
    return table


def lowered(text: str) -> str:
    """The text with what :func:`class_table` cannot lower-case lower-cased."""
    if text.isascii() or not any(character in text for character in _LOWERED_IN_CONTEXT):
        return text
    return text.lower()


def encode(text: str) -> Codes:
    """The code points of a text, lone surrogates as well; the array may be written to."""
    if not text:
        return np.empty(0, dtype=np.uint32)
    return np.array([text], dtype=f"=U{len(text)}").view(np.uint32)


def decode(codes: Codes) -> str:
    """The text of some code points."""
    return codes.tobytes().decode("utf-32-le" if np.little_endian else "utf-32-be", "surrogatepass")


def encode_documents(
    texts: Sequence[str],
) -> tuple[Codes, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Code points of many texts, one after the other, and where each starts and ends."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    ends = np.cumsum(lengths)
    return encode("".join(texts)), ends - lengths, ends
