"""Measuring: repeated runs in turns, the cost of a process, and the machine it was on."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Any, TypeVar

PACKAGES = (
    "framing", "numpy", "scipy", "numba", "scikit-learn", "fasttext-community", "vowpalwabbit",
)  # fmt: skip

THREADS = (1, 2)
"""How many threads, or cores, whatever can use them is given."""

K = TypeVar("K", bound=Hashable)


def in_turns(runs: Mapping[K, Callable[[], object]], repetitions: int) -> dict[K, list[float]]:
    """Seconds of each run and repetition: A B C, A B C, so that all meet the same disturbances."""
    seconds: dict[K, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, run in runs.items():
            start = perf_counter()
            run()
            seconds[name].append(perf_counter() - start)
    return seconds


@dataclass(frozen=True)
class Throughput:
    """One tool on some documents."""

    compared: str
    """By what it stands beside others: `reading`, `length`, `n_features` or `predict`."""
    tool: str
    threads: int
    reading: str
    """The n-grams; of a prediction each tool reads its own."""
    n_features: int | None
    length: int | None
    """Bytes of each document; None for articles as they are."""
    documents: int
    megabytes: float
    seconds: list[float]
    """A repetition each."""

    @property
    def rate(self) -> float:
        """MB/s, the median of the repetitions."""
        return self.megabytes / statistics.median(self.seconds)


def ratios(slower: Sequence[float], faster: Sequence[float]) -> tuple[float, float]:
    """How many times as fast: median over the pairs of one repetition, and of the best two."""
    pairs = [a / b for a, b in zip(slower, faster, strict=True)]
    return statistics.median(pairs), min(slower) / min(faster)


@dataclass(frozen=True)
class Finished:
    """What a process cost."""

    seconds: float
    """From its start to its end."""
    peak_memory_mb: float
    """The largest that it, or a process that it waited for, was."""
    output: str
    """What it printed."""


def run_process(command: Sequence[str], *, cores: int) -> Finished:
    """Run a command on so many cores and wait for it.

    The peak is what the kernel counted (``ru_maxrss``). A child starts with the size of its
    parent, so the parent has to be small.

    Raises
    ------
    SystemExit
        With the end of its messages, if the command fails.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as messages:
        start = perf_counter()
        process = subprocess.Popen(
            command, stdout=out, stderr=messages, preexec_fn=lambda: use_cores(cores)
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            messages.seek(0)
            sys.exit(f"{' '.join(command)}\nfailed:\n{messages.read()[-2000:]}")
        out.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024
        return Finished(seconds, usage.ru_maxrss * unit / 1e6, out.read())


def use_cores(cores: int) -> None:
    """Keep this process on so many of its cores, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def machine() -> dict[str, Any]:
    """What the figures depend on: processor, cores, memory, load, versions."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
        "versions": versions,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
