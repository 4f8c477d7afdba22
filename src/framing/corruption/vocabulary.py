"""Names, phrases and content words of a document, found by pattern without a language model."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

_FUNCTION_WORDS = """
    a about above after again against all also although always am among an and another any are
    around as at away back be because been before being below between both but by came can come
    could day days did do does doing done down during each either else ever every few first for
    from get go going got had has have having he her here hers him himself his how however i if in
    into is it its itself just last later least less like made make many may me might more most
    much must my near never new next no nor not now of off often on once one only or other our out
    over own per put rather said same saw say says see seem she should since so some still such
    take than that the their them themselves then there these they this those though three through
    thus to told too took two under until up upon us use used very want was way we week well went
    were what when where whether which while who whom whose why will with within without would
    year years yes yet you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that stand in any text, so they end a noun phrase and make no tag."""

_NO_NAMES = """
    January February March April May June July August September October November December Jan Feb
    Aug Sept Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mr Mrs Ms Dr Sen
    Rep Gov Gen St A I
"""
NO_NAMES = frozenset(_NO_NAMES.split())
"""Capitalised words that name no one by themselves."""

AFTER_ABBREVIATION = (
    r"(?:(?<=\b[A-Z]\.)|(?<=\b(?:Mr|Ms|Dr|St|vs|No|Sr|Jr|Lt)\.)"
    r"|(?<=\b(?:Mrs|Gen|Sen|Rep|Gov|Rev|Col|Jan|Feb|Aug|Oct|Nov|Dec|Inc|Ltd)\.)|(?<=\bSept\.))"
)
"""A pattern for the place after a full stop that ends no sentence."""

# every pattern begins with the set of its first characters, which is what makes it fast to find
_UPPER = "A-ZÀ-ÖØ-Þ"
_CAPITALISED = rf"[{_UPPER}](?:\.(?:[{_UPPER}]\.)*|[^\W_]*(?:[-'’][{_UPPER}][^\W_]+)*)"
_NAME = re.compile(
    rf"[{_UPPER}](?<!\w.)(?:\.(?:[{_UPPER}]\.)*|[^\W_]*(?:[-'’][{_UPPER}][^\W_]+)*)"
    rf"(?: (?:(?:of|de|la|von|van|al|bin) )?{_CAPITALISED}){{0,5}}"
)
_NOT_FUNCTION = rf"(?!(?:{'|'.join(sorted(FUNCTION_WORDS))}|\w+(?:ed|ly))\b)"
_PLAIN = rf"(?: {_NOT_FUNCTION}[^\W\d_]+(?:-[^\W\d_]+)*)"
_DEFINITE = re.compile(
    rf"[TtHh](?<!\w.)(?:(?<=[Tt])h(?:e|is|eir)|(?<=[Hh])(?:is|er)){_PLAIN}{{1,3}}"
    rf"(?: of(?: the| a)?{_PLAIN}{{1,2}})?"
)
_LOWER_WORD = re.compile(r"[a-z](?<!\w.)[a-z]{3,}(?:-[a-z]+)*\b")
_LOWER_PAIR = re.compile(r"([a-z](?<!\w.)[a-z]{3,}) ([a-z]{4,})\b")
_CLAUSE = re.compile(r"[^\s.!?;:()\"“”]+(?: [^\s.!?;:()\"“”]+){3,11}")


def name_spans(text: str) -> list[tuple[int, int]]:
    """Give the places of capitalised runs that may be names, without a leading "The" or "But"."""
    spans = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        while start < end:
            space = text.find(" ", start, end)
            first = text[start : space if space >= 0 else end]
            if first.lower() not in FUNCTION_WORDS:
                if text[start:end].rstrip(".") not in NO_NAMES:
                    spans.append((start, end))
                break
            start += len(first) + 1
    return spans


def definite_spans(text: str) -> list[tuple[int, int]]:
    """Give the places of noun phrases such as "the former minister of the region"."""
    return [match.span() for match in _DEFINITE.finditer(text)]


def names(text: str) -> list[str]:
    """Give the names of a text, most frequent first."""
    found = Counter(text[start:end] for start, end in name_spans(text))
    return [name for name, _ in found.most_common() if len(name) > 1]


def topic_words(text: str) -> list[str]:
    """Give the lowercase content words of a text, most frequent first."""
    found = Counter(_LOWER_WORD.findall(text))
    return [word for word, _ in found.most_common() if _is_topic(word)]


def _is_topic(word: str) -> bool:
    return word not in FUNCTION_WORDS and not word.endswith(("ed", "ing", "ly"))


def topic_phrases(text: str) -> list[str]:
    """Give pairs of neighbouring content words of a text, most frequent first."""
    found = Counter(
        f"{one} {two}"
        for one, two in _LOWER_PAIR.findall(text)
        if one not in FUNCTION_WORDS and _is_topic(two)
    )
    return [phrase for phrase, _ in found.most_common()]


def clauses(text: str, count: int, rng: np.random.Generator) -> list[str]:
    """Give up to `count` pieces of sentences, 4 to 12 words each, from places drawn at random."""
    found = []
    for _ in range(count):
        match = _CLAUSE.search(text, int(rng.random() * len(text)))
        if match and len(match[0]) < 160:
            found.append(match[0].strip(" ,-—–'’"))
    return [clause for clause in found if clause]
