"""Features and prediction side by side: MB/s of framing and its peers on the same documents.

``python benchmarks/features.py [--texts FILE.parquet] [--quick]``
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NamedTuple

import predicting
import transforming
from documents import (
    DEFAULT,
    of_length,
    read_articles,
    require_articles,
    up_to,
    write_sample,
)
from measuring import Throughput, machine, run_process
from results import figures, write_results
from throughputs import figure, goals, tables
from tools import installed, train_command
from transforming import HASHING, TFIDF, Reading, Run

SEED = 0
READINGS = (Reading("char_wb", 2, 5), Reading("word", 1, 2), Reading("char", 1, 3))
CURVES = READINGS[:2]
"""What is also measured by length and by number of features."""
USUAL_FEATURES = 2**18
PREDICTING = (
    "framing bias + corruption", "scikit-learn LinearSVC", "fastText lr 0.1", "Vowpal Wabbit",
)  # fmt: skip


NOTES = [
    "MB are millions of UTF-8 bytes; a figure is the median of the repetitions, in which all "
    "tools take turns. Every tool and framing's compiled code was warm.",
    "Transform: n_features is 2^18 unless it says otherwise. scikit-learn's Tfidf is "
    "TfidfVectorizer with the vocabulary of the training sample, Hashing is HashingVectorizer and "
    "TfidfTransformer. In the tables by length and by number of features scikit-learn gets the "
    "first quarter of the documents.",
    "Predict: framing scores three classes, with calibrated probabilities and label sets, and the "
    "level and kinds of damage, from words 1-2 and char_wb 2-4; the others tell one label from "
    "words 1-2 (fastText: wordNgrams=2, dim=100).",
    "Two threads: framing spreads documents over threads by itself; the others get two processes, "
    "each with half of the documents, since none of them predicts on several threads.",
    "Documents of a given length are articles joined and cut, the same for every tool.",
]


class Scale(NamedTuple):
    """How much is measured."""

    size: int
    """Bytes of the documents."""
    share: int
    """Bytes of them for scikit-learn, where only the course of a curve matters."""
    repetitions: int
    lengths: tuple[int, ...]
    """Bytes of a document."""
    n_features: tuple[int, ...]
    train: int
    """Articles on which vocabularies and models are trained."""


FULL = Scale(
    4_000_000, 1_000_000, 5, (100, 1_000, 10_000, 100_000, 1_000_000),
    (2**16, 2**18, 2**20, 2**22), 2000,
)  # fmt: skip
QUICK = Scale(300_000, 50_000, 2, (100, 10_000), (2**16, 2**22), 200)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=Path, default=DEFAULT, metavar="FILE.parquet")
    parser.add_argument("--quick", action="store_true", help="less of all, in a minute or two")
    options = parser.parse_args()
    require_articles(options.texts)
    facts = machine()
    scale = QUICK if options.quick else FULL
    found = []
    with tempfile.TemporaryDirectory(prefix="framing-benchmark-") as scratch:
        for one in _measure(options.texts, Path(scratch), scale):
            found.append(one)
            print(f"{_describe(one)}: {figures(one.rate)} MB/s", flush=True)
    write_results(
        "features",
        quick=options.quick,
        title="Reading documents: features and prediction",
        notes=NOTES,
        tables=[goals(found), *tables(found)],
        figure=figure(found),
        machine=facts,
        measured={"measured": [asdict(one) for one in found]},
    )


def _measure(data: Path, scratch: Path, scale: Scale) -> Iterator[Throughput]:
    sample = scratch / "sample.parquet"
    write_sample(data, sample, train=scale.train, valid=1500, seed=SEED)
    train, valid = (read_articles(sample, part).texts for part in ("train", "valid"))
    random.Random(SEED).shuffle(valid)
    articles = up_to(valid, scale.size)
    cut: dict[int | None, list[str]] = {
        length: of_length(valid, length, scale.size) for length in scale.lengths
    }
    for reading in READINGS:
        yield from _transform(reading, train, articles, cut if reading in CURVES else {}, scale)
    models = {}
    for tool in installed(PREDICTING):
        models[tool] = scratch / tool
        run_process(train_command(tool, sample, models[tool], 2), cores=2)
    yield from predicting.measure(models, {None: articles, **cut}, scale.repetitions)


def _transform(
    reading: Reading,
    train: list[str],
    articles: list[str],
    cut: dict[int | None, list[str]],
    scale: Scale,
) -> Iterator[Throughput]:
    """One reading: on articles as they are, then by length and by number of features."""
    n = USUAL_FEATURES
    measure = partial(transforming.measure, repetitions=scale.repetitions, reading=reading)
    ours = partial(transforming.ours, reading, train=train)
    tfidf = transforming.tfidf(reading, train)
    hashing = partial(transforming.hashing, reading, train=train[:100])
    runs = [
        *ours(n, texts=articles),
        Run(TFIDF, 1, tfidf, articles),
        Run(HASHING, 1, hashing(n), articles),
    ]
    yield from measure(runs, compared="reading", n_features=n)
    for length, texts in cut.items():
        few = up_to(texts, scale.share)
        runs = [*ours(n, texts=texts), Run(TFIDF, 1, tfidf, few), Run(HASHING, 1, hashing(n), few)]
        yield from measure(runs, compared="length", n_features=n, length=length)
    for n in scale.n_features if cut else ():
        few = up_to(articles, scale.share)
        runs = [*ours(n, texts=articles), Run(HASHING, 1, hashing(n), few)]
        yield from measure(runs, compared="n_features", n_features=n)


def _describe(one: Throughput) -> str:
    length = f"{one.length} B" if one.length else "articles"
    what = [one.compared, one.tool, one.reading, length, one.n_features and f"{one.n_features:,}"]
    return ", ".join(str(word) for word in what if word) + f", threads {one.threads}"


if __name__ == "__main__":
    main()
