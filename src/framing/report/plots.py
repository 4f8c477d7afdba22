"""The drawings, as matplotlib figures without pyplot.

Colours are roles (:data:`INK`, :data:`ACCENT`…) that :mod:`framing.report.svg` turns into CSS
variables, so that one drawing fits a light and a dark page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from framing.evaluation.results import ClassCount, Confusion, Levels, Metric, Reliability
from framing.report.formatting import count, figure, label, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CLASSES = 20
"""Confusions of more classes are drawn for the ones with the most documents only."""
MOST_BARS = 30
GRADES = (0.0, 0.005, 0.03, 0.1, 0.3, 1.0)
"""The bounds of the grades of damage."""

# no drawing uses these exact colours for anything else
INK = "#0a0b01"
MUTED = "#0a0b02"
GRID = "#0a0b03"
ACCENT = "#0a0b04"
SECOND = "#0a0b05"
ON_ACCENT = "#0a0b06"
PAPER = "#0a0b07"

_SIZE = 9.0
_CHAR = 0.077
"""Inches that a character of a label takes at the normal size, on the safe side."""
_ROW = 0.27
_WIDTH = 4.7


def confusion(data: Confusion) -> Figure:
    """Draw a heat map of counts, shaded by the share of each row."""
    names = [_short(name) for name in data["labels"]]
    counts = np.array(data["counts"], dtype=float).reshape(len(names), len(names))
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    widest = max(len(count(number)) for number in [0, *counts.ravel().tolist()])
    cell = max(0.32, 0.1 + 0.062 * widest, min(0.55, 2.4 / len(names)))
    side, margin = cell * len(names), _margin(names)
    # the right margin leaves room for the words above few columns
    fig, ax = _axes(margin, max(0.1, 1.6 - side), side, side, 0.3, margin)
    for i, row in enumerate(shares):
        for j, share in enumerate(row):
            if not counts[i, j]:
                continue
            shade = 0.08 + 0.92 * float(share)
            _box(ax, j, i, shade)
            ink = ON_ACCENT if shade > 0.55 else INK
            _text(ax, j + 0.5, i + 0.5, count(counts[i, j]), ink, ha="center", va="center", size=8)
    for k in range(len(names) + 1):
        ax.plot([0, len(names)], [k, k], color=GRID, linewidth=0.5)
        ax.plot([k, k], [0, len(names)], color=GRID, linewidth=0.5)
    for k, name in enumerate(names):
        _text(ax, -0.15, k + 0.5, name, INK, ha="right", va="center")
        _text(ax, k + 0.5, len(names) + 0.15, name, INK, ha="center", va="top", rotation=90)
    ax.set_xlim(0, len(names))
    ax.set_ylim(len(names), 0)
    _text(ax, 0, -0.15, "true ↓  predicted →", MUTED, ha="left", va="bottom")
    ax.set_axis_off()
    return fig


def reliability(data: Reliability) -> Figure:
    """Draw accuracy against mean probability, above the number of documents in each bin."""
    fig, ax = _axes(0.5, 0.1, _WIDTH - 0.6, 2.6, 0.1, 1.35)
    below = _more(fig, 0.5, 0.45, _WIDTH - 0.6, 0.75)
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    bins = [b for b in data["bins"] if b["confidence"] is not None and b["accuracy"] is not None]
    points = np.array([[b["confidence"], b["accuracy"]] for b in bins], dtype=float)
    ax.plot(*points.reshape(-1, 2).T, color=ACCENT, linewidth=1.5, marker="o", markersize=4)
    ax.set_ylim(-0.03, 1.03)
    for b in data["bins"]:
        below.bar(
            b["low"], b["count"], width=(b["high"] - b["low"]) * 0.92, align="edge", color=ACCENT
        )
    for axes in (ax, below):
        axes.set_xlim(-0.02, 1.02)
        _frame(axes)
    ticks = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    _ticks(ax, ticks, [""] * 6, ticks, [f"{t:.1f}" for t in ticks])
    most = max([b["count"] for b in data["bins"]], default=0) or 1
    below.set_ylim(0, most * 1.05)
    _ticks(below, ticks, [f"{t:.1f}" for t in ticks], [0, most], ["0", count(most)])
    _named(ax, "", "accuracy")
    _named(below, "mean probability of the predicted class", "")
    return fig


def level_scatter(data: Levels) -> Figure:
    """Draw predicted against true level; cube-root axes, because most levels are small."""
    fig, ax = _axes(0.62, 0.1, _WIDTH - 0.75, _WIDTH - 0.75, 0.1, 0.5)
    ticks = [_wide(bound) for bound in GRADES]
    for tick in ticks:
        ax.plot([tick, tick], [0, 1], color=GRID, linewidth=0.7, zorder=0)
        ax.plot([0, 1], [tick, tick], color=GRID, linewidth=0.7, zorder=0)
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    ax.plot(
        np.cbrt(np.clip(data["true"], 0, 1)),
        np.cbrt(np.clip(data["predicted"], 0, 1)),
        linestyle="none",
        marker="o",
        markersize=2.4,
        markeredgewidth=0,
        color=ACCENT,
        alpha=0.4,
    )
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.02, 1.02)
    names = [f"{bound:g}" for bound in GRADES]
    _ticks(ax, ticks, names, ticks, names)
    _frame(ax)
    _named(ax, "true level", "predicted level")
    return fig


def metric_bars(metrics: Sequence[Metric]) -> Figure:
    """Draw a row for each metric on its own scale: bar, interval, dummy and baseline."""
    names = [_short(metric["name"]) for metric in metrics]
    left, row = _margin(names), 0.36
    width = max(_WIDTH - left - 0.7, 2.0)
    fig, ax = _axes(left, 0.65, width, row * len(metrics), 0.35, 0.05)
    leftmost = 0.0
    for i, metric in enumerate(metrics):
        value = metric["value"] or 0.0
        low = value if metric["low"] is None else metric["low"]
        high = value if metric["high"] is None else metric["high"]
        references = [r for r in (metric["dummy"], metric["baseline"]) if r is not None]
        most = max(abs(v) for v in (value, low, high, *references)) or 1.0
        # shares fill up towards 1; errors are compared with each other
        scale = 1.0 if metric["better"] == "higher" and most <= 1 else most
        leftmost = min(leftmost, *(v / scale for v in (value, low, *references)))
        ax.plot([max(value / scale, 0), 1], [i, i], color=GRID, linewidth=1, zorder=0)
        ax.barh(i, value / scale, height=0.42, color=ACCENT, alpha=0.55)
        ax.plot([low / scale, high / scale], [i, i], color=INK, linewidth=1.8)
        for reference, marker, face in (
            (metric["dummy"], "o", PAPER),
            (metric["baseline"], "D", SECOND),
        ):
            if reference is not None:
                ax.plot(
                    [reference / scale], [i], linestyle="none", marker=marker, markersize=5.5,
                    markerfacecolor=face, markeredgecolor=SECOND, clip_on=False,
                )  # fmt: skip
        _text(ax, 1.06, i, figure(metric["value"]), INK, ha="left", va="center")
    gap = 0.1 * (1 - leftmost) / width
    for i, name in enumerate(names):
        _text(ax, leftmost - gap, i, name, INK, ha="right", va="center")
    ax.set_xlim(leftmost, 1)
    ax.set_ylim(len(metrics) - 0.5, -0.5)
    legend = ax.twiny()
    legend.set_xlim(0, width)
    legend.set_axis_off()
    top = -0.5 - 0.17 / row
    for x, marker, face, edge, name in (
        (0.05, "s", ACCENT, ACCENT, "model"),
        (0.75, "D", SECOND, SECOND, "baseline"),
        (1.6, "o", PAPER, SECOND, "dummy"),
    ):
        legend.plot(
            [x], [top], linestyle="none", marker=marker, markersize=5.5, markerfacecolor=face,
            markeredgecolor=edge, clip_on=False,
        )  # fmt: skip
        _text(legend, x + 0.1, top, name, INK, ha="left", va="center")
    ax.set_axis_off()
    return fig


def label_distribution(classes: Sequence[ClassCount]) -> Figure:
    """Draw two bars for each class: its training and its test documents."""
    names = [_short(row["class"]) for row in classes]
    left = _margin(names)
    fig, ax = _axes(
        left, 0.5, max(_WIDTH - left - 0.5, 2.0), _ROW * len(names) * 1.15 + 0.1, 0.3, 0.05
    )
    most = max([max(row["train"] or 0, row["test"] or 0) for row in classes], default=0) or 1
    for i, row in enumerate(classes):
        for shift, key, colour in ((-0.19, "train", ACCENT), (0.19, "test", SECOND)):
            number: Any = row[key]  # type: ignore[literal-required]
            ax.barh(i + shift, (number or 0) / most, height=0.34, color=colour)
            _text(
                ax, (number or 0) / most + 0.015, i + shift, count(number), MUTED,
                ha="left", va="center", size=7,
            )  # fmt: skip
        _text(ax, -0.02, i, names[i], INK, ha="right", va="center")
    ax.set_xlim(0, 1.02)
    ax.set_ylim(len(names) - 0.4, -0.6)
    for x, colour, name in ((0.01, ACCENT, "train"), (0.25, SECOND, "test")):
        ax.plot([x], [-0.95], "s", markersize=5.5, color=colour, clip_on=False)
        _text(ax, x + 0.035, -0.95, name, INK, ha="left", va="center")
    ax.set_axis_off()
    return fig


def largest_classes(classes: Sequence[ClassCount]) -> list[ClassCount]:
    """Choose the classes that are drawn as bars, the largest first."""
    ranked = sorted(classes, key=lambda row: -((row["train"] or 0) + (row["test"] or 0)))
    return ranked[:MOST_BARS]


def largest_rows(data: Confusion) -> Confusion:
    """Choose the part of a confusion that is drawn: the classes with the most documents."""
    total = [sum(row) for row in data["counts"]]
    ranked = sorted(range(len(total)), key=lambda i: -total[i])[:MOST_CLASSES]
    keep = sorted(ranked)
    return {
        "labels": [data["labels"][i] for i in keep],
        "counts": [[data["counts"][i][j] for j in keep] for i in keep],
    }


def _axes(
    left: float, right: float, width: float, height: float, top: float, bottom: float
) -> tuple[Figure, Axes]:
    """Make a figure with one plotting area; all in inches, so that nothing depends on fonts."""
    fig = Figure(figsize=(left + width + right, top + height + bottom))
    return fig, _more(fig, left, bottom, width, height)


def _more(fig: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    total_width, total_height = fig.get_size_inches()
    return fig.add_axes(
        (left / total_width, bottom / total_height, width / total_width, height / total_height),
        facecolor="none",
    )


def _box(ax: Axes, x: float, y: float, shade: float) -> None:
    ax.fill([x, x + 1, x + 1, x], [y, y, y + 1, y + 1], color=ACCENT, alpha=shade, linewidth=0)


def _text(
    ax: Axes, x: float, y: float, text: str, colour: str, *, size: float = _SIZE, **where: Any
) -> None:
    # a dollar sign in a label is no formula
    ax.text(x, y, text, color=colour, fontsize=size, parse_math=False, clip_on=False, **where)


def _frame(ax: Axes) -> None:
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(MUTED)
    ax.tick_params(color=MUTED, labelcolor=MUTED, labelsize=8, length=3)


def _ticks(
    ax: Axes, x: Sequence[float], x_names: list[str], y: Sequence[float], y_names: list[str]
) -> None:
    ax.set_xticks(x, x_names)
    ax.set_yticks(y, y_names)


def _named(ax: Axes, x: str, y: str) -> None:
    ax.set_xlabel(x, color=INK, fontsize=_SIZE)
    ax.set_ylabel(y, color=INK, fontsize=_SIZE)


def _wide(level: float) -> float:
    return float(np.cbrt(level))


def _short(name: str) -> str:
    return shorten(label(name), 22)


def _margin(names: Sequence[str]) -> float:
    """Give the inches to leave for labels; East Asian characters are as wide as two."""
    widths = [
        sum(1.9 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in name) for name in names
    ]
    return _CHAR * max(widths, default=0) + 0.15
