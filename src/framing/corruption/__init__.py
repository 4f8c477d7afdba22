"""The damage engine: operators that damage clean text, and the level that comes of it."""

from framing.corruption.catalogue import KINDS, OPERATORS, Kind, Operator
from framing.corruption.describing import describe
from framing.corruption.edits import Edit, Span, apply_edits, remap_spans
from framing.corruption.engine import Damaged, Strike, damage
from framing.corruption.level import measure_level
from framing.corruption.stretches import shares_by_stretch
from framing.corruption.variants import (
    TrainingText,
    drawn_plan,
    make_variants,
    training_texts,
)
from framing.corruption.variation import vary

__all__ = [
    "KINDS",
    "OPERATORS",
    "Damaged",
    "Edit",
    "Kind",
    "Operator",
    "Span",
    "Strike",
    "TrainingText",
    "apply_edits",
    "damage",
    "describe",
    "drawn_plan",
    "make_variants",
    "measure_level",
    "remap_spans",
    "shares_by_stretch",
    "training_texts",
    "vary",
]
