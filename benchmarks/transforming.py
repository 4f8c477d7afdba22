"""Texts to TF-IDF: framing's vectorizer and scikit-learn's on the same documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from documents import utf8_size
from measuring import THREADS, Throughput, in_turns

OURS, TFIDF, HASHING = "framing", "scikit-learn Tfidf", "scikit-learn Hashing"


class Reading(NamedTuple):
    """What n-grams are read."""

    analyzer: Literal["word", "char", "char_wb"]
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.analyzer} {self.low}-{self.high}"


class Run(NamedTuple):
    """A fitted vectorizer's transform and the documents it gets."""

    tool: str
    threads: int
    transform: Callable[[list[str]], object]
    texts: list[str]


def ours(reading: Reading, n_features: int, train: list[str], texts: list[str]) -> list[Run]:
    """Runs of framing's vectorizer on one and on two threads, compiled."""
    from framing.features import HashedTfidfVectorizer

    analyzer, low, high = reading
    runs = []
    for threads in THREADS:
        vectorizer = HashedTfidfVectorizer(
            analyzer=analyzer, ngram_range=(low, high), n_features=n_features, n_threads=threads
        )
        vectorizer.fit(train).transform(train[:1])
        runs.append(Run(OURS, threads, vectorizer.transform, texts))
    return runs


def tfidf(reading: Reading, train: list[str]) -> Callable[[list[str]], object]:
    """The transform of scikit-learn's vectorizer with a vocabulary."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    analyzer, low, high = reading
    transform: Callable[[list[str]], object] = (
        TfidfVectorizer(analyzer=analyzer, ngram_range=(low, high)).fit(train).transform
    )
    return transform


def hashing(reading: Reading, n_features: int, train: list[str]) -> Callable[[list[str]], object]:
    """The transform of scikit-learn's hashing vectorizer and TF-IDF."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.pipeline import make_pipeline

    analyzer, low, high = reading
    counts = HashingVectorizer(
        analyzer=analyzer,
        ngram_range=(low, high),
        n_features=n_features,
        alternate_sign=False,
        norm=None,
    )
    transform: Callable[[list[str]], object] = (
        make_pipeline(counts, TfidfTransformer()).fit(train).transform
    )
    return transform


def measure(
    runs: list[Run],
    repetitions: int,
    *,
    compared: str,
    reading: Reading,
    n_features: int,
    length: int | None = None,
) -> Iterator[Throughput]:
    """Measure the runs in turns."""

    def call(run: Run) -> Callable[[], object]:
        return lambda: run.transform(run.texts)

    seconds = in_turns({(run.tool, run.threads): call(run) for run in runs}, repetitions)
    for run in runs:
        yield Throughput(
            compared, run.tool, run.threads, str(reading), n_features, length, len(run.texts),
            utf8_size(run.texts) / 1e6, seconds[run.tool, run.threads],
        )  # fmt: skip
