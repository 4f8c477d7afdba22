"""What is said of undamaged English that is not news: poetry, tables, code are not damage."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from framing.evaluation.results import RegisterFigures
from framing.grades import GRADES

if TYPE_CHECKING:
    from framing.model import FramingModel

_BREAK = "\n%%%\n"
_MODERATE = dict(GRADES)["light"]  # where light ends


def passages() -> dict[str, list[str]]:
    """The passages by register, see the README beside them."""
    folder = resources.files(__package__) / "registers"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {
        file.name.removesuffix(".txt"): file.read_text("utf-8").removesuffix("\n").split(_BREAK)
        for file in files
        if file.name.endswith(".txt")
    }


def judge_registers(model: FramingModel) -> list[RegisterFigures]:
    """How damaged a model with a corruption target takes the passages to be, worst first."""
    found: list[RegisterFigures] = []
    for register, texts in passages().items():
        scores = [prediction.corruption for prediction in model.predict(texts)]
        levels = np.array([score.level for score in scores if score])
        kinds = {kind for score in scores if score for kind in score.found()}
        found.append(
            {
                "register": register,
                "passages": len(texts),
                "mean_level": float(levels.mean()),
                "false_alarms": float((levels >= _MODERATE).mean()),
                "kinds": sorted(kinds),
            }
        )
    return sorted(found, key=lambda row: -(row["mean_level"] or 0))
