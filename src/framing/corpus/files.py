"""Documents from files on this machine: text, CSV, JSONL and Parquet, compressed or not."""

from __future__ import annotations

import io
import itertools
import shutil
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import pyarrow as pa

from framing.corpus.csv_files import read_csv
from framing.corpus.decoding import Decoded, decode, looks_binary
from framing.corpus.json_files import read_json
from framing.corpus.paths import FoundFile, find_files
from framing.corpus.rows import Row, in_tables
from framing.corpus.source import TABLE_BYTES, TABLE_ROWS, Card, Rejected, Source, mended
from framing.corpus.tables import tidy, with_places
from framing.errors import DataError

READ_ERRORS = (OSError, EOFError, zlib.error, pa.ArrowException)
"""What reading a broken or vanished file can raise."""


def read_files(entries: Sequence[str], format: str = "auto") -> Source:
    """Documents of files, globs and folders.

    Parameters
    ----------
    entries : sequence of str
        Files, globs (``**`` too) and folders; ``~`` is the home folder.
    format : {"auto", "text", "csv", "jsonl", "parquet"}
        `auto` goes by each file's name; what has no known ending is text. Text files among
        tables are set aside.

    Returns
    -------
    Source
        Text files give the columns `text`, `label` (the first folder below the one given, or
        None) and `path`.

    Raises
    ------
    DataError
        An entry leads to no file.
    """
    chosen, rejected = _choose(find_files(entries), format)
    card = Card(
        name=", ".join(entries),
        description=f"{len(chosen):,} file{'' if len(chosen) == 1 else 's'}",
        source=", ".join(str(file.path) for file, _ in chosen[:3])
        + (f" and {len(chosen) - 3:,} more" if len(chosen) > 3 else ""),
    )
    return Source(_tables(chosen, rejected, card.notes), rejected, card)


def _tables(
    files: Sequence[tuple[FoundFile, str]], rejected: list[Rejected], notes: list[str]
) -> Iterator[pa.Table]:
    tally: Counter[str] = Counter()
    for is_parquet, some in itertools.groupby(files, lambda chosen: chosen[1] == "parquet"):
        if is_parquet:
            for file, _ in some:
                yield from _read_parquet(file, rejected, tally)
        else:
            for table in in_tables(_rows(some, rejected, tally), tally):
                yield tidy(table, tally)
    notes.extend(mended(tally))


def read_text(file: FoundFile) -> Decoded:
    """Read one text file, compressed or not; line ends become plain newlines.

    Raises
    ------
    DataError
        It is empty, no text, or cannot be read; `what` is the reason.
    """
    try:
        with _open(file) as stream:
            data = stream.read()
    except READ_ERRORS as error:
        raise DataError(f"cannot be read ({_brief(error)})", where=file.name) from None
    return document_of(data, file.name)


def document_of(data: bytes, name: str) -> Decoded:
    """The text of a file's bytes, as :func:`read_text` gives it."""
    if not data:
        raise DataError("empty file", where=name)
    if looks_binary(data):
        raise DataError("not a text file (NUL bytes or control characters)", where=name)
    text, broken = decode(data)
    # line ends are the platform's, not the author's
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), broken)


def nothing_read(what: str, rejected: Sequence[Rejected], where: str = "data.path") -> DataError:
    """Error for a source of which nothing is left, with the reasons and an example each."""
    if not rejected:
        return DataError(f"no documents in {what}", where=where)
    return DataError(
        f"no document of {what} could be used: {reasons(rejected)}",
        where=where,
        hint=f"The first: {rejected[0].where}: {rejected[0].reason}",
    )


def reasons(rejected: Sequence[Rejected]) -> str:
    """How many were set aside for which reason, the most frequent first."""
    counts = Counter(item.reason.partition(" (")[0] for item in rejected)
    return ", ".join(f"{count:,} × {reason}" for reason, count in counts.most_common(5))


