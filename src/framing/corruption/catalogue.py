"""The kinds of damage: what each is, its operator, and how strongly it strikes in real life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from framing.config.schema import KindName
from framing.corruption.chrome import chrome
from framing.corruption.edits import Edit
from framing.corruption.encoding import mojibake
from framing.corruption.foreign import foreign
from framing.corruption.letters import invisible, recased, typos
from framing.corruption.markup import html
from framing.corruption.mentions import keyword_tail, wrong_mentions
from framing.corruption.ocr import ocr
from framing.corruption.passages import repeated, shuffled, truncated
from framing.corruption.spacing import spacing
from framing.corruption.tokens import tokenised
from framing.corruption.words import lost_words, redacted

Operator = Callable[[str, float, np.random.Generator], list[Edit]]
"""Gives the edits that damage a text: `(text, severity, rng)`. The severity, in (0, 1], is the
level that is aimed at: the edits cost at most that share of the characters, but there is one edit
at least wherever the text has a place for it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way a text gets damaged."""

    name: KindName
    label: str
    """For tables and charts."""
    description: str
    """For people, in one sentence."""
    apply: Operator
    severities: tuple[float, float]
    """The range that variants draw from, even on a log scale."""
    throughout: float = 0.0
    """How often a variant has it wherever it can strike."""
    local: bool = True
    """Whether it can keep to one stretch of a text, as well as go through all of it."""


KINDS: tuple[Kind, ...] = (
    Kind(
        "lost_words", "lost words",
        "Words are gone from the running text: hyphenated ones, names, links, bracketed ones.",
        lost_words, (0.002, 0.15),
    ),
    Kind(
        "wrong_mentions", "wrong mentions",
        "Pronouns, names and small words are replaced by another mention of the same document.",
        wrong_mentions, (0.01, 0.35),
    ),
    Kind(
        "shuffled", "shuffled",
        "Words, or whole sentences, stand in another order.",
        shuffled, (0.01, 0.5), 0.1,
    ),
    Kind(
        "redacted", "redacted",
        "Words are covered with marks: names, numbers, every n-th, or ten in a row.",
        redacted, (0.005, 0.3),
    ),
    Kind(
        "truncated", "truncated",
        "The text breaks off in mid-sentence, at times with a note that there is more.",
        truncated, (0.003, 0.1), local=False,
    ),
    Kind(
        "repeated", "repeated",
        "Words, phrases, sentences or paragraphs come again.",
        repeated, (0.01, 0.5),
    ),
    Kind(
        "foreign", "foreign passages",
        "A passage in another language, or of filler text, stands in the text.",
        foreign, (0.01, 0.5), local=False,
    ),
    Kind(
        "recased", "wrong case",
        "A part of the text, or all of it, is in capitals, in small letters or like a headline.",
        recased, (0.005, 0.6), 0.3,
    ),
    Kind(
        "typos", "typing errors",
        "Letters are swapped, doubled, lost or struck on a neighbouring key.",
        typos, (0.002, 0.08),
    ),
    Kind(
        "tokenised", "tokenised",
        "Punctuation stands off by spaces, as a tokeniser leaves it.",
        tokenised, (0.003, 0.04), 0.75,
    ),
    Kind(
        "keyword_tail", "keyword tail",
        "Tags, sections and names hang on the end of the text.",
        keyword_tail, (0.005, 0.15), local=False,
    ),
    Kind(
        "chrome", "page chrome",
        "Menus, prompts, captions, related links and other parts of the page stand in the text.",
        chrome, (0.02, 0.6), local=False,
    ),
    Kind(
        "html", "markup",
        "Tags, entities, scripts, style rules or structured data were not taken out.",
        html, (0.01, 0.5),
    ),
    Kind(
        "spacing", "broken spacing",
        "Words run together or are split, lines are wrapped hard, spaces come in runs.",
        spacing, (0.002, 0.1), 0.15,
    ),
    Kind(
        "ocr", "OCR errors",
        "Letters are confused, lost or doubled and words broken, as in a bad scan.",
        ocr, (0.005, 0.35),
    ),
    Kind(
        "mojibake", "broken encoding",
        "Quotes, dashes and accented letters show as other characters, question marks or boxes.",
        mojibake, (0.003, 0.05), 0.6,
    ),
    Kind(
        "invisible", "unseen characters",
        "Zero-width characters, soft hyphens, direction marks and lookalike letters.",
        invisible, (0.002, 0.1), 0.1,
    ),
)  # fmt: skip
"""Every kind, in the order in which they befall a text: content, layout, page, scan, encoding."""

OPERATORS: dict[KindName, Operator] = {kind.name: kind.apply for kind in KINDS}
"""The operators by kind, in the same order."""
