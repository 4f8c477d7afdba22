"""Which documents train the model and which test it, and the proof that they are apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

import numpy as np
import numpy.typing as npt

from framing.config import Data
from framing.config import Split as SplitConfig
from framing.corpus.days import to_day
from framing.corpus.similarity import (
    NO_DAY,
    Pairs,
    clusters,
    near_duplicate_pairs,
    story_pairs,
)
from framing.corpus.tables import are_among
from framing.errors import DataError

LEFT_OUT, TRAIN, TEST = -1, 0, 1

Column = Sequence[object]


@dataclass(frozen=True)
class Proof:
    """The largest similarity found between a training and a test document.

    Of stories, only pairs count that could be one: published within `story_days` of each other.
    """

    what: str
    largest_across: float | None
    """None when no pair came near the limit."""
    limit: float

    @property
    def holds(self) -> bool:
        """Whether no pair across the split reaches the limit."""
        return self.largest_across is None or self.largest_across < self.limit


@dataclass(frozen=True)
class Split:
    """The side of every document and the groups that stay together."""

    side: npt.NDArray[np.int8]
    """(documents,) TRAIN, TEST or LEFT_OUT."""
    groups: npt.NDArray[np.int64]
    """(documents,) whoever shares a number belongs together: cross-validation never parts them,
    and confidence intervals draw them as one."""
    description: str
    proof: tuple[Proof, ...]

    @property
    def train(self) -> npt.NDArray[np.int64]:
        """Row numbers of the training documents."""
        return np.flatnonzero(self.side == TRAIN)

    @property
    def test(self) -> npt.NDArray[np.int64]:
        """Row numbers of the test documents."""
        return np.flatnonzero(self.side == TEST)


def make_split(
    columns: Mapping[str, Column], data: Data, labels: Column | None, *, seed: int
) -> Split:
    """Divide documents as the config says.

    Parameters
    ----------
    columns : mapping of str to sequence
        The columns of the corpus, `text` among them, which may be read from disk. `date` is read
        where the config names a column of days, or the built-in corpus has them.
    data : Data
        Its `split` is followed.
    labels : sequence, optional
        Labels to keep in proportion where documents are divided at random.
    seed : int
        Of the generator behind every random choice here.

    Raises
    ------
    DataError
        When a side would be empty, or nothing can be told apart.
    """
    config = data.split
    texts = cast(Sequence[str], columns["text"])
    if not len(texts):
        raise DataError("there are no documents to divide", where="data.split")
    rng = np.random.default_rng([seed, 0x5B117])
    dated = data.columns.date or data.builtin
    dates = columns.get("date") if dated else None
    kinds = _similar_pairs(texts, dates, config)
    close = [pairs.at_least(limit) for _, pairs, limit in kinds]
    shared = [_pairs_of_equals(columns[name]) for name in config.groups]
    groups = clusters(len(texts), close + shared)
    if config.by in ("row", "group"):
        _refuse_one_big_group(groups, config)
        part = assign_groups(groups, labels, [1 - config.test_size, config.test_size], rng)
        side = part.astype(np.int8)
    else:
        side = _by_time(columns["date"], config) if config.by == "time" else _by_column(
            columns[str(config.column)], config)  # fmt: skip
        too_close = np.isin(groups, groups[side == TEST]) & (side == TRAIN)
        side[too_close] = LEFT_OUT
    for number, name in ((TRAIN, "trains the model"), (TEST, "tests the model")):
        if not (side == number).any():
            raise DataError(
                f"no document is left that {name} ({len(texts)} documents, by {config.by})",
                where="data.split",
                hint="Give more documents, or change data.split.",
            )
    proof = tuple(Proof(what, pairs.largest_across(side), limit) for what, pairs, limit in kinds)
    return Split(side, groups, _describe(config, seed), proof)


def assign_groups(
    groups: npt.NDArray[np.int64],
    labels: Column | None,
    shares: Sequence[float],
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Deal whole groups out to parts so that every label comes near its share in every part.

    Large groups go first; each goes to the part that lacks its labels most, ties at random.

    Returns
    -------
    ndarray of shape (documents,), int64
        The part of each document.
    """
    _, group = np.unique(groups, return_inverse=True)
    names = [str(label) for label in labels] if labels is not None else [""] * len(groups)
    _, label = np.unique(names, return_inverse=True)
    counts = np.zeros((group.max() + 1, label.max() + 1))
    np.add.at(counts, (group, label), 1)
    wanted = np.outer(shares, counts.sum(axis=0))
    filled = np.zeros_like(wanted)
    order = rng.permutation(len(counts))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    tie_break = rng.random((len(counts), len(shares))) * 1e-9
    part_of = np.empty(len(counts), dtype=np.int64)
    for g in order:
        lack = ((1 - filled / wanted) * counts[g]).sum(axis=1) + tie_break[g]
        part_of[g] = np.argmax(lack)
        filled[part_of[g]] += counts[g]
    return part_of[group]


