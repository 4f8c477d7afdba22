"""Throughputs as tables and as a plot."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from measuring import Throughput, ratios
from results import Table, color, figures
from transforming import OURS, TFIDF

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ASKED = {"char_wb 2-5": 40, "word 1-2": 10}
"""How many times as fast as scikit-learn's TfidfVectorizer transform is to be, on one thread."""


def goals(found: list[Throughput]) -> Table:
    """What is asked of framing, as ratios inside this run."""
    seconds = {
        (one.reading, one.tool, one.threads): one.seconds
        for one in found
        if one.compared in ("reading", "predict") and one.length is None
    }
    rows = []

    def compare(what: str, asked: str, slower: list[float], faster: list[float]) -> None:
        middle, best = ratios(slower, faster)
        rows.append([what, asked, f"{figures(middle)} × (best runs: {figures(best)} ×)"])

    readings = [r for r, tool, _ in seconds if tool == TFIDF]
    for reading in readings:
        asked = f"{ASKED[reading]} ×" if reading in ASKED else "–"
        one, two = seconds[reading, OURS, 1], seconds[reading, OURS, 2]
        theirs = seconds[reading, TFIDF, 1]
        compare(f"transform, {reading}: one thread over {TFIDF}", asked, theirs, one)
        compare(f"transform, {reading}: two threads over one", "1.7 ×", one, two)
    fasttext = [s for (_, tool, n), s in seconds.items() if tool.startswith("fastText") and n == 2]
    if fasttext:
        ours = seconds["", OURS, 2]
        compare(
            "predict, two threads: over fastText's faster way", "1 ×", min(fasttext, key=min), ours
        )
    return Table("What is asked of framing (median of the pairs)", ["", "asked", "found"], rows)


def tables(found: list[Throughput]) -> list[Table]:
    """MB/s by n-grams, by length and by number of features, and predictions."""
    shown = [_table("MB/s by n-grams", _of(found, "reading"), lambda one: one.reading)]
    for reading in dict.fromkeys(one.reading for one in _of(found, "length")):
        by_length = _of(found, "length", reading)
        by_features = _of(found, "n_features", reading)
        shown += [
            _table(f"MB/s of {reading} by length of a document", by_length, _length),
            _table(f"MB/s of {reading} by number of features", by_features, _features),
        ]
    predicted = _of(found, "predict")
    return [
        *shown,
        _table("Predict: MB/s by length of a document", predicted, _length),
        _table(
            "Predict: documents/s by length of a document", predicted, _length,
            lambda one: one.rate * one.documents / one.megabytes,
        ),
    ]  # fmt: skip


def figure(found: list[Throughput]) -> Figure:
    """Bars by n-grams, curves by length and by number of features, and predictions."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(12, 11), layout="constrained")
    ((bars, features), (lengths, predictions)) = drawn.subplots(2, 2)
    reading = next(one.reading for one in _of(found, "length"))
    bars.set_title("Transform: articles, by n-grams")
    _draw_bars(bars, _of(found, "reading"))
    features.set_title(f"Transform: articles, {reading}, by number of features")
    _draw_curves(features, _of(found, "n_features", reading), "n_features", _features)
    lengths.set_title(f"Transform: {reading}, by length of a document")
    _draw_curves(lengths, _of(found, "length", reading), "length", _length)
    predictions.set_title("Predict, by length of a document")
    predicted = [one for one in _of(found, "predict") if one.length]
    _draw_curves(predictions, _faster_ways(predicted), "length", _length)
    for axes in (bars, features, lengths, predictions):
        axes.set(yscale="log", ylabel="MB/s")
        low, high = axes.get_ylim()
        axes.set_ylim(10 ** floor(log10(low)), 10 ** ceil(log10(high)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.grid(axis="y", color="0.9")
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2, frameon=False)
    return drawn


def _of(found: list[Throughput], compared: str, reading: str | None = None) -> list[Throughput]:
    return [o for o in found if o.compared == compared and reading in (None, o.reading)]


def _table(
    caption: str,
    found: list[Throughput],
    column: Callable[[Throughput], str],
    value: Callable[[Throughput], float] = lambda one: one.rate,
) -> Table:
    columns = list(dict.fromkeys(column(one) for one in found))
    cells = {(_name(one), column(one)): figures(value(one)) for one in found}
    rows = [[name, *(cells[name, c] for c in columns)] for name in dict.fromkeys(map(_name, found))]
    return Table(caption, ["", *columns], rows)


def _name(one: Throughput) -> str:
    return f"{one.tool}, {one.threads} thread{'s' * (one.threads > 1)}"


def _length(one: Throughput) -> str:
    if one.length is None:
        return "articles"
    for unit, size in (("MB", 10**6), ("kB", 10**3)):
        if one.length >= size:
            return f"{one.length // size} {unit}"
    return f"{one.length} B"


def _features(one: Throughput) -> str:
    assert one.n_features is not None
    return f"2^{one.n_features.bit_length() - 1}"


def _faster_ways(found: list[Throughput]) -> list[Throughput]:
    """Of fastText only the way that is faster on the whole."""
    ways = {one.tool for one in found if one.tool.startswith("fastText")}
    slower = sorted(ways, key=lambda way: sum(one.rate for one in found if one.tool == way))[:-1]
    return [one for one in found if one.tool not in slower]


def _draw_bars(axes: Axes, found: list[Throughput]) -> None:
    readings = list(dict.fromkeys(one.reading for one in found))
    names = list(dict.fromkeys(map(_name, found)))
    width = 0.84 / len(names)
    for one in found:
        middle = readings.index(one.reading) + (names.index(_name(one)) + 0.5) * width - 0.42
        named = _name(one) if one.reading == readings[0] else None
        # hatched as the curves are dashed
        hatch = None if one.threads > 1 else "//"
        axes.bar(
            middle, one.rate, width * 0.95, facecolor=color(one.tool), edgecolor="white",
            hatch=hatch, label=named,
        )  # fmt: skip
        place = middle, one.rate
        axes.annotate(figures(one.rate), place, ha="center", va="bottom", fontsize="small")
    axes.set_xticks(range(len(readings)), readings)


def _draw_curves(
    axes: Axes, found: list[Throughput], x: str, words: Callable[[Throughput], str]
) -> None:
    for name in dict.fromkeys(map(_name, found)):
        of_name = [one for one in found if _name(one) == name]
        axes.plot(
            [getattr(one, x) for one in of_name],
            [one.rate for one in of_name],
            color=color(of_name[0].tool),
            linestyle="-" if of_name[0].threads > 1 else "--",
            marker="o",
            label=name,
        )
    ticks = {getattr(one, x): words(one) for one in found}
    axes.set_xscale("log")
    axes.set_xticks(list(ticks), ticks.values())
    axes.minorticks_off()
