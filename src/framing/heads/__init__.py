"""Linear models on features, one head a target, with their calibration."""

from framing.heads.corruption import (
    CorruptionHead,
    CorruptionOutputs,
    calibrate_corruption,
    fit_corruption,
)
from framing.heads.linear import Linear, fit_classes
from framing.heads.style import StyleHead, calibrate_style

__all__ = [
    "CorruptionHead",
    "CorruptionOutputs",
    "Linear",
    "StyleHead",
    "calibrate_corruption",
    "calibrate_style",
    "fit_classes",
    "fit_corruption",
]
