"""Lines that stand in several documents of a corpus: the page around articles, not their text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

_LONGEST = 200
_FEWEST = 3
"""Documents that a line stands in."""
_KEPT = 2000
_DOCUMENTS = 50_000
"""That are looked at; a line that is left out by this is a rare one."""


def repeated_lines(texts: Iterable[str]) -> tuple[str, ...]:
    """The lines of up to 200 characters that stand in three documents or more.

    The 2,000 most frequent of them, those first. White space around a line does not count.
    """
    counts: Counter[int] = Counter()
    lines: dict[int, str] = {}
    for number, text in enumerate(texts):
        if number == _DOCUMENTS:
            break
        if "\n" not in text.strip():
            continue
        for line in {line.strip() for line in text.splitlines()}:
            if 0 < len(line) <= _LONGEST:
                # most lines stand in one document only: their text is not kept
                key = hash(line)
                counts[key] += 1
                if counts[key] == _FEWEST:
                    lines[key] = line
    often = sorted(lines, key=lambda key: (-counts[key], lines[key]))
    return tuple(lines[key] for key in often[:_KEPT])


def without_lines(text: str, lines: frozenset[str]) -> str:
    """The text without some lines; the others stay as they are."""
    if not lines or "\n" not in text:
        return text
    kept = [line for line in text.splitlines(keepends=True) if line.strip() not in lines]
    return "".join(kept)
