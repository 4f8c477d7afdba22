"""Which versions made or read a model."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("framing", "numpy", "scipy", "scikit-learn", "datasets", "joblib", "rapidfuzz")


def installed_versions() -> dict[str, str]:
    """Versions of Python and of the packages that the numbers depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            # a checkout on the path that was never installed
            found[package] = "not installed"
    return found
