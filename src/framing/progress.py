"""Progress of long work: shown on a terminal, silent elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

Advance = Callable[[int], None]


class Progress:
    """Names each step on stderr, with a bar where the number of items is known.

    Nothing is written when stderr is not a terminal. The seconds of every step are kept.

    Attributes
    ----------
    seconds : dict of str to float
        By step, in the order in which they ran.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._shown = sys.stderr.isatty()

    @contextmanager
    def step(self, name: str, text: str, total: int | None = None) -> Iterator[Advance]:
        """Run a step; what it yields is called with the number of items done since last time."""
        start = perf_counter()
        try:
            if self._shown:
                with _bar(text, total) as advance:
                    yield advance
            else:
                yield lambda _: None
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start


@contextmanager
def _bar(text: str, total: int | None) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    amount = [BarColumn(), TextColumn("{task.completed:,.0f} / {task.total:,.0f}")] if total else []
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        *amount,
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(f"{text:<24}", total=total)
        yield lambda n: bars.advance(task, n)
        if total is None:
            bars.update(task, total=1, completed=1)
