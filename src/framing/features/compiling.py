"""Compiling the loops: once a machine where something can be written, else once a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function without the interpreter lock, compiled when it is first called."""
    try:
        dispatcher: Callable[..., Any] = njit(nogil=True, cache=True)(function)
    except RuntimeError:
        # neither beside the module nor in the user's cache folder can a file be written
        dispatcher = njit(nogil=True)(function)
    return dispatcher
