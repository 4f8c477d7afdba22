"""The plain models that every figure stands beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STYLE_BASELINE = "word TF-IDF and a linear SVM with scikit-learn's defaults"
CORRUPTION_BASELINE = "four surface counts (unknown words, symbols, spaces, capitals), regressed"


def majority(y: Ints) -> int:
    """The most frequent class: what a model says that does not read."""
    return int(np.bincount(y).argmax())


def style_baseline(
    train_texts: Sequence[str], y: Ints, test_texts: Sequence[str], *, seed: int
) -> Ints:
    """Predicted class numbers of the test texts by :data:`STYLE_BASELINE`."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    if len(np.unique(y)) == 1:
        return np.full(len(test_texts), y[0])
    try:
        model = make_pipeline(TfidfVectorizer(), LinearSVC(random_state=seed)).fit(train_texts, y)
    except ValueError:
        # no word of two letters in any text: nothing that this model could read
        return np.full(len(test_texts), majority(y))
    return np.asarray(model.predict(test_texts), dtype=np.int64)


class SurfaceCounts:
    """Shares of unknown words, symbols, white space and capitals in a text.

    Parameters
    ----------
    clean_texts : sequence of str
        A word is known when two of them have it.
    """

    def __init__(self, clean_texts: Sequence[str]) -> None:
        documents: Counter[str] = Counter()
        for text in clean_texts:
            documents.update(set(text.lower().split()))
        self._known = {word for word, count in documents.items() if count > 1}

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Shares of shape (documents, 4)."""
        return np.array([self._of(text) for text in texts]).reshape(len(texts), 4)

    def _of(self, text: str) -> list[float]:
        words = text.lower().split()
        n = max(len(text), 1)
        return [
            sum(word not in self._known for word in words) / max(len(words), 1),
            sum(not (c.isalnum() or c.isspace()) for c in text) / n,
            sum(c.isspace() for c in text) / n,
            sum(c.isupper() for c in text) / n,
        ]


def corruption_baseline(
    train: Floats, level: Floats, kinds: npt.NDArray[np.bool_], test: Floats
) -> tuple[Floats, Floats]:
    """Levels (documents,) and scores of kinds (documents, kinds) by :data:`CORRUPTION_BASELINE`.

    `train` and `test` are what :class:`SurfaceCounts` gives.
    """
    from sklearn.linear_model import LinearRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train)
    wanted = np.column_stack([np.sqrt(level), kinds])
    said = LinearRegression().fit(scaler.transform(train), wanted).predict(scaler.transform(test))
    return np.clip(said[:, 0], 0, 1) ** 2, said[:, 1:]
