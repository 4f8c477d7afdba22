"""Predicting in processes that hold a loaded model and their share of the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

from documents import utf8_size
from measuring import THREADS, Throughput, in_turns, use_cores
from peers import Predict
from tools import TOOLS

_predict: Predict
_texts: list[str]


class Predictor:
    """A saved model, asked on so many cores.

    framing spreads the documents over the cores by itself. The others predict on one thread, so
    there is a process for each core, with its share of the documents. (Threads would not help:
    fastText holds the interpreter lock while it predicts.)
    """

    def __init__(self, tool: str, way: str, folder: Path, cores: int) -> None:
        processes = 1 if TOOLS[tool].module == "framing" else cores
        self._workers = [
            ProcessPoolExecutor(
                1, get_context("spawn"), initializer=_load, initargs=(tool, way, folder, cores)
            )
            for _ in range(processes)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.shutdown()

    def hold(self, texts: list[str]) -> None:
        """Deal the documents to the processes, and let them predict once to be warm."""
        n = len(self._workers)
        # a single document leaves a process without one
        self._asked = self._workers[: len(texts)]
        for number, worker in enumerate(self._asked):
            worker.submit(_hold, texts[number::n]).result()

    def predict(self) -> None:
        """Predict what was dealt, all processes at the same time."""
        for waiting in [worker.submit(_predict_held) for worker in self._asked]:
            waiting.result()


def measure(
    models: Mapping[str, Path], documents: Mapping[int | None, list[str]], repetitions: int
) -> Iterator[Throughput]:
    """Ask the saved models of the tools in turns, for documents of each length."""
    with ExitStack() as stack:
        predictors = {
            (way, cores): stack.enter_context(Predictor(tool, way, folder, cores))
            for tool, folder in models.items()
            for way in TOOLS[tool].loaders
            for cores in THREADS
        }
        for length, texts in documents.items():
            for predictor in predictors.values():
                predictor.hold(texts)
            runs = {key: predictor.predict for key, predictor in predictors.items()}
            seconds = in_turns(runs, repetitions)
            for way, cores in predictors:
                yield Throughput(
                    "predict", way, cores, "", None, length, len(texts), utf8_size(texts) / 1e6,
                    seconds[way, cores],
                )  # fmt: skip


def _load(tool: str, way: str, folder: Path, cores: int) -> None:
    global _predict
    use_cores(cores)
    _predict = TOOLS[tool].loaders[way](folder)


def _hold(texts: list[str]) -> None:
    global _texts
    _texts = texts
    _predict(texts)


def _predict_held() -> None:
    _predict(_texts)
