"""The one way from a config's `data` section to documents."""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from framing.config import Data
from framing.corpus.days import to_day
from framing.corpus.source import PLACE, Card, Rejected, Source
from framing.corpus.tables import are_among, as_string
from framing.errors import DataError

if TYPE_CHECKING:
    import datasets

_LIMIT_STREAM = 0x5A  # keeps the sample apart from other choices that follow from the same seed


@dataclass(frozen=True)
class Corpus:
    """Documents that are ready for use.

    Attributes
    ----------
    dataset : datasets.Dataset
        One row a document, in memory. Always has the string columns `id` (unique) and `text`;
        `title` (str or None) and `date` (``YYYY-MM-DD`` or None) where the config names such
        columns or the built-in corpus has them; and the source's other columns as they are.
    rejected : list of Rejected
        What was set aside, in the order of reading.
    duplicates_removed : int
        Rows left out because an earlier one has the same text and the same labels.
    card : Card
        Where the documents come from, and what was noticed on the way.
    fingerprint : str
        SHA-256 of ids, texts and label columns in order; the same on every machine.
    """

    dataset: datasets.Dataset
    rejected: list[Rejected]
    duplicates_removed: int
    card: Card
    fingerprint: str


def load_corpus(data: Data, *, seed: int, label_columns: Mapping[str, str] | None = None) -> Corpus:
    """Read the documents that a config's `data` section means.

    Parameters
    ----------
    data : framing.config.Data
        The source, its columns, and which rows to keep.
    seed : int
        Draws the sample if `data.limit` asks for one.
    label_columns : mapping of str to str
        The columns that targets read, by the place in the config that names them; they must
        exist, but a row may lack its label.

    Raises
    ------
    DataError
        The source cannot be read, a column that the config names is missing, or nothing is left.
    """
    from datasets import Dataset

    source = read_source(data)
    named = label_columns or {}
    _check_columns(source.table, data, named)
    labels = sorted(set(named.values()))
    notes = list(source.card.notes)
    table = _keep_where(source.table, data, notes)
    used = {*labels, *data.split.groups, *([data.split.column] if data.split.column else [])}
    table, places = _standardise(table, source, data, used, notes)
    table, rejected = _set_aside(table, places, data.min_chars)
    rejected = [*source.rejected, *rejected]
    if not len(table):
        from framing.corpus.files import nothing_read

        raise nothing_read(source.card.name, rejected, _where_from(data))
    before = len(table)
    if data.drop_duplicates:
        table = _filter(table, _first_of_each(table, labels))
    removed = before - len(table)
    if data.limit is not None and data.limit < len(table):
        rng = np.random.default_rng([_LIMIT_STREAM, seed])
        mask = np.zeros(len(table), bool)
        mask[rng.choice(len(table), data.limit, replace=False)] = True
        notes.append(f"a random sample of {data.limit:,} of {len(table):,} rows (data.limit)")
        table = table.filter(pa.array(mask))
    fingerprint = _fingerprint(table, labels)
    dataset = Dataset(table.replace_schema_metadata(None), fingerprint=fingerprint[:16])
    card = replace(source.card, notes=notes)
    return Corpus(dataset, rejected, removed, card, fingerprint)


def read_source(data: Data) -> Source:
    """Read the built-in corpus, the files or the hub dataset, with the source's own columns."""
    if data.builtin:
        from framing.corpus.news_articles import read_news_articles

        return read_news_articles()
    if data.path:
        from framing.corpus.files import read_files

        return read_files(data.path, data.format)
    from framing.corpus.hub import read_hub

    return read_hub(str(data.hub), data.hub_config, data.hub_split, data.hub_revision)


def _where_from(data: Data) -> str:
    return f"data.{'builtin' if data.builtin else 'path' if data.path else 'hub'}"


def _check_columns(table: pa.Table, data: Data, label_columns: Mapping[str, str]) -> None:
    columns = data.columns
    wanted = [
        ("data.columns.text", columns.text),
        ("data.columns.id", columns.id),
        ("data.columns.title", columns.title),
        ("data.columns.date", columns.date),
        *((f"data.where.{name}", name) for name in data.where),
        *(("data.split.groups", name) for name in data.split.groups),
        ("data.split.column", data.split.column),
        *label_columns.items(),
    ]
    known = [name for name in table.column_names if name != PLACE]
    for path, name in wanted:
        if name is None or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        folded = [other for other in known if other.casefold() == name.casefold()]
        guess = f"; did you mean {(folded or near)[0]!r}?" if folded or near else ""
        shown = ", ".join(known[:30]) + (f" and {len(known) - 30} more" if len(known) > 30 else "")
        raise DataError(
            f"the data has no column {name!r}{guess}", where=path, hint=f"It has: {shown}"
        )


