"""Training side by side: time, accuracy and peak memory of framing and its peers on one corpus.

``python benchmarks/train.py [--data FILE.parquet] [--quick]``
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from documents import DEFAULT, read_articles, require_articles, write_sample
from measuring import machine, ratios, run_process
from results import Table, color, figures, write_results
from scores import Score, accuracy_gain, score
from tools import installed, predict_command, train_command

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEED = 0

# framing and fastText take turns, so that both meet the same disturbances; the learning rate
# changes what fastText learns, not how long it takes
FULL = [
    ("framing words", 2), ("fastText lr 0.1", 2),
    ("framing words", 2), ("fastText lr 0.5", 2),
    ("framing words", 2), ("fastText lr 1.0", 2),
    ("framing words", 1), ("fastText lr 0.5", 1),
    ("framing words + characters", 2), ("framing words + characters", 1),
    ("Vowpal Wabbit", 2), ("Vowpal Wabbit", 1),
    ("scikit-learn LinearSVC", 1), ("scikit-learn SGD", 1),
]  # fmt: skip
"""The runs in their order: tool and threads."""
QUICK = [
    ("framing words", 2), ("fastText lr 0.5", 2), ("framing words + characters", 2),
    ("Vowpal Wabbit", 2), ("scikit-learn LinearSVC", 1),
]  # fmt: skip
OURS = "framing words"

Labels = dict[str, list[str]]
"""By tool, what it says of the validation articles."""


@dataclass
class Trained:
    """The runs of one tool on so many threads."""

    tool: str
    threads: int
    seconds: list[float] = field(default_factory=list)
    """Of the whole process, a run each."""
    fit_seconds: list[float] = field(default_factory=list)
    """Of fitting alone."""
    peak_memory_mb: list[float] = field(default_factory=list)
    model_mb: float = 0.0


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DEFAULT, metavar="FILE.parquet")
    parser.add_argument("--quick", action="store_true", help="a small sample, in a minute or two")
    options = parser.parse_args()
    require_articles(options.data)
    facts = machine()
    plan = QUICK if options.quick else FULL
    tools = installed(dict.fromkeys(tool for tool, _ in plan))
    with tempfile.TemporaryDirectory(prefix="framing-benchmark-") as scratch:
        place = Path(scratch)
        _warm_up(options.data, place)
        articles = _sample(options.data, place, 1000, 1000) if options.quick else options.data
        runs, labels = _run([step for step in plan if step[0] in tools], articles, place)
        truth = read_articles(articles, "valid").labels
    scores = {tool: score(truth, told) for tool, told in labels.items()}
    write_results(
        "train",
        quick=options.quick,
        title="Training on AllSides: left, center or right",
        notes=NOTES,
        tables=[_goals(runs, scores, truth, labels), _table(runs, scores)],
        figure=_figure(runs, scores),
        machine=facts,
        measured={
            "runs": [asdict(run) for run in runs],
            "scores": {tool: found._asdict() for tool, found in scores.items()},
        },
    )


def _sample(data: Path, scratch: Path, train: int, valid: int) -> Path:
    sample = scratch / f"{train}.parquet"
    # not in this process: one starts with the size of the one that starts it
    process = get_context("spawn").Process(
        target=write_sample,
        args=(data, sample),
        kwargs={"train": train, "valid": valid, "seed": SEED},
    )
    process.start()
    process.join()
    return sample


def _warm_up(data: Path, scratch: Path) -> None:
    """Let framing compile its loops, which it does once on a machine."""
    tiny, bundle = _sample(data, scratch, 60, 60), scratch / "tiny"
    run_process(train_command("framing words + characters", tiny, bundle, threads=2), cores=2)


def _run(
    plan: list[tuple[str, int]], articles: Path, scratch: Path
) -> tuple[list[Trained], Labels]:
    """Train as planned; the first model of each tool tells the labels."""
    runs: dict[tuple[str, int], Trained] = {}
    labels: Labels = {}
    for number, (tool, threads) in enumerate(plan, start=1):
        folder = scratch / "model"
        done = run_process(train_command(tool, articles, folder, threads), cores=threads)
        print(f"{number}/{len(plan)} {tool}, threads {threads}: {done.seconds:.1f} s", flush=True)
        run = runs.setdefault((tool, threads), Trained(tool, threads))
        run.seconds.append(round(done.seconds, 2))
        run.fit_seconds.append(round(_fit_seconds(folder, done.output), 2))
        run.peak_memory_mb.append(round(done.peak_memory_mb))
        run.model_mb = round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6)
        if tool not in labels:
            told = run_process(predict_command(tool, articles, folder), cores=2)
            labels[tool] = json.loads(told.output)
        shutil.rmtree(folder)
    return list(runs.values()), labels


def _fit_seconds(folder: Path, output: str) -> float:
    """What a peer printed, or what framing's report says of the steps up to the fitted model."""
    report = folder / "report" / "report.json"
    if not report.is_file():
        return float(output)
    seconds = json.loads(report.read_text(encoding="utf-8"))["cost"]["seconds"]
    return float(sum(seconds[step] for step in ("corpus", "split", "features", "fit")))


