"""How numbers and foreign text are written, the same in Markdown, HTML and on the terminal.

==========  =============================================================  ==================
function    rule                                                           examples
==========  =============================================================  ==================
`figure`    three decimals; two significant digits when nearer to zero     0.912, 0.00042
`count`     whole, with thousands separators                               12,345
`percent`   of a share, one decimal                                        30.2%
`duration`  seconds with one decimal, from a minute on minutes, seconds    7.4 s, 3 min 20 s
`rate`      one decimal below a hundred, then whole with separators        8.3, 1,250
==========  =============================================================  ==================

None is an en dash everywhere.
"""

from __future__ import annotations

import math

MISSING = "–"


def figure(value: float | None) -> str:
    """Write a metric, probability, weight or level."""
    if value is None:
        return MISSING
    if value == 0:
        return "0.000"
    return f"{value:,.3f}" if abs(value) >= 0.0005 else f"{value:.2g}"


def count(value: float | None) -> str:
    """Write how many there are."""
    return MISSING if value is None else f"{value:,.0f}"


def percent(value: float | None) -> str:
    """Write a share in [0, 1]."""
    return MISSING if value is None else f"{100 * value:.1f}%"


def duration(seconds: float | None) -> str:
    """Write a length of time."""
    if seconds is None:
        return MISSING
    tenths = round(seconds, 1)
    if tenths < 60:
        return f"{tenths:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:,} min {rest} s"


def rate(value: float | None) -> str:
    """Write so many a second, or megabytes."""
    if value is None:
        return MISSING
    return f"{value:,.0f}" if round(value, 1) >= 100 else f"{value:.1f}"


def interval(low: float | None, high: float | None) -> str:
    """Write both ends of an interval; an en dash when both are missing."""
    if low is None and high is None:
        return MISSING
    # a dash before a minus sign cannot be read
    joint = " to " if min(low or 0, high or 0) < 0 or None in (low, high) else MISSING
    return f"{figure(low)}{joint}{figure(high)}"


_MARKS = {" ": "␣", "\n": "↵", "\r": "␍", "\t": "⇥", "\u00a0": "⍽"}


def ngram(text: str) -> str:
    """Make the spaces and layout of an n-gram visible: ``␣↵⇥␍⍽``, others as ``⟨U+200B⟩``."""
    return "".join(_MARKS.get(c) or (c if c.isprintable() else _code(c)) for c in text) or "∅"


def label(text: str) -> str:
    """Make one line of text in which nothing is hidden, no control or bidi character either.

    The zero-width joiners stay: Persian, Indic scripts and emoji need them.
    """
    text = " ".join(str(text).split())
    return "".join(c if c.isprintable() or c in "\u200c\u200d" else _code(c) for c in text)


def lines(text: str) -> str:
    """Keep lines and indentation, and hide nothing in them."""
    return "\n".join(
        "".join(c if c.isprintable() or c == "\t" else _code(c) for c in line)
        for line in text.splitlines()
    )


def shorten(text: str, length: int) -> str:
    """Cut to so many characters, the last of them an ellipsis when some were cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def finite(value: object) -> object:
    """Copy plain JSON values; NaN and infinities, unknown to JSON, become None."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _code(char: str) -> str:
    return f"⟨U+{ord(char):04X}⟩"
