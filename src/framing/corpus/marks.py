"""Marks of damage that a text carries already, found by patterns.

Each pattern is one that clean English text hardly ever matches; what a pattern finds is a sure
sign, what it does not find proves nothing. They were made by reading hits in news articles of
2017 whose encoding was broken in several ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

_BATCH = 500_000  # characters that a process looks at at a time

# the characters that bytes 80–BF of UTF-8 turn into when read as Latin-1 or Windows-1252
_CONTINUATION = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_NOT_QUOTES = "\x80-\x9f¡-ª¬-º¼-¿€ƒ†‡ˆ‰ŠŒŽ•˜™šœžŸ"
_CLAUSE = "the|that|which|who|is|was|were|are|been|his|their|its|he|she|they|and"
_OPENER = ("the", "that", "which", "who", "is", "was", "were", "are", "his", "their", "its", "he",
           "she", "they", "and", "said")  # fmt: skip
# over-the-counter and its like often lose their second hyphen
_COMPOUNDS = "".join(
    rf"(?<!\b{word})"
    for word in ("has-been", "[Aa]s-is", "[Oo]ver-the", "[Oo]ff-the", "[Aa]cross-the",
                 "[Uu]nder-the", "[Bb]ehind-the", "[Rr]ound-the", "[Aa]round-the", "[Mm]id-and")
)  # fmt: skip


def _after(*parts: str) -> str:
    """Look back at one of several things; Python wants each to have one length."""
    return "(?:" + "|".join(f"(?<={part})" for part in parts) + ")"


def _after_word(before: str, letter: str, shortest: int, mark: str) -> str:
    return _after(*(f"(?<![{before}]){letter}{{{n}}}{mark}" for n in range(shortest, 16)))


# every pattern begins with what it is about and then looks around: only so is it fast
MARKS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "replacement character": "\ufffd",
        # a question that ends in a quoted word reads `"?` too, but nothing is glued to it
        "quote and question mark": r'"\?(?:(?=["(\[]?\w|\.\.)|(?<=[\s-]"\?)(?=\s))',
        "quote inside a word": (
            r'"(?:(?<=[A-Za-z]")(?:t|s|re|ve|ll|d|m)\b(?!")|(?<=\bO")[a-z]{3})'
        ),
        "clipped contraction": (
            r"['’]r\b(?!['’])" + _after(*(rf"\b{w}['’]r" for w in ("[Ww]e", "[Yy]ou", "[Tt]hey")))
        ),
        "question mark inside a word": (
            # what a URL asks for ends in `=`
            r"\?(?=[^\W\d_A-Z]+(?![\w&%]*=))" + _after_word(r"\w/.&=-", r"[^\W\d_]", 1, r"\?")
        ),
        "question mark for a letter or currency sign": (
            r"\?(?=[a-z]{2}|\d)" + _after(r"[\w,.] \?", r"[\w,.] \(\?")
        ),
        "mojibake": (
            rf"[ÂÃâïðÄÅÎÏÐÑØÙã-é](?:(?<=[ÂÃ])[{_CONTINUATION}]|(?<=Â)(?=\s)|(?<=â)[€\x80]"
            rf"|(?<=ï)(?:»¿|¿½)|(?<=ð)Ÿ|(?<=[ÄÅÎÏÐÑØÙ])[{_NOT_QUOTES}]"
            rf"|(?<=[ã-é])[{_NOT_QUOTES}]{{2}})"
        ),
        "hyphen after punctuation": (
            "-(?=[\\sA-Z\"])" + _after(r"[a-z]{3}[.!?]-", r"[a-z]{3}[.!?][\"']-", r"[a-z\d][,;:]-",
                                       r"[a-z\d][,;:][\"']-")
        ),
        "hyphen for a space": (
            "-(?:" + _after_word(r"\w-", "[A-Za-z]", 2, "-") + f"(?:{_CLAUSE})"
            r"(?![\w-])" + _COMPOUNDS + "|"
            + _after(*(rf"(?<![\w-]){word}-" for word in _OPENER)) + r"[a-z]{2,}(?![\w-]))"
        ),
        "control character": r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]",
    }.items()
}  # fmt: skip
"""The marks by name, in the order of counting."""

# a pattern that begins with one letter is found ten times as fast as one that begins with two
_CLIPPED = (re.compile(r"'r\b(?!['’])"), re.compile(r"’r\b(?!['’])"))


def _one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ").replace("\r", " ")


# what a text needs to carry a mark at all, of the marks whose patterns take longest
_NEEDED: dict[str, Callable[[str], bool]] = {
    "clipped contraction": lambda text: any(mark.search(text) for mark in _CLIPPED),
    "mojibake": lambda text: not text.isascii(),
    "control character": lambda text: not _one_line(text).isprintable(),
}


def count_marks(text: str) -> dict[str, int]:
    """How often each mark stands in a text; marks that it does not carry are left out."""
    counts = {name: sum(1 for _ in mark.finditer(text)) for name, mark in _possible(text)}
    return {name: count for name, count in counts.items() if count}


def is_marked(text: str) -> bool:
    """Whether a text carries any mark of damage."""
    return any(mark.search(text) for _, mark in _possible(text))


def _possible(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, mark in MARKS.items():
        if name not in _NEEDED or _NEEDED[name](text):
            yield name, mark


def mark_counts(texts: Iterable[str], *, jobs: int = 1) -> npt.NDArray[np.int64]:
    """How often each text carries each of :data:`MARKS`, of shape (texts, marks).

    The patterns take a second for some twenty megabytes; `jobs` processes share them.
    """
    from joblib import Parallel, delayed

    parts = Parallel(n_jobs=jobs)(delayed(_counted)(batch) for batch in _batches(texts))
    return np.concatenate([np.zeros((0, len(MARKS)), np.int64), *parts])


def _counted(texts: list[str]) -> npt.NDArray[np.int64]:
    found = np.zeros((len(texts), len(MARKS)), np.int64)
    column = {name: k for k, name in enumerate(MARKS)}
    for i, text in enumerate(texts):
        for name, count in count_marks(text).items():
            found[i, column[name]] = count
    return found


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    room = _BATCH
    for text in texts:
        batch.append(text)
        room -= len(text)
        if room < 0:
            yield batch
            batch, room = [], _BATCH
    if batch:
        yield batch


def marks_by(
    counts: npt.NDArray[np.int64], groups: Sequence[Hashable]
) -> dict[Hashable, dict[str, float]]:
    """Share of documents that carry each mark, by group.

    Parameters
    ----------
    counts : ndarray of shape (documents, marks)
        What :func:`mark_counts` found.
    groups : sequence of hashable
        The group of each document, such as its outlet.

    Returns
    -------
    dict
        Group → mark → share in [0, 1]; ``"any mark"`` is the share with one or more. Groups in
        the order in which they come.

    Raises
    ------
    ValueError
        If there are not as many groups as documents.
    """
    if len(groups) != len(counts):
        raise ValueError(f"{len(groups)} groups for {len(counts)} documents")
    rows: dict[Hashable, list[int]] = {}
    for i, group in enumerate(groups):
        rows.setdefault(group, []).append(i)
    carried = np.column_stack([counts > 0, counts.any(axis=1)])
    names = [*MARKS, "any mark"]
    return {
        group: dict(zip(names, carried[of_group].mean(axis=0).tolist(), strict=True))
        for group, of_group in rows.items()
    }