def _similar_pairs(
    texts: Sequence[str], dates: Column | None, config: SplitConfig
) -> list[tuple[str, Pairs, float]]:
    found = []
    # somewhat below the limit, so that the proof can say how near the nearest pair across is
    if "near_duplicates" in config.keep_apart:
        limit = config.near_duplicate_similarity
        pairs = near_duplicate_pairs(texts, at_least=limit / 2)
        found.append(("near-duplicates (Jaccard similarity of word 5-grams)", pairs, limit))
    if "stories" in config.keep_apart:
        limit = config.story_similarity
        pairs = story_pairs(texts, at_least=limit / 2)
        what = "cosine of distinctive words"
        if dates is not None and config.story_days is not None:
            pairs = pairs.within(_day_numbers(dates), config.story_days)
            what += f", {config.story_days} days apart at most"
        found.append((f"shared stories ({what})", pairs, limit))
    return found


def _day_numbers(dates: Column) -> npt.NDArray[np.int64]:
    @lru_cache(maxsize=4096)
    def number(value: object) -> int:
        day = to_day(value)
        return NO_DAY if day is None else date.fromisoformat(day).toordinal()

    return np.array([number(value) for value in dates], dtype=np.int64)


def _pairs_of_equals(values: Column) -> Pairs:
    """Each row paired with the next one of the same value; missing values equal nothing."""
    last: dict[str, int] = {}
    first, second = [], []
    for row, value in enumerate(values):
        # a list of tags cannot be a key, its spelling can
        name = "" if value is None or value != value else str(value)
        if not name:
            continue
        if name in last:
            first.append(last[name])
            second.append(row)
        last[name] = row
    ones = np.ones(len(first), dtype=np.float32)
    return Pairs(np.array(first, dtype=np.int64), np.array(second, dtype=np.int64), ones)


def _refuse_one_big_group(groups: npt.NDArray[np.int64], config: SplitConfig) -> None:
    largest = np.bincount(groups).max() / len(groups)
    if largest > max(config.test_size, 1 - config.test_size):
        raise DataError(
            f"{largest:.0%} of the documents belong together, so they cannot be divided",
            where="data.split",
            hint="Raise story_similarity or near_duplicate_similarity, lower story_days, or choose "
            "other groups.",
        )


def _by_time(dates: Column, config: SplitConfig) -> npt.NDArray[np.int8]:
    days = np.array([str(day)[:10] if day else "" for day in dates])
    side = np.full(len(days), LEFT_OUT, dtype=np.int8)
    dated = days != ""
    if not dated.any():
        raise DataError("no document has a date", where="data.columns.date")
    first_test_day = (
        config.test_from
        or np.sort(days[dated])[
            min(int(dated.sum() * (1 - config.test_size)), int(dated.sum()) - 1)
        ]
    )
    side[dated] = np.where(days[dated] >= first_test_day, TEST, TRAIN)
    return side


def _by_column(values: Column, config: SplitConfig) -> npt.NDArray[np.int8]:
    side = np.full(len(values), LEFT_OUT, dtype=np.int8)
    side[are_among(values, config.train)] = TRAIN
    side[are_among(values, config.test)] = TEST
    if not (side == TRAIN).any() or not (side == TEST).any():
        kinds, counts = np.unique([str(value) for value in values], return_counts=True)
        seen = ", ".join(f"{k!r} ({c})" for k, c in list(zip(kinds, counts, strict=True))[:8])
        raise DataError(
            f"column {config.column!r} must hold training values ({config.train}) and test "
            f"values ({config.test}); it holds {seen}",
            where="data.split.column",
            hint="Name the values in data.split.train and data.split.test.",
        )
    return side


def _describe(config: SplitConfig, seed: int) -> str:
    how = {
        "row": f"at random (seed {seed}), classes in proportion, {config.test_size:.0%} as test",
        "group": f"by whole groups of {', '.join(config.groups)} (seed {seed}), "
        f"{config.test_size:.0%} as test",
        "time": f"by time, {f'from {config.test_from} on' if config.test_from else ''}"
        f"{'' if config.test_from else f'the latest {config.test_size:.0%}'} as test",
        "column": f"as given in the column {config.column}",
    }[config.by]
    apart = " and ".join(name.replace("_", "-") for name in config.keep_apart)
    return f"Divided {how}" + (f"; {apart} never on both sides." if apart else ".")
