"""What every reader gives: tables of rows, what was set aside, and where they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

PLACE = "__place__"
"""The column of a source's tables that says where each row stands (``reviews.csv line 3``). It
names rows that have no id of their own, and rows that are set aside."""
TABLE_BYTES = 4_000_000
"""How large a table of a source is, about; memory holds a few of them at once."""
TABLE_ROWS = 10_000
"""How many rows it has at most."""


@dataclass(frozen=True)
class Rejected:
    """A document that could not be used.

    Attributes
    ----------
    where : str
        The file, the file and line, or the row.
    reason : str
        Why, in a few words; the same fault always has the same words up to the first bracket.
    """

    where: str
    reason: str


@dataclass(frozen=True)
class Card:
    """Where documents come from and what is known about them."""

    name: str
    description: str
    source: str
    licence: str | None = None
    citation: str | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Rows as they are read, before columns are standardised.

    Attributes
    ----------
    tables : iterable of pyarrow.Table
        The source's own columns and :data:`PLACE`, a few MB at a time, so that memory need not
        hold a corpus. Columns and their types may differ from one to the next. To be read once.
    rejected : list of Rejected
        What could not be read; complete when the tables have been read.
    card : Card
        Its notes say what was mended while reading, once the tables have been read.
    id, title, date : str or None
        Columns that hold these without the config having to say so.
    """

    tables: Iterable[pa.Table]
    rejected: list[Rejected]
    card: Card
    id: str | None = None
    title: str | None = None
    date: str | None = None


def mended(tally: Counter[str]) -> list[str]:
    """Notes about text `files`, `rows`, and rows with `surrogates`, that were mended."""
    said = {
        "files": "{} not valid UTF-8; broken bytes were read as U+FFFD",
        "rows": "{} not valid UTF-8; broken bytes were read as U+FFFD",
        "surrogates": "{} held lone surrogates, which were read as U+FFFD",
    }
    nouns = {"files": "text file", "rows": "row", "surrogates": "row"}
    notes = []
    for key, sentence in said.items():
        if n := tally[key]:
            verb = "" if key == "surrogates" else " is" if n == 1 else " are"
            notes.append(sentence.format(f"{n:,} {nouns[key]}{'' if n == 1 else 's'}{verb}"))
    return notes
