"""What every reader gives: a table of rows, what was set aside, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

PLACE = "__place__"
"""The column of a source's table that says where each row stands (``reviews.csv line 3``). It
names rows that have no id of their own, and rows that are set aside."""


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
    """Rows as they were read, before columns are standardised.

    Attributes
    ----------
    table : pyarrow.Table
        The source's own columns and :data:`PLACE`.
    rejected : list of Rejected
        What could not be read.
    card : Card
        Its notes already say what was mended while reading.
    id, title, date : str or None
        Columns of the table that hold these without the config having to say so.
    """

    table: pa.Table
    rejected: list[Rejected]
    card: Card
    id: str | None = None
    title: str | None = None
    date: str | None = None
