"""What is read of a very long text."""

from __future__ import annotations

import numpy as np

READ_AT_MOST = 1_000_000
"""Characters of one document that are read; of longer ones, windows spread evenly over it."""
_WINDOW = 10_000


def excerpt(text: str) -> str:
    """The text, or windows spread evenly over it when it has over `READ_AT_MOST` characters.

    The first and the last window are the document's own start and end.
    """
    if len(text) <= READ_AT_MOST:
        return text
    starts = np.linspace(0, len(text) - _WINDOW, READ_AT_MOST // (_WINDOW + 1)).astype(np.int64)
    return "\n".join(text[start : start + _WINDOW] for start in starts)
