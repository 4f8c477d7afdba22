"""How fast the damage engine is: each kind, and a run's variants beside the fit they are made for.

``python benchmarks/engine.py [--quick]``
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from measuring import in_turns, machine
from results import COLORS, Table, figures, write_results

import framing
from framing.config import load_config
from framing.corpus import is_marked, load_corpus
from framing.corruption import KINDS, OPERATORS, Operator, make_variants

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SEVERITY = 0.05
_ALL = "variants, all kinds mixed"
NOTES = [
    "Megabytes of undamaged articles of the built-in corpus that one process damages in a second, "
    "the median of the repetitions. Variants: one of each article with one to four kinds, with its "
    "undamaged form and the measured level.",
    "Damage and fit: steps of a default `framing train` on all cores, the median of the runs. The "
    "fit is that of all targets.",
]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few articles, one run")
    quick = parser.parse_args().quick
    facts = machine()
    config = load_config(None, [])
    corpus = load_corpus(config.data, seed=config.seed)
    texts = [text for text in corpus.texts if not is_marked(text)][:: 40 if quick else 8]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    runs: dict[str, Callable[[], object]] = {
        kind.name: partial(_damage, OPERATORS[kind.name], texts) for kind in KINDS
    }
    runs[_ALL] = partial(_vary, texts)
    seconds = in_turns(runs, 1 if quick else 5)
    rates = {name: megabytes / median(spent) for name, spent in seconds.items()}
    steps = [_steps() for _ in range(1 if quick else 3)]
    damage, fit = (median(step[name] for step in steps) for name in ("damage", "fit"))
    print(f"damage {damage:.1f} s, fit {fit:.1f} s, ratio {damage / fit:.2f}", flush=True)
    write_results(
        "engine",
        quick=quick,
        title="The damage engine",
        notes=NOTES,
        tables=[
            Table("One process", ["", "MB/s"], [[n, figures(r)] for n, r in rates.items()]),
            Table(
                "A default run", ["damage, s", "fit, s", "damage over fit"],
                [[figures(damage), figures(fit), figures(damage / fit)]],
            ),
        ],
        figure=_figure(rates),
        machine=facts,
        measured={"megabytes": megabytes, "seconds": seconds, "steps": steps},
    )  # fmt: skip


def _damage(operator: Operator, texts: list[str]) -> None:
    rng = np.random.default_rng(0)
    for text in texts:
        operator(text, _SEVERITY, rng)


def _vary(texts: list[str]) -> None:
    kinds = [kind.name for kind in KINDS]
    for i, text in enumerate(texts):
        make_variants(text, title=None, count=1, kinds=kinds, seed=0, key=str(i))


def _steps() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        done = framing.train(output=Path(folder) / "model")
        report = json.loads((done.folder / "report" / "report.json").read_text("utf-8"))
    found: dict[str, float] = report["cost"]["seconds"]
    return found


def _figure(rates: dict[str, float]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5))
    ax: Any = figure.subplots()
    names = sorted(rates, key=rates.__getitem__)
    ax.barh(names, [rates[name] for name in names], color=COLORS["framing"])
    ax.set(xlabel="MB/s, one process", xscale="log")
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    main()
