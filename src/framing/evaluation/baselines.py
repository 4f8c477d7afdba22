"""The plain models that every figure stands beside."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.features import HashedTfidfVectorizer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STYLE_BASELINE = "word TF-IDF and a linear SVM with scikit-learn's defaults"
CORRUPTION_BASELINE = "four surface counts (unknown words, symbols, spaces, capitals), regressed"

_SYMBOL, _SPACE, _CAPITAL, _MET = 1, 2, 4, 8


def majority(y: Ints) -> int:
    """The most frequent class: what a model says that does not read."""
    return int(np.bincount(y).argmax())


def style_baseline(
    train_texts: Sequence[str], y: Ints, test_texts: Sequence[str], *, seed: int
) -> Ints:
    """Predicted class numbers of the test texts by :data:`STYLE_BASELINE`.

    The words are counted by our own compiled loops, which take a tenth of the time; the numbers
    are those of :class:`sklearn.feature_extraction.text.TfidfVectorizer`.
    """
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.svm import LinearSVC

    if len(np.unique(y)) == 1:
        return np.full(len(test_texts), y[0])
    # so wide that two of a corpus's words hardly ever share a column
    words = HashedTfidfVectorizer(analyzer="word", n_features=2**30)
    train = words.count(train_texts)
    known = np.unique(train.indices)
    if not len(known):
        # no word of two letters in any text: nothing that this model could read
        return np.full(len(test_texts), majority(y))
    train = _narrowed(train, known)
    tfidf = TfidfTransformer().fit(train)
    model = LinearSVC(random_state=seed).fit(tfidf.transform(train, copy=False), y)
    del train
    test = _narrowed(words.count(test_texts), known)
    return np.asarray(model.predict(tfidf.transform(test, copy=False)), dtype=np.int64)


def _narrowed(counts: sparse.csr_matrix, known: Ints) -> sparse.csr_matrix:
    """The `known` columns, which ascend, one beside the other."""
    columns = np.searchsorted(known, counts.indices)
    np.minimum(columns, len(known) - 1, out=columns)
    kept = known[columns] == counts.indices
    data, columns, indptr = counts.data.astype(np.float64), columns.astype(np.int32), counts.indptr
    if not kept.all():
        kept_before = np.concatenate([[0], np.cumsum(kept)])
        data, columns, indptr = data[kept], columns[kept], kept_before[indptr]
    return sparse.csr_matrix((data, columns, indptr), shape=(counts.shape[0], len(known)))


class SurfaceCounts:
    """Shares of unknown words, symbols, white space and capitals in a text.

    Parameters
    ----------
    clean_texts : iterable of str
        A word is known when two of them have it.
    """

    def __init__(self, clean_texts: Iterable[str]) -> None:
        seen: set[str] = set()
        self._known: set[str] = set()
        for text in clean_texts:
            words = set(text.lower().split())
            self._known |= words & seen
            seen |= words
        self._class_of = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
        """By code point: `_MET` and what it is, 0 for those not met so far."""

    def __call__(self, texts: Iterable[str]) -> Floats:
        """Shares of shape (documents, 4)."""
        unknown, classes = [], []
        for text in texts:
            words = text.lower().split()
            known = sum(map(self._known.__contains__, words))
            unknown.append((len(words) - known) / max(len(words), 1))
            classes.append(np.bincount(self._classes(text), minlength=2 * _MET))
        if not unknown:
            return np.empty((0, 4))
        counts = np.array(classes)
        members = [[c for c in range(2 * _MET) if c & sort] for sort in (_SYMBOL, _SPACE, _CAPITAL)]
        sums = np.column_stack([counts[:, among].sum(axis=1) for among in members])
        return np.column_stack([unknown, sums / np.maximum(counts.sum(axis=1), 1)[:, None]])

    def _classes(self, text: str) -> npt.NDArray[np.uint8]:
        """The class of each character."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        classes = self._class_of[codes]
        if not classes.all():
            for code in np.unique(codes[classes == 0]).tolist():
                self._class_of[code] = _class_of(chr(code))
            classes = self._class_of[codes]
        return classes


def _class_of(c: str) -> int:
    symbol = not (c.isalnum() or c.isspace())
    return _MET + _SYMBOL * symbol + _SPACE * c.isspace() + _CAPITAL * c.isupper()


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
