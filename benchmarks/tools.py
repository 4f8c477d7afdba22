"""The tools that are compared, each trained and asked in a process of its own.

``python tools.py train TOOL ARTICLES FOLDER THREADS`` leaves a model of a peer in a folder and
prints the seconds of fitting alone; ``python tools.py predict TOOL ARTICLES FOLDER`` prints the
labels of the validation articles as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import peers
from documents import read_articles
from peers import Fit, Predict

TARGET = "bias"
"""The column, and the name of the target in the configs."""


class Tool(NamedTuple):
    """One tool with its settings."""

    module: str
    """What must be installed."""
    how: Fit | Path
    """Fits a peer, or framing's config."""
    loaders: Mapping[str, Callable[[Path], Predict]]
    """By name, the ways to ask a saved model for labels."""


def load_framing(folder: Path) -> Predict:
    """A bundle's predict: all its targets are scored, the labels of one are given."""
    import framing

    model = framing.load(folder)
    return lambda texts: [p.style[TARGET].label for p in model.predict(texts)]


def _framing(config: str) -> Tool:
    return Tool("framing", Path(__file__).parent / "configs" / config, {"framing": load_framing})


def _fasttext(lr: float) -> Tool:
    loaders = {
        "fastText, one by one": peers.load_fasttext,
        "fastText, all at once": peers.load_fasttext_lines,
    }
    return Tool("fasttext", peers.fasttext(lr), loaders)


_SKLEARN = {"scikit-learn": peers.load_scikit_learn}

TOOLS = {
    "framing words": _framing("words.yaml"),
    "framing words + characters": _framing("words_characters.yaml"),
    "framing bias + corruption": _framing("bias_corruption.yaml"),
    "scikit-learn LinearSVC": Tool("sklearn", peers.scikit_learn(peers.linear_svc), _SKLEARN),
    "scikit-learn SGD": Tool("sklearn", peers.scikit_learn(peers.sgd), _SKLEARN),
    "fastText lr 0.1": _fasttext(0.1),
    "fastText lr 0.5": _fasttext(0.5),
    "fastText lr 1.0": _fasttext(1.0),
    "Vowpal Wabbit": Tool(
        "vowpalwabbit", peers.fit_vowpal_wabbit, {"Vowpal Wabbit": peers.load_vowpal_wabbit}
    ),
}


def installed(names: Iterable[str]) -> list[str]:
    """Those of the tools that are installed; stderr names the others and how to get them."""
    named = list(names)
    missing = [name for name in named if not find_spec(TOOLS[name].module)]
    for name in missing:
        print(f"{name} is left out; to have it: pip install -e '.[bench]'", file=sys.stderr)
    return [name for name in named if name not in missing]


def train_command(name: str, articles: Path, folder: Path, threads: int) -> list[str]:
    """The command that trains a tool on the training articles, from the file to the saved model."""
    how = TOOLS[name].how
    if isinstance(how, Path):
        start = "from framing.cli import main; main()"
        return [
            sys.executable, "-c", start, "train", str(how), "--output", str(folder),
            "--set", f"data.path={articles.resolve()}", "--set", f"jobs={threads}",
        ]  # fmt: skip
    return [sys.executable, __file__, "train", name, str(articles), str(folder), str(threads)]


def predict_command(name: str, articles: Path, folder: Path) -> list[str]:
    """The command that prints the labels of the validation articles."""
    return [sys.executable, __file__, "predict", name, str(articles), str(folder)]


def _main(action: str, name: str, articles: str, folder: str, threads: str = "1") -> None:
    tool, place = TOOLS[name], Path(folder)
    if action == "predict":
        load = next(iter(tool.loaders.values()))
        print(json.dumps(load(place)(read_articles(Path(articles), "valid").texts)))
    elif action == "train" and not isinstance(tool.how, Path):
        place.mkdir()
        print(tool.how(read_articles(Path(articles), "train"), place, int(threads)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
