"""Damaged variants of undamaged documents, to train and to test on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from framing.config.schema import KindName
from framing.corruption.catalogue import KINDS
from framing.corruption.drawing import pick_weighted, sample
from framing.corruption.engine import Damaged, Strike, damage
from framing.corruption.furniture import without_lines
from framing.corruption.stretches import shares_by_stretch
from framing.corruption.variation import vary
from framing.features.windows import cut_places, windows

_LOCAL = 0.25  # of the strikes keep to one stretch of the text
_KINDS_A_VARIANT = ((1, 0.45), (2, 0.3), (3, 0.15), (4, 0.1))


def make_variants(
    text: str,
    *,
    title: str | None,
    count: int,
    kinds: Sequence[KindName],
    seed: int,
    key: str,
    lines: Sequence[str] = (),
) -> tuple[str, list[Damaged]]:
    """Give a document in some undamaged form, and damaged variants of that.

    The form is drawn (see :func:`framing.corruption.vary`) so that layout and typography do not
    tell damaged texts from clean ones. A variant has one to four kinds of damage, from a trace to
    wreckage; a document that has no place for a kind comes without it, at level 0 if need be.

    Parameters
    ----------
    text : str
        An undamaged text.
    title : str or None
        Its headline, set on top at times.
    count : int
        The number of damaged variants.
    kinds : sequence of str
        The kinds of damage to draw from.
    seed : int
        The seed of the run.
    key : str
        A name of the document: with the seed it settles every choice, wherever the document
        stands among others.
    lines : sequence of str
        Lines that repeat across the corpus. They are taken out of the undamaged form and put back
        as page chrome.

    Returns
    -------
    tuple of str and list of Damaged
        The undamaged form, which levels and spans refer to, and its variants.
    """
    name = crc32(key.encode("utf-8", "surrogatepass"))
    clean = vary(
        without_lines(text, frozenset(lines)), title, np.random.default_rng([seed, name, 0])
    )
    variants = []
    for number in range(1, count + 1):
        rng = np.random.default_rng([seed, name, number])
        variants.append(damage(clean, drawn_plan(kinds, rng), rng, lines=lines))
    return clean, variants


class TrainingText(NamedTuple):
    """A clean or damaged text as a model learns from it: in windows."""

    level: float
    kinds: tuple[KindName, ...]
    windows: list[str]
    shares: npt.NDArray[np.float32]
    """(windows, kinds) the share of each window that each kind damaged."""
    lengths: list[int]
    """(windows,) characters, without the marks."""


def training_texts(
    documents: Sequence[tuple[str, str | None, str]],
    *,
    count: int,
    kinds: Sequence[KindName],
    seed: int,
    lines: Sequence[str] = (),
) -> list[TrainingText]:
    """Give what :func:`make_variants` makes of each document, as far as a model learns from it.

    Parameters
    ----------
    documents : sequence of (text, title, key)

    Returns
    -------
    list of TrainingText
        Each document's undamaged form at level 0, followed by its variants.
    """
    made: list[TrainingText] = []
    for text, title, key in documents:
        clean, variants = make_variants(
            text, title=title, count=count, kinds=kinds, seed=seed, key=key, lines=lines
        )
        places = cut_places(clean)
        whole = windows(clean, places)
        none = np.zeros((len(whole), len(kinds)), dtype=np.float32)
        made.append(TrainingText(0.0, (), whole, none, _lengths(places)))
        for variant in variants:
            places = cut_places(variant.text)
            shares = shares_by_stretch(variant, places, kinds)
            cut = windows(variant.text, places)
            made.append(TrainingText(variant.level, variant.kinds, cut, shares, _lengths(places)))
    return made


def _lengths(places: Sequence[int]) -> list[int]:
    return [end - start for start, end in pairwise(places)]


def drawn_plan(kinds: Sequence[KindName], rng: np.random.Generator) -> list[Strike]:
    """Draw what befalls a variant: one to four kinds, from a trace to wreckage."""
    known = [kind for kind in KINDS if kind.name in kinds]
    plan: list[Strike] = []
    for kind in sample(rng, known, pick_weighted(rng, _KINDS_A_VARIANT)):
        low, high = kind.severities
        severity = math.exp(rng.uniform(math.log(low), math.log(high)))
        start, end = 0.0, 1.0
        if rng.random() < kind.throughout:
            severity = 1.0
        if kind.local and rng.random() < _LOCAL:
            length = 0.1 + 0.5 * rng.random()
            start = (1 - length) * rng.random()
            end = min(1.0, start + length)  # rounding must not carry it past the end
            severity *= length
        plan.append(Strike(kind.name, severity, start, end))
    return plan
