"""The form of the probes in ``report.json``: what the figures of a target rest on."""

from __future__ import annotations

from typing import TypedDict

Number = float | None
"""A figure; None where it is not defined. Counts are ints, which pass for floats."""

AT_MOST = "at most"
"""The name of a reference that a probe's value is not to exceed. The report warns where it does."""


class Probe(TypedDict):
    """A question asked to find out whether a good figure means what it seems to mean."""

    name: str
    value: Number
    low: Number
    high: Number
    reference: Number
    reference_name: str
    meaning: str


class PartFigures(TypedDict):
    """Accuracy in a part of the test documents."""

    part: str
    documents: Number
    accuracy: Number
    low: Number
    high: Number
    dummy: Number
    """The accuracy there of always saying the class that training saw most."""


class ConfidentFigures(PartFigures):
    """Accuracy where the model is surest of its answer."""

    probability: Number
    """The lowest probability that still counts."""


class ChangeFigures(TypedDict):
    """What becomes of the answers when the documents are changed."""

    change: str
    documents: Number
    changed: Number
    """The share of the documents that came out otherwise than they went in."""
    level: Number
    """The mean level of damage, or the share of the text that was replaced."""
    flips: Number
    """The share of the labels that change."""
    flips_low: Number
    flips_high: Number
    accuracy: Number
    low: Number
    high: Number
    dummy: Number


class StyleProbes(TypedDict):
    """What the answers of a style target rest on. All are answers to the text of test documents."""

    documents: Number
    """Test documents that were read as they are."""
    changed_documents: Number
    """Those that were read again after a change."""
    characters: Number
    """How many characters of a changed document are read, at most."""
    figures: list[Probe]
    """The summary: names, damage, source, topic."""
    names: list[ChangeFigures]
    """Names replaced by others."""
    kinds: list[ChangeFigures]
    """Light damage of each kind."""
    levels: list[ChangeFigures]
    """Damage of mixed kinds; the first row is no damage."""
    prefixes: list[PartFigures]
    """The first characters of every document."""
    lengths: list[PartFigures]
    """Documents by their length."""
    group_column: str
    groups: list[PartFigures]
    """Documents by outlet."""
    topics: list[PartFigures]
    """Documents by topic, the worst first; empty without a column of topics."""
    confident: list[ConfidentFigures]
    """Risk against coverage: the surest tenths, and those left when unclear answers are dropped."""
