"""Texts on disk: many more than memory holds, read as a sequence of strings."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from framing.errors import DataError

_BATCH_BYTES = 1 << 20
_BYTES_A_TEXT = 8  # its offset: a million empty texts are not one batch
_KEPT_BATCHES = 2
_SCHEMA = pa.schema([pa.field("text", pa.large_string(), nullable=False)])

Ints = npt.NDArray[np.int64]
Rows = Sequence[int] | npt.NDArray[np.integer[Any]]


class Texts(Sequence[str]):
    """Texts in an Arrow IPC file in a temporary folder, which goes when the last of them goes.

    Memory holds a few numbers a text and the batches (about 1 MB each) that a thread read last.
    Several threads may read at once. Rising rows are read fastest. :class:`TextsWriter` makes
    them.
    """

    def __init__(self, file: _File, rows: Ints | None = None) -> None:
        self._file = file
        self._rows = rows

    @classmethod
    def write(cls, texts: Iterable[str]) -> Texts:
        """Put texts on disk.

        Raises
        ------
        DataError
            The temporary folder cannot be written.
        """
        with TextsWriter() as writer:
            writer.extend(texts)
            return writer.finish()

    @property
    def lengths(self) -> Ints:
        """(texts,) characters of each text."""
        lengths = self._file.lengths
        return lengths if self._rows is None else lengths[self._rows]

    def __len__(self) -> int:
        return len(self._file.lengths if self._rows is None else self._rows)

    @overload
    def __getitem__(self, index: int | np.integer[Any]) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Texts: ...

    def __getitem__(self, index: int | np.integer[Any] | slice) -> str | Texts:
        if isinstance(index, slice):
            return self.select(np.arange(len(self))[index])
        row = range(len(self))[index]
        return str(self._file.view(row if self._rows is None else int(self._rows[row])), "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (str(view, "utf-8") for view in self.encoded())

    def encoded(self) -> Iterator[memoryview]:
        """UTF-8 bytes of each text, in order, without making strings of them."""
        return self._views(np.arange(len(self)) if self._rows is None else self._rows)

    def take(self, rows: Rows) -> list[str]:
        """Texts of some rows, in the order asked for; each part of the file is read once.

        Raises
        ------
        IndexError
            A row that there is not; rows below zero count from the end.
        """
        places = self._places(rows)
        order = np.argsort(places, kind="stable")
        taken = [""] * len(places)
        for i, view in zip(order.tolist(), self._views(places[order]), strict=True):
            taken[i] = str(view, "utf-8")
        return taken

    def select(self, rows: Rows) -> Texts:
        """Texts of some rows, in the order asked for, in the same file.

        Raises
        ------
        IndexError
            As :meth:`take`.
        """
        return Texts(self._file, self._places(rows))

    def _places(self, rows: Rows) -> Ints:
        """Rows of the file."""
        asked = np.asarray(rows)
        if asked.dtype.kind not in "iu" and asked.size:
            raise TypeError(f"rows are whole numbers, not {asked.dtype}")
        asked = asked.astype(np.int64)
        n = len(self)
        if asked.size and not (-n <= asked.min() and asked.max() < n):
            raise IndexError(f"there are {n} texts; asked for {asked.min()} to {asked.max()}")
        asked = np.where(asked < 0, asked + n, asked)
        return asked if self._rows is None else self._rows[asked]

    def _views(self, places: Ints) -> Iterator[memoryview]:
        if not len(places):
            return
        numbers = self._file.batch_of(places)
        changes = np.flatnonzero(np.diff(numbers)) + 1
        starts = [0, *changes.tolist(), len(places)]
        for start, end in itertools.pairwise(starts):
            batch = self._file.batch(int(numbers[start]))
            offsets, data = batch.offsets, batch.data
            for row in (places[start:end] - batch.first).tolist():
                yield data[offsets[row] : offsets[row + 1]]


class TextsWriter:
    """Puts texts on disk one after the other, and gives them as :class:`Texts`.

    Use it in a ``with`` statement: what is not finished is removed at its end.

    Raises
    ------
    DataError
        The temporary folder cannot be written, or is full.
    """

    def __init__(self) -> None:
        with writing():
            self.folder = Path(tempfile.mkdtemp(prefix="framing-"))
            """The temporary folder; what else is put there goes with the texts."""
            self._path = self.folder / "texts.arrow"
            self._sink = pa.OSFile(str(self._path), "wb")
            self._clean = weakref.finalize(self, _remove, self.folder, os.getpid(), self._sink)
            self._writer = pa.ipc.new_file(self._sink, _SCHEMA)
        self._strings: list[str] = []
        self._chars = 0
        self._batch: list[pa.Array] = []
        self._bytes = 0
        self._n_batch = 0
        self._lengths: list[Ints] = [np.empty(0, np.int64)]
        self._starts = [0]

    def append(self, text: str) -> None:
        """Add one text."""
        self._strings.append(text)
        self._chars += len(text)
        if self._chars >= _BATCH_BYTES:
            self._flush_strings()

    def extend(self, texts: Iterable[str] | pa.Array | pa.ChunkedArray) -> None:
        """Add texts; an Arrow array must be of large strings without nulls."""
        if isinstance(texts, pa.Array | pa.ChunkedArray):
            self._flush_strings()
            for chunk in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
                self._add(chunk)
        else:
            for text in texts:
                self.append(text)

    def finish(self) -> Texts:
        """All texts that were added; nothing can be added after."""
        self._flush_strings()
        self._flush_batch()
        with writing():
            self._writer.close()
            self._sink.close()
            lengths = np.concatenate(self._lengths)
            file = _File(self._path, lengths, np.array(self._starts, np.int64))
        self._clean.detach()
        return Texts(file)

    def __enter__(self) -> TextsWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clean()

    def _flush_strings(self) -> None:
        if self._strings:
            self._add(pa.array(self._strings, pa.large_string()))
        self._strings, self._chars = [], 0

    def _add(self, texts: pa.Array) -> None:
        if not len(texts):
            return
        self._lengths.append(pc.utf8_length(texts).to_numpy())
        ends = np.cumsum(pc.binary_length(texts).to_numpy() + _BYTES_A_TEXT)
        start, before = 0, 0
        while start < len(texts):
            room = before + _BATCH_BYTES - self._bytes
            end = int(np.searchsorted(ends, room, "right"))
            if end == start:
                if self._batch:
                    self._flush_batch()
                    continue
                end += 1  # longer than a batch, so one of its own
            self._batch.append(texts.slice(start, end - start))
            self._bytes += int(ends[end - 1]) - before
            self._n_batch += end - start
            start, before = end, int(ends[end - 1])
            if start < len(texts):
                self._flush_batch()

    def _flush_batch(self) -> None:
        if not self._batch:
            return
        with writing():
            batch = pa.concat_arrays(self._batch)
            self._writer.write_batch(pa.record_batch([batch], schema=_SCHEMA))
        self._starts.append(self._starts[-1] + self._n_batch)
        self._batch, self._bytes, self._n_batch = [], 0, 0


@contextmanager
def writing() -> Iterator[None]:
    """Say what to do when the temporary folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"the temporary folder cannot take the documents ({error.strerror or error})",
            hint="Name another one: export TMPDIR=FOLDER",
        ) from None


