"""Arrow tables of several files into one, whatever types their columns have."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress

import pyarrow as pa

from framing.corpus.source import PLACE


def is_string(kind: pa.DataType) -> bool:
    """Whether a type is one of strings that Arrow can do everything with."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


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
    """Stack tables whose columns may differ: what is missing is null, mixed types are strings.

    Columns whose types agree are not copied.
    """
    names = list(dict.fromkeys(name for table in tables for name in table.column_names))
    columns = []
    for name in names:
        parts = [
            table.column(name) if name in table.column_names else pa.nulls(len(table))
            for table in tables
        ]
        columns.append(_stack(parts))
    return pa.table(columns, names=names) if names else pa.table({})


def tidy(table: pa.Table, tally: Counter[str]) -> pa.Table:
    """Make a table into one that :class:`datasets.Dataset` can hold.

    Class numbers become names, a column that comes twice gets a number, and a type that is not
    known there becomes strings. Strings become large ones, so that tables need no other type when
    they are stacked. The tally counts, as `rows`, those with bytes that had to be read as U+FFFD.
    """
    names = _class_names(table.schema)
    columns: dict[str, pa.ChunkedArray] = {}
    broken: set[int] = set()
    for i, column in enumerate(table.column_names):
        array = table.column(i)
        if pa.types.is_dictionary(array.type):
            array = array.cast(array.type.value_type)
        if column in names and pa.types.is_integer(array.type):
            array = _by_name(array, names[column])
        if is_string(array.type):
            array = _mended(array.cast(pa.large_string()), broken)
        elif not _is_known(array):
            array = to_strings(array)
        columns[unused(column.replace("\0", "\ufffd") or "unnamed", columns)] = array
    tally["rows"] += len(broken)
    return pa.table(columns)


def _is_known(column: pa.ChunkedArray) -> bool:
    import datasets

    try:
        datasets.Features.from_arrow_schema(pa.schema([pa.field("x", column.type)]))
        # Arrow itself cannot yet pick rows of some of its types (views)
        column.slice(0, 1).take(pa.array([0] * min(1, len(column)), pa.int64()))
    except (ValueError, TypeError, KeyError, pa.ArrowException):
        return False
    return True


def with_places(table: pa.Table, name: str, n_before: int) -> pa.Table:
    """Add :data:`PLACE` to rows that follow `n_before` others of a file or dataset."""
    if PLACE in table.column_names:
        table = table.drop_columns([PLACE])
    places = [f"{name} row {number}" for number in range(n_before + 1, n_before + len(table) + 1)]
    return table.append_column(PLACE, pa.array(places, pa.large_string()))


def unused(name: str, taken: Iterable[str]) -> str:
    """Name itself, or with a number if it is taken: ``text``, ``text_2``."""
    taken = set(taken)
    number, new = 1, name
    while new in taken:
        number += 1
        new = f"{name}_{number}"
    return new


def _stack(parts: Sequence[pa.Array | pa.ChunkedArray]) -> pa.ChunkedArray:
    kind = common_type(part.type for part in parts)
    if not is_string(kind):
        with suppress(pa.ArrowException):
            return _cast(parts, kind)
    strings = [
        part if is_string(part.type) or pa.types.is_null(part.type) else to_strings(part)
        for part in parts
    ]
    return _cast(strings, pa.large_string())


def common_type(kinds: Iterable[pa.DataType]) -> pa.DataType:
    """The type of a column of which parts have these types; strings where nothing else fits."""
    known = {kind for kind in kinds if not pa.types.is_null(kind)}
    if not all(map(is_string, known)):
        fields = [pa.schema([pa.field("x", kind)]) for kind in sorted(known, key=str)]
        with suppress(pa.ArrowException):
            return _without_nulls(
                pa.unify_schemas(fields, promote_options="permissive").field(0).type
            )
    # nothing but nulls is a column of missing strings
    return pa.large_string()


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


def _chunks(array: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return list(array.chunks) if isinstance(array, pa.ChunkedArray) else [array]


def to_strings(array: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    """Values as :func:`as_string` writes them."""
    parts = [
        pa.array([as_string(value) for value in chunk.to_pylist()], pa.large_string())
        for chunk in _chunks(array)
    ]
    return pa.chunked_array(parts, pa.large_string())


def _mended(strings: pa.ChunkedArray, broken: set[int]) -> pa.ChunkedArray:
    """Read bytes that are no UTF-8, which Arrow lets pass, as U+FFFD; add the rows to `broken`."""
    try:
        strings.validate(full=True)
        return strings
    except pa.ArrowInvalid:
        values = []
        for row, value in enumerate(strings.cast(pa.large_binary()).to_pylist()):
            text = None if value is None else value.decode("utf-8", "replace")
            values.append(text)
            if text is not None and text.encode() != value:
                broken.add(row)
        return pa.chunked_array([pa.array(values, pa.large_string())])


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
