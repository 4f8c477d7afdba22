"""A fitted linear map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """Decision values ``X @ weights + bias``: all that is kept of a fitted model."""

    weights: npt.NDArray[np.float32]
    """(columns, outputs), C order: a document touches few rows of it."""
    bias: Floats
    """(outputs,)."""
