"""The damage engine: operators that damage clean text, and the level that comes of it."""

from framing.corruption.catalogue import KINDS, OPERATORS, Kind, Operator
from framing.corruption.edits import Edit, Span, apply_edits, remap_spans
from framing.corruption.engine import Damaged, damage
from framing.corruption.level import GRADES, grade, measure_level
from framing.corruption.variants import make_variants
from framing.corruption.variation import vary

__all__ = [
    "GRADES",
    "KINDS",
    "OPERATORS",
    "Damaged",
    "Edit",
    "Kind",
    "Operator",
    "Span",
    "apply_edits",
    "damage",
    "grade",
    "make_variants",
    "measure_level",
    "remap_spans",
    "vary",
]
