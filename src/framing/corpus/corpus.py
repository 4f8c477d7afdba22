"""The one way from a config's `data` section to documents."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from framing.config import Data
from framing.corpus.files import nothing_read, read_files
from framing.corpus.source import PLACE, Card, Rejected, Source
from framing.corpus.spool import Spooled, Where, spool
from framing.corpus.standard import Named, check_columns, standardised, values
from framing.corpus.tables import as_string
from framing.corpus.texts import Texts
from framing.errors import DataError

if TYPE_CHECKING:
    import datasets

Ints = npt.NDArray[np.int64]

_LIMIT_STREAM = 0x5A  # keeps the sample apart from other choices that follow from the same seed


@dataclass(frozen=True)
class Corpus:
    """Documents that are ready for use.

    Attributes
    ----------
    dataset : datasets.Dataset
        One row a document, without its text. Always has the string column `id` (unique); `title`
        (str or None) and `date` (``YYYY-MM-DD`` or None) where the config names such columns or
        the built-in corpus has them; `brand` (str or None) where it names columns of outlets or
        addresses; and the source's other columns as they are. They are mapped
        from a temporary file: only what is looked at comes into memory.
    texts : Texts
        The text of each row, for reading without ever holding many.
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
    texts: Texts
    rejected: list[Rejected]
    duplicates_removed: int
    card: Card
    fingerprint: str

    def select(self, rows: Sequence[int] | npt.NDArray[np.integer[Any]]) -> Corpus:
        """Some documents, with all that is known of the corpus."""
        return replace(self, dataset=self.dataset.select(rows), texts=self.texts.select(rows))


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
    label_columns = label_columns or {}
    labels = sorted(set(label_columns.values()))
    named = Named.of(data, source, labels)
    spooled = spool(source, named.text, Where(data.where), named.beside_text)
    if not spooled.n_read:
        raise nothing_read(source.card.name, source.rejected, _where_from(data))
    check_columns([name for name in spooled.names if name != PLACE], data, label_columns)
    spooled.where.check()
    kind = spooled.text_type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise DataError(
            f"the column {named.text!r} holds no text (its type is {kind})",
            where="data.columns.text",
        )
    notes = list(source.card.notes)
    if data.where:
        kept = f"{len(spooled.texts):,} of {spooled.n_read:,}"
        notes.append(f"{kept} rows are kept by data.where")
    table = standardised(spooled.columns, named, notes)
    rows, rejected = _set_aside(spooled, data.min_chars)
    rejected = [*source.rejected, *rejected]
    if not len(rows):
        raise nothing_read(source.card.name, rejected, _where_from(data))
    label_values = [table.column(name) for name in labels]
    n_before = len(rows)
    if data.drop_duplicates:
        rows = _first_of_each(rows, spooled, label_values)
    removed = n_before - len(rows)
    if data.limit is not None and data.limit < len(rows):
        rng = np.random.default_rng([_LIMIT_STREAM, seed])
        notes.append(f"a random sample of {data.limit:,} of {len(rows):,} rows (data.limit)")
        rows = rows[np.sort(rng.choice(len(rows), data.limit, replace=False))]
    texts = spooled.texts.select(rows)
    ids = _taken([table.column("id")], rows)
    fingerprint = _fingerprint(ids, texts, _taken(label_values, rows))
    dataset = Dataset(table, fingerprint=fingerprint[:16])
    if len(rows) < len(table):
        dataset = dataset.select(rows, new_fingerprint=fingerprint[:16])
    card = replace(source.card, notes=notes)
    return Corpus(dataset, texts, rejected, removed, card, fingerprint)


def read_source(data: Data) -> Source:
    """Open the built-in corpus, the files or the hub dataset, with the source's own columns."""
    if data.builtin:
        from framing.corpus.news_articles import read_news_articles

        return read_news_articles()
    if data.path:
        return read_files(data.path, data.format)
    from framing.corpus.hub import read_hub

    return read_hub(str(data.hub), data.hub_config, data.hub_split, data.hub_revision)


def _where_from(data: Data) -> str:
    return f"data.{'builtin' if data.builtin else 'path' if data.path else 'hub'}"


def _set_aside(spooled: Spooled, min_chars: int) -> tuple[Ints, list[Rejected]]:
    """Rows that are long enough, and what is to be said of the others."""
    lengths = spooled.stripped
    short = np.flatnonzero(lengths < min_chars)
    places = spooled.columns.column(PLACE).take(pa.array(short)).to_pylist()
    rejected = [
        Rejected(
            place,
            f"shorter than {min_chars} characters (data.min_chars; it has {length})"
            if length
            else "no text",
        )
        for place, length in zip(places, lengths[short].tolist(), strict=True)
    ]
    return np.flatnonzero(lengths >= min_chars), rejected


def _first_of_each(rows: Ints, spooled: Spooled, labels: Sequence[pa.ChunkedArray]) -> Ints:
    """Rows without those that have the text and the labels of an earlier one."""
    _, which, counts = np.unique(spooled.keys[rows], return_inverse=True, return_counts=True)
    alike = np.flatnonzero(counts[which] > 1)
    seen: set[bytes] = set()
    is_first = np.ones(len(rows), bool)
    same = spooled.texts.select(rows[alike])
    labelled = _spelt(_taken(labels, rows[alike]), len(alike))
    for i, text, (lengths, label) in zip(alike.tolist(), same.encoded(), labelled, strict=True):
        digest = hashlib.blake2b(b"%d:%b" % (len(text), lengths), digest_size=16)
        digest.update(label)
        digest.update(text)
        is_first[i] = digest.digest() not in seen
        seen.add(digest.digest())
    return rows[is_first]


def _fingerprint(
    ids: Sequence[pa.ChunkedArray], texts: Texts, labels: Sequence[pa.ChunkedArray]
) -> str:
    digest = hashlib.sha256()
    named, labelled = _spelt(ids, len(texts)), _spelt(labels, len(texts))
    for (first, name), text, (last, label) in zip(named, texts.encoded(), labelled, strict=True):
        digest.update(b"%bv%d:%b%b" % (first, len(text), last, name))
        digest.update(text)
        digest.update(label)
    return digest.hexdigest()


def _spelt(columns: Sequence[pa.ChunkedArray], n: int) -> Iterator[tuple[bytes, bytes]]:
    """For each of `n` rows the lengths of its values, and the values."""
    if not columns:
        yield from itertools.repeat((b"", b""), n)
    for row in zip(*map(values, columns), strict=True):
        parts = [
            None if value is None else str(as_string(value)).encode("utf-8", "replace")
            for value in row
        ]
        # lengths keep ("ab", "c") and ("a", "bc") apart, the sign keeps None and "-" apart
        lengths = [b"n1:" if part is None else b"v%d:" % len(part) for part in parts]
        yield b"".join(lengths), b"".join(b"-" if part is None else part for part in parts)


def _taken(columns: Sequence[pa.ChunkedArray], rows: Ints) -> list[pa.ChunkedArray]:
    # whoever takes all rows, takes them in order
    return [c if len(c) == len(rows) else c.take(pa.array(rows)) for c in columns]
