"""Real damage, which no model is trained on: how well levels hold where we made none of it.

``python benchmarks/damage.py [--model BUNDLE] [--data FOLDER] [--quick]``
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from measuring import machine
from results import Table, write_results
from rivals import RIVALS, Rival

import framing
from framing.config import load_config
from framing.corpus import Corpus, count_marks, is_marked, load_corpus
from framing.corruption import measure_level
from framing.errors import FramingError
from framing.evaluation.bootstrap import ClusterBootstrap, Interval
from framing.evaluation.metrics import Auc, Mean, MeanOf, Metric, Spearman, Within
from framing.model import CorruptionScore

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DEFAULT = Path(__file__).parents[2] / "shared" / "data"
"""Where the data lie beside a checkout."""
OURS = "framing"
NOTES = [
    "No model saw any of the scanned newspapers or web pages. The articles with broken quotes "
    "were left out of the training of levels; three quarters of those without were in it.",
    "OCR: the truth is the edit distance between the OCR and its human transcription over the "
    "longer length. Intervals are by newspaper.",
    "Page residue: the truth is the share of an extracted text's words, by characters, that stand "
    "in no longest common subsequence with the article a person marked. Intervals are by page.",
    "Broken quotes: articles of the built-in corpus with a mark of broken encoding against those "
    "of the same outlet without any.",
    "framing gives a level, and what each kind has of it; the rivals give a score that only ranks, "
    "so they have no error.",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """One figure of one tool."""

    data: str
    tool: str
    figure: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Questions:
    """Texts to score and what is asked of their scores."""

    name: str
    texts: list[str]
    asked: dict[str, Callable[[Floats], Metric]]
    """By figure, from the scores of all texts to a metric."""
    groups: npt.NDArray[np.int64]
    """Of the documents that the metrics are about."""
    levels_only: frozenset[str] = frozenset()
    """Figures that need a level, not just a rank."""
    kind: str | None = None
    """The kind of damage that it is, whose share of the level is asked as well."""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, default=Path("models/default"), metavar="BUNDLE")
    parser.add_argument("--data", type=Path, default=DEFAULT, metavar="FOLDER")
    parser.add_argument("--quick", action="store_true", help="a tenth of the documents")
    options = parser.parse_args()
    ocr = options.data / "blns600" / "train.jsonl"
    pages = options.data / "article-extraction" / "pages.jsonl.gz"
    for path in (ocr, pages):
        if not path.is_file():
            sys.exit(f"{path}: no such file. Say where the data lie with --data.")
    facts = machine()
    try:
        model = framing.load(options.model)
    except FramingError as error:
        sys.exit(str(error))
    if model.corruption is None:
        sys.exit(f"{options.model}: this model has no corruption target")

    def scores(texts: Iterable[str]) -> list[CorruptionScore]:
        found = (prediction.corruption for prediction in model.predict(list(texts)))
        return [score for score in found if score]

    def level(texts: Iterable[str]) -> Floats:
        return np.array([score.level for score in scores(texts)])

    def share(kind: str, texts: Iterable[str]) -> Floats:
        return np.array([score.shares[kind] for score in scores(texts)])

    tools: dict[str, Rival] = {OURS: level}
    corpus = _built_in()
    clean = [text for text in corpus.texts if not is_marked(text)]
    tools |= {name: make(clean) for name, make in RIVALS.items()}
    step = 10 if options.quick else 1
    found: list[Found] = []
    seconds: dict[str, float] = {}
    shown: dict[str, tuple[Floats, Floats]] = {}
    for questions, truth in (
        _ocr(ocr, step), _pages(pages, step), _quotes(corpus, step),
    ):  # fmt: skip
        asked = tools
        if questions.kind in model.corruption.kinds:
            asked = {OURS: level, f"{OURS}, share of {questions.kind}":
                     partial(share, questions.kind), **tools}  # fmt: skip
        for tool, rate in asked.items():
            start = perf_counter()
            said = rate(questions.texts)
            if tool in tools:
                seconds[tool] = seconds.get(tool, 0.0) + perf_counter() - start
            if tool == OURS and truth is not None:
                shown[questions.name] = truth, said[: len(truth)]
            for one in _answers(questions, tool, said):
                found.append(one)
                print(f"{one.data}, {tool}, {one.figure}: {_said(one)}", flush=True)
    write_results(
        "damage",
        quick=options.quick,
        title="Damage that was not made by us",
        notes=NOTES,
        tables=list(_tables(found, seconds)),
        figure=_figure(shown),
        machine=facts,
        measured={"measured": [asdict(one) for one in found], "seconds": seconds},
    )


def _ocr(path: Path, step: int) -> tuple[Questions, Floats | None]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][::step]
    truth = np.array([measure_level(row["gold"], row["ocr"]) for row in rows])
    n = len(rows)
    papers = np.unique([row["publication"] for row in rows], return_inverse=True)[1]
    asked: dict[str, Callable[[Floats], Metric]] = {
        "Spearman with the true error rate": lambda s: Spearman(s[:n], truth),
        "scored above its own transcription": lambda s: Mean(s[:n] > s[n:]),
        "mean absolute error of the level": lambda s: Mean(np.abs(s[:n] - truth)),
        "mean level of transcriptions": lambda s: Mean(s[n:]),
    }
    texts = [row["ocr"] for row in rows] + [row["gold"] for row in rows]
    only = frozenset(list(asked)[2:])
    return Questions("OCR of newspapers, 19th century", texts, asked, papers, only, "ocr"), truth


def _pages(path: Path, step: int) -> tuple[Questions, Floats | None]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][::step]
    texts: list[str] = []
    truth: list[float] = []
    of_page: list[int] = []
    whole: list[int] = []
    for page, row in enumerate(rows):
        for system, text in row["extracted"].items():
            if not text or not text.strip():
                continue
            if system == "html-text":
                whole.append(len(texts))
            texts.append(text)
            truth.append(_residue(row["gold"], text))
            of_page.append(page)
    n = len(texts)
    texts += [row["gold"] for row in rows]
    residue, page_of = np.array(truth), np.array(of_page)
    full = np.array(whole)
    marked = np.zeros(n, dtype=bool)
    marked[full] = True
    asked: dict[str, Callable[[Floats], Metric]] = {
        "Spearman with the true residue": lambda s: Spearman(s[:n], residue),
        "whole page above the article": lambda s: Within(
            marked, Mean(s[:n][marked] > s[n:][page_of[marked]])
        ),
        "mean absolute error of the level": lambda s: Mean(np.abs(s[:n] - residue)),
    }
    only = frozenset(list(asked)[2:])
    name = "Page residue after extraction"
    return Questions(name, texts, asked, page_of, only, "chrome"), residue


def _built_in() -> Corpus:
    config = load_config(None, [])
    return load_corpus(config.data, seed=config.seed)


def _quotes(corpus: Corpus, step: int) -> tuple[Questions, Floats | None]:
    texts = list(corpus.texts)[::step]
    outlets = np.unique(corpus.dataset["outlet"][::step], return_inverse=True)[1]
    marked = np.array(["quote and question mark" in count_marks(text) for text in texts])
    kept = np.array([m or not is_marked(text) for text, m in zip(texts, marked, strict=True)])
    texts = [text for text, keep in zip(texts, kept, strict=True) if keep]
    marked, outlets = marked[kept], outlets[kept]
    of_outlets = [outlets == k for k in np.unique(outlets)]
    mixed = [c for c in of_outlets if 5 <= marked[c].sum() <= c.sum() - 5]
    asked: dict[str, Callable[[Floats], Metric]] = {
        "AUC within an outlet": lambda s: MeanOf([Within(c, Auc(marked[c], s[c])) for c in mixed])
    }
    return Questions("Broken quotes in the built-in corpus", texts, asked, outlets), None


def _residue(gold: str, text: str) -> float:
    """The share of a text, by characters of its words, that is not of the article."""
    from rapidfuzz.distance import LCSseq

    words, wanted = text.split(), gold.split()
    of_both = sum(
        len(word)
        for block in LCSseq.opcodes(wanted, words)
        if block.tag == "equal"
        for word in words[block.dest_start : block.dest_end]
    )
    return 1 - of_both / max(sum(map(len, words)), 1)


def _answers(questions: Questions, tool: str, scores: Floats) -> Iterable[Found]:
    bootstrap = ClusterBootstrap(questions.groups, resamples=1000, confidence=0.95, seed=0)
    for figure, metric in questions.asked.items():
        if tool.startswith(OURS) or figure not in questions.levels_only:
            interval: Interval = bootstrap.interval(metric(scores))
            yield Found(questions.name, tool, figure, interval.value, interval.low, interval.high)


def _said(one: Found) -> str:
    if one.value is None or one.low is None or one.high is None:
        return "–"
    return f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"


def _tables(found: list[Found], seconds: dict[str, float]) -> Iterable[Table]:
    for data in dict.fromkeys(one.data for one in found):
        of_data = [one for one in found if one.data == data]
        figures = list(dict.fromkeys(one.figure for one in of_data))
        said = {(one.tool, one.figure): _said(one) for one in of_data}
        rows = [
            [tool, *(said.get((tool, figure), "–") for figure in figures)]
            for tool in dict.fromkeys(one.tool for one in of_data)
        ]
        yield Table(data, ["", *figures], rows)
    yield Table(
        "Time to score all of it", ["", "seconds"],
        [[tool, f"{spent:.1f}"] for tool, spent in seconds.items()],
    )  # fmt: skip


def _figure(shown: dict[str, tuple[Floats, Floats]]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.2))
    axes: Any = figure.subplots(1, len(shown), squeeze=False)[0]
    for ax, (name, (truth, said)) in zip(axes, shown.items(), strict=True):
        top = float(max(truth.max(), said.max()))
        ax.plot([0, top], [0, top], color="0.7", linewidth=1)
        # thousands of points are smaller as a picture
        ax.scatter(
            truth, said, s=9, alpha=0.5, linewidths=0, color="#0072b2", rasterized=True
        )  # fmt: skip
        ax.set(title=name, xlabel="true share", ylabel="level that framing says")
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    main()
