"""framing: what source style a document reads like, and how damaged its text is.

The whole public surface: :func:`load` a bundle, :func:`train` one, and use the
:class:`FramingModel` that both give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framing.bundle import read_bundle as load
    from framing.model import FramingModel, Prediction
    from framing.training import train

__all__ = ["FramingModel", "Prediction", "load", "train"]

_HOMES = {
    "FramingModel": ("framing.model", "FramingModel"),
    "Prediction": ("framing.model", "Prediction"),
    "load": ("framing.bundle", "read_bundle"),
    "train": ("framing.training", "train"),
}


def __getattr__(name: str) -> Any:
    # imported when used: `framing config` need not wait for scikit-learn
    if name not in _HOMES:
        raise AttributeError(f"module 'framing' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
