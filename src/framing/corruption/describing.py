"""The catalogue of damage as a page for people, each kind with a line before and after."""

from __future__ import annotations

import numpy as np

from framing.corruption.catalogue import KINDS, Kind
from framing.corruption.edits import apply_edits

SAMPLE = (
    "PORT HALDEN (RWS) — Officials said on Monday that the well-known bridge (built in 1911) would "
    "reopen. “It’s a relief,” said Anna Reyes, who runs the ferry. She added that the repairs had "
    "cost $48.5 million, the council’s highest bill in a decade."
)
"""What the examples are made of."""
_SEVERITY, _SEED = 0.08, 3


def describe() -> str:
    """Markdown that ``framing corrupt --list`` prints and docs/damage.md holds."""
    parts = [
        "# The kinds of damage",
        "What `framing corrupt` can do to a text. Which kinds a model learns to find is said by "
        "`targets.corruption.kinds` in its config. The severity is the level that is aimed at: the "
        "share of the text that is damaged, as edit distance over the longer length. This page is "
        f"what `framing corrupt --list` prints. Below each kind: this text at severity "
        f"{_SEVERITY:g}.",
        f"> {SAMPLE}",
        "| kind | what happens | severity in training | throughout | in one stretch |\n"
        "|---|---|---|---:|---|\n" + "\n".join(_row(kind) for kind in KINDS),
        *(part for kind in KINDS for part in (f"## `{kind.name}`", _details(kind))),
    ]
    return "\n\n".join(parts) + "\n"


def _row(kind: Kind) -> str:
    low, high = kind.severities
    local = "at times" if kind.local else "no"
    return (
        f"| `{kind.name}` | {kind.description} | {low:g} to {high:g}, even on a log scale "
        f"| {kind.throughout:.0%} | {local} |"
    )


def _details(kind: Kind) -> str:
    edits = kind.apply(SAMPLE, _SEVERITY, np.random.default_rng(_SEED))
    after = apply_edits(SAMPLE, edits)[0]
    doc = (kind.apply.__doc__ or "").strip().split("\n\n")
    said = " ".join(" ".join(part.split()) for part in doc)
    # a fence that no example can close
    return f"{said}\n\n~~~~text\n{_visible(after)}\n~~~~"


def _visible(text: str) -> str:
    """What does not show as its code point."""
    return "".join(c if c.isprintable() or c == "\n" else f"<U+{ord(c):04X}>" for c in text)
