"""The n-grams that speak most for a class, in spite of hashed columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.corpus.texts import Texts
from framing.evaluation import results
from framing.features.excerpts import excerpt
from framing.features.sketch import NgramSketch
from framing.features.tfidf import Weighing
from framing.features.weighing import add_means
from framing.heads import Linear
from framing.model import FramingModel
from framing.training.blocks import Blocks, Mask

_NAMED_FROM = 10_000_000
"""Characters of text that means are taken over and the names of columns looked up in, about."""
_AT_ONCE = 500
_CANDIDATES, _SHOWN = 60, 15


@dataclass(frozen=True)
class Spoken:
    """A head and the documents that each of its outputs ought to speak for."""

    linear: Linear
    views: tuple[str, ...]
    names: Sequence[str]
    """Of the outputs."""
    shares: npt.NDArray[np.float64]
    """(documents, outputs) how much a document is of an output's class, 0 outside of training."""


def strongest_ngrams(
    blocks: Blocks, model: FramingModel, heads: Sequence[Spoken], train: Mask
) -> list[list[results.ClassNgrams]]:
    """For each head, output and view the n-grams that add most in the documents it speaks for.

    They are ordered by weight times the difference between the n-gram's mean TF-IDF in those
    documents and in all; the weight, which is above zero, is what is reported.

    Parameters
    ----------
    train : ndarray of bool of shape (documents,)
        The documents that were learnt from.
    """
    means = _means(blocks, model, [train[:, None], *(head.shares for head in heads)], train)
    sketches = {view: NgramSketch(reading) for view, reading in blocks.views.items()}
    for texts in _sample(blocks.texts, np.flatnonzero(train)):
        for sketch in sketches.values():
            sketch.update(texts)
    found = []
    first = 1
    for head in heads:
        last = first + len(head.names)
        found.append(_of_head(blocks, head, means[:, 0], means[:, first:last], sketches))
        first = last
    return found


def _of_head(
    blocks: Blocks,
    head: Spoken,
    mean: npt.NDArray[np.float32],
    means: npt.NDArray[np.float32],
    sketches: dict[str, NgramSketch],
) -> list[results.ClassNgrams]:
    found: list[results.ClassNgrams] = []
    start = 0
    for view in head.views:
        place = blocks.columns(view)
        end = start + place.stop - place.start
        for k, output in enumerate(head.names):
            weights = head.linear.weights[start:end, k]
            added = np.maximum(weights, 0) * (means[place, k] - mean[place])
            best = np.argsort(-added, kind="stable")[:_CANDIDATES]
            best = best[added[best] > 0]
            named = zip(best.tolist(), sketches[view].names(best), strict=True)
            ngrams: list[results.Ngram] = [
                {"ngram": name, "weight": round(float(weights[column]), 4)}
                for column, name in named
                if name is not None
            ]
            found.append({"class": output, "view": view, "ngrams": ngrams[:_SHOWN]})
        start = end
    return found


def _means(
    blocks: Blocks, model: FramingModel, shares: Sequence[npt.NDArray[np.generic]], train: Mask
) -> npt.NDArray[np.float32]:
    """Mean TF-IDF of every column, weighted by each share, of shape (columns, shares)."""
    together = np.concatenate(shares, axis=1).astype(np.float64)
    total = np.zeros(together.shape[1])
    means = np.zeros((blocks.n_columns, together.shape[1]), dtype=np.float32)
    weighing = Weighing([model.views[view] for view in blocks.views])
    every_view = np.ones(len(blocks.views), dtype=bool)
    # any block is a sample of all documents
    enough = max(1, -(-len(blocks) * _NAMED_FROM // max(int(blocks.texts.lengths.sum()), 1)))
    for block in blocks.each(range(min(enough, len(blocks)))):
        inside = np.flatnonzero(train[block.documents])
        rows = weighing.weigh_documents(block.rows, inside, every_view)
        of_block = together[block.documents[inside]]
        add_means(*rows, of_block, means)
        total += of_block.sum(axis=0)
    means /= np.maximum(total, 1e-9)
    return means


def _sample(texts: Texts, rows: npt.NDArray[np.int64]) -> Iterator[list[str]]:
    """Texts taken evenly from all of them, up to a total length."""
    step = max(1, -(-int(texts.lengths[rows].sum()) // _NAMED_FROM))
    taken = rows[::step]
    for start in range(0, len(taken), _AT_ONCE):
        yield list(map(excerpt, texts.take(taken[start : start + _AT_ONCE])))