def _keep_where(table: pa.Table, data: Data, notes: list[str]) -> pa.Table:
    before = len(table)
    for name, wanted in data.where.items():
        values = table.column(name).to_pylist()
        mask = are_among(values, wanted)
        if not any(mask):
            counts = Counter(as_string(value) or "nothing" for value in values)
            found = ", ".join(f"{v[:60]} ({n:,})" for v, n in counts.most_common(8))
            raise DataError(
                f"none of {len(values):,} rows has {' or '.join(repr(v) for v in wanted)}",
                where=f"data.where.{name}",
                hint=f"It holds: {found}" + (" …" if len(counts) > 8 else ""),
            )
        table = _filter(table, mask)
    if data.where:
        notes.append(f"{len(table):,} of {before:,} rows are kept by data.where")
    return table


def _standardise(
    table: pa.Table, source: Source, data: Data, used: set[str], notes: list[str]
) -> tuple[pa.Table, list[str]]:
    """Add the standard columns in front; give the place of every row."""
    places = table.column(PLACE).to_pylist()
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    id_column = data.columns.id or source.id
    ids = table.column(id_column).to_pylist() if id_column else [None] * len(table)
    columns["id"] = pa.array(_unique(map(as_string, ids), places, notes), pa.string())
    columns["text"] = _as_text(table.column(data.columns.text), data.columns.text)
    if title := data.columns.title or source.title:
        columns["title"] = _mapped(table.column(title), as_string)
    if day := data.columns.date or source.date:
        columns["date"] = _mapped(table.column(day), to_day)
        lost = columns["date"].null_count - sum(not v for v in table.column(day).to_pylist())
        if lost > 0:
            notes.append(f"{lost:,} values of {day} are not read as a day")
    named = {"id": id_column, "text": data.columns.text, "title": title, "date": day}
    for name in table.column_names:
        if name == PLACE or (name == data.columns.text and name not in used):
            continue
        if name not in columns:
            columns[name] = table.column(name)
        elif named[name] != name:
            if name in used:
                raise DataError(
                    f"the config uses the column {name!r}, whose place is taken by "
                    f"{named[name] or 'framing'!r}",
                    where="data.columns",
                    hint=f"Rename it in the data, or set data.columns.{name}: {name}",
                )
            notes.append(f"the source's own column {name!r} is not used")
    return pa.table(columns), places


def _unique(ids: Iterable[str | None], places: Sequence[str], notes: list[str]) -> list[str]:
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


def _as_text(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise DataError(
            f"the column {name!r} holds no text (its type is {kind})", where="data.columns.text"
        )
    return _mapped(column, as_string)


def _mapped(column: pa.ChunkedArray, function: Callable[[Any], str | None]) -> pa.ChunkedArray:
    return pa.chunked_array(
        [
            pa.array([function(value) for value in chunk.to_pylist()], pa.large_string())
            for chunk in column.chunks
        ],
        pa.large_string(),
    )


def _set_aside(
    table: pa.Table, places: Sequence[str], min_chars: int
) -> tuple[pa.Table, list[Rejected]]:
    rejected, mask = [], []
    for place, text in zip(places, _values(table, "text"), strict=True):
        length = len(text.strip()) if text else 0
        mask.append(length >= min_chars)
        if not length:
            rejected.append(Rejected(place, "no text"))
        elif length < min_chars:
            reason = f"shorter than {min_chars} characters (data.min_chars; it has {length})"
            rejected.append(Rejected(place, reason))
    return _filter(table, mask), rejected


def _filter(table: pa.Table, mask: list[bool]) -> pa.Table:
    # filtering copies every text
    return table if all(mask) else table.filter(pa.array(mask, pa.bool_()))


def _first_of_each(table: pa.Table, label_columns: Sequence[str]) -> list[bool]:
    seen: set[bytes] = set()
    mask = []
    for row in _rows(table, ["text", *label_columns]):
        digest = hashlib.blake2b(row, digest_size=16).digest()
        mask.append(digest not in seen)
        seen.add(digest)
    return mask


def _fingerprint(table: pa.Table, label_columns: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for row in _rows(table, ["id", "text", *label_columns]):
        digest.update(row)
    return digest.hexdigest()


def _rows(table: pa.Table, names: Sequence[str]) -> Iterable[bytes]:
    for values in zip(*(_values(table, name) for name in names), strict=True):
        parts = [
            b"-" if value is None else str(as_string(value)).encode("utf-8", "replace")
            for value in values
        ]
        # lengths keep ("ab", "c") and ("a", "bc") apart, the sign keeps None and "-" apart
        signs = ["n" if value is None else "v" for value in values]
        lengths = "".join(f"{sign}{len(part)}:" for sign, part in zip(signs, parts, strict=True))
        yield lengths.encode() + b"".join(parts)


def _values(table: pa.Table, name: str) -> Iterable[Any]:
    # chunk by chunk: a column of Python strings beside its Arrow copy would double the memory
    for chunk in table.column(name).chunks:
        for start in range(0, len(chunk), 1000):
            yield from chunk.slice(start, 1000).to_pylist()
