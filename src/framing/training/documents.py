"""What a run learns from: labels of style targets, and clean and damaged texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from framing.config import CorruptionTarget, KindName, StyleTarget
from framing.corpus import is_marked
from framing.corpus.split import LEFT_OUT, Split
from framing.corruption import make_variants
from framing.errors import DataError

NO_CLASS = -1
_CHUNK = 64
_WORKERS_FROM = 500_000
"""Characters from which on several processes damage the texts."""


@dataclass(frozen=True)
class Labels:
    """The classes of a style target and each document's."""

    classes: tuple[str, ...]
    y: npt.NDArray[np.int64]
    """(documents,) class numbers, NO_CLASS where a document has none."""


def read_labels(name: str, target: StyleTarget, values: Sequence[object], split: Split) -> Labels:
    """Class numbers of a style target.

    Classes are those of the config, or the values that occur in the training documents, in
    alphabetical order. A value met only in the test cannot be learnt and gets NO_CLASS.

    Raises
    ------
    DataError
        When fewer than two classes have training documents.
    """
    labels = ["" if value is None else str(value).strip() for value in values]
    if target.classes is not None:
        broader = {str(v): name for name, vs in target.classes.items() for v in vs}
        labels = [broader.get(label, "") for label in labels]
    in_training = {labels[i] for i in split.train} - {""}
    classes = (
        [c for c in target.classes if c in in_training] if target.classes else sorted(in_training)
    )
    if len(classes) < 2:
        if target.classes:
            seen = sorted({str(v) for v in values if v is not None})[:8]
            problem = f"the training documents have {len(classes)} of the classes in the config"
            hint = f"{target.column} holds: {', '.join(seen)}"
        else:
            only = f" ({classes[0]!r})" if classes else ""
            problem = f"column {target.column!r} has {len(classes)} class{only} to train on"
            hint = "A style target needs two or more; give more data or another column."
        raise DataError(problem, where=f"targets.{name}", hint=hint)
    number = {c: i for i, c in enumerate(classes)}
    y = np.array([number.get(label, NO_CLASS) for label in labels], dtype=np.int64)
    return Labels(tuple(classes), y)


@dataclass(frozen=True)
class DamagedTexts:
    """Clean texts, each followed by its damaged variants."""

    kinds: tuple[str, ...]
    texts: list[str]
    level: npt.NDArray[np.float64]
    """(texts,) measured against the undamaged text."""
    present: npt.NDArray[np.bool_]
    """(texts, kinds) which kinds struck."""
    parent: npt.NDArray[np.int64]
    """(texts,) the row of the document that a text was made of."""
    skipped: int
    """Documents left out because they carry marks of damage already."""


def make_damaged(
    target: CorruptionTarget,
    texts: Sequence[str],
    titles: Sequence[str | None],
    keys: Sequence[str],
    split: Split,
    *,
    seed: int,
    jobs: int,
    advance: Callable[[int], None] | None = None,
) -> DamagedTexts:
    """Make the texts that a corruption target learns from and is tested on.

    Documents on neither side of the split are not used. The result does not depend on `jobs`.
    """
    rows = [i for i in range(len(texts)) if split.side[i] != LEFT_OUT and texts[i].strip()]
    usable = [i for i in rows if not (target.skip_marked and is_marked(texts[i]))]
    if not usable:
        raise DataError(
            f"none of {len(rows):,} documents is free of marks of damage",
            where="targets.corruption.skip_marked",
            hint="Give cleaner text, or set skip_marked: false and expect damage to be underrated.",
        )
    chunks = [usable[i : i + _CHUNK] for i in range(0, len(usable), _CHUNK)]
    work = (
        delayed(_variants)(
            [(texts[i], titles[i], keys[i]) for i in chunk],
            target.variants,
            list(target.kinds),
            seed,
        )
        for chunk in chunks
    )
    made: list[tuple[str, float, tuple[str, ...]]] = []
    # workers take seconds to start: small corpora are faster without
    worth_it = sum(len(texts[i]) for i in usable) > _WORKERS_FROM
    run = Parallel(n_jobs=jobs if worth_it else 1, return_as="generator")
    for chunk, done in zip(chunks, run(work), strict=True):
        made += done
        if advance:
            advance(len(chunk))
    kinds = tuple(target.kinds)
    return DamagedTexts(
        kinds=kinds,
        texts=[text for text, _, _ in made],
        level=np.array([level for _, level, _ in made]),
        present=np.array([[kind in struck for kind in kinds] for _, _, struck in made]),
        parent=np.repeat(np.array(usable, dtype=np.int64), target.variants + 1),
        skipped=len(rows) - len(usable),
    )


def _variants(
    documents: list[tuple[str, str | None, str]], count: int, kinds: list[KindName], seed: int
) -> list[tuple[str, float, tuple[str, ...]]]:
    made: list[tuple[str, float, tuple[str, ...]]] = []
    for text, title, key in documents:
        clean, variants = make_variants(
            text, title=title, count=count, kinds=kinds, seed=seed, key=key
        )
        made.append((clean, 0.0, ()))
        made += [(variant.text, variant.level, variant.kinds) for variant in variants]
    return made
