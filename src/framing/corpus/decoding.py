"""From bytes to text: byte order marks are obeyed, broken bytes become U+FFFD, never an error."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BINARY_SHARE = 0.3


class Decoded(NamedTuple):
    """A text, and whether some of its bytes had to be read as U+FFFD."""

    text: str
    broken: bool


def encoding_of(start: bytes) -> str:
    """Name the encoding that a byte order mark at the start of a file gives, or UTF-8."""
    return next((name for bom, name in _BOMS if start.startswith(bom)), "utf-8")


def decode(data: bytes) -> Decoded:
    """Decode by byte order mark, else as UTF-8; broken bytes are read as U+FFFD."""
    encoding = encoding_of(data)
    try:
        return Decoded(data.decode(encoding), False)
    except UnicodeDecodeError:
        return Decoded(data.decode(encoding, errors="replace"), True)


def replace_surrogates(text: str) -> str:
    """Read lone surrogates, which no encoding can write, as U+FFFD.

    Bytes that were decoded with ``surrogateescape`` come out as ``errors="replace"`` would have
    read them.
    """
    if text.isascii() or not _SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)


def looks_binary(data: bytes) -> bool:
    """Whether bytes are no text: NUL bytes without a byte order mark, or mostly controls."""
    if encoding_of(data) not in ("utf-8", "utf-8-sig"):
        return False
    if b"\0" in data:
        return True
    start = data[:65536].decode("latin-1")
    return len(_CONTROL.findall(start)) > _BINARY_SHARE * len(start)
