"""Results as files: JSON with every figure, Markdown with the tables, and a plot."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PLACE = Path(__file__).parent / "results"

COLORS = {
    "framing": "#0072b2",
    "scikit-learn Hashing": "#d55e00",
    "scikit-learn": "#e69f00",
    "fastText": "#009e73",
    "Vowpal Wabbit": "#cc79a7",
}
"""Of each tool in every plot (Okabe and Ito's, which the colour-blind can tell apart)."""


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; the first column reads from the left, figures from the right."""

    caption: str
    header: list[str]
    rows: list[list[str]]

    def markdown(self) -> str:
        """As GitHub reads it, the caption above."""
        ruler = ["---", *["---:"] * (len(self.header) - 1)]
        lines = ["| " + " | ".join(row) + " |" for row in (self.header, ruler, *self.rows)]
        return "\n".join([f"**{self.caption}**", "", *lines])


def color(tool: str) -> str:
    """The colour of the tool that a label begins with."""
    return next(c for name, c in COLORS.items() if tool.startswith(name))


def figures(value: float) -> str:
    """A number with three figures or, from 100 on, with all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write_results(
    name: str,
    *,
    quick: bool,
    title: str,
    notes: list[str],
    tables: list[Table],
    figure: Figure,
    machine: Mapping[str, Any],
    measured: Mapping[str, Any],
) -> None:
    """Write ``results/NAME.json``, ``.md`` and ``.svg``, and print the tables.

    Quick results go to ``results/quick``, beside those that are quoted.
    """
    import matplotlib as mpl

    place = _PLACE / "quick" if quick else _PLACE
    place.mkdir(parents=True, exist_ok=True)
    day = datetime.now(UTC).date().isoformat()
    everything = {"date": day, "quick": quick, "machine": machine, **measured}
    shown = "\n\n".join(table.markdown() for table in tables)
    page = "\n\n".join(
        [
            f"# {title}",
            f"{'A quick run' if quick else 'Measured'} on {day}. {_describe(machine)}",
            f"![{title}]({name}.svg)",
            shown,
            "\n".join(f"- {note}" for note in notes),
        ]
    )
    _replace(place / f"{name}.json", json.dumps(everything, indent=1, ensure_ascii=False) + "\n")
    _replace(place / f"{name}.md", page + "\n")
    # the same figures give the same file
    mpl.rcParams["svg.hashsalt"] = name
    beside = place / f".{name}.svg"
    figure.savefig(beside, format="svg", bbox_inches="tight", metadata={"Date": None})
    os.replace(beside, place / f"{name}.svg")
    print(f"{shown}\n\n{place / name}.md, .json and .svg")


def _describe(machine: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB; "
        f"{machine['system']}, Python {machine['python']}; load before the run "
        f"{machine['load_before']}; {versions}."
    )


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
