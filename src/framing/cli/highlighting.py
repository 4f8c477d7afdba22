"""A text with its damage underlined, as wide as the terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from framing.explaining import DamageMap

_NARROWEST = 20  # columns of text
_UNDER = "~"


def underlined(found: DamageMap) -> str:
    """The lines of a text, each with its level and kind of damage, damaged places underlined.

    Severely damaged lines are underlined as a whole.
    """
    flags = bytearray(len(found.text))
    for part in (*found.spans, *found.damaged_lines()):
        flags[part.start : part.end] = b"\1" * (part.end - part.start)
    by_start = {line.start: line for line in found.lines}
    kinds = max((len(line.kind or "") for line in found.lines), default=0)
    wide = max(_NARROWEST, shutil.get_terminal_size().columns - kinds - 11)
    rows = []
    start = 0
    for text in found.text.split("\n"):
        line = by_start.get(start)
        level = "" if line is None else f"{line.level:.2f}"
        kind = line.kind or "" if line is not None and line.level >= 0.005 else ""
        margin = f"  {level:>4}  {kind:<{kinds}} │ "
        empty = f"{'':{kinds + 8}} │ "
        for at, end in _rows(text, wide):
            # what a terminal would obey, or show as nothing, is shown as a mark
            shown = "".join(c if c.isprintable() else "·" for c in text[at:end])
            rows.append((margin if at == 0 else empty) + shown)
            marks = "".join(_UNDER if flag else " " for flag in flags[start + at : start + end])
            if marks.strip():
                rows.append(empty + typer.style(marks.rstrip(), fg="red"))
        start += len(text) + 1
    return "\n".join(row.rstrip() for row in rows)


def _rows(text: str, wide: int) -> Iterator[tuple[int, int]]:
    """Where the rows of a line start and end: between words, where they fit."""
    at = 0
    while len(text) - at > wide:
        space = text.rfind(" ", at + 1, at + wide + 1)
        end = at + wide if space < 0 else space + 1
        yield at, end
        at = end
    yield at, len(text)
