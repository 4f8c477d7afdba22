"""Straight quotes and typewriter dashes in their typographic forms."""

from __future__ import annotations

import re

from framing.corruption.edits import Edit

_PLAIN = re.compile(r"[-\"'](?:(?<!-)|(?<=\w-)-(?=\w)|(?<= -)-?(?= ))")
_OPENS_AFTER = frozenset(" \t\n\u00a0([{—–-“‘\"'")


def typographic_edits(text: str) -> list[Edit]:
    """Give the edits that turn straight quotes into curly ones and ``--`` and ``-`` into dashes.

    A quote opens at the start of the text and after spaces, brackets, dashes and other quotes.
    """
    edits = []
    for match in _PLAIN.finditer(text):
        start, end = match.span()
        plain = match[0]
        if plain == "--":
            typographic = "—"
        elif plain == "-":
            typographic = "–"
        else:
            opens = start == 0 or text[start - 1] in _OPENS_AFTER
            typographic = ("“" if opens else "”") if plain == '"' else ("‘" if opens else "’")
        edits.append(Edit(start, end, typographic))
    return edits
