"""What stands behind the columns of hashed n-grams: a sketch of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from framing.features import listing, sketching
from framing.features.names import ELLIPSIS, LONGEST, make_names, read_names, trimmed, units_in_use
from framing.features.prepare import PREPARE
from framing.features.preparing import REPLACEMENTS, expanded
from framing.features.reading import ANALYZERS, Reading, word_table
from framing.features.symbols import class_table, encode_documents, lowered, shape_table

Ints = npt.NDArray[np.int64]
ColumnNumbers = Sequence[int] | npt.NDArray[np.integer[Any]]

_CHUNK = 1 << 18
"""Characters that are read at a time; a longer document is read alone."""
_UNITS = 2  # of names a column, to begin with


class ColumnNgram(NamedTuple):
    """An n-gram that fell into a column."""

    ngram: str
    """Of an n-gram of more than 48 characters the first 47 and an ellipsis."""
    at_least: int
    """Occurrences."""
    at_most: int


@dataclass(frozen=True)
class Collisions:
    """How often several n-grams share a column."""

    columns: int
    """Columns into which an n-gram fell."""
    shared: float
    """The share of these into which more than one n-gram fell."""
    unnamed: tuple[float, float]
    """At least and at most what share of all occurrences is of another n-gram than the one its
    column is named after."""


class NgramSketch:
    """The most frequent n-grams of every column, in memory that does not grow with the texts.

    Of each column two candidates are kept, with counts by Misra and Gries (1982): each n-gram
    with over a third of the column's occurrences is among them, and no count is short by more than
    a third of what the candidates leave over. Sketches of parts add up to one of the whole with
    the same promise (Agarwal et al. 2012, Mergeable Summaries). Every occurrence counts, as in the
    counts themselves, so totals are exact; documents are not told apart, as that would take a
    set of n-grams for each.

    A column into which n-grams fell takes 32 bytes, and each of its two names eight (up to seven
    bytes of UTF-8) or a multiple of that, at most 200.

    Parameters
    ----------
    reading : Reading
        How texts are read into n-grams.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        n = reading.n_features
        self._columns = _columns(np.zeros(n, sketching.CELL), units=_UNITS * n)

    def update(self, texts: Iterable[str]) -> Self:
        """Count the n-grams of more texts."""
        for _ in self.watch(texts):
            pass
        return self

    def watch(self, texts: Iterable[str]) -> Iterator[str]:
        """Hand texts on and count their n-grams on the way, all of them once the last is taken."""
        chunk: list[str] = []
        room = _CHUNK
        for text in texts:
            if chunk and len(text) > room:
                self._count(chunk)
                chunk, room = [], _CHUNK
            chunk.append(text)
            room -= len(text)
            yield text
        if chunk:
            self._count(chunk)

    def copy(self) -> NgramSketch:
        """A sketch that can be updated without this one."""
        made = NgramSketch(self.reading)
        made._columns = _moved(self._columns._replace(cells=self._columns.cells.copy()))
        return made

    def __add__(self, other: NgramSketch) -> NgramSketch:
        """The sketch of the texts of both."""
        if self.reading != other.reading:
            raise ValueError("sketches of different readings do not add up")
        both = NgramSketch(self.reading)
        units = sum(units_in_use(sketch._columns.names) for sketch in (self, other))
        both._columns = _columns(both._columns.cells, units)
        sketching.merge(self._columns, other._columns, both._columns)
        return both

    @property
    def totals(self) -> Ints:
        """How many n-grams fell into each column, exactly; of shape (n_features,)."""
        first, second, lost = self._counts()
        return first + second + lost

    @property
    def nbytes(self) -> int:
        """Bytes set aside; those of columns that were never met are not in use."""
        return int(self._columns.cells.nbytes + self._columns.names.arena.nbytes)

    def ngrams(self, columns: ColumnNumbers) -> dict[int, list[ColumnNgram]]:
        """The candidates of each of the columns, most frequent first; none if nothing fell there.

        An n-gram that is not among them holds at most a third of its column.
        """
        cells = self._columns.cells[np.asarray(columns, dtype=np.int64)]
        behind = {}
        for column, cell in zip(columns, cells, strict=True):
            error = int(cell["lost"]) // 3
            slots = [(cell["first"], cell["first_name"]), (cell["second"], cell["second_name"])]
            met = sorted(
                (
                    (int(slot & sketching.COUNT), int(slot), int(name))
                    for slot, name in slots
                    if name
                ),
                reverse=True,
            )
            found = read_names(self._columns.names, (name for _, _, name in met))
            behind[int(column)] = [
                # what stands there occurred, even when all of its count is gone
                ColumnNgram(ngram, max(count, 1), count + error)
                for ngram, (count, _, _) in zip(found, met, strict=True)
            ]
        return behind

    def names(self, columns: ColumnNumbers | None = None) -> npt.NDArray[np.object_]:
        """The most frequent n-gram of each of the columns, by default of all.

        Returns
        -------
        ndarray of shape (columns,), of str, and None where no n-gram fell
        """
        cells = self._columns.cells
        if columns is not None:
            cells = cells[np.asarray(columns, dtype=np.int64)]
        count, other = cells["first"] & sketching.COUNT, cells["second"] & sketching.COUNT
        behind = (other > count) | ((other == count) & (cells["second"] > cells["first"]))
        places = np.where(behind, cells["second_name"], cells["first_name"])
        met = np.flatnonzero(places)
        names = np.full(len(cells), None, dtype=object)
        names[met] = list(read_names(self._columns.names, places[met].tolist()))
        return names

    def unique_names(self) -> npt.NDArray[np.object_]:
        """A name for every column that no other column has.

        It is the column's most frequent n-gram; ``[column 7]`` stands after a name that is cut
        off and in place of one that is not known.

        Returns
        -------
        ndarray of shape (n_features,), of str
        """
        names = self.names()
        for i, name in enumerate(names):
            if name is None:
                names[i] = f"[column {i}]"
            elif "[column " in name or (len(name) == LONGEST and name[-1] == ELLIPSIS):
                names[i] = f"{name} [column {i}]"
        return names

    def collisions(self) -> Collisions:
        """How often several n-grams share a column."""
        first, second, lost = self._counts()
        totals = first + second + lost
        named = np.maximum(first, second)
        used, shared = int((totals > 0).sum()), int((totals > named).sum())
        occurrences, others = int(totals.sum()), int((totals - named).sum())
        short = int(np.minimum(lost // 3, totals - named).sum())
        return Collisions(
            columns=used,
            shared=shared / max(used, 1),
            unnamed=((others - short) / max(occurrences, 1), others / max(occurrences, 1)),
        )

    def __getstate__(self) -> dict[str, Any]:
        # columns that were never met take no room
        used = np.flatnonzero(self._columns.cells["first"])
        kept = _moved(self._columns._replace(cells=self._columns.cells[used]))
        return {
            "reading": self.reading, "used": used.astype(np.uint32), "cells": kept.cells,
            "names": trimmed(kept.names),
        }  # fmt: skip

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.reading = state["reading"]
        cells = np.zeros(self.reading.n_features, sketching.CELL)
        cells[state["used"]] = state["cells"]
        self._columns = sketching.Columns(cells, cells.view(np.uint64), state["names"])

    def _counts(self) -> tuple[Ints, Ints, Ints]:
        cells = self._columns.cells
        first, second = ((cells[k] & sketching.COUNT).astype(np.int64) for k in ("first", "second"))
        return first, second, cells["lost"].astype(np.int64)

    def _count(self, texts: Sequence[str]) -> None:
        reading = self.reading
        if reading.lowercase:
            texts = [lowered(text) for text in texts]
        codes, starts, ends = encode_documents(texts)
        lengths = ends - starts + 2
        if reading.prepare == "normalized":
            lengths = expanded(codes, starts, ends)
        block = listing.make_block(int(lengths.max()))
        way = listing.Way(
            ANALYZERS.index(reading.analyzer), PREPARE.index(reading.prepare),
            *reading.ngram_range, reading.n_features.bit_length() - 1,
            class_table(reading.lowercase), shape_table(), word_table(reading.words), REPLACEMENTS,
        )  # fmt: skip
        while not sketching.learn(codes, starts, ends, way, block, self._columns):
            self._columns = _moved(self._columns)


def _columns(cells: npt.NDArray[np.void], units: int) -> sketching.Columns:
    return sketching.Columns(cells, cells.view(np.uint64), make_names(units))


def _moved(columns: sketching.Columns) -> sketching.Columns:
    """The same with no name that is not in use, and room for as many more."""
    in_use = units_in_use(columns.names)
    moved = _columns(columns.cells, 2 * in_use + _UNITS * len(columns.cells))
    sketching.move_names(columns.cells, columns.names, moved.names)
    return moved
