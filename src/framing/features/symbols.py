"""Texts as the code points that the compiled loops read."""

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


@cache
def class_table(lowercase: bool) -> npt.NDArray[np.uint32]:
    r"""What each code point is read as, with flags for white space and word characters.

    White space is what both ``\s`` and :meth:`str.split` take for it, word characters are ``\w``.
    """
    codes = np.arange(_CODES, dtype=np.uint32)
    characters = codes.tobytes().decode("utf-32", "surrogatepass")
    if lowercase:
        for character in _LOWERED_IN_CONTEXT:
            characters = characters.replace(character, " ")
        codes = encode(characters.lower())
        for character in _LOWERED_IN_CONTEXT:
            codes[ord(character)] = ord(character)
        characters = codes.tobytes().decode("utf-32", "surrogatepass")
    table = codes.copy()
    for pattern, flag in ((r"\s+", IS_SPACE), (r"\w+", IS_WORD)):
        for found in re.finditer(pattern, characters):
            table[found.start() : found.end()] |= flag
    table.flags.writeable = False
    return table


def lowered(text: str) -> str:
    """The text with what :func:`class_table` cannot lower-case lower-cased."""
    if text.isascii() or not any(character in text for character in _LOWERED_IN_CONTEXT):
        return text
    return text.lower()


def encode(text: str) -> npt.NDArray[np.uint32]:
    """The code points of a text, lone surrogates as well; the array may be written to."""
    if not text:
        return np.empty(0, dtype=np.uint32)
    return np.array([text], dtype=f"=U{len(text)}").view(np.uint32)


def encode_documents(
    texts: Sequence[str],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Code points of many texts with a free slot around each, and where each starts and ends."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    ends = np.cumsum(lengths + 1)
    return encode(f" {' '.join(texts)} "), ends - lengths, ends
