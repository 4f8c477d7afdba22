"""One set of documents and all models that are fitted on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from framing.config import Config, View
from framing.corpus.texts import Texts
from framing.features.ngrams import frequent_words, ngrams
from framing.features.reading import Reading, columns_of
from framing.features.tfidf import Weighing
from framing.progress import Advance
from framing.training.blocks import Blocks, Mask
from framing.training.fitting import (
    Fitted,
    Floats,
    Frequencies,
    Ints,
    Question,
    Task,
    decide,
    document_frequencies,
    fit_tasks,
    fitted_view,
)
from framing.training.invariance import Invariance

_COMMON = 0.25
"""The share of documents from which on a word is more than a part of a name."""


class Stream:
    """Documents that are read in blocks, and the models that learn from them in common passes.

    Parameters
    ----------
    config : Config
    texts : Texts
    readings : mapping of str to Reading
        By view, for all views of the config.
    tasks : sequence of Task
    asked : sequence of ndarray of bool of shape (documents,)
        The documents on which each task's model decides.
    memory : int
        Bytes that n-gram counts may take between passes.
    jobs : int
        Threads.
    known : Blocks, optional
        Counts of the same documents in some of the views, which are taken from there.
    """

    def __init__(
        self,
        config: Config,
        texts: Texts,
        readings: Mapping[str, Reading],
        tasks: Sequence[Task],
        asked: Sequence[Mask],
        *,
        memory: int,
        jobs: int,
        known: Blocks | None = None,
    ) -> None:
        used = {view for task in tasks for view in task.views}
        views = {name: reading for name, reading in readings.items() if name in used}
        self.tasks = list(tasks)
        self.blocks = Blocks(
            texts, views, seed=config.seed, memory=memory, n_threads=jobs, known=known
        )
        self.frequencies: list[Frequencies] = []
        """Of each task's documents, after :meth:`read`."""
        self._of_all: Frequencies = {}
        self._config = config
        self._asked = asked

    def read(self, advance: Advance) -> None:
        """Read all documents once and learn document frequencies."""
        masks = [t.train if t.frequencies is None else t.frequencies for t in self.tasks]
        # a run's own models learn from all that there is; without one, the others do together
        together = masks[0] if self.tasks[0].kept else np.any(masks, axis=0)
        masks.append(together)
        # targets are often fitted on the same documents
        number = {mask.tobytes(): i for i, mask in enumerate(masks)}
        found = document_frequencies(self.blocks, [masks[i] for i in number.values()], advance)
        by_mask = dict(zip(number, found, strict=True))
        *self.frequencies, self._of_all = [dict(by_mask[mask.tobytes()]) for mask in masks]

    def teach(self, invariance: Invariance, views: Sequence[str], names: Sequence[str]) -> None:
        """Show all documents to what is to learn how sources differ, after :meth:`read`.

        Parameters
        ----------
        invariance : Invariance
        views : sequence of str
            Those that are read.
        names : sequence of str
            Names whose words are to be left out, where they are words of a view.
        """
        fitted = {
            name: fitted_view(self._config.views[name], reading, *self._of_all[name])
            for name, reading in self.blocks.views.items()
        }
        read = np.array([name in views for name in fitted])
        invariance.learn(self.blocks, Weighing(list(fitted.values())), read)
        for view in views:
            reading = fitted[view].reading
            words = sorted({word for name in names for word in ngrams(name, reading)})
            if reading.analyzer != "word" or not words:
                continue
            df, n = self._of_all[view]
            columns = columns_of(words, reading.n_features)
            # "the" and "new" stand in names, too
            rare = columns[df[columns] < _COMMON * n]
            invariance.ignore(rare + self.blocks.columns(view).start)

    def fit(
        self, advance: Advance, more: Callable[[Sequence[Fitted]], list[Question]] | None = None
    ) -> tuple[list[Fitted], list[Floats]]:
        """The fitted models and what each decides on the documents it is asked about.

        Parameters
        ----------
        advance : callable
        more : callable, optional
            Given the models, what else to decide; the decisions come after the models' own.
        """
        fitted = fit_tasks(
            self.blocks, self._config.views, self.tasks, self.frequencies,
            seed=self._config.seed, advance=advance,
        )  # fmt: skip
        asked = list(zip(fitted, self._asked, strict=True))
        return fitted, decide(self.blocks, asked + (more(fitted) if more else []))


def share_frequencies(streams: Sequence[Stream]) -> None:
    """Let the models that are kept learn a view's frequencies from the documents of all streams."""
    for view in {view for stream in streams for view in stream.blocks.views}:
        kept = [
            [own for task, own in zip(s.tasks, s.frequencies, strict=True) if task.kept]
            for s in streams
            if view in s.blocks.views
        ]
        # all of a stream's have learnt from the same documents
        firsts = [own[0][view] for own in kept]
        for own in kept:
            for frequencies in own:
                df = np.sum([df for df, _ in firsts], axis=0)
                frequencies[view] = df, sum(n for _, n in firsts)


def readings_of(views: Mapping[str, View], texts: Texts, train: Ints) -> dict[str, Reading]:
    """How each view of a config reads a text; words to keep are learnt from training documents."""
    readings = {}
    for name, view in views.items():
        reading = Reading(
            view.analyzer, view.ngram_range, view.n_features, view.lowercase, view.prepare
        )
        if view.analyzer == "masked":
            documents = (texts.take([i])[0] for i in train)
            words = frequent_words(documents, view.keep_words, reading)
            reading = replace(reading, words=words)
        readings[name] = reading
    return readings
