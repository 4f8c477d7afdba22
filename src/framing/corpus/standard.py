"""Columns of a source under their standard names, `id`, `title` and `date`, and its brands."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from framing.config import Data
from framing.corpus.brands import brands_of
from framing.corpus.days import to_day
from framing.corpus.source import PLACE, Source
from framing.corpus.tables import is_string, to_strings
from framing.errors import DataError

BRAND = "brand"
"""The column that is derived where the config names columns of outlets or addresses."""


@dataclass(frozen=True)
class Named:
    """Names that a config, or its source, gives to columns.

    Attributes
    ----------
    text : str
    id, title, date : str or None
    source : str or None
    url : list of str
    used : set of str
        Columns that something reads by the name they have in the standard table.
    """

    text: str
    id: str | None
    title: str | None
    date: str | None
    source: str | None
    url: list[str]
    used: set[str]

    @classmethod
    def of(cls, data: Data, source: Source, labels: Iterable[str]) -> Named:
        """The names that hold for a source."""
        columns, split = data.columns, data.split
        return cls(
            columns.text,
            columns.id or source.id,
            columns.title or source.title,
            columns.date or source.date,
            columns.source,
            columns.url or [],
            {*labels, *split.groups, *(c for c in (split.column, columns.topic) if c)},
        )

    @property
    def beside_text(self) -> set[str]:
        """All columns that serve as something else than the text."""
        named = (self.id, self.title, self.date, self.source, *self.url)
        return self.used | {name for name in named if name}

    @property
    def has_brands(self) -> bool:
        """Whether the column of brands is asked for."""
        return bool(self.source or self.url)


def check_columns(known: Sequence[str], data: Data, label_columns: Mapping[str, str]) -> None:
    """Raise DataError for a column that the config names and the data lacks.

    Also for a column of brands that the data has where one is to be derived: two meanings of one
    name would be mixed up.
    """
    columns = data.columns
    derived = {BRAND} if columns.source or columns.url else set()
    if derived & set(known):
        where = "data.columns.source" if columns.source else "data.columns.url"
        raise DataError(
            f"the data has a column {BRAND!r} already, so none is derived from {where}",
            where=where,
            hint="Set data.columns.source and data.columns.url to null to use the data's own, or "
            "rename it in the data.",
        )
    wanted = [
        ("data.columns.text", columns.text),
        ("data.columns.id", columns.id),
        ("data.columns.title", columns.title),
        ("data.columns.date", columns.date),
        ("data.columns.source", columns.source),
        *(("data.columns.url", name) for name in columns.url or []),
        ("data.columns.topic", columns.topic),
        *((f"data.where.{name}", name) for name in data.where),
        *(("data.split.groups", name) for name in data.split.groups),
        ("data.split.column", data.split.column),
        *label_columns.items(),
    ]
    for path, name in wanted:
        if name is None or name in known or (name in derived and not path.startswith("data.where")):
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        folded = [other for other in known if other.casefold() == name.casefold()]
        guess = f"; did you mean {(folded or near)[0]!r}?" if folded or near else ""
        shown = ", ".join(known[:30]) + (f" and {len(known) - 30} more" if len(known) > 30 else "")
        raise DataError(
            f"the data has no column {name!r}{guess}", where=path, hint=f"It has: {shown}"
        )


def standardised(table: pa.Table, named: Named, notes: list[str]) -> pa.Table:
    """Standard columns but for the text, in front of the source's own.

    Raises
    ------
    DataError
        A standard column takes the place of one that the config uses.
    """
    columns: dict[str, pa.ChunkedArray] = {"id": _ids(table, named.id, notes)}
    if named.title:
        columns["title"] = _as_strings(table.column(named.title))
    if named.date:
        columns["date"] = _days(table.column(named.date), named.date, notes)
    for name in table.column_names:
        if name == PLACE or (name == named.text and name not in named.used):
            continue
        # the place of `text` is taken though it stands beside
        taker = getattr(named, name) if name in columns or name == "text" else name
        if taker == name:
            columns.setdefault(name, table.column(name))
        else:
            if name in named.used:
                raise DataError(
                    f"the config uses the column {name!r}, whose place is taken by "
                    f"{taker or 'framing'!r}",
                    where="data.columns",
                    hint=f"Rename it in the data, or set data.columns.{name}: {name}",
                )
            notes.append(f"the source's own column {name!r} is not used")
    if named.has_brands:
        columns[BRAND] = _brands(table, named)
    return pa.table(columns)


def _brands(table: pa.Table, named: Named) -> pa.ChunkedArray:
    names = values(table.column(named.source)) if named.source else None
    brands = brands_of(names, [values(table.column(name)) for name in named.url])
    return pa.chunked_array([pa.array(brands, pa.large_string())])


def values(column: pa.ChunkedArray) -> Iterator[Any]:
    """A column's values, few of them at a time as Python objects."""
    for chunk in column.chunks:
        for start in range(0, len(chunk), 1000):
            yield from chunk.slice(start, 1000).to_pylist()


def _ids(table: pa.Table, column: str | None, notes: list[str]) -> pa.ChunkedArray:
    places = table.column(PLACE)
    ids = _as_strings(table.column(column)) if column else places
    if (
        not ids.null_count
        and pc.min(pc.binary_length(ids)).as_py() != 0
        and pc.count_distinct(ids).as_py() == len(ids)
    ):
        return ids
    unique = _unique(values(ids), values(places), notes)
    return pa.chunked_array([pa.array(unique, pa.large_string())])


def _unique(ids: Iterable[str | None], places: Iterable[str], notes: list[str]) -> list[str]:
    taken: set[str] = set()
    counts: Counter[str] = Counter()
    unique = []
    for name, place in zip(ids, places, strict=True):
        wanted = new = name or place
        while new in taken:
            counts[wanted] += 1
            new = f"{wanted} #{counts[wanted] + 1}"
        taken.add(new)
        unique.append(new)
    if counts:
        notes.append(f"{len(counts):,} ids are given more than once; the later ones got a number")
    return unique


def _days(column: pa.ChunkedArray, name: str, notes: list[str]) -> pa.ChunkedArray:
    # a day has many documents
    day_of: Callable[[Any], str | None] = (
        lru_cache(maxsize=4096)(to_day) if is_string(column.type) else to_day
    )
    days = pa.chunked_array(
        [
            pa.array([day_of(value) for value in chunk.to_pylist()], pa.large_string())
            for chunk in column.chunks
        ],
        pa.large_string(),
    )
    lost = days.null_count - sum(not value for value in values(column))
    if lost > 0:
        notes.append(f"{lost:,} values of {name} are not read as a day")
    return days


def _as_strings(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column if is_string(column.type) else to_strings(column)
