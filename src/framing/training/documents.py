"""What a run learns from: labels of style targets, and clean and damaged texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from framing.config import CorruptionTarget, StyleTarget
from framing.corpus.split import LEFT_OUT, TRAIN, Split
from framing.corpus.texts import Texts, TextsWriter
from framing.corruption import TrainingText, training_texts
from framing.corruption.furniture import repeated_lines
from framing.errors import DataError
from framing.features.windows import CUT, REPEATED

NO_CLASS = -1
_CHUNK = 100_000
_AT_ONCE = 500
"""Characters that are damaged at a time."""


@dataclass(frozen=True)
class Labels:
    """The classes of a style target and each document's."""

    classes: tuple[str, ...]
    y: npt.NDArray[np.int64]
    """(documents,) class numbers, NO_CLASS where a document has none."""


def read_labels(
    name: str, target: StyleTarget, values: Sequence[object], split: Split, fewest: int
) -> Labels:
    """Class numbers of a style target.

    Classes are those of the config, or the values that occur in the training documents, in
    alphabetical order, and last the class of all others if there is one. A value met only in the
    test cannot be learnt and gets NO_CLASS, unless it is one of the others.

    Parameters
    ----------
    fewest : int
        Training documents that a class needs.

    Raises
    ------
    DataError
        When fewer than two classes have training documents.
    """
    labels = ["" if value is None else str(value).strip() for value in values]
    named = labels
    if target.classes is not None:
        broader = {str(v): name for name, vs in target.classes.items() for v in vs}
        named = [broader.get(label, "") for label in labels]
    counts = Counter(named[i] for i in split.train)
    del counts[""]
    frequent = {c for c, count in counts.items() if count >= fewest}
    classes = [c for c in target.classes if c in frequent] if target.classes else sorted(frequent)
    if target.other is not None:
        # a value of no class of its own; a missing one says nothing
        named = [
            target.other if label and name not in frequent else name
            for label, name in zip(labels, named, strict=True)
        ]
        if any(named[i] == target.other for i in split.train):
            classes = [*(c for c in classes if c != target.other), target.other]
    if len(classes) < 2:
        raise _too_few_classes(name, target, values, classes, fewest)
    number = {c: i for i, c in enumerate(classes)}
    y = np.array([number.get(label, NO_CLASS) for label in named], dtype=np.int64)
    return Labels(tuple(classes), y)


@dataclass(frozen=True)
class FinerClasses:
    """Classes taken apart by another column, and each document's."""

    y: npt.NDArray[np.int64]
    """(documents,) numbers of finer classes, NO_CLASS where a document has no class."""
    class_of: npt.NDArray[np.int64]
    """(finer classes,) the class that each is a part of."""
    values: tuple[str, ...]
    """(finer classes,) of the other column; empty for the rest of a class."""

    def within(self, labels: Labels, other: str | None) -> FinerClasses:
        """The same finer classes as parts of another target's classes, which are their values.

        Those of no class of the target are parts of its `other`, or of none.
        """
        number = {name: i for i, name in enumerate(labels.classes)}
        rest = number.get(other or "", NO_CLASS)
        class_of = np.array([number.get(v, rest) for v in self.values], dtype=np.int64)
        return replace(self, class_of=class_of)


def finer_classes(labels: Labels, values: Sequence[str], split: Split, fewest: int) -> FinerClasses:
    """Take classes apart by the values of another column that have documents enough to train on.

    The rest of each class is a finer class as well, if it has any to train on.
    """
    given = list(zip(labels.y.tolist(), values, strict=True))
    counts = Counter(given[i] for i in split.train)
    parts = [(c, v if counts[c, v] >= fewest else "") for c, v in given]
    names = sorted({parts[i] for i in split.train if given[i][0] != NO_CLASS})
    number = {part: i for i, part in enumerate(names)}
    # a class of the test's own is none of those that were learnt
    y = [number.get(part, NO_CLASS) for part in parts]
    return FinerClasses(
        np.array(y, dtype=np.int64),
        np.array([c for c, _ in names], dtype=np.int64),
        tuple(value for _, value in names),
    )


def _too_few_classes(
    name: str, target: StyleTarget, values: Sequence[object], classes: Sequence[str], fewest: int
) -> DataError:
    least = f" of {fewest} documents or more" if fewest > 1 else ""
    if target.classes:
        seen = sorted({str(v) for v in values if v is not None})[:8]
        problem = f"the training documents have {len(classes)} of the classes in the config{least}"
        hint = f"{target.column} holds: {', '.join(seen)}"
    else:
        only = f" ({classes[0]!r})" if classes else ""
        problem = f"column {target.column!r} has {len(classes)} class{only}{least} to train on"
        hint = "A style target needs two or more; give more data or another column."
    return DataError(problem, where=f"targets.{name}", hint=hint)


