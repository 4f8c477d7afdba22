"""The documents of a run: read, divided, labelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from framing.config import Config
from framing.corpus import Corpus, load_corpus
from framing.corpus.split import LEFT_OUT, Split, make_split
from framing.corpus.texts import Texts
from framing.progress import Progress
from framing.training.documents import Labels, read_labels

_SHOWN = 10


@dataclass(frozen=True)
class Documents:
    """The documents of a run, divided; those on neither side are gone."""

    corpus: Corpus
    split: Split
    columns: dict[str, list[Any]]
    """Those that the config asks for, and `id`, `title` and `date` where there are any."""
    labels: dict[str, Labels]
    """By style target."""
    left_out: int
    """How many were on neither side."""

    @property
    def texts(self) -> Texts:
        """The text of every document."""
        return self.corpus.texts


def label_columns(config: Config) -> dict[str, str]:
    """The columns that targets read, by the place in the config that names them."""
    targets = config.style_targets
    wanted = {f"targets.{name}.column": target.column for name, target in targets.items()}
    for name, any_target in config.targets.items():
        if any_target.leave_out:
            wanted[f"targets.{name}.leave_out"] = any_target.leave_out
    for name, of_style in targets.items():
        if of_style.through:
            wanted[f"targets.{name}.through"] = of_style.through
        for column in of_style.unseen.explained_by if of_style.unseen else []:
            wanted[f"targets.{name}.unseen.explained_by.{column}"] = column
    return wanted


def load_documents(
    config: Config, progress: Progress, more: Mapping[str, str] | None = None
) -> Documents:
    """Read the corpus, divide it and read the labels, as a run does before any fitting.

    Parameters
    ----------
    config : Config
    progress : Progress
    more : mapping of str to str, optional
        Further columns that are to be there, as :func:`label_columns` gives them.

    Raises
    ------
    DataError
        When the documents cannot be read, divided or labelled as the config says.
    """
    targets = config.style_targets
    wanted = {**label_columns(config), **(more or {})}
    with progress.step("corpus", "reading documents"):
        corpus = load_corpus(config.data, seed=config.seed, label_columns=wanted)
        asked = {"id", "title", "date", *wanted.values(), *config.data.split.groups}
        asked |= {config.data.split.column or "id", config.data.columns.topic or "id"}
        names = [name for name in corpus.dataset.column_names if name in asked]
        # one column after the other, a row at a time, would take longer than reading the files
        read = corpus.dataset.select_columns(names)[:]
        columns: dict[str, list[Any]] = {name: list(read[name]) for name in names}
    with progress.step("split", "keeping stories apart"):
        first = next(iter(targets.values()), None)
        split = make_split(
            {**columns, "text": corpus.texts}, config.data,
            columns[first.column] if first else None, seed=config.seed,
        )  # fmt: skip
    used = np.flatnonzero(split.side != LEFT_OUT)
    if len(used) < len(split.side):
        columns = {name: [values[i] for i in used] for name, values in columns.items()}
        corpus = corpus.select(used)
    kept = replace(split, side=split.side[used], groups=split.groups[used])
    labels = {}
    for name, target in targets.items():
        owner = targets.get(target.shares or "")
        fewest = owner.through_documents if owner else target.min_documents
        labels[name] = read_labels(name, target, columns[target.column], kept, fewest)
    return Documents(corpus, kept, columns, labels, len(split.side) - len(used))


def training_part(documents: Documents) -> Documents:
    """The training documents alone."""
    rows = documents.split.train
    split = documents.split
    return replace(
        documents,
        corpus=documents.corpus.select(rows),
        split=replace(split, side=split.side[rows], groups=split.groups[rows]),
        columns={name: [column[i] for i in rows] for name, column in documents.columns.items()},
        labels={name: replace(one, y=one.y[rows]) for name, one in documents.labels.items()},
    )


def describe_documents(documents: Documents) -> str:
    """What a run would read, as a few lines for people."""
    corpus, split = documents.corpus, documents.split
    lines = [
        f"{corpus.card.name}: {len(documents.texts):,} documents, {len(corpus.rejected):,} set "
        f"aside, {corpus.duplicates_removed:,} duplicates removed",
        split.description,
        f"{len(split.train):,} train, {len(split.test):,} test, {documents.left_out:,} left out, "
        f"{len(np.unique(split.groups)):,} groups",
    ]
    for proof in split.proof:
        near = "none near" if proof.largest_across is None else f"{proof.largest_across:.3f}"
        lines.append(f"largest across the split, {proof.what}: {near} (limit {proof.limit})")
    for name, labels in documents.labels.items():
        for i, label in enumerate(labels.classes):
            train, test = ((labels.y[rows] == i).sum() for rows in (split.train, split.test))
            lines.append(f"{name}: {label}: {train:,} train, {test:,} test")
    lines += [f"set aside: {r.where}: {r.reason}" for r in corpus.rejected[:_SHOWN]]
    if len(corpus.rejected) > _SHOWN:
        lines.append(f"set aside: and {len(corpus.rejected) - _SHOWN:,} more")
    return "\n".join(lines)


def as_strings(values: list[Any]) -> list[str]:
    """Values of a column as text, a missing one as the empty string."""
    return ["" if value is None else str(value) for value in values]
