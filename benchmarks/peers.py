"""The peers: how scikit-learn, fastText and Vowpal Wabbit are fitted, saved, loaded and asked."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from documents import Articles

Fit = Callable[[Articles, Path, int], float]
"""Train on articles with so many threads and save into a folder; the seconds of fitting alone."""
Predict = Callable[[list[str]], list[str]]
"""Documents to their labels."""


def scikit_learn(make_classifier: Callable[[], Any]) -> Fit:
    """TF-IDF of word 1-2-grams and a linear classifier, one thread whatever is asked for."""

    def fit(articles: Articles, folder: Path, threads: int) -> float:
        import joblib
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline

        start = perf_counter()
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), make_classifier())
        model.fit(articles.texts, articles.labels)
        seconds = perf_counter() - start
        joblib.dump(model, folder / "model.joblib")
        return seconds

    return fit


def linear_svc() -> Any:
    """scikit-learn's linear support vector machine."""
    from sklearn.svm import LinearSVC

    return LinearSVC(random_state=0)


def sgd() -> Any:
    """scikit-learn's linear model fitted by stochastic gradient descent."""
    from sklearn.linear_model import SGDClassifier

    return SGDClassifier(random_state=0)


def load_scikit_learn(folder: Path) -> Predict:
    """A saved pipeline's predict."""
    import joblib

    model = joblib.load(folder / "model.joblib")
    return lambda texts: list(model.predict(texts))


def fasttext(lr: float) -> Fit:
    """A fit of fastText on word 1-2-grams at its defaults, but for the learning rate.

    With several threads its result differs from run to run.
    """

    def fit(articles: Articles, folder: Path, threads: int) -> float:
        from fasttext import train_supervised

        lines = [
            f"__label__{label} {_one_line(text)}\n"
            for text, label in zip(articles.texts, articles.labels, strict=True)
        ]
        path = _write_shuffled(lines, folder / "train.txt")
        start = perf_counter()
        model = train_supervised(
            str(path), wordNgrams=2, dim=100, epoch=5, lr=lr, thread=threads, verbose=0
        )
        seconds = perf_counter() - start
        model.save_model(str(folder / "model.bin"))
        path.unlink()
        return seconds

    return fit


def load_fasttext(folder: Path) -> Predict:
    """A saved fastText model, asked for one document after the other."""
    compiled = _compiled_fasttext(folder)

    def predict(texts: list[str]) -> list[str]:
        found = [compiled.predict(_one_line(t) + "\n", 1, 0.0, "strict") for t in texts]
        return [_without_prefix(best[0][1]) if best else "" for best in found]

    return predict


def load_fasttext_lines(folder: Path) -> Predict:
    """A saved fastText model, given all documents in one call."""
    compiled = _compiled_fasttext(folder)

    def predict(texts: list[str]) -> list[str]:
        lines = [_one_line(t) + "\n" for t in texts]
        found, _ = compiled.multilinePredict(lines, 1, 0.0, "strict")
        return [_without_prefix(best[0]) if best else "" for best in found]

    return predict


def _compiled_fasttext(folder: Path) -> Any:
    from fasttext import load_model

    # `model.predict` wraps this in NumPy arrays: slower, and old releases fail with NumPy 2
    return load_model(str(folder / "model.bin")).f


def _without_prefix(label: str) -> str:
    return label.removeprefix("__label__")


def fit_vowpal_wabbit(articles: Articles, folder: Path, threads: int) -> float:
    """Vowpal Wabbit, one against all on word 1-2-grams, three passes.

    Reads on one thread and learns on another, whatever is asked for.
    """
    from vowpalwabbit import Workspace

    classes = sorted(set(articles.labels))
    (folder / "classes.json").write_text(json.dumps(classes))
    lines = [
        f"{classes.index(label) + 1} {_vw_features(text)}\n"
        for text, label in zip(articles.texts, articles.labels, strict=True)
    ]
    path = _write_shuffled(lines, folder / "train.txt")
    cache = folder / "train.cache"
    start = perf_counter()
    Workspace(
        arg_list=[
            "--data", str(path), "--cache_file", str(cache), "--kill_cache", "--passes", "3",
            "--holdout_off", "--oaa", str(len(classes)), "--ngram", "2", "--bit_precision", "22",
            "--final_regressor", str(folder / "model.vw"), "--quiet",
        ]
    ).finish()  # fmt: skip
    seconds = perf_counter() - start
    path.unlink()
    cache.unlink()
    return seconds


def load_vowpal_wabbit(folder: Path) -> Predict:
    """A saved Vowpal Wabbit model, asked for one document after the other."""
    from vowpalwabbit import Workspace

    classes = json.loads((folder / "classes.json").read_text())
    model = Workspace(
        arg_list=["--initial_regressor", str(folder / "model.vw"), "--testonly", "--quiet"]
    )
    return lambda texts: [classes[model.predict(_vw_features(t)) - 1] for t in texts]


def _vw_features(text: str) -> str:
    # both characters have a meaning in its format
    return "|t " + _one_line(text).replace(":", " ").replace("|", " ")


def _one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ")


def _write_shuffled(lines: list[str], path: Path) -> Path:
    # both learn line by line, and the articles come in order of their topics
    random.Random(0).shuffle(lines)
    path.write_text("".join(lines), encoding="utf-8")
    return path