@dataclass(frozen=True)
class DamagedTexts:
    """Clean texts, each followed by its damaged variants, and the windows they are cut into."""

    kinds: tuple[str, ...]
    level: npt.NDArray[np.float64]
    """(texts,) measured against the undamaged text."""
    present: npt.NDArray[np.bool_]
    """(texts, kinds) which kinds struck."""
    parent: npt.NDArray[np.int64]
    """(texts,) the row of the document that a text was made of."""
    windows: Texts
    """Of all texts, in order."""
    text_of: npt.NDArray[np.int64]
    """(windows,) the row of the text that a window belongs to."""
    shares: npt.NDArray[np.float32]
    """(windows, kinds) the damage of each kind that lies in a window over its length."""
    lengths: npt.NDArray[np.int64]
    """(windows,) characters, without the marks that windows carry."""
    skipped: int
    """Documents left out because they carry marks of damage already."""

    @property
    def characters(self) -> npt.NDArray[np.int64]:
        """(texts,) how long they are."""
        return np.bincount(self.text_of, self.lengths, len(self.level)).astype(np.int64)

    def texts(self, rows: npt.NDArray[np.int64]) -> Iterator[str]:
        """Some of the texts, whole, in the order asked for."""
        firsts = np.searchsorted(self.text_of, np.arange(len(self.level) + 1))
        for row in rows:
            parts = self.windows[firsts[row] : firsts[row + 1]]
            yield "".join(parts).replace(CUT, "").replace(REPEATED, "")


def make_damaged(
    target: CorruptionTarget,
    texts: Texts,
    titles: Sequence[str | None],
    keys: Sequence[str],
    split: Split,
    marked: npt.NDArray[np.bool_],
    *,
    seed: int,
    jobs: int,
    advance: Callable[[int], None] | None = None,
) -> DamagedTexts:
    """Make the texts that a corruption target learns from and is tested on.

    `marked` (documents,) says which carry marks of damage already. Documents on neither side of
    the split are not used. Lines that repeat across the training documents are no part of clean
    texts, and come as page chrome. The result does not depend on `jobs`.
    """
    n_divided, usable = 0, []
    for i, text in enumerate(texts):
        if split.side[i] != LEFT_OUT and text.strip():
            n_divided += 1
            if not (target.skip_marked and marked[i]):
                usable.append(i)
    if not usable:
        raise DataError(
            f"none of {n_divided:,} documents is free of marks of damage",
            where="targets.corruption.skip_marked",
            hint="Give cleaner text, or set skip_marked: false and expect damage to be underrated.",
        )
    skipped = n_divided - len(usable)
    if len(usable) > target.max_documents:
        drawn = np.random.default_rng([seed, 0xD0C5]).permutation(usable)[: target.max_documents]
        usable = np.sort(drawn).tolist()
    train = [i for i in usable if split.side[i] == TRAIN]
    lines = repeated_lines(text for at in range(0, len(train), _AT_ONCE)
                           for text in texts.take(train[at : at + _AT_ONCE]))  # fmt: skip
    lengths = texts.lengths[usable]
    run = Parallel(n_jobs=jobs, return_as="generator")
    parts = np.split(usable, np.flatnonzero(np.diff(np.cumsum(lengths) // _CHUNK)) + 1)
    work = (
        # a worker imports no more than the module of the function that it runs
        delayed(training_texts)(
            [(text, titles[i], keys[i]) for i, text in zip(part, texts.take(part), strict=True)],
            count=target.variants, kinds=list(target.kinds), seed=seed, lines=lines,
        )
        for part in parts
    )  # fmt: skip
    made: list[TrainingText] = []
    with TextsWriter() as writer:
        for part, found in zip(parts, run(work), strict=True):
            for one in found:
                writer.extend(one.windows)
                made.append(one._replace(windows=[]))
            if advance:
                advance(len(part))
        windows = writer.finish()
    return DamagedTexts(
        kinds=tuple(target.kinds),
        level=np.array([one.level for one in made]),
        present=np.array([[kind in one.kinds for kind in target.kinds] for one in made]),
        parent=np.repeat(np.array(usable, dtype=np.int64), target.variants + 1),
        windows=windows,
        text_of=np.repeat(np.arange(len(made)), [len(one.shares) for one in made]),
        shares=np.concatenate([one.shares for one in made]),
        lengths=np.array([length for one in made for length in one.lengths]),
        skipped=skipped,
    )
