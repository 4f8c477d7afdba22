"""The named bands of a damage level."""

from __future__ import annotations

LIGHT_BELOW = 0.03
"""The level at which light damage ends; what is above asks for something to be done."""

GRADES: tuple[tuple[str, float], ...] = (
    ("clean", 0.005),
    ("light", LIGHT_BELOW),
    ("moderate", 0.10),
    ("heavy", 0.30),
    ("severe", 1.0),
)
"""The grades from best to worst, each with the level below which it holds (1 is severe)."""


def grade(level: float) -> str:
    """Give the named band of a level: clean < .005 ≤ light < .03 ≤ moderate < .10 ≤ heavy < .30."""
    return next((name for name, below in GRADES if level < below), GRADES[-1][0])
