"""CSV and its relatives: the delimiter is found out, broken records cost only themselves."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from framing.corpus.decoding import encoding_of, replace_surrogates
from framing.corpus.rows import Row
from framing.corpus.source import Rejected
from framing.corpus.tables import unused

_SAMPLE_LINES = 200
_OPEN_QUOTE = "a quote is opened and never closed"


def read_csv(
    stream: IO[bytes], name: str, suffix: str, rejected: list[Rejected], tally: Counter[str]
) -> Iterator[Row]:
    """Records of a file, one by one; the first one names the columns.

    A record with another number of fields than the first goes to `rejected` with its line. If it
    runs over several lines, only its first line does, and reading goes on with the second: a
    stray quote does not swallow what follows. The tally counts, as `rows`, those with bytes that
    are not valid UTF-8.
    """
    lines = _Lines(_decoded(stream))
    sample = lines.peek(_SAMPLE_LINES)
    if not any(line.strip() for line in sample):
        rejected.append(Rejected(name, "empty file"))
        return
    with no_field_limit():
        dialect = _dialect(sample, suffix)
        header: list[str] | None = None
        for number, record, problem in _records(lines, dialect):
            place = f"{name} line {number}"
            if problem:
                rejected.append(Rejected(place, problem))
            elif header is None:
                header = _column_names(record)
                lines.n_fields = len(header)
            else:
                mended = [_without_surrogates(value) for value in record]
                tally["rows"] += mended != record
                yield place, dict(zip(header, mended, strict=True))


def _without_surrogates(value: str) -> str:
    try:
        value.encode()  # faster than a search for what is hardly ever there
    except UnicodeEncodeError:
        return replace_surrogates(value)
    return value


class _Lines:
    """Lines that can be looked at ahead and put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._ahead: deque[str] = deque()
        self.taken: list[str] = []
        """What the record at hand is made of."""
        self.number = 1
        """The line on which it begins."""
        self.n_fields: int | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.taken.append(line)
        return line

    def peek(self, count: int) -> list[str]:
        while len(self._ahead) < count and (line := next(self._lines, None)) is not None:
            self._ahead.append(line)
        return list(self._ahead)

    def put_back_all_but_first(self) -> None:
        self._ahead.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def at_end(self) -> bool:
        return not self.peek(1)


def _records(lines: _Lines, dialect: dict[str, Any]) -> Iterator[tuple[int, list[str], str | None]]:
    reader = csv.reader(lines, **dialect)
    while True:
        lines.number += len(lines.taken)
        lines.taken = []
        problem = None
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            record, problem = [], f"not CSV ({error})"
        if not record and not problem:
            continue
        if not problem and lines.n_fields not in (None, len(record)):
            problem = f"wrong number of fields ({len(record)}, the header has {lines.n_fields})"
        if lines.at_end() and _quote_is_open(lines.taken, dialect):
            problem = _OPEN_QUOTE
        if problem and len(lines.taken) > 1:
            lines.put_back_all_but_first()
            reader = csv.reader(lines, **dialect)
        yield lines.number, record, problem


def _quote_is_open(lines: list[str], dialect: dict[str, Any]) -> bool:
    if dialect.get("quoting") == csv.QUOTE_NONE:
        return False
    try:
        list(csv.reader(lines, **dialect, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _decoded(stream: IO[bytes]) -> Iterator[str]:
    first = stream.readline()
    encoding = encoding_of(first)
    rest = Chained(first, stream)
    # escaped rather than replaced, so that rows with broken bytes can be counted
    errors = "surrogateescape" if encoding in ("utf-8", "utf-8-sig") else "replace"
    return io.TextIOWrapper(io.BufferedReader(rest), encoding=encoding, errors=errors, newline="")


class Chained(io.RawIOBase):
    """The bytes that were looked at, then the rest of the stream."""

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        self._start = start
        self._stream = stream

    def readable(self) -> bool:
        """Say so, as streams do."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Put bytes into a buffer, as many as there are at once."""
        data = self._start[: len(buffer)] or self._stream.read(len(buffer))
        self._start = self._start[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _dialect(sample: list[str], suffix: str) -> dict[str, Any]:
    delimiters = "\t,;" if suffix in (".tsv", ".tab") else ",\t;"
    best = max(delimiters, key=lambda delimiter: _fit(sample, delimiter))
    quoted = best != "\t" or _is_quoted(sample, best)
    # most tab-separated files know no quotes, and a quote is a character like any other
    return {"delimiter": best, "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE}


def _fit(sample: list[str], delimiter: str) -> float:
    try:
        records = [r for r in csv.reader(sample, delimiter=delimiter) if r]
    except csv.Error:
        return 0.0
    width = len(records[0])
    if width < 2:
        return 0.0
    if len(records) == 1:
        return 1.0
    # the last record of a sample may be cut; two wrong ones of three are still a delimiter
    return 1 / len(records) + sum(len(record) == width for record in records[1:]) / len(records)


def _is_quoted(sample: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(sample, delimiter=delimiter, strict=True))
    except csv.Error as error:
        # a record may go on behind the sample
        return "unexpected end" in str(error) and any('"\t' in line for line in sample)
    return True


def _column_names(record: list[str]) -> list[str]:
    names: list[str] = []
    for i, name in enumerate(record, 1):
        names.append(unused(replace_surrogates(name).strip() or f"column_{i}", names))
    return names


@contextmanager
def no_field_limit() -> Iterator[None]:
    """Let the csv module read fields of any length, and only for as long as needed."""
    before = csv.field_size_limit()
    limit = sys.maxsize
    while True:
        try:
            csv.field_size_limit(limit)
            break
        except OverflowError:  # where a C long has 32 bits
            limit //= 2
    try:
        yield
    finally:
        csv.field_size_limit(before)
