"""Rows of Python values into Arrow tables, whatever types the rows mix."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from framing.corpus.decoding import replace_surrogates
from framing.corpus.source import PLACE

_BATCH_ROWS = 10_000
_BATCH_CHARS = 64_000_000
_LARGE = 1_000_000_000
_MAX_DEPTH = 32  # Arrow refuses to write what is nested deeper than 64


class TableBuilder:
    """Collects rows and gives one table; the values become Arrow arrays batch by batch.

    A column of mixed types is read as strings; a row without a column has None in it.
    """

    def __init__(self) -> None:
        self.mended = 0
        """Rows in which lone surrogates were read as U+FFFD."""
        self._tables: list[pa.Table] = []
        self._rows: list[Mapping[str, Any]] = []
        self._chars = 0

    def add(self, row: Mapping[str, Any], place: str) -> None:
        """Add one row; `place` says where it stands."""
        self._rows.append({**_named(row), PLACE: place})
        self._chars += sum(len(v) for v in row.values() if isinstance(v, str))
        if len(self._rows) >= _BATCH_ROWS or self._chars >= _BATCH_CHARS:
            self._flush()

    def table(self) -> pa.Table:
        """All rows so far; columns in the order in which they were first seen."""
        self._flush()
        return combine(self._tables)

    def _flush(self) -> None:
        if not self._rows:
            return
        try:
            batch = _batch(self._rows)
        except UnicodeEncodeError:
            mended = [_mend(row) for row in self._rows]
            self.mended += sum(
                _differ(old, new) for old, new in zip(self._rows, mended, strict=True)
            )
            batch = _batch(mended)
        self._tables.append(batch)
        self._rows, self._chars = [], 0


def as_string(value: object) -> str | None:
    """How a value is written when its column has to be one of strings; None stays None."""
    if value is None or isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):  # keys that JSON cannot write
        return str(value)


def are_among(values: Iterable[object], wanted: Iterable[object]) -> list[bool]:
    """For each value of a column, whether a config means it: 1, 1.0 and "1" are one value."""
    keys = {key for value in wanted for key in _keys(value)}
    return [not keys.isdisjoint(_keys(value)) for value in values]


def _keys(value: object) -> set[str]:
    """Forms in which a value compares: YAML's 1 is a table's 1 and the "1" of a CSV file."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return {"nothing: "}
    if isinstance(value, bool):
        return {f"bool: {value}".lower()}
    if isinstance(value, float) and value.is_integer():
        return {f"text: {value}", f"text: {int(value)}"}
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return {f"text: {value}", f"bool: {value.lower()}"}
    return {f"text: {as_string(value)}"}


def combine(tables: Sequence[pa.Table]) -> pa.Table:
    """Stack tables whose columns may differ: what is missing is null, mixed types are strings."""
    names = list(dict.fromkeys(name for table in tables for name in table.column_names))
    columns = []
    for name in names:
        parts = [
            table.column(name) if name in table.column_names else pa.nulls(len(table))
            for table in tables
        ]
        columns.append(_stack(parts))
    return pa.table(columns, names=names) if names else pa.table({})


def tidy(table: pa.Table) -> pa.Table:
    """Make a table into one that :class:`datasets.Dataset` can hold.

    Class numbers become names, a column that comes twice gets a number, and a type that is not
    known there becomes strings.
    """
    import datasets

    names = _class_names(table.schema)
    columns: dict[str, pa.ChunkedArray] = {}
    for i, column in enumerate(table.column_names):
        array = table.column(i)
        if pa.types.is_dictionary(array.type):
            array = array.cast(array.type.value_type)
        if column in names and pa.types.is_integer(array.type):
            array = _by_name(array, names[column])
        try:
            datasets.Features.from_arrow_schema(pa.schema([pa.field(column, array.type)]))
            # Arrow itself cannot yet pick rows of some of its types (views)
            array.slice(0, 1).take(pa.array([0] * min(1, len(array)), pa.int64()))
        except (ValueError, TypeError, KeyError, pa.ArrowException):
            array = _to_strings(array)
        columns[unused(column.replace("\0", "\ufffd") or "unnamed", columns)] = array
    return pa.table(columns)


def unused(name: str, taken: Iterable[str]) -> str:
    """Name itself, or with a number if it is taken: ``text``, ``text_2``."""
    taken = set(taken)
    number, new = 1, name
    while new in taken:
        number += 1
        new = f"{name}_{number}"
    return new


def _batch(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: _array([row.get(name) for row in rows]) for name in names})


def _array(values: list[Any]) -> pa.Array:
    if all(value is None or isinstance(value, str) for value in values):
        return pa.array(values, pa.large_string())
    kinds = {type(value) for value in values if value is not None}
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


def _stack(parts: Sequence[pa.Array | pa.ChunkedArray]) -> pa.ChunkedArray:
    types = {part.type for part in parts if not pa.types.is_null(part.type)}
    if not all(_is_string(kind) for kind in types):
        try:
            fields = [pa.schema([pa.field("x", kind)]) for kind in sorted(types, key=str)]
            kind = pa.unify_schemas(fields, promote_options="permissive").field(0).type
            return _cast(parts, _without_nulls(kind))
        except pa.ArrowException:
            parts = [_to_strings(part) for part in parts]
    # a column of nothing but nulls is a column of missing strings; what is too long for 32-bit
    # offsets is only safe as large_string, since chunks may be joined later
    large = sum(part.nbytes for part in parts) >= _LARGE
    return _cast(parts, pa.large_string() if large else pa.string())


def _cast(parts: Sequence[pa.Array | pa.ChunkedArray], kind: pa.DataType) -> pa.ChunkedArray:
    # Arrow fails to cast a list of nulls to its own type
    cast = [part if part.type == kind else part.cast(kind) for part in parts]
    return pa.chunked_array([chunk for part in cast for chunk in _chunks(part)], kind)


def _without_nulls(kind: pa.DataType) -> pa.DataType:
    """Say what is in lists that are all empty: strings, as in a column that is all empty."""
    if pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(_without_nulls(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _without_nulls(field.type)) for field in kind])
    return kind


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _chunks(array: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return list(array.chunks) if isinstance(array, pa.ChunkedArray) else [array]


def _to_strings(array: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    parts = [
        pa.array([as_string(value) for value in chunk.to_pylist()], pa.large_string())
        for chunk in _chunks(array)
    ]
    return pa.chunked_array(parts, pa.large_string())


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    if not (schema.metadata and b"huggingface" in schema.metadata):
        return {}
    import datasets

    try:
        features = datasets.Features.from_arrow_schema(schema)
    except Exception:  # metadata is free text; without it the numbers stay numbers
        return {}
    return {
        name: list(feature.names)
        for name, feature in features.items()
        if isinstance(feature, datasets.ClassLabel) and feature.names
    }


def _by_name(numbers: pa.ChunkedArray, names: list[str]) -> pa.ChunkedArray:
    # datasets writes -1 for "no label"
    values = [
        names[n] if n is not None and 0 <= n < len(names) else None for n in numbers.to_pylist()
    ]
    return pa.chunked_array([pa.array(values, pa.string())])


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
