"""The documents that every tool gets: read from Parquet, sampled, cut or joined to a length."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import NamedTuple

DEFAULT = Path(__file__).parents[2] / "shared" / "data" / "allsides" / "articles.parquet"
"""Where the AllSides articles lie beside a checkout."""

_COLUMNS = ["text", "bias", "random_split"]


class Articles(NamedTuple):
    """Texts and their labels."""

    texts: list[str]
    labels: list[str]


def require_articles(path: Path) -> None:
    """End the program with what is missing, if the articles cannot be read."""
    if not path.is_file():
        sys.exit(
            f"{path}: no such file. The benchmark reads news articles from a Parquet file with the "
            f"columns {', '.join(_COLUMNS)} (random_split is train or valid); say where it is."
        )
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import read_schema

    try:
        missing = [column for column in _COLUMNS if column not in read_schema(path).names]
    except ArrowInvalid as error:
        sys.exit(f"{path}: not a Parquet file ({error})")
    if missing:
        sys.exit(f"{path}: no column {', '.join(missing)}; needed are {', '.join(_COLUMNS)}")


def read_articles(path: Path, part: str) -> Articles:
    """The articles whose `random_split` is `part`, in the order of the file."""
    from pyarrow.parquet import read_table

    table = read_table(path, columns=_COLUMNS, filters=[("random_split", "=", part)])
    return Articles(table["text"].to_pylist(), table["bias"].to_pylist())


def write_sample(path: Path, sample: Path, *, train: int, valid: int, seed: int) -> None:
    """Write a Parquet file with at most so many articles of each part, drawn at random."""
    import pyarrow as pa
    from pyarrow.parquet import read_table, write_table

    table = read_table(path)
    parts = table["random_split"].to_pylist()
    rng = random.Random(seed)
    rows: list[int] = []
    for part, wanted in (("train", train), ("valid", valid)):
        of_part = [i for i, found in enumerate(parts) if found == part]
        rows += rng.sample(of_part, min(wanted, len(of_part)))
    write_table(table.take(pa.array(sorted(rows))), sample)


def up_to(texts: list[str], size: int) -> list[str]:
    """The first texts, up to about so many UTF-8 bytes; one at least."""
    taken: list[str] = []
    for text in texts:
        if taken and size <= 0:
            break
        taken.append(text)
        size -= len(text.encode())
    return taken


def of_length(texts: list[str], length: int, size: int) -> list[str]:
    """`size` bytes of text in documents of `length` UTF-8 bytes: texts joined and cut again."""
    joined = "\n".join(up_to(texts, size)).encode()
    if len(joined) < size:
        joined *= -(-size // len(joined))
    return [
        joined[start : start + length].decode(errors="ignore")
        for start in range(0, size, length)
    ]  # fmt: skip


def utf8_size(texts: list[str]) -> int:
    """UTF-8 bytes of all texts."""
    return sum(len(text.encode()) for text in texts)