class _Batch(NamedTuple):
    first: int
    """The row of the file that is its first."""
    offsets: list[int]
    data: memoryview


class _File:
    """A finished file; it is removed when nobody reads it any more."""

    def __init__(self, path: Path, lengths: Ints, starts: Ints) -> None:
        lengths.setflags(write=False)
        self.path = path
        self.lengths = lengths
        self._starts = starts
        # not a memory map: its pages would count as memory of this process
        source = pa.OSFile(str(path), "rb")
        self._reader = pa.ipc.open_file(source)
        self._clean = weakref.finalize(self, _remove, path.parent, os.getpid(), source)
        self._lock = threading.Lock()
        self._kept = threading.local()

    def batch_of(self, rows: Ints) -> Ints:
        """The number of the batch in which each row stands."""
        return np.searchsorted(self._starts, rows, "right") - 1

    def view(self, row: int) -> memoryview:
        """The bytes of one text."""
        batch = self.batch(int(np.searchsorted(self._starts, row, "right")) - 1)
        start, end = batch.offsets[row - batch.first : row - batch.first + 2]
        return batch.data[start:end]

    def batch(self, number: int) -> _Batch:
        """One batch, from memory if this thread read it just now."""
        kept: dict[int, _Batch] = self._kept.__dict__.setdefault("batches", {})
        batch = kept.pop(number, None) or self._read(number)
        if batch.data.nbytes <= _BATCH_BYTES:  # a longer text is not worth its memory
            kept[number] = batch
        if len(kept) > _KEPT_BATCHES:
            del kept[next(iter(kept))]
        return batch

    def _read(self, number: int) -> _Batch:
        with self._lock:
            array = self._reader.get_batch(number).column(0)
        return _Batch(int(self._starts[number]), *_parts(array))


def encoded(texts: pa.LargeStringArray) -> Iterator[memoryview]:
    """UTF-8 bytes of each string of an Arrow array without nulls."""
    offsets, data = _parts(texts)
    return (data[start:end] for start, end in itertools.pairwise(offsets))


def _parts(texts: pa.LargeStringArray) -> tuple[list[int], memoryview]:
    _, offsets, data = texts.buffers()
    numbers = np.frombuffer(offsets, np.int64, len(texts) + 1, 8 * texts.offset)
    return numbers.tolist(), memoryview(data or b"")


def _remove(folder: Path, process: int, file: pa.NativeFile) -> None:
    file.close()
    # a forked process inherits what owns the folder, but must not take it away
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
