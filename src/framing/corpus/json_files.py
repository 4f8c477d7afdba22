"""JSON lines, and files that hold one JSON array of objects."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable
from typing import IO, Any

from framing.corpus.decoding import decode, encoding_of
from framing.corpus.source import Rejected
from framing.corpus.tables import TableBuilder

_KINDS = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}


def read_json(
    stream: IO[bytes], name: str, may_be_array: bool, rows: TableBuilder, rejected: list[Rejected]
) -> int:
    """Read the objects of a file into `rows`, each on its own; what is none goes to `rejected`.

    Parameters
    ----------
    may_be_array : bool
        Whether a file that begins with ``[`` is one array of objects.

    Returns
    -------
    int
        The number of rows with bytes that are not valid UTF-8.
    """
    start = stream.readline()
    if not start:
        rejected.append(Rejected(name, "empty file"))
        return 0
    while may_be_array and not start.strip() and (line := stream.readline()):
        start += line
    if may_be_array and decode(start).text.lstrip()[:1] == "[":
        text, is_broken = decode(start + stream.read())
        try:
            values = _parse(text)
        except ValueError as error:
            rejected.append(Rejected(name, f"not JSON ({error})"))
            return 0
        for number, value in enumerate(values, 1):
            _add(value, f"{name} record {number}", rows, rejected)
        return int(is_broken)
    lines: Iterable[bytes]
    if encoding_of(start) in ("utf-8", "utf-8-sig"):
        lines = itertools.chain(io.BytesIO(start), stream)
    else:
        lines = decode(start + stream.read()).text.encode("utf-8", "replace").split(b"\n")
    broken = 0
    for number, line in enumerate(lines, 1):
        text, is_broken = decode(line)
        if not text or text.isspace():
            continue
        place = f"{name} line {number}"
        try:
            broken += _add(_parse(text), place, rows, rejected) and is_broken
        except ValueError as error:
            rejected.append(Rejected(place, f"not JSON ({error})"))
    return broken


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _add(value: object, place: str, rows: TableBuilder, rejected: list[Rejected]) -> bool:
    if isinstance(value, dict):
        rows.add(value, place)
        return True
    rejected.append(Rejected(place, f"not a JSON object ({_KINDS.get(type(value), 'a number')})"))
    return False
