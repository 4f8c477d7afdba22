"""JSON lines, and files that hold one JSON array of objects."""

from __future__ import annotations

import io
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO, Any

from framing.corpus.csv_files import Chained
from framing.corpus.decoding import decode, encoding_of
from framing.corpus.rows import Row
from framing.corpus.source import Rejected

_DEEPEST = 200  # what comes after goes down one call a level
_TOO_DEEP = "nested too deeply"
_KINDS = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}


def read_json(
    stream: IO[bytes], name: str, may_be_array: bool, rejected: list[Rejected], tally: Counter[str]
) -> Iterator[Row]:
    """Objects of a file, one by one; what is none goes to `rejected`.

    Parameters
    ----------
    may_be_array : bool
        Whether a file that begins with ``[`` is one array of objects; such a file is read at
        once, and stands or falls as one.
    tally : Counter
        Counts, as `rows`, those with bytes that are not valid UTF-8.
    """
    start = stream.readline()
    if not start:
        rejected.append(Rejected(name, "empty file"))
        return
    while may_be_array and not start.strip() and (line := stream.readline()):
        start += line
    if may_be_array and decode(start).text.lstrip()[:1] == "[":
        text, is_broken = decode(start + stream.read())
        try:
            values = _parse(text)
        except ValueError as error:
            rejected.append(Rejected(name, f"not JSON ({error})"))
            return
        tally["rows"] += is_broken
        for number, value in enumerate(values, 1):
            yield from _row(value, f"{name} record {number}", rejected)
        return
    for number, line in enumerate(_lines(start, stream), 1):
        text, is_broken = decode(line)
        if not text or text.isspace():
            continue
        place = f"{name} line {number}"
        try:
            value = _parse(text)
        except ValueError as error:
            rejected.append(Rejected(place, f"not JSON ({error})"))
            continue
        tally["rows"] += is_broken and isinstance(value, dict)
        yield from _row(value, place, rejected)


def _lines(start: bytes, stream: IO[bytes]) -> Iterable[bytes]:
    encoding = encoding_of(start)
    if encoding in ("utf-8", "utf-8-sig"):
        return itertools.chain(io.BytesIO(start), stream)
    whole = io.BufferedReader(Chained(start, stream))
    lines = io.TextIOWrapper(whole, encoding=encoding, errors="replace", newline="\n")
    return (line.encode("utf-8", "replace") for line in lines)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None


def _is_deep(value: dict[str, Any]) -> bool:
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        level = [
            item
            for outer in level
            for item in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


def _row(value: object, place: str, rejected: list[Rejected]) -> Iterator[Row]:
    if not isinstance(value, dict):
        what = _KINDS.get(type(value), "a number")
        rejected.append(Rejected(place, f"not a JSON object ({what})"))
    elif _is_deep(value):
        rejected.append(Rejected(place, f"not JSON ({_TOO_DEEP})"))
    else:
        yield place, value
