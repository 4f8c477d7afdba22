"""A source read piece by piece: rows go to disk, a few numbers of each stay in memory."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from framing.corpus.source import Source
from framing.corpus.tables import are_among, as_string, combine, common_type, is_string, to_strings
from framing.corpus.texts import Texts, TextsWriter, encoded, writing
from framing.errors import DataError

_COLUMNS_BYTES = 8_000_000
"""What is written of the columns at a time: long stretches of each, since whoever looks at one
number in a memory map gets 64 kB of its surroundings."""


@dataclass(frozen=True)
class Spooled:
    """The rows of a source that `data.where` keeps.

    Attributes
    ----------
    names : list of str
        All columns that the source has.
    columns : pyarrow.Table
        The columns, memory-mapped from a temporary file; that of the texts only if it serves
        as something else too.
    texts : Texts
        One a row, a missing one as the empty string.
    text_type : pyarrow.DataType
        The type of the column of texts.
    stripped : ndarray of shape (rows,), int64
        Characters of each text, surrounding spaces not counted.
    keys : ndarray of shape (rows,), int64
        Equal for equal texts, and seldom for others.
    n_read : int
        Rows before `data.where`.
    where : Where
        What became of `data.where`.
    """

    names: list[str]
    columns: pa.Table
    texts: Texts
    text_type: pa.DataType
    stripped: npt.NDArray[np.int64]
    keys: npt.NDArray[np.int64]
    n_read: int
    where: Where


class Where:
    """Keeps the rows that a config's `data.where` means, and notes what its columns held."""

    def __init__(self, wanted: Mapping[str, Sequence[object]]) -> None:
        self._wanted = wanted
        self._seen: Counter[str] = Counter()
        # what a column holds is only told when none of it is wanted
        self._found: dict[str, Counter[str] | None] = {name: Counter() for name in wanted}

    def keep(self, table: pa.Table) -> pa.Table:
        """Rows that every column wants."""
        for name, wanted in self._wanted.items():
            if name in table.column_names:
                values = table.column(name).to_pylist()
            else:
                values = [None] * len(table)
            mask = are_among(values, wanted)
            self._seen[name] += len(values)
            found = self._found[name]
            if any(mask):
                self._found[name] = None
            elif found is not None:
                found.update(as_string(value) or "nothing" for value in values)
            if not all(mask):
                table = table.filter(pa.array(mask, pa.bool_()))
        return table

    def check(self) -> None:
        """Raise DataError if a column has no row that is wanted, and say what it has."""
        for name, counts in self._found.items():
            if counts is None:
                continue
            wanted = " or ".join(repr(value) for value in self._wanted[name])
            found = ", ".join(f"{v[:60]} ({n:,})" for v, n in counts.most_common(8))
            raise DataError(
                f"none of {self._seen[name]:,} rows has {wanted}",
                where=f"data.where.{name}",
                hint=f"It holds: {found}" + (" …" if len(counts) > 8 else ""),
            )


def spool(source: Source, text: str, where: Where, used: Collection[str]) -> Spooled:
    """Read a source to its end, in memory of a few MB.

    Parameters
    ----------
    text : str
        The column of texts.
    used : collection of str
        Columns that serve as something else than texts.

    Raises
    ------
    DataError
        The temporary folder cannot be written.
    """
    names: dict[str, None] = {}
    kinds: set[pa.DataType] = set()
    stripped, keys = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    n_read = 0
    with TextsWriter() as writer:
        columns = _Columns(writer.folder / "columns.arrow")
        for table in source.tables:
            names.update(dict.fromkeys(table.column_names))
            n_read += len(table)
            table = where.keep(table)
            found = table.column(text) if text in table.column_names else pa.nulls(len(table))
            kinds.add(found.type)
            for chunk in _as_texts(found):
                writer.extend(chunk)
                stripped.append(pc.utf8_length(pc.utf8_trim_whitespace(chunk)).to_numpy())
                keys.append(_keys(chunk))
            if text in table.column_names and text not in used:
                table = table.drop_columns([text])
            columns.add(table)
        texts = writer.finish()
    return Spooled(
        list(names), combine(columns.tables()), texts, common_type(kinds),
        np.concatenate(stripped), np.concatenate(keys), n_read, where,
    )  # fmt: skip


class _Columns:
    """Tables in a file, each with a schema of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ahead: list[pa.Table] = []
        with writing():
            self._sink = pa.OSFile(str(path), "wb")

    def add(self, table: pa.Table) -> None:
        if self._ahead and self._ahead[0].schema != table.schema:
            self._write()
        self._ahead.append(table)
        if sum(ahead.nbytes for ahead in self._ahead) >= _COLUMNS_BYTES:
            self._write()

    def tables(self) -> list[pa.Table]:
        """All tables, memory-mapped: only what is looked at comes into memory."""
        self._write()
        with writing():
            self._sink.close()
        return list(self._mapped())

    def _write(self) -> None:
        if not self._ahead:
            return
        table = pa.concat_tables(self._ahead).combine_chunks()
        with writing(), pa.ipc.new_stream(self._sink, table.schema) as stream:
            stream.write_table(table)
        self._ahead = []

    def _mapped(self) -> Iterator[pa.Table]:
        size = self._path.stat().st_size
        if not size:  # an empty file cannot be mapped
            return
        with pa.memory_map(str(self._path)) as source:
            while source.tell() < size:
                yield pa.ipc.open_stream(source).read_all()


def _as_texts(column: pa.Array | pa.ChunkedArray) -> Iterator[pa.LargeStringArray]:
    if not (is_string(column.type) or pa.types.is_null(column.type)):
        column = to_strings(column)
    strings = pc.fill_null(column.cast(pa.large_string()), "")
    yield from strings.chunks if isinstance(strings, pa.ChunkedArray) else [strings]


def _keys(texts: pa.LargeStringArray) -> npt.NDArray[np.int64]:
    sums = np.fromiter(map(zlib.crc32, encoded(texts)), np.int64, len(texts))
    lengths: npt.NDArray[np.int64] = pc.binary_length(texts).to_numpy()
    return sums << 31 | lengths
