"""Rows of Python values into Arrow tables of bounded size, whatever types the rows mix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from framing.corpus.decoding import replace_surrogates
from framing.corpus.source import PLACE, TABLE_BYTES, TABLE_ROWS
from framing.corpus.tables import as_string

Row = tuple[str, Mapping[str, Any]]
"""Where a row stands, and its values by column."""

_MAX_DEPTH = 32  # Arrow refuses to write what is nested deeper than 64


def in_tables(rows: Iterable[Row], tally: Counter[str]) -> Iterator[pa.Table]:
    """Rows as tables of bounded size, with the column :data:`PLACE`.

    A column of mixed types is read as strings; a row without a column has None in it. The tally
    counts, as `surrogates`, rows in which lone surrogates were read as U+FFFD.
    """
    batch: list[Mapping[str, Any]] = []
    size = 0
    for place, row in rows:
        batch.append({**_named(row), PLACE: place})
        size += _size(row)
        if len(batch) >= TABLE_ROWS or size >= TABLE_BYTES:
            yield _table(batch, tally)
            batch, size = [], 0
    if batch:
        yield _table(batch, tally)


def _table(rows: Sequence[Mapping[str, Any]], tally: Counter[str]) -> pa.Table:
    try:
        return _in_columns(rows)
    except UnicodeEncodeError:
        mended = [_mend(row) for row in rows]
        tally["surrogates"] += sum(_differ(old, new) for old, new in zip(rows, mended, strict=True))
        return _in_columns(mended)


def _in_columns(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: _array([row.get(name) for row in rows]) for name in names})


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(len(v) if isinstance(v, str) else _size(v) for v in value.values())
    return sum(map(_size, value)) if isinstance(value, list) else 8


def _array(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        # nothing but None is of no type yet: what follows may be of any
        return pa.array(values, pa.large_string() if kinds else pa.null())
    if len(kinds) > 1 and kinds != {int, float}:
        # Arrow would quietly take some mixtures, such as bool and int
        return pa.array([as_string(value) for value in values], pa.large_string())
    try:
        array = pa.array(values)
    except UnicodeEncodeError:
        raise
    except (pa.ArrowException, OverflowError, TypeError, ValueError, RecursionError):
        array = None
    if array is None or _depth(array.type) > _MAX_DEPTH:
        return pa.array([as_string(value) for value in values], pa.large_string())
    return array


def _depth(kind: pa.DataType) -> int:
    deepest, level = 0, [kind]
    while level:
        level = [t.field(i).type for t in level for i in range(t.num_fields)]
        deepest += 1
    return deepest


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give every column and field a name that Arrow can hold: no NUL, not empty."""
    return {
        (name.replace("\0", "\ufffd") or "unnamed"): _named_within(value)
        if isinstance(value, dict | list)
        else value
        for name, value in row.items()
    }


def _named_within(value: Any) -> Any:
    if isinstance(value, dict):
        return _named(value)
    if isinstance(value, list):
        return [_named_within(item) for item in value]
    return value


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, Mapping):
        return {replace_surrogates(str(k)): _mend(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_mend(item) for item in value]
    return value


def _differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return list(old.items()) != list(new.items())
