"""What happens to a text before it is read into n-grams."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

Prepare = Literal["as_is", "layout", "normalized"]

GAP = "␣"
"""Stands for every second space of a run, so that a run stays visible."""
LINE_END = "¶"
TAB = "⇥"
START, END = "⟦", "⟧"
"""Stand at the ends of a document, so that what is cut off or hung on is visible."""

# Quotes, apostrophes, primes and dashes that Unicode does not count among quotes or dashes.
_MARKS = "\"'`ʼ‚„′‵〝〞〟−⁃"
_TYPOGRAPHY = re.compile(
    # what is left of a word around broken bytes; starting at its first letter only keeps the time
    # linear in the length of a word
    r"(?<!\w)\w*+\ufffd[\w\ufffd]*"
    r'|"\?'  # a curly mark that an encoding error turned into two characters
    r"|\?(?=\w)"  # a letter or currency sign that became a question mark
    rf"|[{_MARKS}]"
)
_SPACE = re.compile(r"\s+")
_ELLIPSIS = re.compile(r" ?\.(?: ?\.)+ ?")
_SPACE_BEFORE = re.compile(r" ([,.;:!?)\]])")
# NFKD parts accents from letters, so that a corpus that lost them looks like one that kept them.
# Hyphens (Pd) go too: damaged corpora have them in place of spaces (`since-the`).
_DROPPED = {
    "Mn": None, "Cf": None, "Co": None, "Cs": None, "Cn": None,
    "Cc": " ", "Sc": " ", "Pd": " ", "Pi": " ", "Pf": " ",
}  # fmt: skip
_KEPT_CONTROLS = "\t\n\r\v\f"


class _Characters(dict[int, str | None]):
    """Translation table filled as characters are met: most texts use few of them."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        replaced: str | None = character
        if character not in _KEPT_CONTROLS:
            replaced = _DROPPED.get(unicodedata.category(character), character)
        self[code] = replaced
        return replaced


_characters = _Characters()


def as_is(text: str) -> str:
    """The text itself."""
    return text


def layout(text: str) -> str:
    """Make runs of spaces, tabs, line ends and the ends of the document visible as characters.

    scikit-learn's character analyzers fold every run of white space into one space, so a gap left
    by a deleted word could not be seen without this.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\n", LINE_END).replace("\t", TAB).replace("  ", " " + GAP)
    return f"{START}{text}{END}"


def normalized(text: str) -> str:
    """Take out typography, broken characters and layout; words and sentence marks stay.

    Quotes, apostrophes, dashes, hyphens, currency signs and marks of encoding damage become
    spaces, accents and invisible characters go, compatibility forms fold (Unicode NFKD), runs of
    white space become one space and none stands before a sentence mark.
    """
    text = unicodedata.normalize("NFKD", text).translate(_characters)
    text = _SPACE.sub(" ", _TYPOGRAPHY.sub(" ", text))
    text = _ELLIPSIS.sub(" ", text)
    return _SPACE_BEFORE.sub(r"\1", text).strip()


PREPARE: dict[Prepare, Callable[[str], str]] = {
    "as_is": as_is,
    "layout": layout,
    "normalized": normalized,
}
"""The preparations by the name they have in a config."""