@contextmanager
def _open(file: FoundFile) -> Iterator[IO[bytes]]:
    if file.codec is None:
        with open(file.path, "rb") as plain:
            yield plain
    else:
        with pa.input_stream(str(file.path), compression=file.codec) as stream:
            yield io.BufferedReader(stream)


def _choose(
    files: Sequence[FoundFile], format: str
) -> tuple[list[tuple[FoundFile, str]], list[Rejected]]:
    if format != "auto":
        # a folder of data has other files in it too; those with the right ending are meant
        fitting = [file for file in files if file.listed or file.format == format]
        return [(file, format) for file in fitting or files], []
    tables = any(file.format != "text" for file in files)
    rejected = [
        Rejected(file.name, "a text file among tables (read it with data.format: text)")
        for file in files
        if tables and file.format == "text"
    ]
    return [(file, file.format) for file in files if not tables or file.format != "text"], rejected


def _rows(
    files: Iterable[tuple[FoundFile, str]], rejected: list[Rejected], tally: Counter[str]
) -> Iterator[Row]:
    for file, kind in files:
        n_read = 0
        try:
            for row in _ROWS_OF[kind](file, rejected, tally):
                yield row
                n_read += 1
        except READ_ERRORS as error:
            rejected.append(_unreadable(file, error, n_read))


def _read_text(file: FoundFile, rejected: list[Rejected], tally: Counter[str]) -> Iterator[Row]:
    try:
        text, broken = read_text(file)
    except DataError as error:
        rejected.append(Rejected(file.name, error.what))
        return
    tally["files"] += broken
    yield file.name, {"text": text, "label": file.label, "path": file.name}


def _read_csv(file: FoundFile, rejected: list[Rejected], tally: Counter[str]) -> Iterator[Row]:
    with _open(file) as stream:
        yield from read_csv(stream, file.name, file.suffix, rejected, tally)


def _read_json(file: FoundFile, rejected: list[Rejected], tally: Counter[str]) -> Iterator[Row]:
    with _open(file) as stream:
        yield from read_json(stream, file.name, file.suffix == ".json", rejected, tally)


_ROWS_OF: dict[str, Callable[[FoundFile, list[Rejected], Counter[str]], Iterator[Row]]] = {
    "text": _read_text,
    "csv": _read_csv,
    "jsonl": _read_json,
}


def _read_parquet(
    file: FoundFile, rejected: list[Rejected], tally: Counter[str]
) -> Iterator[pa.Table]:
    from pyarrow.parquet import ParquetFile

    n_read = 0
    try:
        with _seekable(file) as source:
            # a memory map, or reading ahead, would hold the file in memory
            parquet = ParquetFile(source, pre_buffer=False, buffer_size=1 << 16)
            for group in range(parquet.num_row_groups):
                about = parquet.metadata.row_group(group)
                a_row = max(1, about.total_byte_size // max(1, about.num_rows))
                n_rows = min(TABLE_ROWS, max(1, TABLE_BYTES // a_row))
                for batch in parquet.iter_batches(n_rows, [group], use_threads=False):
                    table = pa.Table.from_batches([batch])
                    # the names of classes stand there
                    table = table.replace_schema_metadata(parquet.schema_arrow.metadata)
                    yield with_places(tidy(table, tally), file.name, n_read)
                    n_read += len(table)
    except READ_ERRORS as error:
        rejected.append(_unreadable(file, error, n_read))


@contextmanager
def _seekable(file: FoundFile) -> Iterator[str | IO[bytes]]:
    if file.codec is None:
        yield str(file.path)
    else:
        with _open(file) as packed, tempfile.TemporaryFile() as unpacked:
            shutil.copyfileobj(packed, unpacked)
            yield unpacked


def _unreadable(file: FoundFile, error: BaseException, n_read: int) -> Rejected:
    # what was read of it before is kept
    how = "cannot be read to its end" if n_read else "cannot be read"
    return Rejected(file.name, f"{how} ({_brief(error)})")


def _brief(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]
