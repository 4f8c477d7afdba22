"""What a report is made of: sections of blocks, the same for Markdown and HTML.

All strings are ready to be shown (numbers formatted, hidden characters made visible) but not
escaped; that is the renderers' work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str
    form = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list; ``tone`` says whether it is good news, a warning or neither."""

    items: list[str]
    tone: str = ""
    form = "bullets"


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows.

    ``text`` says which further columns hold text rather than numbers; ``folded`` tables are shut
    at first in HTML.
    """

    caption: str
    columns: list[str]
    rows: list[list[str]]
    text: frozenset[int] = frozenset()
    folded: bool = False
    form = "table"


@dataclass(frozen=True)
class Ngrams:
    """Rows of (class, view, [(n-gram, weight)])."""

    caption: str
    rows: list[tuple[str, str, list[tuple[str, str]]]]
    form = "ngrams"


@dataclass(frozen=True)
class Plot:
    """A drawing, made only where it can be shown; ``alternative`` says its main figures."""

    draw: Callable[[], Figure]
    caption: str
    alternative: str
    form = "plot"


@dataclass(frozen=True)
class Code:
    """Text to be shown as it is, shut at first in HTML."""

    caption: str
    text: str
    form = "code"


Block = Paragraph | Bullets | Table | Ngrams | Plot | Code


@dataclass
class Section:
    """A heading and what stands below it."""

    id: str
    title: str
    level: int = 2
    blocks: list[Block] = field(default_factory=list)
    short: str = ""
    """Its name in the table of contents; without one it is not listed."""
