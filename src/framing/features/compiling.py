"""Compiling the loops: once a machine where something can be written, else once a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit

_njit: Any = njit  # whose types lack these options
_NO_C = {"no_cfunc_wrapper": True}  # nobody calls the functions from C


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function without the interpreter lock, compiled when it is first called."""
    try:
        dispatcher: Callable[..., Any] = _njit(nogil=True, cache=True, **_NO_C)(function)
    except RuntimeError:
        # neither beside the module nor in the user's cache folder can a file be written
        dispatcher = _njit(nogil=True, **_NO_C)(function)
    return dispatcher


def compiled_part(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that only compiled functions call, which is compiled with them."""
    # Python's way in would be a good part of it: unpacking a dozen arrays
    dispatcher: Callable[..., Any] = _njit(no_cpython_wrapper=True, **_NO_C)(function)
    return dispatcher
