"""The AllSides articles of Baly et al. (EMNLP 2020), from a clone of their repository to one file.

The repository ramybaly/Article-Bias-Prediction holds a JSON file an article (`data/jsons`) and the
published splits (`data/splits/{random,media}/{train,valid,test}.tsv`). Framing ships none of it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from framing.corpus.decoding import decode, replace_surrogates
from framing.corpus.files import nothing_read
from framing.corpus.source import TABLE_BYTES, Rejected
from framing.corpus.tables import as_string
from framing.errors import DataError
from framing.progress import Advance, Progress

REPOSITORY = "https://github.com/ramybaly/Article-Bias-Prediction"
SPLITS = ("random", "media")
BIASES = ("left", "center", "right")
PARTS = ("train", "valid", "test")

_COPIED = ("title", "source", "source_url", "url", "topic", "date", "authors")
_SCHEMA = pa.schema(
    [
        pa.field(name, pa.large_string())
        for name in ("id", "text", *_COPIED, "bias", *(f"{split}_split" for split in SPLITS))
    ]
)

Record = dict[str, str | None]


@dataclass(frozen=True)
class Written:
    """What became of a clone.

    Attributes
    ----------
    rows : int
        Articles in the file.
    biases : Counter of str
        Articles by bias.
    parts : dict of str to Counter
        For each column of a split, the articles by part; None counts those in no part.
    rejected : list of Rejected
        Files that were set aside.
    notes : list of str
        What else is worth knowing, such as ids of a split that have no article.
    """

    rows: int
    biases: Counter[str]
    parts: dict[str, Counter[str | None]]
    rejected: list[Rejected]
    notes: list[str]


def write_allsides(
    clone: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Make one Parquet file of a clone.

    Its columns are strings: `id`, `text` (the article as it was scraped: `content_original`, not
    the tokenised `content`), `title`, `source`, `source_url`, `url`, `topic`, `date`, `authors`,
    `bias` (left, center or right), `random_split` and `media_split` (train, valid or test; null:
    in none of them). Values are as published, empty strings too; rows are in the order of the
    files' names. Memory holds the ids of the splits and a few MB of articles.

    Parameters
    ----------
    clone : path
        The folder of the clone.
    out : path
        The file to write; it is written beside its place and renamed into it.
    force : bool
        Whether a file that is there may be replaced.
    progress : Progress, optional
        Shows how far it is.

    Raises
    ------
    DataError
        The clone lacks a folder or file, no article could be used, or `out` is there already.
    """
    clone, out = Path(clone), Path(out)
    if out.is_dir():
        raise DataError("a folder, not a file", where=str(out))
    if out.exists() and not force:
        raise DataError(
            "there is such a file already", where=str(out), hint="Replace it with --force."
        )
    names = _article_names(clone)
    notes: list[str] = []
    parts = {f"{split}_split": _read_split(clone, split, notes) for split in SPLITS}
    articles = _Articles(clone / "data" / "jsons", parts)
    with (progress or Progress()).step("allsides", "reading articles", len(names)) as advance:
        _write(articles.records(names, advance), out, str(clone), articles.rejected)
    for column, part_of in parts.items():
        if lost := len(part_of.keys() - articles.place_of.keys()):
            notes.append(f"{lost:,} ids of {column} have no article in the file")
    return Written(
        len(articles.place_of), articles.biases, articles.counts, articles.rejected, notes
    )


class _Articles:
    """Reads articles one by one and counts what they are."""

    def __init__(self, folder: Path, parts: dict[str, dict[str, str | None]]) -> None:
        self._folder = folder
        self._parts = parts
        self.place_of: dict[str, str] = {}
        self.biases: Counter[str] = Counter()
        self.counts: dict[str, Counter[str | None]] = {column: Counter() for column in parts}
        self.rejected: list[Rejected] = []

    def records(self, names: Sequence[str], advance: Advance) -> Iterator[Record]:
        """The articles that can be used, in order."""
        for name in names:
            place = f"data/jsons/{name}"
            try:
                yield self._record(_object(self._folder / name), place)
            except _UnusableError as reason:
                self.rejected.append(Rejected(place, str(reason)))
            advance(1)

    def _record(self, article: dict[str, object], place: str) -> Record:
        key = _string(article.get("ID"))
        if not key:
            raise _UnusableError("no ID")
        if key in self.place_of:
            raise _UnusableError(f"its ID is taken ({key} is that of {self.place_of[key]})")
        text = _string(article.get("content_original"))
        if not text or text.isspace():
            raise _UnusableError("no content_original")
        bias = article.get("bias_text")
        if bias not in BIASES:
            raise _UnusableError(f"bias_text is not left, center or right ({str(bias)[:40]!r})")
        self.place_of[key] = place
        self.biases[str(bias)] += 1
        record: Record = {"id": key, "text": text, "bias": str(bias)}
        record |= {name: _string(article.get(name)) for name in _COPIED}
        for column, part_of in self._parts.items():
            record[column] = part_of.get(key)
            self.counts[column][record[column]] += 1
        return record


