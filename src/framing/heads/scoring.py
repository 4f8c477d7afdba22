"""Decision values of several heads in one pass over each text, without a matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from framing.features.reading import NO_ROWS, Reader, Rows
from framing.features.tfidf import FittedView, Weighing
from framing.heads.linear import Floats, Linear


class Head(Protocol):
    """What is needed of a head to score it."""

    @property
    def views(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def linear(self) -> Linear: ...  # noqa: D102


@dataclass(frozen=True)
class Decisions:
    """What heads say of some documents."""

    values: dict[str, Floats]
    """By head, (documents, outputs)."""
    ngrams: dict[str, npt.NDArray[np.int64]]
    """By head, (documents,) how many different n-grams it read."""


class Scorer:
    """Scores texts with all heads at once: a text is read once for every view.

    The weights of all heads on a view stand side by side, so that a column of a document finds
    them together.
    """

    def __init__(self, views: Mapping[str, FittedView], heads: Mapping[str, Head]) -> None:
        # heads that share a linear map are scored once
        first: dict[int, str] = {}
        self._same = {name: first.setdefault(id(head.linear), name) for name, head in heads.items()}
        self._heads = heads = {name: heads[name] for name in first.values()}
        self._views = list(views.values())
        self._place = {name: i for i, name in enumerate(views)}
        self._weighing = Weighing(self._views)
        blocks: list[list[npt.NDArray[np.float32]]] = [[] for _ in views]
        self._outputs: dict[tuple[str, str], slice] = {}
        for name, head in heads.items():
            start = 0
            for view in head.views:
                place = self._place[view]
                end = start + self._views[place].reading.n_features
                start_at = sum(block.shape[1] for block in blocks[place])
                blocks[place].append(head.linear.weights[start:end])
                self._outputs[name, view] = slice(start_at, start_at + len(head.linear.bias))
                start = end
        self._weights = {
            place: (self._weighing.pack(place, np.hstack(block)), sum(w.shape[1] for w in block))
            for place, block in enumerate(blocks)
            if block
        }

    def __call__(self, texts: Iterable[str], *, n_threads: int | None = None) -> Decisions:
        """Score texts; each is read once and may be forgotten then."""
        reader = Reader([view.reading for view in self._views], n_threads)
        found = list(reader.each(texts, self.score)) or [self.score(NO_ROWS)]
        values, ngrams = (
            {name: np.concatenate([part[name] for part in parts]) for name in self._heads}
            for parts in ([part.values for part in found], [part.ngrams for part in found])
        )
        return Decisions(
            {name: values[same] for name, same in self._same.items()},
            {name: ngrams[same] for name, same in self._same.items()},
        )

    def score(self, rows: Rows) -> Decisions:
        """Score documents from the counts of their n-grams in all views."""
        scores = {i: self._weighing.score(rows, i, *w) for i, w in self._weights.items()}
        lengths = np.diff(rows.indptr).reshape(-1, len(self._views))
        values, ngrams = {}, {}
        for name, head in self._heads.items():
            places = [self._place[view] for view in head.views]
            parts = [
                scores[place][:, self._outputs[name, view]]
                for place, view in zip(places, head.views, strict=True)
            ]
            values[name] = np.sum(parts, axis=0) + head.linear.bias
            ngrams[name] = lengths[:, places].sum(axis=1)
        return Decisions(values, ngrams)
