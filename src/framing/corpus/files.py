"""Documents from files on this machine: text, CSV, JSONL and Parquet, compressed or not."""

from __future__ import annotations

import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import pyarrow as pa

from framing.corpus.csv_files import read_csv
from framing.corpus.decoding import Decoded, decode, looks_binary
from framing.corpus.json_files import read_json
from framing.corpus.paths import FoundFile, find_files
from framing.corpus.source import PLACE, Card, Rejected, Source
from framing.corpus.tables import TableBuilder, combine, tidy
from framing.errors import DataError

READ_ERRORS = (OSError, EOFError, zlib.error, pa.ArrowException)
"""What reading a broken or vanished file can raise."""


def read_files(entries: Sequence[str], format: str = "auto") -> Source:
    """Read files, globs and folders into one table.

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
        Nothing could be read.
    """
    files = find_files(entries)
    chosen, rejected = _choose(files, format)
    tables: list[pa.Table] = []
    tally: Counter[str] = Counter()
    texts = TableBuilder()
    for file, kind in chosen:
        try:
            if kind == "text":
                _read_text(file, texts, rejected, tally)
            elif kind == "parquet":
                tables.append(_read_parquet(file))
            else:
                tables.append(_READERS[kind](file, rejected, tally))
        except READ_ERRORS as error:
            rejected.append(Rejected(file.name, f"cannot be read ({_brief(error)})"))
    table = combine([tidy(table) for table in [texts.table(), *tables] if len(table)])
    if not len(table):
        raise nothing_read(", ".join(entries), rejected)
    card = Card(
        name=", ".join(entries),
        description=f"{len(table):,} rows of {len(chosen):,} files",
        source=", ".join(str(file.path) for file, _ in chosen[:3])
        + (f" and {len(chosen) - 3:,} more" if len(chosen) > 3 else ""),
        notes=_notes(tally),
    )
    return Source(table, rejected, card)


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


def _read_text(
    file: FoundFile, texts: TableBuilder, rejected: list[Rejected], tally: Counter[str]
) -> None:
    try:
        text, broken = read_text(file)
    except DataError as error:
        rejected.append(Rejected(file.name, error.what))
        return
    tally["files"] += broken
    texts.add({"text": text, "label": file.label, "path": file.name}, file.name)


def _read_parquet(file: FoundFile) -> pa.Table:
    from pyarrow import parquet

    if file.codec is None:
        table = parquet.ParquetFile(str(file.path), memory_map=True).read()
    else:
        with _open(file) as stream:
            table = parquet.ParquetFile(pa.BufferReader(stream.read())).read()
    if PLACE in table.column_names:
        table = table.drop_columns([PLACE])
    places = pa.array([f"{file.name} row {i + 1}" for i in range(len(table))], pa.string())
    return table.append_column(PLACE, places)


def _read_csv(file: FoundFile, rejected: list[Rejected], tally: Counter[str]) -> pa.Table:
    rows = TableBuilder()
    with _open(file) as stream:
        tally["rows"] += read_csv(stream, file.name, file.suffix, rows, rejected)
    return rows.table()


def _read_json(file: FoundFile, rejected: list[Rejected], tally: Counter[str]) -> pa.Table:
    rows = TableBuilder()
    with _open(file) as stream:
        broken = read_json(stream, file.name, file.suffix == ".json", rows, rejected)
    table = rows.table()
    tally["rows"] += broken
    tally["surrogates"] += rows.mended
    return table


_READERS: dict[str, Callable[[FoundFile, list[Rejected], Counter[str]], pa.Table]] = {
    "csv": _read_csv,
    "jsonl": _read_json,
}


def _notes(tally: Counter[str]) -> list[str]:
    said = {
        "files": "{} not valid UTF-8; broken bytes were read as U+FFFD",
        "rows": "{} not valid UTF-8; broken bytes were read as U+FFFD",
        "surrogates": "{} held lone surrogates, which were read as U+FFFD",
    }
    nouns = {"files": "text file", "rows": "row", "surrogates": "row"}
    notes = []
    for key, sentence in said.items():
        if n := tally[key]:
            verb = "" if key == "surrogates" else " is" if n == 1 else " are"
            notes.append(sentence.format(f"{n:,} {nouns[key]}{'' if n == 1 else 's'}{verb}"))
    return notes


def _brief(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]
