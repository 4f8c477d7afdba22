"""Linear models on features, one head a target, with their calibration."""

from framing.heads.corruption import (
    CorruptionHead,
    CorruptionOutputs,
    WindowDecisions,
    calibrate_corruption,
    start_corruption,
)
from framing.heads.linear import Floats, Linear
from framing.heads.scoring import Decisions, Scorer
from framing.heads.style import Decided, StyleHead, calibrate_style, start_classes

__all__ = [
    "CorruptionHead",
    "CorruptionOutputs",
    "Decided",
    "Decisions",
    "Floats",
    "Linear",
    "Scorer",
    "StyleHead",
    "WindowDecisions",
    "calibrate_corruption",
    "calibrate_style",
    "start_classes",
    "start_corruption",
]