class _UnusableError(Exception):
    """Why an article is set aside."""


def _object(path: Path) -> dict[str, object]:
    try:
        value = json.loads(decode(path.read_bytes()).text)
    except OSError as error:
        raise _UnusableError(f"cannot be read ({error.strerror or error})") from None
    except RecursionError:
        raise _UnusableError("not JSON (nested too deeply)") from None
    except ValueError as error:
        raise _UnusableError(f"not JSON ({error})") from None
    if not isinstance(value, dict):
        raise _UnusableError("not a JSON object")
    return value


def _string(value: object) -> str | None:
    text = as_string(value)
    return None if text is None else replace_surrogates(text)


def _article_names(clone: Path) -> list[str]:
    """Files with articles, in the order of their names.

    Hidden files (of some systems' own) are passed over.
    """
    folder = clone / "data" / "jsons"
    if not folder.is_dir():
        raise _no_clone(clone, "folder data/jsons")
    names = [
        entry.name
        for entry in os.scandir(folder)
        if entry.name.endswith(".json") and not entry.name.startswith(".")
    ]
    if not names:
        raise _no_clone(clone, "articles in its folder data/jsons")
    return sorted(names)


def _read_split(clone: Path, split: str, notes: list[str]) -> dict[str, str | None]:
    """The part of each id of a split; None for an id that is in several."""
    part_of: dict[str, str | None] = {}
    for part in PARTS:
        name = f"data/splits/{split}/{part}.tsv"
        try:
            text = decode((clone / name).read_bytes()).text
        except OSError:
            raise _no_clone(clone, f"readable file {name}") from None
        lines = csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(lines, [])
        if "ID" not in header:
            raise DataError(
                f"no column ID (the first line is {header})", where=str(clone / name),
                hint=f"Fetch it again: git -C {clone} checkout -- {name}",
            )  # fmt: skip
        column = header.index("ID")
        for line in lines:
            key = line[column].strip() if len(line) > column else ""
            if key:
                # of two parts neither can be trusted: what trains must not test
                part_of[key] = part if part_of.get(key, part) == part else None
    if torn := sum(part is None for part in part_of.values()):
        notes.append(f"{torn:,} ids of {split}_split are in several parts, and are left in none")
    return part_of


def _no_clone(clone: Path, lacks: str) -> DataError:
    if not clone.is_dir():
        return DataError(
            "there is no such folder", where=str(clone), hint=f"Make it: git clone {REPOSITORY}"
        )
    return DataError(
        f"no clone of the AllSides articles: it has no {lacks}", where=str(clone),
        hint=f"Make one: git clone {REPOSITORY}",
    )  # fmt: skip


def _write(records: Iterable[Record], out: Path, source: str, rejected: Sequence[Rejected]) -> None:
    """Write records beside `out`, a few MB at a time, and rename the file into its place."""
    out.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            written = 0
            with pq.ParquetWriter(file, _SCHEMA, compression="zstd", compression_level=9) as writer:
                for batch in _batches(records):
                    writer.write_table(pa.Table.from_pylist(batch, schema=_SCHEMA))
                    written += len(batch)
        if not written:
            raise nothing_read(source, rejected, source)
        os.chmod(beside, 0o644)  # mkstemp's own would shut out others
        os.replace(beside, out)
    finally:
        Path(beside).unlink(missing_ok=True)


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record["text"] or "")
        if size >= TABLE_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
