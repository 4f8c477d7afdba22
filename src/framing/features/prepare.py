"""What happens to a text before it is read into n-grams."""

from __future__ import annotations

from typing import Literal, get_args

from framing.features.symbols import decode, encode

Prepare = Literal["as_is", "layout", "normalized"]
"""How a text is prepared.

`as_is`
    Not at all.
`layout`
    Every second space of a run, tabs, line ends and the ends of the document become visible
    characters. scikit-learn's character analyzers fold every run of white space into one space,
    so a gap left by a deleted word could not be seen without this.
`normalized`
    Typography, broken characters and layout go; words and sentence marks stay. Quotes,
    apostrophes, dashes, hyphens, currency signs and marks of encoding damage become spaces,
    accents and invisible characters go, compatibility forms fold (Unicode NFKD, one code point
    at a time), dots in a row and runs of white space become one space, and none stands before a
    sentence mark.
"""

PREPARE: tuple[Prepare, ...] = get_args(Prepare)
"""The preparations, in the order of their numbers in the compiled loops."""


def prepare(text: str, how: Prepare) -> str:
    """The text as the n-grams are read from it."""
    if how == "as_is":
        return text
    from framing.features.preparing import prepared

    return decode(prepared(encode(text), PREPARE.index(how)))


def normalized(text: str) -> str:
    """The text without typography, broken characters and layout."""
    return prepare(text, "normalized")