def _goals(
    runs: list[Trained], scores: dict[str, Score], truth: list[str], labels: Labels
) -> Table:
    """What is asked of framing on words, beside the best of fastText."""
    ours = next(run for run in runs if run.tool == OURS and run.threads == 2)
    rows = [["peak memory, MB", "under 3,000", figures(max(ours.peak_memory_mb))]]
    fasttext = [run for run in runs if run.tool.startswith("fastText") and run.threads == 2]
    if fasttext:
        for name, seconds in (
            ("time of the whole process", "seconds"),
            ("time of reading, features and fitting", "fit_seconds"),
        ):
            theirs = [one for run in fasttext for one in getattr(run, seconds)]
            middle, least = ratios(getattr(ours, seconds), theirs)
            rows.append(
                [f"{name} / fastText's", "under 0.5", f"{middle:.2f} (best runs: {least:.2f})"]
            )
        best = max((run.tool for run in fasttext), key=lambda tool: scores[tool].accuracy)
        gain = accuracy_gain(truth, labels[OURS], labels[best])
        rows.append([f"accuracy − that of {best}, the best", "over 0", str(gain)])
    return Table(
        f"{OURS} beside fastText, two threads", ["", "asked", "found"], rows
    )  # fmt: skip


def _table(runs: list[Trained], scores: dict[str, Score]) -> Table:
    header = [
        "tool", "threads", "runs", "whole process, s", "fitting, s", "peak memory, MB",
        "model, MB", "accuracy", "macro-F1",
    ]  # fmt: skip
    rows = [
        [
            run.tool,
            str(run.threads),
            str(len(run.seconds)),
            figures(median(run.seconds)),
            figures(median(run.fit_seconds)),
            figures(max(run.peak_memory_mb)),
            figures(run.model_mb),
            str(scores[run.tool].accuracy),
            str(scores[run.tool].macro_f1),
        ]
        for run in runs
    ]
    return Table("All tools (medians; accuracy and macro-F1 with 95 % intervals)", header, rows)


NOTES = [
    "framing's loops were compiled before, as they are after a machine's first run.",
    "The whole process: from the Parquet file to the saved model. framing's holds more than the "
    "others': splitting, calibration on held-out folds, evaluation with its baseline, and the "
    "report.",
    "Fitting: of framing reading, splitting, n-grams and fitting with calibration, as its report "
    "says; of fastText and Vowpal Wabbit what they call training, which reads a text file that "
    "was written before; of scikit-learn `fit`, TF-IDF included.",
    "A run on one thread has one core. scikit-learn uses one thread; Vowpal Wabbit reads on one "
    "and learns on another.",
    "fastText: wordNgrams=2, dim=100, epoch=5. scikit-learn: TF-IDF of word 1-2-grams. Vowpal "
    "Wabbit: --oaa 3 --ngram 2 --passes 3 -b 22. framing: benchmarks/configs.",
    "Trained on random_split == train, accuracy and macro-F1 on random_split == valid, with the "
    "model of the first run. The best learning rate for fastText was chosen on that part too, "
    "which favours fastText.",
    "Peak memory: the largest that the process, or one that it waited for, was.",
]


def _figure(runs: list[Trained], scores: dict[str, Score]) -> Figure:
    from matplotlib.figure import Figure

    # the first run stands at the top
    runs = runs[::-1]
    names = [f"{run.tool}, {run.threads} thread{'s' * (run.threads > 1)}" for run in runs]
    colors = [color(run.tool) for run in runs]
    rows = range(len(runs))
    figure = Figure(figsize=(11, 1.2 + 0.34 * len(runs)), layout="constrained")
    time, accuracy, memory = figure.subplots(1, 3, sharey=True)
    time.barh(rows, [median(run.seconds) for run in runs], color=colors, alpha=0.35)
    time.barh(rows, [median(run.fit_seconds) for run in runs], color=colors)
    time.set(title="Time, s (dark: fitting)", yticks=rows, yticklabels=names)
    for row, run in enumerate(runs):
        value, low, high = scores[run.tool].accuracy
        accuracy.errorbar(
            value, row, xerr=[[value - low], [high - value]], fmt="o", color=colors[row], capsize=3
        )
    accuracy.set(title="Accuracy, 95 % interval")
    memory.barh(rows, [max(run.peak_memory_mb) / 1000 for run in runs], color=colors)
    memory.axvline(3, color="0.4", linestyle="--", linewidth=1)
    memory.set(title="Peak memory, GB")
    for axes in (time, accuracy, memory):
        axes.grid(axis="x", color="0.9")
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


if __name__ == "__main__":
    main()
