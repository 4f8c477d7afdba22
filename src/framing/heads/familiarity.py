"""Whether a text is like those that a model was trained on, or of another language or register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from framing.features.tfidf import FittedView
from framing.heads.calibration import Floats, Ints
from framing.heads.linear import Linear

_UNLIKE = 0.005
"""The share of held-out training documents that is called unlike the others, about."""
_SHORTER = 0.002
"""The share of training documents that are shorter than what is enough to read."""
_NEAR = 4.0
"""Spreads that are always familiar: where all documents are alike, chance sets no limit."""
_KNOTS, _OF_A_KNOT = 8, 50


@dataclass(frozen=True)
class Rarity:
    """How rare a document's n-grams are in one view: a head of two outputs.

    They are the sum of its TF-IDF and that of its TF, a mean idf apart.
    """

    views: tuple[str]
    linear: Linear

    @classmethod
    def of(cls, name: str, view: FittedView) -> Rarity:
        """Of a view."""
        # idf is one at the least
        weights = np.column_stack([np.ones_like(view.idf), 1 / view.idf])
        return cls((name,), Linear(weights.astype(np.float32), np.zeros(2)))


def mean_idf(decisions: Sequence[Floats]) -> Floats:
    """(documents, views) of the n-grams of documents, from each view's :class:`Rarity`."""
    return np.column_stack(
        [np.divide(d[:, 0], d[:, 1], out=np.zeros(len(d)), where=d[:, 1] > 0) for d in decisions]
    )


@dataclass(frozen=True)
class Familiarity:
    """What is usual: the mean idf of the n-grams of training documents, by their length.

    A text of another language, of tables or of code is made of n-grams that few documents have.
    """

    views: tuple[str, ...]
    shortest: int
    """Characters that a document needs, so that anything can be said of it."""
    lengths: Floats
    """(knots,) logarithms of lengths in characters, ascending."""
    middle: Floats
    """(knots, views) the usual mean idf of documents of those lengths."""
    spread: Floats
    """(knots, views) half of the distance between its quartiles."""
    limit: float
    """How many spreads from the middle are still familiar, in the view that is furthest off."""

    def unlike(self, idf: Floats, characters: Ints) -> npt.NDArray[np.bool_]:
        """Whether documents are unlike those that were trained on.

        Parameters
        ----------
        idf : ndarray of shape (documents, views)
            What :func:`mean_idf` gives.
        characters : ndarray of shape (documents,)
        """
        return np.asarray((characters < self.shortest) | (self._far(idf, characters) > self.limit))

    def _far(self, idf: Floats, characters: Ints) -> Floats:
        length = np.log1p(characters)
        far = np.zeros(len(idf))
        for found, middle, spread in zip(idf.T, self.middle.T, self.spread.T, strict=True):
            usual = np.interp(length, self.lengths, middle)
            far = np.maximum(far, np.abs(found - usual) / np.interp(length, self.lengths, spread))
        return far


def fit_familiarity(views: tuple[str, ...], idf: Floats, characters: Ints) -> Familiarity:
    """Learn what is usual.

    Parameters
    ----------
    idf : ndarray of shape (documents, views)
        Of documents, where idf was learnt from others.
    characters : ndarray of shape (documents,)
    """
    order = np.argsort(characters, kind="stable")
    parts = np.array_split(order, max(1, min(_KNOTS, len(order) // _OF_A_KNOT)))
    quartiles = np.array([np.quantile(idf[part], [0.25, 0.5, 0.75], axis=0) for part in parts])
    low, middle, high = quartiles.transpose(1, 0, 2)
    usual = Familiarity(
        views,
        int(np.quantile(characters, _SHORTER)),
        np.array([np.log1p(np.median(characters[part])) for part in parts]),
        middle,
        # where all documents are alike a little more or less tells nothing
        np.maximum((high - low) / 2, 0.01 * middle),
        np.inf,
    )
    far = usual._far(idf, characters)
    return replace(usual, limit=max(_NEAR, float(np.quantile(far, 1 - _UNLIKE))))
