"""The n-grams of a text as strings: what the compiled loops count, one by one and readable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby

import numpy as np

from framing.features.prepare import prepare
from framing.features.reading import Reading
from framing.features.symbols import decode, encode, lowered, shape_table

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
_CODE = np.uint32(0x1FFFFF)
_RUN = 4
_LEARNT_FROM = 10_000_000
"""Characters from which the most frequent words are learnt."""


def ngrams(text: str, reading: Reading) -> list[str]:
    """The n-grams of one text, in the analyzer's order, repeated ones repeated."""
    if reading.lowercase:
        text = lowered(text)
    text = prepare(text, reading.prepare)
    low, high = reading.ngram_range
    if reading.analyzer == "shape":
        return list(_joined([shape(token) for token in _shape_tokens(text)], "", low, high))
    if reading.analyzer == "masked":
        kept = set(reading.words)
        tokens = []
        for token in _TOKENS.findall(text):
            if token.isspace():
                continue
            read = token.lower() if reading.lowercase else token
            is_word = re.match(r"\w", token) is not None
            tokens.append(shape(token) if is_word and read not in kept else read)
        return list(_joined(tokens, " ", low, high))
    from sklearn.feature_extraction.text import CountVectorizer

    theirs = CountVectorizer(
        analyzer=reading.analyzer, ngram_range=(low, high), lowercase=reading.lowercase
    )
    found: list[str] = theirs.build_analyzer()(text)
    return found


@lru_cache(maxsize=1 << 16)
def shape(token: str) -> str:
    """The shape of a word (``Xxxx``) or of white space; of equal symbols four in a row are kept."""
    table = shape_table()
    symbols = decode(table[encode(token)] & _CODE)
    return "".join("".join(list(run)[:_RUN]) for _, run in groupby(symbols))


def frequent_words(texts: Iterable[str], n: int, reading: Reading) -> tuple[str, ...]:
    """The n most frequent words, equally frequent ones in alphabetical order.

    They are learnt from the first ten million characters.
    """
    counts: Counter[str] = Counter()
    left = _LEARNT_FROM
    for text in texts:
        read = prepare(lowered(text) if reading.lowercase else text, reading.prepare)[:left]
        counts.update(re.findall(r"\w+", read.lower() if reading.lowercase else read))
        left -= len(read)
        if left <= 0:
            break
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(word for word, _ in ordered[:n])


def _shape_tokens(text: str) -> list[str]:
    found: list[str] = _TOKENS.findall(text)
    return found


def _joined(tokens: list[str], by: str, low: int, high: int) -> Iterator[str]:
    for start in range(len(tokens)):
        for n in range(low, min(high, len(tokens) - start) + 1):
            yield by.join(tokens[start : start + n])
